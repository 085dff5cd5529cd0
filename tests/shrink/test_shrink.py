"""Shrinking as a client: what it sends and judges by is handed in, here a server that is one function."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, answered, destination

from ed_contract.case import Step, case
from ed_contract.cases.creates import plainest
from ed_contract.contract import CONTRACT
from ed_contract.contract.resending import resending
from ed_contract.expecting import expected
from ed_contract.finding import Finding
from ed_contract.interaction import Interaction, Request
from ed_contract.record.history import History
from ed_contract.record.steps import flat
from ed_contract.runner.dedup import together
from ed_contract.runner.limits import CapReached
from ed_contract.shrink import Moves, Shrinking

RESENDING = resending(CONTRACT.parts.idempotency)
PLAIN = plainest(CONTRACT)
MOVES = Moves(CONTRACT.request_schema, PLAIN, lambda params: expected(CONTRACT, params)[0])
RICH = EVENTBRIDGE | {
    "name": "Ledger 2",
    "description": "Feeds the ledger",
    "events_from": ["self", "other_accounts"],
    "metadata": {"team": "billing", "region": "east"},
}


class Client:
    """Sends to a function that says whether a case shows the fault, and judges by that."""

    def __init__(self, shows, *, requirement="echo/metadata", status=200):
        self._shows, self._requirement, self._status = shows, requirement, status
        self._shown = set()
        self.history, self.sent = History(), []

    def send(self, steps):
        """Send steps one by one."""
        for number, step in enumerate(flat(steps), len(self.history) + 1):
            shows = self._shows(step.case)
            self.sent.append(step.case)
            self._shown.update({number} if shows else ())
            request = Request(method="POST", path="/", headers=(), body=step.case.body)
            answer = answered(destination(step.case.params), self._status if shows else 200)
            one = Interaction(
                number=number, phase="shrink", case=step.case, key=None, form=None, request=request, answer=answer
            )
            self.history.add(one)
            yield [one]

    def judge(self, interactions):
        """Yield a finding for what shows the fault."""
        for one in interactions:
            if one.number in self._shown:
                yield Finding(requirement=self._requirement, fault="changed", expected="a", actual="b", evidence=(one,))

    def results(self, given, limit=100):
        """Yield what shrinking makes of a finding that a case gave; what is sent for that is in `sent` then."""
        shrinking = Shrinking(self.history, MOVES, RESENDING, together)
        for came in self.send([Step(case=given)]):
            shrinking.remember(self.judge(came))
        self.sent.clear()
        yield from shrinking.results(self.send, self.judge, limit)


def test_it_shrinks_to_what_the_fault_takes():
    """Type and one entry of the metadata; everything else is plain, or left out."""
    client = Client(lambda one: one.params["type"] == "amazon_eventbridge" and "team" in one.params.get("metadata", {}))
    (result,) = client.results(case("a case", RICH))
    assert dict(result.finding.evidence[-1].case.params) == {
        "name": "Orders",
        "type": "amazon_eventbridge",
        "event_payload": "thin",
        "enabled_events": ["v1.billing.meter.error_report_triggered"],
        "amazon_eventbridge": {"aws_account_id": "123456789012", "aws_region": "us-east-1"},
        "metadata": {"team": "billing"},
    }
    assert (result.finding.matters, result.finding.repeats) == (("metadata", "type"), True)


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_it_sends_no_more_than_it_may(limit):
    """What was reached until then is told, before that is raised."""
    client = Client(lambda one: "metadata" in one.params)
    results = client.results(case("a case", RICH), limit)
    assert next(results).finding.repeats is None
    with pytest.raises(CapReached):
        next(results)
    assert len(client.sent) == limit


def test_what_may_not_be_sent_again_is_not():
    """Wrong credentials among others."""
    assert {row.id for row in CONTRACT.requirements.values() if row.area == "auth"} <= RESENDING.never
    for row in sorted(RESENDING.never):
        client = Client(lambda _: True, requirement=row)
        assert list(client.results(case("a case", WEBHOOK))) == []
        assert client.sent == []


def test_ids_that_are_special_are_those_of_requirements():
    """None is left over from a requirement that was renamed."""
    named = {*RESENDING.never, *RESENDING.races, *RESENDING.explained, *(row for row, _ in RESENDING.vague)}
    assert named | {one.by for one in RESENDING.explained.values()} <= set(CONTRACT.requirements)


def test_what_fails_now_and_then_is_sent_once_more_after_a_plain_create():
    """Here it fails unless the last create was the same."""
    given = replace(case("a case", WEBHOOK), body=b"another form")
    last = []

    def shows(one):
        last.append(one)
        return one is given and last[-2:-1] != [given]

    client = Client(shows, status=500)
    (result,) = client.results(given)
    assert [one.name for one in client.sent] == ["a case", "a plain create", "a case"]
    assert [one.case.name for one in result.finding.evidence] == ["a plain create", "a case"]
    assert result.finding.repeats is True


def test_what_is_never_seen_again_does_not_repeat():
    """Neither by itself nor after a plain create, where it failed."""
    for status, names in ((500, ["a case", "a case", "a plain create", "a case"]), (200, ["a case", "a case"])):
        once = iter([True])
        client = Client(lambda _, once=once: next(once, False), status=status)
        (result,) = client.results(case("a case", RICH))
        assert [one.name for one in client.sent] == names
        assert result.finding.repeats is False


def test_moves_follow_from_the_schema():
    """Optional parameters are left out, options made plain with what goes with them, and then the rest."""
    about = [(move.about, sorted(move.touches - {move.about})) for move in MOVES.whole]
    assert about == [
        ("description", []),
        ("events_from", []),
        ("include", []),
        ("metadata", []),
        ("snapshot_api_version", []),
        ("type", ["amazon_eventbridge", "webhook_endpoint"]),
        ("event_payload", ["enabled_events", "snapshot_api_version"]),
        ("enabled_events", []),
        ("name", []),
        ("description", []),
        ("snapshot_api_version", []),
        ("webhook_endpoint", []),
        ("amazon_eventbridge", []),
        ("amazon_eventbridge", []),
    ]
    assert MOVES.options == {"type", "event_payload", "events_from", "include"}


def test_texts_that_go_with_no_option_can_be_cut():
    """Where they are not plain."""
    assert list(MOVES.texts_of(RICH | {"snapshot_api_version": "2020-01-01"})) == ["name", "description"]
    assert list(MOVES.texts_of(PLAIN[0])) == []


def test_a_create_of_both_options_gets_the_events_of_its_payload():
    """Those of a plain snapshot, for a snapshot on EventBridge."""
    (move,) = (move for move in MOVES.whole if move.about == "enabled_events")
    assert move.change(RICH | {"enabled_events": ["invoice.paid"]})["enabled_events"] == ["customer.created"]
    assert move.change(RICH) is None
