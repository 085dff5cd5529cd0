"""Reports for the HTML writer, with hostile evidence, many findings or a conflict; and the resulting pages."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from common.interactions import WEBHOOK, Run, answered, conflict, destination
from common.reports import report_of

from ed_contract.finding import Finding
from ed_contract.report import Report, html_report
from ed_contract.report.card import Seen, Trait
from ed_contract.report.changes import Changes
from ed_contract.report.redaction import Redactor

HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    '"><img src=x onerror="window.pwned = 2">',
    "</pre></style><svg onload=window.pwned=3>",
    "<!-- {{ 7 * 7 }} {% raw %} --><iframe srcdoc='<script>parent.pwned = 4</script>'>",
    "javascript:window.pwned=5",
    "<a href='https://evil.example/' autofocus onfocus=window.pwned=6>x</a>",
    "<link rel=stylesheet href=https://evil.example/x.css><base href=https://evil.example/>",
    "\x1b[31m \x00 \u202e \ud800 \r \u2028",
)


def hostile_report() -> Report:
    """Return a report in which everything that a target or a request contains is an attack."""
    run, judged = Run(), []
    for number, attack in enumerate(HOSTILE):
        params = WEBHOOK | {"name": attack, "metadata": {attack: attack}}
        shown = destination(params, attack, name=f"{attack}!", **{attack: attack})
        answer = answered(shown) if number % 2 else answered(f"{attack}".encode(errors="replace"), 500, attack)
        run.exchange(params, answer, key=attack)
        one = run.history.interactions()[-1]
        one = replace(one, case=replace(one.case, name=attack), seconds=0.001 * (number + 1))
        said = {"fault": attack, "expected": attack, "actual": attack, "matters": (attack,)}
        judged.append((one, [Finding(requirement="echo/name", evidence=(one,), **said)]))
    card = tuple(
        Trait(
            topic=f"t{number}", title=one, seen=(Seen(what=one, answers=1), Seen(what=f"`{one}`", answers=1)), answers=2
        )
        for number, one in enumerate(HOSTILE)
    )
    gone = tuple(("echo/name", f"{one} gone") for one in HOSTILE)
    last_run = Changes(began=attack, new=(("echo/name", HOSTILE[0]),), gone=gone)
    return replace(report_of(judged, note=attack), card=card, last_run=last_run)


def conflict_report() -> Report:
    """Return a report in which a used key with changed metadata gives the first destination again."""
    run = Run()
    first = answered(destination(WEBHOOK | {"metadata": {"region": "west"}}))
    observed = [
        run.exchange(WEBHOOK | {"metadata": {"region": region}}, first, key="f" * 36) for region in ("west", "wüst")
    ]
    return report_of(zip(run.history.interactions(), observed, strict=True))


def many_report(count: int) -> Report:
    """Return a report with a number of findings, every third of level SHOULD."""
    run = Run()
    run.exchange(WEBHOOK, conflict())
    (one,) = run.history.interactions()
    rows = ("echo/name", "request/name/required", "echo/normalised")
    said = {"expected": "a", "actual": "b", "evidence": (one,)}
    found = [Finding(requirement=rows[number % 3], fault=f"fault {number}", **said) for number in range(count)]
    return report_of([(one, found)])


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, source):
        super().__init__()
        self.elements = []
        self.words = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep a text."""
        self.words.append(data)

    def all(self, tag, name=""):
        """Return the attributes of the elements of a tag and a class."""
        return [attrs for one, attrs in self.elements if one == tag and (not name or name in self.classes(attrs))]

    @staticmethod
    def classes(attrs):
        """Return the classes of an element."""
        return (attrs.get("class") or "").split()

    @property
    def text(self):
        """All text, with single blanks."""
        return " ".join("".join(self.words).split())

    @property
    def spaced(self):
        """All text, separated between neighbouring elements."""
        return " ".join(" ".join(self.words).split())


def page_of(report, redact=None):
    """Return the parsed page of a report."""
    return Page(html_report.write(report, redact or Redactor()))
