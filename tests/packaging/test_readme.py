"""What the README shows is what happens."""

from __future__ import annotations

import re

from common.broken import MetadataNotCompared
from common.consoles import ROOT, is_as_shown

from ed_contract import Target, run
from ed_contract.reference import serve
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import finding_lines

README = ROOT.joinpath("README.md").read_text(encoding="utf-8")
RUN_BY_CI = (
    "python3 -m pip install uv && uv run pytest",
    "python3 -m pip install uv && uv run ed-contract run",
)
"""Word for word, by `.ci/run` and by whoever else builds the project."""


def blocks(language):
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_finding_is_as_printed():
    """But for the port, for how often it was seen, and for what is left out."""
    (shown,) = blocks("text")
    with MetadataNotCompared() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"))
    bug = report.bugs[0]
    row = next(row for row in report.requirements if row.requirement.id == bug.finding.requirement)
    printed = "\n".join(line.text for line in finding_lines(bug, row.requirement, report, Redactor()))
    assert is_as_shown(shown, re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", printed)), printed


def test_it_is_read_at_once():
    """It is short, and begins with what it is for, a picture and a command."""
    assert len(README.splitlines()) < 150
    beginning, _, _ = README.partition("## Add it to your project")
    assert "![" in beginning
    assert "uv run --no-dev ed-contract run " in beginning


def test_the_commands_of_ci_are_there_word_for_word():
    """Those that decide whether a change lands."""
    assert [f"$ {line}" in README.splitlines() for line in RUN_BY_CI] == [True, True]
    ci = ROOT.joinpath(".ci", "run").read_text(encoding="utf-8").splitlines()
    assert [line in ci for line in RUN_BY_CI] == [True, True]


def test_the_snippets_run():
    """Each Python block is a test that passes."""
    for snippet in blocks("python"):
        namespace = {}
        exec(compile(snippet, "README.md", "exec"), namespace)  # noqa: S102 - our own README
        tests = [value for name, value in namespace.items() if name.startswith("test_")]
        assert tests
        for test in tests:
            test()
