"""Literal interactions, for tests of checks without a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ed_contract.case import Case, Credential, Expectation, Key, Mutation, encode
from ed_contract.checks import judge
from ed_contract.contract import CONTRACT, Contract
from ed_contract.finding import Finding, Held, Observation, Unclear
from ed_contract.interaction import Answer, Interaction, NoAnswer, Request, response
from ed_contract.record.history import History

WEBHOOK = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/hook"},
}
EVENTBRIDGE = {
    "name": "Ledger",
    "type": "amazon_eventbridge",
    "event_payload": "snapshot",
    "enabled_events": ["customer.created"],
    "snapshot_api_version": "2024-09-30.acacia",
    "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
}


def destination(params: dict[str, Any], identifier: str = "ed_1", **changes: Any) -> dict[str, Any]:
    """Return the object that a right server creates from `params`, with top-level `changes`."""
    include = params.get("include") or []
    webhook = bridge = None
    if params["type"] == "webhook_endpoint":
        webhook = {
            "signing_secret": f"whsec_{identifier}" if "webhook_endpoint.signing_secret" in include else None,
            "url": params["webhook_endpoint"]["url"] if "webhook_endpoint.url" in include else None,
        }
    else:
        bridge = {
            "aws_account_id": params["amazon_eventbridge"]["aws_account_id"],
            "aws_event_source_arn": "arn:aws:events:eu-west-1::event-source/aws.partner/stripe.com/ed_1",
            "aws_event_source_status": "pending",
        }
    return {
        "id": identifier,
        "object": "v2.core.event_destination",
        "created": "2026-01-02T03:04:05.678Z",
        "updated": "2026-01-02T03:04:05.678Z",
        "livemode": False,
        "status": "enabled",
        "status_details": None,
        "name": params["name"],
        "type": params["type"],
        "event_payload": params["event_payload"],
        "enabled_events": params["enabled_events"],
        "description": params.get("description"),
        "events_from": params.get("events_from", ["self"]),
        "metadata": params.get("metadata", {}),
        "snapshot_api_version": params.get("snapshot_api_version"),
        "webhook_endpoint": webhook,
        "amazon_eventbridge": bridge,
    } | changes


def answered(
    document: object, status: int = 200, media_type: str | None = "application/json", *, location: str = ""
) -> Answer:
    """Return an answer with `document` as JSON; bytes are sent as they are."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = (("content-type", media_type), ("location", location))
    return response(status, tuple((name, value) for name, value in headers if value), body)


def conflict(code: str = "idempotency_error") -> Answer:
    """Return a right answer to a conflict, or one with another code."""
    return answered({"error": {"code": code, "message": "used before"}}, 409)


class Run:
    """A run by hand: give the requests and the answers, and read what the checks observe."""

    def __init__(self, contract: Contract = CONTRACT) -> None:
        self.history, self._contract = History(), contract
        self.observations: list[Observation] = []

    def exchange(
        self, params: dict[str, Any] | bytes, answer: Answer | None = None, **options: Any
    ) -> list[Observation]:
        """Record one interaction and return what the checks observe; no answer means a right 2xx."""
        return self.judge(self.add(params, answer, **options))

    def add(self, params: dict[str, Any] | bytes, answer: Answer | None = None, **options: Any) -> Interaction:
        """Record one interaction and return it; it is judged later, or not at all."""
        interaction = self._interaction(params, answer, **options)
        self.history.add(interaction)
        return interaction

    def judge(self, interaction: Interaction) -> list[Observation]:
        """Return what the checks observe of an interaction, given everything recorded."""
        observed = list(judge(interaction, self.history))
        self.observations += observed
        return observed

    def burst(
        self,
        sent: list[tuple[dict[str, Any], Answer]],
        *,
        keys: Sequence[str] = (),
        nodes: Sequence[str] = (),
        burst: int = 1,
        **options: Any,
    ) -> None:
        """Record requests sent concurrently under the key `burst`, or one key each, and judge each."""
        together = [
            replace(self._interaction(params, answer, key=key, node=node, number=number, **options), burst=burst)
            for number, (key, node, (params, answer)) in enumerate(
                zip(keys or ["burst"] * len(sent), nodes or [""] * len(sent), sent, strict=True), len(self.history) + 1
            )
        ]
        for interaction in together:
            self.history.add(interaction)
        for interaction in together:
            self.observations += judge(interaction, self.history)

    def _interaction(
        self,
        params: dict[str, Any] | bytes,
        answer: Answer | None,
        *,
        key: str | None = None,
        form: Key | None = None,
        expectation: Expectation = Expectation.ACCEPT,
        mutation: Mutation | None = None,
        phase: str = "smoke",
        lost: bool = False,
        unanswered: int = 0,
        attempts: int = 1,
        body: bytes | None = None,
        credential: Credential = Credential.FIRST,
        node: str = "",
        number: int | None = None,
        headers: tuple[tuple[str, str], ...] | None = None,
    ) -> Interaction:
        number = number or len(self.history) + 1
        parsed = None if isinstance(params, bytes) else params
        case = Case(
            name="a case",
            body=body or (params if isinstance(params, bytes) else encode(params)),
            params=parsed,
            expectation=expectation,
            mutation=mutation,
            headers=headers,
        )
        if answer is None:
            assert parsed is not None
            answer = answered(destination(parsed, f"ed_{number}"))
        key = key if key is not None or form is not None else f"key-{number:032}"
        return Interaction(
            number=number,
            phase=phase,
            case=case,
            key=None if form is NO_KEY else key,
            form=None if form is NO_KEY else form or Key(),
            request=Request(method="POST", path="/", headers=(), body=case.body, credential=credential, node=node),
            answer=answer,
            lost=lost,
            attempts=attempts,
            unanswered=unanswered or int(isinstance(answer, NoAnswer)),
            contract=self._contract,
        )

    @property
    def findings(self) -> list[tuple[str, str]]:
        """The identities of all findings so far, in order."""
        return [one.identity for one in self.observations if isinstance(one, Finding)]

    @property
    def crashes(self) -> list[Observation]:
        """Observations that are neither held, unclear nor findings."""
        return [one for one in self.observations if not isinstance(one, Finding | Held | Unclear)]

    def held(self, requirement: str) -> bool:
        """Whether some interaction showed that `requirement` held."""
        return any(isinstance(one, Held) and one.requirement == requirement for one in self.observations)

    def unclear(self, requirement: str) -> bool:
        """Whether some interaction showed nothing conclusive of `requirement`."""
        return any(isinstance(one, Unclear) and one.requirement == requirement for one in self.observations)


NO_KEY = Key(label="none", template="")
"""As the `form` of an exchange: the request has no Idempotency-Key."""

NOTHING = NoAnswer(reason="timed out")
