"""What it takes to show a report beside what it says: what is masked in it, and how its findings are seen again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ed_contract.report import late
from ed_contract.report.redaction import Redactor
from ed_contract.transport import Target

if TYPE_CHECKING:
    from ed_contract.options import Settings
    from ed_contract.report.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a report is shown with."""

    target: Target | None = None  # whose credentials are masked; None for a record, which holds none
    settings: tuple[str, ...] = ()  # options that the command to see a finding again needs, e.g. "--strength 4"
    embedded: bool = False  # whether the target was the bundled server

    @property
    def options(self) -> tuple[str, ...]:
        """What the command to see a finding again needs beside the URL, headers with their values from variables."""
        headers = () if self.target is None else late.curl.as_options(self.target.headers, self.target.contract)
        return (*self.settings, *headers)

    @property
    def redact(self) -> Redactor:
        """What keeps credentials out of reports: those too that were renewed meanwhile."""
        return Redactor.of(self.target)


def require_writable(reports: Collection[tuple[str, str]]) -> None:
    """Raise UsageError if one of the reports that a call asks for cannot be written; nothing is made."""
    if reports:
        late.writers.require_all_writable(reports)


def write_asked(report: Report, settings: Settings, problem: OSError | None = None) -> None:
    """Write the reports that a call asks for; raise UsageError, or ToolError, if one of them or the record is missing.

    `problem` is why the record that was asked for could not be written, if it could not.
    """
    if settings.reports or problem is not None:
        late.writers.write_all(report, settings.reports, record=settings.record, problem=problem)
