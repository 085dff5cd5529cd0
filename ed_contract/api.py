"""Runs the conformance check from Python: the one place that joins strategies, engine, checks and report."""

from __future__ import annotations

import asyncio
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from ed_contract.case import Case, Expectation, Params
from ed_contract.checks import judge, judged
from ed_contract.contract import CONTRACT
from ed_contract.credential_command import renew
from ed_contract.engine import Keys, Phase, Sender, execute
from ed_contract.engine.events import End, Event, Judged, RunFinished, RunStarted
from ed_contract.engine.families import together
from ed_contract.engine.preflight import meets_used_keys, require_judgeable
from ed_contract.engine.sender import BUSY_RETRIES
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import CONFLICT, History, Interaction, Response
from ed_contract.planning import example, plan
from ed_contract.report import Combination, Report, ReportBuilder
from ed_contract.requirement import Level, Need
from ed_contract.transport import Target, open_transport
from ed_contract.transport.target import target_of
from ed_contract.waivers import Waivers

MAX_REQUESTS = 900
MAX_EXAMPLES = 56
STRENGTH = 3
KEY_AGE = 2.0  # seconds; servers that forget by the clock forget within a day, or at once
EMBEDDED_KEYS = ("sk_test_a", "sk_test_b")

Listener = Callable[[Event], None]


def run(
    target: Target | str | None = None,
    *,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    phases: Sequence[str] | None = None,
    strict: bool = False,
    seed: int | None = None,
    strength: int = STRENGTH,
    max_examples: int = MAX_EXAMPLES,
    max_requests: int = MAX_REQUESTS,
    max_time: float | None = None,
    key_age: float | None = None,
    workers: int = 1,
    rate_limit: float | None = None,
    request_retries: int = BUSY_RETRIES,
    cleanup: bool = False,
    max_destinations: int | None = None,
    max_findings: int | None = None,
    until: str | None = None,
    shrink: bool = True,
    restart: Callable[[], None] | None = None,
    waivers: Waivers | None = None,
    on_event: Listener | None = None,
) -> Report:
    """Judge a server against the page and return the report.

    Args:
        target: the server, as a Target or its base URL; None starts the embedded reference server.
        only: globs of requirement ids to judge; none means all.
        skip: globs of requirement ids to leave out.
        phases: names of the phases to run, from `ed_contract.engine.PHASES`; None means all.
        strict: whether findings of level SHOULD fail the run too.
        seed: the same seed sends the same bytes, unless the target has met its keys before: then they are fresh,
            since it would answer with what it made then. None stands for seed 0 with keys of this run alone,
            so that a second run against the same server does not meet the keys of the first.
        max_examples: how many random cases the fuzz phase sends.
        strength: how many enum dimensions are combined in every way, 2 to 4.
        max_requests: the run sends no more than this, repeated attempts included.
        max_time: seconds after which the run sends nothing more; None means no limit.
        key_age: how old keys are at least, in seconds, when they are asked for again at the end, for
            `idempotency/remembers`. None stands for 2, and for 0 with the embedded server.
        workers: how many plain creates are under way at once. With more than one they arrive in any order, and are
            judged in the order of the plan all the same.
        rate_limit: requests a second, at most; None means no limit.
        request_retries: how often a request that is answered 429 or 503 is sent again.
        cleanup: whether the destinations that were made are deleted, at the end or where there would be no room.
        max_destinations: how many destinations there may be at a time; a run that needs more ends, unless it may
            delete those that it needs no longer. None means no limit.
        max_findings: the run ends after this many distinct findings that fail it; None means no limit.
        until: the run ends after the first finding of this requirement.
        shrink: whether findings are made smaller at the end.
        restart: restarts the target and returns when it serves again, or raises RestartFailed; it is called once,
            at the end, for `idempotency/survives-restart`. `ed_contract.processes.RestartCommand` makes one of a
            command.
        waivers: findings that are known and do not fail the run, from `ed_contract.waivers.load`.
        on_event: is told every event of the run.

    Raises:
        UsageError: an argument is wrong.
        TargetError: the target cannot be judged: it is unreachable, refuses the credentials, or has no such route.
    """
    selected = CONTRACT.select(only, skip)
    # Nothing is pruned from a run that is about robustness too: what such a run does not find is not there.
    whole = phases is None and any(row.area == "robustness" for row in selected)
    builder = ReportBuilder(selected, judged=judged, strict=strict, waivers=waivers, whole=whole)

    sent: list[Params] = []
    plain: list[tuple[Case, bool]] = []

    def tell(event: Event) -> None:
        builder.add(event)
        if isinstance(event, Judged) and (params := _combined(event.interaction)) is not None:
            sent.append(params)
            if _tries_options(event.interaction):
                plain.append((event.interaction.case, event.interaction.created is not None))
        if on_event is not None:
            on_event(event)

    with _reached(target) as reached, ExitStack() as stack:
        planned = plan(
            selected,
            None if phases is None else tuple(phases),
            seed=seed or 0,
            strength=strength,
            max_examples=max_examples,
            max_requests=max_requests,
            two_accounts=bool(reached.second_api_key),
            restarts=restart is not None,
            key_age=key_age if key_age is not None else KEY_AGE if target is not None else 0.0,
        )
        if reached.credential_command:
            renew(reached)
        transport = open_transport(reached)
        stack.callback(transport.close)
        keys = Keys(seed=seed or 0, salt="" if seed is not None else secrets.token_hex(8))

        def on_first(first: Interaction) -> None:
            require_judgeable(first, reached)
            if seed is not None and meets_used_keys(first):
                keys.renew(secrets.token_hex(8))

        began = time.monotonic()
        deadline = math.inf if max_time is None else began + max_time
        sender = Sender(
            transport,
            reached,
            keys,
            max_requests=max_requests,
            deadline=deadline,
            retries=request_retries,
            rate=rate_limit,
            workers=workers if reached.app is None else 1,  # in process they would only wait for each other
        )
        events = execute(
            planned,
            sender,
            partial(_judge_selected, frozenset(row.id for row in selected)),
            enough=_Enough(max_findings, until, strict=strict, waivers=waivers),
            on_first=on_first,
            probe=example(),
            restart=restart,
            renew=partial(renew, reached) if reached.credential_command else None,
            shrink=shrink,
            hasty=max_findings is not None or until is not None,
            cleanup=cleanup,
            max_destinations=max_destinations,
            group=together if waivers is None else waivers.covering,
        )
        try:
            tell(_started(reached, planned, seed=seed or 0, max_requests=max_requests, restarts=restart is not None))
            for event in events:
                tell(event)
        except KeyboardInterrupt:  # while an event was told; inside the engine it ends the run itself
            tell(RunFinished(end=End.INTERRUPTED, requests=sender.requests, seconds=time.monotonic() - began))
    return builder.report(
        combinations={"strength": strength, **_reached_of(sent, strength)}, options=_options_of(plain)
    )


async def arun(
    target: Target | str | None = None,
    *,
    on_event: Listener | None = None,
    **options: Any,  # noqa: ANN401 - those of run
) -> Report:
    """Judge a server as `run` does, and let the event loop go on meanwhile.

    The run takes place in a thread: it sends one request after the other by design, since the order is a part of
    what is judged, so that nothing would be gained by awaiting each. When the task is cancelled, the run ends at its
    next request.

    Args:
        target: as in `run`.
        on_event: as in `run`; it is called in the run's thread.
        options: the others of `run`.

    Raises:
        UsageError: as in `run`.
        TargetError: as in `run`.
    """
    cancelled = threading.Event()

    def tell(event: Event) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt  # ends a run in order, wherever it comes from
        if on_event is not None:
            on_event(event)

    try:
        return await asyncio.to_thread(run, target, on_event=tell, **options)
    except asyncio.CancelledError:
        cancelled.set()
        raise


def _combined(interaction: Interaction) -> Params | None:
    """Return the params of a create that is not to be refused: those combine the options."""
    one = interaction.case
    return None if one.expectation is Expectation.REJECT else one.params


def _tries_options(interaction: Interaction) -> bool:
    """Whether the answer says if the combination of options is accepted: nothing else about the create is unusual."""
    answer = interaction.answer
    if isinstance(answer, Response) and (answer.says_nothing or answer.status == CONFLICT):
        return False
    return interaction.case.expectation is Expectation.ACCEPT or interaction.phase == "combinations"


def _options_of(creates: list[tuple[Case, bool]]) -> tuple[Combination, ...]:
    """Return what became of each combination of the enum options."""
    from ed_contract.strategies.exercised import exercised  # noqa: PLC0415 - Hypothesis is loaded when it is needed

    return tuple(Combination(**row) for row in exercised(creates))


def _reached_of(sent: list[Params], strength: int) -> dict[str, int]:
    """Return how many combinations of so many options were sent, and how many there are."""
    from ed_contract.strategies import coverage  # noqa: PLC0415 - Hypothesis is loaded when it is needed

    reached, possible = coverage(sent, strength)
    return {"reached": reached, "of": possible}


def dry_run(
    target: Target | str | None = None,
    *,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    phases: Sequence[str] | None = None,
    seed: int | None = None,
    strength: int = STRENGTH,
    max_examples: int = MAX_EXAMPLES,
    max_requests: int = MAX_REQUESTS,
    restarts: bool = False,
) -> RunStarted:
    """Return what a run with these arguments would send, and send nothing."""
    reached = target_of(target) if target is not None else Target(url="http://127.0.0.1", second_api_key="embedded")
    planned = plan(
        CONTRACT.select(only, skip),
        None if phases is None else tuple(phases),
        seed=seed or 0,
        strength=strength,
        max_examples=max_examples,
        max_requests=max_requests,
        two_accounts=bool(reached.second_api_key),
        restarts=restarts,
    )
    return _started(reached, planned, seed=seed or 0, max_requests=max_requests, restarts=restarts)


def _started(target: Target, planned: tuple[Phase, ...], *, seed: int, max_requests: int, restarts: bool) -> RunStarted:
    met = {Need.SECOND_ACCOUNT: bool(target.second_api_key), Need.RESTART_COMMAND: restarts}
    return RunStarted(
        target=str(target),
        seed=seed,
        phases=tuple((phase.name, phase.requests) for phase in planned),
        at_most=max_requests,
        met=frozenset(need for need, given in met.items() if given),
    )


@contextmanager
def _reached(target: Target | str | None) -> Iterator[Target]:
    """Yield the target; the embedded reference server runs meanwhile if none is given."""
    if target is not None:
        yield target_of(target)
        return
    from ed_contract.reference import Reference, serve  # noqa: PLC0415 - needed without a URL alone

    with Reference() as reference, serve(reference) as server:
        yield Target(url=server.url, api_key=EMBEDDED_KEYS[0], second_api_key=EMBEDDED_KEYS[1])


def _judge_selected(selected: frozenset[str], interaction: Interaction, history: History) -> tuple[Observation, ...]:
    return tuple(one for one in judge(interaction, history) if one.requirement in selected)


class _Enough:
    """Says when a run has found as much as it was asked for."""

    def __init__(self, most: int | None, until: str | None, *, strict: bool, waivers: Waivers | None = None) -> None:
        self._waivers = waivers
        self._most = most
        self._until = until
        self._levels = {Level.MUST, Level.SHOULD} if strict else {Level.MUST}
        self._found: set[tuple[str, str]] = set()

    def __call__(self, observations: Iterable[Observation]) -> bool:
        for one in observations:
            if (
                isinstance(one, Finding)
                and CONTRACT.requirements[one.requirement].level in self._levels
                and not (self._waivers is not None and self._waivers.excuses(*one.identity))
            ):
                self._found.add(one.identity)
        if self._until is not None and any(isinstance(one, Finding) for one in observations):
            return any(isinstance(one, Finding) and one.requirement == self._until for one in observations)
        return self._most is not None and len(self._found) >= self._most
