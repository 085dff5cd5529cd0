"""Random cases and random sequences of a seed: Hypothesis draws them, the engine sends them.

They are drawn before anything is sent, so that a run can say how many requests it will send; reduction makes what
they find smaller, as it does for every other phase.
"""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from ed_contract.case import Expectation, Key, Sequence, Step, case, single
from ed_contract.strategies.combinations import combinations, create_of, further_rows
from ed_contract.strategies.mutations import mutated_cases
from ed_contract.strategies.params import create_cases, create_params, valid_case
from ed_contract.strategies.readable import Arguments
from ed_contract.strategies.telling import telling_values

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


def fuzz(*, seed: int, max_examples: int, strength: int = 3) -> tuple[Sequence, ...]:
    """Return random cases: first creates that combine the options as no combination of `strength` of them does.

    Random options alone would leave most combinations of one more option untried. What remains of `max_examples`
    is wholly random: two valid creates for each mutated one.
    """
    rows = further_rows(combinations(strength=strength, seed=seed), strength=strength + 1, seed=seed)
    values = drawn(telling_values(), min(len(rows), max_examples), seed=seed)
    cases = [valid_case(create_of(row, value.__getitem__)) for row, value in zip(rows, values, strict=False)]
    if len(cases) < max_examples:
        rest = st.one_of(create_cases(), create_cases(), mutated_cases())
        cases += drawn(rest, max_examples - len(cases), seed=seed)
    return tuple(map(single, cases))


def random_sequences(*, most: int = 8) -> st.SearchStrategy[Sequence]:
    """Generate sequences over two keys and three params: creates, replays and conflicts in any order."""
    return _drawn(Arguments((create_params(), st.lists(_moves(), min_size=3, max_size=most)), most=most))


def _moves() -> st.SearchStrategy[tuple[int, str | None]]:
    return st.tuples(st.sampled_from((0, 0, 1, 2)), st.sampled_from(("a", "a", "b", None)))


def _random_sequences(draw: st.DrawFn, arguments: Arguments) -> Sequence:
    creates, some_moves = arguments.held
    params = [draw(creates) for _ in range(3)]
    moves = draw(some_moves)
    steps = tuple(
        Step(
            case=case(f"random sequence, params {which + 1}", params[which], Expectation.ACCEPT),
            key=None if label is None else Key(label=label),
        )
        for which, label in moves
    )
    return Sequence(name="a random sequence", steps=steps)


_random_sequences.__name__ = "random_sequences"  # as which it shows in a repr
_drawn = st.composite(_random_sequences)


def stateful(*, seed: int, requests: int) -> tuple[Sequence, ...]:
    """Return random sequences of about `requests` requests in all, and no more."""
    chosen: list[Sequence] = []
    for sequence in drawn(random_sequences(), requests // 3, seed=seed):
        if sum(map(len, chosen)) + len(sequence) > requests:
            break
        chosen.append(sequence)
    return tuple(chosen)
