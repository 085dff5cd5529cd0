"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from common.broken import MetadataNotCompared

from ed_contract import Target, run
from ed_contract.reference import serve
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import finding_lines

README = Path(__file__).resolve().parents[2].joinpath("README.md").read_text(encoding="utf-8")


def blocks(language):
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_finding_is_as_printed():
    """To the letter, but for the port and for how often it was seen."""
    (shown,) = blocks("text")
    with MetadataNotCompared() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"))
    bug = report.bugs[0]
    row = next(row for row in report.requirements if row.requirement.id == bug.finding.requirement)
    printed = "\n".join(line.text for line in finding_lines(bug, row.requirement, report, Redactor()))
    printed = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", printed)
    assert re.sub(r"seen \d+ times", "", shown.strip()) == re.sub(r"seen \d+ times", "", printed.strip())


def test_the_snippets_run():
    """Each Python block is a test that passes."""
    for snippet in blocks("python"):
        namespace = {}
        exec(compile(snippet, "README.md", "exec"), namespace)  # noqa: S102 - our own README
        tests = [value for name, value in namespace.items() if name.startswith("test_")]
        assert tests
        for test in tests:
            test()
