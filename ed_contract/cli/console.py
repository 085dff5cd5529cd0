"""What `run` shows in a terminal: the plan, progress while it runs, and the report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from ed_contract.cli import late
from ed_contract.finding import Finding
from ed_contract.judging import Judged
from ed_contract.report.model import Report
from ed_contract.report.printing import wrapped
from ed_contract.report.text import Line, headline, printable, why
from ed_contract.runner.events import Event, PhaseStarted, RunStarted
from ed_contract.verdict import Verdict

if TYPE_CHECKING:
    from ed_contract.cli.terminal import Terminal

Listener = Callable[[Event], None]
Redact = Callable[[str], str]


class Console:
    """Prints to standard output, or to standard error when that is where a report goes."""

    def __init__(self, *, quiet: bool, verbose: bool, plain: bool, to_stderr: bool, redact: Redact) -> None:
        plain = plain or bool(os.environ.get("NO_COLOR"))
        self._quiet, self._verbose, self._to_stderr = quiet, verbose, to_stderr
        self._redact = redact
        self._out = _terminal(stderr=to_stderr, plain=plain)
        self._is_terminal = _stream(stderr=to_stderr).isatty()
        live = not quiet and not verbose and not plain and sys.stderr.isatty()
        self._progress = _terminal(stderr=True, plain=plain) if live else None

    def print(self, line: Line) -> None:
        """Print one line; on a terminal, prose is wrapped at blanks."""
        if self._out is None:
            stream = _stream(stderr=self._to_stderr)
            stream.write(f"{line.text}\n")
            stream.flush()
            return
        for text in wrapped(line, self._out.width) if self._is_terminal else [line.text]:
            self._out.print(text, line.style)

    def document(self, text: str) -> None:
        """Write a report to standard output, as it is written to a file: its encoding is not the terminal's."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()

    def plan(self, started: RunStarted) -> None:
        """Print what a run would send."""
        self.print(Line(f"{started.target}: {_size(started)}, seed {started.seed}"))
        for name, count in started.phases:
            self.print(Line(f"  {name:<14} {count:>4}"))

    @contextmanager
    def progress(self, *, embedded: bool) -> Iterator[Listener]:
        """Yield what a run tells its events; a bar shows them on a terminal, and goes when the run is over."""
        bar = None if self._progress is None else self._progress.bar()
        found: set[tuple[str, str]] = set()

        def listen(event: Event) -> None:
            match event:
                case RunStarted():
                    whom = f"the bundled server at {event.target}" if embedded else event.target
                    self.print(Line(f"Judging {whom}: {_size(event)}.", "dim", hang=2))
                    if bar is not None:
                        bar.start(sum(count for _, count in event.phases) or event.at_most)
                case PhaseStarted() if bar is not None:
                    bar.phase(event.phase)
                case Judged():
                    found.update(one.identity for one in event.observations if isinstance(one, Finding))
                    if bar is not None:
                        bar.advance(len(found))
                    if self._verbose:
                        self.print(_line(event, self._redact))
                case _:
                    pass

        try:
            yield (lambda _: None) if self._quiet else listen
        finally:
            if bar is not None:
                bar.stop()

    def report(self, report: Report, lines: Iterable[Line], *, paths: Iterable[str], embedded: bool) -> None:
        """Print the report, or only its verdict and the paths of what was written.

        Args:
            report: the report.
            lines: the report as text, with these paths.
            paths: those of the reports that were written.
            embedded: whether the bundled server was judged.
        """
        whose = " (the bundled server, not yours)" if embedded else ""
        if self._quiet:
            lines = (
                Line(f"{headline(report)}: {report.target}{whose}"),
                *(Line(f"  report: {path}") for path in paths),
            )
        self.lines((*lines, *(_not_exercised(report, self._redact) if self._verbose else ())))

    def lines(self, lines: Iterable[Line]) -> None:
        """Print lines in order."""
        for line in lines:
            self.print(line)


def _stream(*, stderr: bool) -> TextIO:
    return sys.stderr if stderr else sys.stdout


def _terminal(*, stderr: bool, plain: bool) -> Terminal | None:
    """Return what prints to a stream with more than plain text, or None."""
    is_terminal = _stream(stderr=stderr).isatty()
    if not is_terminal and (plain or not os.environ.get("FORCE_COLOR")):
        return None
    made: Terminal = late.terminal.Terminal(stderr=stderr, plain=plain, is_terminal=is_terminal)
    return made


def _not_exercised(report: Report, redact: Redact) -> Iterator[Line]:
    """Yield each requirement of which nothing was observed, with the reason."""
    for row in report.requirements:
        if row.verdict is Verdict.SKIPPED:
            yield Line(printable(redact(f"  SKIPPED {row.requirement.id}: {why(row)}")), "dim", hang=4)


def _size(started: RunStarted) -> str:
    more = ", plus deletions" if started.cleans_up else ""
    planned = sum(count for _, count in started.phases)
    if not planned:
        return f"at most {started.at_most} {'request' if started.at_most == 1 else 'requests'}{more}"
    return f"{planned} requests planned, at most {started.at_most}{more}"


def _line(event: Judged, redact: Redact) -> Line:
    one = event.interaction
    broken = [
        f"{finding.requirement} [{finding.fault}]" for finding in event.observations if isinstance(finding, Finding)
    ]
    answer = one.status if one.status is not None else "no answer"
    text = f"{one.number:>4} {one.phase:<12} {answer} {one.seconds * 1000:6.1f} ms  {one.case.name}"
    return Line(printable(redact(f"{text}  <- {', '.join(broken)}" if broken else text)), "red" if broken else "")
