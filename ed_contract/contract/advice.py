"""Which annotations a user's document lacks, and what a run could judge with them.

Guesses from names and types where an annotation may belong; only a person who knows the server can confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ed_contract.contract.contract import Contract
from ed_contract.contract.parts import sent_as
from ed_contract.contract.schemas import Place, places
from ed_contract.contract.unannotated import is_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An annotation that a document lacks."""

    annotation: str
    places: tuple[str, ...]  # dotted names of fields; none: at the operation or the whole response
    adds: str  # what would be judged, as the end of a sentence


def advice(contract: Contract) -> tuple[Advice, ...]:
    """Return which annotations a document may lack, the most useful first."""
    return tuple(_advice(contract))


def _advice(contract: Contract) -> Iterator[Advice]:
    sent = {one.place: one for one in places(contract.operation.request)}
    shown = {one.place: one for one in places(contract.operation.response)}
    if echoed := tuple(place for place, one in shown.items() if _may_come_back(place, one, sent)):
        yield Advice(annotation="x-echo", places=echoed, adds="that they come back as sent")
    if asked := tuple(_on_request(sent, shown)):
        yield Advice(annotation="x-on-request", places=asked, adds="that they are returned only on request")
    if choosing := tuple(place for place, one in sent.items() if _may_select(place, one, sent)):
        yield Advice(annotation="x-selects", places=choosing, adds="that only the chosen object is returned")
    if unknown := tuple(place for place, one in sent.items() if is_unknown(one.schema, contract.realistic_at(place))):
        yield Advice(annotation="x-values", places=unknown, adds="that their realistic values are accepted")
    how = contract.parts.idempotency
    if how.header and not how.documented:
        reuse = "that reusing a key with different parameters is a conflict"
        yield Advice(annotation="x-idempotency", places=(), adds=reuse)
    elif how.header and not how.code:
        yield Advice(annotation="x-idempotency", places=(), adds="that a conflict carries its error code")
    if not contract.parts.identity.id:
        yield Advice(annotation="x-identity", places=(), adds="that replays return the same id, and others a new one")
    elif "x-identity" not in contract.operation.response and _times(shown):
        yield Advice(annotation="x-identity", places=(), adds="that nothing is updated before it is created")


def _may_come_back(place: str, one: Place, sent: Mapping[str, Place]) -> bool:
    """Whether a member of the response may show a field of the request: it has the same place, and no annotation."""
    return bool(sent_as(place, sent)) and "x-echo" not in one.schema and "properties" not in one.schema


def _on_request(sent: Mapping[str, Place], shown: Mapping[str, Place]) -> Iterator[str]:
    """Yield the members that a list of the request may ask for."""
    for one in sent.values():
        item = one.schema.get("items")
        asked: Any = item.get("enum", ()) if isinstance(item, Mapping) else ()
        yield from (name for name in asked if name in shown and "x-on-request" not in shown[name].schema)


def _may_select(place: str, one: Place, sent: Mapping[str, Place]) -> bool:
    """Whether the values of an enum are names of sibling objects."""
    parent = f"{place.rpartition('.')[0]}.".lstrip(".")
    named = (sent.get(f"{parent}{value}") for value in one.schema.get("enum", ()))
    return "x-selects" not in one.schema and any(found is not None and "properties" in found.schema for found in named)


def _times(shown: Mapping[str, Place]) -> bool:
    return len([one for one in shown.values() if one.schema.get("format") == "date-time"]) > 1
