"""Reports are asked for as FORMAT=PATH, and written where that says."""

from __future__ import annotations

import errno
import os

import pytest
from common.reports import report_of

from ed_contract.exceptions import UsageError
from ed_contract.report import github, writers
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import STEP_SUMMARY, WRITERS, Unwritten, exit_code, parse, told, write

REDACT = Redactor()


def test_a_report_is_asked_for_by_format_and_path(tmp_path):
    """The path may hold the sign that ends the format."""
    assert parse(f"sarif={tmp_path}/a=b") == ("sarif", f"{tmp_path}/a=b")
    assert parse("junit=-") == ("junit", "-")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "pdf=x",
            "invalid report 'pdf=x'\n"
            "give FORMAT=PATH, with FORMAT one of json, html, junit, sarif, ctrf, github, badge.",
        ),
        (
            "json",
            "invalid report 'json'\n"
            "give FORMAT=PATH, with FORMAT one of json, html, junit, sarif, ctrf, github, badge.",
        ),
        (
            "json=",
            "invalid report 'json='\n"
            "give FORMAT=PATH, with FORMAT one of json, html, junit, sarif, ctrf, github, badge.",
        ),
        ("json=/", "cannot write /: it is a directory\ngive a writable path."),
        (
            "json=/nowhere/r",
            "cannot write /nowhere/r: there is no directory /nowhere\ngive a writable path.",
        ),
        ("json=a\0b", "cannot write a\0b: it contains a NUL\ngive a writable path."),
    ],
)
def test_what_cannot_be_written_is_known_beforehand(value, message):
    """In two lines."""
    with pytest.raises(UsageError) as refused:
        parse(value)
    assert str(refused.value) == message


def written(wanted, **environment):
    """Write reports; return what went to standard output."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(STEP_SUMMARY, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        write(report_of([], only=["echo/name"]), wanted, REDACT, shown.append)
    return shown


def missing(wanted, show=lambda _: None):
    """Write reports; return those that could not be, each as it is told."""
    return [str(one) for one in write(report_of([], only=["echo/name"]), wanted, REDACT, show)]


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "ctrf", "badge"])
def test_each_format_is_written_to_its_file(tmp_path, form):
    """Anew each time."""
    path = tmp_path / "report"
    for _ in range(2):
        assert written([(form, str(path))]) == []
    assert path.read_text(encoding="utf-8") == WRITERS[form](report_of([], only=["echo/name"]), REDACT)


def test_github_gets_annotations_in_the_log_and_a_summary_in_its_file(tmp_path):
    """The steps of a workflow share the file: it is added to; any other file is written anew."""
    report = report_of([], only=["echo/name"])
    log, summary = github.commands(report, REDACT), github.write(report, REDACT)
    path = tmp_path / "summary.md"
    for _ in range(2):
        assert written([("github", str(path))]) == [log]
    assert path.read_text(encoding="utf-8") == summary
    for wanted in ("-", str(path)):
        assert written([("github", wanted)], **{STEP_SUMMARY: str(path)}) == [log]
    assert path.read_text(encoding="utf-8") == summary * 3
    assert written([("github", "-")]) == [log, summary]


def test_a_file_that_can_no_longer_be_written_costs_the_others_nothing(tmp_path):
    """It is told which and why."""
    path = tmp_path / "gone" / "r"
    wanted = [("json", str(path)), ("sarif", "/dev/full"), ("junit", str(tmp_path / "r.xml"))]
    assert missing(wanted) == [
        f"cannot write {path}: No such file or directory",
        "cannot write /dev/full: No space left on device",
    ]
    assert (tmp_path / "r.xml").exists()


def test_a_closed_standard_output_costs_the_others_nothing(tmp_path):
    """GitHub's annotations stand there beside the summary in its file."""

    def closed(_):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    path = tmp_path / "summary.md"
    assert missing([("json", "-"), ("github", str(path))], closed) == [
        "cannot write to standard output: Broken pipe",
        "cannot write to standard output: Broken pipe",
    ]
    assert path.read_text(encoding="utf-8") == github.write(report_of([], only=["echo/name"]), REDACT)


@pytest.mark.parametrize("form", WRITERS)
def test_a_writer_that_crashes_costs_the_others_nothing(form, tmp_path, monkeypatch):
    """It is our bug: the report is missing, what it said of it is masked, and the crash is kept."""

    def crash(*_):
        raise KeyError("sk_live_of_mine \x1b")

    monkeypatch.setattr(writers, "WRITERS", {**WRITERS, form: crash})
    wanted = [(one, str(tmp_path / one)) for one in WRITERS]
    report = report_of([], only=["echo/name"])
    (one,) = write(report, wanted, Redactor(["sk_live_of_mine"]), lambda _: None)
    said = f"cannot write {tmp_path / form}: its writer crashed, which is a bug in ed-contract (KeyError: '*** \\x1b')"
    assert str(one) == said
    assert isinstance(one.crash, KeyError)
    assert {path.name for path in tmp_path.iterdir()} == {*WRITERS} - {form}
    assert list(told([one])) == [f"error: {said}"]


@pytest.mark.parametrize(("code", "after"), [(0, 2), (1, 1), (2, 2), (130, 130)])
def test_a_missing_report_is_no_verdict(code, after):
    """It turns "conforms" into "could not judge"; a finding stays one."""
    gone = Unwritten(path="r.json", reason="No space left on device")
    assert (exit_code(code, []), exit_code(code, [gone])) == (code, after)
    assert list(told([gone])) == [
        "error: cannot write r.json: No space left on device",
        "give a writable path.",
    ]
