"""The requirements as tests that need no file: `ed-contract::idempotency/replay`."""

from __future__ import annotations

from typing import Any

import pytest

from ed_contract.pytest_plugin.outcomes import Outcome, Word
from ed_contract.pytest_plugin.runs import Runs
from ed_contract.pytest_plugin.state import ASKED, RUNS, SELECTED

NODE = "ed-contract"


class Requirements(pytest.Collector):
    """Collects the requirements as tests."""

    def collect(self) -> list[pytest.Item]:
        """Return one test for each requirement that was selected and that some check judges."""
        identifiers = self.config.stash[ASKED].applicable()
        asked = self.config.stash[SELECTED]
        return [
            RequirementItem.from_parent(self, name=identifier)
            for identifier in identifiers
            if not asked or identifier in asked
        ]


class RequirementItem(pytest.Item):
    """The verdict of one requirement, as a test."""

    def __init__(self, *, name: str, parent: Requirements, **options: Any) -> None:  # noqa: ANN401 - pytest's
        super().__init__(name, parent, **options)
        self.add_marker(pytest.mark.ed_contract(name))
        self._outcome = Outcome(word=Word.PASSED)

    def setup(self) -> None:
        """Take the outcome from the run; what keeps it from being judged is an error, and no failure of the target."""
        self._outcome = prepare(self, self.config.stash[RUNS], self.config.stash[ASKED].target)

    def runtest(self) -> None:
        """Fail if there is a finding."""
        conclude(self, self._outcome)

    def reportinfo(self) -> tuple[str, None, str]:
        """Return how pytest names the test."""
        return NODE, None, f"{NODE}::{self.name}"


def prepare(item: pytest.Item, runs: Runs, target: Any) -> Outcome:  # noqa: ANN401 - a function that makes one
    """Return the outcome of a test, in its setup; skip it, or report an error, where there is nothing to conclude."""
    outcome = runs.outcome(item, target)
    if outcome.word is Word.SKIPPED:
        pytest.skip(outcome.text)
    if outcome.word is Word.ERROR:
        pytest.fail(outcome.text, pytrace=False)
    return outcome


def conclude(item: pytest.Item, outcome: Outcome) -> None:
    """Fail with the finding as printed, and no traceback; a waiver makes that expected."""
    if outcome.word is Word.XFAILED:
        item.add_marker(pytest.mark.xfail(reason=outcome.reason, strict=True))
    if outcome.word is not Word.PASSED:
        pytest.fail(outcome.text, pytrace=False)
