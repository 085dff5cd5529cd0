"""What a run says of a target, and the writers that show it. Reads events; sends and judges nothing."""

from __future__ import annotations

from ed_contract.report.builder import ReportBuilder
from ed_contract.report.model import Combination, Extent, PhaseRow, Report, ReportedFinding, RequirementResult

__all__ = ["Combination", "Extent", "PhaseRow", "Report", "ReportBuilder", "ReportedFinding", "RequirementResult"]
