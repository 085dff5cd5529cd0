"""The writers by name, and how a user asks for one: FORMAT=PATH, whichever door it comes through."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from ed_contract.exceptions import UsageError
from ed_contract.report import badge, github, html, json, junit, sarif
from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor

Writer: TypeAlias = Callable[[Report, Redactor], str]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "json": json.write,
        "html": html.write,
        "junit": junit.write,
        "sarif": sarif.write,
        "github": github.write,
        "badge": badge.write,
    },
)
STDOUT = "-"
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
        raise UsageError(f"{value!r} is no report\ngive FORMAT=PATH, with FORMAT one of {', '.join(WRITERS)}.")
    if path != STDOUT:
        require_writable(path)
    return form, path


def require_writable(path: str) -> None:
    """Raise UsageError if nothing can be written to `path`; nothing is made."""
    why = _unwritable(Path(path))
    if why:
        raise UsageError(f"cannot write {path}: {why}\ngive a path that can be written.")


def write(report: Report, wanted: Iterable[tuple[str, str]], redact: Redactor, show: Callable[[str], None]) -> None:
    """Write the reports that were asked for, each as `parse` returned it.

    Args:
        report: what is written.
        wanted: formats and paths.
        redact: keeps credentials out of them.
        show: prints what goes to standard output: a report for `-`, and GitHub's annotations.

    Raises:
        UsageError: a file cannot be written; the others are written all the same.
    """
    problem = ""
    for form, path in wanted:
        text = WRITERS[form](report, redact)
        if form == "github":
            show(github.commands(report, redact))
            path = os.environ.get(STEP_SUMMARY, STDOUT) if path == STDOUT else path  # noqa: PLW2901 - where it goes
        if path == STDOUT:
            show(text)
            continue
        try:
            # The steps of a workflow share one file; any other is of this run alone.
            with Path(path).open("a" if path == os.environ.get(STEP_SUMMARY) else "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            problem = f"cannot write {path}: {error.strerror}\ngive a path that can be written."
    if problem:
        raise UsageError(problem)


def _unwritable(path: Path) -> str:
    if "\0" in str(path):
        return "it holds a NUL"
    try:
        if path.is_dir():
            return "it is a directory"
        if not path.parent.is_dir():
            return f"there is no directory {path.parent}"
        return "" if os.access(path if path.exists() else path.parent, os.W_OK) else "permission denied"
    except OSError as error:  # a name that is too long
        return error.strerror or str(error)
