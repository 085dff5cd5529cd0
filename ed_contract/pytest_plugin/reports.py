"""What pytest reports of a requirement's test: no place in this package, and in the short summary what came."""

from __future__ import annotations

import pytest

from ed_contract.pytest_plugin.outcomes import Word
from ed_contract.pytest_plugin.runs import WAITED
from ed_contract.pytest_plugin.state import OUTCOME


def amend(report: pytest.TestReport, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Amend the report of a phase of a test, if it is about a requirement.

    A run takes place in the test that asks first, and its time is that test's. That others waited for it in another
    process is not counted.
    """
    outcome = item.stash.get(OUTCOME, None)
    if outcome is None:
        return
    if report.when == "setup":
        report.duration = max(0.0, report.duration - item.stash.get(WAITED, 0.0))
    if call.excinfo is None or str(call.excinfo.value) != outcome.text:
        return
    place = item.nodeid
    if outcome.word is Word.SKIPPED:
        if outcome.common and item.parent is not None:
            place = item.parent.nodeid
        report.longrepr = (place, 1, f"Skipped: {outcome.text}")
    elif (crash := getattr(report.longrepr, "reprcrash", None)) is not None:
        crash.path, crash.lineno, crash.message = place, 1, outcome.line
