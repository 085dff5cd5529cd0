"""Shrinks the findings of a run, each with its share of the requests, and tells those apart that many causes can have.

What is sent, and how it is judged, is not known here: both are handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ed_contract.case import Expectation, Key, Step
from ed_contract.contract.resending import Resending
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import Interaction, Response
from ed_contract.record.history import History
from ed_contract.record.steps import Steps, steps_of
from ed_contract.runner.dedup import Group, Identity, representatives
from ed_contract.runner.events import Shrunk
from ed_contract.shrink.moves import Moves
from ed_contract.shrink.shrinker import params_of, seen_again, shrink, shrinkable
from ed_contract.shrink.trial import Judge, Send, Trial, size_of

WIDEST = 20  # requests that are sent again when the evidence alone shows nothing
KEPT = 200  # findings of one identity that are kept, to be told apart
BETWEEN = "in between"  # the label of a plain create's key
TRIES = 3  # of a race; what is no race is sent once more


class Shrinking:
    """Keeps the findings of a run, and shrinks them when they are to be."""

    def __init__(self, history: History, moves: Moves, resending: Resending, group: Group) -> None:
        """Begin.

        Args:
            history: what was sent until now, as it grows.
            moves: what shrinks params.
            resending: which findings are not simply sent once more.
            group: says which findings may be reported together, as in `dedup.representatives`.
        """
        self._history, self._moves, self._resending, self._group = history, moves, resending, group
        vague = {requirement for requirement, _ in resending.vague}
        self._of_many_causes = frozenset({*resending.explained, *vague})
        self._seen: defaultdict[Identity, list[Finding]] = defaultdict(list)

    @property
    def has_work(self) -> bool:
        """Whether there is any finding that can be sent again."""
        return bool(self._seen)

    def remember(self, observations: Iterable[Observation]) -> None:
        """Keep the findings among `observations`."""
        for one in observations:
            if not isinstance(one, Finding) or one.requirement in self._resending.never:
                continue
            kept = self._seen[one.identity]
            if one.requirement not in self._of_many_causes and kept:
                kept[:] = [min(kept[0], one, key=self._size)]
            elif len(kept) < KEPT and (self._can_shrink(one) or not kept):
                kept.append(one)

    def results(self, send: Send, judge: Judge, limit: int) -> Iterator[Shrunk]:
        """Shrink each finding, or say which cause explains it, those first by which others may be explained.

        Races and raw bodies come last: they are sent again as they are, where there is room. What is told under
        another's name stays as it is. When no more may be sent, what was reached is told before that is raised.

        Args:
            send: sends steps.
            judge: judges what was sent.
            limit: how many requests may be sent.
        """
        trial = Trial(send, judge, self._resending.vague, limit)
        causes: defaultdict[str, list[Finding]] = defaultdict(list)
        led = representatives({identity: found[0].about for identity, found in self._seen.items()}, self._group)
        smaller = [identity for identity, found in self._seen.items() if any(map(self._can_shrink, found))]
        to_do = len({led[identity] for identity in smaller})
        for identity in sorted(smaller, key=lambda one: one not in self._resending.vague):
            left = list(self._seen[identity])
            explanation = self._resending.explained.get(identity[0])
            known = causes[identity[0] if explanation is None else explanation.by]
            if (cause := self._cause_of(left, known)) is not None:
                yield Shrunk(identity=identity, finding=cause, count=len(left))
            elif led[identity] == identity:
                yield from self._told_apart(identity, left, known, trial, to_do)
            to_do -= led[identity] == identity
        for identity in self._seen:
            if identity not in smaller and led[identity] == identity:
                yield from self._sent_again(identity, self._seen[identity][0], trial)

    def _told_apart(
        self, identity: Identity, left: Sequence[Finding], known: list[Finding], trial: Trial, to_do: int
    ) -> Iterator[Shrunk]:
        """Shrink the smallest of the findings; where they may have many causes, the smallest of each cause."""
        vague = identity in self._resending.vague
        while left:
            smallest = min(left, key=self._size)
            trials = trial.share(smallest, min(to_do, 2) if vague else to_do)  # what it explains takes no share
            wider = self._wider(smallest)
            shrunk = shrink(smallest, partial(trial, identity), self._moves, wider=wider, trials=trials)
            if trial.cut is not None:
                yield Shrunk(identity=identity, finding=replace(shrunk, fault=identity[1]), count=len(left))
                raise trial.cut
            if not vague:
                yield Shrunk(identity=identity, finding=shrunk, count=len(left))
                return
            named = self._named(shrunk)
            alike = [one for one in left if one is smallest or self._explains(shrunk, [one])]
            yield Shrunk(identity=identity, finding=named, count=len(alike))
            left = [one for one in left if one not in alike]
            if shrunk.repeats:
                known.append(named)

    def _sent_again(self, identity: Identity, finding: Finding, trial: Trial) -> Iterator[Shrunk]:
        """Find out if a finding repeats that cannot be shrunk, if there is room for that."""
        is_race = self._is_race(finding)
        tries, wider = (TRIES, []) if is_race else (1, self._wider(finding))
        if trial.left >= tries * len(finding.evidence) + sum(map(size_of, wider)):
            again = seen_again(finding, partial(trial, identity), wider=wider, tries=tries)
            yield Shrunk(identity=identity, finding=again, count=len(self._seen[identity]))

    def _wider(self, finding: Finding) -> list[Steps]:
        """Return what sends more than the evidence: all under its keys, or all that was sent meanwhile, if few.

        What fails now and then is sent once more too, with a plain create in between.
        """
        evidence = finding.evidence
        more = (self._history.under_keys_of(evidence), self._history.from_first_to_last(evidence))
        wider = [steps_of(one) for one in more if len(evidence) < len(one) <= WIDEST]
        if isinstance(answer := evidence[-1].answer, Response) and answer.failed:
            wider.append((Step(case=self._moves.example, key=Key(label=BETWEEN)), *steps_of(evidence)))
        return wider

    def _cause_of(self, seen: Sequence[Finding], causes: Iterable[Finding]) -> Finding | None:
        """Return the cause that is known and explains all that was `seen` under another identity.

        It must be one of options or optional parameters only, and without those the same must have done no harm. Of a
        create that is unusual this is not asked: the cause fails without what is unusual.
        """
        optional = [one for one in causes if one.matters and self._moves.dispensable.issuperset(one.matters)]
        is_unusual = seen[0].evidence[-1].case.expectation is Expectation.EITHER
        if not (is_unusual or any(self._went_well(one, seen[0]) for one in self._history.interactions())):
            return None
        return next((one for one in optional if self._explains(one, seen)), None)

    def _went_well(self, interaction: Interaction, seen: Finding) -> bool:
        """Whether what was seen went well here: a conflict was told, or a mutation was no failure."""
        if (explanation := self._resending.explained.get(seen.requirement)) is not None:
            return interaction.status in explanation.well
        mutation, answer = interaction.case.mutation, interaction.answer
        mutated = mutation is not None and mutation.requirement == seen.fault
        return mutated and isinstance(answer, Response) and not answer.failed

    def _can_shrink(self, finding: Finding) -> bool:
        return not self._is_race(finding) and shrinkable(finding)

    def _is_race(self, finding: Finding) -> bool:
        """Whether it takes concurrent requests, under one key, at several nodes or at one."""
        between = finding.requirement in self._resending.between and finding.evidence[-1].burst is not None
        return between or finding.requirement in self._resending.races

    def _size(self, finding: Finding) -> tuple[bool, int, int, int]:
        """Return how large the evidence is: requests, bytes, and how late it came; less is what can be shrunk."""
        bodies = sum(len(one.case.body) for one in finding.evidence)
        return not self._can_shrink(finding), len(finding.evidence), bodies, finding.evidence[-1].number

    def _explains(self, cause: Finding, findings: Iterable[Finding]) -> bool:
        """Whether all that matters in `cause` is in each of `findings`."""
        params = params_of(cause)
        return all(
            self._alike(name, params_of(one).get(name), params.get(name)) for one in findings for name in cause.matters
        )

    def _alike(self, name: str, one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON
        return bool(one == other) if name in self._moves.options else (one is None) == (other is None)

    def _named(self, finding: Finding) -> Finding:
        """Return the finding with its cause as the fault, where its own fault says nothing of the cause."""
        if not finding.matters:
            return finding
        params, options = params_of(finding), self._moves.options
        words = [f"{name}={_said(params.get(name))}" if name in options else name for name in finding.matters]
        return replace(finding, fault=", ".join(words), about=None)


def _said(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
