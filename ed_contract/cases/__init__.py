"""The written cases and scripts of a run, made from a contract and the kinds of its values.

They do not need Hypothesis; what it draws is in `ed_contract.strategies`.
"""

from ed_contract.cases.bodies import bodies
from ed_contract.cases.boundaries import boundaries, boundaries_phase, unusual_keys
from ed_contract.cases.bursts import (
    accounts,
    afterwards,
    authentication,
    bursts,
    counted,
    further_bursts,
    keeping,
    restarted,
)
from ed_contract.cases.combinations import combinations, coverage, strength_within
from ed_contract.cases.creates import Creates, example_of, plainest
from ed_contract.cases.lost import after_restart, before_restart, found_again, lost
from ed_contract.cases.mutation_phase import mutations_phase
from ed_contract.cases.option_coverage import exercised
from ed_contract.cases.replicas import replicas
from ed_contract.cases.search import search, size_of_search
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
from ed_contract.cases.shared import shared
from ed_contract.cases.smoke import smoke
from ed_contract.cases.valid import PAGE_EXAMPLE, example_case, expectation_of, valid_case

__all__ = [
    "PAGE_EXAMPLE",
    "Creates",
    "absent_or_empty",
    "accounts",
    "after_restart",
    "afterwards",
    "authentication",
    "before_restart",
    "bodies",
    "boundaries",
    "boundaries_phase",
    "bursts",
    "combinations",
    "conflicts",
    "counted",
    "coverage",
    "example_case",
    "example_of",
    "exercised",
    "expectation_of",
    "found_again",
    "further_bursts",
    "idempotency",
    "independent_keys",
    "keeping",
    "lost",
    "mutations_phase",
    "plainest",
    "refused_between",
    "replays",
    "replicas",
    "restarted",
    "same_parameters",
    "search",
    "shared",
    "size_of_search",
    "smoke",
    "strength_within",
    "types_alone",
    "unusual_keys",
    "valid_case",
    "without_key",
]
