"""Which faults one bug shows together, so that it is told once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

Identity: TypeAlias = tuple[str, str]
"""Requirement and fault."""
Group: TypeAlias = Callable[[str, str], object]

_TOLD_TOGETHER = ("request/", "robustness/")
"""Starts of ids whose faults are names of what was sent; elsewhere a fault says what came back."""
_POSITIONS = (" in the middle", " first", " last")
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"number", "true", "false", "array", "object", "string", "list around it"}),
    frozenset({"upper case", "capitalised"}),
    frozenset({"padded right", "padded left", "line feed after"}),
    frozenset({"prefix", "first segment", "last segment"}),
    frozenset({"N levels deep", "N levels of objects"}),
)
"""Faults that have one cause: the type is not looked at, case is folded, blanks are trimmed, a part is enough,
nesting takes the stack."""
_ANYTHING = "unrelated"
"""Who takes a value that resembles none takes those that resemble one."""
_SIZE = re.compile(r"\b[1-9][\d,]*(?= (?:characters|metadata entries|events|digits|levels (?:deep|of objects)))")
"""Who fails at a size fails at a larger one."""


def together(_requirement: str, _fault: str) -> None:
    """Put all findings into one group."""


def leaders(found: Iterable[Identity], group: Group = together) -> dict[Identity, Identity]:
    """Return for each finding, in the order seen, the one under which it is told.

    Args:
        found: requirement and fault of each finding.
        group: given the two, says to what findings belong that may be told together, e.g. the waiver that covers them.
    """
    groups: defaultdict[tuple[str, object], list[str]] = defaultdict(list)
    found = tuple(found)
    for requirement, fault in found:
        groups[requirement, group(requirement, fault)].append(fault)
    led = {
        (requirement, fault): (requirement, leader)
        for (requirement, _), faults in groups.items()
        for fault, leader in _leaders(requirement, faults).items()
    }
    return {identity: led[identity] for identity in found}


def _leaders(requirement: str, faults: Sequence[str]) -> Mapping[str, str]:
    if not requirement.startswith(_TOLD_TOGETHER):
        return {fault: fault for fault in faults}
    anything = next((fault for fault in faults if _plain(fault) == _ANYTHING), None)
    if anything is not None:
        return dict.fromkeys(faults, anything)
    led: dict[str, str] = {}
    for fault in sorted(faults, key=_size):
        family = next((one for one in _ALIKE if _plain(fault) in one), frozenset({_plain(fault)}))
        led[fault] = next((other for other in led if _plain(other) in family and led[other] == other), fault)
    return led


def _size(fault: str) -> int:
    """Return the size that a fault names, so that the smallest of a family leads it."""
    found = _SIZE.search(fault)
    return int(found[0].replace(",", "")) if found else 0


def _plain(fault: str) -> str:
    for position in _POSITIONS:
        fault = fault.removesuffix(position)
    return _SIZE.sub("N", fault)
