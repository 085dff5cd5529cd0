"""Runs that hang up on purpose: over connections, in process, and by the record."""

from __future__ import annotations

from functools import partial

import pytest

from ed_contract import Target, judge, run
from ed_contract.case import HangUp, Step
from ed_contract.checks.echo import shows_what_was_sent
from ed_contract.contract import CONTRACT
from ed_contract.finding import Held
from ed_contract.interaction import Glimpse
from ed_contract.judging import Judged
from ed_contract.planning import example
from ed_contract.reference import Reference, serve
from ed_contract.runner import Keys, Sender
from ed_contract.runner.ledger import DestinationLedger
from ed_contract.transport import open_transport
from ed_contract.verdict import Verdict

LOST = "idempotency/lost-answer"
KEYS = {"api_key": "sk_test_a"}


@pytest.fixture
def url():
    """Serve the reference."""
    with Reference() as reference, serve(reference) as server:
        yield server.url


def row(report):
    """Return what is said of the requirement."""
    (found,) = (one for one in report.requirements if one.requirement.id == LOST)
    return found


def test_a_right_server_replays_what_was_lost(url, tmp_path):
    """Each time; nothing is counted as lost, and whoever judges the record comes to the same."""
    told = []
    record = tmp_path / "record.ndjson"
    report = run(Target(url=url, **KEYS), only=[LOST], on_event=told.append, record=str(record))
    glimpses = [
        one.interaction for one in told if isinstance(one, Judged) and isinstance(one.interaction.answer, Glimpse)
    ]
    held = [one for event in told if isinstance(event, Judged) for one in event.observations if isinstance(one, Held)]
    assert {one.request.hangs_up for one in glimpses} == set(HangUp)
    assert len(held) == 10
    assert (row(report).verdict, report.findings) == (Verdict.PASS, ())
    assert [(phase.lost, phase.repeated) for phase in report.phases] == [(0, 0)] * len(report.phases)
    again = row(judge(record))
    assert (again.verdict, again.observations, again.inconclusive) == (
        Verdict.PASS,
        row(report).observations,
        row(report).inconclusive,
    )


def test_in_process_there_is_no_line_that_could_be_cut():
    """Nothing of it is sent, and the requirement does not apply."""
    told = []
    with Reference() as app:
        report = run(Target.of_app(app, **KEYS), only=[LOST], on_event=told.append)
    assert (row(report).verdict, row(report).reason, row(report).applies) == (
        Verdict.SKIPPED,
        "needs a direct connection",
        False,
    )
    assert not [one for one in told if isinstance(one, Judged) and one.interaction.request.hangs_up]


def test_what_is_made_of_a_lost_create_is_deleted(url):
    """Its key is asked for again, to learn the id: then we read the answer."""
    target = Target(url=url, **KEYS)
    transport = open_transport(target)
    ledger = DestinationLedger(transport, shows=partial(shows_what_was_sent, CONTRACT))
    sender = Sender(ledger, target, Keys.of(CONTRACT, seed=0))
    for how in HangUp:
        interaction = sender.send(Step(case=example(CONTRACT), hangs_up=how), phase="keys", values={})
        assert isinstance(interaction.answer, Glimpse)
        assert (interaction.attempts, interaction.lost, interaction.unanswered) == (1, False, 0)
    cleaned = ledger.clean_up()
    transport.close()
    assert (cleaned.deleted, cleaned.left, cleaned.unknown) == (3, 0, 0)
