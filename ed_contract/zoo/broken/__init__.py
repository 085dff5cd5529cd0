"""The broken servers: each stands in the module of the requirement that it breaks."""

from ed_contract.zoo.broken import (
    auth,
    echo_configuration,
    echo_lists,
    echo_metadata,
    echo_texts,
    idempotency_bursts,
    idempotency_comparisons,
    idempotency_conflicts,
    idempotency_keys,
    idempotency_memory,
    idempotency_replays,
    include,
    request_required,
    request_types,
    request_valid,
    request_values,
    response_bodies,
    response_ids,
    response_members,
    response_timestamps,
    response_values,
    robustness_answers,
    robustness_crashes,
    robustness_errors,
    robustness_malformed,
)
from ed_contract.zoo.specimen import Mutant

MODULES = (
    request_required,
    request_types,
    request_values,
    request_valid,
    response_bodies,
    response_members,
    response_values,
    response_timestamps,
    response_ids,
    echo_texts,
    echo_configuration,
    echo_lists,
    echo_metadata,
    include,
    idempotency_replays,
    idempotency_conflicts,
    idempotency_comparisons,
    idempotency_keys,
    idempotency_memory,
    idempotency_bursts,
    robustness_crashes,
    robustness_answers,
    robustness_malformed,
    robustness_errors,
    auth,
)
"""In the order of the areas of the contract."""

MUTANTS: tuple[Mutant, ...] = tuple(one for module in MODULES for one in module.MUTANTS)
"""All broken servers, by area."""
