"""The behaviour card on a terminal."""

from __future__ import annotations

from dataclasses import replace

from common.interactions import WEBHOOK, Run, answered, destination
from common.reports import report_of

from ed_contract.contract import CONTRACT
from ed_contract.report.card import Seen, Trait
from ed_contract.report.card.fold import card_of
from ed_contract.report.card.lines import card_lines
from ed_contract.report.redaction import Redactor


def test_a_card_in_lines():
    """One for each topic, with how many answers showed it; names that a server chose are printable and masked."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, **{"sk_test_of_mine": 1, "\x1b[31m": 2})))
    report = report_of([])
    assert list(card_lines(report, Redactor())) == []
    seen = (Seen(what="`\x1b[31m`", answers=1), Seen(what="`sk_test_of_mine`", answers=1))
    trait = Trait(topic="extra-members", title="Undocumented members", seen=seen, answers=1)
    assert trait in card_of(run.history, CONTRACT)
    lines = [line.text for line in card_lines(with_card(report, trait, unseen()), Redactor(["sk_test_of_mine"]))]
    assert lines[0] == ""
    assert lines[1] == "What the server does where the page is silent:"
    assert lines[2].startswith(r"  Undocumented members: `\x1b[31m` (1), `")
    assert lines[2].endswith(", from 1 answer")
    assert "of_mine" not in lines[2]
    assert lines[3] == "  URLs: not seen"


def unseen():
    """Return a line of which nothing was seen."""
    return Trait(topic="urls", title="URLs", seen=(), answers=0)


def with_card(report, *card):
    """Return a report with a card."""
    return replace(report, card=card)
