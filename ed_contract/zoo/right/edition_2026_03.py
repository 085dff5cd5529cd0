"""Right servers of the edition 2026-03, in which `events_from` takes any strings and has new names."""

from __future__ import annotations

from collections.abc import Callable

from ed_contract.reference import Document, Json, Params, Reference
from ed_contract.reference.fields import NAMES_OF_BEFORE
from ed_contract.zoo.altering import altered, edited, refusing
from ed_contract.zoo.predicates import any_source
from ed_contract.zoo.specimen import of_edition, right, right_in, right_of

EDITION = "2026-03"
_NEW = {*NAMES_OF_BEFORE.values()}


def _named(params: Params) -> Document:
    """Return the parameters with the new names of the sources."""
    change: Callable[[Json], Json] = lambda values: [NAMES_OF_BEFORE.get(one, one) for one in values]  # noqa: E731
    return edited(params, altered("events_from", change))


@right()
class OldAndNewNamesAreOne(Reference):
    """Treats the old and the new names of `events_from` as the same parameters."""

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint(_named(params))


@right()
class SourcesComparedWithTheDefault(Reference):
    """Compares `events_from` as a set of new names that defaults to `@self`."""

    def fingerprint(self, params: Params) -> str:
        named = _named(params)
        return super().fingerprint(named | {"events_from": sorted({*(named.get("events_from") or ["@self"])})})


REFUSED = right_of(
    (
        (
            "old-names-refused",
            "Refuses the old names of `events_from`.",
            refusing(any_source(NAMES_OF_BEFORE.__contains__)),
        ),
        (
            "sources-of-a-list",
            "Refuses values of `events_from` that it does not know.",
            refusing(any_source(lambda one: one not in {*NAMES_OF_BEFORE, *_NEW})),
        ),
    )
)

RIGHT = of_edition(EDITION, (*right_in(globals()), *REFUSED))
