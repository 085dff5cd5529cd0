"""Random cases and random sequences from a seed: Hypothesis draws them, the runner sends them.

Cases are drawn in batches while they are sent, so that a large number delays nothing; findings are shrunk as in
every other phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count, islice
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from ed_contract.case import Case, CaseSequence, Expectation, Key, Params, Step, single
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.combinations import combinations, further_rows
from ed_contract.cases.mutating import mutated
from ed_contract.cases.near import changes
from ed_contract.cases.options import options_of
from ed_contract.cases.valid import valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.strategies.mutations import mutated_cases
from ed_contract.strategies.params import create_cases, creates
from ed_contract.strategies.readable import Arguments

_MOST_TWINS = 20  # twins of a create
AT_A_TIME = 128  # random cases to draw before the first of them is sent

Drawn = TypeVar("Drawn")


def drawn(strategy: st.SearchStrategy[Drawn], count: int, *, seed: int) -> tuple[Drawn, ...]:
    """Return at most `count` different values of `strategy`; the same seed gives the same values."""
    found: dict[str, Drawn] = {}

    @seeded(seed)
    @settings(
        max_examples=2 * count,  # Hypothesis draws many values again
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Drawn) -> None:
        found.setdefault(repr(value), value)

    collect()
    return tuple(found.values())[:count]


def fuzz(*, seed: int, max_examples: int, strength: int = 3, contract: Contract = CONTRACT) -> Iterator[CaseSequence]:
    """Yield random cases: first creates that cover combinations of one more option than `strength`.

    Random options would leave most of these combinations untried. The rest of `max_examples` is entirely random:
    two valid creates for each mutated one.
    """
    combining = _combining(contract, max_examples, strength=strength, seed=seed)
    yield from map(single, combining)
    left = max_examples - len(combining)
    seen: set[int] = set()
    for number in count():
        some = (
            _random(contract, AT_A_TIME if number else min(left, AT_A_TIME), seed=seed, number=number) if left else ()
        )
        new = [one for one in some if hash(repr(one)) not in seen][:left]
        if not new:
            return
        seen.update(hash(repr(one)) for one in new)
        yield from map(single, new)
        left -= len(new)


@lru_cache(maxsize=4)  # a session often runs the same plan again
def _combining(contract: Contract, most: int, *, strength: int, seed: int) -> tuple[Case, ...]:
    options = options_of(contract)
    if strength >= len(options.dimensions):
        return ()
    cases = combinations(strength=strength, seed=seed, contract=contract)
    rows = further_rows(cases, strength=strength + 1, seed=seed, contract=contract)[:most]
    made = (options.create(row, turn, seed=seed, telling=True) for turn, row in enumerate(rows, len(cases)))
    return tuple(valid_case(one, contract=contract) for one in made)


@lru_cache(maxsize=4)
def _random(contract: Contract, most: int, *, seed: int, number: int) -> tuple[Case, ...]:
    valid = create_cases(contract=contract)
    # A document may have no requirement that can be broken.
    mutated = [mutated_cases(contract=contract)] if rows_of(contract, "request") else []
    return drawn(st.one_of(valid, valid, *mutated), most, seed=seed + (number << 32))


def random_sequences(
    *, most: int = 8, refused: bool = False, contract: Contract = CONTRACT
) -> st.SearchStrategy[CaseSequence]:
    """Generate sequences over two keys and three params: creates, replays and conflicts in any order.

    With `refused`, some of the creates are the first one with a fault, or hardly changed.
    """
    held = contract, creates(contract), st.lists(_moves(refused=refused), min_size=3, max_size=most)
    return _drawn(Arguments(held, most=most, refused=refused))


_VALID, _WRONG, _TWIN = range(3), 3, 4


def _moves(*, refused: bool) -> st.SearchStrategy[tuple[int, str | None]]:
    which = (0, *_VALID, *((_WRONG, _WRONG, _TWIN, _TWIN) if refused else ()))
    return st.tuples(st.sampled_from(which), st.sampled_from(("a", "a", "b", None)))


def _random_sequences(draw: st.DrawFn, arguments: Arguments) -> CaseSequence:
    contract, valid, some_moves = arguments.held
    fresh = Key(label="c") if contract.parts.idempotency.required else None
    params = [draw(valid) for _ in _VALID]
    cases = [
        valid_case(one, f"random sequence, params {number}", contract=contract) for number, one in enumerate(params, 1)
    ]
    moves = draw(some_moves)
    if {which for which, _ in moves} - {*_VALID}:
        cases += [draw(_wrong(contract, params[0])), draw(_twins(contract, params[0]))]
    steps = tuple(Step(case=cases[which], key=fresh if label is None else Key(label=label)) for which, label in moves)
    return CaseSequence(name="a random sequence", steps=steps)


def _wrong(contract: Contract, params: Params) -> st.SearchStrategy[Case]:
    """Generate creates with a fault, or the create as it is if it cannot have one."""
    firsts = [
        case for row in rows_of(contract, "request").values() for case in islice(mutated(contract, row, params), 1)
    ]
    return st.sampled_from(firsts or [valid_case(params, contract=contract)])


def _twins(contract: Contract, params: Params) -> st.SearchStrategy[Case]:
    """Generate creates that hardly differ, or the create as it is if there are none."""
    twins = [
        valid_case(one.params, f"random sequence, params 1, {one}", contract=contract)
        for one in islice(changes(contract, params), _MOST_TWINS)
    ]
    return st.sampled_from(
        [one for one in twins if one.expectation is Expectation.ACCEPT] or [valid_case(params, contract=contract)]
    )


_random_sequences.__name__ = "random_sequences"  # its name in a repr
_drawn = st.composite(_random_sequences)


def stateful(*, seed: int, requests: int, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return random sequences of about `requests` requests in total, and no more."""
    chosen: list[CaseSequence] = []
    for sequence in drawn(random_sequences(refused=True, contract=contract), requests // 3, seed=seed):
        if sum(map(len, chosen)) + len(sequence) > requests:
            break
        chosen.append(sequence)
    return tuple(chosen)
