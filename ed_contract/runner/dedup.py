"""Which faults one bug shows together, so that it is reported once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from ed_contract.case import ANYTHING, Fault

Identity: TypeAlias = tuple[str, str]
"""Requirement and fault."""
Group: TypeAlias = Callable[[str, str], object]


def together(_requirement: str, _fault: str) -> None:
    """Put all findings into one group."""


def representatives(found: Mapping[Identity, Fault | None], group: Group = together) -> dict[Identity, Identity]:
    """Return for each finding, in the order seen, the one under which it is reported.

    Args:
        found: what each finding is about; None for what came back, which is told as it is.
        group: given requirement and fault, says to what findings belong that may be told together, e.g. the waiver that
            covers them.
    """
    groups: defaultdict[tuple[str, object], list[Fault]] = defaultdict(list)
    for (requirement, fault), about in found.items():
        if about is not None:
            groups[requirement, group(requirement, fault)].append(about)
    led = {
        (requirement, fault): (requirement, leader)
        for (requirement, _), faults in groups.items()
        for fault, leader in _representatives(faults).items()
    }
    return {identity: led.get(identity, identity) for identity in found}


def _representatives(faults: Sequence[Fault]) -> Mapping[str, str]:
    anything = next((fault for fault in faults if fault.family == ANYTHING), None)
    if anything is not None:
        return dict.fromkeys((fault.text for fault in faults), anything.text)
    alone = _smallest(one for one in faults if not one.parts)
    known = {one.family or one.text: alone[one.text] for one in faults if not one.parts}
    explained = {one.text: known[part] for one in faults for part in reversed(one.parts) if part in known}
    return alone | _smallest(one for one in faults if one.parts and one.text not in explained) | explained


def _smallest(faults: Iterable[Fault]) -> dict[str, str]:
    """Return for each fault the smallest of its family."""
    led: dict[str, str] = {}
    smallest: dict[str, str] = {}  # of each family
    for fault in sorted(faults, key=lambda one: one.size):
        led[fault.text] = smallest.setdefault(fault.family, fault.text) if fault.family else fault.text
    return led
