"""Which values of several examples go together: a rule in prose may link those of one example.

In every example an end comes after its start; taken from two different ones, it may come before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ed_contract.contract.schemas import speaks
from ed_contract.kinds.forms import written
from ed_contract.kinds.keywords import TOGETHER, values_at

_TWO = 2


def together(schema: Mapping[str, Any], narrowed: Mapping[str, Any], examples: Sequence[Any]) -> Mapping[str, Any]:
    """Return the narrower schema in which values known only from examples all come from one of them.

    It is {} for a single example, unless a number in it may be the sum of others.

    Args:
        schema: of a create, as documented.
        narrowed: the same, with the known values of each field.
        examples: whole creates.
    """
    leaves = dict(_leaves(schema, narrowed, ""))
    known = {place: set(map(written, one.get("x-values", ()))) for place, one in leaves.items() if "enum" not in one}
    listed = {place: set(map(written, one["enum"])) for place, one in leaves.items() if "enum" in one}
    shown = [{place: set(map(written, values_at(one, place))) for place in leaves} for one in examples]
    seen = {place: set().union(*(one[place] for one in shown)) for place in leaves}
    differing = {place for place in leaves if len({frozenset(one[place]) for one in shown if one[place]}) > 1}
    members = schema.get("properties", {})
    # A number known only from examples may be the sum of others.
    added_up = [name for name, one in members.items() if name not in known and _holds_numbers(one)]
    added_up = added_up if any(_holds_numbers(leaves[place]) for place in known) else []
    worlds = []
    for example, one in zip(examples, shown, strict=True):
        apart = {place: known[place] - seen[place] for place in known}  # of the field's own examples
        texts = {place: one[place] or apart[place] for place in known}
        enums = {place: one[place] | (listed[place] - seen[place]) for place in listed if place in differing}
        wholes = {name: set(map(written, values_at(example, name))) for name in added_up}
        worlds.append({place: sorted(values) for place, values in {**texts, **enums, **wholes}.items()})
    alone = {place: sorted(known[place] - seen[place]) for place in known}
    if any(alone.values()) and shown and not added_up:
        worlds.append(alone)
    return {TOGETHER: worlds} if known and (len(worlds) >= _TWO or (worlds and added_up)) else {}


def _holds_numbers(schema: Any) -> bool:  # noqa: ANN401 - any schema
    """Whether a value is, or contains, a number."""
    if not isinstance(schema, Mapping):
        return False
    said = schema.get("type", ())
    inner = (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties"))
    return bool({"integer", "number"} & {*([said] if isinstance(said, str) else said)}) or any(
        map(_holds_numbers, inner)
    )


def _leaves(
    schema: Mapping[str, Any], narrowed: Mapping[str, Any], place: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields whose values are known only from examples or an enum, each with its place."""
    for name, child in schema.get("properties", {}).items():
        if isinstance(child, Mapping):
            yield from _below(child, narrowed["properties"][name], f"{place}.{name}".lstrip("."))


def _below(
    child: Mapping[str, Any], narrowed: Mapping[str, Any], place: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "properties" in child:
        yield from _leaves(child, narrowed, place)
    elif isinstance(item := child.get("items"), Mapping):
        yield from _below(item, narrowed["items"], f"{place}[]")
    elif "enum" in child or (not speaks(child) and "x-values" in narrowed and "x-realistic" in narrowed):
        yield place, narrowed
