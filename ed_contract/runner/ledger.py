"""Keeps the ledger of what a run makes: every create before it is sent, and what came of it.

It stands between the sender and the transport, so that nothing is sent without it: neither probes, nor what is sent
again, nor what several workers send. So a run that is broken off knows what was under way, and there are never more
destinations at a time than there may be, but for what a broken server makes of the other creates of a burst under one
key. What this run made is deleted at its end, and before where there would be no
room; what cannot be shown to be its own (`provenance`) is left, and named.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ed_contract import interrupts
from ed_contract.case import Credential
from ed_contract.contract import CONTRACT, Contract
from ed_contract.exceptions import EdContractError
from ed_contract.interaction import Answer, Interaction, NoAnswer, Request, Response
from ed_contract.runner.deletion import OVER, STOPPED, Deletions, Insistence, Wanted, deletion_of
from ed_contract.runner.destinations import Create, Destinations, Shows
from ed_contract.runner.limits import CapReached
from ed_contract.runner.sender import answer_of
from ed_contract.transport import Lost, OutOfTime, Transport, Unreached, Unsendable

CLEAN_UP_SECONDS = 60.0  # that deletions at the end may take
SECONDS_EACH = 0.2  # more for each destination, or as much as the rate limit asks for
ROOM_SECONDS = 30.0  # that deletions in mid-run may take, where there is no room
UNDER_WAY_SECONDS = 2.0  # that what is under way has to come to its end when a run is interrupted
CLOCK_SECONDS = 1.1  # after which a clock that tells whole seconds has moved
UNAUTHORIZED = 401
SILENT = 2  # lost creates that are not answered again either, one after the other, and no more are asked for


class NoRoom(CapReached):
    """There is no room for another destination."""


class RunIsOver(Exception):  # noqa: N818 - reads as the state it names
    """The run is being cleaned up; nothing more is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """A destination that may still be there."""

    id: str
    account: str  # "first" or "second", or the wrong credential with which it was made, e.g. "unknown"
    reason: str  # why it was not deleted
    doubtful: bool = False  # it cannot be shown to be this run's, so that it is never deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """What became of the destinations that a run made."""

    deleted: int
    left: int  # how many of `remaining`
    reason: str = ""  # why some are left, e.g. "404"
    remaining: tuple[Remaining, ...] = ()
    unknown: int = 0  # creates that may have made a destination, and told no id
    requests: int = 0  # sent for this, on top of the run's: deletions, and creates asked for again to learn an id

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left, as far as is known."""
        return not self.left and not self.unknown


class DestinationLedger:
    """A transport that keeps account of what is made through it, and deletes it."""

    def __init__(
        self,
        transport: Transport,
        *,
        shows: Shows,
        contract: Contract = CONTRACT,
        deletes: bool = True,
        most: int | None = None,
        rate: float | None = None,
        deadline: float = math.inf,
        renew: Callable[[], None] | None = None,
        sleep: Callable[[float], None] = interrupts.sleep,
    ) -> None:
        """Begin.

        Args:
            transport: what brings requests to the target.
            shows: compares what a destination shows with what was sent.
            contract: documents the creates.
            deletes: whether anything may be deleted.
            most: how many destinations there may be at a time; None means no limit.
            rate: requests a second, at most.
            deadline: of time.monotonic; deletions in mid-run end before it.
            renew: puts a fresh credential in the place of one that has expired.
            sleep: waits.
        """
        self._transport = transport
        self._deletes = deletes
        self._most = most
        self._each = max(SECONDS_EACH, 0.0 if rate is None else 1 / rate)
        self._deadline = deadline
        self._renew = renew
        self._sleep = sleep
        self._made = Destinations(shows, contract)
        self._key = contract.headers.key
        self._needed_from = 0  # creates after this one belong to the sequence under way
        self._insistence = Insistence(self._send_apart, sleep)
        self._deletions = Deletions(self._insistence)
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._closed = self._stopped = self._ended = False

    # A transport that notes what passes.

    def send(self, request: Request, **limits: Any) -> Response:  # noqa: ANN401 - the transport's own
        """Send a create; raise NoRoom if it might make one destination too many, RunIsOver after the run."""
        if request.method == "GET":  # makes nothing
            return self._transport.send(request, **limits)
        ((create, fresh),) = self._intend([request])
        sent = time.monotonic()
        came: Response | BaseException | None = None
        try:
            came = self._transport.send(request, **limits)
        except Lost as lost:
            came = lost
            raise
        finally:  # Ctrl-C among others
            self._settle(create, request, came, fresh=fresh, sent=sent)
        return came

    def burst(self, requests: Sequence[Request], **limits: Any) -> list[Response | Lost]:  # noqa: ANN401 - the same
        """Send concurrent creates; it raises what `send` raises."""
        intended = self._intend(requests)
        sent = time.monotonic()
        came: Sequence[Response | Lost | None] = [None] * len(requests)
        try:
            answers = self._transport.burst(requests, **limits)
            came = answers
        finally:
            for (create, fresh), request, one in zip(intended, requests, came, strict=True):
                self._settle(create, request, one, fresh=fresh, sent=sent)
        return answers

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        self._transport.disconnect()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _intend(self, requests: Sequence[Request]) -> list[tuple[Create, bool]]:
        """Note creates before they are sent; return each with whether its key made nothing before."""
        with self._lock:
            if self._closed:
                raise RunIsOver
            # What a broken server makes of the others under a key has no room of its own.
            self.make_room(len({self._made.identity(one) for one in requests}))
            return [self._made.intend(request) for request in requests]

    def _settle(self, create: Create, request: Request, came: object, *, fresh: bool, sent: float) -> None:
        """Note what came of a create."""
        with self._settled:
            if isinstance(came, Unreached | Unsendable):
                self._made.forget(create, request)
            else:
                answer = came if isinstance(came, Response) else None
                self._made.settle(create, request, answer, fresh=fresh, sent=sent)
            self._settled.notify_all()

    # What the run asks of it.

    @property
    def count(self) -> int:
        """How many destinations there may be now: those that are known, and each create that is not decided."""
        with self._lock:
            return self._made.count

    def begin_sequence(self) -> None:
        """Note that what was made before is no longer needed, but for what is kept."""
        self._needed_from = self._made.order

    def keep(self, interaction: Interaction) -> None:
        """Keep what was made under a key that is used again at the end of the run."""
        if interaction.form is not None and interaction.form.label.startswith("@"):
            self._made.keep(interaction.request.credential, interaction.key)

    def make_room(self, more: int) -> None:
        """Delete what is no longer needed to make room for this many more; raise NoRoom if that is not enough."""
        with self._lock:
            if self._is_full(more) and self._deletes and not self._closed:
                self._insistence.until = min(time.monotonic() + ROOM_SECONDS, self._deadline)
                self._delete(self._is_spent)
                if self._is_full(more):
                    self._ask_again(one for one in self._made.lost() if not one.asked and self._is_spent(one))
                    self._delete(self._is_spent)
            if self._is_full(more):
                raise NoRoom

    def _is_spent(self, create: Create) -> bool:
        """Whether what a create made is no longer needed."""
        return not create.kept and create.order <= self._needed_from

    def clean_up(self, *, interrupted: bool = False) -> CleanUp | None:
        """Delete all that this run made, and return what became of it; None if nothing may be deleted.

        Ctrl-C ends it at once. What it returns is whole all the same. Once done it is not begun again.

        Args:
            interrupted: whether something may be under way, and the connections are to be opened anew.
        """
        if not self._deletes:
            return None
        try:
            if not self._ended:
                self._close(interrupted=interrupted)
                with self._lock:
                    self._insistence.until = time.monotonic() + CLEAN_UP_SECONDS + self._each * self._made.count
                    self._deletions.begin()
                    for _ in range(2):  # what is not answered while the target is busy may be answered afterwards
                        self._ask_again(self._made.lost())
                        self._delete(lambda _: True)
                        if not self._made.lost():
                            break
        except KeyboardInterrupt:
            self._stopped = True
        self._ended = True
        return self._summary()

    def _close(self, *, interrupted: bool) -> None:
        """Begin nothing more, and wait a moment for what is under way; what is not done then is lost."""
        self._closed = True
        self._insistence.until = 0.0  # a worker may be making room
        with self._settled:
            self._settled.wait_for(lambda: not self._made.are_under_way, UNDER_WAY_SECONDS)
            self._made.lose_what_is_under_way()
        if interrupted:
            self._transport.disconnect()

    def _is_full(self, more: int) -> bool:
        return self._most is not None and self._made.count + more > self._most

    # What is deleted.

    def _send_apart(self, request: Request) -> Answer:
        """Send a request that counts towards no cap, once; once more with a fresh credential, if there is one."""
        answer = self._sent_apart(request)
        expired = isinstance(answer, Response) and answer.status == UNAUTHORIZED
        if expired and self._renew is not None and request.credential is Credential.FIRST:
            try:
                self._renew()
            except EdContractError:
                return answer
            answer = self._sent_apart(request)
            if isinstance(answer, Response) and answer.status == UNAUTHORIZED:
                self._renew = None  # a fresh one is refused as well
        return answer

    def _sent_apart(self, request: Request) -> Answer:
        sent = time.monotonic()
        try:
            response = self._transport.send(request, until=self._insistence.until)
        except OutOfTime:
            return NoAnswer(reason=OVER)
        except Lost as lost:
            return answer_of(lost)
        self._made.read_clock(response, sent=sent, came=time.monotonic())
        return response

    def _delete(self, chosen: Callable[[Create], bool]) -> None:
        """Delete what the chosen creates made, as far as it is known and can be shown to be ours."""
        if self._deletions.given_up:
            return
        self._see_the_clock_move(chosen)
        wanted = {
            Wanted(request=deletion_of(one.request, one.id, key=self._key), repeated=one.repeat): one
            for one, doubt in self._made.there()
            if not doubt and chosen(one.create)
        }
        for deletion in self._deletions.carry_out(wanted):
            one = wanted[deletion]
            one.tried, one.repeat = deletion.reason, deletion.repeated
            if deletion.done:
                self._made.deleted(one)

    def _ask_again(self, creates: Iterable[Create]) -> None:
        """Ask for each create again, under its key, to learn the id of what it made."""
        silent = 0
        for create, request in [(one, request) for one in creates for request in one.lost]:
            if self._insistence.over or self._deletions.given_up or silent == SILENT:
                return
            create.asked = True
            if request not in create.lost:
                continue  # another under the same key told what was made
            answer, _ = self._insistence.ask(request, patient=True)
            silent = silent + 1 if isinstance(answer, NoAnswer) else 0
            if isinstance(answer, Response):
                self._made.note(create, request, answer, fresh=True, now=time.monotonic())
                self._made.forget(create, request)

    def _see_the_clock_move(self, chosen: Callable[[Create], bool]) -> None:
        """Ask for a destination when a second has passed, if the server's clock was not seen to move."""
        clock = self._made.clock
        mine = next((one for one, _ in self._made.there() if chosen(one.create) and not one.doubt), None)
        if mine is None or clock is None or not clock.stood_still or self._insistence.over:
            return
        self._sleep(CLOCK_SECONDS)
        self._insistence.ask(replace(deletion_of(mine.request, mine.id, key=self._key), method="GET"))

    def _summary(self) -> CleanUp:
        remaining = tuple(self._remaining())
        reasons = [one.reason for one in sorted(remaining, key=lambda one: one.doubtful)]
        return CleanUp(
            deleted=self._made.count_of_deleted,
            left=len(remaining),
            reason=reasons[0] if reasons else "",
            remaining=remaining,
            unknown=self._made.unknown,
            requests=self._insistence.requests,
        )

    def _remaining(self) -> Iterator[Remaining]:
        for one, doubt in self._made.there():
            why = doubt or one.tried or (STOPPED if self._stopped else self._deletions.given_up)
            yield Remaining(id=one.id, account=str(one.request.credential), reason=why, doubtful=bool(doubt))
