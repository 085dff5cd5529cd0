"""What the users of one process send, and how each answer is judged. Knows no Locust.

Each script is judged by itself, after a create that was accepted: its memory does not grow with the load. What only
shows across scripts (a key used by two processes, an id given twice) is judged when the records are merged.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ed_contract import cases
from ed_contract.case import WRONG_CREDENTIALS, Burst, CaseSequence, Step, single
from ed_contract.checks import judge_selected
from ed_contract.contract import Contract
from ed_contract.exceptions import UsageError
from ed_contract.finding import Finding
from ed_contract.interaction import Interaction
from ed_contract.judging import Judging
from ed_contract.options import Settings
from ed_contract.planning import example, plan
from ed_contract.recording import Recorder
from ed_contract.requirement import Level
from ed_contract.runner import Drawn, Keys, Sender
from ed_contract.runner.events import End, RunFinished, RunStarted
from ed_contract.runner.preflight import require_judgeable
from ed_contract.runner.rate_limiter import RateLimitedTransport
from ed_contract.transport import Target, open_transport
from ed_contract.transport.nodes import nodes_of

PHASE = "load"
SHARED_FOR = 10.0  # seconds for which all users have the same shared keys
_SHARED_EVERY = 20  # one script of this many uses a shared key


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request of a script, and the findings that its answer shows."""

    interaction: Interaction
    findings: tuple[Finding, ...]


class Scripts:
    """What all users of one process share: the scripts, what sends them, and the record."""

    def __init__(self, target: Target, settings: Settings, *, record: Path | None = None) -> None:
        """Begin.

        Args:
            target: the server.
            settings: used are `replicas`, over which users are spread, `phases`, `only`, `skip`, `strict`, `seed`,
                `max_requests`, `rate_limit` and `request_retries`.
            record: where what was sent is to be written.

        Raises:
            UsageError: there is nothing to send, or the record cannot be written.
        """
        contract = target.contract
        self.target, self.nodes = target, nodes_of(target, settings.replicas)
        self.ids = frozenset(row.id for row in contract.select(settings.only, settings.skip))
        self.levels = {Level.MUST, Level.SHOULD} if settings.strict else {Level.MUST}
        self.all, self.shared = tuple(_scripts(contract, settings)), cases.shared(contract=contract)
        if not self.all:
            raise UsageError("there is nothing to send\n--phases, --only and --skip leave no script that suits a load.")
        self.keys = Keys.of(contract, target.key_format)
        self._transport = open_transport(target, self.nodes)
        if settings.rate_limit is not None:
            self._transport = RateLimitedTransport(self._transport, settings.rate_limit)
        self.sender = Sender(self._transport, target, self.keys, settings, nodes=self.nodes)
        self.accepted: Interaction | None = None  # a valid create: what a refusal is told apart from
        self._began = time.monotonic()
        self._recorder = None if record is None else _recorder(record, target)
        if self._recorder is not None:
            started = RunStarted.about(
                contract,
                target=str(target),
                seed=settings.seed or 0,
                phases=((PHASE, settings.max_requests),),
                at_most=settings.max_requests,
                whole=False,
                ordered=False,
            )
            self._recorder.event(started)

    def recorded(self, interaction: Interaction) -> None:
        """Write an interaction into the record; raise TargetError if it is the first, and the target not a server."""
        if interaction.number == 1:
            require_judgeable(interaction, self.target)
        if self._recorder is not None:
            self._recorder.entry(interaction)

    def close(self) -> None:
        """End the record, and close the connections."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            seconds = time.monotonic() - self._began
            recorder.event(RunFinished(end=End.FINISHED, requests=self.sender.requests, seconds=seconds))
            recorder.close()
        self._transport.close()


def _recorder(place: Path, target: Target) -> Recorder:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return Recorder(place, target)
    except OSError as error:
        raise UsageError(f"cannot write {place}: {error.strerror}\ngive a writable folder.") from error


def _scripts(contract: Contract, settings: Settings) -> Iterator[CaseSequence]:
    """Yield the scripts of a run that one user can send: no bursts, no wrong credentials, no keys of the whole run."""
    phases = plan(
        contract,
        contract.select(settings.only, settings.skip),
        settings.phases,
        seed=settings.seed or 0,
        strength=settings.strength,
        max_examples=settings.max_examples,
        two_accounts=False,
        restarts=False,
    )
    for phase in phases:
        if not isinstance(phase.sequences, Drawn):
            yield from filter(_suits, phase.sequences)


def _suits(sequence: CaseSequence) -> bool:
    return all(
        not isinstance(step, Burst)
        and step.credential not in WRONG_CREDENTIALS
        and not (step.key is not None and step.key.label.startswith("@"))
        for step in sequence.steps
    )


class Client:
    """One user: one script after the other, all at one node."""

    def __init__(self, scripts: Scripts, number: int) -> None:
        """Begin; users of different numbers choose different scripts."""
        self._scripts = scripts
        self._random = random.Random(number)  # noqa: S311 - which script comes next
        nodes = tuple(scripts.nodes)
        self._node = nodes[number % len(nodes)] if nodes else ""

    def script(self) -> Iterator[Answered]:
        """Send the next script, and yield each answer.

        Raises:
            CapReached: the process may send no more.
            TargetError: the first answer shows that the target cannot be judged.
        """
        scripts, values = self._scripts, dict[str, str]()
        scripts.keys.shared = f"load/{int(time.time() / SHARED_FOR)}"
        judging = Judging(partial(judge_selected, scripts.ids))
        if scripts.accepted is not None:
            judging.add(replace(scripts.accepted, number=1))
            judging.judged()
        for step in self._next().steps:
            if isinstance(step, Step):
                yield self._answered(replace(step, node=self._node), values, judging)

    def _next(self) -> CaseSequence:
        if self._scripts.accepted is None:
            return single(example(self._scripts.target.contract))
        some = self._scripts.shared if self._random.randrange(_SHARED_EVERY) == 0 else self._scripts.all
        return self._random.choice(some)

    def _answered(self, step: Step, values: dict[str, str], judging: Judging) -> Answered:
        scripts = self._scripts
        interaction = scripts.sender.send(step, phase=PHASE, values=values)
        scripts.recorded(interaction)
        judging.add(replace(interaction, number=len(judging.history) + 1))
        rows = scripts.target.contract.requirements
        findings = tuple(
            found
            for one in judging.judged()
            for found in one.observations
            if isinstance(found, Finding) and rows[found.requirement].level in scripts.levels
        )
        if scripts.accepted is None and interaction.created is not None and not findings:
            scripts.accepted = judging.history.last
        return Answered(interaction=interaction, findings=findings)
