"""Fixtures for people who write tests of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from ed_contract.exceptions import UsageError
from ed_contract.first_use import found
from ed_contract.options import DEFAULTS
from ed_contract.pytest_plugin.items import conclude, marks, prepare
from ed_contract.pytest_plugin.outcomes import Told
from ed_contract.pytest_plugin.state import ASKED, RUNS

if TYPE_CHECKING:
    from ed_contract.case import Params
    from ed_contract.clients.server import ScriptedServer
    from ed_contract.interaction import Interaction
    from ed_contract.report import Report
    from ed_contract.transport import Target


_NOTHING_SENT = (
    "the client sent no create to ed_server\nconfigure it with ed_server.url and ed_server.api_key before the verdict."
)


class Create(Protocol):
    """What the fixture `ed_create` is."""

    def __call__(
        self, params: Params, *, key: str | None = None, include: Iterable[str] | str | None = None
    ) -> Interaction:
        """Send one create, judge it, and return the interaction."""
        ...


class ClientVerdict(Protocol):
    """What the fixture `ed_client_verdict` is."""

    def __call__(self, only: str | Iterable[str] = (), *, strict: bool = False, exit_code: int | None = None) -> Report:
        """Judge the client, and return the report; fail the test if it has a finding that counts."""
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
    """The target that the options name; override this fixture to return another target or URL."""
    try:
        return request.config.stash[ASKED].judge.target()
    except UsageError as error:
        return pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def ed_create(ed_target: Target | str, request: pytest.FixtureRequest) -> Iterator[Create]:
    """Send your own creates: `ed_create(params, key=None, include=None)` judges each and returns the interaction.

    It raises the finding as printed. Each is judged in the light of all creates of the session.
    """
    _note_use(request)
    with request.config.stash[ASKED].judge.session(ed_target) as session:
        yield session.create


@pytest.fixture(scope="session")
def ed_run(ed_target: Target | str, request: pytest.FixtureRequest) -> Run:
    """Judge the whole contract or a part: `ed_run(only="echo/*")` returns the report, or raises all findings.

    The options of the session apply, unless overridden by arguments, as of `ed_contract.run`.
    """
    _note_use(request)
    judge = request.config.stash[ASKED].judge

    def run(only: str | Iterable[str] = (), **arguments: Any) -> Report:  # noqa: ANN401 - of api.run
        __tracebackhide__ = True
        if only:
            arguments["only"] = [only] if isinstance(only, str) else list(only)
        return judge.report_or_raise(ed_target, arguments)

    return run


@pytest.fixture
def ed_server(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    """A conforming server on a free port, for tests of clients; it errs when it is told to, and keeps what it received.

    `ed_server.url`, `.api_key`, `.scenario("lost-answer")`, `.fail_next(503)`, `.answers(ed.responses())`, `.requests`,
    `.destinations`. It needs no option; of the options, it knows the edition of the page.
    """
    try:
        server: ScriptedServer = found("ed_contract.clients.server").serving(request.config.stash[ASKED].settings)
    except UsageError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with server:
        yield server


@pytest.fixture
def ed_client_verdict(ed_server: ScriptedServer) -> ClientVerdict:
    """Call it at the end of a test: it fails if what `ed_server` received breaks a requirement of clients.

    `ed_client_verdict(only="client/retry/*", strict=True)` judges a part, and lets findings of level SHOULD count too.
    """

    def verdict(only: str | Iterable[str] = (), *, strict: bool = False, exit_code: int | None = None) -> Report:
        __tracebackhide__ = True
        if not any(one.is_create for one in ed_server.requests):
            pytest.fail(_NOTHING_SENT, pytrace=False)
        globs = (only,) if isinstance(only, str) else tuple(only)
        report = ed_server.report(replace(DEFAULTS, only=globs, strict=strict), exit_code=exit_code)
        if report.failing:
            pytest.fail(str(report), pytrace=False)
        return report

    return verdict


@pytest.fixture
def ed_requirement(request: pytest.FixtureRequest) -> Verdict:
    """Call it to fail if the target of `ed_target` breaks the requirement; the test runs once for each requirement."""
    item: pytest.Item = request.node
    prepare(item, request.config.stash[RUNS], lambda: request.getfixturevalue("ed_target"))

    def verdict() -> None:
        __tracebackhide__ = True
        conclude(item)

    return verdict


def one_test_a_requirement(metafunc: pytest.Metafunc) -> None:
    """Multiply a test that asks for `ed_requirement`."""
    if "ed_requirement" not in metafunc.fixturenames:
        return
    judge = metafunc.config.stash[ASKED].judge
    judge.check()
    metafunc.parametrize(
        "ed_requirement",
        [pytest.param(one, id=one, marks=[*marks(metafunc.config, one)]) for one in judge.applicable()],
        indirect=True,
    )


def _note_use(request: pytest.FixtureRequest) -> None:
    """Take note that a test of the user's own judges: that is what --ed-require asks for."""
    request.config.stash[RUNS].keep(str(request.fixturename), Told(outcomes={}))
