"""Divides one plan among several runs, and says whether their records are all that there are.

Every shard makes the same plan and sends its own part of it. Scripts that share a key which holds its value for the
whole run (`@…`) stay together, all others are dealt out in turn; what `cases.shared` makes is sent by every shard,
under the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from ed_contract.case import SHARED, CaseSequence
from ed_contract.exceptions import UsageError
from ed_contract.record.steps import flat
from ed_contract.runner import Drawn, PlannedPhase
from ed_contract.shard import Shard

_EVERYBODY = 0


def part(phases: Iterable[PlannedPhase], shard: Shard) -> tuple[PlannedPhase, ...]:
    """Return what a shard sends of a plan: the first script always; only the first shard restarts the target."""
    phases = tuple(phases)
    turns = _turns(phases, shard.of)
    own = (_own(phase, shard, turns) for phase in phases)
    return tuple(one for one in own if one.requests > one.hostile + one.lists)


def _own(phase: PlannedPhase, shard: Shard, turns: Iterator[int]) -> PlannedPhase:
    if isinstance(phase.sequences, Drawn):
        drawn = phase.sequences
        draw = partial(_every, drawn, shard)
        return replace(phase, sequences=replace(drawn, draw=draw, requests=-(-drawn.requests // shard.of)))
    mine = (_EVERYBODY, shard.number)
    kept = tuple([one for one in phase.sequences if next(turns) in mine])
    return replace(phase, sequences=() if phase.restarts and shard.number > 1 else kept)


def _turns(phases: tuple[PlannedPhase, ...], of: int) -> Iterator[int]:
    """Yield whose turn each written sequence is, in their order."""
    # Creates around a restart are those of the shard that restarts.
    of_label = {
        label: 1 for phase in phases if phase.name == "restart" for one in _written(phase) for label in _kept(one)
    }
    dealt = 0
    for place, sequence in enumerate(one for phase in phases for one in _written(phase)):
        labels = _kept(sequence)
        if place == 0 or any(one.startswith(SHARED) for one in labels):
            yield _EVERYBODY
            continue
        known = [of_label[one] for one in labels if one in of_label]
        turn = known[0] if known else dealt % of + 1
        dealt += not known
        of_label.update(dict.fromkeys(labels, turn))
        yield turn


def _written(phase: PlannedPhase) -> tuple[CaseSequence, ...]:
    return () if isinstance(phase.sequences, Drawn) else phase.sequences


def _kept(sequence: CaseSequence) -> set[str]:
    """Return the labels of keys that keep their value for the whole run."""
    return {one.key.label for one in flat(sequence.steps) if one.key is not None and one.key.label.startswith("@")}


def _every(drawn: Drawn, shard: Shard) -> Iterator[CaseSequence]:
    return islice(iter(drawn), shard.number - 1, None, shard.of)


def missing(shards: Iterable[Shard]) -> list[Shard]:
    """Return the shards of a run of which these are some, in their order."""
    given = set(shards)
    of = max((one.of for one in given), default=0)
    return [one for number in range(1, of + 1) if (one := Shard(number=number, of=of)) not in given]


def require_all(shards: Iterable[Shard | None]) -> None:
    """Raise UsageError unless these are all shards of one run, each of them once."""
    given = [one for one in shards if one is not None]
    told = ", ".join(map(str, given))
    if len({one.of for one in given}) != 1:
        what = f"the records are shards of different runs: {told}" if given else "no record is that of a shard"
        raise UsageError(f"{what}\ngive what `ed-contract run --shard I/N --record FILE` wrote in one run.")
    if left_out := missing(given):
        names = f"shard{'s' if left_out[1:] else ''} {', '.join(map(str, left_out))}"
        raise UsageError(f"no record was given of {names}\n`ed-contract judge` judges what is there.")
    if len(given) > len(set(given)):
        raise UsageError(f"a shard is given twice: {told}\ngive the record of each shard once.")
