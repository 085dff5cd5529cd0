"""A turn: send a step, record it, ask what it is about if that is in doubt, and judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from ed_contract.case import Burst, Case, Step
from ed_contract.exceptions import RestartFailed
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judged, Judging
from ed_contract.record.answers import turns_away
from ed_contract.record.history import Abandoned, Entry, Restarted
from ed_contract.runner.events import End
from ed_contract.runner.ledger import DestinationLedger
from ed_contract.runner.questions import Questions, Renew
from ed_contract.runner.retry import Delivery, Tries
from ed_contract.runner.sender import Ready, Sender
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
        self.met: set[str] = set()  # the nodes that were asked
        self._questions = Questions(
            sender, self._history, probe, make_room=lambda: self._make_room(1, None), add=self._add, renew=renew
        )

    def take(self, step: Step | Burst, phase: str, values: dict[str, str]) -> Iterator[Judged]:
        """Send a step or a burst, and judge it when all of it is recorded: of a burst, no one was first."""
        if isinstance(step, Step):
            ready = self.begin(step, values)
            yield from self.end(ready, self._sender.delivered(ready), phase, values)
            return
        self._make_room(len({(one.credential, one.key or number) for number, one in enumerate(step.steps)}), values)
        together = self._sender.burst(step, phase=phase, values=values)
        for one in together:
            self._meet(one)
        del one
        yield from self._judged(together)

    def begin(self, step: Step, values: dict[str, str]) -> Ready:
        """Make room for what a step makes, and return it as it is to be sent."""
        self._make_room(1, values)
        return self._sender.ready(step, values)

    def end(self, ready: Ready, came: Delivery, phase: str, values: dict[str, str]) -> Iterator[Judged]:
        """Record and judge what came of a step; it is sent again if the old credential was refused."""
        one = self._sender.interaction(ready, came, phase=phase)
        self._meet(one)
        outdated = turns_away(one) and self._sender.is_outdated(ready)
        if outdated:  # nobody asks about a credential that was replaced while it was under way
            self.leave([one])
        else:
            yield from self._judged([one])
        if outdated or self._questions.renewed:
            yield from self._judged([self._sender.send(ready.step, phase=phase, values=values)], ends=False)

    def leave(self, some: Iterable[Interaction]) -> None:
        """Record interactions that prove nothing."""
        for one in some:
            self._add(one)
            self._add(Abandoned())

    def take_again(self, lost: Interaction, tries: Tries) -> Iterator[Judged]:
        """Send the very request of an interaction once more."""
        self._make_room(1, {})
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

    def _meet(self, one: Interaction) -> None:
        """Look at the first answer of a node."""
        if one.node not in self.met:
            self.met.add(one.node)
            self._on_first(one)

    def _make_room(self, more: int, values: Mapping[str, str] | None) -> None:
        """Make sure that there is room for this many more destinations; `values` are those of their sequence, if any.

        Where no key was filled in yet, a sequence begins, and needs nothing of what was made before it.
        """
        if self._ledger is not None:
            if values is not None and not values:
                self._ledger.begin_sequence()
            self._ledger.make_room(more)

    def _end_if_over(self) -> None:
        """End the run if an answer would have been asked for again, and there was no room or time."""
        if self._sender.over is not None:
            over, self._sender.over = self._sender.over, None
            raise over
