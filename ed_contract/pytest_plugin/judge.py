"""Judges what the options name, for tests: everything heavy hangs on this module, which `Asked.judge` loads."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ed_contract import api, last_run
from ed_contract.checks import judged
from ed_contract.contract import CONTRACT, Contract, chosen
from ed_contract.exceptions import EdContractError, ToolError, UsageError
from ed_contract.files import keep_traceback
from ed_contract.options import unset
from ed_contract.pytest_plugin.outcomes import Told, refused
from ed_contract.pytest_plugin.verdicts import told
from ed_contract.recording import Recorder, recorder
from ed_contract.report import Report, writers
from ed_contract.report.artifact import WORKSPACE, artifact
from ed_contract.report.curl import as_options
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.runner.events import End
from ed_contract.session import NotConforming, Session
from ed_contract.transport import Target
from ed_contract.transport.target import target_from, target_of
from ed_contract.waivers import load

if TYPE_CHECKING:
    from ed_contract.pytest_plugin.options import Asked

NO_SERVER = (
    "there is no server to judge: give --ed-url URL or --ed-app MODULE:ATTR,\n"
    "or define a session fixture `ed_target` that returns the server's URL."
)

MORE_TIME = "the whole run takes place in the first test: raise --timeout, or shorten the run with --ed-max-time."


class Judge:
    """Judges what the options of a session name."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._contract: Contract | None = None
        self._recorder: Recorder | None = None  # of the last run

    @property
    def contract(self) -> Contract:
        """What is judged; raises UsageError for what cannot be read."""
        if self._contract is None:  # once: its parts are compared as they are
            self._contract = chosen(self._asked.settings) or CONTRACT
        return self._contract

    def check(self, identifiers: Iterable[str] = ()) -> None:
        """Raise pytest.UsageError for what no run can take place with; nothing is sent, and no application loaded.

        `identifiers` are requirements that have to be judged.
        """
        settings = self._asked.settings
        try:
            for identifier in identifiers:
                self.contract.requirement(identifier)
            applicable = self.applicable()
            self.reports()
            self._artifact()
            self.completed(settings.url or "http://127.0.0.1")
            if settings.waivers is not None:
                load(settings.waivers, self.contract)
        except UsageError as error:
            raise pytest.UsageError(*str(error).splitlines()) from None
        if left_out := set(identifiers) - set(applicable):
            raise pytest.UsageError(
                f"{', '.join(sorted(left_out))}: not judged with these options",
                "check --ed-only and --ed-skip, and see `ed-contract explain ID`.",
            )

    def applicable(self) -> list[str]:
        """Return the ids of the requirements that were selected and that a check can judge with what was given."""
        settings = self._asked.settings
        rows = self.contract.select(settings.only, settings.skip)
        return [row.id for row in rows if row.id in judged(self.contract)]

    def target(self) -> Target:
        """Return the target that the options name; raise UsageError if they name none, or none that can be had."""
        target = target_from(self._asked.settings, contract=self.contract)
        if target is None:
            raise UsageError(NO_SERVER)
        return target

    def completed(self, given: Target | str) -> Target:
        """Return a target with what the options say of credentials, headers and the like; a Target is as it is."""
        settings = self._asked.settings
        named = any((settings.edition, settings.contract, settings.api_version))
        # Where the options do not say what is judged, a Target that was given says it.
        return target_from(settings, given, self.contract if named else None) or target_of(given)

    def reports(self) -> list[tuple[str, str]]:
        """Return format and path of each report that was asked for, relative to where pytest was started."""
        asked = self._asked.settings.reports
        if any(path == writers.STDOUT for _, path in asked):
            raise UsageError("--ed-report: pytest needs standard output\ngive the path of a file.")
        reports = [(form, str(self._asked.started_in / path)) for form, path in asked]
        writers.require_all_writable(reports)
        return reports

    def _artifact(self) -> str:
        """Return what the results of a SARIF report point to."""
        return artifact(self._asked.settings, self._asked.settings_file, workspace=os.environ.get(WORKSPACE))

    def session(self, given: Target | str) -> Session:
        """Return a session for creates of the user's own."""
        return Session(self.completed(given), self._asked.run_settings())

    def told(self, nodes: Mapping[str, str], first: str, make_target: Callable[[], Target | str]) -> Told:
        """Run once, and return what is said of the requirements; what `make_target` raises is the user's to see.

        Args:
            nodes: the node ids of the tests that ask, by requirement.
            first: the requirement whose test tells what keeps the run from judging.
            make_target: makes the target, or its URL.
        """
        try:
            self.check()
            return self._told(nodes, first, self.completed(make_target()))
        except (EdContractError, pytest.UsageError) as error:
            return refused([*nodes], first, "cannot judge: " + "\n".join(str(one) for one in error.args))

    def _told(self, nodes: Mapping[str, str], first: str, target: Target) -> Told:
        wanted = [*nodes]
        try:
            report = self._survived(target, self._narrowed(wanted))
            redact = Redactor.of(target)  # of the credentials that were renewed too
            # pytest itself says what GitHub's annotations would.
            pointed = replace(report, artifact=self._artifact())
            unwritten = writers.write(pointed, self.reports(), redact, lambda _: None)
            reproduce = {row: self._reproduce(node, target) for row, node in nodes.items()}
            said = told(report, wanted, redact, reproduce, unwritten)
        except (EdContractError, pytest.UsageError):
            raise
        except pytest.fail.Exception as error:  # of pytest-timeout, which raises it wherever we are
            lines = [f"cannot judge: the run was cut off: {error}", MORE_TIME, *self.what_was_sent()]
            return refused(wanted, first, "\n".join(lines))
        except Exception as error:  # noqa: BLE001 - a mistake of ours, which is not to be made for each requirement
            kept = keep_traceback(error, Redactor.of(target))
            why = f"cannot judge: ed-contract crashed: {type(error).__name__}: {error}; please report it: {kept}"
            return refused(wanted, first, why)
        missing = {one.path for one in unwritten}
        paths = [f"report: {path}" for _, path in self.reports() if path not in missing]
        exports = [f"export {name}=…" for name in unset(self._asked.settings, os.environ)] if report.failing else []
        hint = [f"the commands above take credentials from the environment: {'; '.join(exports)}"] if exports else []
        return replace(said, lines=(*said.lines, *paths, *hint))

    def what_was_sent(self) -> Iterator[str]:
        """Yield how to judge what a run sent that was cut off."""
        if self._recorder is not None and self._recorder.problem is None:
            yield f"`ed-contract judge {shlex.quote(str(self._recorder.path))}` judges what was sent so far."

    def report_or_raise(self, given: Target | str, arguments: Mapping[str, Any]) -> Report:
        """Return the report of a run that a test of the user's own asks for; raise NotConforming with all findings."""
        __tracebackhide__ = True
        target = self.completed(given)
        report = self._report(target, arguments)
        if report.exit_code:
            node = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]  # "test_shop.py::test_run (call)"
            command = self._reproduce(node, target)
            lines = report_lines(report, Redactor.of(target), reproduce=lambda _: command)
            raise NotConforming("\n".join(line.text for line in lines))
        return report

    def _narrowed(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Return the arguments by which a run sends no more than it takes to judge the wanted requirements."""
        arguments: dict[str, Any] = {"max_findings": 1} if self._asked.first_only else {}
        if set(wanted) != set(self.applicable()):
            arguments |= {"only": wanted, "skip": ()}
        return arguments

    def _survived(self, target: Target, arguments: Mapping[str, Any]) -> Report:
        """Return the report of a run; of one that crashed, what was judged so far."""
        try:
            return self._report(target, arguments)
        except ToolError as error:
            if error.report is None or error.__cause__ is None:
                raise
            note = f"{error}; please report it: {keep_traceback(error.__cause__, Redactor.of(target))}"
            report: Report = replace(error.report, note=note)
            return report

    def _report(self, target: Target, arguments: Mapping[str, Any]) -> Report:
        """Return the report of a run with the session's options, less those that `arguments` replace."""
        settings = self._asked.settings
        with recorder(settings, self._asked.folder) as writes:
            self._recorder = writes
            report = api.run(target, self._asked.run_settings(), recorder=writes, **arguments)
        if writes is not None and writes.problem is not None and settings.record:
            raise UsageError(f"cannot write {settings.record}: {writes.problem.strerror}\ngive another path.")
        if report.end is End.INTERRUPTED:
            raise KeyboardInterrupt  # Ctrl-C ends the run for a report; here it is to end the session
        if settings.keep_record:
            redact = Redactor.of(target)
            report = last_run.compared(report, redact, self._asked.folder)
            last_run.keep(report, redact, self._asked.folder)
        return report

    def _reproduce(self, node: str, target: Target) -> str:
        """Return the command by which pytest shows a finding again; header values may be secret."""
        parts = ["pytest"]
        for option, value in self._asked.repeated():
            parts += [option] if value is True else [option, shlex.quote(str(value))]
        if self._asked.settings.seed:  # seed 0 is the default, under fresh keys: by name it would send the same keys
            parts += ["--ed-seed", str(self._asked.settings.seed)]
        if self._asked.on_the_line("header"):
            parts += [f"--ed-header {one.removeprefix('-H ')}" for one in as_options(target.headers, target.contract)]
        return " ".join([*parts, shlex.quote(node)])
