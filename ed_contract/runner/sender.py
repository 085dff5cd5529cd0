"""Turns a step into a request, sends it until it has an answer, and records the interaction. Judges nothing."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from types import MappingProxyType

from ed_contract import interrupts
from ed_contract.case import WRONG_CREDENTIALS, Burst, Case, Credential, Expectation, Step, encode
from ed_contract.contract.document import JSON
from ed_contract.contract.headers import CREDENTIAL, KEY, MEDIA, VERSION, Written
from ed_contract.interaction import (
    CONFLICT,
    NOT_PARSED,
    Answer,
    Glimpse,
    Headers,
    Interaction,
    NoAnswer,
    NotRead,
    NotSent,
    Request,
    Response,
)
from ed_contract.masking import Masking
from ed_contract.options import DEFAULTS, Settings
from ed_contract.parsing import LARGEST_BODY, MOST_VALUES
from ed_contract.record.history import Listed
from ed_contract.runner import retry
from ed_contract.runner.keys import Keys
from ed_contract.runner.limits import CapReached, NoMore, TimeIsUp
from ed_contract.runner.listing import listed
from ed_contract.runner.retry import Attempts, Delivery, Tries
from ed_contract.transport import HungUp, Lost, OutOfTime, Target, TimedOut, TooLong, Transport, Unreached, Unsendable
from ed_contract.transport.base import SCHEDULES
from ed_contract.transport.credentials import secrets_of

PATIENCE = 5.0  # seconds for which a patient step asks again after 409
_OFTEN = 2  # times that it is waited in vain before a run has less patience
LATE = 1.0  # seconds for which any step asks again where the key may be in use, and no code says a conflict
MOST_WRONG = 12  # requests of a run that carry a wrong credential: who sees more may lock the account
_OWN = 12  # characters that make a name the only one


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A step as it is sent."""

    step: Step
    key: str | None
    request: Request
    renewals: int  # how many fresh credentials the run had been given by then

    def under(self, schedule: int | None) -> Ready:
        """Return it as it is sent under a schedule, or under none."""
        return replace(self, request=replace(self.request, schedule=schedule))


class Sender:
    """Sends the steps of one run over one transport, and counts the requests."""

    def __init__(
        self,
        transport: Transport,
        target: Target,
        keys: Keys,
        settings: Settings = DEFAULTS,
        *,
        deadline: float = math.inf,  # of time.monotonic
        sleep: Callable[[float], None] = interrupts.sleep,
        nodes: Mapping[str, Target] = MappingProxyType({}),  # by base URL, the target first, where there are several
    ) -> None:
        self._transport = transport
        self._target = target
        self._here = next(iter(nodes), "")
        self._paths = {node: f"/{_path_of(one.endpoint)}" for node, one in (nodes or {"": target}).items()}
        self._in_process = target.app is not None
        self._schedules = target.app is not None and target.app.is_async
        self._seed = settings.seed or 0
        self._keys = keys
        self._max_requests = settings.max_requests
        self._deadline = deadline
        self._retries = settings.request_retries
        self._sleep = sleep
        # Requests under way together, where their order says nothing. In process they would only wait for each other,
        # and where there is little room, each would need what another has.
        self.workers = 1 if self._in_process or settings.max_destinations is not None else settings.workers
        self._lock = threading.Lock()
        self._owner = threading.get_ident()  # the thread of the run; all others are workers
        self._dismissed = threading.Event()  # set once workers are to send nothing more
        self._contract = target.contract
        self._names: dict[str, None] = {}  # that only creates under one key have, in order
        self.requests = 0  # sent so far, repeated attempts included
        self._interactions = 0
        self._bursts = 0
        self._wrong = 0  # requests with a wrong credential
        self._lets_go_late = True  # until a 409 without the conflict's code stays
        self._in_vain = 0  # steps that were asked again for all of the time, and still refused for their key
        self._answered = False  # whether any request was
        self.hurried = False  # whether lost answers are asked for once more, and without a pause
        self.reserved = 0  # requests that are kept for the end of the run
        self.over: NoMore | None = None  # why an answer was not asked for again

    def send(self, step: Step, *, phase: str, values: dict[str, str], tries: Tries | None = None) -> Interaction:
        """Send `step` and return the interaction; `values` holds the fresh key values of its sequence.

        429 and 503 are tried again up to 5 times, a lost answer up to 3 times. Raises CapReached when the run may send
        no more, TimeIsUp when it may take no more time; where that comes between two tries, the interaction tells what
        came of those that were sent, and `over` why there were no more.
        """
        ready = self.ready(step, values)
        return self.interaction(ready, self.delivered(ready, tries=tries), phase=phase)

    def send_again(self, lost: Interaction, *, phase: str, tries: Tries) -> Interaction:
        """Send the very request of an interaction once more, under the same key."""
        step = Step(case=lost.case, key=lost.form, credential=lost.request.credential)
        request = replace(lost.request, hangs_up=None, schedule=None)
        ready = Ready(step=step, key=lost.key, request=request, renewals=self._renewals)
        return self.interaction(ready, self.delivered(ready, tries=tries), phase=phase)

    def ready(self, step: Step, values: dict[str, str]) -> Ready:
        """Return a step as it is sent, with its key filled in."""
        has_keys = bool(self._contract.headers.key)
        key = self._keys.fill(step.key, values) if step.key is not None and has_keys else None
        if key is not None and step.case.unique:
            step = replace(step, case=self._named(step.case, key))
        return Ready(step=step, key=key, request=self._request(step, key), renewals=self._renewals)

    def fill(self, steps: Iterable[Step], values: dict[str, str]) -> None:
        """Fill in the keys of steps that begin together with others: the same ones, whoever is answered first."""
        for step in steps:
            if step.key is not None and self._contract.headers.key:
                self._keys.fill(step.key, values)

    @property
    def _renewals(self) -> int:
        return len(self._target.renewed)

    def is_outdated(self, ready: Ready) -> bool:
        """Whether a step was sent with a credential that was replaced meanwhile."""
        return ready.step.credential is Credential.FIRST and ready.renewals < self._renewals

    def _named(self, case: Case, key: str) -> Case:
        """Return a case with a name that only creates under its key have, in this run and in any other."""
        name = f"{(case.params or {})[case.unique]} {sha256(key.encode()).hexdigest()[:_OWN]}"
        self._names.setdefault(name)
        params = {**(case.params or {}), case.unique: name}
        return replace(case, params=params, body=encode(params), unique="")

    def listed(self) -> Listed | None:
        """List what was made under names of their own, if anything was, and as far as the run may still send."""
        if not self._names or self._contract.parts.listing is None:
            return None
        headers = headers_of(self._target)

        def page(path: str) -> Answer:
            try:
                return self._sent(Request(method="GET", path=path, headers=headers, body=b"", node=self._here))
            except NoMore:
                return NotSent(reason="the run may send no more")

        return listed(self._contract, self._target.endpoint, tuple(self._names), page)

    def delivered(self, ready: Ready, *, tries: Tries | None = None, came: Answer | None = None) -> Delivery:
        """Send a request until it has an answer, and return what came; several threads may be in here.

        `came` is the answer where it was sent before, in a burst.
        """
        step, request = ready.step, ready.request
        attempts = Attempts(self._tries() if tries is None or self._in_process else tries, retries=self._retries)
        started = time.perf_counter()
        came = self._sent(request) if came is None else came
        while True:
            seconds = time.perf_counter() - started
            pause = attempts.pause_after(came, request, patience=self._patience(step, came, lost=attempts.lost))
            if pause is None:
                break
            try:
                self.pause(pause)
                started = time.perf_counter()
                came = self._sent(request)
            except NoMore as over:
                self.over = self.over if self._is_dismissed else over
                came = replace(came, cut=True) if isinstance(came, NoAnswer) else came
                break
        if isinstance(came, Response) and came.status in self._contract.parts.idempotency.in_flight:
            self._lets_go_late = self._lets_go_late and (step.patient or attempts.waited < LATE)
            self._in_vain += attempts.waited >= PATIENCE
        self._answered = self._answered or isinstance(came, Response)
        return attempts.delivery(came, seconds)

    def _tries(self) -> Tries:
        """Return how often a lost answer is asked for again."""
        if self._in_process:
            return retry.IN_PROCESS
        if self.hurried:
            return retry.HURRIED
        return retry.USUALLY if self._answered else retry.AT_FIRST

    def _patience(self, step: Step, answer: Answer, *, lost: bool) -> float:
        """Return for how many seconds a key in use is asked for again: a server may let go of it after its answer."""
        how = self._contract.parts.idempotency
        if not isinstance(answer, Response) or answer.status not in how.in_flight:
            return 0.0
        if answer.status != CONFLICT and step.case.expectation is not Expectation.ACCEPT:
            return 0.0  # it may be refused for what it is
        if step.patient:
            return PATIENCE if self._in_vain < _OFTEN else LATE
        if step.key is None or (how.code and how.code.encode() in answer.body):
            return 0.0
        return PATIENCE if lost else LATE if self._lets_go_late else 0.0

    def burst(self, burst: Burst, *, phase: str, values: dict[str, str]) -> list[Interaction]:
        """Send the steps of `burst` concurrently and return the interactions; what got no answer is asked for again."""
        self._spend(len(burst.steps))
        self._bursts += 1
        prepared = [self.ready(step, values) for step in burst.steps]
        if self._schedules:
            schedule = self._seed * SCHEDULES + self._bursts - 1 if burst.schedule is None else burst.schedule
            prepared = [one.under(schedule) for one in prepared]
        began = time.time()
        came = self._transport.burst([one.request for one in prepared], until=self._deadline)
        ended = time.time()
        released = [one.released for one in came if isinstance(one, Response) and one.released]
        spread = max(released) - min(released) if released else 0.0
        if not any(isinstance(one, Response) and one.scheduled for one in came):  # threads had a part in it
            prepared = [one.under(None) for one in prepared]
        told: list[Interaction] = []
        for ready, one in zip(prepared, came, strict=True):
            answer = self._recorded(one)
            # Where one stays unanswered, the target has had its time.
            tries = retry.HURRIED if any(isinstance(one.answer, NoAnswer) for one in told) else None
            lost = isinstance(answer, NoAnswer)
            delivery = self.delivered(ready, tries=tries, came=answer) if lost else Delivery(answer=answer)
            delivery = replace(delivery, began=began, ended=delivery.ended or ended)
            made = self.interaction(ready, delivery, phase=phase, burst=self._bursts)
            told.append(replace(made, spread=spread))
        return told

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the run may take; raise TimeIsUp when that is over."""
        left = self._deadline - time.monotonic()
        if (wait := min(seconds, left)) > 0:
            if threading.get_ident() == self._owner:
                self._sleep(wait)
            else:
                self._dismissed.wait(wait)
        if seconds >= left:
            raise TimeIsUp

    def wait_until(self, moment: float) -> None:
        """Send nothing before `moment`, of time.monotonic; what comes after the run's deadline is not waited for."""
        self.pause(max(0.0, moment - time.monotonic()))

    @property
    def left(self) -> int:
        """How many requests may still be sent."""
        return self._max_requests - self.reserved - self.requests

    def dismiss(self) -> None:
        """Let workers send nothing more: what they are at is not tried again."""
        self._dismissed.set()

    @property
    def _is_dismissed(self) -> bool:
        """Whether this thread is a worker that is to send nothing more."""
        return self._dismissed.is_set() and threading.get_ident() != self._owner

    def disconnect(self) -> None:
        """Close the connections that are kept alive."""
        self._transport.disconnect()

    def _spend(self, requests: int) -> None:
        """Count this many more requests; raise if they are too many, or too late."""
        if self._is_dismissed:
            raise CapReached
        with self._lock:
            if self.left < requests:
                raise CapReached
            if time.monotonic() >= self._deadline:
                raise TimeIsUp
            self.requests += requests

    def _request(self, step: Step, key: str | None) -> Request:
        node = step.node or self._here
        return Request(
            method=self._contract.operation.method,
            path=f"{self._paths[node]}{self._contract.headers.query}",
            headers=self._headers(step, key),
            body=step.case.body,
            credential=step.credential,
            hangs_up=step.hangs_up,
            node=node,
        )

    def interaction(self, ready: Ready, delivery: Delivery, *, phase: str, burst: int | None = None) -> Interaction:
        """Return what is recorded of a step and what came of it: the next interaction of the run."""
        step, key, request = ready.step, ready.key, ready.request
        self._interactions += 1
        return Interaction(
            number=self._interactions,
            phase=phase,
            case=step.case,
            key=key,
            form=None if key is None else step.key,
            request=request,
            answer=delivery.answer,
            attempts=delivery.attempts,
            lost=delivery.lost,
            unanswered=delivery.unanswered,
            seconds=delivery.seconds,
            began=delivery.began,
            ended=delivery.ended,
            connection=delivery.answer.connection if isinstance(delivery.answer, Response) else "",
            burst=burst,
            contract=self._contract,
        )

    def _sent(self, request: Request) -> Answer:
        if request.credential in WRONG_CREDENTIALS and self._target.has_own_authorization:
            return NotSent(
                reason=f"the header {self._target.credential_header} is given with --header, for every request"
            )
        if request.credential in WRONG_CREDENTIALS:
            with self._lock:
                self._wrong += 1
                too_many = self._wrong > MOST_WRONG
            if too_many:
                return NotSent(reason=f"a run sends at most {MOST_WRONG} requests with a wrong credential")
        self._spend(1)
        try:
            return self._recorded(self._transport.send(request, until=self._deadline))
        except Lost as lost:
            return self._recorded(lost)

    def _recorded(self, came: Response | Lost) -> Answer:
        """Return what is recorded; what a lost answer quotes may be a credential, the freshest too."""
        return answer_of(came, str if isinstance(came, Response) else Masking(secrets_of(self._target)))

    def _headers(self, step: Step, key: str | None) -> Headers:
        media_type = step.case.media_type
        media = None if media_type is None else media_type.replace(JSON, self._contract.headers.media)
        return headers_of(self._target, step.case.headers, key=key, media=media)


_TOO_LARGE = f"larger than we read: the answer has more than {LARGEST_BODY >> 20} MiB, or {MOST_VALUES:,} values"


def _path_of(url: str) -> str:
    """Return what follows the server's name and its slash."""
    return url.partition("://")[2].partition("/")[2]


def headers_of(
    target: Target, written: Written | None = None, *, key: str | None = None, media: str | None = None
) -> Headers:
    """Return the headers of a request to a target: as written, or ours, and then the user's in the place of these.

    One that is to hold what the request does not have is left out; the credential's is the transport's to add.
    """
    version = target.version_header
    values = {VERSION: None if version is None else version[1], KEY: key, MEDIA: media, CREDENTIAL: None}
    given = {name.lower() for name, _ in target.headers}
    headers = []
    for name, value in target.contract.headers.ours if written is None else written:
        held = {place: one for place, one in values.items() if place in value}
        if name.lower() not in given and None not in held.values():
            headers.append((name, _filled(value, held)))
    return (*headers, *target.headers)


def _filled(value: str, held: Mapping[str, str | None]) -> str:
    for place, one in held.items():
        value = value.replace(place, one or "")
    return value


def answer_of(came: Response | Lost, mask: Callable[[str], str] = str) -> Answer:
    """Return what is recorded: the response, or why there is none, which may quote invalid HTTP."""
    if isinstance(came, Response):
        return came if came.document is not NOT_PARSED else NotRead(reason=_TOO_LARGE)
    if isinstance(came, HungUp):
        return Glimpse(status=came.status, id=came.identifier)
    if isinstance(came, TooLong):
        return NotRead(reason=f"larger than we read: {came}")
    why = mask(str(came))
    if isinstance(came, Unsendable):
        return NotSent(reason=why)
    if isinstance(came, Unreached):
        return NoAnswer(reason=f"no connection: {why}")
    if isinstance(came, OutOfTime):
        return NoAnswer(reason=why, late=True, cut=True)
    if isinstance(came, TimedOut):
        return NoAnswer(reason=why, late=True)
    return NoAnswer(reason=f"the connection ended: {why}", ended=True)
