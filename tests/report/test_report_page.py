"""A finding leads to the page that says what is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of

from ed_contract.finding import Finding
from ed_contract.report import html_report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines

PAGE = "https://docs.example.com/create"


def reported(page):
    """Return a report with one finding, of a document that names a page."""
    run = Run()
    run.exchange(WEBHOOK)
    (one,) = run.history.interactions()
    found = Finding(requirement="echo/name", fault="changed", expected="a", actual="b", evidence=(one,))
    return replace(report_of([(one, [found])]), page=page)


@pytest.mark.parametrize(
    ("page", "link"),
    [(PAGE, PAGE), ("", ""), ("javascript:alert(1)", ""), ("https://a b", ""), ('https://a"onclick="b', None)],
)
def test_the_clause_is_a_link_to_the_page(page, link):
    """On a terminal that knows links, and in HTML; what is no address to follow is none."""
    report = reported(page)
    style = next(line.style for line in report_lines(report, Redactor()) if "comes back exactly as sent" in line.text)
    written = html_report.write(report, Redactor())
    if link is None:  # which HTML escapes
        assert 'onclick="b' not in written
        return
    assert style == (f"link {link}" if link else "")
    assert (f'<a href="{link}" rel="noopener noreferrer">Response attributes › name</a>' in written) is bool(link)
    assert "javascript:alert" not in written
