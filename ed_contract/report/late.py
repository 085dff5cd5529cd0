"""What shows and writes reports, loaded when that is done: it knows the report, and some of it is slow to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.report import curl, html_report, notebook, printing, writers

__all__ = ["curl", "html_report", "notebook", "printing", "writers"]
__getattr__ = loading(__name__, {name: f"ed_contract.report.{name}" for name in __all__})
