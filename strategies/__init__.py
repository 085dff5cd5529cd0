"""What to send: strategies for property tests of servers, and the written requests of a run.

    from hypothesis import given
    from ed_contract import strategies as ed

    @given(ed.create_params(types=["webhook_endpoint"]))
    def test_my_handler_accepts_what_the_page_allows(params):
        assert my_handler(params).status == 200

    @given(ed.mutated_cases("request/type/enum"))
    def test_my_handler_refuses_unknown_types(case):
        assert my_handler(case.params).status == 400

Knows the contract and the words; nothing of transports, checks or reports.
"""

from ed_contract.cases.bodies import bodies
from ed_contract.cases.boundaries import boundaries, boundaries_phase, unusual_keys
from ed_contract.cases.bursts import (
    accounts,
    afterwards,
    authentication,
    bursts,
    keeping,
    restarted,
)
from ed_contract.cases.combinations import coverage
from ed_contract.cases.mutation_phase import mutations_phase
from ed_contract.cases.sequences import (
    absent_or_empty,
    conflicts,
    idempotency,
    independent_keys,
    refused_between,
    replays,
    same_parameters,
    types_alone,
    without_key,
)
from ed_contract.cases.smoke import smoke
from ed_contract.cases.valid import PAGE_EXAMPLE, expectation_of, valid_case
from ed_contract.strategies.catalogues import boundary_cases, combinations, malformed_bodies
from ed_contract.strategies.fuzz import fuzz, random_sequences, stateful
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
from ed_contract.strategies.responses import MutatedResponse, exchanges, mutated_responses, responses

__all__ = [
    "PAGE_EXAMPLE",
    "MutatedResponse",
    "absent_or_empty",
    "accounts",
    "afterwards",
    "api_versions",
    "authentication",
    "aws_account_ids",
    "aws_regions",
    "bodies",
    "boundaries",
    "boundaries_phase",
    "boundary_cases",
    "bursts",
    "combinations",
    "conflicts",
    "coverage",
    "create_cases",
    "create_params",
    "descriptions",
    "enabled_events",
    "events_from",
    "exchanges",
    "expectation_of",
    "fuzz",
    "idempotency",
    "idempotency_keys",
    "includes",
    "independent_keys",
    "keeping",
    "malformed_bodies",
    "metadata",
    "mutated_cases",
    "mutated_responses",
    "mutations",
    "mutations_phase",
    "names",
    "random_sequences",
    "refused_between",
    "replays",
    "responses",
    "restarted",
    "same_parameters",
    "smoke",
    "stateful",
    "types_alone",
    "unusual_keys",
    "valid_case",
    "webhook_urls",
    "without_key",
]
