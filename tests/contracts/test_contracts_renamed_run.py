"""A whole run against servers that speak the other words, by the document that does: nothing else knew the page's."""

from __future__ import annotations

import pytest
from contracts import words
from contracts.renaming import write
from contracts.wrapping import Renamed

from ed_contract import Target, run
from ed_contract.reference import DEFAULT_KEYS, Reference
from ed_contract.requirement import Level
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS

EDITION = "2024-10"
MOST = 900
FIRST, SECOND = DEFAULT_KEYS
BROKEN = {one.name: one for one in MUTANTS}
BY_AREA = {
    "echo": "webhook-thin-both-reduced",
    "include": "secret-with-the-url",
    "idempotency": "description-compared-without-blanks",
    "request": "enabled-events-checked-ends-only",
    "robustness": "crashes-at-region-unknown",
}


def judged(app, **settings):
    """Return the report of a whole run against an application in process."""
    return run(Target.of_app(app, api_key=FIRST, second_api_key=SECOND), seed=1, key_age=0, **settings)


def verdicts(report):
    """Return the verdicts of the MUST rows of a report, by id."""
    return {row.requirement.id: row.verdict for row in report.requirements if row.requirement.level is Level.MUST}


def failed(report):
    """Return the ids of the MUST rows that a report fails."""
    return {one for one, verdict in verdicts(report).items() if verdict is Verdict.FAIL}


@pytest.fixture
def document(tmp_path):
    """Returns the renamed document of the seed's edition."""
    return write(EDITION, tmp_path)


@pytest.fixture(scope="module")
def page():
    """Returns the report of the page's own run."""
    with Reference() as reference:
        return judged(reference)


def test_words_that_are_changed_and_changed_back_are_seen_by_no_check(page):
    """A whole run of the page against a renamed reference behind the words of the page: the wrapper adds nothing."""
    with Reference() as reference:
        there_and_back = judged(Renamed(Renamed(reference, EDITION), EDITION, foreign=False))
    assert there_and_back.findings == page.findings == ()
    assert verdicts(there_and_back) == verdicts(page)


@pytest.mark.parametrize("name", BY_AREA.values())
def test_a_broken_server_breaks_the_same_behind_both(name):
    """So that what is told of it in the other words is told of the server."""
    with BROKEN[name].make() as server:
        report = judged(Renamed(Renamed(server, EDITION), EDITION, foreign=False))
    assert {BROKEN[name].breaks} <= failed(report) <= {BROKEN[name].breaks, *BROKEN[name].also}


def test_a_renamed_reference_conforms_to_the_renamed_document(document, page):
    """The run is whole, within the cap, and judges as many MUST rows as that of the page itself, each the other's."""
    with Reference() as reference:
        report = judged(Renamed(reference, EDITION), contract=document)
    assert report.findings == ()
    assert (report.verdict, report.complete, report.judged) == (Verdict.PASS, page.complete, page.judged)
    assert report.requests <= MOST
    assert [phase.name for phase in report.phases] == [phase.name for phase in page.phases]
    assert verdicts(report) == {words.identifier(one): verdict for one, verdict in verdicts(page).items()}


@pytest.mark.parametrize("name", BY_AREA.values())
def test_a_broken_server_is_named_in_the_other_words(document, name):
    """One of each area, by the requirement that its defect has in the renamed document."""
    with BROKEN[name].make() as server:
        report = judged(Renamed(server, EDITION), contract=document)
    breaks, *also = (words.identifier(one) for one in (BROKEN[name].breaks, *BROKEN[name].also))
    assert {breaks} <= failed(report) <= {breaks, *also}


def test_one_broken_server_stands_for_each_area():
    """Those whose rows have names in them, and robustness."""
    assert {area: BROKEN[name].breaks.partition("/")[0] for area, name in BY_AREA.items()} == {
        area: area for area in BY_AREA
    }
