"""The requirements as tests that need no file: `ed-contract::idempotency/replay`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ed_contract.pytest_plugin.outcomes import Outcome, Word
from ed_contract.pytest_plugin.runs import MakeTarget, Runs
from ed_contract.pytest_plugin.selection import NODE
from ed_contract.pytest_plugin.state import ASKED, OUTCOME, RUNS, SELECTION

_IN_ORDER = 60.0  # seconds that a run may take after --ed-max-time, in which it sends nothing, to end in order


class Requirements(pytest.Collector):
    """Collects the requirements as tests."""

    def collect(self) -> list[pytest.Item]:
        """Return one test for each requirement that was selected and that some check judges."""
        identifiers = self.config.stash[ASKED].judge.applicable()
        selection = self.config.stash[SELECTION]
        return [RequirementItem.from_parent(self, name=one) for one in identifiers if one in selection]


class RequirementItem(pytest.Item):
    """The verdict of one requirement, as a test."""

    def __init__(self, *, name: str, parent: Requirements, **options: Any) -> None:  # noqa: ANN401 - pytest's
        super().__init__(name, parent, **options)
        for mark in marks(self.config, name):
            self.add_marker(mark)
        longest = self.config.stash[ASKED].settings.max_time
        if longest is not None and hasattr(self.config.hook, "pytest_timeout_set_timer"):
            self.add_marker(pytest.mark.timeout(longest + _IN_ORDER))  # goes before pytest-timeout's --timeout

    def setup(self) -> None:
        """Take the outcome from the run; what keeps it from being judged is an error, and no failure of the target."""
        prepare(self, self.config.stash[RUNS], self.config.stash[ASKED].judge.target)

    def runtest(self) -> None:
        """Fail if there is a finding."""
        conclude(self)

    def reportinfo(self) -> tuple[str, None, str]:
        """Return how pytest names the test."""
        return NODE, None, f"{NODE}::{self.name}"


def marks(config: pytest.Config, identifier: str) -> Iterator[pytest.MarkDecorator]:
    """Yield the marks of the test of a requirement: its verdict stands, so that no plugin has to run it again."""
    yield pytest.mark.ed_contract(identifier)
    if config.pluginmanager.hasplugin("rerunfailures"):
        yield pytest.mark.flaky(reruns=0)


def prepare(item: pytest.Item, runs: Runs, target: MakeTarget) -> None:
    """Note the outcome of a test, in its setup; skip it, or report an error, where there is nothing to conclude."""
    outcome = item.stash[OUTCOME] = runs.outcome(item, target)
    if outcome.word is Word.SKIPPED:
        item.add_marker(pytest.mark.skip(reason=outcome.text))  # else pytest prints the number of a line beside it
        pytest.skip(outcome.text)
    if outcome.word is Word.ERROR:
        pytest.fail(outcome.text, pytrace=False)


def conclude(item: pytest.Item) -> None:
    """Fail with the finding as printed, and no traceback; a waiver makes that expected."""
    outcome: Outcome = item.stash[OUTCOME]
    if outcome.word is Word.XFAILED:
        item.add_marker(pytest.mark.xfail(reason=outcome.reason, strict=True))
    if outcome.word is not Word.PASSED:
        pytest.fail(outcome.text, pytrace=False)
