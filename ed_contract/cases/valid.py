"""Cases of valid creates: their expectation and their names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ed_contract.case import Case, Expectation, Params, case
from ed_contract.cases.creates import example_of
from ed_contract.cases.options import options_of
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected

PAGE_EXAMPLE: Params = example_of(CONTRACT)
"""The create in the page's curl example, member for member."""


_SAMPLE = "0123456789ab"


def expectation_of(params: Params, *, contract: Contract = CONTRACT) -> Expectation:
    """Return what must become of params: ACCEPT if any server accepts them, REJECT if they break the schema.

    Between the two the document is silent: options that not every server accepts together, unusual values.
    """
    return expected(contract, params)[0]


def example_case(contract: Contract) -> Case:
    """Return the case that sends the document's own example, or else a plain create.

    Any server accepts the example; whether it accepts a plain create may be unknown.
    """
    params = example_of(contract)
    expectation = Expectation.ACCEPT if contract.example else expectation_of(params, contract=contract)
    return case(f"the {contract.source}'s example", params, expectation)


def summary(params: Params, *, contract: Contract = CONTRACT) -> str:
    """Return a line that sums up valid params, e.g. `card, capture true, description, expand secret`."""
    options = options_of(contract)
    words = [str(params[name]) for name in options.deciding if name in params]
    for name in options.dimensions:
        if name in params and name not in options.deciding:
            value = params[name]
            words.append(f"{name} {_said(value)}" if name in options.enums else name)
    return ", ".join(words) or "a create"


def _said(value: Any) -> str:  # noqa: ANN401 - a value of any option
    if isinstance(value, list):
        return "+".join(str(one).rpartition(".")[2] for one in value) or "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def named_case(params: Params, name: str, *, contract: Contract) -> Case:
    """Return the case that sends valid params, named uniquely for their key if creates have names."""
    case, label = valid_case(params, name, contract=contract), contract.parts.identity.label
    if not isinstance(params.get(label), str):
        return case
    sent = expectation_of({**params, label: f"{params[label]} {_SAMPLE}"}, contract=contract)
    return replace(case, unique=label) if sent is case.expectation else case


def valid_case(params: Params, name: str = "", *, contract: Contract = CONTRACT) -> Case:
    """Return the case that sends valid params, with its expectation."""
    name = name or summary(params, contract=contract)
    return replace(case(name, params, expectation_of(params, contract=contract)), usual=True)
