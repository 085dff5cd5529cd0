"""Reports are asked for as FORMAT=PATH, and written where that says."""

from __future__ import annotations

import pytest
from common.reports import report_of

from ed_contract.exceptions import UsageError
from ed_contract.report import github
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import STEP_SUMMARY, WRITERS, parse, write

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
            "'pdf=x' is no report\ngive FORMAT=PATH, with FORMAT one of json, html, junit, sarif, github, badge.",
        ),
        ("json", "'json' is no report\ngive FORMAT=PATH, with FORMAT one of json, html, junit, sarif, github, badge."),
        (
            "json=",
            "'json=' is no report\ngive FORMAT=PATH, with FORMAT one of json, html, junit, sarif, github, badge.",
        ),
        ("json=/", "cannot write /: it is a directory\ngive a path that can be written."),
        (
            "json=/nowhere/r",
            "cannot write /nowhere/r: there is no directory /nowhere\ngive a path that can be written.",
        ),
        ("json=a\0b", "cannot write a\0b: it holds a NUL\ngive a path that can be written."),
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


@pytest.mark.parametrize("form", ["json", "junit", "sarif", "badge"])
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
    """Then it is told."""
    path = tmp_path / "gone" / "r"
    with pytest.raises(UsageError) as refused:
        written([("json", str(path)), ("junit", str(tmp_path / "r.xml"))])
    assert str(refused.value) == f"cannot write {path}: No such file or directory\ngive a path that can be written."
    assert (tmp_path / "r.xml").exists()
