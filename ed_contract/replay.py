"""Resends the requests of a JSON report's findings, and says whether each still reproduces.

Keys are fresh but equal where they were equal; bursts are sent as bursts. Nothing is looked for beyond the
recorded findings: one finding, one verdict.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ed_contract.case import Burst, Case, CaseSequence, Credential, Expectation, HangUp, Key, Mutation, Step, single
from ed_contract.checks import judge
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.behaviour import OF_LISTS
from ed_contract.credential_command import renew
from ed_contract.exceptions import UsageError
from ed_contract.finding import Crash, Finding, Held, Observation, Unclear
from ed_contract.interaction import AGAIN, PROBE, Interaction, NotSent, Request
from ed_contract.judging import Judged, Judging
from ed_contract.options import Settings
from ed_contract.parsing import object_of
from ed_contract.phases import phase_named
from ed_contract.planning import example as page_example
from ed_contract.record.history import History
from ed_contract.record.steps import flat, rescheduled, steps_of
from ed_contract.report.json_report import contract_of
from ed_contract.report.text import ENDS
from ed_contract.requirement import Level, Need
from ed_contract.runner import Keys, PlannedPhase, Sender, execute
from ed_contract.runner.events import End, Event, RunFinished
from ed_contract.runner.preflight import require_judgeable
from ed_contract.transport import Target, open_transport
from ed_contract.transport.nodes import nodes_of
from ed_contract.verdict import Verdict

AGE = 2.2  # seconds; as old as keys are in a run before they are asked for again, and a little older
RACES = 20  # times that a burst is sent until its race is lost
MOST = 2000  # requests for one finding

_NAMED = {"robustness/keeps-serving": PROBE, "robustness/answers": AGAIN}
"""Requirements that are judged by requests of one phase only."""

# Where no other parameters were a conflict before, one that is none says that conflicts are not told at all.
ALIKE = {"idempotency/conflict/every-parameter": "idempotency/conflict/status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A finding as a JSON report has it, with what it takes to see it again."""

    number: int  # 1 for the first of the report
    requirement: str
    fault: str
    steps: tuple[Step | Burst, ...]
    between: int  # other keys that are used before the last step
    api_version: str  # that the requests were written for; "" for none
    contract: Contract = field(default=CONTRACT, repr=False)
    replicas: tuple[str, ...] = ()  # base URLs of the further nodes of the service
    strict: bool = False  # whether its run failed for a SHOULD too

    @property
    def level(self) -> Level:
        """The level of the requirement."""
        return self.contract.requirement(self.requirement).level

    def __str__(self) -> str:
        """Return the finding's number and identity, as they are printed."""
        return f"{self.number} {self.requirement} [{self.fault}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The outcome for a finding: FAIL if it reproduces, PASS if not, INCONCLUSIVE if it could not be judged."""

    recorded: Recorded
    verdict: Verdict
    reason: str  # the actual answer this time, or why it could not be judged


def load(text: str) -> tuple[str, tuple[Recorded, ...]]:
    """Return the URL that a JSON report is about, and its findings in their order.

    Raises:
        UsageError: it is not a JSON report of this version of the tool, or one about a client.
    """
    try:
        document = json.loads(text)
        found = [one for row in document["requirements"] for one in row["findings"]]
        if any(one["requirement"].startswith("client/") for one in found):
            raise UsageError("the report is about a client\nrun `ed-contract client` again, as its findings say.")
        contract, replicas = contract_of(document), tuple(map(str, document.get("replicas", ())))
        strict = document.get("strict") is True
        recorded = (_recorded(contract, number, one, replicas, strict=strict) for number, one in enumerate(found, 1))
        return str(document["target"]), tuple(sorted(recorded, key=lambda one: one.number))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            "not a JSON report of this version of ed-contract\n`ed-contract run URL --report json=PATH` writes one."
        ) from error


def _recorded(
    contract: Contract, number: int, finding: Mapping[str, Any], replicas: tuple[str, ...], *, strict: bool
) -> Recorded:
    interactions = [replace(_interaction(one), contract=contract) for one in finding["interactions"]]
    headers = {name.lower(): value for name, value in interactions[-1].request.headers}
    return Recorded(
        number=finding.get("number", number),  # older reports have none
        requirement=contract.requirement(finding["requirement"]).id,
        fault=finding["fault"],
        steps=steps_of(interactions),
        between=finding["between"],
        api_version=headers.get(contract.headers.version.lower(), ""),
        contract=contract,
        replicas=replicas,
        strict=strict,
    )


def _interaction(one: Mapping[str, Any]) -> Interaction:
    body = one["body"]["text"].encode() if "text" in one["body"] else base64.b64decode(one["body"]["base64"])
    headers = tuple((name, value) for name, value in one["headers"])
    return Interaction(
        number=one["number"],
        phase=phase_named(one["phase"]),
        case=Case(
            name=one["case"],
            body=body,
            params=object_of(body),
            expectation=Expectation(one["expectation"]),
            mutation=None if one["mutation"] is None else Mutation(**one["mutation"]),
            media_type=next((value for name, value in headers if name.lower() == "content-type"), None),
            headers=tuple((name, value) for name, value in one["headers_form"]) if "headers_form" in one else None,
        ),
        key=one["key"],
        form=None if one["key_form"] is None else Key(**one["key_form"]),
        request=Request(
            method=one["method"],
            path=one["path"],
            headers=headers,
            body=body,
            credential=Credential(one["credential"]),
            hangs_up=HangUp(one["hangs_up"]) if "hangs_up" in one else None,
            node=one.get("node", ""),
            schedule=one.get("schedule"),
        ),
        answer=NotSent(reason="recorded"),
        attempts=one.get("attempts", 1),
        burst=one["burst"],
    )


def replay(
    recorded: Recorded,
    target: Target,
    *,
    replicas: Sequence[str] = (),
    restart: Callable[[], None] | None = None,
    on_event: Callable[[Event], None] = lambda _: None,
) -> Replayed:
    """Send a recorded finding's requests again, under fresh keys, and judge the answers.

    Args:
        recorded: the finding, from `load`.
        target: the server; not necessarily that of the report.
        replicas: base URLs of the further nodes of the service, in the order of the report.
        restart: as in `run`, for findings that show after a restart.
        on_event: called with every event.

    Raises:
        TargetError: the target cannot be judged: it is unreachable, refuses the credentials, or has no such route.
    """
    contract = recorded.contract
    needs_restart = contract.requirement(recorded.requirement).need is Need.RESTART_COMMAND
    if needs_restart and restart is None:
        return _undecided(recorded, "needs --restart-command")
    if not target.second_api_key and any(one.credential is Credential.SECOND for one in flat(recorded.steps)):
        return _undecided(recorded, "needs --second-api-key")
    asked = {one.node for one in flat(recorded.steps)} & {*recorded.replicas}
    if len(replicas) < len(recorded.replicas) and asked:
        times = f" {len(recorded.replicas)} times" if len(recorded.replicas) > 1 else ""
        return _undecided(recorded, f"needs --replica{times}")
    example = page_example(contract)
    target = replace(target, api_version=recorded.api_version, contract=contract)
    if target.credential_command:
        renew(target)
    nodes = nodes_of(target, replicas if asked else ())
    transport = open_transport(target, nodes)
    try:
        watch = _Watch(recorded)
        for event in execute(
            _phases(_at_nodes(recorded, list(nodes)), example, restarts=needs_restart),
            Sender(
                transport,
                target,
                Keys.of(target.contract, target.key_format),
                Settings(max_requests=MOST),
                nodes=nodes,
            ),
            Judging(watch.judged),
            enough=lambda observations: any(isinstance(one, Finding) for one in observations),
            on_first=lambda first: require_judgeable(first, nodes.get(first.node, target)),
            probe=example,
            restart=restart,
        ):
            watch.see(event)
            on_event(event)
    finally:
        transport.close()
    return watch.outcome()


def _at_nodes(recorded: Recorded, nodes: list[str]) -> Recorded:
    """Return the finding with its steps sent to the nodes that there are now, each to the one in its place."""
    now = dict(zip(recorded.replicas, nodes[1:], strict=False))

    def moved(step: Step) -> Step:
        return replace(step, node=now.get(step.node, ""))

    return replace(recorded, steps=tuple(_each(step, moved) for step in recorded.steps))


def _undecided(recorded: Recorded, reason: str) -> Replayed:
    return Replayed(recorded=recorded, verdict=Verdict.INCONCLUSIVE, reason=reason)


def _phases(recorded: Recorded, example: Case, *, restarts: bool) -> list[PlannedPhase]:
    """Return what to send: the page's example, to see that the target can be judged, and then the steps."""
    lists = recorded.requirement in OF_LISTS
    label = recorded.contract.parts.identity.label if lists else ""
    steps = tuple(_each(step, partial(_kept, label=label)) for step in recorded.steps)
    races = RACES if any(map(_hangs_on_time, steps)) and not lists else 1
    first = [PlannedPhase(name="preflight", sequences=(single(example),))]
    phase = _NAMED.get(recorded.requirement, "")
    if not (recorded.between or restarts or phase or lists) or races > 1:
        # Of a race each try has keys of its own, so that the labels are those of the sequence again.
        tried = CaseSequence(name="replay", steps=recorded.steps)
        again = replace(tried, steps=rescheduled(recorded.steps))  # the code may have changed, and its turns with it
        return [*first, PlannedPhase(name="replay", sequences=(tried, *(again,) * (races - 1)))]
    others = (single(example),) * recorded.between
    before, after = (CaseSequence(name="replay", steps=some) for some in (steps[:-1], steps[-1:]))
    return [
        *first,
        PlannedPhase(name="replay", sequences=(*([before] if before.steps else []), *others)),
        PlannedPhase(
            name=phase or "replay, later",
            sequences=(after,),
            age=AGE if recorded.between else 0.0,
            restarts=restarts,
            lists=lists,
        ),
    ]


def _hangs_on_time(step: Step | Burst) -> bool:
    """Whether what a step shows depends on who is faster."""
    return isinstance(step, Burst) or step.hangs_up is not None


def _each(step: Step | Burst, change: Callable[[Step], Step]) -> Step | Burst:
    """Return a step, or all those of a burst, changed."""
    return replace(step, steps=tuple(map(change, step.steps))) if isinstance(step, Burst) else change(step)


def _kept(step: Step, *, label: str) -> Step:
    """Return the step with a key whose value is kept over the whole run, and with a name of its own at the label."""
    if step.key is None:
        return step
    case = replace(step.case, unique=label) if label and step.case.params is not None else step.case
    return replace(step, case=case, key=replace(step.key, label=f"@{step.key.label}"))


class _Watch:
    """Notes what is observed of one requirement."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._observed: list[Observation] = []
        self._answers: list[str] = []
        self._finished = RunFinished(end=End.FINISHED, requests=0, seconds=math.nan)

    def judged(self, interaction: Interaction, history: History) -> tuple[Observation, ...]:
        """Judge an interaction in what the recorded finding is about; not the page's example."""
        if interaction.phase == "preflight":
            return ()
        self._answers.append("not at all" if interaction.status is None else str(interaction.status))
        rows = {self._recorded.requirement, ALIKE.get(self._recorded.requirement)}
        return tuple(one for one in judge(interaction, history) if one.requirement in rows)

    def see(self, event: Event) -> None:
        """Note an event."""
        if isinstance(event, Judged):
            self._observed += event.observations
        elif isinstance(event, RunFinished):
            self._finished = event

    def outcome(self) -> Replayed:
        """Return the outcome for the finding."""
        found = [one for one in self._observed if isinstance(one, Finding)]
        if found:
            return Replayed(recorded=self._recorded, verdict=Verdict.FAIL, reason=found[0].actual)
        if self._finished.end is not End.FINISHED:
            end = self._finished.end
            return _undecided(self._recorded, self._finished.note or ENDS.get(end, str(end)))
        if any(isinstance(one, Held) for one in self._observed):
            return Replayed(recorded=self._recorded, verdict=Verdict.PASS, reason="no longer reproduces")
        reasons = [one.reason for one in self._observed if isinstance(one, Unclear)]
        reasons += [
            f"a check crashed (a bug in ed-contract): {one.error}" for one in self._observed if isinstance(one, Crash)
        ]
        came = ", ".join(self._answers[-len(flat(self._recorded.steps)) :])
        return _undecided(
            self._recorded, reasons[0] if reasons else f"the requests were answered {came}, which does not show it"
        )
