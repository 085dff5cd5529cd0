"""A rule-based state machine over keys: creates, replays, conflicts and refusals in any order, each judged.

    from ed_contract import EventDestinationMachine

    class Mine(EventDestinationMachine):
        def send(self, body, headers):
            answer = my_client.post(PATH, content=body, headers=headers)
            return answer.status_code, answer.headers, answer.content

    TestMine = Mine.TestCase

Hypothesis chooses the steps; a `Session` judges each in the light of those before it.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule
from hypothesis.strategies import integers

from ed_contract.case import Case, Key, Params, Step
from ed_contract.cases.near import changes
from ed_contract.contract import CONTRACT
from ed_contract.interaction import Request, Response, response
from ed_contract.session import Session
from ed_contract.strategies import create_params, mutated_cases, valid_case
from ed_contract.transport import Lost, Target

Used = tuple[str, Params]
"""An idempotency key, and the create that it was used for."""
Refused = tuple[str, Case]
"""An idempotency key, and the create under it that breaks a requirement."""


MOST_TWINS = 40  # changes of a create that are tried


class EventDestinationMachine(RuleBasedStateMachine):
    """Finds sequences of creates that break a requirement; a finding raises `session.NotConforming`.

    A subclass overrides `send`, or sets `target` to a server or an application. Hypothesis shrinks the sequence
    and prints it as a program.
    """

    target: Target | str | None = None
    """The server's URL, or a Target, for a subclass that does not override `send`."""

    used: Bundle[Used] = Bundle("used")
    refused: Bundle[Refused] = Bundle("refused")

    def __init__(self) -> None:
        super().__init__()
        own = type(self).send is not EventDestinationMachine.send
        if not own and self.target is None:
            raise TypeError(f"{type(self).__name__} neither sets `target` nor overrides `send`")
        self.session = Session(self.target or "http://localhost", transport=_Own(self) if own else None)
        self._salt = secrets.token_hex(8)  # no other machine's keys, nor those of the example before
        self._keys = 0

    def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Send one create and return status, headers and body of the answer. Override it to use your own client.

        Args:
            body: the request's body, usually JSON.
            headers: the request's headers, including the idempotency key; add the credential yourself.
        """
        raise NotImplementedError

    @rule(target=used, params=create_params())
    def create(self, params: dict[str, Any]) -> Used:
        """Create a destination under a key of its own."""
        key = self._fresh_key()
        self._sent(valid_case(params), key)
        return key, params

    @rule(used=used)
    def replay(self, used: Used) -> None:
        """Send a create again under its key."""
        key, params = used
        self._sent(valid_case(params, "the same again"), key)

    @rule(used=used, params=create_params())
    def conflict(self, used: Used, params: dict[str, Any]) -> None:
        """Send another create under a used key."""
        key, _ = used
        self._sent(valid_case(params, "same key, another create"), key)

    @rule(params=create_params())
    def create_without_key(self, params: dict[str, Any]) -> None:
        """Create a destination without a key."""
        self._sent(valid_case(params, "no key"), None)

    @rule(target=refused, mutated=mutated_cases())
    def refuse(self, mutated: Case) -> Refused:
        """Send a create that breaks one requirement."""
        key = self._fresh_key()
        self._sent(mutated, key)
        return key, mutated

    @rule(refused=refused)
    def refuse_again(self, refused: Refused) -> None:
        """Send a create that breaks a requirement again under its key."""
        key, mutated = refused
        self._sent(mutated, key)

    @rule(target=used, refused=consumes(refused), params=create_params())
    def mend(self, refused: Refused, params: dict[str, Any]) -> Used:
        """Create a destination under a key whose first create breaks a requirement."""
        key, _ = refused
        self._sent(valid_case(params, "after a refusal"), key)
        return key, params

    @rule(used=used, mutated=mutated_cases())
    def refuse_under_a_used_key(self, used: Used, mutated: Case) -> None:
        """Send a create that breaks one requirement under a used key."""
        key, _ = used
        self._sent(mutated, key)

    @rule(used=used, number=integers(0, MOST_TWINS - 1))
    def change(self, used: Used, number: int) -> None:
        """Send a create under its key with one thing changed."""
        key, params = used
        twins = list(islice(changes(CONTRACT, params), number + 1))
        if twins:
            self._sent(valid_case(twins[-1].params, f"same key, {twins[-1]}"), key)

    def _fresh_key(self) -> str:
        self._keys += 1
        return f"machine-{self._salt}-{self._keys}"

    def _sent(self, sent: Case, key: str | None) -> None:
        __tracebackhide__ = True
        self.session.send(Step(case=sent, key=None if key is None else Key(template=key)))

    def teardown(self) -> None:
        """Close the connections."""
        self.session.close()


class _Own:
    """The transport that a subclass is."""

    def __init__(self, machine: EventDestinationMachine) -> None:
        self._machine = machine

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        del until  # when to give up is the machine's own affair
        status, headers, body = self._machine.send(request.body, dict(request.headers))
        return response(status, tuple((name.lower(), value) for name, value in headers.items()), body)

    def burst(self, requests: Sequence[Request], *, until: float = math.inf) -> list[Response | Lost]:
        return [self.send(request, until=until) for request in requests]

    def disconnect(self) -> None:
        """There is nothing to close."""

    def close(self) -> None:
        """There is nothing to close."""
