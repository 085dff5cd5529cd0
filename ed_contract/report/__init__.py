"""What a run says of a target, and the writers that show it. Reads events; sends and judges nothing."""

from __future__ import annotations

from ed_contract.report.builder import ReportBuilder
from ed_contract.report.model import Bug, Combination, Extent, PhaseRow, Report, Row

__all__ = ["Bug", "Combination", "Extent", "PhaseRow", "Report", "ReportBuilder", "Row"]
