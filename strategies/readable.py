"""Gives strategies a readable repr: the call that made them."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")


class Arguments:
    """The data that a strategy draws from, shown as the arguments that its user gave."""

    def __init__(self, held: Any, /, **given: object) -> None:  # noqa: ANN401 - whatever the strategy needs
        self.held = held
        self._given = given

    def __repr__(self) -> str:
        """Return the arguments that are not defaults, as in a call."""
        return ", ".join(f"{name}={value!r}" for name, value in self._given.items() if value is not None)


def shown_as(name: str, strategy: SearchStrategy[T], **given: object) -> SearchStrategy[T]:
    """Return `strategy` with the repr of a call, since one over hundreds of values should not list them all."""

    def drawn(draw: DrawFn, arguments: Arguments) -> T:
        value: T = draw(arguments.held)
        return value

    drawn.__name__ = name
    return st.composite(drawn)(Arguments(strategy, **given))
