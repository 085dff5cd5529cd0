"""Folds the events of a run into a report.

Knows no format and no console.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ed_contract.case import Expectation
from ed_contract.contract.advice import advice
from ed_contract.finding import Crash, Finding, Unclear
from ed_contract.interaction import Glimpse, Interaction, Response
from ed_contract.judging import Judged
from ed_contract.phases import SEARCH, SHRINK
from ed_contract.record.key_forms import KeyForms
from ed_contract.report.bursts import Bursts
from ed_contract.report.durations import Durations
from ed_contract.report.latency import Latencies
from ed_contract.report.model import Combination, Extent, PhaseRow, Report, ReportedFinding, RequirementResult
from ed_contract.report.ranking import ranked
from ed_contract.report.tally import Tally
from ed_contract.report.waiving import NOW_AND_THEN, Exercise, WaiverReview, review
from ed_contract.requirement import Level, Requirement
from ed_contract.runner.dedup import Identity, representatives
from ed_contract.runner.events import (
    End,
    Event,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Shrunk,
)
from ed_contract.verdict import Verdict
from ed_contract.waivers import Waiver, Waivers

_SERVER_ERROR = "robustness/no-server-error"
_CAPS = {End.MAX_REQUESTS, End.MAX_TIME, End.MAX_DESTINATIONS}
_WITHOUT_END = {SEARCH, SHRINK}  # phases that decide no verdict of a target that is right


class ReportBuilder:
    """Takes the events of a run, in order, and makes the report of them."""

    def __init__(
        self,
        selected: Iterable[Requirement],
        *,
        judged: Collection[str],
        strict: bool = False,
        waivers: Waivers | None = None,
        whole: bool = True,
        left_out: Iterable[Requirement] = (),
        fail_on_incomplete: bool = False,
    ) -> None:
        """Begin.

        Args:
            selected: the requirements that are to be judged.
            judged: the ids of those that some check judges.
            strict: whether findings of level SHOULD fail the run too.
            waivers: findings that are known and do not fail the run.
            whole: whether all phases are to be sent, and nothing is pruned from them: what is not found is not there.
            left_out: the other requirements of the contract.
            fail_on_incomplete: whether a run that is not complete is one that could not judge.
        """
        self._left_out = tuple(left_out)
        self._fail_on_incomplete = fail_on_incomplete
        self._rows = tuple(selected)
        self._levels = {row.id: row.level for row in self._rows}
        self._judged = judged
        self._strict = strict
        self._waivers = waivers
        self._whole = whole
        self._refused: set[Identity] = set()  # mutations that were judged, by requirement and operator
        self._tallies = {row.id: Tally() for row in self._rows}
        self._bugs: dict[Identity, ReportedFinding] = {}
        self._told_apart: set[Identity] = set()  # identities that were replaced by their causes
        self._phases: dict[str, PhaseRow] = {}
        self._latencies: defaultdict[str, Latencies] = defaultdict(Latencies)
        self._started = RunStarted(target="", seed=0, phases=(), at_most=0)
        self._phase = ""  # the one under way
        self._finished = RunFinished(end=End.FINISHED, requests=0, seconds=0.0)
        self._over = False
        self._key_forms = KeyForms()
        self._served: set[tuple[object, str | None]] = set()  # accounts with the keys under which something was created
        self._bursts = Bursts()
        self._durations = Durations()
        self._phases_cut = False  # whether any phase that judges ended early

    def add(self, event: Event) -> None:
        """Fold one event."""
        match event:
            case Judged():
                self._count_losses(event.interaction)
                self._judge(event)
            case Shrunk():
                self._shrink(event)
            case PhaseStarted():
                self._phase = event.phase
                row = self._phases.get(event.phase) or PhaseRow(name=event.phase, planned=0, sent=0, seconds=0.0)
                self._phases[event.phase] = replace(row, planned=row.planned + event.requests)  # it comes in parts
            case PhaseFinished():
                row = self._phases[event.phase]
                seconds = row.seconds + event.seconds
                self._phases[event.phase] = replace(row, sent=row.sent + event.requests, seconds=seconds)
                self._phases_cut = self._phases_cut or (event.cut and event.phase not in _WITHOUT_END)
            case RunStarted():
                self._started = event
            case RunFinished():
                self._finished, self._over = event, True

    def _count_losses(self, interaction: Interaction) -> None:
        """Count what was lost and sent again, in the phase under way."""
        row = self._phases.get(self._phase)
        if row is not None and (interaction.attempts > 1 or interaction.unanswered):
            lost, repeated = row.lost + interaction.unanswered, row.repeated + interaction.attempts - 1
            self._phases[self._phase] = replace(row, lost=lost, repeated=repeated)

    def _judge(self, event: Judged) -> None:
        if event.interaction.phase == SHRINK:
            return  # what it comes to is told by its Shrunk events; what it meets on its way is no case of the run
        self._key_forms.add(event.interaction)
        self._bursts.add(event.interaction)
        self._durations.add(event)
        for one in event.observations:
            self._tallies[one.requirement].add(one, event.interaction)
            if isinstance(one, Finding):
                self._found(one)
            mutation = event.interaction.case.mutation
            if mutation is not None and not isinstance(one, Unclear | Crash):
                self._refused.add((mutation.requirement, mutation.operator))
        self._count(event.interaction)
        if isinstance(event.interaction.answer, Response):
            self._latencies[event.interaction.phase].add(event.interaction.seconds)

    def _count(self, interaction: Interaction) -> None:
        row = self._phases.get(interaction.phase)
        if isinstance(interaction.answer, Glimpse):
            return  # whether it was accepted is for those to say that come after it
        if row is None or interaction.is_probe or interaction.case.expectation is not Expectation.ACCEPT:
            return
        accepted = row.accepted + (interaction.created is not None)
        identity = interaction.request.who, interaction.key
        if interaction.created is not None or not (interaction.conflicts or identity in self._served):  # no creates
            self._phases[row.name] = replace(row, accept=row.accept + 1, accepted=accepted)
        if interaction.created is not None and interaction.key is not None:
            self._served.add(identity)

    def _found(self, finding: Finding) -> None:
        known = self._bugs.get(finding.identity)
        if known is None:
            level = self._levels[finding.requirement]
            self._bugs[finding.identity] = ReportedFinding(finding=finding, level=level, count=1)
        else:
            smaller = min(known.finding, finding, key=size)
            self._bugs[finding.identity] = replace(known, finding=smaller, count=known.count + 1)

    def _shrink(self, event: Shrunk) -> None:
        """Put the shrunk finding in the place of the first, or its causes, one by one."""
        bug = self._bugs.get(event.identity)
        if bug is None:
            return
        if event.finding.identity == event.identity:
            if event.identity in self._told_apart:  # what is left of it could not be told apart any more
                self._told_apart.remove(event.identity)
                bug = replace(bug, count=event.count)
            self._bugs[event.identity] = replace(bug, finding=event.finding)
            return
        self._told_apart.add(event.identity)
        known = self._bugs.get(event.finding.identity)
        count = event.count + (known.count if known else 0)
        self._bugs[event.finding.identity] = replace(bug, finding=event.finding, count=count)

    def report(
        self,
        *,
        combinations: Mapping[str, int] | None = None,
        options: Iterable[Combination] = (),
        search: Mapping[str, int] | None = None,
    ) -> Report:
        """Return the report of all events so far.

        Args:
            combinations: how many of the N-way combinations of options were sent.
            options: every combination of the enum options.
            search: how many of the combinations of a value, a state of a key and a shape of creates were tried.
        """
        bugs = self._told()
        rows = tuple(self._row(requirement, bugs) for requirement in self._rows)
        exercised = sum(row.verdict is not Verdict.SKIPPED for row in rows)
        accept = sum(phase.accept for phase in self._phases.values())
        accepted = sum(phase.accepted for phase in self._phases.values())
        waivers = self._review(rows)
        contract = self._started.contract
        return Report(
            target=self._started.target,
            replicas=self._started.replicas,
            auth_header=self._started.auth_header,
            edition=self._started.edition,
            own=self._started.own,
            page=contract.page,
            advice=() if self._started.own is None else advice(contract),
            of_others=not self._started.ordered,
            seed=self._started.seed,
            strict=self._strict,
            end=self._finished.end,
            note=self._finished.note,
            notes=tuple(filter(None, (self._key_forms.said,))),
            began=self._durations.began,
            requests=self._finished.requests,
            seconds=self._finished.seconds,
            requirements=rows,
            bugs=bugs,
            phases=tuple(
                replace(phase, latency=self._latencies[phase.name].summary()) for phase in self._phases.values()
            ),
            coverage={
                "requirements": {"exercised": exercised, "of": len(rows)},
                "accept": {"sent": accept, "accepted": accepted},
                "combinations": dict(combinations or {"strength": 0, "reached": 0, "of": 0}),
                **({"search": dict(search)} if search else {}),
                **self._bursts.summary(),
            },
            judged=self._extent(rows),
            cut=self._cut,
            pruned=self._pruned,
            shard=self._started.shard,
            fail_on_incomplete=self._fail_on_incomplete,
            waiver_problems=waivers.problems,
            waiver_notes=waivers.notes,
            unneeded=waivers.unneeded,
            options=tuple(options),
            clean_up=self._finished.clean_up,
        )

    @property
    def _cut(self) -> bool:
        """Whether the run ended before everything was sent that it was to judge by.

        Last, what may be found besides is looked for, and findings are shrunk: a cap that is reached there cuts no
        verdict.
        """
        if self._finished.end in _CAPS and _WITHOUT_END & self._phases.keys():
            return self._phases_cut
        return not self._over or self._finished.end is not End.FINISHED

    @property
    def _pruned(self) -> bool:
        return not self._whole or bool(self._left_out)

    def _extent(self, rows: tuple[RequirementResult, ...]) -> Extent:
        """Return how many MUST rows were judged, of all of the contract that apply."""
        must = [row for row in rows if row.requirement.level is Level.MUST]
        others = [one for one in self._left_out if one.level is Level.MUST and not self._lacks(one)]
        return Extent(
            must=sum(row.verdict in {Verdict.PASS, Verdict.FAIL} for row in must),
            of=sum(row.applies for row in must) + len(others),
        )

    def _review(self, rows: tuple[RequirementResult, ...]) -> WaiverReview:
        """Return what this run says of the waivers."""
        if self._waivers is None:
            return WaiverReview()
        exercise = Exercise(
            finished=self._finished.end is End.FINISHED,
            whole=self._whole,
            shrunk=SHRINK in self._phases,
            judged=frozenset(row.requirement.id for row in rows if row.verdict in {Verdict.PASS, Verdict.FAIL}),
            why_not={row.requirement.id: _unknown(row) for row in rows},
            mutations=frozenset(self._refused),
        )
        found = [identity for identity in self._bugs if identity not in self._told_apart]
        if any(_came_by_chance(bug.finding) for bug in self._bugs.values()):
            found.append((_SERVER_ERROR, NOW_AND_THEN))
        return review(self._waivers, found, exercise)

    def _told(self) -> tuple[ReportedFinding, ...]:
        """Return the bugs, those that one cause lets through together as one.

        What a waiver covers is never folded with what it does not: a fault that is excused would excuse the others.
        """
        bugs = [self._under_waiver(bug) for identity, bug in self._bugs.items() if identity not in self._told_apart]
        led = representatives({bug.finding.identity: bug.finding.about for bug in bugs}, self._waiver_of)
        told = {bug.finding.identity: bug for bug in bugs if led[bug.finding.identity] == bug.finding.identity}
        for bug in bugs:
            leader = led[bug.finding.identity]
            if bug.finding.identity != leader:
                chief = told[leader]
                told[leader] = replace(chief, count=chief.count + bug.count, also=(*chief.also, bug.finding.fault))
        return ranked(self._with_chance(tuple(told.values())))

    def _with_chance(self, bugs: tuple[ReportedFinding, ...]) -> tuple[ReportedFinding, ...]:
        """Return the bugs, server errors that did not show again as one: what they met says nothing of their cause."""
        by_chance = [bug for bug in bugs if bug.waiver is None and _came_by_chance(bug.finding)]
        if not by_chance:
            return bugs
        first = by_chance[0]
        faults = (fault for bug in by_chance for fault in (bug.finding.fault, *bug.also))
        merged = replace(
            first,
            finding=replace(first.finding, fault=NOW_AND_THEN),
            count=sum(bug.count for bug in by_chance),
            also=tuple(faults),
        )
        left = [bug for bug in bugs if bug not in by_chance]
        left.insert(bugs.index(first), self._under_waiver(merged))
        return tuple(left)

    def _waiver_of(self, requirement: str, fault: str) -> Waiver | None:
        return None if self._waivers is None else self._waivers.covering(requirement, fault)

    def _under_waiver(self, bug: ReportedFinding) -> ReportedFinding:
        waiver = self._waiver_of(*bug.finding.identity)
        if self._waivers is None or waiver is None:
            return bug
        return replace(bug, waiver=waiver, expired=self._waivers.expired(waiver))

    def _row(self, requirement: Requirement, bugs: tuple[ReportedFinding, ...]) -> RequirementResult:
        tally = self._tallies[requirement.id]
        mine = tuple(bug for bug in bugs if bug.finding.requirement == requirement.id)
        applies = True
        if tally.crash:
            verdict, reason = Verdict.ERROR, f"a check crashed (a bug in ed-contract): {tally.crash}"
        elif mine:
            verdict, reason = Verdict.FAIL, ""
        elif tally.held:
            verdict, reason = Verdict.PASS, ""
        elif tally.unclear and self._started.shard is None:  # what would decide it, another shard may have sent
            verdict, reason = Verdict.INCONCLUSIVE, "; ".join(tally.reasons)
        elif tally.beside:
            verdict, reason, applies = Verdict.SKIPPED, tally.beside, False
        else:
            verdict, (reason, applies) = Verdict.SKIPPED, self._why_skipped(requirement)
        return RequirementResult(
            requirement=requirement,
            verdict=verdict,
            observations=tally.held,
            inconclusive=tally.unclear,
            failed=tally.failed,
            reason=reason,
            findings=mine,
            applies=applies,
            seconds=self._durations.seconds.get(requirement.id, 0.0),
        )

    def _why_skipped(self, requirement: Requirement) -> tuple[str, bool]:
        """Return why nothing was observed of a requirement, and whether it applies all the same."""
        if requirement.id not in self._judged:
            return "no check yet", True
        if self._lacks(requirement):
            return f"needs {requirement.need}", False
        member = requirement.area == "response" and requirement.id.count("/") > 1
        if member and self._whole and not self._cut:  # which a target shows is known when it was asked everything
            return "no answer had this member", False
        return "not exercised", True

    def _lacks(self, requirement: Requirement) -> bool:
        """Whether a requirement needs something that was not given."""
        return requirement.need is not None and requirement.need not in self._started.met


def _unknown(row: RequirementResult) -> str:
    """Return why nothing is known of a requirement."""
    return f"{row.verdict}: {row.reason}" if row.verdict in {Verdict.INCONCLUSIVE, Verdict.ERROR} else row.reason


def _came_by_chance(finding: Finding) -> bool:
    """Whether a server error came of one request that was answered otherwise when it was sent again."""
    of_one = all(one.burst is None for one in finding.evidence)
    return finding.requirement == _SERVER_ERROR and finding.repeats is False and of_one


def size(finding: Finding) -> tuple[int, int, int]:
    """Return how large the evidence is: requests, bytes, and how late it came."""
    bodies = sum(len(one.case.body) for one in finding.evidence)
    return len(finding.evidence), bodies, finding.evidence[-1].number
