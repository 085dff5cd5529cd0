"""Strategies over the written cases."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ed_contract import cases
from ed_contract.case import Case, Expectation
from ed_contract.cases.bodies import bodies
from ed_contract.cases.boundaries import boundaries
from ed_contract.contract import CONTRACT, Contract
from ed_contract.exceptions import UsageError
from ed_contract.strategies.readable import shown_as


def boundary_cases(*, contract: Contract = CONTRACT) -> st.SearchStrategy[Case]:
    """Generate boundary cases; they shrink towards the first of the catalogue, texts with quotes."""
    return shown_as("boundary_cases", st.sampled_from(sorted(boundaries(contract=contract), key=_how_odd)))


def _how_odd(one: Case) -> tuple[bool, bool, int]:
    """Return a sort key: quotes in as many texts as possible come first, very unusual creates last."""
    quotes = one.name.endswith("with double quotes")
    return bool(one.fault.parts), not quotes, -one.fault.size if quotes else 0


def malformed_bodies(*, contract: Contract = CONTRACT) -> st.SearchStrategy[Case]:
    """Generate bodies that are not JSON objects; they shrink towards a truncated body."""
    malformed = [one for one in bodies(contract=contract) if one.expectation is Expectation.REJECT]
    return shown_as("malformed_bodies", st.sampled_from(malformed))


def combinations(*, strength: int = 3, seed: int = 0, contract: Contract = CONTRACT) -> tuple[Case, ...]:
    """Return creates that cover every combination of any `strength` options, the ACCEPT cases first.

    Raises:
        InvalidArgument: there are fewer options than `strength`.
    """
    try:
        return cases.combinations(strength=strength, seed=seed, contract=contract)
    except UsageError as error:
        raise InvalidArgument(str(error)) from None
