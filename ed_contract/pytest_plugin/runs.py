"""The runs behind the tests: each takes place once, when the first of its tests needs it, in whichever process.

Under xdist every worker collects every test, and any of them may be given any. The worker that comes first locks
a file, runs, and leaves what the run says beside it; the others wait for the lock and read. The controller could
run before its workers start instead: but it collects nothing, so it knows neither what `-k` and `--lf` leave to be
judged nor the fixture that makes the target, and it would run even if the user's tests stop the session before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ed_contract.pytest_plugin.locking import alone
from ed_contract.pytest_plugin.options import Asked, redactor
from ed_contract.pytest_plugin.outcomes import Outcome, Told, refused, told

if TYPE_CHECKING:
    from ed_contract.report import Report
    from ed_contract.report.writers import Unwritten
    from ed_contract.transport import Target

MARKER = "ed_contract"
_BEGUN = "begun"
_LEFT = "cannot judge: the process that ran it ended before the run was over\nrun it without -n to see why."

MakeTarget = Callable[[], Any]
"""Makes a Target, or the URL of one; it is called in the process that runs, and in no other."""


class Runs:
    """What is known of the runs of a session; `shared` is a directory of all its processes, or None for one."""

    def __init__(self, asked: Asked, shared: Path | None, *, first_only: bool) -> None:
        self.shared = shared
        self._asked = asked
        self._first_only = first_only
        self._wanted: dict[str, list[str]] = {}
        self._told: dict[str, Told] = {}

    def select(self, items: Sequence[pytest.Item]) -> None:
        """Take note of the requirements whose tests are selected: a run judges no others, and sends less."""
        for item in items:
            if (identifier := requirement_of(item)) is not None:
                self._wanted.setdefault(group_of(item, identifier), []).append(identifier)

    def outcome(self, item: pytest.Item, target: MakeTarget) -> Outcome:
        """Return how a test ends; the run takes place if none of its tests was asked for yet."""
        identifier = requirement_of(item)
        assert identifier is not None, item  # noqa: S101 - only tests of requirements come here
        group = group_of(item, identifier)
        if group not in self._told:
            self._told[group] = self._once(group, target)
        return self._told[group].outcomes[identifier]

    def lines(self) -> Iterator[str]:
        """Yield the lines that the runs of the session leave for its end."""
        done = list(self._told.values())
        if self.shared is not None:
            done += [Told.loaded(path.read_text(encoding="utf-8")) for path in sorted(self.shared.glob("*.json"))]
        for one in done:
            yield from one.lines

    def _once(self, group: str, target: MakeTarget) -> Told:
        wanted = list(dict.fromkeys(self._wanted[group]))
        if self.shared is None:
            return self._run(wanted, target)
        place = self.shared / hashlib.sha256(group.encode()).hexdigest()
        left = place.with_suffix(".json")
        with alone(place.with_suffix(".lock")) as lock:
            if not left.exists():
                lock.seek(0)
                if lock.read() == _BEGUN:
                    left.write_text(refused(wanted, _LEFT).dumped(), encoding="utf-8")
                else:
                    lock.write(_BEGUN)
                    lock.flush()
                    left.write_text(self._run(wanted, target).dumped(), encoding="utf-8")
            return Told.loaded(left.read_text(encoding="utf-8"))

    def _run(self, wanted: list[str], make_target: MakeTarget) -> Told:
        from ed_contract.exceptions import EdContractError  # noqa: PLC0415 - without a target nothing is loaded

        arguments: dict[str, Any] = {"max_findings": 1} if self._first_only else {}
        try:
            self._asked.check()
            if set(wanted) != set(self._asked.applicable()):
                arguments |= {"only": wanted, "skip": ()}
            target = self._asked.completed(make_target())
            report = self._survived(target, arguments)
            unwritten = self._write(replace(report, artifact=self._asked.artifact()), target)
        except (EdContractError, pytest.UsageError) as error:
            return refused(wanted, "cannot judge: " + "\n".join(str(one) for one in error.args))
        said = told(report, wanted, redactor(target), self._asked.again(target), unwritten)
        missing = {one.path for one in unwritten}
        paths = [f"report: {path}" for _, path in self._asked.reports() if path not in missing]
        return Told(outcomes=said.outcomes, lines=(*said.lines, *paths))

    def _survived(self, target: Target, arguments: dict[str, Any]) -> Report:
        """Return the report of a run; of one that a mistake of ours ended, what was judged until then."""
        from ed_contract.exceptions import ToolError  # noqa: PLC0415 - without a target nothing is loaded
        from ed_contract.files import keep_traceback  # noqa: PLC0415 - the same

        try:
            return report_of(self._asked, target, **arguments)
        except ToolError as error:
            if error.report is None or error.__cause__ is None:
                raise
            note = f"{error}; please report it: {keep_traceback(error.__cause__, redactor(target))}"
            report: Report = replace(error.report, note=note)
            return report

    def _write(self, report: Report, target: Target) -> tuple[Unwritten, ...]:
        """Write the reports that were asked for; pytest says itself what GitHub's annotations would."""
        from ed_contract.report.writers import write  # noqa: PLC0415 - heavy

        return write(report, self._asked.reports(), redactor(target), lambda _: None)


def report_of(asked: Asked, target: Target, **arguments: Any) -> Report:  # noqa: ANN401 - those of api.run
    """Return the report of a run with the session's options, less those that `arguments` replace."""
    from ed_contract import api  # noqa: PLC0415 - heavy
    from ed_contract.engine.events import End  # noqa: PLC0415 - without a target nothing of ours is loaded
    from ed_contract.exceptions import UsageError  # noqa: PLC0415 - the same
    from ed_contract.recording import recorder  # noqa: PLC0415 - heavy

    with recorder(asked.settings, asked.folder) as writes:
        report = api.run(target, asked.run_settings(), recorder=writes, **arguments)
    if writes is not None and writes.problem is not None and asked.settings.record:
        raise UsageError(f"cannot write {asked.settings.record}: {writes.problem.strerror}\ngive another path.")
    if report.end is End.INTERRUPTED:
        raise KeyboardInterrupt  # Ctrl-C ends the run for a report; here it is to end the session
    return report


def requirement_of(item: pytest.Item) -> str | None:
    """Return the id of the requirement that a test is about, or None for the user's own."""
    marker = item.get_closest_marker(MARKER)
    return str(marker.args[0]) if marker is not None and marker.args else None


def group_of(item: pytest.Item, identifier: str) -> str:
    """Return what the tests of one run have in common: all of their node id but the requirement's."""
    return item.nodeid.replace(identifier, "", 1) if identifier in item.nodeid else item.nodeid
