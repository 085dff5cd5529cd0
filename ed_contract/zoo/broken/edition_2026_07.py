"""Servers that break the edition 2026-07, which no longer lists the values of `type` and `include`."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.reference import Json, Params, Problem
from ed_contract.zoo.altering import Edit, altered, disabled, overlooking, rendering
from ed_contract.zoo.bases import TakesAll
from ed_contract.zoo.failing import failing_at_params
from ed_contract.zoo.predicates import Test, unknown_include, unknown_type
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of, of_edition

EDITION = "2026-07"


@mutant(breaks="request/type/type")
class OpenTypeOfAnyType(TakesAll):
    """Accepts numbers, booleans, arrays and objects as `type`."""

    def problems(self, params: Params) -> Iterator[Problem]:
        return (one for one in super().problems(params) if one.place != "type" or params.get("type") is None)


@mutant(breaks="echo/type")
class UnknownTypesShownAsOther(TakesAll):
    """Returns every type that it does not know as `other`."""

    def stored(self, place: str, value: Json) -> Json:
        return "other" if place == "type" and unknown_type({"type": value}) else value


TAKEN = Mutant(
    name="open-include-of-any-type",
    breaks="request/include/items",
    sentence="Accepts numbers, booleans and nulls in `include`.",
    make=overlooking(lambda problem, _: (problem.place, problem.rule) == ("include", "items")),
)

_CRASHING: tuple[tuple[str, str, Test], ...] = (
    ("unknown-type-crashes", "Fails with 500 on types that it does not know.", unknown_type),
    ("unknown-include-crashes", "Fails with 500 on values of `include` that it does not know.", unknown_include),
)

CRASHING = mutants_of(
    "robustness/no-server-error",
    ((name, sentence, failing_at_params(when)) for name, sentence, when in _CRASHING),
)


_SHOWN: tuple[tuple[str, str, str, str, Edit], ...] = (
    (
        "open-type-as-object",
        "type",
        "Returns the type as an object with a name.",
        "echo/type",
        altered("type", lambda value: {"name": value}),
    ),
    (
        "reasons-in-array",
        "status_details.disabled.reason",
        "Returns an array of reasons why a destination is disabled.",
        "",
        disabled(["user", "quota"]),
    ),
    (
        "azure-topic-status-as-number",
        "azure_event_grid.azure_partner_topic_status",
        "Returns the status of the partner topic as a number.",
        "",
        altered("azure_event_grid.azure_partner_topic_status", lambda _: 3),
    ),
)

SHOWN = tuple(
    Mutant(
        name=name,
        breaks=f"response/{place}/type",
        sentence=sentence,
        make=rendering(edit),
        also=(also,) if also else (),
    )
    for name, place, sentence, also, edit in _SHOWN
)

MUTANTS = of_edition(EDITION, (*mutants_in(globals()), TAKEN, *CRASHING, *SHOWN))
