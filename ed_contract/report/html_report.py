"""Writes a report as one HTML file to look at: no network, no framework, and it can be read without its script.

It shows what the JSON report says, so that what is masked there is masked here. Evidence is hostile: every string
is escaped by the template engine, control characters are spelt out, and a content security policy lets nothing run
or load but the file's own style and script.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from ed_contract.contract import SEED
from ed_contract.report.card.lines import heading as card_heading
from ed_contract.report.changes import Changes, Identity
from ed_contract.report.comparison import comparisons, pretty
from ed_contract.report.finding_text import page_of
from ed_contract.report.json_report import as_document, contract_of
from ed_contract.report.latency import Latency, shortest
from ed_contract.report.model import Combination, Report, ReportedFinding, RequirementResult
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import advised, again, cleaned, headline, printable, repeats, sent, why_ended
from ed_contract.requirement import Level
from ed_contract.runner.events import End
from ed_contract.verdict import Verdict

OPEN = 10  # findings that are unfolded at first
LONGEST_BODY = 4_000  # characters of a body; the JSON report has all of it
LONGEST_SLUG = 60
VERDICTS = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.SKIPPED)
_TINTS = 4  # shades of a cell whose creates were all accepted
_AXIS, _TICK, _BAR_HEIGHT, _NARROWEST_BAR, _WIDEST_BAR = 224, 56, 26, 3, 14  # pixels of the histograms
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # by curl, or in UTF-8


def write(report: Report, redact: Redactor) -> str:
    """Return the report as an HTML document; the same report gives the same text."""
    style, script = (_page(name) for name in ("report.css", "report.js"))
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
            "base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704 - ours
            script=Markup(script),  # noqa: S704 - ours
            **_view(report, redact),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_page),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(exact=_exact, prose=_prose, duration=_duration)
    return environment


@cache
def _page(name: str) -> str:
    return files("ed_contract.report").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return what a content security policy calls an inline style or script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shown(value: object) -> object:
    """Return what stands in the page for a value: no character that hides, turns or breaks what is read."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(map(printable, value.split("\n")))


def _exact(text: str) -> object:
    """Return text that is to be copied: as it is, but for what cannot be sent that way anyhow."""
    return escape(_UNSENDABLE.sub(lambda found: printable(found[0]), text))


def _prose(text: str) -> object:
    """Return a sentence with what stands between back-ticks as code."""
    parts = str(_shown(text)).split("`")
    if len(parts) % 2 == 0:  # one of them is no quotation mark
        return "`".join(parts)
    shown = [
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    ]
    return Markup().join(shown)


def _duration(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"  # noqa: PLR2004 - two figures


def _view(report: Report, redact: Redactor) -> dict[str, Any]:
    """Return what the template shows."""
    document = as_document(report, redact)
    operation = contract_of(document).operation
    word = headline(report)
    title, _, rest = word.partition(": ")
    by_identity = {
        bug.finding.identity: entry
        for row, shown in zip(report.requirements, document["requirements"], strict=True)
        for bug, entry in zip(row.findings, shown["findings"], strict=True)
    }
    anchors: dict[tuple[str, str], str] = {}
    for bug in report.bugs:
        anchors[bug.finding.identity] = _anchor(by_identity[bug.finding.identity], taken=set(anchors.values()))
    rows = {row.requirement.id: row for row in report.requirements}
    failing = {bug.finding.identity for bug in report.failing}
    new = set(report.last_run.new) if report.last_run is not None else set()
    places = {(one["requirement"], one["fault"]): anchors[identity] for identity, one in by_identity.items()}
    findings = [
        {
            **_finding(bug, by_identity[bug.finding.identity], redact),
            "anchor": anchors[bug.finding.identity],
            "word": "fail" if bug.finding.identity in failing else "warn",
            "row": rows[bug.finding.requirement].requirement,
            "number": bug.number,
            "cause": bug.cause,
            "is_new": (bug.finding.requirement, by_identity[bug.finding.identity]["fault"]) in new,
            "again": redact(again(bug.finding, report)),
            "sent": sent(bug.finding),
            "doubt": repeats(bug.finding, report),
        }
        for bug in report.bugs
    ]
    return {
        "report": document,
        "page": page_of(report),
        "operation": f"{operation.method.upper()} {operation.path}",
        "advice": [advised(one, len(one.places)) for one in report.advice],
        # Nothing was found yet: a run that was interrupted, or left something out, does not look like a whole one.
        "verdict": min(report.verdict, Verdict.INCONCLUSIVE) if _unfinished(report) else report.verdict,
        "partial": report.partial,
        "word": word,
        "began": _minute(document["began"]),
        "edition": _edition(document),
        "last_run": _last_run(report.last_run, places),
        "card_title": card_heading(report),
        "title": title,
        "subtitle": rest,
        "end": why_ended(report, redact),
        "cleaned": "" if report.clean_up is None else cleaned(report.clean_up, redact, report.noun),
        "findings": findings,
        "open": OPEN,
        "areas": _areas(report, document, anchors),
        "counts": _counts(report.requirements),
        "verdicts": VERDICTS,
        "levels": [level for level in Level if any(row.requirement.level is level for row in report.requirements)],
        "grid": _grid(report.options),
        "latencies": _latencies(report),
    }


def _minute(moment: str | None) -> str:
    """Return a time of the JSON report as people read it, or ""."""
    return "" if moment is None else f"{moment[:10]} {moment[11:16]} UTC"


def _edition(document: dict[str, Any]) -> dict[str, str]:
    """Return the name of what was judged, and what that is."""
    if (own := document.get("contract")) is not None:
        return {"what": "contract", "name": f"{own['name']}, {own['operation']}"}
    return {"what": "edition", "name": document.get("edition", SEED)}


def _last_run(last: Changes | None, places: Mapping[Identity, str]) -> dict[str, Any] | None:
    """Return what changed since the last run, each finding with a place in the page that says more of it."""
    if last is None:
        return None
    new, gone = (
        [{"requirement": row, "fault": fault, "anchor": places.get((row, fault), row)} for row, fault in some]
        for some in (last.new, last.gone)
    )
    return {"said": last.said, "began": _minute(last.began), "new": new, "gone": gone}


def _unfinished(report: Report) -> bool:
    return report.partial or (report.end is End.INTERRUPTED and not report.failing)


def _anchor(entry: dict[str, Any], *, taken: set[str]) -> str:
    """Return the id of a finding in the page: that of the requirement, a colon, and the fault in letters."""
    slug = re.sub(r"[^a-z0-9._]+", "-", entry["fault"].lower()).strip("-")[:LONGEST_SLUG] or "finding"
    name = f"{entry['requirement']}:{slug}"
    number = 2
    while name in taken:
        name = f"{entry['requirement']}:{slug}-{number}"
        number += 1
    return name


def _finding(bug: ReportedFinding, entry: dict[str, Any], redact: Redactor) -> dict[str, Any]:
    """Return the JSON report's entry with its evidence as it is best read."""
    guarded = redact.guarding(bug.finding)
    return {
        **entry,
        "level": bug.level,
        "comparisons": comparisons(entry, bug.finding.evidence[-1].contract, redact, guarded),
        "requests": [_request(one, redact, guarded) for one in entry["interactions"]],
    }


def _request(one: dict[str, Any], redact: Redactor, guarded: Redactor) -> dict[str, Any]:
    """Return a request with its answer, their bodies as they are best read."""
    answer = one["answer"]
    said = answer.get("error") or answer.get("not_sent") or answer.get("not_read")
    shown = {"status": answer.get("status"), "said": said, "headers": answer.get("headers", [])}
    if said is None:
        body, omitted = _body(answer["body"], guarded)
        shown |= {"body": body, "omitted": omitted + answer["omitted"]}
    body, omitted = _body(one["body"], redact)
    return {**one, "body": body, "omitted": omitted, "answer": shown}


def _body(body: dict[str, str], redact: Redactor) -> tuple[str, int]:
    text = pretty(body["text"], redact) if "text" in body else f"base64: {body['base64']}"
    return text[:LONGEST_BODY], max(0, len(text) - LONGEST_BODY)


def _areas(report: Report, document: dict[str, Any], anchors: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return the requirements by area, each with the ids of its findings."""
    areas: dict[str, list[dict[str, Any]]] = {}
    for row, shown in zip(report.requirements, document["requirements"], strict=True):
        links = [
            {"anchor": anchors[bug.finding.identity], "fault": entry["fault"]}
            for bug, entry in zip(row.findings, shown["findings"], strict=True)
        ]
        areas.setdefault(row.requirement.area, []).append({**shown, "links": links})
    return {area: {"rows": rows, "counts": Counter(row["verdict"] for row in rows)} for area, rows in areas.items()}


def _counts(rows: tuple[RequirementResult, ...]) -> dict[Level, Counter[Verdict]]:
    counts: dict[Level, Counter[Verdict]] = {level: Counter() for level in Level}
    for row in rows:
        counts[row.requirement.level][row.verdict] += 1
    return {level: counted for level, counted in counts.items() if counted}


def _grid(options: tuple[Combination, ...]) -> dict[str, Any]:
    """Return the heat map: what takes one value down, what takes several across."""
    most = max((one.accepted for one in options), default=0)
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in options:
        rows.setdefault(tuple(one.choices.values()), []).append(
            {
                "one": one,
                "kind": _kind(one),
                "tint": _tint(one.accepted, most),
            }
        )
    axes = tuple(_axes(options))
    return {
        "rows": rows,
        "axes": axes,
        "group": axes[0]["span"] if axes else 1,
        "heads": len(options[0].choices) if options else 1,
        "sent": sum(one.sent > 0 for one in options),
        "accepted": sum(one.accepted > 0 for one in options),
        "of": len(options),
    }


def _axes(options: tuple[Combination, ...]) -> Iterator[dict[str, Any]]:
    """Yield a row of the head for each field that takes several values: its values, and how many columns each has."""
    names = list(options[0].lists) if options else []
    values = {name: list(dict.fromkeys(one.lists[name] for one in options)) for name in names}
    before, span = 1, math.prod(map(len, values.values()))
    for name in names:
        span //= len(values[name])
        yield {"name": name, "span": span, "values": [_listed(one) for one in values[name]] * before}
        before *= len(values[name])


def _tint(count: int, most: int) -> int:
    """Return a shade: the counts of the page's plain creates are many times those of the others."""
    return 1 + int((_TINTS - 1) * math.log1p(count) / math.log1p(most)) if count else 0


def _kind(one: Combination) -> str:
    if not one.sent:
        return "unsent"
    if one.accepted == one.sent:
        return "all"
    if one.optional:
        return "allowed"
    return "some" if one.accepted else "refused"


def _listed(values: tuple[str, ...]) -> str:
    return " + ".join(value.rpartition(".")[2] for value in values) or "absent"


def _latencies(report: Report) -> dict[str, Any]:
    """Return the distributions, all on one axis."""
    taken = {bar for phase in report.phases if phase.latency for bar, _ in phase.latency.bars}
    first, last = min(taken, default=0), max(taken, default=-1)
    width = min(_WIDEST_BAR, max(_NARROWEST_BAR, _AXIS // (last - first + 1))) if taken else 0
    return {
        "phases": [{"row": phase, "bars": _bars(phase.latency, first, width)} for phase in report.phases],
        "width": (last - first + 1) * width,
        "bar": max(1, width - 1),
        "height": _BAR_HEIGHT,
        "ticks": [
            {"x": (bar - first) * width, "label": shortest(bar)}
            for bar in range(first, last + 1)
            if not (bar - first) % max(1, math.ceil(_TICK / width))
        ],
    }


def _bars(latency: Latency | None, first: int, width: int) -> list[dict[str, Any]]:
    held = latency.bars if latency else ()
    most = max((count for _, count in held), default=1)
    return [
        {
            "x": (bar - first) * width,
            "height": max(1, _BAR_HEIGHT * count // most),
            "count": count,
            "low": shortest(bar),
            "high": shortest(bar + 1),
        }
        for bar, count in held
    ]
