"""The report of a run: a verdict for each requirement, each bug once, and the verdict of the run.

Knows no events, no format and no console.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ed_contract.contract import SEED
from ed_contract.contract.advice import Advice
from ed_contract.contract.noun import Noun, noun_of
from ed_contract.finding import Finding
from ed_contract.interaction import Interaction
from ed_contract.report import late
from ed_contract.report.artifact import USUAL
from ed_contract.report.card import Trait
from ed_contract.report.changes import Changes
from ed_contract.report.latency import Latency
from ed_contract.report.showing import Showing
from ed_contract.requirement import Level, Requirement
from ed_contract.runner.events import CUT_SHORT, End
from ed_contract.runner.ledger import CleanUp
from ed_contract.shard import Shard
from ed_contract.verdict import Verdict, merge
from ed_contract.waivers import Waiver

CONFORMS, FINDINGS, UNDECIDED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """A finding, and how often it was seen."""

    finding: Finding
    level: Level
    count: int
    number: int = 0  # from 1 on, worst first; the same in every report and in `replay`
    cause: str = ""  # what it has in common with others, in a few words
    also: tuple[str, ...] = ()  # further faults of the same requirement that the same bug lets through
    waiver: Waiver | None = None  # the one for it and for all of `also`
    expired: bool = False  # whether that waiver's last day is over

    @property
    def waived(self) -> str | None:
        """Why it does not fail the run, or None."""
        return None if self.waiver is None or self.expired else self.waiver.reason

    # As the JSON report has them.

    @property
    def requirement(self) -> str:
        """The id of the requirement that is broken."""
        return self.finding.requirement

    @property
    def fault(self) -> str:
        """What is wrong, in a few words; with the requirement, its identity."""
        return self.finding.fault

    @property
    def expected(self) -> str:
        """What was expected, in one sentence."""
        return self.finding.expected

    @property
    def actual(self) -> str:
        """What the server did instead, in one sentence."""
        return self.finding.actual

    @property
    def matters(self) -> tuple[str, ...]:
        """The parameters without which it does not reproduce."""
        return self.finding.matters

    @property
    def repeats(self) -> bool | None:
        """Whether it reproduced when its requests were sent again; None if that was not tried."""
        return self.finding.repeats

    @property
    def between(self) -> int:
        """How many other keys must be used before the last request."""
        return self.finding.between

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """The smallest requests that show it, with their answers; bodies are unmasked, secrets included."""
        return self.finding.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """The result of a run for one requirement."""

    requirement: Requirement
    verdict: Verdict
    observations: int  # conclusive ones
    inconclusive: int
    failed: int = 0  # of the inconclusive ones, those whose answer was a server error
    reason: str  # why it was skipped or is not decided, or ""
    findings: tuple[ReportedFinding, ...]
    applies: bool = True  # False: nothing was observed, and this run could not do better
    seconds: float = 0.0  # of the requests of which something was observed; those of other rows are among them

    # As the JSON report has them.

    @property
    def id(self) -> str:
        """The id of the requirement."""
        return self.requirement.id

    @property
    def level(self) -> Level:
        """How strongly it binds."""
        return self.requirement.level

    @property
    def clause(self) -> str:
        """Where on the page it is."""
        return self.requirement.clause

    @property
    def statement(self) -> str:
        """The requirement in one sentence."""
        return self.requirement.statement

    @property
    def why(self) -> str:
        """What breaks for clients if it does not hold."""
        return self.requirement.why

    @property
    def fix(self) -> str:
        """How a server that breaks it is usually fixed."""
        return self.requirement.fix

    @property
    def bugs(self) -> tuple[ReportedFinding, ...]:
        """The old name of `findings`."""
        warnings.warn("RequirementResult.bugs is RequirementResult.findings now", DeprecationWarning, stacklevel=2)
        return self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """The result of a phase."""

    name: str
    planned: int
    sent: int
    seconds: float
    accept: int = 0  # ACCEPT cases under fresh keys
    accepted: int = 0
    lost: int = 0  # answers that did not come
    repeated: int = 0  # requests that were sent again
    latency: Latency | None = None  # of the requests that were sent one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One combination of the enum options: how many valid creates with it were sent, and how many accepted."""

    choices: Mapping[str, str]  # by field, of those that take one value
    lists: Mapping[str, tuple[str, ...]]  # by field, of those that take several; none: the field is absent
    sent: int
    accepted: int
    optional: bool  # whether a right server may refuse it


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many of the MUST requirements of the whole contract that apply were judged."""

    must: int
    of: int

    def __str__(self) -> str:
        """Return it as reports say it."""
        return f"{self.must} of {self.of} MUST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of a run."""

    target: str
    seed: int
    strict: bool
    end: End
    note: str
    requests: int
    seconds: float
    requirements: tuple[RequirementResult, ...]
    bugs: tuple[ReportedFinding, ...]  # worst first, those of one cause together
    phases: tuple[PhaseRow, ...]
    coverage: Mapping[str, Any]
    judged: Extent
    cut: bool = False  # whether the run ended before everything that was planned to be judged was sent
    replicas: tuple[str, ...] = ()  # base URLs of the further nodes of the service
    auth_header: str = "Authorization"  # that carries the credential
    edition: str = SEED  # of the page that was judged, or the name of another document
    own: Mapping[str, Any] | None = None  # that document, and the name of the operation in it
    advice: tuple[Advice, ...] = ()  # which annotations that document may lack
    pruned: bool = False  # whether requirements or phases were left out, as asked for
    shard: Shard | None = None  # which part of a divided run it is about
    fail_on_incomplete: bool = False  # whether a run that is not complete is one that could not judge
    notes: tuple[str, ...] = ()  # what was seen of a choice that the page leaves, one sentence each
    waiver_problems: tuple[str, ...] = ()  # one sentence for each waiver that fails the run
    waiver_notes: tuple[str, ...] = ()  # one for each that holds an old text, or that this run says nothing of
    unneeded: tuple[Waiver, ...] = ()  # those that match nothing any more
    options: tuple[Combination, ...] = ()  # every combination of the enum options, sent or not
    clean_up: CleanUp | None = None  # None: it was not asked for
    began: float = 0.0  # when the first request was sent, in seconds since the epoch; 0 where that is not known
    page: str = ""  # the URL of the documentation of what was judged, where its document gives one
    artifact: str = USUAL  # the file of a repository that findings point to, relative to its root, as a URI
    card: tuple[Trait, ...] = ()  # what the target does where the contract leaves the choice
    last_run: Changes | None = None  # what changed since; None where no last run is known
    of_others: bool = False  # whether what was judged was sent by others: nothing of ours shows it again
    showing: Showing = field(default=Showing(), repr=False, compare=False)

    def __str__(self) -> str:
        """Return what the command prints, without colours, wrapped at 100 columns."""
        return late.printing.as_text(self)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: the verdict, counts, and the findings, worst first."""
        return late.notebook.as_table(self)

    def write(self, form: str, path: Path | str, /) -> None:
        """Write a report, as `--report FORMAT=PATH` does: json, html, junit, sarif, github, badge or ctrf.

        It contains no credential of the target.

        Args:
            form: the format.
            path: the file; `-` is standard output.

        Raises:
            UsageError: the format is unknown, or the file cannot be written.
            ToolError: the writer crashed, which is a bug in ed_contract.
        """
        late.writers.require_writable_as(form, str(path))
        late.writers.write_all(self, [(form, str(path))])

    @property
    def rows(self) -> tuple[RequirementResult, ...]:
        """The old name of `requirements`."""
        warnings.warn("Report.rows is Report.requirements now", DeprecationWarning, stacklevel=2)
        return self.requirements

    @property
    def contract(self) -> Mapping[str, Any] | None:
        """What was judged instead of an edition of the page: `name`, `operation` and `document`; else None."""
        return None if self.own is None else {"name": self.edition, **self.own}

    @property
    def noun(self) -> Noun:
        """What the judged creates make."""
        return noun_of(is_own=self.own is not None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first."""
        return tuple(bug.finding for bug in self.bugs)

    @property
    def failing(self) -> tuple[ReportedFinding, ...]:
        """The findings that fail the run: those of level MUST, in a strict run also SHOULD, unless waived."""
        levels = {Level.MUST, Level.SHOULD} if self.strict else {Level.MUST}
        return tuple(bug for bug in self.bugs if bug.level in levels and bug.waived is None)

    @property
    def waived(self) -> tuple[ReportedFinding, ...]:
        """The waived findings."""
        return tuple(bug for bug in self.bugs if bug.waived is not None)

    @property
    def undecided(self) -> tuple[RequirementResult, ...]:
        """The rows that keep a run without failing findings from conforming."""
        crashed = [row for row in self.requirements if row.verdict is Verdict.ERROR]
        # Who judges what others sent cannot have them send more.
        some = self.of_others and any(row.verdict is Verdict.PASS for row in self.requirements)
        return (*crashed, *(() if some else (row for row in self._inconclusive if not self._is_excused(row))))

    def _is_excused(self, row: RequirementResult) -> bool:
        """Whether nothing is known of a requirement only because of server errors, which are waived."""
        waived = any(bug.finding.requirement == "robustness/no-server-error" for bug in self.waived)
        return waived and row.failed == row.inconclusive

    @property
    def _inconclusive(self) -> tuple[RequirementResult, ...]:
        """The MUST rows whose observations are all inconclusive."""
        musts = (row for row in self.requirements if row.requirement.level is Level.MUST)
        return tuple(row for row in musts if row.verdict is Verdict.INCONCLUSIVE)

    @property
    def unexercised(self) -> tuple[RequirementResult, ...]:
        """The MUST rows that apply but were never observed."""
        return tuple(
            row
            for row in self.requirements
            if row.verdict is Verdict.SKIPPED and row.applies and row.requirement.level is Level.MUST
        )

    @property
    def complete(self) -> bool:
        """Whether the whole contract was judged, so that a run without findings means that the target conforms."""
        return not (self.cut or self.pruned or self.unexercised or self._inconclusive)

    @property
    def partial(self) -> bool:
        """Whether an incomplete run has no failing findings."""
        return self.verdict is Verdict.PASS and self.end is not End.INTERRUPTED and not self.complete

    @property
    def verdict(self) -> Verdict:
        """The verdict of the whole run: a finding outranks a crash."""
        if self.failing or self.waiver_problems:
            return Verdict.FAIL
        if self.end is End.CRASHED or any(row.verdict is Verdict.ERROR for row in self.requirements):
            return Verdict.ERROR
        if self.undecided or self.end in CUT_SHORT:
            return Verdict.INCONCLUSIVE
        best = merge(row.verdict for row in self.requirements)
        return min(Verdict.PASS, best)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 findings, 2 could not judge, 130 interrupted; a finding outranks what could not be judged."""
        if self.end is End.INTERRUPTED:
            return INTERRUPTED
        if self.end is End.CRASHED:
            return UNDECIDED
        if self.failing or self.waiver_problems:
            return FINDINGS
        incomplete = self.fail_on_incomplete and not self.complete
        return CONFORMS if self.verdict is Verdict.PASS and not incomplete else UNDECIDED
