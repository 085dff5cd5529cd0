"""Where the plugin keeps what belongs to one session, or to one test: in pytest's stash."""

from __future__ import annotations

import pytest

from ed_contract.pytest_plugin.options import Asked
from ed_contract.pytest_plugin.outcomes import Outcome
from ed_contract.pytest_plugin.runs import Runs
from ed_contract.pytest_plugin.selection import Selection

ASKED = pytest.StashKey[Asked]()
RUNS = pytest.StashKey[Runs]()
SELECTION = pytest.StashKey[Selection]()

OUTCOME = pytest.StashKey[Outcome]()  # of a test
