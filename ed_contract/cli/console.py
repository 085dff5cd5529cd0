"""What `run` shows in a terminal: the plan, progress while it runs, and the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console as Rich
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ed_contract.engine.events import Event, Judged, PhaseStarted, RunStarted
from ed_contract.finding import Finding
from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import Line, headline, printable, report_lines

Listener = Callable[[Event], None]


class Console:
    """Prints to standard output, or to standard error when that is where a report goes."""

    def __init__(self, *, quiet: bool, verbose: bool, plain: bool, to_stderr: bool) -> None:
        plain = plain or bool(os.environ.get("NO_COLOR"))
        self._quiet, self._verbose = quiet, verbose
        self._out = Rich(stderr=to_stderr, no_color=plain, highlight=False, soft_wrap=True)
        self._progress = Rich(stderr=True, no_color=plain)

    def _print(self, line: Line) -> None:
        self._out.print(line.text, style=line.style or None, markup=False, emoji=False)

    def plan(self, started: RunStarted) -> None:
        """Print what a run would send."""
        planned = sum(count for _, count in started.phases)
        self._print(
            Line(f"{started.target}: {planned} requests planned, at most {started.at_most}, seed {started.seed}")
        )
        for name, count in started.phases:
            self._print(Line(f"  {name:<14} {count:>4}"))

    @contextmanager
    def progress(self) -> Iterator[Listener]:
        """Yield what a run tells its events; a bar shows them on a terminal, and goes when the run is over."""
        if self._quiet:
            yield lambda _: None
            return
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[findings]}"),
            console=self._progress,
            transient=True,
            disable=self._verbose or not self._progress.is_terminal,
        )
        task = bar.add_task("starting", total=None, findings="")
        found: set[tuple[str, str]] = set()

        def listen(event: Event) -> None:
            match event:
                case RunStarted():
                    planned = sum(count for _, count in event.phases)
                    bar.update(task, total=planned)
                    self._print(
                        Line(f"Judging {event.target}: {planned} requests planned, at most {event.at_most}.", "dim")
                    )
                case PhaseStarted():
                    bar.update(task, description=event.phase)
                case Judged():
                    found.update(one.identity for one in event.observations if isinstance(one, Finding))
                    bar.update(task, advance=1, findings=f"{len(found)} findings" if found else "")
                    if self._verbose:
                        self._print(_line(event))
                case _:
                    pass

        with bar:
            yield listen

    def report(self, report: Report, redact: Redactor, paths: tuple[str, ...]) -> None:
        """Print the report, or its verdict alone."""
        if self._quiet:
            self._print(Line(f"{headline(report)}: {report.target}"))
            return
        for line in report_lines(report, redact, paths=paths):
            self._print(line)


def _line(event: Judged) -> Line:
    one = event.interaction
    broken = [
        f"{finding.requirement} [{finding.fault}]" for finding in event.observations if isinstance(finding, Finding)
    ]
    answer = one.status if one.status is not None else "no answer"
    text = f"{one.number:>4} {one.phase:<12} {answer} {one.seconds * 1000:6.1f} ms  {one.case.name}"
    return Line(printable(f"{text}  <- {', '.join(broken)}" if broken else text), "red" if broken else "")
