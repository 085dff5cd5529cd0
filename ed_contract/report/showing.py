"""What it takes to show a report beside what it says: what is masked in it, and how its findings are seen again."""

from __future__ import annotations

from dataclasses import dataclass

from ed_contract.report.redaction import Redactor
from ed_contract.transport import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a report is shown with."""

    target: Target | None = None  # whose credentials are masked; None for a record, which holds none
    options: str = ""  # what the command to see a finding again needs beside the URL, e.g. "--strength 4"
    embedded: bool = False  # whether the target was the bundled server

    @property
    def redact(self) -> Redactor:
        """What keeps credentials out of reports: those too that were renewed meanwhile."""
        return Redactor.of(self.target)
