"""The runs behind the tests: each takes place once, when the first of its tests needs it, in whichever process.

What a run says is kept however it ended: one that was cut off is never begun anew, so that a session sends no more
than one run may.

Under xdist every worker collects every test, and any of them may be given any. The worker that comes first locks
a file, runs, and leaves what the run says beside it; the others wait for the lock and read. The controller could
run before its workers start instead: but it collects nothing, so it knows neither what `-k` and `--lf` leave to be
judged nor the fixture that makes the target, and it would run even if the user's tests stop the session before.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ed_contract.files import write_file
from ed_contract.pytest_plugin.locking import alone
from ed_contract.pytest_plugin.options import Asked
from ed_contract.pytest_plugin.outcomes import Outcome, Told, refused

MARKER = "ed_contract"
WAITED = pytest.StashKey[float]()  # seconds that a test waited for the run of another process
_BEGUN = "begun"
_LEFT = "cannot judge: the process that ran it ended before the run was complete\nrun it without -n to see why."
_INTERRUPTED = "the run was interrupted"

MakeTarget = Callable[[], Any]
"""Makes a Target, or the URL of one; it is called in the process that runs, and in no other."""


class Runs:
    """What is known of the runs of a session; `shared` is a directory of all its processes, or None for one."""

    def __init__(self, asked: Asked, shared: Path | None) -> None:
        self.shared = shared
        self._asked = asked
        self._wanted: dict[str, dict[str, str]] = {}
        self._told: dict[str, Told] = {}

    def select(self, items: Sequence[pytest.Item]) -> None:
        """Take note of the requirements whose tests are selected: a run judges no others, and sends less."""
        for item in items:
            if (identifier := requirement_of(item)) is not None:
                self._wanted.setdefault(group_of(item, identifier), {}).setdefault(identifier, item.nodeid)

    def outcome(self, item: pytest.Item, target: MakeTarget) -> Outcome:
        """Return how a test ends; the run takes place if none of its tests was asked for yet."""
        identifier = requirement_of(item)
        assert identifier is not None, item  # noqa: S101 - only tests of requirements come here
        group = group_of(item, identifier)
        if group not in self._told:
            self._take_place(group, item, identifier, target)
        return self._told[group].outcomes[identifier]

    def keep(self, group: str, told: Told) -> None:
        """Keep what was said, for this process and the others."""
        self._told[group] = told
        if self.shared is not None:
            write_file(self._place(group).with_suffix(".json"), told.dumped())

    def all(self) -> Iterator[Told]:
        """Yield what the runs of the session said."""
        if self.shared is None:
            yield from self._told.values()
            return
        for path in sorted(self.shared.glob("*.json")):
            yield Told.loaded(path.read_text(encoding="utf-8"))

    def _place(self, group: str) -> Path:
        assert self.shared is not None  # noqa: S101 - only then it is called
        return self.shared / hashlib.sha256(group.encode()).hexdigest()

    def _take_place(self, group: str, item: pytest.Item, identifier: str, target: MakeTarget) -> None:
        """Run, or wait for the process that does."""
        if self.shared is None:
            self._run(group, identifier, target)
            return
        left = self._place(group).with_suffix(".json")
        began: list[float] = []

        def wait() -> None:
            began.append(time.monotonic())
            # The time is that of the other process's test, which pytest-timeout limits there.
            if (cancel := getattr(item.config.hook, "pytest_timeout_cancel_timer", None)) is not None:
                cancel(item=item)

        with alone(self._place(group).with_suffix(".lock"), wait) as lock:
            item.stash[WAITED] = time.monotonic() - began[0] if began else 0.0
            lock.seek(0)
            if left.exists():
                self._told[group] = Told.loaded(left.read_text(encoding="utf-8"))
            elif lock.read() == _BEGUN:
                self.keep(group, refused([*self._wanted[group]], identifier, _LEFT))
            else:
                lock.write(_BEGUN)
                lock.flush()
                self._run(group, identifier, target)

    def _run(self, group: str, identifier: str, make_target: MakeTarget) -> None:
        """Run, and keep what was said, or what kept it from being said: that ends this test, or the session."""
        wanted, judge = self._wanted[group], self._asked.judge
        try:
            told = judge.told(wanted, identifier, make_target)
        except (KeyboardInterrupt, pytest.exit.Exception):
            lines = [f"{_INTERRUPTED}; {hint}" for hint in judge.what_was_sent()]
            self.keep(group, refused([*wanted], identifier, f"cannot judge: {_INTERRUPTED}", lines))
            raise
        except BaseException as error:
            said = str(error).partition("\n")[0]
            self.keep(group, refused([*wanted], identifier, f"cannot judge: {type(error).__name__}: {said}"))
            raise
        self.keep(group, told)


def requirement_of(item: pytest.Item) -> str | None:
    """Return the id of the requirement that a test is about, or None for the user's own."""
    marker = item.get_closest_marker(MARKER)
    return str(marker.args[0]) if marker is not None and marker.args else None


def group_of(item: pytest.Item, identifier: str) -> str:
    """Return what the tests of one run have in common: all of their node id but the requirement's."""
    return item.nodeid.replace(identifier, "", 1) if identifier in item.nodeid else item.nodeid
