"""Which mutations one bug lets through together, so that it is told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_POSITIONS = (" in the middle", " first", " last")
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"number", "true", "false", "array", "object", "string", "list around it"}),
    frozenset({"upper case", "capitalised"}),
    frozenset({"padded right", "padded left", "line feed after"}),
    frozenset({"prefix", "first segment", "last segment"}),
)
"""Faults that have one cause: the type is not looked at, case is folded, blanks are trimmed, a part is enough."""
_ANYTHING = "unrelated"
"""Who takes a value that resembles none takes those that resemble one."""


def leaders(faults: Iterable[str]) -> Mapping[str, str]:
    """Return for each fault of one requirement, in the order seen, the fault under which it is told."""
    faults = tuple(faults)
    anything = next((fault for fault in faults if _plain(fault) == _ANYTHING), None)
    if anything is not None:
        return dict.fromkeys(faults, anything)
    led: dict[str, str] = {}
    for fault in faults:
        family = next((one for one in _ALIKE if _plain(fault) in one), frozenset({_plain(fault)}))
        led[fault] = next((other for other in led if _plain(other) in family and led[other] == other), fault)
    return led


def _plain(fault: str) -> str:
    for position in _POSITIONS:
        fault = fault.removesuffix(position)
    return fault
