"""A turn: send a step, record it, ask what it is about if that is in doubt, and judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ed_contract.case import Burst, Case, Step
from ed_contract.exceptions import RestartFailed
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judged, Judging
from ed_contract.record.history import Abandoned, Entry, Restarted
from ed_contract.runner.events import End
from ed_contract.runner.ledger import DestinationLedger
from ed_contract.runner.questions import Questions, Renew
from ed_contract.runner.retry import Tries
from ed_contract.runner.sender import Sender
from ed_contract.runner.watchers import Stop, busy, down, quota


class Ended(Exception):  # noqa: N818 - how a run is left from within
    """A watcher ends the run."""

    def __init__(self, stop: Stop) -> None:
        """Say why."""
        self.stop = stop


class Turns:
    """Takes the turns of a run, one after the other, and raises Ended when a watcher says so."""

    def __init__(
        self,
        sender: Sender,
        judging: Judging,
        *,
        on_first: Callable[[Interaction], None],
        on_entry: Callable[[Entry], None],
        probe: Case,
        renew: Renew | None,
        ledger: DestinationLedger | None,
    ) -> None:
        """Begin; the arguments are those of `execute`."""
        self._sender, self._judging, self._ledger = sender, judging, ledger
        self._history = judging.history
        self._on_first, self._on_entry = on_first, on_entry
        self._met: set[str] = set()  # the nodes that were asked
        self._questions = Questions(
            sender, self._history, probe, make_room=lambda: self._make_room(1), add=self._add, renew=renew
        )

    def take(self, step: Step | Burst, phase: str, values: dict[str, str]) -> Iterator[Judged]:
        """Send a step or a burst, and judge it when all of it is recorded: of a burst, no one was first."""
        # No key was filled in yet: a sequence begins, and needs nothing of what was made before it.
        steps = step.steps if isinstance(step, Burst) else (step,)
        makes = {(one.credential, one.key or number) for number, one in enumerate(steps)}
        self._make_room(len(makes), begins=not values)
        if isinstance(step, Burst):
            together = self._sender.burst(step, phase=phase, values=values)
        else:
            together = [self._sender.send(step, phase=phase, values=values)]
        for one in together:
            if one.node not in self._met:
                self._met.add(one.node)
                self._on_first(one)
        del one
        yield from self._judged(together)
        if self._questions.renewed and isinstance(step, Step):  # what the old credential was refused for
            yield from self._judged([self._sender.send(step, phase=phase, values=values)], ends=False)

    def take_all(self, steps: Sequence[Step], phase: str) -> Iterator[Judged]:
        """Send steps that have nothing to do with each other, several at a time."""
        self._make_room(len(steps), begins=True)
        for interaction in self._sender.send_all(steps, phase=phase):
            yield from self._judged([interaction], ends=False)
        self._end_if_over()

    def take_again(self, lost: Interaction, tries: Tries) -> Iterator[Judged]:
        """Send the very request of an interaction once more."""
        self._make_room(1, begins=True)
        yield from self._judged([self._sender.send_again(lost, phase=AGAIN, tries=tries)])

    def ask_whether_it_serves(self) -> Iterator[Judged]:
        """Ask for a plain create, at the end of a hostile phase."""
        yield from self._judged_after(self._questions.still_serves)
        self._end_if_over()

    def restart(self, restart: Callable[[], None]) -> None:
        """Restart the target, and record it."""
        self._sender.disconnect()  # a server that stops in order waits for open connections
        try:
            restart()
        except RestartFailed as failed:
            raise Ended(Stop(end=End.RESTART_FAILED, note=str(failed).replace("\n", "; "))) from failed
        self._add(Restarted())

    def list_what_was_made(self) -> None:
        """List what was made, and record which names of this run there are, if there are any."""
        if (listed := self._sender.listed()) is not None:
            self._add(listed)

    def _judged(self, together: Sequence[Interaction], *, ends: bool = True) -> Iterator[Judged]:
        """Record and judge what was sent together, and do what the watchers say."""
        for interaction in together:
            self._add(interaction)
        ask = partial(self._questions.about, together)
        del interaction, together  # nobody but who judges sees the whole answers after this
        yield from self._judged_after(ask)
        if ends:
            self._end_if_over()

    def _judged_after(self, ask: Callable[[], Stop | None]) -> Iterator[Judged]:
        """Ask what the last answers are about, judge them, and end the run if a watcher says so."""
        try:
            stop = ask()
        except BaseException:
            self._add(Abandoned())
            raise
        yield from self._judging.judged()
        history = self._history
        if stop := stop or quota.reached(history) or down.is_down(history) or busy.always_busy(history):
            raise Ended(stop)

    def _add(self, entry: Entry) -> None:
        self._judging.add(entry)
        self._on_entry(entry)
        if self._ledger is not None and isinstance(entry, Interaction):
            self._ledger.keep(entry)

    def _make_room(self, more: int, *, begins: bool = False) -> None:
        """Make sure that there is room for this many more destinations; `begins`: those made before are not needed."""
        if self._ledger is not None:
            if begins:
                self._ledger.begin_sequence()
            self._ledger.make_room(more)

    def _end_if_over(self) -> None:
        """End the run if an answer would have been asked for again, and there was no room or time."""
        if self._sender.over is not None:
            over, self._sender.over = self._sender.over, None
            raise over
