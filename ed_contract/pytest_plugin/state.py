"""Where the plugin keeps what belongs to one session: in pytest's stash."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ed_contract.pytest_plugin.options import Asked
from ed_contract.pytest_plugin.runs import Runs

ASKED = pytest.StashKey[Asked]()
RUNS = pytest.StashKey[Runs]()
SELECTED = pytest.StashKey[Sequence[str]]()  # ids given on the command line as ed-contract::ID; none means all
