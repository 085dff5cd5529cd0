"""Sequences about who sends and when: at once, under another account, with a wrong credential, and much later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, cycle, islice

from ed_contract.case import WRONG_CREDENTIALS, Burst, CaseSequence, Credential, Expectation, Key, Params, Step
from ed_contract.case import case as case_of
from ed_contract.cases.creates import Creates, asking, one_of_each
from ed_contract.cases.near import changes
from ed_contract.cases.valid import named_case, summary, valid_case
from ed_contract.contract import CONTRACT, Contract

SIZE = 4  # requests of a burst under one key
PAIRS = 6
"""Pairs of a burst, each under its own key: in a race only the first requests under a key can meet, and the more is on
its way, the more often they do. Measured, twelve requests find a select and the insert behind it in 0.8 of 70 bursts
with every core busy, four under one key in 0.07."""
_SHAPES = 2  # of creates: a burst is dear
FURTHER = 6
"""More bursts of a usual run where each has a schedule of its own: a narrow race shows under some of them only."""
COUNTED = Key(label="@burst")
"""The key of the burst of which it is counted in the end what it left."""
KEPT = 3  # keys that are made at the beginning, to be looked back on at the end


@cache
def _bases(contract: Contract) -> tuple[Params, ...]:
    """Return plain creates of the first two shapes, which ask for what they hold: findings show nothing beside it."""
    creates = Creates(contract)
    return tuple(asking(contract, creates.plain(shape)) for shape in one_of_each(contract)[:_SHAPES])


def bursts(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the bursts: equal bodies and different ones under one key, of two shapes, and pairs under several keys."""
    first, *others = _bases(contract)
    return (
        _equal(contract, first),
        _pairs(contract, "equal", seed=1),
        *_different(contract, first),
        *(_equal(contract, other) for other in others),
        _pairs(contract, "equal", seed=4),
        _pairs(contract, "different", seed=5, alone=4),
    )


def further_bursts(number: int, *, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return this many bursts under one key, of equal creates of each shape and of different ones in turn."""
    first, *_ = bases = _bases(contract)
    kinds = (*(_equal(contract, base, counts=False) for base in bases), *_different(contract, first))
    return tuple(
        CaseSequence(name=f"{one.name}, once more", steps=one.steps[:1]) for one in islice(cycle(kinds), number)
    )


def _equal(contract: Contract, base: Params, *, counts: bool = True) -> CaseSequence:
    """Return the burst of equal creates, and the same again; what the first one leaves is counted in the end."""
    said, counted = _said(contract, base), counts and base == _bases(contract)[0]
    make, key = (named_case, COUNTED) if counted else (valid_case, Key())
    steps = (Step(case=make(base, f"{said}, {SIZE} at once", contract=contract), key=key),) * SIZE
    after = make(base, f"{said}, after a burst", contract=contract)
    return CaseSequence(
        name=f"{SIZE} times {said} at once", steps=(Burst(steps=steps), Step(case=after, key=key, patient=True))
    )


def _said(contract: Contract, params: Params) -> str:
    """Return what a create chooses, or what else is special about it."""
    return contract.chosen(params) or summary(params, contract=contract)


def _pairs(contract: Contract, bodies: str, *, seed: int, alone: int = 0) -> CaseSequence:
    """Return the burst of creates that have nothing to do with each other: each key is another's.

    Those that are `alone` under their key come last: what they ask for has to be shown, as to no twin of another.
    """
    creates, shapes = Creates(contract, seed=seed), one_of_each(contract)[:_SHAPES]
    pairs = PAIRS - alone // 2
    plain = [creates.plain(shapes[number // 2 % len(shapes)]) for number in range(pairs + alone)]
    # Those of a shape ask for different things.
    made = [one if number % 2 else asking(contract, one) for number, one in enumerate(plain)]
    steps = []
    for number, one in enumerate(made):
        twin = next(_acceptable(contract, one), one) if bodies == "different" else one
        said = f"{_said(contract, one)}, one of {len(made)} keys at once"
        steps += [
            Step(case=valid_case(params, said, contract=contract), key=Key(label=f"key {number}"))
            for params in ((one, twin) if number < pairs else (one,))
        ]
    name = f"{pairs} pairs of {bodies} creates at once" + (f", and {alone} more" if alone else "")
    return CaseSequence(name=name, steps=(Burst(steps=tuple(steps)),))


def _different(contract: Contract, base: Params) -> Iterator[CaseSequence]:
    """Yield the burst of four creates of which each differs from the first in one parameter, if there are several."""
    said = _said(contract, base)
    steps = [
        Step(case=valid_case(params, f"{said}, one of {SIZE} bodies at once", contract=contract))
        for params in chain([base], islice(_acceptable(contract, base), SIZE - 1))
    ]
    if len(steps) > 1:
        yield CaseSequence(name=f"different {said} at once", steps=(Burst(steps=tuple(steps)),))


def _acceptable(contract: Contract, base: Params) -> Iterator[Params]:
    """Yield what is acceptable of the changes of a create."""
    changed = (change.params for change in changes(contract, base))
    return (one for one in changed if valid_case(one, "", contract=contract).expectation is Expectation.ACCEPT)


def authentication(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the creates without a right credential, at last two under keys that were used with one."""
    bases = _bases(contract)
    wrong = [
        CaseSequence(name=credential.value, steps=(_uncredited(bases[number % len(bases)], credential),))
        for number, credential in enumerate(WRONG_CREDENTIALS)
    ]
    used = [
        CaseSequence(
            name=f"a used key, credential: {credential.value}",
            steps=(
                Step(case=valid_case(base, "under a right credential", contract=contract)),
                _uncredited(base, credential),
            ),
        )
        for base, credential in zip(cycle(bases), (Credential.NONE, Credential.UNKNOWN), strict=False)
    ]
    return (*wrong, *used)


def _uncredited(params: Params, credential: Credential) -> Step:
    return Step(
        case=case_of(f"credential: {credential.value}", params, Expectation.EITHER),
        credential=credential,
    )


def accounts(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the creates of a second account under keys of the first."""
    made, creates = [], Creates(contract, seed=2)
    for first in (creates.full(shape) for shape in one_of_each(contract)[:_SHAPES]):  # with every secret
        for name, second in (("the same", first), ("other", creates.unlike(first))):
            theirs = case_of(f"{name} params under another account's key", second, Expectation.EITHER)
            steps: tuple[Step, ...] = (
                Step(case=valid_case(first, "of the first account", contract=contract)),
                Step(case=theirs, credential=Credential.SECOND),
            )
            if name == "other":  # what the second account does changes nothing for the first
                steps += (Step(case=valid_case(first, "of the first account, again", contract=contract)),)
            made.append(CaseSequence(name=f"{_said(contract, first)}: {name} params from two accounts", steps=steps))
    return tuple(made)


def _kept(contract: Contract) -> Iterator[Step]:
    creates, shapes = Creates(contract, seed=3), one_of_each(contract)
    for number in range(KEPT):
        params = asking(contract, creates.plain(shapes[number % len(shapes)]))
        kept = named_case(params, f"{_said(contract, params)}, to be remembered", contract=contract)
        yield Step(case=kept, key=Key(label=f"@kept-{number}"))


def keeping(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the creates whose keys are asked for again at the end of a run."""
    return tuple(CaseSequence(name=step.case.name, steps=(step,)) for step in _kept(contract))


def afterwards(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the replays of what `keeping` made."""
    return tuple(CaseSequence(name=f"{step.case.name}: asked for again", steps=(step,)) for step in _kept(contract))


def counted(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return what is sent under keys when what they left is counted: other parameters, and a burst again."""
    changed = (one for step in list(_kept(contract))[:2] for one in _changed(contract, step))
    first = _equal(contract, _bases(contract)[0]).steps[-1]
    again = CaseSequence(name="after a burst, when it is counted", steps=(first,))
    return (*changed, *([again] if contract.parts.listing is not None else ()))


def _changed(contract: Contract, step: Step) -> Iterator[CaseSequence]:
    for change in islice(changes(contract, step.case.params or {}), 1):
        name = f"{step.case.name}: other parameters, {change}"
        other = replace(step, case=named_case(change.params, name, contract=contract))
        yield CaseSequence(name=name, steps=(other,))


def restarted(*, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the replays of what `keeping` made, for after a restart."""
    return tuple(CaseSequence(name=f"{step.case.name}: after a restart", steps=(step,)) for step in _kept(contract))
