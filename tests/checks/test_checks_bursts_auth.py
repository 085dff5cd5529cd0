"""The checks of bursts, of credentials and of other accounts' keys on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import NOTHING, WEBHOOK, Run, answered, conflict, destination

from ed_contract.case import Credential, Expectation
from ed_contract.finding import Finding, Unclear
from ed_contract.interaction import PROBE, NotSent

OTHER = WEBHOOK | {"name": "Other"}
ONE, TWO = answered(destination(WEBHOOK, "ed_1")), answered(destination(WEBHOOK, "ed_2"))
SAME_BODY = "idempotency/burst/one-destination"
OTHER_BODY = "idempotency/burst/one-body"


@pytest.mark.parametrize(
    ("sent", "finding"),
    [
        ([(WEBHOOK, ONE), (WEBHOOK, ONE), (WEBHOOK, conflict())], None),
        ([(WEBHOOK, conflict()), (WEBHOOK, ONE), (WEBHOOK, conflict())], None),
        ([(WEBHOOK, ONE), (WEBHOOK, TWO), (WEBHOOK, ONE)], (SAME_BODY, "several destinations")),
        ([(WEBHOOK, conflict()), (OTHER, answered(destination(OTHER, "ed_1")))], None),
        ([(WEBHOOK, ONE), (OTHER, answered(destination(OTHER, "ed_2")))], (OTHER_BODY, "several destinations")),
        ([(OTHER, ONE), (WEBHOOK, ONE)], (OTHER_BODY, "given to another body")),
    ],
)
def test_a_burst_makes_one_destination(sent, finding):
    """Waiting twins and refused twins are right; two destinations, or one given to another body, are not."""
    run = Run()
    run.burst(sent)
    assert run.findings == ([finding] if finding else [])
    row = SAME_BODY if all(params is WEBHOOK for params, _ in sent) else OTHER_BODY
    assert run.held(row) is (finding is None)
    for one in run.observations:
        if isinstance(one, Finding):
            assert len(one.evidence) == len(sent)


@pytest.mark.parametrize("answers", [[conflict(), conflict()], [ONE, NOTHING]])
def test_a_burst_that_was_refused_or_not_answered_shows_nothing(answers):
    """It is inconclusive, and a lost answer has its own row."""
    run = Run()
    run.burst([(WEBHOOK, answer) for answer in answers])
    assert run.unclear(SAME_BODY)
    assert [row for row, _ in run.findings if row.startswith("idempotency/")] == []


def test_after_a_burst_the_key_gives_its_destination():
    """A retry that makes another one, or is never served, is a finding of the burst's row."""
    run = Run()
    run.burst([(WEBHOOK, conflict()), (WEBHOOK, ONE)])
    run.exchange(WEBHOOK, TWO, key="burst")
    assert run.findings == [(SAME_BODY, "another destination")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert [one.number for one in finding.evidence] == [1, 2, 3]
    refused = Run()
    refused.burst([(WEBHOOK, conflict()), (WEBHOOK, conflict())])
    refused.exchange(WEBHOOK, conflict(), key="burst")
    assert refused.findings == [(SAME_BODY, "never served")]


@pytest.mark.parametrize("again", [TWO, answered(destination(WEBHOOK, "ed_3"))])
def test_what_comes_after_a_burst_that_made_several_is_no_second_finding(again):
    """The bug is told of the burst."""
    run = Run()
    run.burst([(WEBHOOK, ONE), (WEBHOOK, TWO)])
    run.exchange(WEBHOOK, again, key="burst")
    assert run.findings == [(SAME_BODY, "several destinations")]


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (answered({"error": {"code": "unauthorized", "message": "no"}}, 401), None),
        (answered({"error": {"code": "forbidden", "message": "no"}}, 403), ("auth/unknown-key", "403")),
        (ONE, ("auth/unknown-key", "accepted")),
    ],
)
def test_wrong_credentials_are_refused_with_401(answer, finding):
    """The page does not say so: a SHOULD."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, answer, credential=Credential.UNKNOWN, expectation=Expectation.EITHER)
    assert run.findings == ([finding] if finding else [])
    assert run.held("auth/unknown-key") is (finding is None)


SHOWN = [("idempotency/account-scoped", "shown")]


@pytest.mark.parametrize(
    ("answer", "findings"),
    [
        (answered(destination(OTHER, "ed_2")), []),
        (conflict(), []),
        (answered(destination(WEBHOOK, "ed_test_1")), SHOWN),
        (answered({"error": {"code": "idempotency_error", "message": "used for ed_test_1"}}, 409), SHOWN),
    ],
)
def test_no_account_is_shown_what_is_anothers(answer, findings):
    """A 409 alone shows nothing of the other's destination."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_test_1")), key="k")
    run.exchange(OTHER, answer, key="k", credential=Credential.SECOND, expectation=Expectation.EITHER)
    assert run.findings[:1] == findings
    assert run.held("idempotency/account-scoped") is (not findings)


def test_a_second_credential_that_is_refused_is_named():
    """Nothing can be judged of accounts then, and the user is told what to look at."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_test_1")), key="k")
    run.exchange(OTHER, answered({}, 401), key="k", credential=Credential.SECOND, expectation=Expectation.EITHER)
    (said,) = (one for one in run.observations if one.requirement == "idempotency/account-scoped")
    assert said == Unclear(
        requirement="idempotency/account-scoped",
        reason="the second credential is refused with 401: check --second-api-key",
    )


def test_an_id_of_few_characters_stands_in_a_refusal_by_chance():
    """Only where it is a whole value of it, it is shown."""
    for message, findings in (("409 at 7 o'clock", []), ("7", SHOWN)):
        run = Run()
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, "7")), key="k")
        refusal = answered({"error": {"code": "idempotency_error", "message": message}}, 409)
        run.exchange(OTHER, refusal, key="k", credential=Credential.SECOND, expectation=Expectation.EITHER)
        assert run.findings == findings


def test_a_burst_that_is_refused_and_served_later_is_right():
    """A twin that is under way may be waited for, or refused."""
    run = Run()
    run.burst([(WEBHOOK, conflict("in_use"))] * 4)
    assert run.unclear("idempotency/burst/one-destination")
    run.exchange(WEBHOOK, ONE, key=run.history.interactions()[0].key)
    assert run.held("idempotency/burst/one-destination")


def test_a_key_is_remembered_after_hundreds_of_others():
    """The same replay is another requirement's matter then."""
    run = Run()
    run.exchange(WEBHOOK, ONE, key="old")
    for number in range(300):
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, f"ed_x{number}")), key=f"k{number}")
    run.exchange(WEBHOOK, TWO, key="old")
    assert run.findings == [("idempotency/remembers", "another destination")]


def test_keys_under_which_nothing_was_made_do_not_count():
    """A store of keys need not hold them: the replay after them is a plain one."""
    run = Run()
    run.exchange(WEBHOOK, ONE, key="old")
    refused = answered({"error": {"code": "invalid_fields", "message": "no"}}, 400)
    for number in range(300):
        run.exchange(WEBHOOK, refused, key=f"k{number}", expectation=Expectation.EITHER)
    run.exchange(WEBHOOK, TWO, key="old")
    assert run.findings == [("idempotency/replay", "another destination")]


def test_creates_at_once_under_other_keys_are_creates_like_others():
    """They share a moment and nothing else: an id or a name that one has of another is told as mixed up."""
    run = Run()
    sent = [WEBHOOK | {"name": f"Orders {number}"} for number in range(3)]
    answers = [
        answered(destination(sent[0], "ed_1")),
        answered(destination(sent[1], "ed_1")),
        answered(destination(sent[0], "ed_3")),
    ]
    run.burst(list(zip(sent, answers, strict=True)), keys=["a", "b", "c"])
    assert run.findings == [("response/id/unique", "shared"), ("robustness/not-mixed-up", "name")]


def test_the_secret_of_another_account_is_shown_by_a_success_too():
    """Whatever id stands beside it."""
    params = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}
    config = {"webhook_endpoint": {"signing_secret": "whsec_first", "url": None}}
    run = Run()
    run.exchange(params, answered(destination(params, "ed_1", **config)), key="k")
    theirs = answered(destination(params, "ed_2", **config))
    run.exchange(params, theirs, key="k", credential=Credential.SECOND, expectation=Expectation.EITHER)
    assert ("idempotency/account-scoped", "shown") in run.findings


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_not_told_from_a_right_one_that_is_refused(status):
    """Where everything is refused, that is no evidence."""
    run = Run()
    refused = answered({"error": {"code": "unauthorized", "message": "no"}}, status)
    run.exchange(WEBHOOK, refused, credential=Credential.UNKNOWN, expectation=Expectation.EITHER)
    assert run.findings == []
    assert run.unclear("auth/unknown-key")


STRANGERS = "idempotency/credential-scoped"
UNAUTHORIZED = answered({"error": {"code": "unauthorized", "message": "no"}}, 401)


def _stranger(run, answer, key=None, credential=Credential.NONE):
    run.exchange(WEBHOOK, answer, key=key, credential=credential, expectation=Expectation.EITHER)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (answered(destination(WEBHOOK, "ed_test_1")), True),
        (answered({"error": {"code": "unauthorized", "message": "used for ed_test_1"}}, 401), True),
        (answered({"data": {"id": "ed_test_1"}}), True),
        (UNAUTHORIZED, False),
        (conflict(), False),
        (answered(b"", 403), False),
    ],
)
@pytest.mark.parametrize(
    ("credential", "fault"), [(Credential.NONE, "no credential"), (Credential.UNKNOWN, "an unknown credential")]
)
def test_a_used_key_shows_strangers_nothing(answer, shown, credential, fault):
    """It takes what was made under the key, and that the same is refused under a fresh one: both are evidence."""
    run = Run()
    _stranger(run, UNAUTHORIZED, credential=credential)
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_test_1")), key="k")
    _stranger(run, answer, key="k", credential=credential)
    found = [one for one in run.observations if isinstance(one, Finding) and one.requirement == STRANGERS]
    assert [one.fault for one in found] == [fault] * shown
    assert run.held(STRANGERS) is not shown
    assert not [row for row, _ in run.findings if row.startswith("auth/")]
    for one in found:
        assert [each.number for each in one.evidence] == [1, 2, 3]
        assert one.expected == f"nothing about the destination: a caller with {fault} is refused under a fresh key"
        assert one.actual.endswith('with "ed_test_1", created with a valid credential under the same key')


def test_an_id_that_is_no_text_of_utf_8_is_looked_for_all_the_same():
    """A lone surrogate, as some servers of JavaScript cut a text."""
    for shown in (True, False):
        run = Run()
        cut = answered(destination(WEBHOOK, "ed_test_1\ud83d"))
        _stranger(run, UNAUTHORIZED)
        run.exchange(WEBHOOK, cut, key="k")
        _stranger(run, answered({"id": "ed_test_1\ud83d"}, 401) if shown else UNAUTHORIZED, key="k")
        assert run.crashes == []
        assert bool([row for row, _ in run.findings if row == STRANGERS]) is shown


def _why(run):
    return [
        (one.reason, one.applies) for one in run.observations if isinstance(one, Unclear) and STRANGERS in repr(one)
    ]


def test_who_lets_in_anybody_has_no_strangers():
    """What a credential makes under a fresh key it may be shown under a used one: the row does not apply."""
    run = Run()
    _stranger(run, answered(destination(WEBHOOK, "ed_0")))
    run.exchange(WEBHOOK, ONE, key="k")
    _stranger(run, ONE, key="k")
    assert run.findings == [("auth/no-key", "accepted")]
    assert _why(run) == [("creates with no credential are accepted", False)]


def test_a_stranger_that_was_never_refused_shows_nothing():
    """That another one was, and that it was under a key which somebody had used, says nothing of it."""
    run = Run()
    _stranger(run, UNAUTHORIZED, credential=Credential.UNKNOWN)
    run.exchange(WEBHOOK, ONE, key="k")
    for answer in (UNAUTHORIZED, ONE):
        _stranger(run, answer, key="k")
    assert run.findings == []
    assert _why(run) == [("no create with no credential was refused under a fresh key", True)] * 2


def test_a_wrong_credential_that_cannot_be_sent_shows_nothing():
    """Where the user gives the header for every request, the row does not apply."""
    run = Run()
    run.exchange(WEBHOOK, ONE, key="k")
    _stranger(run, NotSent(reason="the header is given"), key="k")
    assert _why(run) == [("the header is given", False)]


@pytest.mark.parametrize("answer", [answered(destination(WEBHOOK, "ed_1")), conflict()])
def test_a_wrong_credential_is_judged_under_fresh_keys_alone(answer):
    """Under a used one it may be the key that answers."""
    run = Run()
    run.exchange(WEBHOOK, ONE, key="k")
    _stranger(run, answer, key="k", credential=Credential.EMPTY)
    assert not [row for row, _ in run.findings if row.startswith("auth/")]
    assert not run.held("auth/empty-key")


FAILED = answered({"error": {"code": "internal_error", "message": "ours"}}, 500)


@pytest.mark.parametrize(
    ("keys", "under"), [((), "one key"), (("a", "b", "c", "d"), "different keys")], ids=["one key", "other keys"]
)
def test_a_burst_that_is_answered_5xx_has_a_fault_of_its_own(keys, under):
    """So a waiver for it hides no plain create that fails, nor one for that a burst; its evidence is the burst."""
    run = Run()
    run.exchange(WEBHOOK)
    answers = [answered(destination(WEBHOOK, f"ed_{number if keys else 5}")) for number in range(5, 9)]
    run.burst([(WEBHOOK, FAILED if place == 2 else one) for place, one in enumerate(answers)], keys=keys)
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.identity == ("robustness/no-server-error", f"concurrent creates under {under}")
    assert finding.actual.startswith(f"4 creates sent concurrently under {under}: answer 3 of 4 is 500 ")
    assert [one.number for one in finding.evidence] == [2, 3, 5, 4]


def test_a_burst_of_what_fails_by_itself_has_the_fault_of_that():
    """No plain create of the type was accepted: what arrives at the same time is not to blame."""
    run = Run()
    run.burst([(WEBHOOK, FAILED), (WEBHOOK, FAILED)])
    assert run.findings == [("robustness/no-server-error", "a valid create")] * 2


def test_a_burst_has_the_fault_of_plain_creates_where_these_fail_too():
    """One finding is enough."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, FAILED, phase=PROBE)
    run.burst([(WEBHOOK, FAILED), (WEBHOOK, FAILED)])
    found = [fault for row, fault in run.findings if row == "robustness/no-server-error"]
    assert found == ["a valid create"] * 3
