"""Chooses what of a finding's evidence is to be laid side by side, from the JSON report's account of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ed_contract.contract import Contract
from ed_contract.contract.schemas import member, places
from ed_contract.report.aligned import AlignedLine, State, aligned
from ed_contract.report.redaction import Redactor

MOST_LINES = 120
_BETWEEN_REQUESTS = ("/unique", "/secret-shared")
"""How requirements end that compare one answer with another, beside those on keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """An aligned line, and what a reader is to make of it."""

    line: AlignedLine
    differs: bool  # and is not meant to
    concerned: bool  # the finding is about this member


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two JSON documents side by side."""

    left: str  # what the left one is
    right: str
    lines: tuple[ComparedLine, ...]
    same: bool  # nothing differs
    further: int  # members that the answer alone has, and that the finding is not about
    cut: bool  # whether there are more lines than can be shown


def comparisons(
    finding: dict[str, Any], contract: Contract, redact: Redactor, guarded: Redactor
) -> tuple[Comparison, ...]:
    """Return what is to be compared: two requests under one key and their answers, or a request and its answer.

    Args:
        finding: as the JSON report has it.
        contract: says what comes back.
        redact: masks what no request may show.
        guarded: masks what no answer may show.
    """
    return tuple(_comparisons(finding, contract, redact, guarded))


def _comparisons(
    finding: dict[str, Any], contract: Contract, redact: Redactor, guarded: Redactor
) -> Iterator[Comparison]:
    *before, last = finding["interactions"]
    requirement = finding["requirement"]
    area, _, about = requirement.partition("/")
    names = (about.split("/")[0], finding["fault"])
    if area == "idempotency":
        first = next((one for one in before if one["key"] is not None and one["key"] == last["key"]), None)
    else:
        first = before[0] if before and requirement.endswith(_BETWEEN_REQUESTS) else None
    sent, answered = _sent(last, redact), _answered(last, guarded)
    if first is not None:
        first_sent, first_answered = _sent(first, redact), _answered(first, guarded)
        if area == "idempotency" and first_sent is not None and sent is not None and first_sent != sent:
            yield _compare(first_sent, sent, names, titles=("first request", "later request, same key"))
        if first_answered is not None and answered is not None:
            yield _compare(first_answered, answered, names, titles=("first answer", "later answer"))
    elif sent is not None and answered is not None:
        yield _compare(sent, answered, names, titles=("sent", "answered"), echoed_by=contract)


def _compare(
    left: dict[str, Any],
    right: dict[str, Any],
    names: tuple[str, ...],
    *,
    titles: tuple[str, str],
    echoed_by: Contract | None = None,
) -> Comparison:
    echo = echoed_by is not None
    excused = set() if echoed_by is None else set(_not_returned(echoed_by, left))
    lines = [
        ComparedLine(
            line=replace(line, depth=max(0, line.depth - 1)),
            differs=_differs(line, echo=echo) and line.place not in excused,
            concerned=any(line.place == name or line.place.startswith(f"{name}.") for name in names),
        )
        for line in islice(aligned(left, right), MOST_LINES + 1)
    ]
    beside = {name for name in right if echo and name not in left}
    kept = [one for one in lines if one.concerned or one.line.place.partition(".")[0] not in beside]
    return Comparison(
        left=titles[0],
        right=titles[1],
        lines=tuple(kept[:MOST_LINES]),
        same=all(one.line.state is State.SAME for one in lines),
        further=len(beside - {one.line.place for one in kept}),
        cut=len(lines) > MOST_LINES,
    )


def _not_returned(contract: Contract, sent: dict[str, Any]) -> Iterator[str]:
    """Yield the places of a create that do not come back, or not unless they are asked for."""
    for one in places(contract.request_schema):
        echo = contract.parts.echo(one.place)
        if echo is None and "properties" not in one.schema:
            yield one.place
    for member_of in contract.parts.on_request:
        asked = member(sent, member_of.asked_in)
        if not isinstance(asked, list) or member_of.place not in asked:
            yield member_of.place


def _differs(line: AlignedLine, *, echo: bool) -> bool:
    """Whether the sides differ; additional members of an answer are not a difference."""
    return line.state is not State.SAME and not (echo and line.state is State.RIGHT)


def _sent(one: dict[str, Any], redact: Redactor) -> dict[str, Any] | None:
    return _document(one["body"], redact)


def _answered(one: dict[str, Any], redact: Redactor) -> dict[str, Any] | None:
    answer = one["answer"]
    successful = 200 <= answer.get("status", 0) < 300  # noqa: PLR2004 - the class of statuses
    return _document(answer["body"], redact) if successful else None


def _document(body: dict[str, str], redact: Redactor) -> dict[str, Any] | None:
    """Return a body's JSON object, or None: it is another thing, was cut, or a number of it was masked."""
    try:
        document = json.loads(pretty(body.get("text", ""), redact))
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def pretty(text: str, redact: Redactor) -> str:
    """Return JSON on several lines, and other text as it is.

    What escapes of JSON hid from the first redaction is legible here, and masked here.
    """
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return redact(text)
