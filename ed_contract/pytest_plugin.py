"""`pytest --ed-url URL`: one test for each applicable requirement, beside the user's own tests or alone.

Without the option the plugin adds nothing and imports nothing heavy. Only pytest's public API is used.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ed_contract.report import Bug, Report, Row
    from ed_contract.report.redaction import Redactor
    from ed_contract.transport import Target

NODE = "ed-contract"
_RUN = pytest.StashKey["_Run"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("ed-contract", "conformance of a create-event-destination server")
    group.addoption("--ed-url", metavar="URL", help="judge the server at URL: one test for each requirement")
    group.addoption("--ed-api-key", metavar="KEY", help="the credential; also from ED_CONTRACT_API_KEY")
    group.addoption("--ed-second-api-key", metavar="KEY", help="another account's credential")
    group.addoption("--ed-only", metavar="ID-GLOB", action="append", default=[], help="only these requirements")
    group.addoption("--ed-skip", metavar="ID-GLOB", action="append", default=[], help="none of these requirements")
    group.addoption("--ed-phases", metavar="NAME,…", help="these phases only, e.g. smoke")
    group.addoption("--ed-seed", metavar="N", type=int, help="the same seed sends the same bytes")
    group.addoption("--ed-max-requests", metavar="N", type=int, default=900, help="send no more than this")
    group.addoption("--ed-strict", action="store_true", help="findings of level SHOULD fail too")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that the tests carry, and prepare the run if one is asked for."""
    config.addinivalue_line("markers", "ed_contract: a requirement of the create-event-destination contract")
    if config.getoption("ed_url"):
        config.stash[_RUN] = _Run(config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the requirements beside what the session finds in files: they are counted, shown and chosen like tests."""
    report = yield
    run = collector.config.stash.get(_RUN, None)
    if run is not None and isinstance(collector, pytest.Session):
        run.check_options()
        report.result.append(Requirements.from_parent(collector, name=NODE, nodeid=NODE))
    return report


class Requirements(pytest.Collector):
    """Collects the requirements as tests."""

    def collect(self) -> list[pytest.Item]:
        """Return one test for each requirement that was selected and that some check judges."""
        run = self.config.stash[_RUN]
        return [RequirementItem.from_parent(self, name=identifier) for identifier in run.applicable()]


class RequirementItem(pytest.Item):
    """The verdict of one requirement, as a test."""

    def __init__(self, *, name: str, parent: Requirements, **options: Any) -> None:  # noqa: ANN401 - pytest's
        super().__init__(name, parent, **options)
        self.add_marker("ed_contract")

    def runtest(self) -> None:
        """Take the requirement's verdict from the run, which takes place before the first of these tests."""
        run = self.config.stash[_RUN]
        report = run.report()
        row = next(row for row in report.rows if row.requirement.id == self.name)
        failing = [bug for bug in row.bugs if bug in report.failing]
        if failing:
            raise NotHeld(run.said(failing, row, report))
        _raise_unless_decided(row)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest
        """Return the finding as it is printed everywhere, without a traceback of ours."""
        if isinstance(excinfo.value, NotHeld | CannotJudge):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, None, str]:
        """Return how pytest names the test."""
        return NODE, None, f"{NODE}::{self.name}"


class NotHeld(Exception):  # noqa: N818 - reads as the state it names
    """The requirement is broken; the message is the finding as printed."""


class CannotJudge(Exception):  # noqa: N818 - the same
    """The target, or a check of ours, keeps the requirement from being judged."""


def _raise_unless_decided(row: Row) -> None:
    from ed_contract.requirement import Level  # noqa: PLC0415 - without --ed-url nothing of ours is loaded
    from ed_contract.verdict import Verdict  # noqa: PLC0415 - the same

    if row.verdict is Verdict.SKIPPED:
        pytest.skip(row.reason)
    undecided = row.verdict is Verdict.INCONCLUSIVE and row.requirement.level is Level.MUST
    if undecided or row.verdict is Verdict.ERROR:
        raise CannotJudge(f"{row.verdict}: {row.requirement.id}: {row.reason}")


class _Run:
    """The one run behind all tests; it takes place when the first of them needs it."""

    def __init__(self, config: pytest.Config) -> None:
        self._option = config.getoption
        self._report: Report | None = None
        self._failed = False

    def check_options(self) -> None:
        """Raise pytest.UsageError for options that no run can take place with."""
        from ed_contract.engine import PHASES  # noqa: PLC0415 - without --ed-url nothing of ours is loaded
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - the same

        unknown = [name for name in self._phases() or () if name not in PHASES]
        if unknown:
            raise pytest.UsageError(f"no phase {', '.join(unknown)}", f"the phases are {', '.join(PHASES)}.")
        try:
            self._target()
            self.applicable()
        except UsageError as error:
            raise pytest.UsageError(*str(error).splitlines()) from None

    def applicable(self) -> list[str]:
        """Return the ids of the requirements that were selected and that a check judges."""
        from ed_contract.checks import judged  # noqa: PLC0415 - without --ed-url nothing of ours is loaded
        from ed_contract.contract import CONTRACT  # noqa: PLC0415 - the same

        rows = CONTRACT.select(self._option("ed_only"), self._option("ed_skip"))
        return [row.id for row in rows if row.id in judged]

    def report(self) -> Report:
        """Return the report of the run; raise CannotJudge, with the reason once, if it could not take place."""
        if self._failed:
            pytest.skip("the run did not take place")
        if self._report is None:
            self._failed = True  # until it is done
            self._report = self._run()
            self._failed = False
        return self._report

    def _run(self) -> Report:
        from ed_contract import api  # noqa: PLC0415 - heavy
        from ed_contract.engine.events import End  # noqa: PLC0415 - the same
        from ed_contract.exceptions import EdContractError  # noqa: PLC0415 - the same

        try:
            report = api.run(
                self._target(),
                only=self._option("ed_only"),
                skip=self._option("ed_skip"),
                phases=self._phases(),
                strict=self._option("ed_strict"),
                seed=self._option("ed_seed"),
                max_requests=self._option("ed_max_requests"),
            )
        except EdContractError as error:
            raise CannotJudge(f"cannot judge: {error}") from error
        if report.end is End.INTERRUPTED:
            raise KeyboardInterrupt  # Ctrl-C ends the run for a report; here it is to end the session
        return report

    def _target(self) -> Target:
        from ed_contract.transport import Target  # noqa: PLC0415 - without --ed-url nothing of ours is loaded

        return Target(
            url=self._option("ed_url"),
            api_key=self._credential("api_key"),
            second_api_key=self._credential("second_api_key"),
        )

    def _phases(self) -> list[str] | None:
        names = self._option("ed_phases")
        return [name.strip() for name in names.split(",")] if names else None

    def _credential(self, name: str) -> str | None:
        given: str | None = self._option(f"ed_{name}") or os.environ.get(f"ED_CONTRACT_{name.upper()}")
        return given

    def said(self, bugs: list[Bug], row: Row, report: Report) -> str:
        """Return the findings of a requirement as printed."""
        from ed_contract.report.text import finding_lines  # noqa: PLC0415 - without --ed-url nothing is loaded

        redact = self._redactor()
        lines = [line.text for bug in bugs for line in finding_lines(bug, row.requirement, report, redact)]
        return "\n".join(lines)

    def warnings(self) -> Iterator[str]:
        """Yield a line for each finding that does not fail, and the verdict."""
        from ed_contract.report.text import headline, in_one_line  # noqa: PLC0415 - without --ed-url nothing is loaded

        report = self._report
        if report is None:
            return
        for bug in report.bugs:
            if bug not in report.failing:
                yield in_one_line(bug, report, self._redactor())
        yield f"{headline(report)}: {report.target}, {report.requests} requests, seed {report.seed}"

    def _redactor(self) -> Redactor:
        from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - without --ed-url nothing is loaded

        return Redactor.of(self._target())


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - not public
    """Print what did not fail a test, and the verdict."""
    run = config.stash.get(_RUN, None)
    lines = [] if run is None else list(run.warnings())
    if lines:
        terminalreporter.write_sep("=", NODE)
        for line in lines:
            terminalreporter.write_line(line)
