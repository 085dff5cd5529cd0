"""The checks: pure functions that judge an interaction in the light of earlier ones. They send nothing."""

from __future__ import annotations

from ed_contract.checks import (
    auth,
    bursts,
    conflicts,
    echo,
    effects,
    include,
    lost,
    refused,
    replays,
    replicas,
    request,
    response,
    robustness,
    scopes,
)
from ed_contract.checks.context import Check, read
from ed_contract.contract import Contract
from ed_contract.finding import Crash, Observation
from ed_contract.interaction import Interaction
from ed_contract.record.history import History

__all__ = ["CHECKS", "Check", "judge", "judge_selected", "judged"]

CHECKS: tuple[Check, ...] = (
    robustness.every_request_is_answered,
    robustness.no_request_is_answered_5xx,
    robustness.the_target_keeps_serving,
    request.valid_creates_are_accepted,
    request.mutated_creates_are_refused,
    request.discouraged_creates_are_refused,
    robustness.malformed_bodies_are_refused,
    response.the_status_is_final,
    response.a_success_is_a_json_object,
    response.a_success_is_json_to_every_reader,
    response.the_object_satisfies_the_schema,
    response.the_configuration_is_that_of_the_type,
    response.it_is_not_updated_before_it_is_created,
    response.timestamps_have_their_separator,
    include.includable_members_are_returned_only_on_request,
    include.the_secret_shows_at_its_place_only,
    include.destinations_do_not_share_a_secret,
    echo.what_was_sent_comes_back,
    replays.a_replay_gives_the_same_destination,
    lost.a_lost_answer_is_given_again,
    refused.a_refused_create_may_be_sent_again,
    refused.a_key_that_a_stranger_used_is_its_owners,
    conflicts.different_parameters_under_a_used_key_conflict,
    scopes.another_key_gives_another_destination,
    scopes.no_account_is_shown_what_is_anothers,
    scopes.no_stranger_is_shown_a_destination,
    bursts.a_burst_makes_one_destination,
    effects.a_key_has_one_effect,
    replicas.a_key_is_known_at_every_node,
    response.an_id_names_one_destination,
    auth.wrong_credentials_are_refused,
    robustness.refusals_have_the_envelope,
    robustness.no_answer_shows_its_insides,
)
"""All checks, in the order in which their findings are reported."""


def judged(contract: Contract) -> frozenset[str]:
    """Return the ids of the requirements of a contract that some check judges."""
    return frozenset(row for one in CHECKS for row in one.judges(contract))


def judge(interaction: Interaction, history: History) -> tuple[Observation, ...]:
    """Return what `interaction` shows; `history` holds it and those before it. A check's crash is one too."""
    return _observed(interaction, history, None)


def judge_selected(selected: frozenset[str], interaction: Interaction, history: History) -> tuple[Observation, ...]:
    """Return what `judge` does, for these requirements only."""
    return _observed(interaction, history, selected)


def _observed(interaction: Interaction, history: History, selected: frozenset[str] | None) -> tuple[Observation, ...]:
    context = read(interaction, history)
    found: list[Observation] = []
    for one in CHECKS:
        try:
            for observation in one.judge(context):
                found.append(observation)  # noqa: PERF402 - what a check yields before it crashes counts
        except Exception as error:  # noqa: BLE001 - whatever a check does, the target is not to blame
            said = f"{type(error).__name__}: {error}"
            found += (Crash(requirement=row, check=one.name, error=said) for row in one.judges(context.contract))
    return tuple(found if selected is None else (one for one in found if one.requirement in selected))
