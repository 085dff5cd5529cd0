"""The writers by name, and how a user asks for one: FORMAT=PATH, whichever door it comes through."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from ed_contract.exceptions import ToolError, UsageError
from ed_contract.files import write_file
from ed_contract.nearest import nearest
from ed_contract.options.other_names import OF_REPORTS
from ed_contract.report import badge, ctrf, github, json_report, junit, late, sarif
from ed_contract.report.model import CONFORMS, UNDECIDED, Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import printable

Writer: TypeAlias = Callable[[Report, Redactor], str]


def _html(report: Report, redact: Redactor) -> str:
    return late.html_report.write(report, redact)


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "json": json_report.write,
        "html": _html,
        "junit": junit.write,
        "sarif": sarif.write,
        "ctrf": ctrf.write,
        "github": github.write,
        "badge": badge.write,
    },
)
STDOUT = "-"
_ANOTHER_PATH = "give a writable path."
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable that names the file to which steps of a workflow append their summaries."""


def parse(value: str) -> tuple[str, str]:
    """Return format and path of a report that is asked for as FORMAT=PATH; `-` stands for standard output.

    Raises:
        UsageError: there is no such format, or the path cannot be written; which is known before a run, without
            writing anything.
    """
    form, equals, path = value.partition("=")
    if form not in WRITERS or not equals or not path:
        raise UsageError(f"invalid report {value!r}\ngive FORMAT=PATH, with FORMAT one of {', '.join(WRITERS)}.")
    if path != STDOUT:
        require_writable(path)
    return form, path


def require_all_writable(reports: Iterable[tuple[str, str]]) -> None:
    """Raise UsageError if one of these reports cannot be written, or two have the same path; nothing is made."""
    paths = [path for form, path in reports if form != "github"]  # which shares standard output, and a step's summary
    for path in paths:
        if paths.count(path) > 1:
            raise UsageError(f"two reports for {path}\ngive each report its own path.")
    for _, path in reports:
        if path != STDOUT:
            require_writable(path)


def require_writable(path: str) -> None:
    """Raise UsageError if nothing can be written to `path`; nothing is made."""
    why = _unwritable(Path(path))
    if why:
        raise UsageError(f"cannot write {path}: {why}\ngive a writable path.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """A report that was asked for and could not be written."""

    path: str
    reason: str
    crash: Exception | None = None  # of a writer of ours

    def __str__(self) -> str:
        """Return it as one line."""
        return f"cannot write {'to standard output' if self.path == STDOUT else self.path}: {self.reason}"


def write(
    report: Report, wanted: Iterable[tuple[str, str]], redact: Redactor, show: Callable[[str], None]
) -> tuple[Unwritten, ...]:
    """Write the reports that were asked for, each as `parse` returned it, and return those that could not be.

    Whatever becomes of one, the others are written all the same.

    Args:
        report: what is written.
        wanted: formats and paths.
        redact: keeps credentials out of them.
        show: prints what goes to standard output: a report for `-`, and GitHub's annotations; it may raise OSError.
    """
    problems = (
        _problem(render, report, where, redact, show) for form, path in wanted for render, where in _outputs(form, path)
    )
    return tuple(problem for problem in problems if problem is not None)


def write_all(
    report: Report, wanted: Collection[tuple[str, str]], *, record: str | None = None, problem: OSError | None = None
) -> None:
    """Write reports for a call from Python, and then raise what kept any from being written, the report with it.

    Args:
        report: what is written.
        wanted: formats and paths.
        record: the path of the record that was asked for, if any.
        problem: why that could not be written, if it could not.
    """
    missing = [*write(report, wanted, report.showing.redact, _print), *unrecorded(record, problem)]
    if (crash := next((one.crash for one in missing if one.crash is not None), None)) is not None:
        raise ToolError("\n".join(map(str, missing)), report=report) from crash
    if missing:
        raise UsageError("\n".join([*map(str, missing), _ANOTHER_PATH]), report=report)


def require_writable_as(form: str, path: str) -> None:
    """Raise UsageError if there is no such format, or nothing can be written to the path."""
    require_format(form)
    if path != STDOUT:
        require_writable(path)


def require_format(form: str) -> None:
    """Raise UsageError if there is no such format."""
    if form not in WRITERS:
        near = nearest(form, {one: OF_REPORTS.get(one, ()) for one in WRITERS})
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"unknown report format {form!r}\n{hint}The formats are {', '.join(WRITERS)}.")


def _print(text: str) -> None:
    """Print a report as it is written to a file: the encoding of a pipe may be another; a notebook has texts only."""
    sys.stdout.flush()
    if (pipe := getattr(sys.stdout, "buffer", None)) is None:
        sys.stdout.write(text)
    else:
        pipe.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def unrecorded(path: str | None, problem: OSError | None) -> tuple[Unwritten, ...]:
    """Return the record among what could not be written, where it was asked for and there was a problem."""
    return (Unwritten(path=path, reason=problem.strerror or str(problem)),) if path and problem is not None else ()


def exit_code(code: int, unwritten: Collection[Unwritten]) -> int:
    """Return the exit code of a run that would end with `code`: a missing report turns 0 into 2, and nothing else."""
    return UNDECIDED if unwritten and code == CONFORMS else code


def told(unwritten: Collection[Unwritten]) -> Iterator[str]:
    """Yield a line for each report that is missing, and what to do; a crash is for the caller to tell of."""
    yield from (f"error: {one}" for one in unwritten)
    if any(one.crash is None for one in unwritten):
        yield _ANOTHER_PATH


def _outputs(form: str, path: str) -> Iterator[tuple[Writer, str]]:
    """Yield what a format writes, and where to; GitHub's has annotations for the log beside its summary."""
    if form == "github":
        yield github.commands, STDOUT
        path = os.environ.get(STEP_SUMMARY, STDOUT) if path == STDOUT else path
    yield WRITERS[form], path


def _problem(
    render: Writer, report: Report, path: str, redact: Redactor, show: Callable[[str], None]
) -> Unwritten | None:
    """Write one output; return why it could not be done."""
    try:
        text = render(report, redact)
        if path == STDOUT:
            show(text)
        elif path == os.environ.get(STEP_SUMMARY):  # the steps of a workflow share it; any other is of this run alone
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)
        else:
            write_file(path, text)
    except OSError as error:
        return Unwritten(path=path, reason=error.strerror or str(error))
    except Exception as crash:  # noqa: BLE001 - a bug in one format loses neither the others nor the verdict
        what = printable(redact(f"{type(crash).__name__}: {crash}"))
        return Unwritten(path=path, reason=f"its writer crashed, which is a bug in ed-contract ({what})", crash=crash)
    return None


def _unwritable(path: Path) -> str:
    if "\0" in str(path):
        return "it contains a NUL"
    try:
        if path.is_dir():
            return "it is a directory"
        if not path.parent.is_dir():
            return f"there is no directory {path.parent}"
        return "" if os.access(path if path.exists() else path.parent, os.W_OK) else "permission denied"
    except OSError as error:  # a name that is too long
        return error.strerror or str(error)
