"""Runs the conformance check from Python: the one place that joins strategies, runner, checks and report."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from ed_contract import bundled
from ed_contract.checks import judge_selected, judged
from ed_contract.checks.echo import shows_what_was_sent
from ed_contract.contract import CONTRACT, Contract, settled
from ed_contract.credential_command import renew
from ed_contract.enough import Enough
from ed_contract.exceptions import UsageError
from ed_contract.folding import Folding
from ed_contract.following import Followed, Listener, cleaned_up, follow
from ed_contract.judging import Judging
from ed_contract.options import DEFAULTS, OPTIONS, Settings, again
from ed_contract.phases import PHASES
from ed_contract.planning import as_needed, example, plan, shrinking
from ed_contract.recording import Recorder
from ed_contract.recording import recorder as recorder_of
from ed_contract.report import Report, ReportBuilder
from ed_contract.report.artifact import artifact
from ed_contract.report.showing import Showing, require_writable, write_asked
from ed_contract.requirement import Need, Requirement
from ed_contract.runner import AsNeeded, Keys, Phases, Sender, execute, requests_of
from ed_contract.runner.dedup import together
from ed_contract.runner.events import End, Event, RunStarted
from ed_contract.runner.ledger import DestinationLedger
from ed_contract.runner.preflight import meet
from ed_contract.runner.rate_limiter import RateLimitedTransport
from ed_contract.sharding import part
from ed_contract.target_process import RestartCommand, Server, started
from ed_contract.transport import Target, open_transport
from ed_contract.transport.by_name import target_of_call
from ed_contract.transport.nodes import nodes_of
from ed_contract.transport.proxies import is_direct
from ed_contract.transport.target import target_of
from ed_contract.verdict import Verdict
from ed_contract.waivers import Waivers, given

KEY_AGE = 2.0  # seconds; servers that forget by the clock forget within a day, or at once
EMBEDDED_KEYS = ("sk_test_a", "sk_test_b")


def run(
    target: Target | str | None = None,
    settings: Settings = DEFAULTS,
    *,
    contract: Contract | Path | str | None = None,
    waivers: Waivers | Path | str | None = None,
    until: str | None = None,
    restart: Callable[[], None] | None = None,
    on_event: Listener | None = None,
    recorder: Recorder | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> Report:
    """Judge a server against the page, or a contract of your own, and return the report.

    Each option of the command is a field of `ed_contract.options.Settings`, and may be given by its name:
    `run(url, api_key="sk_test_a", phases="smoke")`. A single value needs no list.

    Args:
        target: the server, as a Target or its base URL; None starts the bundled reference server, unless `settings`
            name a target.
        settings: the settings of the run; the defaults are those of the command.
        contract: what is judged, if not the page: a contract, or the path of an OpenAPI document, in which `operation`
            names the create if there are several. `edition` names an edition of the page.
        waivers: known findings, which do not fail the run: a TOML file, or what `ed_contract.waivers.load` returned.
        until: the run ends after the first finding of this requirement; with `only`, after one of each it names.
        restart: restarts the target and returns once it serves again, or raises RestartFailed; called once,
            at the end, for `idempotency/survives-restart`. `ed_contract.target_process.RestartCommand` makes one from a
            command.
        on_event: called with every event of the run.
        recorder: writes the record; its opener closes it.
        changes: settings that override those of `settings`, and those of a Target.

    Raises:
        UsageError: an argument is wrong or unknown.
        TargetError: the target cannot be judged: it is unreachable, refuses the credentials, or has no such route.
        ToolError: a bug in ed_contract ended the run; it carries the report so far, as does the UsageError of a report
            or record that could not be written.
    """
    began = time.monotonic()
    chosen, wanted = settled(settings, contract, changes)
    target = target_of_call(chosen, target, wanted, changes)
    contract = _contract(target, wanted)
    place = artifact(chosen)
    if target is None and contract.is_own:
        raise UsageError(
            "there is nothing to judge: no URL and no --app\n"
            "give one of them: the bundled server implements the page, not this contract."
        )
    waivers = given(chosen.waivers if waivers is None else waivers, contract)
    require_writable(chosen.reports)
    selected = _selected(contract, chosen)
    ends_early = chosen.only and waivers is None and chosen.findings_at_most is None
    to_fail = [until] if until is not None else [row.id for row in selected] if ends_early else []
    left_out = [row for row in contract.requirements.values() if row not in selected]
    builder = ReportBuilder(
        selected,
        judged=judged(contract),
        strict=chosen.strict,
        waivers=waivers,
        whole=chosen.shard is None
        and _is_whole(contract, chosen, restarts=restart is not None or chosen.restart_command is not None),
        left_out=left_out,
        fail_on_incomplete=chosen.fail_on_incomplete,
    )
    nodes, kept = _nodes(target, chosen), None
    with _reached(target, chosen, contract) as (reached, server), ExitStack() as stack:
        if recorder is None and chosen.record:
            recorder = kept = stack.enter_context(recorder_of(chosen, Path()))
        folding = Folding(builder, contract, _showing(reached, chosen, embedded=target is None))
        restart = restart or _restarting(chosen, reached)
        planner = as_needed if _ends_early(chosen) else plan
        restarts, embedded = restart is not None, target is None
        planned = _planned(planner, selected, chosen, reached, nodes, restarts=restarts, embedded=embedded)
        if reached.credential_command:
            renew(reached)
        transport = open_transport(reached, nodes)
        stack.callback(transport.close)
        if chosen.rate_limit is not None:
            transport = RateLimitedTransport(transport, chosen.rate_limit)
        keys = Keys.of(contract, reached.key_format, seed=chosen.seed, shard=chosen.shard)

        deadline = math.inf if chosen.max_time is None else began + chosen.max_time
        ledger = None
        if chosen.cleanup or chosen.max_destinations is not None:
            ledger = DestinationLedger(
                transport,
                shows=partial(shows_what_was_sent, contract),
                contract=contract,
                deletes=chosen.cleanup,
                most=chosen.max_destinations,
                rate=chosen.rate_limit,
                deadline=deadline,
                renew=partial(renew, reached) if reached.credential_command else None,
            )
        sender = Sender(
            ledger or transport,
            reached,
            keys,
            chosen,
            deadline=deadline,
            nodes=nodes,
        )
        judging = Judging(partial(judge_selected, frozenset(row.id for row in selected)))
        group = together if waivers is None else waivers.covering
        events = execute(
            planned,
            sender,
            judging,
            enough=Enough(contract, chosen.findings_at_most, to_fail, strict=chosen.strict, waivers=waivers),
            on_first=partial(
                meet, nodes=nodes or {"": reached}, keys=None if chosen.seed is None else keys, ledger=ledger
            ),
            on_entry=(lambda _: None) if recorder is None else recorder.entry,
            probe=example(contract),
            restart=restart,
            renew=partial(renew, reached) if reached.credential_command else None,
            shrinking=shrinking(contract, judging.history, group) if chosen.shrink else None,
            hasty=chosen.findings_at_most is not None or until is not None,
            reserve=chosen.kept_for_shrinking,
            ledger=ledger,
        )
        if recorder is not None:
            recorder.of(reached)
        first = _started(reached, planned, chosen, nodes, restarts=restarts)
        further = partial(Followed(folding, recorder, began).further, sender=sender, ledger=ledger)
        with cleaned_up(ledger):
            follow(first, events, further, on_event or (lambda _: None))
        report = replace(folding.report(chosen.strength, judging.history), artifact=place)
        report = replace(report, notes=(*report.notes, *_of_the_restart(restart, report)))
        if server is not None and report.end is End.TARGET_DOWN:
            report = replace(report, note=server.beside(report.note))
    write_asked(report, chosen, None if kept is None else kept.problem)
    return report


def _ends_early(chosen: Settings) -> bool:
    """Whether a run may end with its first request, so that what comes after it need not be planned before."""
    return chosen.findings_at_most is not None and chosen.workers == 1 and chosen.shard is None


def _selected(contract: Contract, chosen: Settings) -> tuple[Requirement, ...]:
    """Return the requirements that are to be judged; raise UsageError if there are none."""
    selected = contract.select(chosen.only, chosen.skip)
    if not selected:
        raise UsageError("--only and --skip leave no requirement to judge\n`ed-contract list` names them all.")
    return selected


def _showing(target: Target, chosen: Settings, *, embedded: bool) -> Showing:
    """Return what a report is shown with; an application called in process is not part of it."""
    of_target = {one.name for one in fields(Target)}
    said = (again(target if one.needs_target and one.attribute in of_target else chosen, [one.name]) for one in OPTIONS)
    settings = tuple(option for some in said for option in some)
    return Showing(target=replace(target, app=None), settings=settings, embedded=embedded)


def _of_the_restart(restart: Callable[[], None] | None, report: Report) -> Iterator[str]:
    """Yield why the target may not have been restarted, where something passed that takes a restart."""
    passed = (one for one in report.requirements if one.verdict is Verdict.PASS)
    if isinstance(restart, RestartCommand) and any(one.requirement.need is Need.RESTART_COMMAND for one in passed):
        yield from filter(None, (restart.doubt,))


def _restarting(chosen: Settings, target: Target) -> RestartCommand | None:
    command = chosen.restart_command
    return None if command is None else RestartCommand(command=command, target=target)


async def arun(
    target: Target | str | None = None,
    *,
    on_event: Listener | None = None,
    **options: Any,  # noqa: ANN401 - those of run
) -> Report:
    """Judge a server as `run` does, without blocking the event loop.

    The run takes place in a thread: it sends one request after another by design, since their order is part of
    what is judged, so awaiting each would gain nothing. When the task is cancelled, the run ends at its
    next request.

    Args:
        target: as in `run`.
        on_event: as in `run`; it is called in the run's thread.
        options: the other arguments of `run`.

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


def _contract(target: Target | str | None, wanted: Contract | None) -> Contract:
    """Return the contract that a run is about."""
    return target.contract if isinstance(target, Target) else wanted or CONTRACT


def _is_whole(contract: Contract, chosen: Settings, *, restarts: bool) -> bool:
    """Whether a run sends all phases that there are, and prunes nothing from them.

    Nothing is pruned from one that is about robustness too: what such a run does not find is not there.
    """
    phases = {*PHASES} - (set() if restarts else {"restart"})
    every = chosen.phases is None or phases <= {*chosen.phases}
    return every and any(row.area == "robustness" for row in contract.select(chosen.only, chosen.skip))


def dry_run(
    target: Target | str | None = None,
    settings: Settings = DEFAULTS,
    *,
    contract: Contract | Path | str | None = None,
    restarts: bool = False,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> RunStarted:
    """Return what a run with these arguments would send; send nothing."""
    chosen, wanted = settled(settings, contract, changes)
    target = target_of_call(chosen, target, wanted, changes)
    contract = target.contract if isinstance(target, Target) else wanted or CONTRACT
    second = None if contract.is_own else EMBEDDED_KEYS[1]  # of the bundled server
    reached = target_of(target or Target(url="http://127.0.0.1", second_api_key=second, contract=contract))
    selected = contract.select(chosen.only, chosen.skip)
    nodes = _nodes(target, chosen)
    planned = _planned(plan, selected, chosen, reached, nodes, restarts=restarts, embedded=target is None)
    return _started(reached, planned, chosen, nodes, restarts=restarts)


def _nodes(target: Target | str | None, chosen: Settings) -> dict[str, Target]:
    """Return the nodes of the service, if it has several; the bundled server has not."""
    return {} if target is None else nodes_of(target_of(target), chosen.replicas)


def _planned(
    planner: Callable[..., Phases],
    selected: tuple[Requirement, ...],
    chosen: Settings,
    reached: Target,
    nodes: Iterable[str],
    *,
    restarts: bool,
    embedded: bool,
) -> Phases:
    planned = planner(
        reached.contract,
        selected,
        chosen.phases,
        seed=chosen.seed or 0,
        strength=chosen.strength,
        max_examples=chosen.max_examples,
        two_accounts=bool(reached.second_api_key),
        restarts=restarts,
        direct=is_direct(reached),
        scheduled=reached.app is not None and reached.app.is_async,
        nodes=tuple(nodes),
        key_age=chosen.key_age if chosen.key_age is not None else 0.0 if embedded else KEY_AGE,
        key_format=reached.key_format,
        at_most=chosen.max_requests,
        # What one shard deletes, another may still ask for.
        shares=chosen.shard is not None and not chosen.cleanup,
    )
    if chosen.shard is None:
        return planned
    if chosen.seed is None:
        raise UsageError("the shards of a run need the same seed\ngive all of them the same --seed N.")
    return part(planned, chosen.shard)


def _started(target: Target, planned: Phases, chosen: Settings, nodes: Iterable[str], *, restarts: bool) -> RunStarted:
    replicas = tuple(nodes)[1:]
    met = {
        Need.SECOND_ACCOUNT: bool(target.second_api_key),
        Need.RESTART_COMMAND: restarts,
        Need.CONNECTION: is_direct(target),
        Need.SECOND_NODE: bool(replicas),
    }
    return RunStarted.about(
        target.contract,
        target=str(target),
        replicas=replicas,
        auth_header=target.credential_header,
        seed=chosen.seed or 0,
        phases=() if isinstance(planned, AsNeeded) else requests_of(planned),
        at_most=chosen.max_requests,
        cleans_up=chosen.cleanup,
        met=frozenset(need for need, given in met.items() if given),
        whole=_is_whole(target.contract, chosen, restarts=restarts),
        only=chosen.only,
        skip=chosen.skip,
        strength=chosen.strength,
        shard=chosen.shard,
    )


@contextmanager
def _reached(
    target: Target | str | None, chosen: Settings, contract: Contract
) -> Iterator[tuple[Target, Server | None]]:
    """Yield the target, started by its command if it has one; without any, the bundled server runs meanwhile."""
    if target is not None:
        reached = target_of(target)
        command = chosen.server_command
        with nullcontext() if command is None else started(command, reached, wait=chosen.server_wait) as server:
            yield reached, server
        return
    first, second = EMBEDDED_KEYS
    with bundled.Reference(edition=contract.edition) as reference, bundled.serve(reference) as server:
        yield Target(url=server.url, api_key=first, second_api_key=second, contract=contract), None
