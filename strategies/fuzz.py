"""Random cases and random sequences of a seed: Hypothesis draws them, the engine sends them.

Cases are drawn some at a time while they are sent, so that a large number of them delays nothing; reduction makes
what they find smaller, as it does for every other phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from ed_contract.case import Case, Key, Sequence, Step, single
from ed_contract.cases.breaking import rows_of
from ed_contract.cases.combinations import combinations, further_rows
from ed_contract.cases.options import options_of
from ed_contract.cases.valid import valid_case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.strategies.mutations import mutated_cases
from ed_contract.strategies.params import create_cases, creates
from ed_contract.strategies.readable import Arguments

AT_A_TIME = 128  # random cases that are drawn before the first of them is sent

Drawn = TypeVar("Drawn")


def drawn(strategy: st.SearchStrategy[Drawn], count: int, *, seed: int) -> tuple[Drawn, ...]:
    """Return at most `count` different values of `strategy`; the same seed gives the same values."""
    found: dict[str, Drawn] = {}

    @seeded(seed)
    @settings(
        max_examples=2 * count,  # Hypothesis draws many a value again
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


def fuzz(*, seed: int, max_examples: int, strength: int = 3, contract: Contract = CONTRACT) -> Iterator[Sequence]:
    """Yield random cases: first creates that combine the options as no combination of `strength` of them does.

    Random options alone would leave most combinations of one more option untried. What remains of `max_examples`
    is wholly random: two valid creates for each mutated one.
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
    # A document may ask for nothing that can be broken.
    mutated = [mutated_cases(contract=contract)] if rows_of(contract, "request") else []
    return drawn(st.one_of(valid, valid, *mutated), most, seed=seed + (number << 32))


def random_sequences(*, most: int = 8, contract: Contract = CONTRACT) -> st.SearchStrategy[Sequence]:
    """Generate sequences over two keys and three params: creates, replays and conflicts in any order."""
    held = contract, creates(contract), st.lists(_moves(), min_size=3, max_size=most)
    return _drawn(Arguments(held, most=most))


def _moves() -> st.SearchStrategy[tuple[int, str | None]]:
    return st.tuples(st.sampled_from((0, 0, 1, 2)), st.sampled_from(("a", "a", "b", None)))


def _random_sequences(draw: st.DrawFn, arguments: Arguments) -> Sequence:
    contract, valid, some_moves = arguments.held
    fresh = Key(label="c") if contract.parts.idempotency.required else None
    cases = [valid_case(draw(valid), f"random sequence, params {number}", contract=contract) for number in range(1, 4)]
    moves = draw(some_moves)
    steps = tuple(Step(case=cases[which], key=fresh if label is None else Key(label=label)) for which, label in moves)
    return Sequence(name="a random sequence", steps=steps)


_random_sequences.__name__ = "random_sequences"  # as which it shows in a repr
_drawn = st.composite(_random_sequences)


def stateful(*, seed: int, requests: int, contract: Contract = CONTRACT) -> tuple[Sequence, ...]:
    """Return random sequences of about `requests` requests in all, and no more."""
    chosen: list[Sequence] = []
    for sequence in drawn(random_sequences(contract=contract), requests // 3, seed=seed):
        if sum(map(len, chosen)) + len(sequence) > requests:
            break
        chosen.append(sequence)
    return tuple(chosen)
