"""What later editions of the page ask of a create: rules in prose, and values that come back under another name."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import Expectation
from ed_contract.contract import Contract
from ed_contract.finding import Finding, Unclear

THIN, HTTP = "request/snapshot_api_version/not-for-thin", "request/webhook_endpoint.url/https-in-live-mode"
VERSIONED = WEBHOOK | {"snapshot_api_version": "2024-06-20"}
INSECURE = WEBHOOK | {"webhook_endpoint": {"url": "http://example.com/"}}
REFUSED = answered({"error": {"code": "invalid_fields", "message": "no"}}, 400)
NOW = {"events_from": ["@self"]}
EITHER = {"expectation": Expectation.EITHER}


def prose():
    """Return a run by the edition that says rules in prose."""
    return Run(Contract.load("2026-09"))


def made(params, number=1, **changes):
    """Return the answer that a right server of that edition gives, with changes."""
    return answered(destination(params, f"ed_{number}", **NOW | changes))


def reasons(run, row):
    """Return why nothing could be concluded of a requirement, each with whether it applies."""
    unclear = [one for one in run.observations if isinstance(one, Unclear) and one.requirement == row]
    return [(one.reason, one.applies) for one in unclear]


def test_a_discouraged_create_that_is_accepted_is_found():
    """With what was accepted, once, and by the row that names it only."""
    run = prose()
    run.exchange(WEBHOOK, made(WEBHOOK))
    run.exchange(VERSIONED, made(VERSIONED, 2, snapshot_api_version=None), **EITHER)
    assert run.findings == [(THIN, "accepted")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.expected == "a refusal (4xx)"
    assert finding.actual == "200: accepted"


def test_a_discouraged_create_that_is_refused_holds():
    """Where a valid one was accepted before: else the refusal may be about anything."""
    run = prose()
    run.exchange(VERSIONED, REFUSED, **EITHER)
    assert not run.held(THIN)
    assert reasons(run, THIN) == [("no valid create was accepted before, so this refusal proves nothing", True)]
    run.exchange(WEBHOOK, made(WEBHOOK, 2))
    run.exchange(VERSIONED, REFUSED, **EITHER)
    assert run.held(THIN)
    assert run.findings == []


def test_other_creates_say_nothing_of_a_rule():
    """Nor does one that breaks the schema, nor one under a used key, whatever comes of it."""
    run = prose()
    run.exchange(WEBHOOK, made(WEBHOOK), key="k")
    run.exchange(VERSIONED, conflict(), key="k", **EITHER)
    run.exchange(VERSIONED, REFUSED, expectation=Expectation.REJECT)
    assert [one.requirement for one in run.observations if one.requirement == THIN] == []
    assert run.findings == []


def test_a_rule_of_live_mode_is_judged_in_live_mode_only():
    """As the answer says itself."""
    run = prose()
    run.exchange(WEBHOOK, made(WEBHOOK))
    run.exchange(INSECURE, made(INSECURE, 2), **EITHER)
    assert run.findings == []
    assert reasons(run, HTTP) == [("`livemode` is false in the answers", False)]
    run.exchange(INSECURE, made(INSECURE, 3, livemode=True), **EITHER)
    assert run.findings == [(HTTP, "accepted")]


@pytest.mark.parametrize("live", [True, False])
def test_a_refusal_tells_no_mode_and_the_last_answer_before_it_does(live):
    """What is refused in a sandbox says nothing of live mode."""
    run = prose()
    run.exchange(WEBHOOK, made(WEBHOOK, livemode=live))
    run.exchange(INSECURE, REFUSED, **EITHER)
    assert run.held(HTTP) is live
    assert reasons(run, HTTP) == ([] if live else [("`livemode` is false in the answers", False)])


def test_without_a_mode_in_any_answer_a_rule_of_live_mode_does_not_apply():
    """And the report names why."""
    run = prose()
    mode_unknown = destination(INSECURE, "ed_1", **NOW)
    del mode_unknown["livemode"]
    run.exchange(INSECURE, answered(mode_unknown), **EITHER)
    assert reasons(run, HTTP) == [("no answer shows `livemode`", False)]


@pytest.mark.parametrize("edition", ["2024-10", "2026-07"])
def test_editions_without_such_rules_judge_none(edition):
    """What they take may be accepted."""
    run = Run(Contract.load(edition))
    shown = {"events_from": ["self"]} if edition == "2024-10" else NOW
    run.exchange(VERSIONED, answered(destination(VERSIONED, **shown)), **EITHER)
    assert run.findings == []


FIRST = WEBHOOK | {"events_from": ["self"]}
RENAMED = [["@self"], ["@self", "self"], ["@self", "@self"]]


@pytest.mark.parametrize("sources", RENAMED)
@pytest.mark.parametrize("told", [True, False])
def test_an_old_and_a_new_name_may_be_one_parameter_or_two(sources, told):
    """Under a used key either is right: the first destination again, or a conflict."""
    run = Run(Contract.load("2026-03"))
    first = answered(destination(FIRST, "ed_1", events_from=["@self"]))
    run.exchange(FIRST, first, key="k", **EITHER)
    run.exchange(WEBHOOK | {"events_from": sources}, conflict() if told else first, key="k", **EITHER)
    assert run.findings == []


def test_two_new_names_are_two_parameters():
    """Also where the first was sent by its old name."""
    run = Run(Contract.load("2026-03"))
    first = answered(destination(FIRST, "ed_1", events_from=["@self"]))
    run.exchange(FIRST, first, key="k", **EITHER)
    run.exchange(WEBHOOK | {"events_from": ["@accounts"]}, first, key="k")
    assert run.findings == [("idempotency/conflict/status", "first given again")]


def test_a_default_that_is_shown_under_its_new_name_may_be_compared_with_the_old_one():
    """None was sent then, and the server shows what it puts there."""
    run = Run(Contract.load("2026-03"))
    first = answered(destination(FIRST, "ed_1", events_from=["@self"]))
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_2", **NOW)))
    run.exchange(FIRST, first, key="k", **EITHER)
    run.exchange(WEBHOOK, first, key="k")
    assert run.findings == []


def test_an_old_name_that_comes_back_as_it_was_sent_is_no_matter_of_form():
    """It is the mapping that is lost."""
    run = Run(Contract.load("2026-03"))
    run.exchange(FIRST, answered(destination(FIRST, "ed_1", events_from=["self"])), **EITHER)
    assert run.findings == [("echo/events_from", "changed")]
