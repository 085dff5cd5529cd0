"""What a key used at one node of a service must do at another: the same as at the first."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.checks.bursts import judged_afterwards, judged_burst
from ed_contract.checks.conflicts import refused_elsewhere, statuses, what_came
from ed_contract.checks.context import Context, are_apart, check, held
from ed_contract.checks.evidence import no_word_of_the_key
from ed_contract.checks.replays import ACROSS
from ed_contract.finding import Observation
from ed_contract.interaction import Interaction


@check(ACROSS)
def a_key_is_known_at_every_node(context: Context) -> Iterator[Observation]:
    """Judge a key whose requests went to several nodes: a replay, different parameters, and a burst."""
    if context.burst:
        if are_apart(*context.burst):
            asked = " and ".join(dict.fromkeys(one.node for one in context.burst))
            yield from judged_burst(context, ACROSS, f", at {asked}")
        return
    yield from judged_afterwards(context, ACROSS)
    if context.first is not None and not context.is_replay and are_apart(context.first, context.interaction):
        yield from _changed(context, context.first)


def _changed(context: Context, first: Interaction) -> Iterator[Observation]:
    """Judge different parameters that the first one's node refuses as a conflict."""
    this, answer, there = context.interaction, context.answer, refused_elsewhere(context, first)
    if answer is None or there is None or no_word_of_the_key(context, answer):
        return
    if this.conflicts:
        yield held(ACROSS)
    elif answer.successful:
        yield context.finding(
            ACROSS,
            "a change is not noticed",
            expected=f"{statuses(context)} at {this.node} too, as at {first.node}, where the key was first used with"
            " different parameters",
            actual=f"{answer.status} at {this.node}: {what_came(context, first)}",
            before=(first, there),
        )
