"""Servers that break the edition 2026-03, in which `events_from` takes any strings and has new names.

The old names are still accepted and come back as the new ones; no other value is renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Json, Params, Problem, Reference
from ed_contract.reference.fields import NAMES_OF_BEFORE
from ed_contract.zoo.altering import altered, comparing, edited, overlooking, reading, refusing, rendering, storing
from ed_contract.zoo.failing import failing_at_params
from ed_contract.zoo.predicates import THIN, any_source, every_one, sources
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of, of_edition

EDITION = "2026-03"
_NAMES_OF_NOW = {new: old for old, new in NAMES_OF_BEFORE.items()}
_PLACE = "events_from"


def _shown(change: Callable[[list[Json]], Json]) -> type[Reference]:
    """Return the server that changes the list of sources that it returns."""
    return rendering(altered(_PLACE, change))


def _of_each(change: Callable[[str], str]) -> Callable[[list[Json]], Json]:
    return lambda values: [change(one) if isinstance(one, str) else one for one in values]


def naming(names: Mapping[str, str]) -> type[Reference]:
    """Return the server that renames sources as this table says."""

    class Names(Reference):
        def render_events_from(self, destination: Destination) -> Json:
            return [names.get(one, one) for one in destination.events_from]

    return Names


NAMED = mutants_of(
    f"echo/{_PLACE}",
    (
        ("old-names-shown", "Returns the old names of `events_from` if these were sent.", naming({})),
        (
            "other-accounts-not-renamed",
            "Returns `self` under its new name but `other_accounts` under its old one.",
            naming({"self": "@self"}),
        ),
        (
            "new-names-shown-as-old",
            "Returns the old names of `events_from` if the new ones were sent.",
            naming(_NAMES_OF_NOW),
        ),
        (
            "old-names-swapped",
            "Returns `self` as `@accounts` and `other_accounts` as `@self`.",
            naming({"self": "@accounts", "other_accounts": "@self"}),
        ),
        (
            "accounts-shown-as-other-accounts",
            "Returns `other_accounts` as `@other_accounts` instead of `@accounts`.",
            naming({"self": "@self", "other_accounts": "@other_accounts"}),
        ),
        (
            "sources-signed-twice",
            "Puts an @ in front of every value of `events_from`, even if it has one.",
            _shown(_of_each(lambda one: f"@{one}")),
        ),
        (
            "sources-cut-at-slash",
            "Truncates the values of `events_from` at the first slash.",
            _shown(_of_each(lambda one: one.partition("/")[0])),
        ),
        (
            "organizations-lost",
            "Drops the values of `events_from` that it does not know.",
            storing(_PLACE, lambda values: [one for one in values if one in {*NAMES_OF_BEFORE, *_NAMES_OF_NOW}]),
        ),
        (
            "first-source-renamed-only",
            "Renames only the first value of `events_from`.",
            _shown(lambda values: [*values[:1], *(_NAMES_OF_NOW.get(one, one) for one in values[1:])]),
        ),
    ),
)


def _is_scalar(problem: Problem, params: Params) -> bool:
    """Return whether the problem is a source that is a number, a boolean or null."""
    if (problem.place, problem.rule) != (_PLACE, "items"):
        return False
    return not isinstance(sources(params)[int(problem.at.strip("[]"))], list | dict)


TAKEN = (
    Mutant(
        name="sources-of-any-type",
        breaks=f"request/{_PLACE}/items",
        sentence="Accepts numbers, booleans and nulls in `events_from`.",
        make=overlooking(_is_scalar),
    ),
    Mutant(
        name="one-source-without-array",
        breaks=f"request/{_PLACE}/type",
        sentence="Accepts a single string as `events_from`.",
        make=reading(altered(_PLACE, lambda value: [value] if isinstance(value, str) else value)),
    ),
)

REFUSED = mutants_of(
    "request/valid",
    (
        (
            "new-names-refused",
            "Refuses the new names of `events_from`.",
            refusing(any_source(_NAMES_OF_NOW.__contains__), "events_from: must be self or other_accounts"),
        ),
        (
            "both-new-names-refused",
            "Refuses `@self` together with `@accounts` for thin payloads.",
            refusing(every_one(THIN, lambda params: {*_NAMES_OF_NOW} <= {*sources(params)})),
        ),
    ),
)

CRASHING = mutants_of(
    "robustness/no-server-error",
    (
        (
            "unknown-sources-crash",
            "Fails with 500 on values of `events_from` that it does not know.",
            failing_at_params(any_source(lambda one: one not in {*NAMES_OF_BEFORE, *_NAMES_OF_NOW})),
        ),
        (
            "old-names-crash",
            "Fails with 500 on the old names of `events_from`.",
            failing_at_params(any_source(NAMES_OF_BEFORE.__contains__)),
        ),
        (
            "source-twice-crashes",
            "Fails with 500 on a duplicate value of `events_from`.",
            failing_at_params(lambda params: len({*map(str, sources(params))}) < len(sources(params))),
        ),
    ),
)

SHAPED = (
    Mutant(
        name="sources-as-objects",
        breaks=f"response/{_PLACE}/items",
        sentence="Returns each value of `events_from` as an object with a name.",
        make=_shown(lambda values: [{"name": one} for one in values]),
        also=(f"echo/{_PLACE}",),
    ),
    Mutant(
        name="sources-joined",
        breaks=f"response/{_PLACE}/type",
        sentence="Returns `events_from` as a comma-separated string.",
        make=_shown(",".join),
        also=(f"echo/{_PLACE}",),
    ),
)


@mutant(breaks="idempotency/replay", also=("idempotency/conflict/keeps-first",))
class ReplayedUnderOldNames(Reference):
    """Returns the old names of `events_from` in replays."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(destination, self.included(create.params))
        return self.respond(self.replayed_status, edited(document, altered(_PLACE, _under_old_names)))


def _under_old_names(values: list[Json]) -> Json:
    return [_NAMES_OF_NOW.get(one, one) for one in values]


def _known_sources(params: Params) -> Document:
    """Return parameters as a comparison sees them that predates the new names."""
    return edited(params, altered(_PLACE, lambda values: [one for one in values if one in NAMES_OF_BEFORE]))


UNCOMPARED = Mutant(
    name="new-names-not-compared",
    breaks="idempotency/conflict/every-parameter",
    sentence="Compares only the old names of `events_from` when a key is reused.",
    make=comparing(_known_sources),
)

MUTANTS = of_edition(EDITION, (*NAMED, *TAKEN, *REFUSED, *CRASHING, *SHAPED, *mutants_in(globals()), UNCOMPARED))
