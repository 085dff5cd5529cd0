"""The last phase: each finding is made smaller, and findings that many causes can have are told apart by theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from ed_contract.case import Burst, Params, Step
from ed_contract.engine.events import REDUCTION, Event, Reduced
from ed_contract.engine.families import Group, Identity, leaders
from ed_contract.engine.reduce import TRIALS, Steps, reduce, reducible, seen_again
from ed_contract.engine.sender import CapReached, TimeIsUp
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import CONFLICT, Interaction, NoAnswer, Response
from ed_contract.judging import Judged
from ed_contract.record.history import History

WIDEST = 20  # requests that are sent again when the evidence alone shows nothing
KEPT = 200  # findings of one identity that are kept, to be told apart
_ENUMS = ("type", "event_payload", "events_from", "include")
_GENERIC = {("request/valid", "refused"), ("robustness/no-server-error", "a valid create")}
"""Identities that say nothing of the cause: any of the parameters may be it."""
_CONFLICT_STATUS = "idempotency/conflict/status"
_EXPLAINED_BY = {_CONFLICT_STATUS: "request/valid"}
"""Requirements whose findings may have another's cause: what is refused anyway is refused under a used key too."""
_OF_MANY_CAUSES = frozenset({*_EXPLAINED_BY, *(requirement for requirement, _ in _GENERIC)})
_OPTIONAL = frozenset({*_ENUMS, "description", "metadata", "snapshot_api_version"})
_FIXED = (
    "idempotency/remembers",
    "idempotency/survives-restart",
    "idempotency/credential-scoped",
    "robustness/answers",
    "robustness/keeps-serving",
)
"""Requirements whose findings are not sent again: they take hundreds of keys, a restart, or a time-out.

Nor are those of wrong credentials: whoever sees many of them may lock the account."""
_RACES = "idempotency/burst/"
_TRIES = 3  # of a race; what is no race is sent once more

Send: TypeAlias = Callable[[Step | Burst, str, dict[str, str]], Iterator[Event]]


class Reduction:
    """Keeps the findings of a run, and makes them smaller at its end."""

    def __init__(self, send: Send, history: History, group: Group, room: Callable[[], int]) -> None:
        """Begin; `room` says how many requests may still be sent."""
        self._send, self._history, self._group, self._room = send, history, group, room
        self._seen: defaultdict[Identity, list[Finding]] = defaultdict(list)
        self._cut: CapReached | TimeIsUp | None = None  # why nothing more may be sent

    @property
    def has_work(self) -> bool:
        """Whether there is any finding that can be made smaller."""
        return bool(self._seen)

    def remember(self, observations: Iterable[Observation]) -> None:
        """Keep the findings among `observations`."""
        for one in observations:
            if not isinstance(one, Finding) or one.requirement in _FIXED or one.requirement.startswith("auth/"):
                continue
            kept = self._seen[one.identity]
            if one.requirement not in _OF_MANY_CAUSES and kept:
                kept[:] = [min(kept[0], one, key=_size)]
            elif len(kept) < KEPT and (_can_be_smaller(one) or not kept):
                kept.append(one)

    def events(self) -> Iterator[Event]:
        """Make each finding smaller, or say which cause explains it, those first by which others may be explained.

        Races and raw bodies come last: they are sent again as they are, where there is room. What is told under
        another's name stays as it is. When the run may send no more, what was reached is told before that is raised.
        """
        causes: defaultdict[str, list[Finding]] = defaultdict(list)
        led = leaders(self._seen, self._group)
        smaller = [identity for identity, found in self._seen.items() if any(map(_can_be_smaller, found))]
        to_do = len({led[identity] for identity in smaller})
        for identity in sorted(smaller, key=lambda one: one not in _GENERIC):
            left = list(self._seen[identity])
            known = causes[_EXPLAINED_BY.get(identity[0], identity[0])]
            if (cause := self._cause_of(identity, left, known)) is not None:
                yield Reduced(identity=identity, finding=cause, count=len(left))
                left = []
            while left and led[identity] == identity:
                smallest = min(left, key=_size)
                events: list[Event] = []
                reduced = reduce(
                    smallest,
                    partial(self._attempt, identity, events),
                    wider=self._wider(smallest.evidence),
                    trials=TRIALS if identity in _GENERIC else self._trials(smallest, to_do),
                )
                yield from events
                if self._cut is not None:
                    yield Reduced(identity=identity, finding=replace(reduced, fault=identity[1]), count=len(left))
                    raise self._cut
                if identity not in _GENERIC:
                    yield Reduced(identity=identity, finding=reduced, count=len(left))
                    break
                named = _named(reduced)
                alike = [one for one in left if one is smallest or _explains(reduced, [one])]
                yield Reduced(identity=identity, finding=named, count=len(alike))
                left = [one for one in left if one not in alike]
                if reduced.repeats:
                    known.append(named)
            to_do -= led[identity] == identity
        for identity in self._seen:
            if identity not in smaller and led[identity] == identity:
                yield from self._sent_again(identity, self._seen[identity][0])

    def _sent_again(self, identity: Identity, finding: Finding) -> Iterator[Event]:
        """Find out if a finding repeats that cannot be made smaller, if there is room for that."""
        is_race = finding.requirement.startswith(_RACES)
        tries, wider = (_TRIES, []) if is_race else (1, self._wider(finding.evidence))
        if self._room() < tries * len(finding.evidence) + sum(map(len, wider)):
            return
        events: list[Event] = []
        try:
            again = seen_again(finding, partial(self._attempt, identity, events), wider=wider, tries=tries)
        finally:
            yield from events
        yield Reduced(identity=identity, finding=again, count=len(self._seen[identity]))

    def _wider(self, evidence: Sequence[Interaction]) -> list[list[Interaction]]:
        """Return what else was sent under the keys of the evidence, and all that was sent meanwhile, if not much."""
        wider = (self._history.under_keys_of(evidence), self._history.from_first_to_last(evidence))
        return [more for more in wider if len(evidence) < len(more) <= WIDEST]

    def _trials(self, finding: Finding, to_do: int) -> int:
        """Return how many trials there are for a finding, so that there is room for so many."""
        return max(1, min(TRIALS, self._room() // (to_do * len(finding.evidence)) - 1))  # one more, to see it again

    def _cause_of(self, identity: Identity, seen: Iterable[Finding], causes: Iterable[Finding]) -> Finding | None:
        """Return the cause that is known and explains all that was `seen` under another identity.

        It must be one of optional parameters alone, and without those the same must have done no harm.
        """
        optional = [one for one in causes if one.matters and _OPTIONAL.issuperset(one.matters)]
        if not optional or not any(_is_harmless(one, identity) for one in self._history.interactions()):
            return None
        return next((one for one in optional if _explains(one, seen)), None)

    def _attempt(self, identity: Identity, events: list[Event], steps: Steps) -> Finding | None:
        """Send a sequence, and return its finding of the same identity, if it has one, with all that was sent."""
        values: dict[str, str] = {}
        sent: list[Interaction] = []
        for step in steps:
            observed: list[Observation] = []
            for event in self._sent(step, values):
                events.append(event)
                if isinstance(event, Judged) and not event.interaction.is_probe:
                    sent.append(event.interaction)
                    observed += event.observations
            for one in observed:
                if isinstance(one, Finding) and _is_alike(one.identity, identity) and _is_shown(one, by=sent):
                    return replace(one, evidence=tuple(sent))
            if isinstance(sent[-1].answer, NoAnswer):
                return None
        return None

    def _sent(self, step: Step | Burst, values: dict[str, str]) -> Iterator[Event]:
        try:
            yield from self._send(step, REDUCTION, values)
        except (CapReached, TimeIsUp) as cut:
            self._cut = cut
            raise


def _is_harmless(interaction: Interaction, identity: Identity) -> bool:
    """Whether what the identity is about went well here: a conflict was told, or a mutation was no failure."""
    requirement, fault = identity
    if requirement == _CONFLICT_STATUS:
        return interaction.status == CONFLICT
    mutation, answer = interaction.case.mutation, interaction.answer
    mutated = mutation is not None and mutation.requirement == fault
    return mutated and isinstance(answer, Response) and not answer.failed


def _can_be_smaller(finding: Finding) -> bool:
    return not finding.requirement.startswith(_RACES) and reducible(finding)


def _is_shown(finding: Finding, *, by: Iterable[Interaction]) -> bool:
    """Whether all that the finding takes was sent just now, and nothing that lies further back."""
    numbers = {one.number for one in by}
    return all(one.number in numbers for one in finding.evidence)


def _is_alike(one: Identity, other: Identity) -> bool:
    """Whether two identities are the same; where the fault says nothing of the cause, the requirement says enough."""
    return one == other or (other in _GENERIC and one[0] == other[0])


def _size(finding: Finding) -> tuple[bool, int, int, int]:
    """Return how large the evidence is: requests, bytes, and how late it came; less is what can be made smaller."""
    bodies = sum(len(one.case.body) for one in finding.evidence)
    return not _can_be_smaller(finding), len(finding.evidence), bodies, finding.evidence[-1].number


def _params(finding: Finding) -> Params:
    return finding.evidence[-1].case.params or {}


def _explains(cause: Finding, findings: Iterable[Finding]) -> bool:
    """Whether all that matters in `cause` is in each of `findings`."""
    params = _params(cause)
    return all(_alike(name, _params(one).get(name), params.get(name)) for one in findings for name in cause.matters)


def _alike(name: str, one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON
    return bool(one == other) if name in _ENUMS else (one is None) == (other is None)


def _named(finding: Finding) -> Finding:
    """Return the finding with its cause as the fault, where its own fault says nothing of the cause."""
    if not finding.matters:
        return finding
    params = _params(finding)
    words = [f"{name}={_said(params.get(name))}" if name in _ENUMS else name for name in finding.matters]
    return replace(finding, fault=", ".join(words))


def _said(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
