"""What a key must do that was used at another node of the service: what it does at the first."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.checks.bursts import judged_afterwards, judged_burst
from ed_contract.checks.conflicts import refused_elsewhere, statuses, what_came
from ed_contract.checks.evidence import no_word_of_the_key
from ed_contract.checks.reading import Reading, are_apart, check, held
from ed_contract.checks.replays import ACROSS
from ed_contract.finding import Observation
from ed_contract.interaction import Interaction


@check(ACROSS)
def a_key_is_known_at_every_node(reading: Reading) -> Iterator[Observation]:
    """Judge a key whose requests went to several nodes: the same again, other parameters, and a burst."""
    if reading.mates:
        if are_apart(*reading.mates):
            asked = " and ".join(dict.fromkeys(one.node for one in reading.mates))
            yield from judged_burst(reading, ACROSS, f", at {asked}")
        return
    yield from judged_afterwards(reading, ACROSS)
    if reading.first is not None and not reading.is_replay and are_apart(reading.first, reading.interaction):
        yield from _changed(reading, reading.first)


def _changed(reading: Reading, first: Interaction) -> Iterator[Observation]:
    """Judge other parameters, of which the node that made the first says that they are a conflict."""
    this, answer, there = reading.interaction, reading.answer, refused_elsewhere(reading, first)
    if answer is None or there is None or no_word_of_the_key(reading, answer):
        return
    if this.conflicts:
        yield held(ACROSS)
    elif answer.successful:
        yield reading.finding(
            ACROSS,
            "a change is not noticed",
            expected=f"{statuses(reading)} at {this.node} too: made at {first.node} with other parameters, where these"
            " are refused",
            actual=f"{answer.status} at {this.node}: {what_came(reading, first)}",
            before=(first, there),
        )
