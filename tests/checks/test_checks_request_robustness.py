"""The request and robustness checks on literal interactions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import EVENTBRIDGE, NOTHING, WEBHOOK, Run, answered, conflict, destination

from ed_contract import checks
from ed_contract.case import Credential, Expectation, Mutation
from ed_contract.finding import Crash, Finding, Unclear
from ed_contract.interaction import AGAIN, PROBE, NoAnswer, NotSent

REFUSED = answered({"error": {"code": "invalid_fields", "message": "name"}}, 400)
MUTATION = Mutation(requirement="request/type/enum", operator="upper case", place="type")
MUTATED = WEBHOOK | {"type": "WEBHOOK_ENDPOINT"}
CUT = NoAnswer(reason="the time of the run is over", late=True, cut=True)


def test_a_valid_create_that_is_refused_is_a_finding():
    """ACCEPT means 2xx."""
    run = Run()
    run.exchange(WEBHOOK, REFUSED)
    assert run.findings == [("request/valid", "refused")]


def test_a_mutated_create_that_is_accepted_names_its_operator():
    """REJECT means 4xx, and the shape of a wrong success is not judged."""
    run = Run()
    run.exchange(MUTATED, answered({}), expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == [("request/type/enum", "upper case")]


@pytest.mark.parametrize("status", [400, 404, 409, 413, 415, 422])
def test_any_4xx_refuses(status):
    """Which refusal it is, is not judged."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(
        MUTATED,
        answered({"error": {"code": "x", "message": "y"}}, status),
        expectation=Expectation.REJECT,
        mutation=MUTATION,
    )
    assert run.findings == []
    assert run.held("request/type/enum")


@pytest.mark.parametrize("expectation", list(Expectation))
def test_a_server_error_is_one_finding(expectation):
    """The row that the case was about draws no conclusion from it."""
    run = Run()
    mutation = MUTATION if expectation is Expectation.REJECT else None
    run.exchange(MUTATED, answered({}, 500), expectation=expectation, mutation=mutation)
    assert [requirement for requirement, _ in run.findings] == ["robustness/no-server-error"]


@pytest.mark.parametrize("status", [429, 503])
def test_too_busy_says_nothing(status):
    """429 and 503 are inconclusive, never a finding."""
    run = Run()
    run.exchange(WEBHOOK, answered({}, status))
    assert run.findings == []
    assert run.unclear("request/valid")


def test_no_answer_is_a_finding_when_there_is_none_later_either():
    """And a plain create is answered right after it: neither the line nor the whole target is to blame."""
    for phase, probe, findings in (
        ("smoke", None, []),
        (AGAIN, NOTHING, []),
        (AGAIN, None, [("robustness/answers", "request/type/enum")]),
    ):
        run = Run()
        this = run.add(MUTATED, NOTHING, expectation=Expectation.REJECT, mutation=MUTATION, phase=phase)
        run.add(WEBHOOK, probe, phase=PROBE)
        run.judge(this)
        assert run.findings == findings
        assert run.unclear("robustness/answers") is not bool(findings)


def test_no_answer_says_nothing_where_the_run_was_over():
    """Neither of the case nor of the target."""
    run = Run()
    this = run.add(WEBHOOK, CUT, phase=AGAIN)
    run.add(WEBHOOK, phase=PROBE)
    run.judge(this)
    run.exchange(WEBHOOK, CUT, phase=PROBE)
    assert run.findings == []
    assert run.unclear("robustness/answers")
    assert run.unclear("robustness/keeps-serving")


@pytest.mark.parametrize(
    ("lost", "several_keys", "finds"),
    [
        ([1] * 8, [False] * 8, True),
        ([1] * 8, [True] * 8, True),
        ([1] * 7, [False] * 7, False),
        ([1, 1, 0] * 4, [False] * 12, False),
        ([1] * 8, [True, False] * 4, False),
    ],
)
def test_an_answer_that_is_lost_in_each_of_several_bursts_is_a_finding(lost, several_keys, finds):
    """Though each came when it was asked for again; one without a loss, or too few of a kind, may be the line's."""
    run = Run()
    for number, (unanswered, several) in enumerate(zip(lost, several_keys, strict=True)):
        answers = [answered(destination(WEBHOOK, f"ed_{number}_{several and twin}")) for twin in (1, 2)]
        keys = [f"k{number}-{several and twin}" for twin in (1, 2)]
        run.burst([(WEBHOOK, one) for one in answers], keys=keys, burst=number, unanswered=unanswered)
    assert run.findings == ([("robustness/answers", "one of a burst")] if finds else [])


def test_a_request_that_we_do_not_send_says_nothing():
    """What our own client refuses is never the target's fault."""
    mine = Run()
    mine.exchange(WEBHOOK, NotSent(reason="illegal header"))
    assert mine.observations == []


@pytest.mark.parametrize("status", [400, 409, 401])
def test_where_nothing_was_accepted_a_refusal_shows_nothing(status):
    """Neither of a mutation nor of a body that is no JSON."""
    run = Run()
    refused = answered({"error": {"code": "x", "message": "no"}}, status)
    run.exchange(MUTATED, refused, expectation=Expectation.REJECT, mutation=MUTATION)
    run.exchange(b"{", refused, expectation=Expectation.REJECT)
    for row in ("request/type/enum", "robustness/malformed-refused"):
        assert run.unclear(row)
        assert not run.held(row)


def test_a_refusal_shows_nothing_of_a_type_of_which_every_create_is_refused():
    """What is refused of the other type is told from what is accepted of it."""
    run = Run()
    wrong = Mutation(requirement="request/amazon_eventbridge.aws_region/type", operator="number", place="name")
    run.exchange(WEBHOOK)
    run.exchange(EVENTBRIDGE, REFUSED)
    run.exchange(EVENTBRIDGE | {"name": 1}, REFUSED, expectation=Expectation.REJECT, mutation=wrong)
    run.exchange(WEBHOOK | {"event_payload": 1}, REFUSED, expectation=Expectation.REJECT, mutation=MUTATION)
    reasons = {one.requirement: one.reason for one in run.observations if isinstance(one, Unclear)}
    assert reasons[wrong.requirement] == (
        'no valid create of type "amazon_eventbridge" was accepted before, so this refusal proves nothing'
    )
    assert run.held(MUTATION.requirement)


def test_a_refusal_shows_nothing_while_what_was_accepted_before_is_refused_too():
    """Until something is accepted again."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, REFUSED)
    run.exchange(MUTATED, REFUSED, expectation=Expectation.REJECT, mutation=MUTATION)
    assert not run.held(MUTATION.requirement)
    run.exchange(WEBHOOK)
    run.exchange(MUTATED, REFUSED, expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.held(MUTATION.requirement)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("probe", "decided"), [(None, True), (REFUSED, True), (answered({}, 401), False), (NOTHING, False)]
)
def test_401_is_the_cases_own_when_a_plain_create_is_answered_otherwise(status, probe, decided):
    """Else it may be the credential that is refused."""
    refused = answered({"error": {"code": "x", "message": "no"}}, status)
    for params, options, row in (
        (MUTATED, {"expectation": Expectation.REJECT, "mutation": MUTATION}, MUTATION.requirement),
        (WEBHOOK | {"name": "Other"}, {}, "request/valid"),
        (WEBHOOK, {"key": "used"}, "idempotency/replay"),
        (WEBHOOK | {"name": "Other"}, {"key": "used"}, "idempotency/conflict/status"),
    ):
        run = Run()
        run.exchange(WEBHOOK, key="used")
        this = run.add(params, refused, **options)
        run.add(WEBHOOK | {"name": "Plain"}, probe, phase=PROBE)
        observed = [one for one in run.judge(this) if one.requirement == row]
        assert [isinstance(one, Unclear) for one in observed] == [not decided]


def test_403_that_speaks_of_room_is_not_about_the_credential():
    """A name may be too long, and a plan too small."""
    run = Run()
    run.exchange(WEBHOOK)
    long = answered({"error": {"code": "x", "message": "64 characters at most: limit exceeded"}}, 403)
    run.exchange(MUTATED, long, expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.held(MUTATION.requirement)


def test_a_probe_that_is_answered_401_does_not_say_that_the_target_is_broken():
    """It is about the credential."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, answered({}, 401), phase=PROBE)
    assert run.findings == []
    assert run.unclear("robustness/keeps-serving")


@pytest.mark.parametrize("code", ["in_use", "idempotency_error"])
def test_409_to_a_create_whose_answer_was_lost_may_be_about_that_one(code):
    """It may be under way still."""
    run = Run()
    run.exchange(WEBHOOK, conflict(code), lost=True)
    assert run.findings == []
    assert run.unclear("request/valid")


def test_a_probe_without_an_answer_says_that_the_target_is_down():
    """The evidence is the cases without an answer, and the probe."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(MUTATED, NOTHING, expectation=Expectation.REJECT, mutation=MUTATION)
    run.exchange(WEBHOOK, NOTHING, phase=PROBE)
    assert run.findings == [("robustness/keeps-serving", "down")]
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert [one.number for one in finding.evidence] == [1, 2, 3]


@pytest.mark.parametrize(
    ("before", "answer", "twice", "findings"),
    [
        (None, REFUSED, False, [("robustness/keeps-serving", "refusing")]),
        (None, REFUSED, True, []),
        (None, answered({"error": {"code": "x", "message": "y"}}, 409), False, []),
        (REFUSED, REFUSED, False, [("request/valid", "refused")]),
        (None, None, False, []),
    ],
)
def test_a_probe_that_is_refused_says_so_where_it_was_taken_before(before, answer, twice, findings):
    """Unless it is a quota, for which it takes two in a row."""
    run = Run()
    run.exchange(WEBHOOK, before)
    if twice:
        run.add(WEBHOOK, answer, phase=PROBE, expectation=Expectation.EITHER)
    run.exchange(WEBHOOK, answer, phase=PROBE, expectation=Expectation.EITHER)
    assert run.findings == findings


def test_a_malformed_body_is_refused():
    """The fault is the case's name."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(b'{"name":', answered({}), expectation=Expectation.REJECT)
    run.exchange(b"", REFUSED, expectation=Expectation.REJECT)
    assert run.findings == [("robustness/malformed-refused", "a case")]
    assert run.held("robustness/malformed-refused")


@pytest.mark.parametrize(
    "document", [{"message": "no"}, {"error": "no"}, b"<h1>Bad Request</h1>", {"error": {"code": 1}}]
)
def test_a_refusal_without_the_envelope_is_a_should(document):
    """The envelope is the platform's convention."""
    run = Run()
    run.exchange(MUTATED, answered(document, 400), expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == [("robustness/error-envelope", "400")]


def test_a_stack_trace_is_a_should():
    """A trace that was sent in the first place is none."""
    trace = b"Traceback (most recent call last):"
    run = Run()
    run.exchange(WEBHOOK, answered(trace, 500))
    assert ("robustness/no-leak", "stack trace") in run.findings
    sent = Run()
    sent.exchange(WEBHOOK | {"name": trace.decode()}, answered({"error": {"message": trace.decode()}}, 400))
    assert ("robustness/no-leak", "stack trace") not in sent.findings


@pytest.mark.parametrize(
    "message",
    [
        'File "/srv/shop/app.py", line 12, in create',
        "java.lang.NullPointerException\n\tat com.shop.Create.run(Create.java:42)",
        "TypeError: x is undefined\n    at create (/srv/shop/create.mjs:10:15)",
        "panic: oops\n\ngoroutine 18 [running]:",
    ],
)
def test_a_stack_trace_in_a_message_is_one_too(message):
    """As JSON escapes it."""
    run = Run()
    run.exchange(MUTATED, _error(message), expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == [("robustness/no-leak", "stack trace")]


@pytest.mark.parametrize("message", ["name: at most 64 characters", "at line 3, column 12", "Node.js is not required"])
def test_what_only_resembles_a_stack_trace_is_none(message):
    """Messages speak of lines and of places too."""
    run = Run()
    run.exchange(MUTATED, _error(message), expectation=Expectation.REJECT, mutation=MUTATION)
    assert run.findings == []


@pytest.mark.parametrize(("credential", "leaks"), [(Credential.UNKNOWN, False), (Credential.FIRST, True)])
def test_an_unknown_key_may_be_quoted(credential, leaks):
    """It begins as the right one does, and is none."""
    run = Run()
    answer = replace(answered({"error": {"code": "no", "message": "sk_1_nobodys?"}}, 401), shows_credential=True)
    run.exchange(WEBHOOK, answer, credential=credential, expectation=Expectation.EITHER)
    assert (("robustness/no-leak", "credential") in run.findings) is leaks


def _error(message):
    """Return a refusal with the envelope."""
    return answered({"error": {"code": "invalid_fields", "message": message}}, 400)


def test_a_check_that_crashes_accuses_nobody(monkeypatch):
    """Its requirements end as ERROR."""

    def crash(_):
        raise ZeroDivisionError("oops")
        yield

    broken = checks.Check(name="it_breaks", rows=("response/body",), judge=crash)
    monkeypatch.setattr(checks, "CHECKS", (broken,))
    run = Run()
    observed = run.exchange(WEBHOOK)
    assert observed == [Crash(requirement="response/body", check="it_breaks", error="ZeroDivisionError: oops")]


@pytest.mark.parametrize(("size", "findings"), [(100, 1), (8_192, 1), (8_193, 0)])
def test_a_large_body_may_be_refused_before_it_is_read(size, findings):
    """The refusal is lost when the connection ends first; with a small body nothing excuses that."""
    run = Run()
    gone = NoAnswer(reason="the connection ended: reset", ended=True)
    this = run.add(b" " * size, gone, expectation=Expectation.EITHER, phase=AGAIN)
    run.add(WEBHOOK, phase=PROBE)
    run.judge(this)
    assert len(run.findings) == findings
    assert run.unclear("robustness/answers") is not bool(findings)


@pytest.mark.parametrize(("key", "ended", "findings"), [("a", True, 1), ("é", True, 0), ("é", False, 1)])
def test_who_hangs_up_on_a_header_beyond_ascii_says_nothing(key, ended, findings):
    """Some readers of HTTP do, before the application sees anything; a hang is one all the same."""
    run = Run()
    this = run.add(WEBHOOK, NoAnswer(reason="lost", ended=ended), key=key, phase=AGAIN)
    run.add(WEBHOOK, phase=PROBE)
    run.judge(this)
    assert len(run.findings) == findings
    assert run.unclear("robustness/answers") is not bool(findings)


@pytest.mark.parametrize(
    ("lost", "attempts", "unanswered", "told"),
    [
        (True, 2, 1, " (on attempt 2: 1 earlier attempt got no answer)"),
        (True, 4, 2, " (on attempt 4: 2 earlier attempts got no answer)"),
        (True, 2, 0, ""),  # 429 or 503 came before
        (False, 1, 0, ""),
    ],
)
def test_what_was_answered_after_a_lost_answer_says_so(lost, attempts, unanswered, told):
    """Whatever is wrong with it may come of that."""
    run = Run()
    wrong = answered(destination(WEBHOOK, name="Another"))
    run.exchange(WEBHOOK, wrong, lost=lost, attempts=attempts, unanswered=unanswered)
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.actual == f'`name` is "Another"{told}'


def test_what_got_no_answer_says_so_once():
    """It is the finding itself."""
    run = Run()
    run.exchange(WEBHOOK)
    sent = run.add(WEBHOOK, NOTHING, phase=AGAIN, lost=True, attempts=2, unanswered=2)
    run.add(WEBHOOK, phase=PROBE)
    (finding,) = (one for one in run.judge(sent) if isinstance(one, Finding))
    assert finding.actual == "none, even when the request was resent later: timed out"
