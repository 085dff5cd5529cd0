"""Turns a step into a request, sends it until it has an answer, and records the interaction. Judges nothing."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from ed_contract import interrupts
from ed_contract.case import Burst, Credential, Key, Step
from ed_contract.checks.request import CODE
from ed_contract.engine.dates import http_date
from ed_contract.engine.pace import Pace
from ed_contract.interaction import CONFLICT, Answer, Headers, Interaction, NoAnswer, NotSent, Request, Response
from ed_contract.masking import Masking
from ed_contract.transport import Lost, Target, TimedOut, Transport, Unreached, Unsendable
from ed_contract.transport.credentials import secrets_of

BUSY_RETRIES = 5  # after 429 and 503
LONGEST_WAIT = 30.0  # seconds; a longer Retry-After is cut to this
PATIENCE = 5.0  # seconds for which a patient step asks again after 409
PAUSE = 0.25  # seconds between two such requests
LATE = 1.0  # seconds for which any step asks again after a 409 without the conflict's code
USER_AGENT = "ed_contract (conformance test)"


class CapReached(Exception):  # noqa: N818 - reads as the state it names
    """No further request may be sent."""


class TimeIsUp(Exception):  # noqa: N818 - reads as the state it names
    """The run may take no more time."""


class Keys:
    """Makes idempotency keys: the same seed and salt give the same keys in the same order."""

    def __init__(self, *, seed: int, salt: str) -> None:
        self._root = f"{seed}/{salt}"
        self._made = 0
        self._kept: dict[str, str] = {}  # labels that start with @, over the whole run

    def renew(self, salt: str) -> None:
        """Make other keys from here on: the ones of this seed were used on the target before."""
        self._root = f"{self._root}/{salt}"

    def fresh(self) -> str:
        """Return a value that no other key of this run holds: 36 characters in the form of a UUID."""
        self._made += 1
        digest = hashlib.sha256(f"{self._root}/{self._made}".encode()).hexdigest()
        # A letter first, so that the value in upper case is another one whatever the rest.
        word = "abcdef"[int(digest[0], 16) % 6] + digest[1:]
        return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:32]}"

    def fill(self, key: Key, sequence: dict[str, str]) -> str:
        """Return the key to send; `sequence` holds the fresh values of the labels of one sequence."""
        values = self._kept if key.label.startswith("@") else sequence
        if key.label not in values:
            values[key.label] = self.fresh()
        return key.filled(values[key.label])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """What came of a request, and how many attempts it took."""

    answer: Answer
    attempts: int = 1
    lost: bool = False
    seconds: float = 0.0


class Sender:
    """Sends the steps of one run over one transport, and counts the requests."""

    def __init__(
        self,
        transport: Transport,
        target: Target,
        keys: Keys,
        *,
        max_requests: int,
        deadline: float = math.inf,  # of time.monotonic
        retries: int = BUSY_RETRIES,  # after 429 and 503
        rate: float | None = None,  # requests a second, at most
        workers: int = 1,  # requests under way at once, where their order says nothing
        sleep: Callable[[float], None] = interrupts.sleep,
    ) -> None:
        self._transport = transport
        self._target = target
        self._mask = Masking(secrets_of(target))
        self._keys = keys
        self._max_requests = max_requests
        self._deadline = deadline
        self._retries = retries
        self._sleep = sleep
        self._pace = Pace(rate, sleep)
        self.workers = workers
        self._lock = threading.Lock()
        self._path = target.endpoint.partition("://")[2].partition("/")[2]
        self.requests = 0  # sent so far, repeated attempts included
        self._interactions = 0
        self._bursts = 0
        self._lets_go_late = True  # until a 409 without the conflict's code stays

    def send(self, step: Step, *, phase: str, values: dict[str, str]) -> Interaction:
        """Send `step` and return the interaction; `values` holds the fresh key values of its sequence.

        429 and 503 are tried again up to 5 times, a lost answer once. Raises CapReached when the run may send
        no more, TimeIsUp when it may take no more time.
        """
        key, request = self._prepared(step, values)
        return self._interaction(step, key, request, self._delivered(step, request), phase=phase)

    def send_all(self, steps: Sequence[Step], *, phase: str) -> Iterator[Interaction]:
        """Send steps that have nothing to do with each other, as many at once as there are workers.

        The interactions are those of the steps, in their order. Raises what `send` does, when all that were
        answered before are told.
        """
        prepared = [(step, *self._prepared(step, {})) for step in steps]
        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            under_way = [pool.submit(self._delivered, step, request) for step, _, request in prepared]
        stopped: BaseException | None = None
        for (step, key, request), done in zip(prepared, under_way, strict=True):
            if (error := done.exception()) is None:
                yield self._interaction(step, key, request, done.result(), phase=phase)
            else:
                stopped = stopped or error
        if stopped is not None:
            raise stopped

    def delete(self, identifier: str, credential: Credential) -> Answer:
        """Ask for the deletion of a destination, once; it counts towards no cap."""
        self._pace.wait()
        request = Request(
            method="DELETE",
            path=f"/{self._path.rstrip('/')}/{quote(identifier, safe='')}",
            headers=self._headers(None, None),
            body=b"",
            credential=credential,
        )
        return self._once(request)

    def _prepared(self, step: Step, values: dict[str, str]) -> tuple[str | None, Request]:
        """Return the key and the request of a step."""
        key = None if step.key is None else self._keys.fill(step.key, values)
        return key, self._request(step, key)

    def _delivered(self, step: Step, request: Request) -> _Delivery:
        """Send a request until it has an answer; several threads may be in here."""
        attempts, busy, lost, patience = 0, 0, 0, 0.0
        while True:
            self._take_leave(1)
            attempts += 1
            started = time.perf_counter()
            answer = self._once(request)
            seconds = time.perf_counter() - started
            if isinstance(answer, NoAnswer) and not lost:
                lost += 1
            elif isinstance(answer, Response) and answer.says_nothing and busy < self._retries:
                self._sleep(_wait(answer, busy))
                busy += 1
            elif patience < self._patience(step, answer):
                self._sleep(PAUSE)
                patience += PAUSE
            else:
                if not step.patient and patience >= LATE:
                    self._lets_go_late = False
                return _Delivery(answer=answer, attempts=attempts, lost=bool(lost or busy), seconds=seconds)

    def _patience(self, step: Step, answer: Answer) -> float:
        """Return for how many seconds a 409 is asked again; a server may let go of a key just after its answer."""
        if not isinstance(answer, Response) or answer.status != CONFLICT:
            return 0.0
        if step.patient:
            return PATIENCE
        return LATE if step.key is not None and self._lets_go_late and CODE.encode() not in answer.body else 0.0

    def burst(self, burst: Burst, *, phase: str, values: dict[str, str]) -> list[Interaction]:
        """Send all steps of `burst` at once, and return the interactions; what got no answer is sent once more."""
        self._take_leave(len(burst.steps))
        self._bursts += 1
        prepared = [(step, *self._prepared(step, values)) for step in burst.steps]
        answers = self._transport.burst([request for _, _, request in prepared])
        recorded = partial(self._interaction, phase=phase, burst=self._bursts)
        return [
            recorded(*one, self._after_burst(one[2], _answer_of(answer, self._mask)))
            for one, answer in zip(prepared, answers, strict=True)
        ]

    def _after_burst(self, request: Request, answer: Answer) -> _Delivery:
        """Return what came of a request in a burst; a lost answer is asked for once more, by itself."""
        if not isinstance(answer, NoAnswer):
            return _Delivery(answer=answer)
        self._take_leave(1)
        return _Delivery(answer=self._once(request), attempts=2, lost=True)

    def wait_until(self, moment: float) -> None:
        """Send nothing before `moment`, of time.monotonic; what comes after the run's deadline is not waited for."""
        seconds = min(moment, self._deadline) - time.monotonic()
        if seconds > 0:
            self._sleep(seconds)

    @property
    def left(self) -> int:
        """How many requests may still be sent."""
        return self._max_requests - self.requests

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        self._transport.disconnect()

    def _take_leave(self, requests: int) -> None:
        """Count so many requests more; raise if they are too many, or come too late."""
        with self._lock:
            if self.requests + requests > self._max_requests:
                raise CapReached
            if time.monotonic() >= self._deadline:
                raise TimeIsUp
            self.requests += requests
        self._pace.wait(requests)

    def _request(self, step: Step, key: str | None) -> Request:
        return Request(
            method="POST",
            path=f"/{self._path}",
            headers=self._headers(step, key),
            body=step.case.body,
            credential=step.credential,
        )

    def _interaction(
        self,
        step: Step,
        key: str | None,
        request: Request,
        delivery: _Delivery,
        *,
        phase: str,
        burst: int | None = None,
    ) -> Interaction:
        self._interactions += 1
        return Interaction(
            number=self._interactions,
            phase=phase,
            case=step.case,
            key=key,
            form=step.key,
            request=request,
            answer=delivery.answer,
            attempts=delivery.attempts,
            lost=delivery.lost,
            seconds=delivery.seconds,
            burst=burst,
        )

    def _once(self, request: Request) -> Answer:
        try:
            with interrupts.waiting():
                return self._transport.send(request)
        except Lost as lost:
            return _answer_of(lost, self._mask)

    def _headers(self, step: Step | None, key: str | None) -> Headers:
        headers = [("Accept", "application/json"), ("User-Agent", USER_AGENT)]
        if self._target.api_version:
            headers.append(("Stripe-Version", self._target.api_version))
        if step is not None and step.case.media_type is not None:
            headers.append(("Content-Type", step.case.media_type))
        if key is not None:
            headers.append(("Idempotency-Key", key))
        given = {name.lower() for name, _ in self._target.headers}
        return (*((name, value) for name, value in headers if name.lower() not in given), *self._target.headers)


def _answer_of(came: Response | Lost, mask: Masking) -> Answer:
    """Return what is recorded: the response, or why there is none, which may quote what is no HTTP."""
    if isinstance(came, Response):
        return came
    why = mask(str(came))
    if isinstance(came, Unsendable):
        return NotSent(reason=why)
    if isinstance(came, Unreached):
        return NoAnswer(reason=f"no connection: {why}")
    if isinstance(came, TimedOut):
        return NoAnswer(reason=why)
    return NoAnswer(reason=f"the connection ended: {why}", ended=True)


def _wait(answer: Response, tries: int) -> float:
    """Return how long to wait before the next try, in seconds: what Retry-After says, else ever longer."""
    said = answer.header("retry-after")
    seconds = 0.1 * 2.0**tries
    if said is not None:
        try:
            seconds = float(said)
        except ValueError:
            if (when := http_date(said)) is None:
                return seconds
            seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return 0.1 * 2.0**tries if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT)
