"""Valid creates: params that any strict right server accepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.case import Case
from ed_contract.cases.options import Options, Row, options_of
from ed_contract.cases.valid import valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.kinds import Spec
from ed_contract.strategies.drawing import Field, Values
from ed_contract.strategies.readable import Arguments


def creates(
    contract: Contract,
    *,
    shapes: Collection[Row] | None = None,
    fields: Mapping[str, Values] | None = None,
    unspecified: bool = False,
    shown: Mapping[str, object] | None = None,
) -> SearchStrategy[dict[str, Any]]:
    """Realistic creates of a contract.

    Args:
        contract: whose creates.
        shapes: the shapes to choose from; by default all.
        fields: strategies that replace ours, by dotted names. One for an optional field leaves it out by drawing None.
        unspecified: also combinations of options that the document does not forbid but not every server accepts.
        shown: the arguments of the call to show in a repr.
    """
    options, fields = options_of(contract), fields or {}
    drawn = [
        (shape, _members(contract, options, shape, fields, unspecified=unspecified))
        for shape in _in_order(options)
        if shapes is None or shape in shapes
    ]
    # Fields that most creates have come first, so that a create keeps its values when its choice shrinks.
    choice = contract.parts.choice
    having: dict[str, set[Any]] = {}
    for shape, members in drawn:
        for one in members:
            having.setdefault(one.holder or one.name, set()).add(shape.get(choice.place) if choice else None)
    order = tuple(contract.request_spec.members)
    drawers = tuple(
        (order, shape, sorted(members, key=lambda one: -len(having[one.holder or one.name])))
        for shape, members in drawn
    )
    return _drawn(Arguments(drawers, **(shown or {})))


def _in_order(options: Options) -> tuple[Row, ...]:
    """Return the shapes, the plainest first: those that differ only in the last option are adjacent."""
    order = {name: options.dimensions[name] for name in options.deciding}
    return tuple(sorted(options.shapes, key=lambda row: [values.index(row[name]) for name, values in order.items()]))


@dataclass(frozen=True, slots=True)
class _Member:
    """How a member of a create is drawn."""

    name: str
    values: Field | Values
    holder: str = ""  # the object that it is in, if not in the create itself


def _members(
    contract: Contract, options: Options, shape: Row, fields: Mapping[str, Values], *, unspecified: bool
) -> tuple[_Member, ...]:
    """Return the members that creates of a shape can have."""
    spec, choice = contract.request_spec, contract.parts.choice
    selected = choice.objects.get(str(shape.get(choice.place))) if choice else None
    others = set(choice.objects.values()) - {selected} if choice else set[str]()
    found: list[_Member] = []
    for name, member in spec.members.items():
        if name in shape or name in others:
            continue
        listed = member.item is not None and member.item.kind == "enum"
        fitting = options.fitting(name, shape)
        if not fitting and not (unspecified and listed):
            continue
        within = _within(member, name, fields) if name == selected and name not in fields else ()
        if within:
            found.extend(within)
            continue
        written = () if unspecified and listed else _part(options, name, fitting)
        drawn = fields[name] if name in fields else Field(member, written, optional=name not in spec.required)
        found.append(_Member(name, drawn))
    return tuple(found)


def _part(options: Options, name: str, fitting: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the fitting values, or none if all fit."""
    return fitting if len(fitting) < len(options.fitting(name, {})) else ()


def _within(spec: Spec, holder: str, fields: Mapping[str, Values]) -> tuple[_Member, ...]:
    """Return the members of an object to draw one by one: the required ones, and those with a strategy."""
    places = {name: f"{holder}.{name}" for name in spec.members}
    return tuple(
        _Member(name, fields[place] if place in fields else Field(spec.members[name]), holder)
        for name, place in places.items()
        if name in spec.required or place in fields
    )


def _creates(draw: DrawFn, arguments: Arguments) -> dict[str, Any]:
    drawers = arguments.held
    order, shape, members = drawers[draw(st.integers(0, len(drawers) - 1))] if len(drawers) > 1 else drawers[0]
    params: dict[str, Any] = {**shape}
    for one in members:
        value = one.values.draw(draw) if isinstance(one.values, Field) else draw(one.values)
        if one.holder:
            params.setdefault(one.holder, {})[one.name] = value
        else:
            params[one.name] = value
    return {name: params[name] for name in order if params.get(name) is not None}


_creates.__name__ = "create_params"  # its name in a repr
_drawn = st.composite(_creates)


def create_cases(params: SearchStrategy[Any] | None = None, *, contract: Contract = CONTRACT) -> SearchStrategy[Case]:
    """Cases of valid creates, with their expectation: by default ACCEPT."""
    creating = creates(contract) if params is None else params
    return creating.map(lambda one: valid_case(one, contract=contract))
