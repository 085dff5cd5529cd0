"""Creates whose answers are lost because we hang up, and what is then sent under their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

from ed_contract.case import CaseSequence, Expectation, HangUp, Key, Step
from ed_contract.cases.creates import Creates, one_of_each
from ed_contract.cases.near import changes
from ed_contract.cases.valid import summary, valid_case
from ed_contract.contract import CONTRACT, Contract

_SHAPES = 2  # shapes of creates
_SAID = {
    HangUp.SEEN: "its answer is lost when its id was seen",
    HangUp.UNDER_WAY: "its answer is lost under way",
    HangUp.SENT: "its answer is lost at once",
}


def lost(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates whose answers are lost, each then repeated twice, or first followed by a twin under its key."""
    found = []
    for first, again, twin in _lost(contract):
        found.append(CaseSequence(name=first.case.name, steps=(first, again, replace(again, patient=False))))
        if twin is not None and first.hangs_up is HangUp.SEEN:
            steps = tuple(replace(one, key=Key(), patient=False) for one in (first, twin, again))
            found.append(CaseSequence(name=f"{first.case.name}, then a twin", steps=steps))
    return tuple(found)


def found_again(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the same creates under some of those keys, for the end of a run, when nothing is in progress."""
    kept = (replace(again, patient=False) for _, again, _ in _lost(contract) if again.patient)
    return tuple(CaseSequence(name=f"{step.case.name}: asked for again", steps=(step,)) for step in kept)


def before_restart(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return creates whose answers are lost right before the target is restarted."""
    return tuple(CaseSequence(name=first.case.name, steps=(first,)) for first, _ in _across_a_restart(contract))


def after_restart(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the same creates for after the restart: each once, then each once more."""
    again = [again for _, again in _across_a_restart(contract)]
    twice = (*again, *(replace(one, patient=False) for one in again))
    return tuple(CaseSequence(name=step.case.name, steps=(step,)) for step in twice)


def _across_a_restart(contract: Contract) -> Iterator[tuple[Step, Step]]:
    """Yield creates whose answers are lost, each with its repetition, which waits while the key is in use."""
    creates = Creates(contract, seed=7)
    for how, shape in zip((HangUp.SEEN, HangUp.UNDER_WAY), cycle(one_of_each(contract)), strict=False):
        params, key = creates.plain(shape), Key(label=f"@restart-{how}")
        named = f"{summary(params, contract=contract)}: {_SAID[how]}, then a restart"
        first = Step(case=valid_case(params, named, contract=contract), key=key, hangs_up=how)
        yield first, Step(case=replace(first.case, name=f"{named}, the same again"), key=key, patient=True)


def _lost(contract: Contract) -> Iterator[tuple[Step, Step, Step | None]]:
    """Yield creates whose answers are lost, each with its repetition and a near twin."""
    creates = Creates(contract, seed=6)
    for number, shape in enumerate(one_of_each(contract)[:_SHAPES]):
        for how, said in _SAID.items() if number == 0 else [(HangUp.SEEN, _SAID[HangUp.SEEN])]:
            params = creates.plain(shape)
            # Only keys that are used again at the end of the run wait for a create in progress: it is expensive.
            kept = number == 0 and how is not HangUp.SENT
            key = Key(label=f"@lost-{how}") if kept else Key()
            named = f"{summary(params, contract=contract)}: {said}"
            first = Step(case=valid_case(params, named, contract=contract), key=key, hangs_up=how)
            again = Step(case=replace(first.case, name=f"{named}, the same again"), key=key, patient=kept)
            changed = (
                valid_case(one.params, f"{named}, {one}", contract=contract) for one in changes(contract, params)
            )
            twin = next((one for one in changed if one.expectation is Expectation.ACCEPT), None)
            yield first, again, None if twin is None else Step(case=twin, key=key)
