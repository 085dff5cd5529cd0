"""Creates of a user's own against right servers that run out of something: whatever door is used, nobody is accused."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from werkzeug.test import Client

from ed_contract import EventDestinationMachine, Session, Target
from ed_contract.reference import PATH, Reference, RefusedError
from ed_contract.runner import questions

PLACES = 16


class Full(Reference):
    """Keeps sixteen destinations, and refuses more."""

    status, code, message = 400, "limit_exceeded", "Sixteen destinations at most."

    def insert(self, destination):
        if len(self.store.of_account(destination.account)) >= PLACES:
            raise RefusedError(self.status, self.code, self.message)
        super().insert(destination)


class FullInOtherWords(Full):
    """Refuses the seventeenth with nothing that speaks of room."""

    status, code, message = 422, "not_now", "No."


class Expires(Reference):
    """Refuses the key after twenty requests."""

    def set_up(self):
        self.seen = 0

    def account_of(self, key):
        self.seen += 1
        return super().account_of(key) if self.seen <= 20 else None


@pytest.mark.parametrize("server", [Full, FullInOtherWords, Expires])
def test_a_session_accuses_nobody_who_has_no_room(server, monkeypatch):
    """Every create from the seventeenth on is refused, and returned as it is."""
    monkeypatch.setattr(questions, "CREDENTIAL_PAUSE", 0.0)
    with server() as app, Session(Target.of_app(app, api_key="sk_test_a")) as session:
        statuses = [session.create(WEBHOOK | {"name": f"Orders {number}"}).status for number in range(40)]
    assert statuses[:10] == [200] * 10
    assert 200 not in statuses[-10:]


def test_a_state_machine_accuses_nobody_who_says_that_there_is_no_room():
    """The same, with keys used again and invalid creates in between; most machines begin when it is full."""
    with Full() as app:

        class Machine(EventDestinationMachine):
            def send(self, body, headers):
                answer = Client(app).post(PATH, data=body, headers={"Authorization": "Bearer sk_test_a", **headers})
                return answer.status_code, answer.headers, answer.data

        quick = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
        run_state_machine_as_test(Machine, settings=settings(max_examples=10, stateful_step_count=20, **quick))
