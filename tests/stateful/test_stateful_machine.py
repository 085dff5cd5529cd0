"""The state machine over a transport of one's own: quiet on a right server, and short on a broken one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from werkzeug.test import Client

from ed_contract import EventDestinationMachine
from ed_contract.reference import PATH, Reference
from ed_contract.session import NotConforming
from ed_contract.zoo import MUTANTS

NAMED = {one.name: one.make for one in MUTANTS}
SETTINGS = settings(
    max_examples=25, stateful_step_count=6, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def machine(server):
    """Return a machine that calls an application in process."""

    class Machine(EventDestinationMachine):
        """Sends with werkzeug's test client."""

        def send(self, body, headers):
            answer = Client(server).post(PATH, data=body, headers={"Authorization": "Bearer sk_test_a", **headers})
            return answer.status_code, answer.headers, answer.data

    return Machine


def test_a_right_server_is_not_accused():
    """Whatever the order."""
    with Reference() as app:
        run_state_machine_as_test(machine(app), settings=SETTINGS)


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("key-ignored", "1. FAIL idempotency/replay "),
        ("description-not-compared", "1. FAIL idempotency/conflict/"),
        ("name-optional", "1. FAIL request/name/required [removed] "),
    ],
)
def test_a_broken_server_is_caught(name, finding):
    """The finding is what is raised."""
    with NAMED[name]() as app, pytest.raises(NotConforming) as raised:
        run_state_machine_as_test(machine(app), settings=settings(SETTINGS, max_examples=200))
    assert str(raised.value).startswith(finding)


def test_a_machine_needs_a_server():
    """One that has neither says so when it is made."""
    with pytest.raises(TypeError, match=r"^EventDestinationMachine neither sets `target` nor overrides `send`$"):
        EventDestinationMachine()
