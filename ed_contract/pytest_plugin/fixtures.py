"""Fixtures for people who write tests of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from ed_contract.pytest_plugin.items import conclude, prepare
from ed_contract.pytest_plugin.options import redactor
from ed_contract.pytest_plugin.runs import report_of
from ed_contract.pytest_plugin.state import ASKED, RUNS

if TYPE_CHECKING:
    from ed_contract.case import Params
    from ed_contract.interaction import Interaction
    from ed_contract.report import Report
    from ed_contract.transport import Target


class Create(Protocol):
    """What the fixture `ed_create` is."""

    def __call__(self, params: Params, *, key: str | None = None, include: Iterable[str] | None = None) -> Interaction:
        """Send one create, judge it, and return the interaction."""
        ...


class Run(Protocol):
    """What the fixture `ed_run` is."""

    def __call__(self, only: str | Iterable[str] = (), **arguments: Any) -> Report:  # noqa: ANN401 - of api.run
        """Judge the target, and return the report."""
        ...


class Verdict(Protocol):
    """What the fixture `ed_requirement` is."""

    def __call__(self) -> None:
        """Fail if the target breaks the requirement."""
        ...


@pytest.fixture(scope="session")
def ed_target(request: pytest.FixtureRequest) -> Target:
    """The target that the options name; define a fixture of this name to give another one, or its URL."""
    from ed_contract.exceptions import UsageError  # noqa: PLC0415 - without a target nothing of ours is loaded

    try:
        return request.config.stash[ASKED].target()
    except UsageError as error:
        return pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def ed_create(ed_target: Target | str, request: pytest.FixtureRequest) -> Iterator[Create]:
    """Send creates of your own: `ed_create(params, key=None, include=None)` judges each, and returns the interaction.

    It raises with the finding as printed. The history that each is judged by is that of the whole session.
    """
    from ed_contract.session import Session  # noqa: PLC0415 - heavy

    asked = request.config.stash[ASKED]
    with Session(asked.completed(ed_target), asked.run_settings()) as session:
        yield session.create


@pytest.fixture(scope="session")
def ed_run(ed_target: Target | str, request: pytest.FixtureRequest) -> Run:
    """Judge the whole contract, or a part: `ed_run(only="echo/*")` returns the report, or raises with all findings.

    The options of the session apply, except those that are given here as arguments of `ed_contract.run`.
    """
    from ed_contract.report.text import report_lines  # noqa: PLC0415 - heavy
    from ed_contract.session import NotConforming  # noqa: PLC0415 - the same

    asked = request.config.stash[ASKED]
    target = asked.completed(ed_target)

    def run(only: str | Iterable[str] = (), **arguments: Any) -> Report:  # noqa: ANN401 - of api.run
        __tracebackhide__ = True
        if only:
            arguments["only"] = [only] if isinstance(only, str) else list(only)
        report = report_of(asked, target, **arguments)
        if report.exit_code:
            lines = report_lines(report, redactor(target), options=asked.again(target))
            raise NotConforming("\n".join(line.text for line in lines))
        return report

    return run


@pytest.fixture
def ed_requirement(request: pytest.FixtureRequest) -> Verdict:
    """Call it: it fails if the target of `ed_target` breaks the requirement. Such a test is one a requirement."""
    item: pytest.Item = request.node
    outcome = prepare(item, request.config.stash[RUNS], lambda: request.getfixturevalue("ed_target"))

    def verdict() -> None:
        conclude(item, outcome)

    return verdict


def one_test_a_requirement(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that asks for `ed_requirement`."""
    if "ed_requirement" not in metafunc.fixturenames:
        return
    asked = metafunc.config.stash[ASKED]
    asked.check()
    identifiers = asked.applicable()
    metafunc.parametrize(
        "ed_requirement",
        [pytest.param(one, id=one, marks=pytest.mark.ed_contract(one)) for one in identifiers],
        indirect=True,
    )
