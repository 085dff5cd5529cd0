"""The idempotency checks on literal interactions."""

from __future__ import annotations

import json

import pytest
from common.interactions import EVENTBRIDGE, NO_KEY, WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import Credential, Expectation, Key, Mutation
from ed_contract.checks.conflicts import changed_parameters
from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding
from ed_contract.record.history import Restarted

OTHER = WEBHOOK | {"name": "Other"}
ALL_OTHER = EVENTBRIDGE
REFUSED = answered({"error": {"code": "invalid_fields", "message": "name"}}, 400)


def test_a_right_server_gives_no_finding():
    """Create, replay, conflict, and the first again."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_1"))
    run.exchange(WEBHOOK, first, key="k")
    run.exchange(WEBHOOK, first, key="k")
    run.exchange(ALL_OTHER, conflict(), key="k")
    run.exchange(OTHER, conflict(), key="k")
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1", updated="2026-01-03T00:00:00Z"), 201), key="k")
    assert run.findings == []
    for row in ("replay", "conflict/status", "conflict/code", "conflict/every-parameter", "conflict/keeps-first"):
        assert run.held(f"idempotency/{row}"), row


def test_a_conflict_is_no_create_to_be_judged_for_its_shape():
    """A conflict that is answered with the first destination is one finding, not one of echo beside it."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(ALL_OTHER, answered(destination(WEBHOOK, "ed_1")), key="k")
    assert run.findings == [("idempotency/conflict/status", "first given again")]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (answered(destination(WEBHOOK, "ed_2")), "another destination"),
        (answered(destination(WEBHOOK, "ed_1", created="2026-01-02T00:00:00Z")), "created"),
        (answered(destination(WEBHOOK, "ed_1", name="x")), "name"),
        (conflict(), "refused"),
        (REFUSED, "refused"),
    ],
)
def test_a_replay_must_give_the_same_destination(answer, fault):
    """Another id, another time, another content and a refusal are all findings."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(WEBHOOK, answer, key="k")
    assert run.findings == [("idempotency/replay", fault)]


def _at(moment):
    """Return what a destination tells of the moment at which it was made."""
    return {"created": moment, "updated": moment}


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (_at("2026-01-02T03:04:05.678567Z"), _at("2026-01-02T03:04:05.679Z")),
        (_at("2026-01-02T03:04:05.678567Z"), _at("2026-01-02T03:04:05Z")),
        ({"description": None}, {"description": ""}),
        ({"metadata": {}}, {"metadata": None}),
        ({"events_from": None}, {"events_from": ["self"]}),
        ({"updated": "2026-01-02T03:04:05.678Z"}, {"updated": "2026-02-01T00:00:00Z"}),
    ],
)
def test_a_replay_may_tell_the_same_in_another_way(first, again):
    """A moment rounded or cut, what was not sent as nothing in another form or as a default, a later update."""
    run = Run()
    for changes in (first, again):
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1", **changes)), key="k")
    assert run.findings == []


@pytest.mark.parametrize(
    ("again", "finding"),
    [
        ({"status": "on"}, "response/status/enum"),
        ({"livemode": None}, "response/livemode/type"),
        ({"updated": "2026-01-01T00:00:00Z"}, "response/updated/not-before-created"),
        (
            {"webhook_endpoint": {"signing_secret": None, "url": "https://example.com/hook"}},
            "include/webhook_endpoint.url",
        ),
    ],
)
def test_a_replay_is_an_answer_like_another(again, finding):
    """Its shape, and what it shows unasked."""
    run = Run()
    for changes in ({}, again):
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1", **changes)), key="k")
    assert [row for row, _ in run.findings] == [finding]


def test_a_replay_that_shows_another_secret_is_another_destination():
    """It may be hidden, but it is what it is; the message does not show it."""
    params = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}
    run = Run()
    for secret in ("whsec_1", "whsec_2"):
        config = {"webhook_endpoint": {"signing_secret": secret, "url": None}}
        run.exchange(params, answered(destination(params, "ed_1", **config)), key="k")
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.identity == ("idempotency/replay", "webhook_endpoint.signing_secret")
    assert finding.actual == "the same `id`, but another `webhook_endpoint.signing_secret`"


def test_after_a_conflict_the_replay_is_that_of_keeps_first():
    """The evidence is the first create, the conflict, and the replay that fails."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(OTHER, conflict(), key="k")
    run.exchange(WEBHOOK, conflict(), key="k")
    assert run.findings == [("idempotency/conflict/keeps-first", "refused")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert [one.number for one in finding.evidence] == [1, 2, 3]


@pytest.mark.parametrize(("answer", "fault"), [(REFUSED, "400"), (answered({}, 422), "422")])
def test_a_conflict_is_answered_409_and_nothing_else(answer, fault):
    """Another refusal of valid parameters is a finding, its status the fault."""
    run = Run()
    run.exchange(WEBHOOK, key="k")
    run.exchange(OTHER, answer, key="k")
    assert (("idempotency/conflict/status", fault)) in run.findings


def test_one_parameter_out_of_the_comparison_is_named():
    """Where conflicts are refused in general, the one that is not names its parameter."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_1"))
    run.exchange(WEBHOOK, first, key="k")
    run.exchange(ALL_OTHER, conflict(), key="k")
    run.exchange(WEBHOOK | {"metadata": {"a": "b"}}, first, key="k")
    assert run.findings == [("idempotency/conflict/every-parameter", "metadata")]


@pytest.mark.parametrize(
    ("document", "findings"),
    [
        ({"error": {"code": "idempotency_error"}}, []),
        ({"code": "idempotency_error"}, []),
        ({"errors": [{"code": "idempotency_error"}]}, []),
        ({"errors": [{"code": "conflict"}]}, [("idempotency/conflict/code", "another code")]),
        ({"errors": "idempotency_error"}, [("idempotency/conflict/code", "no code")]),
        ({"error": {"code": "conflict", "message": "x"}}, [("idempotency/conflict/code", "another code")]),
        ({"error": "idempotency_error"}, [("idempotency/conflict/code", "no code")]),
        (b"conflict", [("idempotency/conflict/code", "no code")]),
    ],
)
def test_the_code_may_stand_in_the_envelope_or_at_the_top(document, findings):
    """The page shows no envelope."""
    run = Run()
    run.exchange(WEBHOOK, key="k")
    run.exchange(OTHER, answered(document, 409), key="k")
    assert [one for one in run.findings if one[0] != "robustness/error-envelope"] == findings


@pytest.mark.parametrize(
    "second",
    [
        WEBHOOK | {"enabled_events": ["v1.b", "v1.a"]},
        WEBHOOK | {"enabled_events": ["v1.a", "v1.b"], "metadata": {"n": 1}},
    ],
)
def test_what_the_page_leaves_open_is_not_judged(second):
    """Arrays that are only reordered, and metadata values that are no strings."""
    run = Run()
    run.exchange(WEBHOOK | {"enabled_events": ["v1.a", "v1.b"]}, key="k")
    run.exchange(second, answered(destination(second, "ed_1")), key="k", expectation=Expectation.EITHER)
    assert run.findings == []


@pytest.mark.parametrize(
    ("default", "findings"),
    [
        (["other_accounts"], []),
        (["self"], [("idempotency/conflict/status", "first given again")]),
    ],
)
@pytest.mark.parametrize("added", [True, False])
def test_a_value_that_the_server_shows_by_default_is_no_other_one(default, findings, added):
    """Added under the key of a create without it, and left out under the key of one with it."""
    without, given = WEBHOOK, WEBHOOK | {"events_from": ["other_accounts"]}
    run = Run()
    run.exchange(without, answered(destination(without, "ed_0", events_from=default)), key="before")
    first, second = (without, given) if added else (given, without)
    same_again = answered(destination(first, "ed_1", events_from=default if added else ["other_accounts"]))
    run.exchange(first, same_again, key="k")
    run.exchange(second, same_again, key="k")
    assert run.findings == findings


def test_a_default_that_makes_another_destination_is_none():
    """The same parameters under a used key are a replay."""
    given = WEBHOOK | {"events_from": ["self"]}
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(given, answered(destination(given, "ed_2")), key="k")
    assert run.findings == [("idempotency/conflict/status", "another made")]


def test_absent_then_empty_is_a_should():
    """An empty optional value may be treated as not given."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    second = WEBHOOK | {"description": ""}
    run.exchange(second, answered(destination(WEBHOOK, "ed_1")), key="k", expectation=Expectation.EITHER)
    assert run.findings == [("idempotency/conflict/absent-or-empty", "description")]


def test_the_same_parameters_in_other_bytes_are_a_should():
    """Key order, white space and escapes."""
    run = Run()
    run.exchange(WEBHOOK, key="k")
    run.exchange(WEBHOOK, conflict(), key="k", body=json.dumps(WEBHOOK, indent=1).encode())
    assert run.findings == [("idempotency/same-parameters", "refused")]


def test_an_invalid_create_under_a_used_key_may_be_refused_either_way():
    """Validation may come before the look-up of the key or after it."""
    mutation = Mutation(requirement="request/name/type", operator="number", place="name")
    for answer in (REFUSED, conflict()):
        run = Run()
        run.exchange(WEBHOOK, key="k")
        run.exchange(WEBHOOK | {"name": 7}, answer, key="k", expectation=Expectation.REJECT, mutation=mutation)
        assert run.findings == []


def test_a_key_whose_create_failed_is_free_to_be_used():
    """Both traditions are right: to replay the failure, and to execute again."""
    for answer in (REFUSED, answered(destination(WEBHOOK, "ed_1"))):
        run = Run()
        run.exchange(WEBHOOK | {"name": ""}, REFUSED, key="k", expectation=Expectation.EITHER)
        run.exchange(WEBHOOK | {"name": ""}, answer, key="k", expectation=Expectation.EITHER)
        assert [one for one in run.findings if one[0].startswith("idempotency/")] == []


def test_keys_that_differ_in_part_are_independent():
    """The second answer is the first one's destination."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_1"))
    run.exchange(WEBHOOK, first, key="abc", form=Key(template="{fresh}"))
    run.exchange(OTHER, first, key="ABC", form=Key(template="{FRESH}"))
    assert run.findings == [("idempotency/keys-independent", "the same destination")]


UUID = "6ad7a0a2-8c41-4c5e-9b1f-0a57bd6e3f20"


@pytest.mark.parametrize("answer", [conflict(), answered(destination(WEBHOOK, "ed_1"))])
def test_the_case_of_a_uuid_says_nothing_where_only_uuids_are_keys(answer):
    """A server that reads them takes both for one; where a key that is no UUID was taken, keys are texts."""
    for taken, row in (([], None), (["order"], "idempotency/keys-independent")):
        run = Run()
        for key in taken:
            form = Key(template="{fresh}-1")
            run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_k")), key=f"{key}-1", form=form)
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key=UUID, form=Key(template="{fresh}"))
        run.exchange(OTHER, answer, key=UUID.upper(), form=Key(template="{FRESH}"))
        assert ({one for one, _ in run.findings if one == "idempotency/keys-independent"} or {None}) == {row}


def test_a_conflict_under_a_fresh_key_that_resembles_another_is_named():
    """A server that cuts keys sees a conflict where there is none."""
    run = Run()
    run.exchange(WEBHOOK, key="abc1", form=Key(template="{fresh}1"))
    run.exchange(OTHER, conflict(), key="abc2", form=Key(template="{fresh}2"))
    assert run.findings == [("idempotency/keys-independent", "conflict")]


def test_a_conflict_under_a_fresh_key_says_how_it_resembles_the_other():
    """In the words for any two values: the keys are others in each run."""
    run = Run()
    run.exchange(WEBHOOK, key="b-abcdefgh", form=Key(template="b-{fresh}"))
    run.exchange(OTHER, conflict(), key="B-ABCDEFGH", form=Key(template="B-{FRESH}"))
    (found,) = (one for one in run.observations if isinstance(one, Finding))
    assert found.actual.startswith("the key was never used, but resembles an earlier one (changed to upper case): 409")


def test_without_a_key_each_create_is_its_own():
    """A server that recognises the body alone gives the first destination again."""
    right, wrong = Run(), Run()
    for identifier in ("ed_1", "ed_2"):
        right.exchange(WEBHOOK, answered(destination(WEBHOOK, identifier)), form=NO_KEY)
        wrong.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), form=NO_KEY)
    assert right.findings == []
    assert right.held("idempotency/no-key")
    assert wrong.findings == [("idempotency/no-key", "the same destination")]


def test_a_secret_that_was_not_asked_for_must_not_appear_on_replay():
    """One that was asked for may be shown or hidden."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    shown = destination(WEBHOOK, "ed_1", webhook_endpoint={"signing_secret": "whsec_1", "url": None})
    run.exchange(WEBHOOK, answered(shown), key="k")
    assert run.findings == [("include/webhook_endpoint.signing_secret", "not withheld on replay")]


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (WEBHOOK, set()),
        (WEBHOOK | {"name": "x"}, {"name"}),
        (WEBHOOK | {"webhook_endpoint": {"url": "https://example.com/Hook"}}, {"webhook_endpoint.url"}),
        (WEBHOOK | {"description": ""}, {"description"}),
        (
            {key: value for key, value in WEBHOOK.items() if key != "webhook_endpoint"}
            | {"type": "amazon_eventbridge", "amazon_eventbridge": EVENTBRIDGE["amazon_eventbridge"]},
            {"type"},
        ),
        (WEBHOOK | {"event_payload": "snapshot", "enabled_events": ["customer.created"]}, {"event_payload"}),
        (
            EVENTBRIDGE,
            {
                "name",
                "type",
                "event_payload",
                "enabled_events",
                "snapshot_api_version",
                "webhook_endpoint",
                "amazon_eventbridge",
            },
        ),
    ],
)
def test_changed_parameters_are_named_at_their_depth(other, changed):
    """What two creates differ in, in the words of the page."""
    assert changed_parameters(CONTRACT, WEBHOOK, other) == frozenset(changed)


@pytest.mark.parametrize(
    ("answer", "findings"),
    [
        (answered(destination(WEBHOOK, "ed_1")), []),
        (answered(destination(WEBHOOK, "ed_2")), [("idempotency/survives-restart", "another destination")]),
        (conflict(), [("idempotency/survives-restart", "refused")]),
    ],
)
def test_after_a_restart_a_replay_shows_what_outlived_it(answer, findings):
    """What lies before the restart alone says nothing of it, nor does a key that is used first after it."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_1")), key="k")
    run.history.add(Restarted())
    run.exchange(OTHER, answered(destination(OTHER, "ed_3")), key="l")
    run.exchange(OTHER, answered(destination(OTHER, "ed_3")), key="l")
    assert not run.held("idempotency/survives-restart")
    run.exchange(WEBHOOK, answer, key="k")
    assert run.findings == findings
    assert run.held("idempotency/survives-restart") is not bool(findings)


def test_a_conflict_under_a_key_that_is_the_same_in_every_run_proves_nothing():
    """Somebody may have used it before: a fixture's key, or a short one."""
    for expectation in (Expectation.ACCEPT, Expectation.EITHER):
        run = Run()
        run.exchange(OTHER, answered(destination(OTHER, "ed_0")), key="fresh", form=Key())
        run.exchange(WEBHOOK, conflict(), key="k", form=Key(template="k"), expectation=expectation)
        assert run.findings == []
        assert run.unclear("request/valid") is (expectation is Expectation.ACCEPT)


@pytest.mark.parametrize("theirs", [answered(destination(OTHER, "ed_1")), answered({}, 500), answered({}, 400)])
def test_a_key_under_which_a_stranger_was_let_in_proves_nothing(theirs):
    """To a server that knows no callers it is one caller's: the conflict is right, and so is the destination again."""
    for answer in (conflict(), answered(destination(OTHER, "ed_1"))):
        run = Run()
        run.exchange(OTHER, theirs, key=UUID, form=Key(), credential=Credential.UNKNOWN, expectation=Expectation.EITHER)
        run.exchange(WEBHOOK if answer.status == 409 else OTHER, answer, key=UUID, form=Key())
        rows = {"idempotency/keys-independent", "request/valid"}
        assert [row for row, _ in run.findings if row in rows] == []
