"""The main loop: send, record, judge, say so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TypeAlias

from ed_contract import interrupts
from ed_contract.case import Burst, Case, Credential, Expectation, Key, Step
from ed_contract.case import Sequence as CaseSequence
from ed_contract.checks.request import CODE, codes
from ed_contract.engine.events import REDUCTION, End, Event, Judged, PhaseFinished, PhaseStarted, RunFinished
from ed_contract.engine.families import Group, together
from ed_contract.engine.made import Made
from ed_contract.engine.plan import Phase
from ed_contract.engine.reduction import Reduction
from ed_contract.engine.sender import CapReached, Sender, TimeIsUp
from ed_contract.exceptions import RestartFailed
from ed_contract.finding import Observation
from ed_contract.interaction import CONFLICT, PROBE, History, Interaction, NoAnswer, Response

Judge: TypeAlias = Callable[[Interaction, History], tuple[Observation, ...]]
"""Says what an interaction shows, in the light of those before it."""

DEAD_IN_A_ROW = 2  # so many cases without an answer, and a probe decides whether the target still serves
FAILING_IN_A_ROW = 3  # cases answered 5xx before a valid create is sent; the next time twice as many
REFUSED_IN_A_ROW = 3  # valid creates refused before a probe asks if any is taken; the next time twice as many
BUSY_IN_A_ROW = 3  # so many cases answered 429 or 503 each time they were sent, and the run ends


class _Ended(Exception):  # noqa: N818 - how the loop is left from within
    def __init__(self, end: End, note: str = "") -> None:
        self.end, self.note = end, note


class _Run:
    """The state of one run: what was sent, and how many cases in a row got no answer or were refused."""

    def __init__(
        self,
        *,
        sender: Sender,
        judge: Judge,
        enough: Callable[[Iterable[Observation]], bool],
        on_first: Callable[[Interaction], None],
        probe: Case,
        restart: Callable[[], None] | None,
        made: Made,
        cleanup: bool,
        group: Group,
    ) -> None:
        self._sender, self._judge, self._enough, self._on_first = sender, judge, enough, on_first
        self._probe, self._restart = probe, restart
        self._made, self._cleanup = made, cleanup
        self._before = 0  # destinations that were there before the sequence under way
        self._history = History()
        self._dead = self._refused = self._busy = self._failing = 0
        self._failing_most = FAILING_IN_A_ROW  # after so many the target is asked for a valid create
        self._refused_most = 1  # the same; the first that is refused may be at a quota
        self._served = False
        self._taken: dict[object, Case] = {}  # the last valid create of each type that was taken
        self._first_done: float | None = None  # when what is looked back on at the end was made
        self.reduction = Reduction(self.send, self._history, group, lambda: sender.left)

    def phase(self, phase: Phase) -> Iterator[Event]:
        if self._first_done is not None:
            self._sender.wait_until(self._first_done + phase.age)
        if phase.restarts:
            self._restarted()
        began = len(self._history)
        for group in _groups(phase.sequences, self._sender.workers if self._first_done is not None else 1):
            for event in self._group(group, phase.name):
                if isinstance(event, Judged):
                    self.reduction.remember(event.observations)
                yield event
                if isinstance(event, Judged) and self._enough(event.observations):
                    raise _Ended(End.MAX_FINDINGS)
        if phase.hostile:
            yield from self._probed(quota=self._refused > 0 or self._history.created_since(began))
        if self._first_done is None:
            self._first_done = time.monotonic()

    def _group(self, sequences: Sequence[CaseSequence], phase: str) -> Iterator[Event]:
        """Send a sequence, or several plain creates at once."""
        if len(sequences) > 1:
            self._make_room(len(sequences), before=self._made.count)
            steps = [step for sequence in sequences for step in sequence.steps if isinstance(step, Step)]
            for interaction in self._sender.send_all(steps, phase=phase):
                yield from self._judged([interaction])
            return
        values: dict[str, str] = {}
        for step in sequences[0].steps:
            yield from self.send(step, phase, values)

    def send(self, step: Step | Burst, phase: str, values: dict[str, str]) -> Iterator[Event]:
        """Send a step or a burst, and judge it when all of it is recorded: of a burst, no one was first."""
        if not values:  # no key was filled in yet: a sequence begins, and needs nothing of what was made before it
            self._before = self._made.count
        self._make_room(len({one.key for one in step.steps}) if isinstance(step, Burst) else 1, before=self._before)
        if isinstance(step, Burst):
            together = self._sender.burst(step, phase=phase, values=values)
        else:
            together = [self._sender.send(step, phase=phase, values=values)]
        if not len(self._history):
            self._on_first(together[0])
        yield from self._judged(together)

    def _make_room(self, more: int, *, before: int) -> None:
        """Delete the first `before` destinations, if there is no room for so many more."""
        if self._made.is_full(more) and self._cleanup:
            self._made.make_room(before)
            self._before = 0
        if self._made.is_full(more):
            raise _Ended(End.MAX_DESTINATIONS, "there is no room for another destination")

    def _judged(self, together: Sequence[Interaction]) -> Iterator[Event]:
        """Record and judge what was sent at once."""
        for interaction in together:
            self._add(interaction)
        self._ask_for_quota(together[-1])
        for interaction in together:
            yield Judged(interaction=interaction, observations=self._judge(interaction, self._history))
        self._end_at_quota(together[-1])
        self._end_at_busy(together[-1])
        self._dead = self._dead + 1 if all(isinstance(one.answer, NoAnswer) for one in together) else 0
        if self._dead == DEAD_IN_A_ROW:
            yield from self._probed()
            self._dead = 0
        yield from self._looked_after(together[-1])

    def _looked_after(self, interaction: Interaction) -> Iterator[Event]:
        """Find out if the target fails at valid creates too, when it fails at one case after the other."""
        answer, valid = interaction.answer, interaction.case.expectation is Expectation.ACCEPT
        failed = isinstance(answer, Response) and answer.failed and not answer.says_nothing
        self._failing = self._failing + 1 if failed and not valid and not self._history.failing else 0
        if self._failing == self._failing_most:
            self._failing, self._failing_most = 0, 2 * self._failing_most
            yield from self._probed()

    def _probed(self, *, quota: bool = True) -> Iterator[Event]:
        """Send the page's example and judge whether the target keeps serving; end the run if it does not answer.

        A refusal may be that of a quota, unless nothing was taken since it was taken last.
        """
        probe, refuses = self._asked(self._probe)
        self._history.at_quota = refuses and (quota or _is_about_room(probe.answer))
        yield Judged(interaction=probe, observations=self._judge(probe, self._history))
        self._end_at_quota(probe)
        if isinstance(probe.answer, NoAnswer):
            raise _Ended(End.TARGET_DOWN, f"the target stopped answering: {probe.answer.reason}")

    def _asked(self, case: Case) -> tuple[Interaction, bool]:
        """Send a valid create, twice if it is refused; return the last, and whether it was taken before."""
        for _ in range(2):  # a server may refuse one create now and then
            probe = self._sender.send(Step(case=case), phase=PROBE, values={})
            self._add(probe)
            refuses = self._served and isinstance(probe.answer, Response) and _refuses(probe.answer)
            if not refuses:
                break
        return probe, refuses

    def _add(self, interaction: Interaction) -> None:
        self._history.add(interaction)
        self._made.note(interaction)

    def _restarted(self) -> None:
        """Restart the target, and tell the history."""
        if self._restart is None:
            raise ValueError("a phase that restarts the target, and nothing that restarts it")
        self._sender.disconnect()  # a server that stops in order waits for open connections
        try:
            self._restart()
        except RestartFailed as failed:
            raise _Ended(End.RESTART_FAILED, str(failed).replace("\n", "; ")) from failed
        self._history.restarted()

    def _end_at_quota(self, interaction: Interaction) -> None:
        if self._history.at_quota:
            raise _Ended(End.QUOTA, f"plain creates are refused since request {interaction.number}: a quota?")

    def _end_at_busy(self, interaction: Interaction) -> None:
        """End a run that would wait for hours: each case is sent again and again, and told to come back later."""
        answer = interaction.answer
        if interaction.burst is not None:
            return  # it is sent once, and a server may take one request at a time
        busy = isinstance(answer, Response) and answer.says_nothing
        self._busy = self._busy + 1 if busy else 0
        if self._busy == BUSY_IN_A_ROW and isinstance(answer, Response):
            said = f"{answer.status} each time since request {interaction.number - BUSY_IN_A_ROW + 1}"
            raise _Ended(End.BUSY, f"the target answers {said}: a rate limit? --rate-limit keeps to one")

    def _ask_for_quota(self, interaction: Interaction) -> None:
        """Find out if the target now refuses what it took before, the page's own example, and tell the history."""
        answer = interaction.answer
        if interaction.case.expectation is not Expectation.ACCEPT or not isinstance(answer, Response):
            return
        if answer.successful:
            self._served, self._refused = True, 0
            self._taken[_type(interaction)] = interaction.case
        elif _refuses(answer) and (interaction.key is None or not self._history.under_key_before(interaction)):
            self._refused += 1
            if self._served and self._refused >= self._refused_most:
                self._refused_most = max(REFUSED_IN_A_ROW, 2 * self._refused_most)
                _, self._history.at_quota = self._asked(self._probe)
                like = self._taken.get(_type(interaction))
                if not self._history.at_quota and like is not None and _is_about_room(answer):
                    _, self._history.at_quota = self._asked(like)  # there may be a quota for each type


def _type(interaction: Interaction) -> object:
    """Return the type of destination that a create asks for."""
    return (interaction.case.params or {}).get("type")


_ROOM = re.compile(r"quota|limit|exceed|too.?many|maxim|capacity|full", re.IGNORECASE)


def _is_about_room(answer: object) -> bool:
    """Whether a refusal speaks of room, of payment or of rights: the last create that was taken may have used it up."""
    if not isinstance(answer, Response):
        return False
    return answer.status in {401, 402, 403, 429} or _ROOM.search(answer.body.decode("utf-8", "replace")) is not None


def _refuses(answer: Response) -> bool:
    """Whether an answer may be that of a quota: a conflict is about its key, and 429 says nothing."""
    conflict = answer.status == CONFLICT and CODE in codes(answer.document)
    return answer.refused and not answer.says_nothing and not conflict


_PLAIN_KEY = Key()


def _groups(sequences: Iterable[CaseSequence], workers: int) -> Iterator[Sequence[CaseSequence]]:
    """Yield the sequences one by one, but for plain creates, of which so many may be sent at once."""
    group: list[CaseSequence] = []
    for sequence in sequences:
        first, *others = sequence.steps
        plain = isinstance(first, Step) and first.key == _PLAIN_KEY and first.credential is Credential.FIRST
        alone = others or not plain or workers == 1
        if group and (len(group) == workers or alone):
            yield group
            group = []
        if not alone:
            group.append(sequence)
        else:
            yield [sequence]
    if group:
        yield group


def execute(
    phases: Iterable[Phase],
    sender: Sender,
    judge: Judge,
    *,
    enough: Callable[[Iterable[Observation]], bool],
    on_first: Callable[[Interaction], None],
    probe: Case,
    restart: Callable[[], None] | None = None,
    shrink: bool = True,
    cleanup: bool = False,
    max_destinations: int | None = None,
    group: Group = together,
) -> Generator[Event]:
    """Send the phases in order and yield what happens; the last event is RunFinished.

    Args:
        phases: what to send.
        sender: sends it.
        judge: says what each interaction shows.
        enough: is told the observations of each interaction; true ends the run.
        on_first: is told the first interaction before it is judged, and raises if the target cannot be judged.
        probe: a valid create, sent when the target may have stopped serving.
        restart: restarts the target, for phases that want it; raises RestartFailed if it cannot.
        shrink: whether findings are made smaller when all phases are done.
        cleanup: whether what was made is deleted: at the end, and before where there would be no room.
        max_destinations: how many destinations there may be at a time; None means no limit.
        group: says what findings may be told together, as in `families.leaders`.
    """
    made = Made(sender.delete, most=max_destinations)
    run = _Run(
        sender=sender,
        judge=judge,
        enough=enough,
        on_first=on_first,
        probe=probe,
        restart=restart,
        made=made,
        cleanup=cleanup,
        group=group,
    )
    began = time.monotonic()
    end, note = End.FINISHED, ""
    work: list[tuple[str, int, Callable[[], Iterator[Event]]]]
    work = [(phase.name, phase.requests, lambda phase=phase: run.phase(phase)) for phase in phases]  # type: ignore[misc]
    if shrink:
        work.append((REDUCTION, 0, run.reduction.events))
    for name, requests, events in work:
        if name == REDUCTION and not run.reduction.has_work:
            continue
        before, phase_began = sender.requests, time.monotonic()
        yield PhaseStarted(phase=name, requests=requests)
        try:
            yield from events()
        except CapReached:
            end, note = End.MAX_REQUESTS, "the cap of --max-requests was reached"
        except TimeIsUp:
            end, note = End.MAX_TIME, "the time of --max-time was over"
        except _Ended as ended:
            end, note = ended.end, ended.note
        except KeyboardInterrupt:
            end = End.INTERRUPTED
        yield PhaseFinished(phase=name, requests=sender.requests - before, seconds=time.monotonic() - phase_began)
        if end is not End.FINISHED:
            break
    seconds = time.monotonic() - began
    with interrupts.deferred():
        cleaned = made.clean_up() if cleanup else None
    yield RunFinished(end=end, requests=sender.requests, seconds=seconds, note=note, clean_up=cleaned)
