"""What of a finding's evidence is laid side by side, and how much of it."""

from __future__ import annotations

import pytest
from common.interactions import NOTHING, WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding
from ed_contract.report import html_report, json_report
from ed_contract.report.aligned import aligned
from ed_contract.report.comparison import comparisons
from ed_contract.report.redaction import Redactor


def compared(requirement, *exchanges, fault="changed", redact=None):
    """Return the comparisons of a finding on literal interactions, each line with its marks."""
    run = Run()
    for params, answer, key in exchanges:
        run.exchange(params, answer, key=key)
    evidence = run.history.interactions()
    finding = Finding(requirement=requirement, fault=fault, expected="a", actual="b", evidence=evidence)
    report = report_of([(evidence[-1], [finding])], only=[requirement])
    redact = redact or Redactor()
    (entry,) = json_report.as_document(report, redact)["requirements"][0]["findings"]

    def text(side):
        return "" if side is None else f"{side.before}[{side.middle}]{side.after}"

    return [
        (
            one.left,
            one.right,
            [
                ("!" if line.differs else "") + ("*" if line.concerned else "") + f" {line.line.place}",
                text(line.line.left),
                text(line.line.right),
            ],
        )
        for one in comparisons(entry, CONTRACT, redact, redact)
        for line in one.lines
        if line.differs or line.concerned
    ]


def test_what_was_sent_is_laid_beside_what_came():
    """The member that the finding is about is marked, others that differ too, and of a text the part that does."""
    params = WEBHOOK | {"metadata": {"region": "Tokyo", "tier": "gold"}, "description": "x", "include": []}
    shown = destination(params, metadata={"region": "tokyo", "tier": "gold"}, name="Order")
    assert compared("echo/metadata", (params, answered(shown), "k")) == [
        ("sent", "answered", ["! name", '"Order[s]"', '"Order[]"']),
        ("sent", "answered", ["* metadata", "", ""]),
        ("sent", "answered", ["!* metadata.region", '"[T]okyo"', '"[t]okyo"']),
        ("sent", "answered", ["* metadata.tier", '["gold"]', '["gold"]']),
    ]


def test_a_member_that_is_shown_on_request_alone_is_missed_when_it_was_asked_for():
    """The region of the event source is never shown."""
    asked = WEBHOOK | {"include": ["webhook_endpoint.url"]}
    for params, differing in ((WEBHOOK, []), (asked, ["! webhook_endpoint.url"])):
        lines = compared("echo/name", (params, answered(destination(WEBHOOK)), "k"))
        assert [line[0] for *_, line in lines if line[0].startswith("!")] == differing


def test_requests_under_one_key_are_laid_side_by_side():
    """What made the parameters other ones, and what the two answers say."""
    other = WEBHOOK | {"metadata": {"a": "b"}}
    lines = compared(
        "idempotency/conflict/every-parameter",
        (WEBHOOK, answered(destination(WEBHOOK, "ed_1")), "k"),
        (other, answered(destination(other, "ed_2")), "k"),
        fault="metadata",
    )
    assert lines == [
        ("first request", "later request, same key", ["!* metadata", "", ""]),
        ("first request", "later request, same key", ["!* metadata.a", "", '["b"]']),
        ("first answer", "later answer", ["! id", '"ed_[1]"', '"ed_[2]"']),
        ("first answer", "later answer", ["!* metadata", "[{}]", ""]),
        ("first answer", "later answer", ["!* metadata.a", "", '["b"]']),
    ]


@pytest.mark.parametrize("answer", [answered(b"{", 200), answered({}, 500), answered(b"[1]"), NOTHING])
def test_what_cannot_be_compared_is_not(answer):
    """No document, no success, no object, no answer: the page shows what came."""
    assert compared("echo/name", (WEBHOOK, answer, "k")) == []


def test_depth_and_length_are_bounded():
    """A target cannot make the page as deep or as long as it likes."""
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    run = Run()
    for answer in (answered(deep), answered({f"m{number}": "x" * 10_000 for number in range(300)})):
        observed = run.exchange(WEBHOOK, answer)
    report = report_of([(one, observed) for one in run.history.interactions()])
    assert len(html_report.write(report, Redactor())) < 500_000
    nested = value = {}
    for _ in range(20):
        value["a"] = value = {}
    lines = list(aligned(nested, {}))
    assert len(lines) == 8
    assert lines[-1].left.middle.startswith('{"a": {"a"')


def test_what_differs_at_the_end_of_a_long_text_is_shown():
    """What both begin with is left out, and how much of the text that is."""
    (line,) = aligned({"a": "x" * 1_000 + "left"}, {"a": "x" * 1_000 + "right"})
    assert line.left.before == "…" + "x" * 100
    assert (line.left.middle, line.right.middle) == ("lef", "righ")
