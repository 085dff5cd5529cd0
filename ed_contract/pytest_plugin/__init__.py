"""`pytest --ed-url URL`: one test for each applicable requirement, beside the user's own tests or alone.

Without a target the plugin adds nothing and imports nothing heavy. Only pytest's public API is used, and of xdist
the hook that it documents for handing something to its workers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ed_contract.options import misspelt
from ed_contract.pytest_plugin.fixtures import ed_create, ed_requirement, ed_run, ed_target, one_test_a_requirement
from ed_contract.pytest_plugin.items import NODE, Requirements
from ed_contract.pytest_plugin.options import Asked, add_options
from ed_contract.pytest_plugin.runs import MARKER, Runs
from ed_contract.pytest_plugin.state import ASKED, RUNS, SELECTED

__all__ = ["ed_create", "ed_requirement", "ed_run", "ed_target"]

_SHARED = "ed_contract_shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    add_options(parser)
    parser.addoption("--ed-node-id", action="append", default=[], help="the same as ed-contract::ID among the files")


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Take node ids such as ed-contract::echo/name from among the files: pytest would look for a file."""
    if any(one.startswith(f"{NODE}::") for one in args):
        args[:] = [f"--ed-node-id={one}" if one.startswith(f"{NODE}::") else one for one in args]


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that the tests carry, and check the options if a run is asked for."""
    config.addinivalue_line("markers", f"{MARKER}: a requirement of the create-event-destination contract")
    asked = config.stash[ASKED] = Asked(config)
    config.stash[SELECTED] = tuple(one.removeprefix(f"{NODE}::") for one in config.getoption("ed_node_id"))
    if config.stash[SELECTED] and not asked.wanted():
        raise pytest.UsageError(f"{NODE}::… names no test without a server", "give --ed-url or --ed-app too.")
    shared: str | None = None
    if hasattr(config, "workerinput"):  # of xdist: this process is a worker
        shared = config.workerinput[_SHARED]
    runs = Runs(asked, Path(shared) if shared else None, first_only=config.getoption("maxfail") == 1)
    config.stash[RUNS] = runs
    if asked.wanted():
        asked.check()
        asked.require(config.stash[SELECTED])


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


def pytest_report_header() -> list[str]:
    """Name the variables of the environment that look like settings and are none."""
    return [f"ed_contract: {warning}" for warning in misspelt(os.environ)]


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Collect no files where node ids of requirements alone were given."""
    alone = config.stash[SELECTED] and not config.getoption("file_or_dir")
    return True if alone else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the requirements beside what the session finds in files: they are counted, shown and chosen like tests."""
    report = yield
    if isinstance(collector, pytest.Session) and collector.config.stash[ASKED].wanted():
        report.result.append(Requirements.from_parent(collector, name=NODE, nodeid=NODE))
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Multiply the tests that ask for `ed_requirement`."""
    one_test_a_requirement(metafunc)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Take note of what is to be judged."""
    session.config.stash[RUNS].select(session.items)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - not public
    """Print what did not fail a test, and the verdicts."""
    lines = list(config.stash[RUNS].lines())
    if lines:
        terminalreporter.write_sep("=", NODE)
        for line in lines:
            terminalreporter.write_line(line)
