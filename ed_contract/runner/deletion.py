"""Sends deletions until they are answered, or until it is plain that they will not be. Knows no run and no report."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from ed_contract import interrupts
from ed_contract.interaction import CONFLICT, Answer, NoAnswer, Request, Response
from ed_contract.runner.retry import PAUSE, wait_for
from ed_contract.runner.sender import PATIENCE

BUSY_RETRIES = 5  # after 429 and 503
LOST_RETRIES = 3  # after a lost answer, with growing pauses: some seconds in all
IN_VAIN = 3  # deletions one after the other that fail in a way that all will, and no more are tried
ROUNDS = 3  # times that a deletion is tried: in its turn, and when all others had theirs
OVER = "the time for deletions was over"
STOPPED = "interrupted"
_GONE = frozenset({404, 410})
_NO_DELETE = frozenset({404, 405, 501})
_FOR_ALL = frozenset({401, 403, 429, 503})  # answers that are not about the one destination


def has_no_delete(reasons: Iterable[str]) -> bool:
    """Whether the reasons why nothing was deleted look like those of a server without deletions."""
    found = set(reasons)
    return bool(found) and found <= {str(status) for status in _NO_DELETE}


Send: TypeAlias = Callable[[Request], Answer]
"""Sends a request once, as fast as the rate limit allows."""


def deletion_of(create: Request, identifier: str, *, key: str) -> Request:
    """Return the request that deletes what a create made, with the same credential and headers of the user's.

    `key` is the name of the header that carries the create's key.
    """
    own = {"content-type", key.lower()}
    return Request(
        method="DELETE",
        path=f"{create.path.rstrip('/')}/{quote(identifier, safe='')}",
        headers=tuple((name, value) for name, value in create.headers if name.lower() not in own),
        body=b"",
        credential=create.credential,
        node=create.node,
    )


@dataclass(slots=True, kw_only=True, eq=False)
class Wanted:
    """A deletion that is wanted, and how it goes."""

    request: Request
    repeated: bool = False  # it was sent before, so that it may have been done
    rounds: int = field(default=0, init=False)
    done: bool = field(default=False, init=False)
    reason: str = field(default="", init=False)  # why it is not done, e.g. "404"
    status: int | None = field(default=None, init=False)  # of the last answer

    @property
    def deleted(self) -> bool:
        """Whether the last answer says so; else what is done was done before."""
        return self.done and self.status not in _GONE


class Insistence:
    """Sends requests again while they are answered 429 or 503, or not at all; counts all that it sends."""

    def __init__(self, send: Send, sleep: Callable[[float], None] = interrupts.sleep) -> None:
        self._send = send
        self._sleep = sleep
        self.requests = 0
        self.until = float("inf")  # of time.monotonic: nothing is sent, nor waited for, after that
        self._silent = False  # the last request was not answered, often as it was asked

    @property
    def over(self) -> bool:
        """Whether nothing more is sent."""
        return time.monotonic() >= self.until

    def ask(self, request: Request, *, patient: bool = False) -> tuple[Answer, int]:
        """Return the answer to a request, and how often it was sent; with `patient`, 409 is waited out for 5 s."""
        sent, busy, lost, waited = 0, 0, 0, 0.0
        while True:
            self.requests += 1
            sent += 1
            answer = self._send(request)
            pause: float | None
            if isinstance(answer, Response) and answer.says_nothing and busy < BUSY_RETRIES:
                pause = wait_for(answer, busy)
                busy += 1
            elif isinstance(answer, NoAnswer) and lost < (0 if self._silent else LOST_RETRIES):
                pause = PAUSE * 2.0**lost
                lost += 1
            elif patient and isinstance(answer, Response) and answer.status == CONFLICT and waited < PATIENCE:
                pause = PAUSE
                waited += pause
            else:
                break
            if pause is None or time.monotonic() + pause >= self.until:
                break
            self._sleep(pause)
            if self.over:
                break
        self._silent = isinstance(answer, NoAnswer)
        return answer, sent


class Deletions:
    """Sends deletions, and gives up when three in a row fail in a way in which all others will."""

    def __init__(self, insistence: Insistence) -> None:
        self._insistence = insistence
        self._any = False  # whether the server ever deleted anything
        self._unknown = False  # whether it seems to know no deletions at all
        self._in_vain: list[str] = []  # why the last ones failed, each in a way in which all others will

    @property
    def given_up(self) -> str:
        """Why no more are tried, or ""."""
        return self._in_vain[-1] if len(self._in_vain) >= IN_VAIN else ""

    def begin(self) -> None:
        """Try again, if the server was only busy or silent."""
        if not self._unknown:
            self._in_vain = []

    def carry_out(self, wanted: Iterable[Wanted]) -> Iterator[Wanted]:
        """Yield each deletion when it is known what became of it: done, or why not."""
        waiting = deque(wanted)
        while waiting:
            one = waiting.popleft()
            if self._insistence.over or self.given_up:
                one.reason = one.reason or (OVER if self._insistence.over else self.given_up)
                yield one
            elif self._try(one) and one.rounds < ROUNDS:
                waiting.append(one)
            else:
                yield one

    def _try(self, one: Wanted) -> bool:
        """Send a deletion; return whether it may be of use to send it once more, later."""
        answer, sent = self._insistence.ask(one.request)
        again = one.repeated or sent > 1
        one.rounds += 1
        one.repeated = True
        one.status = status = answer.status if isinstance(answer, Response) else None
        one.done = (isinstance(answer, Response) and answer.successful) or (again and status in _GONE)
        if one.done:
            self._any, self._in_vain, one.reason = True, [], ""
            return False
        one.reason = answer.reason if not isinstance(answer, Response) else str(answer.status)
        missing = status in _NO_DELETE
        hopeless = status is None or status in _FOR_ALL or (missing and not self._any)
        self._in_vain = [*self._in_vain, one.reason] if hopeless else []
        self._unknown = missing and bool(self.given_up)
        return not missing
