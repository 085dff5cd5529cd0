"""The report in the golden files, and their expected contents."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from ed_contract import Report, Target, run
from ed_contract.contract import CONTRACT
from ed_contract.finding import Crash, Unclear
from ed_contract.report import ReportBuilder, github
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.report.writers import WRITERS
from ed_contract.waivers import Waiver, Waivers
from ed_contract.zoo import MUTANTS, serving

GOLDEN = Path(__file__).resolve().parents[1] / "report" / "golden"
MUTANT = "type-any-case"
CREDENTIAL = "sk_test_a"
ROWS = ("request/type/*", "echo/name", "echo/description", "idempotency/replay", "idempotency/account-scoped", "auth/*")
PHASES = ("mutations", "auth")  # whose searches are known and seldom change
WAIVERS = Waivers(
    entries=(
        Waiver(
            requirement="request/type/enum", fault="capitalised", reason="BUG-12, <b>2.4</b>", expires=date(2027, 3, 31)
        ),
        Waiver(requirement="request/type/enum", fault="plural", reason="was BUG-11"),
    ),
    today=date(2026, 11, 23),
)


def golden_report() -> Report:
    """Return the report of a run against a mutant: one finding fails, one is waived, one waiver is not needed.

    An inconclusive row and a crash are added, which no run of a right tool against it gives.
    """
    (mutant,) = (one for one in MUTANTS if one.name == MUTANT)
    events = []
    with serving(mutant) as url:
        first = run(
            Target(url=url, api_key=CREDENTIAL),
            only=ROWS,
            phases=PHASES,
            seed=7,
            waivers=WAIVERS,
            on_event=events.append,
        )
    rows = [row.requirement for row in first.requirements]
    left_out = [row for row in CONTRACT.requirements.values() if row not in rows]
    builder = ReportBuilder(rows, judged={row.id for row in rows}, waivers=WAIVERS, whole=False, left_out=left_out)
    for event in events:
        builder.add(_with_oddities(event))
    return replace(builder.report(), card=first.card)


def _with_oddities(event):
    """Return the event with one row made inconclusive, and the check of another crashed."""
    if not hasattr(event, "observations"):
        return event
    odd = {
        "echo/name": Unclear(requirement="echo/name", reason="answered 429"),
        "echo/description": Crash(
            requirement="echo/description", check="description_is_echoed", error="KeyError('<&>')"
        ),
    }
    return replace(event, observations=tuple(odd.get(one.requirement, one) for one in event.observations))


def written(report: Report) -> dict[str, str]:
    """Return each golden file's name and content, with everything that varies from run to run replaced."""
    redact = Redactor([CREDENTIAL])
    files = {
        "report.txt": "".join(f"{line.text}\n" for line in report_lines(report, redact)),
        "badge.json": WRITERS["badge"](report, redact),
        "annotations.txt": github.commands(report, redact),
        "report.json": WRITERS["json"](report, redact),
        "junit.xml": WRITERS["junit"](report, redact),
        "sarif.json": WRITERS["sarif"](report, redact),
        "ctrf.json": WRITERS["ctrf"](report, redact),
        "summary.md": WRITERS["github"](report, redact),
    }
    return {name: _normalised(text) for name, text in files.items()}


_VOLATILE = (
    (r"127(\\?)\.0\\?\.0\\?\.1(\\*:|%3A)\d+", r"127\1.0\1.0\1.1\g<2>8000"),  # the port
    (r'"(seconds|median|p95|slowest)": [0-9.]+', r'"\1": 0.0'),
    (r'"(start|stop|duration)": [0-9]+', r'"\1": 0'),
    (r' time="[0-9.]+"', ' time="0.000"'),
    (r"in [0-9.]+ s,", "in 0.0 s,"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "2026-01-02T03:04:05.678Z"),
    (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "Fri, 02 Jan 2026 03:04:05 GMT"),
    (r"ed_test_[0-9A-Za-z]+", "ed_test_1"),
    (r"req_[0-9A-Za-z]+", "req_1"),
)


def _normalised(text: str) -> str:
    for pattern, replacement in _VOLATILE:
        text = re.sub(pattern, replacement, text)
    return text
