"""Runs the conformance check from Python: the one place that joins strategies, engine, checks and report."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache, partial

from ed_contract.case import Case, Expectation, Params, case, single
from ed_contract.case import Sequence as CaseSequence
from ed_contract.checks import judge, judged
from ed_contract.contract import CONTRACT
from ed_contract.engine import PHASES, Keys, Phase, Sender, execute
from ed_contract.engine.events import End, Event, Judged, RunFinished, RunStarted
from ed_contract.engine.preflight import meets_used_keys, require_judgeable
from ed_contract.exceptions import UsageError
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import History, Interaction
from ed_contract.report import Report, ReportBuilder
from ed_contract.requirement import Level, Requirement
from ed_contract.transport import Target
from ed_contract.transport.target import target_of
from ed_contract.waivers import Waivers

MAX_REQUESTS = 900
MAX_EXAMPLES = 56
STATEFUL_REQUESTS = 40
STRENGTH = 3
KEY_AGE = 2.0  # seconds; servers that forget by the clock forget within a day, or at once
HOSTILE = {"boundaries", "bodies"}  # phases after which a probe asks whether the target still serves
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

    def tell(event: Event) -> None:
        builder.add(event)
        if isinstance(event, Judged) and (params := _combined(event.interaction)) is not None:
            sent.append(params)
        if on_event is not None:
            on_event(event)

    with _reached(target) as reached, ExitStack() as stack:
        planned = _plan(
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
        from ed_contract.transport.http import HttpTransport  # noqa: PLC0415 - httpx is loaded when it is needed

        transport = HttpTransport(reached)
        stack.callback(transport.close)
        keys = Keys(seed=seed or 0, salt="" if seed is not None else secrets.token_hex(8))

        def on_first(first: Interaction) -> None:
            require_judgeable(first, reached)
            if seed is not None and meets_used_keys(first):
                keys.renew(secrets.token_hex(8))

        began = time.monotonic()
        deadline = math.inf if max_time is None else began + max_time
        sender = Sender(transport, reached, keys, max_requests=max_requests, deadline=deadline)
        events = execute(
            planned,
            sender,
            partial(_judge_selected, frozenset(row.id for row in selected)),
            enough=_Enough(max_findings, until, strict=strict, waivers=waivers),
            on_first=on_first,
            probe=_example(),
            restart=restart,
            shrink=shrink,
        )
        try:
            tell(_started(reached, planned, seed=seed or 0, max_requests=max_requests))
            for event in events:
                tell(event)
        except KeyboardInterrupt:  # while an event was told; inside the engine it ends the run itself
            tell(RunFinished(end=End.INTERRUPTED, requests=sender.requests, seconds=time.monotonic() - began))
    return builder.report(combinations={"strength": strength, **_reached_of(sent, strength)})


def _combined(interaction: Interaction) -> Params | None:
    """Return the params of a create that is not to be refused: those combine the options."""
    one = interaction.case
    return None if one.expectation is Expectation.REJECT else one.params


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
    planned = _plan(
        CONTRACT.select(only, skip),
        None if phases is None else tuple(phases),
        seed=seed or 0,
        strength=strength,
        max_examples=max_examples,
        max_requests=max_requests,
        two_accounts=bool(reached.second_api_key),
        restarts=restarts,
    )
    return _started(reached, planned, seed=seed or 0, max_requests=max_requests)


def _started(target: Target, planned: tuple[Phase, ...], *, seed: int, max_requests: int) -> RunStarted:
    return RunStarted(
        target=str(target),
        seed=seed,
        phases=tuple((phase.name, phase.requests) for phase in planned),
        at_most=max_requests,
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


@lru_cache(maxsize=4)  # drawing at random takes half a second, and a session often runs the same plan again
def _plan(
    selected: tuple[Requirement, ...],
    phases: tuple[str, ...] | None,
    *,
    seed: int,
    strength: int,
    max_examples: int,
    max_requests: int,
    two_accounts: bool,
    restarts: bool,
    key_age: float = 0.0,
) -> tuple[Phase, ...]:
    """Return the phases to send, the page's own example always first."""
    from ed_contract import strategies  # noqa: PLC0415 - Hypothesis is loaded when it is needed

    if max_requests < 1:
        raise UsageError(f"--max-requests {max_requests} leaves nothing to send\ngive 1 or more.")
    if strength not in {2, 3, 4}:
        raise UsageError(f"--strength {strength} is not offered\ngive 2, 3 or 4.")
    makers: dict[str, Callable[[], tuple[CaseSequence, ...]]] = {
        "smoke": lambda: strategies.smoke(seed=seed),
        "combinations": lambda: tuple(map(single, strategies.combinations(strength=strength, seed=seed))),
        "mutations": lambda: strategies.mutations_phase(seed=seed),
        "idempotency": lambda: strategies.idempotency(seed=seed) + (strategies.accounts() if two_accounts else ()),
        "bursts": strategies.bursts,
        "boundaries": lambda: (*map(single, strategies.boundaries()), *strategies.unusual_keys()),
        "bodies": lambda: tuple(map(single, strategies.bodies())),
        "auth": strategies.authentication,
        "fuzz": lambda: strategies.fuzz(seed=seed, max_examples=max_examples, strength=strength),
        "stateful": lambda: strategies.stateful(seed=seed, requests=STATEFUL_REQUESTS),
        "afterwards": strategies.afterwards,
        "restart": strategies.restarted,
    }
    chosen = tuple(name for name in PHASES if restarts or name != "restart") if phases is None else phases
    unknown = [name for name in chosen if name not in makers]
    if unknown or not chosen:
        raise UsageError(f"no phase {', '.join(unknown) or 'given'}\nthe phases are {', '.join(PHASES)}.")
    if "restart" in chosen and not restarts:
        raise UsageError("the phase restart has nothing to restart the target with\ngive --restart-command.")
    wanted = frozenset(row.id for row in selected)
    planned = [
        Phase(
            name=name,
            sequences=makers[name](),
            hostile=name in HOSTILE,
            restarts=name == "restart",
            age=key_age if name == "afterwards" else 0.0,
        )
        for name in PHASES
        if name in chosen
    ]
    planned = [phase for phase in (_pruned(phase, wanted) for phase in planned) if phase.sequences]
    if {"smoke", "mutations"} <= set(chosen):
        planned = _without_repeats(planned)
    if "smoke" not in chosen:
        planned.insert(0, Phase(name="preflight", sequences=(single(_example()),)))
    if any(phase.name in {"afterwards", "restart"} for phase in planned):
        # What is looked back on at the end is made at the beginning, but after the page's own example.
        first, *rest = planned[0].sequences
        planned[0] = replace(planned[0], sequences=(first, *rest, *strategies.keeping()))
    return tuple(planned)


def _without_repeats(planned: list[Phase]) -> list[Phase]:
    """Leave out of the mutations what smoke has already done to the same requirement and type."""
    done = {_did(one) for phase in planned if phase.name == "smoke" for one in phase.sequences}
    return [
        replace(phase, sequences=tuple(one for one in phase.sequences if _did(one) not in done))
        if phase.name == "mutations"
        else phase
        for phase in planned
    ]


def _did(sequence: CaseSequence) -> object:
    """Return what a single mutated case does, or the sequence itself."""
    (first, *others) = sequence.cases()
    if others or first.mutation is None or first.params is None:
        return id(sequence)
    return first.mutation, str(first.params.get("type"))


_AREAS = {
    "combinations": ("request/valid", "response/", "echo/", "include/"),
    "mutations": ("request/",),
    "idempotency": ("idempotency/",),
    "bursts": ("idempotency/burst/",),
    "boundaries": ("response/", "echo/"),
    "bodies": (),
    "auth": ("auth/",),
    "fuzz": ("request/", "response/", "echo/", "include/"),
    "stateful": ("idempotency/",),
    "afterwards": ("idempotency/remembers",),
    "restart": ("idempotency/survives-restart",),
}
"""What a phase is about, as starts of requirement ids; smoke is about everything, and robustness shows anywhere."""


def _pruned(phase: Phase, wanted: frozenset[str]) -> Phase:
    """Return the phase without what can show nothing about the wanted requirements."""
    if any(identifier.startswith("robustness/") for identifier in wanted):
        return phase
    about = _AREAS.get(phase.name)
    if about is not None and not any(identifier.startswith(about) for identifier in wanted):
        return replace(phase, sequences=())
    kept = (
        sequence
        for sequence in phase.sequences
        if not all(one.mutation is not None and one.mutation.requirement not in wanted for one in sequence.cases())
    )
    return replace(phase, sequences=tuple(kept))


def _example() -> Case:
    """Return the page's own example."""
    from ed_contract.strategies import PAGE_EXAMPLE  # noqa: PLC0415 - Hypothesis is loaded when it is needed

    return case("the page's example", PAGE_EXAMPLE)


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
