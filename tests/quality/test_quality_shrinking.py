"""Are rare bugs found within the default budget, and do they shrink? Minima are asserted exactly."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from dataclasses import replace

import pytest
from common.shrinking import NAMED, bug_of, judged

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
    """Loses the description of EventBridge destinations with snapshot payloads."""

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
    """Refuses metadata with events from other accounts."""

    def validate(self, params):
        super().validate(params)
        if params.get("metadata") and params.get("events_from") == ["other_accounts"]:
            raise RefusedError(400, "invalid_fields", "metadata: not with these sources")


class FailsOnEmoji(Reference):
    """Fails on characters outside the basic plane in the name."""

    def validate(self, params):
        super().validate(params)
        if any(ord(char) > 0xFFFF for char in params["name"]):
            raise ZeroDivisionError


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
    """256 characters, one more than the server keeps."""
    bug = bug_of(CutsLongNames, "echo/name", phases=["boundaries"])
    assert {**params_of(bug), "name": "Orders"} == PLAIN
    assert len(params_of(bug)["name"]) == 256
    assert bug.finding.matters == ("name",)


def test_a_refusal_is_told_by_its_cause():
    """The fault matters, so another refusal is another bug."""
    bug = bug_of(RefusesOthersWithMetadata, "request/valid")
    assert bug.finding.fault == "events_from=other_accounts, metadata"
    assert params_of(bug) == {**PLAIN, "events_from": ["other_accounts"], "metadata": params_of(bug)["metadata"]}
    assert len(params_of(bug)["metadata"]) == 1


@pytest.mark.parametrize(
    ("name", "cause"), [("no-metadata", "metadata"), ("no-eventbridge", "type=amazon_eventbridge")]
)
def test_what_is_refused_time_and_again_leaves_room_for_its_cause(name, cause):
    """A target is asked only now and then whether it accepts anything."""
    report = judged(NAMED[name].make)
    (bug,) = report.failing
    assert (bug.finding.requirement, bug.finding.fault, bug.finding.repeats) == ("request/valid", cause, True)
    assert bug.count > 40
    assert report.end == "finished"


class FailsOnOthersOfSnapshots(Reference):
    """Fails on snapshot payloads from other accounts before it validates anything."""

    def problems(self, params):
        if params.get("event_payload") == "snapshot" and params.get("events_from") == ["other_accounts"]:
            raise ZeroDivisionError
        return super().problems(params)


class FailsOnNumbersToo(FailsOnOthersOfSnapshots):
    """Also fails on a number as the description."""

    def problems(self, params):
        if isinstance(params.get("description"), int):
            raise ZeroDivisionError
        return super().problems(params)


@pytest.mark.parametrize(
    ("server", "more"), [(FailsOnOthersOfSnapshots, []), (FailsOnNumbersToo, ["request/description/type"])]
)
def test_a_failure_is_told_once_whatever_else_was_wrong_with_the_create(server, more):
    """By the options that it needs; a failure without them is another bug."""
    with server() as app, serve(app) as running:
        report = run(Target(url=running.url, api_key="sk_test_a"), key_age=0)
    assert {bug.finding.requirement for bug in report.bugs} == {"robustness/no-server-error"}
    assert [bug.finding.fault for bug in report.bugs] == [
        *more,
        "event_payload=snapshot, events_from=other_accounts",
    ]


def test_a_failure_at_a_size_is_told_once():
    """By the smallest one."""

    class FailsAt300(Reference):
        """Fails on names of 300 characters and more."""

        def problems(self, params):
            if isinstance(name := params.get("name"), str) and len(name) >= 300:
                raise ZeroDivisionError
            return super().problems(params)

    bug = bug_of(FailsAt300, "robustness/no-server-error", phases=["boundaries"])
    assert (bug.finding.fault, bug.count) == ("name of 1025 characters", 4)
    packs = (9, 15, 17)  # creates in which everything is unusual, including the length of the name
    assert bug.also == tuple(f"everything unusual, {number}: webhook_endpoint" for number in packs)
    assert len(params_of(bug)["name"]) == 300


def test_a_failure_on_one_kind_of_letter_shrinks_to_that_letter():
    """A valid create whose name has an emoji: one is enough."""
    bug = bug_of(FailsOnEmoji, "robustness/no-server-error", "name", phases=["smoke"])
    assert {**params_of(bug), "name": "Orders"} == PLAIN
    assert [ord(char) > 0xFFFF for char in params_of(bug)["name"]] == [True]


def test_several_bugs_at_once_are_as_many_findings():
    """None of them hides another."""

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
def test_shrinking_can_be_left_out(shrink):
    """`--no-shrink`: the smallest case that was sent."""
    with CutsLongNames() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), phases=["boundaries"], shrink=shrink)
    assert ("shrink" in [phase.name for phase in report.phases]) is shrink
    assert all(bug.finding.matters == () for bug in report.bugs) is not shrink


class CapitalsForFourOptions(Reference):
    """Upper-cases the name for webhook endpoints with versioned snapshots from `self` and metadata."""

    def make(self, account, params):
        made = super().make(account, params)
        four = params["type"] == "webhook_endpoint" and params.get("snapshot_api_version") and params.get("metadata")
        return replace(made, name=made.name.upper()) if four and params.get("events_from") == ["self"] else made


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_bug_of_four_options_is_found_whatever_the_seed_and_shrinks_to_them(seed):
    """Without luck: some case combines them."""
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
    """Drops metadata values that look empty."""

    def make(self, account, params):
        made = super().make(account, params)
        return replace(made, metadata={name: value for name, value in made.metadata.items() if value != "0"})


def test_one_entry_of_many_is_left():
    """The one whose value is lost."""
    params = params_of(bug_of(LosesZeros, "echo/metadata", key_age=0))
    assert list(params.pop("metadata").values()) == ["0"]
    assert params == PLAIN


class ForgetsAtTheSecondReplay(Reference):
    """Creates another destination from the second replay on."""

    def set_up(self):
        self._replayed = set()

    def answer_known(self, known, fingerprint, create):
        if known.fingerprint != fingerprint or create.key not in self._replayed:
            self._replayed.add(create.key)
            return super().answer_known(known, fingerprint, create)
        return self.answer_always(create)


def test_what_shows_after_more_requests_than_two_is_told_with_all_of_them():
    """The first and last alone would not show it: the evidence is widened until it does."""
    bug = bug_of(ForgetsAtTheSecondReplay, "idempotency/replay", key_age=0)
    assert [dict(one.case.params) for one in bug.finding.evidence] == [PLAIN, PLAIN, PLAIN]
    assert len({one.key for one in bug.finding.evidence}) == 1
    assert bug.finding.repeats is True


class ForgetsAtTheThirdBody(Reference):
    """Creates another destination for the third different body with the same parameters."""

    def set_up(self):
        self._bodies = {}

    def answer_known(self, known, fingerprint, create):
        bodies = self._bodies.setdefault(create.key, set())
        bodies.update([create.body] if known.fingerprint == fingerprint else [])
        return super().answer_known(known, fingerprint, create) if len(bodies) < 2 else self.answer_always(create)


def test_other_bodies_of_the_same_parameters_are_sent_again_as_they_are():
    """They cannot be shrunk; other requests under their key are reported with them if needed."""
    bug = bug_of(ForgetsAtTheThirdBody, "idempotency/same-parameters", phases=["keys"])
    bodies = [one.case.body for one in bug.finding.evidence]
    assert (len(bodies), len(set(bodies))) == (3, 3)
    assert {one.phase for one in bug.finding.evidence} == {"shrink"}
    assert bug.finding.repeats is True
