"""Are rare bugs found within the default budget, and do they shrink? Minima are asserted exactly."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import pytest

from ed_contract import Target, run
from ed_contract.reference import Reference, RefusedError, serve

PLAIN = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/"},
}


class LosesTheDescriptionOfSnapshots(Reference):
    """Loses the description of a snapshot destination on EventBridge."""

    def make(self, account, params):
        params = dict(params)
        if params["type"] == "amazon_eventbridge" and params["event_payload"] == "snapshot":
            params.pop("description", None)
        return super().make(account, params)


class CutsLongNames(Reference):
    """Cuts names at 255 characters."""

    def stored(self, place, value):
        return value[:255] if place == "name" else value


class RefusesOthersWithMetadata(Reference):
    """Refuses metadata beside events of other accounts."""

    def validate(self, params):
        super().validate(params)
        if params.get("metadata") and params.get("events_from") == ["other_accounts"]:
            raise RefusedError(400, "invalid_fields", "metadata: not with these sources")


class FailsOnEmoji(Reference):
    """Fails on characters beyond the first plane in the name."""

    def validate(self, params):
        super().validate(params)
        if any(ord(char) > 0xFFFF for char in params["name"]):
            raise ZeroDivisionError


def bug_of(server_class, requirement, fault=None, **options):
    """Return the one bug of a requirement that a run against the server finds."""
    with server_class() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), **options)
    assert report.end == "finished"
    (bug,) = (
        bug for bug in report.bugs if bug.finding.requirement == requirement and fault in {None, bug.finding.fault}
    )
    return bug


def params_of(bug):
    """Return the params that show the bug."""
    return dict(bug.finding.evidence[-1].case.params)


def test_a_bug_of_two_options_shrinks_to_those_two():
    """Type, payload and description matter; events, names, sources and metadata do not."""
    bug = bug_of(LosesTheDescriptionOfSnapshots, "echo/description")
    assert params_of(bug) == {
        "name": "Orders",
        "description": "Orders",
        "type": "amazon_eventbridge",
        "event_payload": "snapshot",
        "enabled_events": ["customer.created"],
        "amazon_eventbridge": {"aws_account_id": "123456789012", "aws_region": "us-east-1"},
    }
    assert bug.finding.matters == ("description", "event_payload", "type")


def test_a_long_text_shrinks_to_the_shortest_that_is_cut():
    """256 characters, one more than are kept."""
    bug = bug_of(CutsLongNames, "echo/name", phases=["boundaries"])
    assert {**params_of(bug), "name": "Orders"} == PLAIN
    assert len(params_of(bug)["name"]) == 256
    assert bug.finding.matters == ("name",)


def test_a_refusal_is_told_by_its_cause():
    """What matters is the fault, so that another refusal is another bug."""
    bug = bug_of(RefusesOthersWithMetadata, "request/valid")
    assert bug.finding.fault == "events_from=other_accounts, metadata"
    assert params_of(bug) == {**PLAIN, "events_from": ["other_accounts"], "metadata": params_of(bug)["metadata"]}
    assert len(params_of(bug)["metadata"]) == 1


def test_a_failure_on_one_kind_of_letter_shrinks_to_that_letter():
    """A valid create whose name has an emoji: one is enough."""
    bug = bug_of(FailsOnEmoji, "robustness/no-server-error", "name", phases=["smoke"])
    assert {**params_of(bug), "name": "Orders"} == PLAIN
    assert [ord(char) > 0xFFFF for char in params_of(bug)["name"]] == [True]


def test_several_bugs_at_once_are_as_many_findings():
    """None hides another."""

    class Five(LosesTheDescriptionOfSnapshots):
        """Breaks four things more."""

        conflict_status = 422

        def problems(self, params):
            unseen = {("name", "required"), ("event_payload", "enum")}
            return (one for one in super().problems(params) if (one.place, one.rule) not in unseen)

        def stored(self, place, value):
            return value.lower() if place == "webhook_endpoint.url" and value else value

    with Five() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"))
    assert sorted(bug.finding.requirement for bug in report.failing) == [
        "echo/description",
        "echo/webhook_endpoint.url",
        "idempotency/conflict/status",
        "request/event_payload/enum",
        "request/name/required",
    ]


@pytest.mark.parametrize("shrink", [True, False])
def test_reduction_can_be_left_out(shrink):
    """`--no-shrink`: the smallest case that was met."""
    with CutsLongNames() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), phases=["boundaries"], shrink=shrink)
    assert ("reduction" in [phase.name for phase in report.phases]) is shrink
    assert all(bug.finding.matters == () for bug in report.bugs) is not shrink
