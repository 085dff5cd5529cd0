"""A report as Python shows it: printed, in a notebook, and written."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from common.broken import MetadataNotCompared
from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract import Contract, Target, ToolError, UsageError, run
from ed_contract.finding import Finding
from ed_contract.options import BY_NAME
from ed_contract.reference import serve
from ed_contract.report import writers
from ed_contract.report.printing import WIDTH

ROW = "idempotency/conflict/every-parameter"
FORMATS = tuple(writers.WRITERS)


@pytest.fixture(scope="module")
def server():
    """A server that leaves one parameter out when it compares."""
    with MetadataNotCompared() as app, serve(app) as server:
        yield server


@pytest.fixture(scope="module")
def report(server):
    """The report on it, of a run with a credential in a header, and with options."""
    return run(server.url, api_key="sk_test_a", only=ROW, strength=2, headers={"X-Tenant-Token": "sesame-open-up"})


def settled(text):
    """Return printed lines without what differs from run to run."""
    return re.sub(r"requests in [\d.]+ s|, seen \d+ times", "", text)


def test_a_report_prints_as_the_command_prints_it(server, report):
    """The same lines: but for how long it took, and that long ones are wrapped where there is no terminal."""
    command = [sys.executable, "-m", "ed_contract", "run", server.url, "--api-key", "sk_test_a", "--only", ROW]
    command += ["--strength", "2", "-H", "X-Tenant-Token: sesame-open-up", "--no-record"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    _judging, printed = settled(done.stdout).split("\n", 1)
    one_line = re.sub(r"\s+", " ", settled(str(report)))
    shown = re.sub(r"\s+", " ", printed)
    assert "Actual: 200: returned the first destination" in one_line
    assert shown.endswith(one_line + " ")


def test_it_is_a_hundred_columns_wide_but_for_what_is_to_be_copied(report):
    """And without colours."""
    lines = str(report).split("\n")
    long = [line for line in lines if len(line) > WIDTH]
    assert all(re.match(r"    (curl|-H|--data-binary|  )|  Reproduce:", line) for line in long)
    assert "\x1b" not in str(report)


def test_the_command_to_see_a_finding_again_says_how_the_run_was(report):
    """The options that a call gave by name, and a credential from the environment."""
    (again,) = [line for line in str(report).split("\n") if line.startswith("  Reproduce:")]
    assert re.fullmatch(
        r"  Reproduce:  ed-contract run http://127\.0\.0\.1:\d+/v2/core/event_destinations --only \S+ --strength 2 "
        r'-H "X-Tenant-Token:\$X_TENANT_TOKEN"',
        again,
    )


def test_what_a_target_says_is_an_option_too(server):
    """And what is judged, if not the seed's edition of the page."""
    target = Target(url=server.url, api_key="sk_test_a", key_format="prefix:k_", contract=Contract.load("2026-03"))
    shown = str(run(target, only=ROW))
    assert f"--only {ROW} --edition 2026-03 --key-format prefix:k_\n" in shown


def test_a_report_on_the_bundled_server_says_so():
    """As the command does."""
    shown = str(run(only="request/valid", phases="smoke"))
    assert shown.rsplit("\n", maxsplit=1)[-1] == (
        "  next: this judged the bundled server, not yours: `ed-contract run URL --api-key KEY` judges yours"
    )


def test_no_credential_is_shown_in_any_form(report, tmp_path, capsys):
    """Nor in the repr, which stands in tracebacks."""
    for form in FORMATS:
        report.write(form, tmp_path / form)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    for text in (*texts, str(report), report._repr_html_(), repr(report), capsys.readouterr().out):
        assert text
        assert "sesame-open-up" not in text


class Balanced(HTMLParser):
    """Holds the tags and the text of a document, which must be well nested."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], set(), ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(html):
    """Return a document that is well nested."""
    document = Balanced()
    document.feed(html)
    assert document.open == []
    return document


def test_a_notebook_shows_two_tables(report):
    """The verdict, how many requirements have which, and the findings."""
    document = parsed(report._repr_html_())
    assert "DOES NOT CONFORM: 1 MUST finding: http://127.0.0.1:" in document.text
    assert re.search(rf"1\. FAIL{ROW} \[metadata\]MUST\d+ ×200: returned the first destination", document.text)
    assert {tag for tag, *_ in document.tags} == {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert {name for _, *names in document.tags for name in names} == {"style"}
    assert len(report._repr_html_()) < 4_000


def hostile(actual, number=1):
    """Return a report with findings in which a target says this."""
    recorded = Run()
    seen = []
    for one in range(number):
        interaction = recorded.add(WEBHOOK, answered(destination(WEBHOOK)))
        finding = Finding(
            requirement="echo/name", fault=f"fault {one}", expected="Orders", actual=actual, evidence=(interaction,)
        )
        seen.append((interaction, [finding]))
    return report_of(seen)


def test_what_a_target_says_does_nothing_in_a_notebook():
    """Tags are text, and characters that hide or turn others are spelt out."""
    html = hostile('<script>alert("x")</script> \u202e\x1b[31m')._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; \\u202e\\x1b[31m" in html


def test_a_notebook_shows_the_first_findings_and_how_many_there_are():
    """A hundred of them would fill it."""
    document = parsed(hostile("no", number=25)._repr_html_())
    assert document.text.count("echo/name [") == 20
    assert 'and 5 more: report.write("html", path)' in document.text


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_written_in_each_format(form, report, tmp_path):
    """As `--report FORMAT=PATH` writes it; a path may be text."""
    report.write(form, str(tmp_path / "report"))
    written = (tmp_path / "report").read_text(encoding="utf-8")
    assert written == writers.WRITERS[form](report, report.showing.redact)
    assert form in BY_NAME["report"].value.expected
    assert form in type(report).write.__doc__


def test_a_report_goes_to_standard_output(report, capsys):
    """For a dash, as with the command."""
    report.write("json", "-")
    assert json.loads(capsys.readouterr().out)["verdict"] == "fail"


@pytest.mark.parametrize(
    ("form", "path", "message"),
    [
        (
            "htm",
            "report.html",
            "unknown report format 'htm'\n"
            "did you mean html? The formats are json, html, junit, sarif, ctrf, github, badge.",
        ),
        (
            "pdf",
            "report.pdf",
            "unknown report format 'pdf'\nThe formats are json, html, junit, sarif, ctrf, github, badge.",
        ),
        ("html", "no/r.html", "cannot write no/r.html: there is no directory no\ngive a writable path."),
    ],
)
def test_a_report_that_cannot_be_written_says_why(form, path, message, report):
    """And which formats there are."""
    with pytest.raises(UsageError) as told:
        report.write(form, path)
    assert str(told.value) == message


def test_a_crash_of_a_writer_is_ours_and_loses_no_report(report, tmp_path, monkeypatch):
    """It carries the report."""
    monkeypatch.setattr(writers, "WRITERS", {"json": lambda *_: 1 / 0})
    with pytest.raises(ToolError) as told:
        report.write("json", tmp_path / "report.json")
    said = "its writer crashed, which is a bug in ed-contract (ZeroDivisionError: division by zero)"
    assert str(told.value) == f"cannot write {tmp_path / 'report.json'}: {said}"
    assert told.value.report is report
    assert isinstance(told.value.__cause__, ZeroDivisionError)


def test_reports_that_a_run_is_asked_for_are_written(server, tmp_path):
    """By name, as by the command; one that cannot be is known before anything is sent."""
    reports = [("html", str(tmp_path / "report.html")), f"badge={tmp_path / 'badge.json'}"]
    run(server.url, api_key="sk_test_a", only="request/valid", phases="smoke", reports=reports)
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "badge.json"}
    with pytest.raises(UsageError, match=r"^cannot write no/r\.html: there is no directory no\n"):
        run("http://127.0.0.1:9", reports="html=no/r.html")


def test_one_report_that_cannot_be_written_loses_neither_the_others_nor_what_was_judged(server, tmp_path):
    """The folder is gone when the run is over; the error carries the report."""
    gone = tmp_path / "gone"
    gone.mkdir()
    reports = [("html", str(gone / "report.html")), ("badge", str(tmp_path / "badge.json"))]
    with pytest.raises(UsageError, match=r"^cannot write .*report\.html: .*\ngive a writable path\.$") as told:
        run(
            server.url,
            api_key="sk_test_a",
            only="request/valid",
            phases="smoke",
            reports=reports,
            on_event=lambda _: gone.exists() and gone.rmdir(),
        )
    assert told.value.report.requests > 0
    assert (tmp_path / "badge.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_record_that_was_asked_for_and_could_not_be_written_is_told(server):
    """What was judged is not lost with it."""
    with pytest.raises(UsageError, match=r"^cannot write /dev/full: No space left on device\n") as told:
        run(server.url, api_key="sk_test_a", only="request/valid", phases="smoke", record="/dev/full")
    assert told.value.report.exit_code == 0
