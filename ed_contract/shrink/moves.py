"""The moves that shrink params: each changes as little as it can, and keeps what is valid valid.

A move is done to all requests of a sequence alike, so that a difference between them which the finding is about
either stays, or is lost together with the finding, and then the move is taken back. Which moves there are follows from
the schema of a create and from plain creates; no parameter is known by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.case import Case, Expectation, Params, case

Change: TypeAlias = Callable[[Params], Params | None]
"""Returns smaller params, or None if there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way to shrink params."""

    about: str  # the top-level parameter that matters if the move cannot be made
    touches: frozenset[str]  # all top-level parameters that it changes
    change: Change
    cuts_text: bool = False  # what is left of a text may be unusual: the page is silent about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of an option beside its plain one, with all that goes with it."""

    name: str
    value: object
    touches: frozenset[str]  # the parameters in which plain creates with and without it differ
    create: Params  # a plain one with it


Expects: TypeAlias = Callable[[Params], Expectation]
"""Says what must become of params."""


class Moves:
    """The moves that there are, given what a create may hold."""

    def __init__(self, schema: Mapping[str, Any], plain: Sequence[Params], expects: Expects) -> None:
        """Begin.

        Args:
            schema: of a create's params.
            plain: creates with a plain value for everything that can have one: first the plainest, then one for each
                further value of a required option, which differs from the first in that and in what goes with it.
            expects: says what must become of params: no move may change that.
        """
        self.expects = expects
        members = schema.get("properties", {})
        self._schema = {name: one for name, one in members.items() if isinstance(one, Mapping)}
        self._plainest, *others = plain
        self._creates = plain
        required = frozenset(schema.get("required", ()))
        optional = [name for name, one in self._schema.items() if name not in required and "properties" not in one]
        self.options = frozenset(name for name, one in self._schema.items() if _is_option(one))
        self.dispensable = self.options | frozenset(optional)  # what no server needs as it is
        self._further = [option for create in others if (option := self._option(create)) is not None]
        self.whole = (
            *map(_drop, optional),
            *map(self._to_plainest, self._further),
            *(self._plain_list(name) for name in self._of_type("array") if name in required),
            *(_plain(place, value) for place in self._places_of_strings() if (value := self._value_at(place))),
        )
        """Those that drop a parameter or put a plain value in its place, the telling ones first."""
        plainest = {name: value for name, value in self._plainest.items() if name not in optional}
        self.example: Case = case("a plain create", plainest)
        """As plain as can be."""

    def parts_of(self, params: Params) -> Iterator[Move]:
        """Yield the moves that leave one element of each list or map of `params`."""
        for name in self._of_type("array"):
            values = params.get(name)
            if isinstance(values, list) and len(values) > 1:
                for value in values:
                    yield _only(name, [value])
        for name in self._of_type("object"):
            entries = params.get(name)
            if "properties" not in self._schema[name] and isinstance(entries, dict) and len(entries) > 1:
                for key, value in entries.items():
                    yield _only(name, {key: value})

    def texts_of(self, params: Params) -> Iterator[str]:
        """Yield the parameters that are texts and can be cut: they go with no option, and could not be made plain."""
        bound = frozenset[str]().union(*(option.touches for option in self._further))
        for name in self._of_type("string"):
            text = params.get(name)
            if name not in bound and isinstance(text, str) and text != self._value_at(name):
                yield name

    def _of_type(self, kind: str) -> list[str]:
        return [name for name, one in self._schema.items() if one.get("type") == kind]

    def _places_of_strings(self) -> Iterator[str]:
        yield from self._of_type("string")
        for name, one in self._schema.items():
            yield from (f"{name}.{inner}" for inner in one.get("properties", ()))

    def _value_at(self, place: str) -> Any:  # noqa: ANN401 - any JSON
        return next((value for create in self._creates if (value := at(create, place)) is not None), None)

    def _option(self, create: Params) -> Option | None:
        """Return the option in which a create differs from the plainest, or None if no enum is one."""
        names = {*create, *self._plainest}
        touches = frozenset(name for name in names if create.get(name) != self._plainest.get(name))
        name = next(iter(touches & self.options), None)
        return None if name is None else Option(name=name, value=create[name], touches=touches, create=create)

    def _to_plainest(self, option: Option) -> Move:
        """Return the move that puts the plain value of an option, and what goes with that, in the place of another."""
        plain = {name: value for name, value in self._plainest.items() if name in option.touches}
        gone = option.touches - plain.keys()

        def change(params: Params) -> Params | None:
            return without(params, *gone) | plain if params.get(option.name) == option.value else None

        return Move(about=option.name, touches=option.touches, change=change)

    def _plain_list(self, name: str) -> Move:
        """Return the move that makes a list plain; which one that is may hang on whether an option is plain."""
        further = [one for one in self._further if name in one.touches]

        def change(params: Params) -> Params | None:
            chosen = (one.create for one in further if params.get(one.name) != self._plainest[one.name])
            value = next(chosen, self._plainest)[name]
            return {**params, name: value} if params.get(name, value) != value else None

        return _of(name, change)


def _is_option(schema: Mapping[str, Any]) -> bool:
    return "enum" in schema or "enum" in (schema.get("items") or ())  # which may be false


def _of(name: str, change: Change, *, cuts_text: bool = False) -> Move:
    return Move(about=name, touches=frozenset({name}), change=change, cuts_text=cuts_text)


def _drop(name: str) -> Move:
    return _of(name, lambda params: without(params, name) if name in params else None)


def _only(name: str, value: object) -> Move:
    return _of(name, lambda params: {**params, name: value} if name in params else None)


def cut(name: str, text: str) -> Move:
    """Return the move that puts `text`, a part of what is there, in the place of a text."""
    return _of(
        name, lambda params: {**params, name: text} if isinstance(params.get(name), str) else None, cuts_text=True
    )


def _plain(place: str, value: str) -> Move:
    def change(params: Params) -> Params | None:
        return put(params, place, value) if isinstance(at(params, place), str) and at(params, place) != value else None

    return _of(place.partition(".")[0], change)


def without(params: Params, *names: str) -> dict[str, Any]:
    """Return `params` without the named parameters."""
    return {name: value for name, value in params.items() if name not in names}


def at(params: Params, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value at a dotted place, or None."""
    value: Any = params
    for name in place.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def put(params: Params, place: str, value: object) -> Params:
    """Return `params` with `value` at a dotted place."""
    head, _, rest = place.partition(".")
    return {**params, head: put(params[head], rest, value) if rest else value}
