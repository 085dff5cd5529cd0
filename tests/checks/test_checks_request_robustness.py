"""The request and robustness checks on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import NOTHING, WEBHOOK, Run, answered

from ed_contract import checks
from ed_contract.case import Expectation, Mutation
from ed_contract.finding import Crash
from ed_contract.interaction import PROBE, NoAnswer, NotSent

REFUSED = answered({"error": {"code": "invalid_fields", "message": "name"}}, 400)
MUTATION = Mutation(requirement="request/type/enum", operator="upper case", place="type")
MUTATED = WEBHOOK | {"type": "WEBHOOK_ENDPOINT"}


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


def test_no_answer_is_a_finding_and_a_request_that_we_do_not_send_is_none():
    """What our own client refuses is never the target's fault."""
    run = Run()
    run.exchange(WEBHOOK, NOTHING)
    assert run.findings == [("robustness/answers", "a valid create")]
    mine = Run()
    mine.exchange(WEBHOOK, NotSent(reason="illegal header"))
    assert mine.observations == []


def test_a_probe_without_an_answer_says_that_the_target_is_down():
    """The evidence is the cases without an answer, and the probe."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(MUTATED, NOTHING, expectation=Expectation.REJECT, mutation=MUTATION)
    run.exchange(WEBHOOK, NOTHING, phase=PROBE)
    assert run.findings == [("robustness/answers", "request/type/enum"), ("robustness/keeps-serving", "down")]


@pytest.mark.parametrize(
    ("before", "answer", "at_quota", "findings"),
    [
        (None, REFUSED, False, [("robustness/keeps-serving", "refusing")]),
        (None, REFUSED, True, []),
        (None, answered({"error": {"code": "x", "message": "y"}}, 409), False, []),
        (REFUSED, REFUSED, False, [("request/valid", "refused")]),
        (None, None, False, []),
    ],
)
def test_a_probe_that_is_refused_says_so_where_it_was_taken_before(before, answer, at_quota, findings):
    """Unless it is a quota, which the engine finds out."""
    run = Run()
    run.exchange(WEBHOOK, before)
    run.history.at_quota = at_quota
    run.exchange(WEBHOOK, answer, phase=PROBE, expectation=Expectation.EITHER)
    assert run.findings == findings


def test_a_malformed_body_is_refused():
    """The fault is the case's name."""
    run = Run()
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


def _error(message):
    """Return a refusal with the envelope."""
    return answered({"error": {"code": "invalid_fields", "message": message}}, 400)


def test_a_check_that_crashes_accuses_nobody(monkeypatch):
    """Its requirements end as ERROR."""

    def crash(_):
        raise ZeroDivisionError("oops")
        yield

    broken = checks.Check(name="it_breaks", judges=("response/body",), judge=crash)
    monkeypatch.setattr(checks, "CHECKS", (broken,))
    run = Run()
    observed = run.exchange(WEBHOOK)
    assert observed == [Crash(requirement="response/body", check="it_breaks", error="ZeroDivisionError: oops")]


@pytest.mark.parametrize(("size", "findings"), [(100, 1), (100_000, 0)])
def test_a_large_body_may_be_refused_before_it_is_read(size, findings):
    """The refusal is lost when the connection ends first; with a small body nothing excuses that."""
    run = Run()
    gone = NoAnswer(reason="the connection ended: reset", ended=True)
    run.exchange(b" " * size, gone, expectation=Expectation.EITHER)
    assert len(run.findings) == findings
    assert run.unclear("robustness/answers") is not bool(findings)


@pytest.mark.parametrize(("key", "ended", "findings"), [("a", True, 1), ("é", True, 0), ("é", False, 1)])
def test_who_hangs_up_on_a_header_beyond_ascii_says_nothing(key, ended, findings):
    """Some readers of HTTP do, before the application sees anything; a hang is one all the same."""
    run = Run()
    run.exchange(WEBHOOK, NoAnswer(reason="lost", ended=ended), expectation=Expectation.EITHER, key=key)
    assert len(run.findings) == findings
    assert run.unclear("robustness/answers") is not bool(findings)
