"""`pytest --ed-url URL`: one test for each applicable requirement, beside the user's own tests or by themselves.

Without a target the plugin adds nothing and imports nothing heavy. Only pytest's public API is used, of xdist the
hook that it documents for handing something to its workers, and of pytest-timeout the one that cancels a timer.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ed_contract.options import misspelt
from ed_contract.pytest_plugin.fixtures import (
    ed_client_verdict,
    ed_create,
    ed_requirement,
    ed_run,
    ed_server,
    ed_target,
    one_test_a_requirement,
)
from ed_contract.pytest_plugin.items import Requirements
from ed_contract.pytest_plugin.options import Asked, add_options
from ed_contract.pytest_plugin.reports import amend
from ed_contract.pytest_plugin.runs import MARKER, Runs
from ed_contract.pytest_plugin.selection import NODE, take_selection
from ed_contract.pytest_plugin.state import ASKED, RUNS, SELECTION

__all__ = ["ed_client_verdict", "ed_create", "ed_requirement", "ed_run", "ed_server", "ed_target"]

_SHARED = "ed_contract_shared"
_ONLY_FILES = f"no requirement is judged: only files were named; name a folder or `{NODE}` too"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that the tests carry, and check the options if a run is asked for."""
    config.addinivalue_line("markers", f"{MARKER}: a requirement of the create-event-destination contract")
    asked = config.stash[ASKED] = Asked(config)
    selection = config.stash[SELECTION] = take_selection(config)
    shared = getattr(config, "workerinput", {}).get(_SHARED)  # of xdist's workers
    config.stash[RUNS] = Runs(asked, Path(shared) if shared else None)
    if asked.wanted() and selection:
        asked.judge.check(selection.named)
    elif selection.is_explicit:
        raise pytest.UsageError(f"{NODE} names no test without a server", "give --ed-url or --ed-app too.")


def _is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of xdist."""
    return hasattr(config, "workerinput")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - xdist's, which is not imported
    """Give xdist's workers a directory of their own, in which the one that runs leaves what it says."""
    config: pytest.Config = node.config
    runs = config.stash[RUNS]
    if runs.shared is None:
        directory = tempfile.TemporaryDirectory(prefix="ed-contract-")
        config.add_cleanup(directory.cleanup)
        runs.shared = Path(directory.name)
    node.workerinput[_SHARED] = str(runs.shared)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the variables of the environment that look like settings but are not, and a target that is not judged."""
    lines = [*misspelt(os.environ), *([_ONLY_FILES] if _is_left_alone(config) else [])]
    return [f"ed_contract: {line}" for line in lines]


def _is_left_alone(config: pytest.Config) -> bool:
    """Whether there is a target, and no test without a file for it."""
    return config.stash[ASKED].wanted() and not config.stash[SELECTION]


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the requirements beside what the session finds in files: they are counted, shown and chosen like tests."""
    report = yield
    stash = collector.config.stash
    if isinstance(collector, pytest.Session) and stash[ASKED].wanted() and stash[SELECTION]:
        report.result.append(Requirements.from_parent(collector, name=NODE, nodeid=NODE))
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply the tests that ask for `ed_requirement`."""
    one_test_a_requirement(metafunc)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take note of what is to be judged."""
    session.config.stash[RUNS].select(session.items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a requirement's test what came, and no place in this package."""
    report = yield
    amend(report, item, call)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that was to judge and did not."""
    if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} and _missing(session.config):
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def _missing(config: pytest.Config) -> str:
    """Return why nothing was judged, if something was to be, else ""."""
    asked = config.stash[ASKED]
    if not asked.required or config.option.collectonly or _is_worker(config) or any(config.stash[RUNS].all()):
        return ""
    if not asked.wanted():
        return "no requirement was judged: no server was given: use --ed-url or --ed-app"
    if _is_left_alone(config):
        return _ONLY_FILES
    return "no requirement was judged: none was selected: check -k, -m and --deselect"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - not public
    """Print what did not fail a test, the verdicts, or that there are none."""
    lines = [line for told in config.stash[RUNS].all() for line in told.lines]
    if missing := _missing(config):
        lines.append(f"ERROR: --ed-require: {missing}")
    elif _is_left_alone(config):
        lines.append(_ONLY_FILES)
    if lines:
        terminalreporter.write_sep("=", NODE)
        for line in lines:
            terminalreporter.write_line(line)
