"""What is a conflict, and what shows that conflicts are detected, on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import EVENTBRIDGE, NO_KEY, WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import Credential, Expectation, Mutation
from ed_contract.finding import Finding

OTHER = WEBHOOK | {"name": "Other"}
ALL_OTHER = EVENTBRIDGE
REFUSED = answered({"error": {"code": "invalid_fields", "message": "name"}}, 400)
WHOLE = destination(WEBHOOK, "ed_1")
MUTATION = Mutation(requirement="request/name/required", operator="removed", place="name")
NAMELESS = {name: value for name, value in WEBHOOK.items() if name != "name"}


@pytest.mark.parametrize("invalid", [NAMELESS, b"{", b"[]"])
@pytest.mark.parametrize("conflicted", [False, True])
def test_an_invalid_create_that_gets_the_first_destination_is_a_conflict_that_was_not_told(invalid, conflicted):
    """Its key was looked up and nothing else: the validation was never reached, and is not accused."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_1"))
    run.exchange(WEBHOOK, first, key="k")
    if conflicted:
        run.exchange(ALL_OTHER, conflict(), key="k")
    mutation = MUTATION if invalid is NAMELESS else None
    run.exchange(invalid, first, key="k", expectation=Expectation.REJECT, mutation=mutation)
    assert run.findings == [("idempotency/conflict/status", "first given again")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert (
        finding.expected
        == "409 or another 4xx: the key was used before, and these parameters are different and invalid"
    )
    assert [one.number for one in finding.evidence] == [1, 3 if conflicted else 2]


def test_an_invalid_create_that_makes_a_destination_is_accepted_under_a_used_key_too():
    """Whoever makes another one, or one of the same id with what is invalid in it, did take it."""
    for answer in (answered(destination(WEBHOOK, "ed_2")), answered(destination(WEBHOOK, "ed_1", name=None))):
        run = Run()
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
        run.exchange(NAMELESS, answer, key="k", expectation=Expectation.REJECT, mutation=MUTATION)
        assert run.findings == [("request/name/required", "removed")]


def test_an_invalid_create_that_is_sent_again_is_accepted_again():
    """The same parameters are no conflict, whatever is wrong with them."""
    run = Run()
    for _ in range(2):
        made = answered(destination(WEBHOOK, "ed_1", name=None))
        run.exchange(NAMELESS, made, key="k", expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == [("request/name/required", "removed")] * 2


def test_a_conflict_says_nothing_of_what_is_invalid():
    """A server may look at the key alone: that it refuses what lacks a name was not seen."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(NAMELESS, conflict(), key="k", expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == []
    assert not run.held("request/name/required")


TWIN = answered({"error": {"code": "idempotency_key_in_use", "message": "already pending"}}, 409)
CHANGED = WEBHOOK | {"metadata": {"a": "b"}}


def _burst_that_waits(run):
    run.burst([(WEBHOOK, answered(WHOLE)), (WEBHOOK, TWIN)])
    return "burst"


def _burst_of_other_bodies(run):
    run.burst([(WEBHOOK, answered(WHOLE)), (OTHER, conflict())])
    return "burst"


def _replay_that_conflicts(run):
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    run.exchange(WEBHOOK, conflict(), key="k")
    return "k"


def _conflict_under_a_fresh_key(run):
    run.exchange(OTHER, conflict())
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    return "k"


def _conflict_without_a_key(run):
    run.exchange(OTHER, answered(destination(OTHER, "ed_7")), form=NO_KEY)
    run.exchange(WEBHOOK, conflict(), form=NO_KEY)
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    return "k"


def _conflict_with_a_create_that_was_refused(run):
    run.exchange(OTHER, REFUSED, key="j", expectation=Expectation.EITHER)
    run.exchange(WEBHOOK, conflict(), key="j", expectation=Expectation.EITHER)
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    return "k"


def _conflict_of_another_account(run):
    run.exchange(OTHER, answered(destination(OTHER, "ed_7")), key="j")
    run.exchange(WEBHOOK, conflict(), key="j", credential=Credential.SECOND, expectation=Expectation.EITHER)
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    return "k"


@pytest.mark.parametrize(
    "meets",
    [
        _burst_that_waits,
        _burst_of_other_bodies,
        _replay_that_conflicts,
        _conflict_under_a_fresh_key,
        _conflict_without_a_key,
        _conflict_with_a_create_that_was_refused,
        _conflict_of_another_account,
    ],
)
def test_not_every_409_shows_that_conflicts_are_detected(meets):
    """So one parameter that is changed, and answered 200, is one finding, and not one for each parameter."""
    run = Run()
    key = meets(run)
    seen = len(run.findings)
    run.exchange(CHANGED, answered(WHOLE), key=key)
    run.exchange(WEBHOOK | {"description": "x"}, answered(WHOLE), key=key)
    assert run.findings[seen:] == [("idempotency/conflict/status", "first given again")] * 2


def test_a_409_to_changed_parameters_under_a_used_key_does():
    """Then the parameter that is not compared has a finding of its own."""
    run = Run()
    run.exchange(OTHER, answered(destination(OTHER, "ed_7")), key="j")
    run.exchange(WEBHOOK, conflict("in_conflict"), key="j")
    run.exchange(WEBHOOK, answered(WHOLE), key="k")
    run.exchange(CHANGED, answered(WHOLE), key="k")
    assert ("idempotency/conflict/every-parameter", "metadata") in run.findings


GIVEN = WEBHOOK | {"events_from": ["self", "other_accounts"]}


@pytest.mark.parametrize("shown", [["self", "other_accounts"], ["other_accounts", "self"]])
@pytest.mark.parametrize("added", [True, False])
def test_a_default_is_compared_as_the_page_compares_it(shown, added):
    """`events_from` is a set: whether it is added or left out, in whatever order the server shows it."""
    first, second = (WEBHOOK, GIVEN) if added else (GIVEN, WEBHOOK)
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_0", events_from=shown)), key="before")
    same_again = answered(destination(first, "ed_1", events_from=shown))
    run.exchange(first, same_again, key="k")
    run.exchange(second, same_again, key="k")
    assert run.findings == []


@pytest.mark.parametrize(
    ("before", "options"),
    [
        (["self", "other_accounts"], {"key": "k"}),
        (["self", "other_accounts"], {"key": "j", "expectation": Expectation.REJECT}),
        (["self"], {"key": "j"}),
    ],
    ids=["under its own key", "of what was to be refused", "another value"],
)
def test_only_fresh_destinations_show_a_default(before, options):
    """What a replay shows may be what is wrong with it: left out, the parameters are others."""
    run = Run()
    run.exchange(GIVEN, answered(destination(GIVEN, "ed_1")), key="k")
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1", events_from=before)), **options)
    run.exchange(WEBHOOK, answered(destination(GIVEN, "ed_1")), key="k")
    assert ("idempotency/conflict/status", "first given again") in run.findings


def test_a_wrong_replay_under_another_key_shows_no_default():
    """It shows what its key was given first."""
    run = Run()
    for key, name in (("j", "ed_7"), ("k", "ed_8")):
        run.exchange(GIVEN, answered(destination(GIVEN, name)), key=key)
    for key, name in (("j", "ed_7"), ("k", "ed_8")):
        run.exchange(WEBHOOK, answered(destination(GIVEN, name)), key=key)
    assert run.findings == [("idempotency/conflict/status", "first given again")] * 2


@pytest.mark.parametrize(("first", "second"), [([], ["self"]), (None, ["self"]), (["self"], [])])
def test_what_is_empty_may_have_been_filled_with_a_default(first, second):
    """As what is absent may: where the server shows the other value in its place, both are the same to it."""
    run = Run()
    for number in range(2):
        run.exchange(
            WEBHOOK, answered(destination(WEBHOOK, f"ed_{number}") | {"events_from": ["self"]}), key=f"k{number}"
        )
    made = answered(destination(WEBHOOK, "ed_9") | {"events_from": ["self"]})
    run.exchange(WEBHOOK | {"events_from": first}, made, key="k", expectation=Expectation.EITHER)
    run.exchange(WEBHOOK | {"events_from": second}, made, key="k", expectation=Expectation.EITHER)
    assert [one for one in run.findings if one[0].startswith("idempotency/")] == []
