"""The checks of a client: pure functions of what was received. They send nothing and read no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import unquote

from ed_contract.case import Expectation
from ed_contract.clients.played import Attempt, Intent, Played
from ed_contract.contract import Contract
from ed_contract.expecting import expected
from ed_contract.finding import Finding, Held, Observation, Unclear
from ed_contract.interaction import Interaction
from ed_contract.record.differences import difference
from ed_contract.reference.fake import Act, Cue, Received

MOST_ATTEMPTS = 10
"""At the same create, all refused: more than the retries of any client that counts them."""
_AT_LEAST = 0.9  # of the seconds that Retry-After says: clocks differ
_UNKNOWN_OUTCOME = {Act.CUT, Act.TRUNCATE, Act.RESTART, Act.FAIL}
_RETRIED = _UNKNOWN_OUTCOME | {Act.HOLD, Act.LIMIT}
_FINAL = {Act.CONFLICT, Act.EXPIRE}
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
    usually: int | None = None  # the exit code where nothing goes wrong

    def finding(
        self, requirement: str, *, expected: str, actual: str, shown: Intent | tuple[Received, ...], fault: str = ""
    ) -> Finding:
        """Return a finding that these attempts show; its fault is the scenario, unless it has one of its own."""
        numbers = (one.received.number if isinstance(one, Attempt) else one.number for one in shown)
        evidence = tuple(self.interactions[one] for one in numbers if one in self.interactions)
        name = self.played.scenario.name
        fault = fault or name
        return Finding(requirement=requirement, fault=fault, expected=expected, actual=actual, evidence=evidence)

    @property
    def ended(self) -> str:
        """How the command ended, in words."""
        said = f': "{self.played.said}"' if self.played.said else ""
        return f"the client exited with {self.played.exit_code}{said}"


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
        lost = [one for one in intent[:-1] if one.received.cue in _UNKNOWN_OUTCOME]
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
        if first.key is None or again.key != first.key:
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
        if not any(one.received.cue in _RETRIED for one in intent):
            continue
        if intent[-1].done:
            yield Held(requirement=row)
        else:
            tried = "once" if len(intent) == 1 else f"{len(intent)} times"
            yield play.finding(
                row,
                expected="a retry that is served",
                actual=f"the client sent the create {tried}, then gave up",
                shown=intent,
            )


def retries_end(play: Play) -> Iterator[Observation]:
    """What keeps being refused is given up."""
    row = "client/retry/bounded"
    for intent in play.played.intents:
        if len(intent) > MOST_ATTEMPTS:
            yield play.finding(
                row,
                expected=f"at most {MOST_ATTEMPTS} attempts",
                actual=f"{len(intent)} attempts at the same create",
                shown=(intent[0], intent[-1]),
            )
        elif any(one.received.cue in _RETRIED | _FINAL for one in intent):
            yield Held(requirement=row)


def retries_wait(play: Play) -> Iterator[Observation]:
    """Retry-After is honoured."""
    row = "client/retry/waits"
    for intent in play.played.intents:
        for before, after in pairwise(intent):
            wait = dict(before.received.answer_headers).get("Retry-After")
            if wait is None:
                continue
            waited = after.received.began - before.received.ended
            if waited >= float(wait) * _AT_LEAST:
                yield Held(requirement=row)
            else:
                yield play.finding(
                    row,
                    expected=f"a pause of {wait} s, as Retry-After says",
                    actual=f"a retry after {waited:.2f} s",
                    shown=(before, after),
                )


def refusals_surface(play: Play) -> Iterator[Observation]:
    """What cannot be retried is an error of the client too."""
    code = play.played.exit_code
    for cue, row in ((Act.CONFLICT, "client/conflict-surfaces"), (Act.EXPIRE, "client/credential-surfaces")):
        met = [intent for intent in play.played.intents if any(one.received.cue is cue for one in intent)]
        if not met or code is None or play.usually != 0:
            continue
        if code != 0:
            yield Held(requirement=row)
        else:
            yield play.finding(row, expected="an exit code other than 0", actual=play.ended, shown=met[0])


def secrets_are_asked_for_at_creation(play: Play) -> Iterator[Observation]:
    """The secret is includable on creation only."""
    row = "client/secret-at-creation"
    secret = play.contract.parts.secret
    if not secret:
        return
    later = [one for one in play.played.received if not one.is_create and secret in unquote(one.path)]
    creates = [intent[0] for intent in play.played.intents]
    asked = [one for one in creates if secret in str(one.params)]
    if later and not asked:
        yield play.finding(
            row,
            fault="asked for later",
            expected=f"`{secret}` in the `include` of the create",
            actual=f"{later[0].method} {unquote(later[0].path)} asks for it instead",
            shown=tuple(creates[:1]),
        )
    elif asked:
        yield Held(requirement=row)
    else:
        yield Unclear(requirement=row, reason="the client never asked for the secret", applies=False)


def answers_are_survived(play: Play) -> Iterator[Observation]:
    """A client takes what the page, or a later edition of it, may answer."""
    code = play.played.exit_code
    for cue, (row, what) in _SURVIVED.items():
        met = [intent for intent in play.played.intents if any(one.received.cue is cue for one in intent)]
        if not met or code is None or play.usually != 0:
            continue
        if code == 0:
            yield Held(requirement=row)
        else:
            actual = f"{play.ended}; the answer had {what}"
            yield play.finding(row, expected="exit code 0, as in other scenarios", actual=actual, shown=met[0])


_ENDINGS: Mapping[Cue, str] = MappingProxyType(
    {
        Act.CUT: "the connection was reset",
        Act.RESTART: "the server restarted",
        Act.TRUNCATE: "the answer broke off",
    }
)


def _ending(attempt: Attempt) -> str:
    """Return how an attempt ended that was not done."""
    cue = attempt.received.cue
    return _ENDINGS.get(cue, f"a {attempt.received.status}") if isinstance(cue, Act) else f"a {attempt.received.status}"


def _retries(play: Play) -> Iterator[tuple[Attempt, Attempt]]:
    """Yield the first attempt and each retry of a create, which is one as long as it was not done."""
    for intent in play.played.intents:
        for before, again in pairwise(intent):
            if not before.done:
                yield intent[0], again


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
