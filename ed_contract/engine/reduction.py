"""The last phase: each finding is made smaller, and findings that many causes can have are told apart by theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from ed_contract.case import Burst, Params, Step
from ed_contract.engine.events import REDUCTION, Event, Judged, Reduced
from ed_contract.engine.reduce import Steps, reduce, reducible
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import PROBE, History, Interaction, NoAnswer

KEPT = 200  # findings of one identity that are kept, to be told apart
_ENUMS = ("type", "event_payload", "events_from", "include")
_GENERIC = {("request/valid", "refused"), ("robustness/no-server-error", "a valid create")}
"""Identities that say nothing of the cause: any of the parameters may be it."""
_FIXED = (
    "idempotency/burst/",
    "idempotency/remembers",
    "idempotency/survives-restart",
    "robustness/answers",
    "robustness/keeps-serving",
)
"""Starts of ids whose findings are not sent again: races, what takes hundreds of keys or a restart, time-outs."""

Identity: TypeAlias = tuple[str, str]
Send: TypeAlias = Callable[[Step | Burst, str, dict[str, str]], Iterator[Event]]


class Reduction:
    """Keeps the findings of a run, and makes them smaller at its end."""

    def __init__(self, send: Send, history: History) -> None:
        self._send, self._history = send, history
        self._seen: defaultdict[Identity, list[Finding]] = defaultdict(list)

    @property
    def has_work(self) -> bool:
        """Whether there is any finding that can be made smaller."""
        return bool(self._seen)

    def remember(self, observations: Iterable[Observation]) -> None:
        """Keep the findings among `observations`."""
        for one in observations:
            if not isinstance(one, Finding) or one.requirement.startswith(_FIXED) or not reducible(one):
                continue
            kept = self._seen[one.identity]
            if one.identity not in _GENERIC and kept:
                kept[:] = [min(kept[0], one, key=_size)]
            elif len(kept) < KEPT:
                kept.append(one)

    def events(self) -> Iterator[Event]:
        """Make each finding smaller, in the order in which they were first seen."""
        for identity, seen in list(self._seen.items()):
            left = list(seen)
            while left:
                smallest = min(left, key=_size)
                events: list[Event] = []
                wider = self._history.under_keys_of(smallest.evidence)
                reduced = reduce(smallest, partial(self._attempt, identity, events), wider=wider)
                yield from events
                alike = [one for one in left if one is smallest or _is_explained(one, by=reduced)]
                named = _named(reduced) if identity in _GENERIC else reduced
                yield Reduced(identity=identity, finding=named, count=len(alike))
                left = [one for one in left if one not in alike] if identity in _GENERIC else []

    def _attempt(self, identity: Identity, events: list[Event], steps: Steps) -> Finding | None:
        """Send a sequence, and return its finding of the same identity, if it has one, with all that was sent."""
        values: dict[str, str] = {}
        sent: list[Interaction] = []
        found = None
        for step in steps:
            for event in self._send(step, REDUCTION, values):
                events.append(event)
                if not isinstance(event, Judged) or event.interaction.phase == PROBE:
                    continue
                sent.append(event.interaction)
                for one in event.observations:
                    if isinstance(one, Finding) and _is_alike(one.identity, identity):
                        found = one
            if found is not None:
                return replace(found, evidence=tuple(sent))
            if isinstance(sent[-1].answer, NoAnswer):
                return None
        return None


def _is_alike(one: Identity, other: Identity) -> bool:
    """Whether two identities are the same; where the fault says nothing of the cause, the requirement says enough."""
    return one == other or (other in _GENERIC and one[0] == other[0])


def _size(finding: Finding) -> tuple[int, int, int]:
    """Return how large the evidence is: requests, bytes, and how late it came."""
    bodies = sum(len(one.case.body) for one in finding.evidence)
    return len(finding.evidence), bodies, finding.evidence[-1].number


def _params(finding: Finding) -> Params:
    return finding.evidence[-1].case.params or {}


def _is_explained(finding: Finding, *, by: Finding) -> bool:
    """Whether `finding` holds all that matters in the smaller one."""
    one, other = _params(finding), _params(by)
    return all(_alike(name, one.get(name), other.get(name)) for name in by.matters)


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
