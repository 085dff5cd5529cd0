"""Are rare bugs found within the default budget, and do they shrink? Minima are asserted exactly."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ed_contract import Target, run
from ed_contract.reference import Reference, RefusedError, serve
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines

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


class CapitalsForFourOptions(Reference):
    """Keeps the name in capitals for versioned, tagged snapshots of the own account on webhook endpoints."""

    def make(self, account, params):
        made = super().make(account, params)
        four = params["type"] == "webhook_endpoint" and params.get("snapshot_api_version") and params.get("metadata")
        return replace(made, name=made.name.upper()) if four and params.get("events_from") == ["self"] else made


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_bug_of_four_options_is_found_whatever_the_seed_and_shrinks_to_them(seed):
    """No chance is needed: some case combines them."""
    bug = bug_of(CapitalsForFourOptions, "echo/name", seed=seed, key_age=0)
    ((key, value),) = params_of(bug)["metadata"].items()
    assert params_of(bug) == {
        **PLAIN,
        "event_payload": "snapshot",
        "enabled_events": ["customer.created"],
        "events_from": ["self"],
        "metadata": {key: value},
        "snapshot_api_version": "2024-09-30.acacia",
    }
    assert bug.finding.matters == ("event_payload", "events_from", "metadata", "snapshot_api_version")
    assert bug.finding.repeats is True


class LosesZeros(Reference):
    """Drops metadata values that look like nothing."""

    def make(self, account, params):
        made = super().make(account, params)
        return replace(made, metadata={name: value for name, value in made.metadata.items() if value != "0"})


def test_one_entry_of_many_is_left():
    """The one whose value is lost."""
    params = params_of(bug_of(LosesZeros, "echo/metadata", key_age=0))
    assert list(params.pop("metadata").values()) == ["0"]
    assert params == PLAIN


class ForgetsAtTheSecondReplay(Reference):
    """Makes another destination from the second replay on."""

    def set_up(self):
        self._replayed = set()

    def answer_known(self, known, fingerprint, create):
        if known.fingerprint != fingerprint or create.key not in self._replayed:
            self._replayed.add(create.key)
            return super().answer_known(known, fingerprint, create)
        return self.answer_always(create)


def test_what_shows_after_more_requests_than_two_is_told_with_all_of_them():
    """First and last alone would not show it: the evidence is made wider until it does."""
    bug = bug_of(ForgetsAtTheSecondReplay, "idempotency/replay", key_age=0)
    assert [dict(one.case.params) for one in bug.finding.evidence] == [PLAIN, PLAIN, PLAIN]
    assert len({one.key for one in bug.finding.evidence}) == 1
    assert bug.finding.repeats is True


class CutsEvery40thName(Reference):
    """Drops the last letter of every 40th name."""

    def set_up(self):
        self._count = itertools.count(1)

    def make(self, account, params):
        made = super().make(account, params)
        return replace(made, name=made.name[:-1]) if next(self._count) % 40 == 0 else made


def test_what_shows_once_in_a_while_says_that_it_does_not_repeat():
    """So that nobody takes the request by itself for the cause."""
    with CutsEvery40thName() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), key_age=0)
        (bug,) = report.bugs
        printed = [line.text for line in report_lines(report, Redactor(()))]
    assert (bug.finding.requirement, bug.finding.repeats) == ("echo/name", False)
    assert (
        "  Repeats:  not when these requests were sent once more: what came before them, or chance, has a part in it"
        in printed
    )
