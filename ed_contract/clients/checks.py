"""The checks of a client: pure functions of what was received. They send nothing and read no clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import unquote

from ed_contract.case import Expectation
from ed_contract.clients.played import DONE, Attempt, Exited, Intent, Played, Stopped
from ed_contract.contract import Contract
from ed_contract.contract.schemas import member
from ed_contract.expecting import expected
from ed_contract.finding import Finding, Held, Observation, Unclear
from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import names_the_conflict
from ed_contract.record.differences import difference
from ed_contract.reference.fake import DOWN_SECONDS, Act, Cue
from ed_contract.runner.retry import retry_after

MOST_ATTEMPTS = 10
"""At the same create, all refused: more than the retries of any client that counts them."""
_AT_LEAST = 0.9  # of the seconds that Retry-After says: clocks differ
_MADE = {Act.CUT, Act.TRUNCATE, Act.RESTART, Act.FAIL}
"""What is done to a create that has made its destination, although the client is not told."""
_SURVIVED = {
    Act.NULLS: ("client/survives/nulls", "null for every nullable attribute"),
    Act.UNKNOWN: ("client/survives/unknown-members", "undocumented members and enum values"),
    Act.DELAY: ("client/survives/late-answers", "an answer that came late"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A scenario as it was played, with what the findings about it need."""

    played: Played
    contract: Contract
    interactions: dict[int, Interaction]  # the creates, by their numbers
    usually: bool = False  # whether the client is known to succeed where nothing goes wrong

    def finding(self, requirement: str, *, expected: str, actual: str, shown: Intent, fault: str = "") -> Finding:
        """Return a finding that these attempts show; its fault is the scenario, unless it has one of its own."""
        return Finding(
            requirement=requirement,
            fault=fault or self.played.scenario.name,
            expected=expected,
            actual=actual,
            evidence=tuple(map(self.sent, shown)),
        )

    def sent(self, attempt: Attempt) -> Interaction:
        """Return an attempt as an interaction."""
        return self.interactions[attempt.received.number]

    def is_final(self, attempt: Attempt) -> bool:
        """Whether the client was told that the create is refused for good: asking again is of no use."""
        interaction = self.sent(attempt)
        if not isinstance(interaction.answer, Response) or not interaction.answer.refused:
            return False
        if interaction.status in interaction.contract.parts.idempotency.statuses:
            # Else a twin is in progress; without a key there is none.
            return attempt.key is None or names_the_conflict(interaction)
        return not interaction.answer.says_nothing

    def was_looked_up(self, attempt: Attempt) -> bool:
        """Whether the client saw in a list, or in another answer to a GET, that what it wanted to create is there."""
        name = member(attempt.params, self.contract.parts.identity.label)
        return isinstance(name, str) and any(
            one.method == "GET"
            and one.status in DONE
            and one.began >= attempt.received.ended
            and json.dumps(name).encode() in one.answer
            for one in self.played.received
        )

    def met(self, cue: Cue) -> Intent | None:
        """Return the first create to which this was done, if the client is known to succeed where nothing is."""
        if not self.usually:
            return None
        return next((one for one in self.played.intents if any(each.received.cue is cue for each in one)), None)


Check: TypeAlias = Callable[[Play], Iterator[Observation]]


def creates_are_valid(play: Play) -> Iterator[Observation]:
    """Every create has the documented parameters."""
    row = "client/valid"
    for intent in play.played.intents:
        first = intent[0]
        if first.params is None:
            yield play.finding(
                row,
                fault="not a JSON object",
                expected="a JSON object with the documented parameters",
                actual="the body is not a JSON object",
                shown=intent[:1],
            )
            continue
        expectation, mutation = expected(play.contract, first.params)
        if expectation is Expectation.REJECT and mutation is not None:
            broken = play.contract.requirements.get(mutation.requirement)
            yield play.finding(
                row,
                fault=mutation.requirement,
                expected=broken.statement.rstrip(".") if broken else "what the page documents",
                actual=f"the create breaks `{mutation.requirement}`",
                shown=intent[:1],
            )
        else:
            yield Held(requirement=row)


def creates_carry_a_key(play: Play) -> Iterator[Observation]:
    """A create without a key is valid, but cannot be retried safely."""
    row = "client/key"
    for intent in play.played.intents:
        if all(one.key is not None for one in intent):
            yield Held(requirement=row)
            continue
        lost = [one for one in intent[:-1] if one.received.cue in _MADE]
        twice = bool(lost) and intent[-1].done
        yield play.finding(
            row,
            fault="a second destination" if twice else "no key",
            expected="an Idempotency-Key",
            actual="without a key, the retry made a second destination" if twice else "the create has no key",
            shown=intent if twice else intent[:1],
        )


def other_creates_carry_other_keys(play: Play) -> Iterator[Observation]:
    """A key that was used up is not used for other parameters."""
    row = "client/new-key"
    keyed = [intent for intent in play.played.intents if intent[0].key is not None]
    for intent in keyed:
        for before, after in pairwise(intent):
            if before.done and not after.says_the_same_as(before):
                how = difference(before.params, after.params)
                yield play.finding(
                    row,
                    fault="a used key",
                    expected="a fresh key, since the parameters changed",
                    actual=f"the key of an earlier create{how and f' ({how})'}",
                    shown=(before, after),
                )
                break
        else:
            if len(keyed) > 1:
                yield Held(requirement=row)
    if len(keyed) == 1 and len(keyed[0]) == 1:
        yield Unclear(requirement=row, reason="the client made one create in each scenario", applies=False)


def retries_carry_the_same_key(play: Play) -> Iterator[Observation]:
    """The server recognises a retry by its key, and by nothing else."""
    row = "client/retry/same-key"
    for first, again in _retries(play):
        if first.key is None:
            continue
        if again.key == first.key:
            yield Held(requirement=row)
        else:
            yield play.finding(
                row,
                fault="another key" if again.key else "no key",
                expected="the key of the first attempt",
                actual=f"{'another key' if again.key else 'no key'}, after {_ending(first)}",
                shown=(first, again),
            )


def retries_carry_the_same_parameters(play: Play) -> Iterator[Observation]:
    """Under one key, changed parameters are a conflict."""
    row = "client/retry/same-parameters"
    for first, again in _retries(play):
        if first.key is None or again.key != first.key or play.is_final(first):
            continue
        if again.says_the_same_as(first):
            yield Held(requirement=row)
        else:
            how = difference(first.params, again.params)
            yield play.finding(
                row,
                fault="changed parameters",
                expected="the parameters of the first attempt",
                actual=f"different parameters{how and f' ({how})'}",
                shown=(first, again),
            )


def lost_creates_are_retried(play: Play) -> Iterator[Observation]:
    """A create is retried until its outcome is known."""
    row = "client/retry/recovers"
    for intent in play.played.intents:
        if all(one.done or play.is_final(one) for one in intent):
            continue
        if intent[-1].done or play.was_looked_up(intent[-1]):
            yield Held(requirement=row)
        elif intent[-1].key is None and intent[-1].outcome_is_unknown:
            reason = "without a key, a retry could make a second destination"
            yield Unclear(requirement=row, reason=reason, applies=False)
        elif not play.is_final(intent[-1]):
            tried = "once" if len(intent) == 1 else f"{len(intent)} times"
            yield play.finding(
                row,
                expected="a retry that is served",
                actual=f"the create arrived {tried}, and not again after {_ending(intent[-1])}{_down(intent[-1])}",
                shown=intent,
            )


def retries_end(play: Play) -> Iterator[Observation]:
    """What keeps being refused is given up."""
    row = "client/retry/bounded"
    for intent in play.played.intents:
        tries = [one for one in intent if not one.done and one.says_the_same_as(intent[0])]
        if len(tries) > MOST_ATTEMPTS:
            yield play.finding(
                row,
                expected=f"at most {MOST_ATTEMPTS} attempts",
                actual=f"{len(tries)} attempts at the same create",
                shown=(tries[0], tries[-1]),
            )
        elif isinstance(play.played.ended, Stopped) and not intent[-1].done:
            yield play.finding(
                row,
                expected="the client gives up and ends",
                actual=f"the client {play.played.ended}",
                shown=(intent[0], intent[-1]) if len(intent) > 1 else intent,
            )
        elif tries:
            yield Held(requirement=row)


def retries_wait(play: Play) -> Iterator[Observation]:
    """Retry-After is honoured."""
    row = "client/retry/waits"
    for intent in play.played.intents:
        for place, (before, after) in enumerate(pairwise(intent), 1):
            ended, answer = before.received.ended, play.sent(before).answer
            wait = retry_after(answer, datetime.fromtimestamp(ended, UTC)) if isinstance(answer, Response) else None
            if not wait or before.done:
                continue
            # What came sooner may have been sent concurrently, if the retry came after the pause.
            if any(later.received.began - ended >= wait * _AT_LEAST for later in intent[place:]):
                yield Held(requirement=row)
            else:
                yield play.finding(
                    row,
                    expected=f"a pause of {wait:g} s, as Retry-After says",
                    actual=f"a retry after {max(after.received.began - ended, 0.0):.2f} s",
                    shown=(before, after),
                )


def refusals_surface(play: Play) -> Iterator[Observation]:
    """What cannot be retried is an error of the client too."""
    for cue, row in ((Act.CONFLICT, "client/conflict-surfaces"), (Act.EXPIRE, "client/credential-surfaces")):
        intent = play.met(cue)
        if intent is None or not isinstance(play.played.ended, Exited):
            continue
        if cue is Act.CONFLICT and intent[0].key is None:
            continue  # no server would answer that
        if play.played.succeeded:
            actual = f"the client {play.played.ended}"
            yield play.finding(row, expected="an exit code other than 0", actual=actual, shown=intent)
        else:
            yield Held(requirement=row)


def secrets_are_asked_for_at_creation(play: Play) -> Iterator[Observation]:
    """The secret is includable on creation only."""
    row = "client/secret-at-creation"
    for secret in (one for one in play.contract.parts.on_request if one.secret):
        later = [one for one in play.played.received if not one.is_create and secret.place in unquote(one.path)]
        creates = [intent[0] for intent in play.played.intents]
        asked = [one for one in creates if secret.place in (member(one.params, secret.asked_in) or ())]
        if later and not asked:
            yield play.finding(
                row,
                fault="asked for later",
                expected=f"`{secret.place}` in `{secret.asked_in}` of the create",
                actual=f"{later[0].method} {unquote(later[0].path)} asks for it instead",
                shown=tuple(creates[:1]),
            )
        elif asked:
            yield Held(requirement=row)
        else:
            yield Unclear(requirement=row, reason="the client never asked for the secret", applies=False)


def answers_are_survived(play: Play) -> Iterator[Observation]:
    """A client takes what the page, or a later edition of it, may answer."""
    for cue, (row, what) in _SURVIVED.items():
        intent = play.met(cue)
        if intent is None or play.played.ended is None:
            continue
        if play.played.succeeded:
            yield Held(requirement=row)
        else:
            actual = f"the client {play.played.ended}; the answer had {what}"
            yield play.finding(row, expected="exit code 0, as in other scenarios", actual=actual, shown=intent)


_ENDINGS: Mapping[Cue, str] = MappingProxyType(
    {
        Act.CUT: "the connection was reset",
        Act.RESTART: "the server restarted",
        Act.TRUNCATE: "the answer broke off",
    }
)


def _down(attempt: Attempt) -> str:
    """Return what is to be said of attempts that met nobody."""
    if attempt.received.cue is not Act.RESTART:
        return ""
    return f": attempts while it was down, for {DOWN_SECONDS:g} s, were refused and are not counted"


def _ending(attempt: Attempt) -> str:
    """Return how an attempt ended that was not done."""
    return _ENDINGS.get(attempt.received.cue, f"a {attempt.received.status}")


def _retries(play: Play) -> Iterator[tuple[Attempt, Attempt]]:
    """Yield the first attempt and each retry of a create.

    After a create that was done, or refused for itself, the next one under its key is another. A conflict says that
    one was done: whoever tries again then, under whichever key, tries the same.
    """
    for intent in play.played.intents:
        first = intent[0]
        for before, again in pairwise(intent):
            if before.done or (play.is_final(before) and not names_the_conflict(play.sent(before))):
                first = again
            else:
                yield first, again


CHECKS: tuple[Check, ...] = (
    creates_are_valid,
    creates_carry_a_key,
    other_creates_carry_other_keys,
    retries_carry_the_same_key,
    retries_carry_the_same_parameters,
    lost_creates_are_retried,
    retries_end,
    retries_wait,
    refusals_surface,
    secrets_are_asked_for_at_creation,
    answers_are_survived,
)
