"""Puts the entries of several records, or of one that is ordered by a clock, into the order of one history.

Within a record, its own counter is the order. Requests under one key are ordered only if their intervals do not
overlap (across records, with a margin for clock skew); otherwise they count as concurrent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ed_contract.interaction import PROBE, Interaction
from ed_contract.record.history import Abandoned, Changed, Entry


@dataclass(slots=True)
class _Unit:
    """Entries that stay together: a burst or a single request, and the probes that it caused."""

    source: int
    after: float = 0.0  # when what came before it was answered
    entries: list[Entry] = field(default_factory=list)

    @property
    def sent(self) -> list[Interaction]:
        """What was sent, without the probes that it caused."""
        return [one for one in self.entries if isinstance(one, Interaction) and not one.is_probe]

    @property
    def began(self) -> float:
        """When the first was sent."""
        return min((one.began for one in self.entries if isinstance(one, Interaction)), default=self.after)

    @property
    def ended(self) -> float:
        """When the last was answered."""
        return max((one.ended for one in self.entries if isinstance(one, Interaction)), default=self.after)


def merged(records: Sequence[Iterable[Entry]], *, skew: float, ordered: bool) -> list[Entry]:
    """Return the entries of all records as those of one history, numbered from 1.

    Args:
        records: the entries of each.
        skew: seconds by which the clocks of two records may differ.
        ordered: whether the order within a record is that of its requests; if not, requests that overlap in time are
            concurrent.
    """
    units = [unit for source, entries in enumerate(records) for unit in _units(entries, source)]
    if len(records) > 1:
        units.sort(key=lambda unit: unit.began)  # keeps the order within a record, whose times increase
    _join(units, skew, ordered=ordered)
    return list(_numbered(units))


def _units(entries: Iterable[Entry], source: int) -> Iterator[_Unit]:
    unit: _Unit | None = None
    for entry in entries:
        if unit is None or not _continues(unit, entry):
            before, unit = unit, _Unit(source)
            if before is not None:
                # What others changed may have been changed before: it counts from the beginning.
                unit.after = 0.0 if isinstance(entry, Changed) else before.ended
                yield before
        unit.entries.append(entry)
    if unit is not None:
        yield unit


def _continues(unit: _Unit, entry: Entry) -> bool:
    if isinstance(entry, Abandoned):
        return True
    last = unit.entries[-1]
    if not isinstance(entry, Interaction) or not isinstance(last, Interaction):
        return False
    return entry.phase == PROBE or (entry.burst is not None and entry.burst == last.burst)


def _join(units: list[_Unit], skew: float, *, ordered: bool) -> None:
    """Join units whose requests under one key may have been sent in either order."""
    under: defaultdict[Hashable, list[_Unit]] = defaultdict(list)
    for unit in units:
        for key in {(one.request.credential, one.request.account, one.key) for one in unit.sent if one.key is not None}:
            under[key].append(unit)
    for alike in under.values():
        for unit, other in _overlapping(alike, skew, ordered=ordered):
            if unit is not other:
                unit.entries += other.entries
                other.entries = []


def _overlapping(alike: Sequence[_Unit], skew: float, *, ordered: bool) -> Iterator[tuple[_Unit, _Unit]]:
    """Yield pairs of a unit and a later one that may have come first, the earliest unit of each group always first."""
    leader: _Unit | None = None
    until, sources = 0.0, set[int]()
    for unit in alike:
        apart = skew if sources - {unit.source} else 0.0
        may_be_first = unit.began < until + apart and (not ordered or sources != {unit.source})
        if leader is None or not may_be_first:
            leader, until, sources = unit, unit.ended, {unit.source}
            continue
        until, sources = max(until, unit.ended), sources | {unit.source}
        yield leader, unit


def _numbered(units: Iterable[_Unit]) -> Iterator[Entry]:
    number = bursts = 0
    for unit in units:
        sent = unit.sent
        asked = [one for one in unit.entries if not isinstance(one, Interaction) or one.is_probe]
        together = len(sent) > 1
        bursts += together
        for one in (*sent, *asked):
            if isinstance(one, Interaction):
                number += 1
                burst = bursts if together and not one.is_probe else None
                yield replace(one, number=number, burst=burst)
            else:
                yield one
