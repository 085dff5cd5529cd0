"""The one table of options: every door to a run is made from it. Knows no door.

The doors are the command, pytest, a settings file, the environment, the GitHub action, and Python.
"""

from __future__ import annotations

from ed_contract.options.keywords import changed
from ed_contract.options.option import Option
from ed_contract.options.sources import Resolved, Source, again, environment, for_pytest, misspelt, resolve, unset
from ed_contract.options.table import BY_NAME, DEFAULTS, OPTIONS, Settings, at

__all__ = [
    "BY_NAME",
    "DEFAULTS",
    "OPTIONS",
    "Option",
    "Resolved",
    "Settings",
    "Source",
    "again",
    "at",
    "changed",
    "environment",
    "for_pytest",
    "misspelt",
    "resolve",
    "unset",
]
