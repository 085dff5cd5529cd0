"""Writes the behaviour card for people, as `run --card` prints it."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.report.card.trait import Trait
from ed_contract.report.model import Report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import Line, printable


def heading(report: Report) -> str:
    """Return what the card is about, as a heading says it."""
    return f"What the server does where the {'page' if report.own is None else 'document'} is silent"


def card_lines(report: Report, redact: Redactor) -> Iterator[Line]:
    """Yield the card, a line for each topic; nothing if there is no card."""
    if report.card:
        yield Line("")
        yield Line(f"{heading(report)}:", "bold", hang=2)
    yield from (Line(f"  {one.title}: {_said(one, redact)}", "" if one.seen else "dim", hang=4) for one in report.card)


def _said(trait: Trait, redact: Redactor) -> str:
    said = printable(redact(trait.said))
    return f"{said}, from {trait.answers} {'answer' if trait.answers == 1 else 'answers'}" if trait.seen else said
