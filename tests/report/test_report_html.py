"""The HTML report: whole, in one file, masked and escaped, and the same bytes for the same report."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.pages import HOSTILE, Page, conflict_report, hostile_report, many_report, page_of
from common.reports import report_of

from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding
from ed_contract.installed import tool_version
from ed_contract.report import Combination, html_report, json_report
from ed_contract.report.card import Seen, Trait
from ed_contract.report.changes import Changes
from ed_contract.report.redaction import Redactor
from ed_contract.runner.events import End

SECRET = "webhook_endpoint.signing_secret"


def empty_report(**options):
    """Return the report of a run that sent nothing."""
    return report_of([], **options)


REPORTS = {
    "conflict": conflict_report,
    "hostile": hostile_report,
    "many": lambda: many_report(200),
    "none": empty_report,
    "interrupted": lambda: empty_report(end=End.INTERRUPTED),
    "down": lambda: report_of([], end=End.TARGET_DOWN, note="connection refused"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_report_gives_the_same_bytes(name):
    """In UTF-8, whatever a target answers."""
    report = REPORTS[name]()
    written = html_report.write(report, Redactor())
    assert html_report.write(report, Redactor()).encode() == written.encode()


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_loads_and_leads_to_nothing_but_itself(name):
    """But for the page that was judged: links lead to anchors that are there, and nothing has a source."""
    page = page_of(REPORTS[name]())
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    led_to = {attrs["href"].removeprefix("#") for _, attrs in page.elements if "href" in attrs}
    assert led_to - {CONTRACT.page} <= set(ids)
    assert set(CONTRACT.requirements) <= set(ids)
    forbidden = {"src", "srcset", "srcdoc", "action", "formaction", "style", "data", "poster", "background"}
    assert {name for _, attrs in page.elements for name in attrs if name in forbidden or name.startswith("on")} == set()
    assert {tag for tag, _ in page.elements} & {"iframe", "img", "link", "base", "object", "embed"} == set()


@pytest.mark.parametrize("name", ["conflict", "hostile"])
def test_nothing_runs_but_our_own_script(name):
    """The policy names the style and the script by their hashes, and forbids everything else."""
    source = html_report.write(REPORTS[name](), Redactor())
    (policy,) = (
        attrs["content"] for tag, attrs in Page(source).elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    hashes = []
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        hashes.append(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_hostile_evidence_is_text():
    """It is shown, to the letter, save for characters that hide or turn what is read: those are spelt out."""
    source = html_report.write(hostile_report(), Redactor())
    page = Page(source)
    for attack in HOSTILE[:-1]:
        assert " ".join(attack.split()) in page.text
        assert "<" not in attack or attack not in source
    assert r"\x1b[31m \x00 \u202e \ud800 \r \u2028" in page.text
    assert not set("\x00\x1b\ud800") & set(source)


def test_secrets_and_credentials_are_written_nowhere():
    """By value, in names of members too, and when the target hides them behind escapes of JSON."""
    params = WEBHOOK | {"include": [SECRET], "description": "sk_live_of_mine"}
    body = destination(params, name="sk_live_of_mine") | {"sk_live_of_mine": "whsec_abc123"}
    body["webhook_endpoint"]["signing_secret"] = "not-prefixed-secret"
    text = answered(body | {"again": "not-prefixed-secret"}).body
    escaped = text.replace(b"sk_live", rb"\u0073k_live").replace(b"whsec_abc", rb"\u0077hsec_abc")
    escaped = escaped.replace(b'again": "not', rb'again": "\u006eot')
    run = Run()
    observed = run.exchange(params, answered(escaped))
    written = html_report.write(report_of([(run.history.interactions()[0], observed)]), Redactor(["sk_live_of_mine"]))
    assert "echo/name" in written
    for secret in ("sk_live_of_mine", "k_live_of_mine", "whsec_abc", "hsec_abc", "not-prefixed-secret", "ot-prefixed"):
        assert secret not in written.replace(rf"\u0073{secret}", "")


def test_many_findings_are_folded():
    """Ten are open, those that fail the run first."""
    page = page_of(many_report(200))
    findings = page.all("details", "finding")
    assert len(findings) == 200
    assert ["open" in attrs for attrs in findings] == [True] * 10 + [False] * 190
    assert ["warn" in page.classes(attrs) for attrs in findings] == [False] * 134 + [True] * 66
    assert findings[0]["id"] == "echo/name:fault-0"
    assert "DOES NOT CONFORM 134 MUST findings and 66 SHOULD findings" in page.text


def test_the_head_says_what_was_judged_when_and_by_what():
    """Date, edition, seed and version; what is not known is left out."""
    began = 1_795_927_018.5
    text = page_of(replace(conflict_report(), began=began)).spaced
    assert "date 2026-11-29 04:36 UTC edition 2024-10 seed 7 ed_contract" in text
    assert f"ed_contract {tool_version()} requests" in text
    assert "date " not in page_of(conflict_report()).spaced.partition("requests")[0]


def test_the_head_explains_its_marks():
    """A shape for each level, and a mark for each verdict."""
    page = page_of(conflict_report())
    legend = [page.classes(attrs)[1] for attrs in page.all("i", "square")]
    assert legend == ["MUST", "SHOULD", "fail", "error", "inconclusive", "pass", "skipped"]


def test_a_finding_is_explained_before_its_requests():
    """Its number, what was expected and what came, why it matters and how it is fixed."""
    page = page_of(conflict_report())
    row = CONTRACT.requirement("idempotency/conflict/status")
    text = page.spaced.partition("Findings 1")[2]
    told = ["1 fail", row.statement, "Expected", "Actual", f"Why it matters {row.why}", f"How to fix it {row.fix}"]
    places = [text.index(one) for one in [*told, "first request", "The 2 requests, ready to resend", "Reproduce"]]
    assert places == sorted(places)


def test_what_several_findings_have_in_common_is_said():
    """In the words of the terminal."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    found = [
        Finding(requirement=row, fault="accepted", expected="a", actual="b", evidence=(one,))
        for row in ("auth/no-key", "auth/unknown-key")
    ]
    text = page_of(report_of([(one, found)])).spaced
    said = "See also other findings here say that the server accepts requests without a valid credential, and may"
    assert text.count(said) == 2


def test_a_report_is_compared_with_the_last_run():
    """What is new is marked and led to; of what is gone the requirement is."""
    row, fault = "idempotency/conflict/status", "first given again"
    began = "2026-01-02T03:04:05.678Z"
    report = conflict_report()
    changed = Changes(began=began, new=((row, fault),), gone=(("echo/name", "cut"), ("echo/type", "lost")))
    page = page_of(replace(report, last_run=changed))
    assert "since the run of 2026-01-02 03:04 UTC 1 new, 2 gone" in page.spaced
    assert f"New {row} [{fault}] Gone echo/name [cut] echo/type [lost]" in page.spaced
    assert "MUST · new" in page.spaced
    links = [attrs["href"] for attrs in page.all("a")]
    assert links[:3] == [f"#{row}:first-given-again", "#echo/name", "#echo/type"]
    same = page_of(replace(report, last_run=Changes(began=None, new=(), gone=())))
    assert "since the last run the same findings" in same.spaced
    assert "since the " not in page_of(report).spaced


def test_the_behaviour_card_is_a_table():
    """A row for each topic: what was seen, how often, and from how many answers."""
    seen = (Seen(what="answered 409", answers=2), Seen(what="answered with what the first one created", answers=1))
    card = (
        Trait(topic="duplicates", title="Concurrent duplicates", seen=seen, answers=3, further=1),
        Trait(topic="nulls", title="`null` in an optional field", seen=(), answers=0),
        Trait(topic="created-status", title="Status of creates", seen=(Seen(what="200", answers=9),), answers=9),
    )
    page = page_of(replace(conflict_report(), card=card))
    told = page.spaced.partition("What the server does where the page is silent")[2]
    assert told.startswith(
        " Observed in this run's answers and not judged: no choice is better than another. choice seen answers "
        "Concurrent duplicates answered 409 2 answered with what the first one created 1 and 1 more 3 "
        "null in an optional field not seen – Status of creates 200 9"
    )
    assert "where the page is silent" not in page_of(conflict_report()).spaced


def test_findings_of_one_name_have_anchors_of_their_own():
    """What no anchor can hold is left out of it, and a number tells equal ones apart."""
    assert [attrs["id"] for attrs in page_of(hostile_report()).all("details", "finding")][-2:] == [
        "echo/name:link-rel-stylesheet-href-https-evil.example-x.css-base-href-",
        "echo/name:31m",
    ]
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    found = [
        Finding(requirement="echo/name", fault=fault, expected="a", actual="b", evidence=(one,))
        for fault in ("a b", "a-b", "東")
    ]
    ids = [attrs["id"] for attrs in page_of(report_of([(one, found)])).all("details", "finding")]
    assert ids == ["echo/name:a-b", "echo/name:a-b-2", "echo/name:finding"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (empty_report(), "NOT JUDGED nothing was exercised"),
        (empty_report(), "No findings, which says little: see above."),
        (empty_report(end=End.INTERRUPTED), "INTERRUPTED"),
        (empty_report(end=End.INTERRUPTED), "interrupted: judged as far as the run got"),
        (
            report_of([], end=End.TARGET_DOWN, note="connection refused"),
            "stopped: the target no longer answers (connection refused)",
        ),
    ],
)
def test_a_run_that_judged_little_says_so(report, said):
    """Above everything else, and where the findings would stand."""
    assert said in page_of(report).text


@pytest.mark.parametrize(
    ("end", "left_out", "colour", "said"),
    [
        (End.FINISHED, [], "pass", "No findings."),
        (End.FINISHED, ["echo/name"], "inconclusive", "No findings in what was judged."),
        (End.MAX_TIME, [], "inconclusive", "No findings in what was judged."),
        (End.INTERRUPTED, [], "inconclusive", "No findings, which says little: see above."),
    ],
)
def test_a_run_of_a_part_does_not_look_like_one_that_conforms(end, left_out, colour, said):
    """Whatever held until then."""
    run = Run()
    observed = run.exchange(WEBHOOK)
    judged = [(run.history.interactions()[0], observed)]
    page = page_of(report_of(judged, only=["echo/type"], end=end, left_out=left_out))
    (header,) = page.all("header")
    assert header["class"] == f"summary {colour}"
    assert said in page.text


def test_the_copied_requests_are_the_ones_of_the_json_report():
    """To the character."""
    report = conflict_report()
    page = page_of(report)
    document = json_report.as_document(report, Redactor())
    (entry,) = (one for row in document["requirements"] for one in row["findings"])
    assert entry["curl"] in "".join(page.words)


def test_combinations_are_cells():
    """Each with what became of it, in words too."""
    lists = {"events_from": (), "include": ()}
    counts = {"all": (9, 9, False), "some": (3, 1, False), "refused": (2, 0, False), "allowed": (1, 0, True)}
    options = [
        Combination(choices={"payload": kind}, lists=lists, sent=sent, accepted=accepted, optional=optional)
        for kind, (sent, accepted, optional) in {**counts, "unsent": (0, 0, False)}.items()
    ]
    page = page_of(replace(conflict_report(), options=tuple(options)))
    cells = [(page.classes(attrs)[0], attrs["title"]) for attrs in page.all("td") if "title" in attrs]
    assert cells == [
        ("all", "9 of 9 accepted"),
        ("some", "1 of 3 accepted"),
        ("refused", "0 of 2 accepted"),
        ("allowed", "0 of 1 accepted"),
        ("unsent", "0 of 0 accepted"),
    ]
    assert "4 of 5 tried, 2 accepted" in page.text


def test_the_same_answer_twice_is_told_in_a_line():
    """What was answered is laid side by side where it differs."""
    page = page_of(conflict_report())
    assert "First answer and later answer: the same document, member for member." in page.text
    assert len(page.all("table", "diff")) == 1


def test_latencies_are_bars_on_one_axis():
    """A bar says how many answers it stands for."""
    run = Run()
    observed = [run.exchange(WEBHOOK) for _ in range(5)]
    timed = [
        replace(one, seconds=seconds)
        for one, seconds in zip(run.history.interactions(), (0.001, 0.001, 0.001, 0.1, 2), strict=True)
    ]
    source = html_report.write(report_of(zip(timed, observed, strict=True)), Redactor())
    assert re.findall("<title>(.*? of .*?)</title>", source.partition("</head>")[2]) == [
        "3 of 1.0 ms to 1.2 ms",
        "1 of 91 ms to 108 ms",
        "1 of 1.7 s to 2.0 s",
    ]
    heights = [int(attrs["height"]) for attrs in Page(source).all("rect")]
    assert heights == [26, 8, 8]
