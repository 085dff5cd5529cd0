"""What it takes to show a report beside what it says: what is masked in it, and how its findings are seen again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ed_contract.report.redaction import Redactor
from ed_contract.transport import Target

if TYPE_CHECKING:
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
        from ed_contract.report.curl import as_options  # noqa: PLC0415 - loaded when a report is shown

        headers = () if self.target is None else as_options(self.target.headers, self.target.contract)
        return (*self.settings, *headers)

    @property
    def redact(self) -> Redactor:
        """What keeps credentials out of reports: those too that were renewed meanwhile."""
        return Redactor.of(self.target)


def writing(reports: Collection[tuple[str, str]]) -> Callable[[Report], None]:
    """Return what writes the reports that a call asks for, and raises what `Report.write` raises.

    Raises:
        UsageError: one of them cannot be written, which is known before anything is sent.
    """
    if reports:
        from ed_contract.report.writers import require_all_writable  # noqa: PLC0415 - loaded where it is asked for

        require_all_writable(reports)

    def write(report: Report) -> None:
        for form, path in reports:
            report.write(form, path)

    return write
