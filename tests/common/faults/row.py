"""A row of the table of faults: its setup, its command and what is right; and how the outcome is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from common.faults.building import Against, Building

CONFORMS, AS_FAR, FAILS, OPEN = "CONFORMS", "CONFORMS AS FAR AS JUDGED", "DOES NOT CONFORM", "NOT JUDGED"
STOPPED = "stopped"  # an error of two lines instead of a verdict
WORDS = (AS_FAR, CONFORMS, FAILS, OPEN, "INTERRUPTED")
ERROR_LINES = 3  # at most, of a stop
ANY = "*"  # among findings: every id is allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a run of the command."""

    exit: int | None  # None: it had to be killed
    seconds: float
    memory_mb: float  # at its peak
    resident_mb: tuple[float, ...]  # while it lasted
    stdout: str
    stderr: str
    place: Path
    against: Against
    report: dict[str, Any] | None  # the JSON report, if there is a whole one

    @property
    def word(self) -> str:
        """The verdict's word, or the absence of one."""
        for line in (*self.stdout.splitlines(), *self.stderr.splitlines()):
            for word in WORDS:
                if line.startswith(word):
                    return word
        return STOPPED if "error:" in self.stderr else ""

    @property
    def findings(self) -> frozenset[str]:
        """The ids of the broken MUST requirements."""
        if self.report is not None:
            rows = self.report["requirements"]
            return frozenset(row["id"] for row in rows if row["level"] == "must" and row["findings"])
        return frozenset(re.findall(r"^FAIL (\S+) \[.*\(MUST", self.stdout + "\n" + self.stderr, re.MULTILINE))

    @property
    def said(self) -> str:
        """Everything printed."""
        return f"{self.stdout}\n{self.stderr}"


Check: TypeAlias = Callable[[Outcome], Iterable[str]]
"""Yields a sentence for each problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What is right."""

    exits: tuple[int, ...] = (0,)
    words: tuple[str, ...] = (CONFORMS,)
    findings: tuple[str, ...] = ()  # MUST ids that may be found
    needs: tuple[str, ...] = ()  # at least one of these must be found
    end: tuple[str, ...] = ()  # why the run may have ended, as the JSON report says; none: anything
    seconds: float = 60.0
    memory_mb: float = 200.0
    requests: int = 900  # at most, deletions apart
    reached: int = 0  # least requests: the row is about what comes after them
    says: tuple[str, ...] = ()  # patterns of what must be printed, case-insensitive
    reports: bool = True  # whether there must be a whole JSON report
    also: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fault."""

    name: str
    says: str  # one sentence
    against: Building
    arguments: tuple[str, ...] = ()  # after the URL; {place}, {url} and the values of `against` are filled in
    environment: Mapping[str, str] = field(default_factory=dict)
    url: str | None = "{url}"
    key: str | None = "sk_test_a"
    through: str = ""  # for sh, with "$@" for the command
    files: Mapping[str, str] = field(default_factory=dict)  # what is in the folder beforehand
    report: bool = True  # whether a JSON report is asked for
    secrets: tuple[str, ...] = ()  # what must not be printed or written
    right: Right = Right()


def problems(row: Row, outcome: Outcome) -> Iterator[str]:
    """Yield a sentence for each problem with an outcome."""
    yield from _judged(row.right, outcome)
    yield from _measured(row.right, outcome)
    yield from _reported(row, outcome)
    yield from outcome.against.ledger.harm()
    for check in row.right.also:
        yield from check(outcome)


def _judged(right: Right, outcome: Outcome) -> Iterator[str]:
    """Yield the problems with the exit code, the verdict and the findings."""
    if outcome.exit is None:
        yield f"had to be killed after {outcome.seconds:.0f} s"
    elif outcome.exit not in right.exits:
        yield f"exit {outcome.exit}, not {_or(right.exits)}: {_last(outcome.said)}"
    if outcome.word not in right.words:
        yield f"says {outcome.word or 'no verdict'!r}, not {_or(right.words)}"
    if ANY not in right.findings and (false := outcome.findings - {*right.findings, *right.needs}):
        yield f"false findings: {', '.join(sorted(false))}"
    if right.needs and not outcome.findings & set(right.needs) and not (ANY in right.needs and outcome.findings):
        yield f"finds none of {', '.join(right.needs)}"


def _measured(right: Right, outcome: Outcome) -> Iterator[str]:
    """Yield the problems with time, memory and the number of requests."""
    creates = outcome.against.ledger.creates
    if outcome.seconds > right.seconds:
        yield f"{outcome.seconds:.0f} s, not {right.seconds:g}"
    if outcome.memory_mb > right.memory_mb:
        yield f"{outcome.memory_mb:.0f} MB, not {right.memory_mb:g}"
    if creates > right.requests + _asked_to_clean_up(outcome):
        yield f"{creates} requests, not {right.requests}"
    if creates < right.reached:
        yield f"only {creates} requests: what the row is about was not reached"


def _asked_to_clean_up(outcome: Outcome) -> int:
    """Return how many creates the clean-up repeated, beyond the run's, to learn what they had created."""
    told = (outcome.report or {}).get("clean_up") or {"requests": 0}
    return max(0, told["requests"] - outcome.against.ledger.deletions)


def _reported(row: Row, outcome: Outcome) -> Iterator[str]:
    """Yield the problems with what was printed and written."""
    right, report, said = row.right, outcome.report, outcome.said
    stopped = outcome.word == STOPPED
    if "Traceback (most recent call last)" in said:
        yield f"a traceback: {_last(said)}"
    if crashes := [one.read_text(errors="replace") for one in outcome.place.glob("ed-contract-crash-*")]:
        yield f"a crash of ours: {_last(crashes[0])}"
    for pattern in right.says:
        if not re.search(pattern, said, re.IGNORECASE | re.MULTILINE):
            yield f"does not say {pattern!r}"
    if row.report and right.reports and report is None and not (stopped and STOPPED in right.words):
        yield "no whole JSON report"
    if report is not None and right.end and report["end"] not in right.end:
        yield f"ended as {report['end']}, not {_or(right.end)}"
    if stopped and report is None and len(lines := outcome.stderr.strip().splitlines()) > ERROR_LINES:
        yield f"stops with {len(lines)} lines"
    written = [one.read_text(errors="replace") for one in outcome.place.glob("written*") if one.is_file()]
    for secret in row.secrets:
        if any(secret in text for text in (said, *written)):
            yield f"shows the secret {secret[:12]}…"


def _or(values: Iterable[object]) -> str:
    return " or ".join(map(str, values))


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["(nothing printed)"])[-1][:160]
