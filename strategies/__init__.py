"""Requests to send and answers to expect: Hypothesis strategies for property tests of servers and clients.

    from hypothesis import given
    from ed_contract import strategies as ed

    @given(ed.create_params(types=["webhook_endpoint"]))
    def test_my_handler_accepts_what_the_page_allows(params):
        assert my_handler(params).status == 200

    @given(ed.mutated_cases("request/type/enum"))
    def test_my_handler_refuses_unknown_types(case):
        assert my_handler(case.params).status == 400

The cases that a run sends are in `ed_contract.cases`; a few of those names were here before, and still work.
Knows the contract and the domain's records, but no transports, checks or reports.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from types import MappingProxyType
from typing import Any

from ed_contract.cases.valid import PAGE_EXAMPLE, expectation_of, valid_case
from ed_contract.strategies.catalogues import boundary_cases, combinations, malformed_bodies
from ed_contract.strategies.mutations import mutated_cases, mutations
from ed_contract.strategies.page import (
    api_versions,
    aws_account_ids,
    aws_regions,
    create_params,
    descriptions,
    enabled_events,
    events_from,
    idempotency_keys,
    includes,
    metadata,
    names,
    webhook_urls,
)
from ed_contract.strategies.params import create_cases
from ed_contract.strategies.random_cases import random_sequences
from ed_contract.strategies.responses import MutatedResponse, exchanges, mutated_responses, responses

__all__ = [  # noqa: RUF022 - what users want first comes first
    # creates
    "create_params",
    "create_cases",
    "mutated_cases",
    "boundary_cases",
    "malformed_bodies",
    # answers
    "responses",
    "exchanges",
    "mutated_responses",
    "MutatedResponse",
    # creates in order
    "random_sequences",
    # one field of the page
    "names",
    "descriptions",
    "enabled_events",
    "events_from",
    "includes",
    "metadata",
    "api_versions",
    "webhook_urls",
    "aws_account_ids",
    "aws_regions",
    "idempotency_keys",
    # written creates, and their expectation
    "PAGE_EXAMPLE",
    "combinations",
    "mutations",
    "valid_case",
    "expectation_of",
]

_DRAWN_FOR_RUNS = "ed_contract.strategies.random_cases"
_MOVED = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "absent_or_empty",
                "accounts",
                "afterwards",
                "authentication",
                "bodies",
                "boundaries",
                "boundaries_phase",
                "bursts",
                "conflicts",
                "coverage",
                "idempotency",
                "independent_keys",
                "keeping",
                "mutations_phase",
                "refused_between",
                "replays",
                "restarted",
                "same_parameters",
                "smoke",
                "types_alone",
                "unusual_keys",
                "without_key",
            ),
            "ed_contract.cases",
        ),
        "fuzz": _DRAWN_FOR_RUNS,
        "stateful": _DRAWN_FOR_RUNS,
    }
)
"""The new modules of the runner's catalogues, which were here before."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute is of any type
    """Load a name that has moved, and warn where it is now."""
    if name not in _MOVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _MOVED[name]
    warnings.warn(f"{__name__}.{name} has moved: import it from {home}", DeprecationWarning, stacklevel=2)
    return getattr(import_module(home), name)
