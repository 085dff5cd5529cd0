"""The writer that loads a template engine, loaded when a report is written with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.report import html

__all__ = ["html"]
__getattr__ = loading(__name__, {"html": "ed_contract.report.html"})
