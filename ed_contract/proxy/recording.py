"""Makes exchanges of what has passed, and hands them on, in a thread of its own: no byte waits for it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ed_contract.interaction import Answer, NoAnswer, NotRead, response
from ed_contract.parsing import LARGEST_BODY
from ed_contract.proxy.bodies import Body
from ed_contract.proxy.heads import AnswerHead, RequestHead
from ed_contract.record.exchange import Exchange
from ed_contract.transport.base import Dropped, TooLong
from ed_contract.transport.decoding import body_of

MOST_WAITING = 256 * 1024 * 1024  # bytes of bodies that wait for the callback; above it they are not kept
_TOO_MUCH = "its content was not kept: too much was waiting to be read"
_LONG_REQUEST = f"the request is longer than {LARGEST_BODY >> 20} MiB"
_HALF_A_REQUEST = "the answer came before the request was complete"
_EPOCH = time.time() - time.monotonic()


def now() -> float:
    """Return the seconds since the epoch, by a clock that nobody sets back."""
    return _EPOCH + time.monotonic()


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Passing:
    """A request that is passed on, and its answer, as far as they have come."""

    connection: str
    request: RequestHead
    body: Body
    began: float
    answer: AnswerHead | None = None  # the final one
    content: Body | None = None
    answered: bool = False  # whether the final answer was passed on whole
    ended: float = 0.0  # when it had come whole, or was given up
    lost: NoAnswer | NotRead | None = None  # why there is none

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The bodies, as far as there are any."""
        return (self.body,) if self.content is None else (self.body, self.content)


class Recorder:
    """Calls `on_exchange` with one exchange after the other; what it raises is raised by `close`."""

    def __init__(self, on_exchange: Callable[[Exchange], object]) -> None:
        self._on_exchange = on_exchange
        self._queue: queue.SimpleQueue[tuple[Passing, int] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="ed-contract proxy recorder", daemon=True)
        self._thread.start()

    def put(self, passed: Passing) -> None:
        """Take what will not change any more."""
        size = sum(body.copied for body in passed.bodies)
        with self._lock:
            if self._waiting + size > MOST_WAITING:
                passed.lost = NotRead(reason=_TOO_MUCH)
                for body in passed.bodies:
                    body.forget()
                size = 0
            self._waiting += size
        self._queue.put((passed, size))

    def close(self) -> None:
        """Wait until all has been handed on."""
        self._queue.put(None)
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        while (taken := self._queue.get()) is not None:
            passed, size = taken
            try:
                self._on_exchange(exchange_of(passed))
            except Exception as error:  # noqa: BLE001 - is raised by `close`, and the rest is still handed on
                self._failed = self._failed or error
            del passed, taken  # while we wait for the next, nothing is held of this one
            with self._lock:
                self._waiting -= size


def exchange_of(passed: Passing) -> Exchange:
    """Return what has passed as a record."""
    return Exchange(
        method=passed.request.method.upper(),
        path=passed.request.path,
        headers=passed.request.headers,
        body=passed.body.content,
        answer=_answer_of(passed),
        began=passed.began,
        ended=passed.ended,
        connection=passed.connection,
    )


def _answer_of(passed: Passing) -> Answer:
    if passed.lost is not None:
        return passed.lost
    if passed.answer is None or passed.content is None:
        raise AssertionError("an exchange has an answer or a reason why there is none")
    if not passed.body.whole:
        return NotRead(reason=_HALF_A_REQUEST)
    if passed.body.too_large:
        return NotRead(reason=_LONG_REQUEST)
    if passed.content.too_large:
        return NotRead(reason=str(TooLong()))
    content, headers = passed.content.content, passed.answer.headers
    try:
        return response(passed.answer.status, headers, body_of([content] if content else [], headers))
    except TooLong as error:
        return NotRead(reason=str(error))
    except Dropped as error:
        return NoAnswer(reason=str(error), ended=True)
