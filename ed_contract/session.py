"""For tests of your own: send creates, each judged by all checks in the light of those before it.

    from ed_contract import Session
    from ed_contract.strategies import PAGE_EXAMPLE

    with Session("http://127.0.0.1:8000", api_key="sk_test_a") as session:
        made = session.create(PAGE_EXAMPLE)
        again = session.create(PAGE_EXAMPLE, key=made.key)
        assert again.created["id"] == made.created["id"]

Knows no phases and no plan: the caller decides what is sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from ed_contract.case import Case, Key, Params, Step, case
from ed_contract.checks import judge_selected
from ed_contract.checks import judged as judges
from ed_contract.contract import CONTRACT, Contract, settled
from ed_contract.credential_command import renew
from ed_contract.exceptions import ToolError, UsageError
from ed_contract.expecting import expected
from ed_contract.finding import Crash
from ed_contract.interaction import AGAIN, Interaction
from ed_contract.judging import Judged, Judging
from ed_contract.options import DEFAULTS, Settings
from ed_contract.planning import example
from ed_contract.recording import Recorder
from ed_contract.report import Report, ReportBuilder
from ed_contract.report.redaction import Redactor
from ed_contract.report.showing import Showing
from ed_contract.report.text import finding_lines
from ed_contract.runner import Keys, Sender
from ed_contract.runner.events import End, RunFinished, RunStarted
from ed_contract.runner.preflight import require_judgeable
from ed_contract.runner.questions import Questions
from ed_contract.runner.retry import AT_LAST
from ed_contract.transport import Target, Transport, open_transport
from ed_contract.transport.by_name import target_of_call
from ed_contract.transport.target import target_of

MAX_REQUESTS = 1_000_000  # a session ends with its tests


class NotConforming(AssertionError):  # noqa: N818 - reads as the state it names
    """The target breaks a requirement; the message is the finding as printed."""


class Session:
    """Sends creates to one target and judges each; the history is that of all creates so far."""

    def __init__(
        self,
        target: Target | str,
        settings: Settings = DEFAULTS,
        *,
        contract: Contract | Path | str | None = None,
        transport: Transport | None = None,
        recorder: Recorder | None = None,
        **changes: Any,  # noqa: ANN401 - fields of Settings
    ) -> None:
        """Open a session.

        Args:
            target: the server.
            settings: as in `run`; used here are `strict`, which raises SHOULD findings too, and
                `request_retries`.
            contract: what is judged, if not the page, as in `run`.
            transport: sends the requests; by default the target's.
            recorder: writes the record; its opener closes it.
            changes: settings that override those of `settings`, e.g. `strict=True`.

        Raises:
            UsageError: the target cannot be opened, or a setting is unknown.
        """
        chosen, wanted = settled(settings, contract, {**changes, "max_requests": MAX_REQUESTS})
        self.target = target_of(target_of_call(chosen, target, wanted, changes) or target)
        self._contract = self.target.contract
        self._strict = chosen.strict
        if self.target.credential_command and transport is None:
            renew(self.target)
        self._transport = open_transport(self.target) if transport is None else transport
        self._sender = Sender(
            self._transport,
            self.target,
            Keys.of(self.target.contract, self.target.key_format),
            chosen,
        )
        self._judging = Judging(partial(judge_selected, frozenset(self._contract.requirements)))
        self._questions = Questions(
            self._sender,
            self._judging.history,
            example(self._contract),
            make_room=lambda: None,
            add=self._add,
            renew=partial(renew, self.target) if self.target.credential_command else None,
        )
        self._redact = Redactor.of(self.target)
        self._recorder, self._began = recorder, time.monotonic()
        self._started = RunStarted.about(
            self._contract, target=str(self.target), seed=0, phases=(), at_most=MAX_REQUESTS, whole=False
        )
        if recorder is not None:
            recorder.of(self.target)
            recorder.event(self._started)

    def create(
        self, params: Params, *, key: str | None = None, include: Iterable[str] | str | None = None
    ) -> Interaction:
        """Send one create and return the interaction.

        Args:
            params: the create's parameters. What the page allows and any server can take must be accepted; what
                breaks one requirement must be refused; anything else may be either, but must be answered correctly.
            key: the idempotency key, sent unchanged; None for a fresh one.
            include: a member or members to include, instead of those in `params`.

        Raises:
            NotConforming: the target breaks a MUST requirement (in a strict session also SHOULD).
            TargetError: the first answer shows that the target cannot be judged.
        """
        __tracebackhide__ = True
        wanted = [include] if isinstance(include, str) else include
        sent = dict(params) if wanted is None else {**params, self._asked_in: list(wanted)}
        return self.send(Step(case=case_of(sent, self._contract), key=Key() if key is None else Key(template=key)))

    @property
    def _asked_in(self) -> str:
        """The parameter that asks for members shown only on request."""
        for one in self._contract.parts.on_request:
            return one.asked_in
        raise UsageError(
            "nothing to include: the contract has no members that are shown only on request\nleave it out."
        )

    def send(self, step: Step) -> Interaction:
        """Send one step and return the interaction; it raises what `create` raises."""
        __tracebackhide__ = True
        interaction = self._sender.send(step, phase="session", values={})
        if not len(self._judging.history):
            require_judgeable(interaction, self.target)
        judged = self._judged(interaction)
        if interaction.is_unanswered:  # and a plain create was asked for: if that is answered, so should this be
            interaction = self._sender.send_again(interaction, phase=AGAIN, tries=AT_LAST)
            judged += self._judged(interaction)
        builder = ReportBuilder(self._contract.select(), judged=judges(self._contract), strict=self._strict)
        builder.add(self._started)
        for one in judged:
            builder.add(one)
        report = replace(builder.report(), showing=Showing(target=self.target))
        for crash in (crash for one in judged for crash in one.observations if isinstance(crash, Crash)):
            raise ToolError(f"a check crashed (a bug in ed-contract): {crash.check}: {crash.error}", report=report)
        if report.failing:
            raise NotConforming("\n".join(self._said(report)))
        return interaction

    def _judged(self, interaction: Interaction) -> list[Judged]:
        """Record an interaction, ask what its answer is about if there is doubt, and judge it."""
        self._add(interaction)
        self._questions.about([interaction])
        return [one for one in self._judging.judged() if not one.interaction.is_probe]

    def _add(self, entry: Interaction) -> None:
        self._judging.add(entry)
        if self._recorder is not None:
            self._recorder.entry(entry)

    def _said(self, report: Report) -> Iterator[str]:
        """Yield the findings as printed, but for the line that repeats them in a run: it sends other creates."""
        for bug in report.failing:
            requirement = self._contract.requirements[bug.finding.requirement]
            *lines, _again = finding_lines(bug, requirement, report, self._redact)
            yield from (line.text for line in lines)

    def close(self) -> None:
        """Close the connections, and end the record."""
        if self._recorder is not None:
            seconds = time.monotonic() - self._began
            self._recorder.event(RunFinished(end=End.FINISHED, requests=self._sender.requests, seconds=seconds))
            self._recorder = None
        self._transport.close()

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()


def case_of(params: Mapping[str, Any], contract: Contract = CONTRACT) -> Case:
    """Return the case that sends these params, with what the page says must become of them.

    ACCEPT is for what no strict server has a reason to refuse, REJECT for what breaks the schema. The rest is EITHER:
    a test's own odd values are to be no false alarm.
    """
    expectation, mutation = expected(contract, params)
    return case("a create", params, expectation, mutation=mutation)
