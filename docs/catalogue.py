"""Writes the requirement catalogue: one page an area, from the contract, the checks, the zoo and the kept findings.

Nothing of it is written by hand but what an area is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from findings import kept
from right_answers import right_answers

from ed_contract import CHECKS, CONTRACT
from ed_contract.pruning import phases_about
from ed_contract.record.key_table import TABLE
from ed_contract.requirement import Requirement
from ed_contract.zoo import MUTANTS, Mutant

AREAS = {
    "request": (
        "Creates that the page forbids are refused with 4xx, and those that it allows are accepted: one requirement "
        "for each keyword at each place of the request schema, and `request/valid`."
    ),
    "response": (
        "An answer has the members that the page lists, with the right types and values: one requirement for each "
        "keyword at each place of the response schema, and rules that no schema can express."
    ),
    "echo": "What was sent comes back, code point by code point.",
    "include": "Members that are shown if the request asks for them, and withheld otherwise.",
    "idempotency": (
        "What an idempotency key promises: replays, conflicts, similar keys, concurrent requests, other accounts, "
        "memory. [The states of a key](../keys.md) shows how they fit together."
    ),
    "robustness": "What no server may do, whatever it is sent.",
    "auth": "Requests without a valid credential are refused with 401.",
}
_SAID_ABOVE = re.compile(r"^  (?:Why|Fix): .*\n", re.MULTILINE)
_HOW_TO_READ = (
    "A wrong answer is shown as a run reports it, with the requests to send; the correct one is what the reference "
    "server answers to them. Ids, times and secrets are replaced."
)
SHOWN = 8  # mutants of a requirement; the others are folded away


def overview() -> str:
    """Return a table of all requirements for each area."""
    parts = []
    for area, about in AREAS.items():
        rows = _rows(area)
        parts += [
            f"## {area}",
            "",
            about.replace("(../", "("),
            "",
            "| requirement | level | what holds |",
            "|---|---|---|",
        ]
        parts += [f"| [`{row.id}`](requirements/{area}.md#{row.id}) | {row.level} | {row.statement} |" for row in rows]
        parts.append("")
    return "\n".join(parts)


def area_page(area: str) -> str:
    """Return the page of an area as Markdown."""
    parts = [f"# {area}", "", AREAS[area], "", _HOW_TO_READ, ""]
    for row in _rows(area):
        parts += [*_requirement(row), ""]
    return "\n".join(parts)


def key_states() -> str:
    """Return the table of what is sent under a key in each of its states, with the requirements that judge it."""
    lines = ["| the key | then | judged by |", "|---|---|---|"]
    for (state, then), rows in TABLE.items():
        links = ", ".join(f"[`{row}`](requirements/{row.partition('/')[0]}.md#{row})" for row in rows)
        lines.append(f"| {state} | {then} | {links or 'any answer'} |")
    return "\n".join(lines)


def finding(identifier: str) -> str:
    """Return the kept finding of a requirement, as a report has it for the first."""
    return f"1. {kept()[identifier]['finding']}"


def anchor(clause: str) -> str:
    """Return the anchor of a clause on the page about the page, e.g. `parameters-webhook_endpoint.url`."""
    return re.sub(r"[^a-z0-9_.]+", "-", clause.lower())


def with_requirements(page: str) -> str:
    """Return the page about the page with the requirements of each clause below it."""
    of_clause: dict[str, list[Requirement]] = {}
    for row in CONTRACT.requirements.values():
        of_clause.setdefault(anchor(row.clause), []).append(row)
    parts = re.split(r"(?m)^(?=##)", page)
    return "".join(_with_rows(part, of_clause) for part in parts)


def _with_rows(section: str, of_clause: Mapping[str, list[Requirement]]) -> str:
    found = re.search(r"\{ #(\S+) \}", section)
    rows = of_clause.get(found[1], []) if found else []
    links = ", ".join(f"[`{row.id}`](requirements/{row.area}.md#{row.id})" for row in rows)
    return f"{section.rstrip()}\n\nJudged as: {links}.\n\n" if links else section


def _rows(area: str) -> list[Requirement]:
    return [row for row in CONTRACT.requirements.values() if row.area == area]


def _requirement(row: Requirement) -> Iterator[str]:
    """Yield what there is to say of a requirement."""
    example, answers = kept().get(row.id), right_answers().get(row.id)
    yield f"## `{row.id}` {{ #{row.id} }}"
    yield f"\n{row.statement}\n"
    yield f"- Level: {row.level}"
    yield f"- Clause: [{row.clause}](../page.md#{anchor(row.clause)})"
    checks = (check.name.replace("_", " ") for check in CHECKS if row.id in check.judges(CONTRACT))
    yield f"- Judged by: {'; '.join(checks)}"
    yield f"- Shown by: the [phases](../phases.md) {', '.join(phases_about(row.id))}"
    if row.need:
        yield f"- Needs: `{row.need}`"
    yield f"\n**Why it matters**: {row.why}\n"
    yield f"**How to fix it**: {row.fix}"
    if answers:
        several = [f"{number}. {one}" for number, one in enumerate(answers, 1)] if answers[1:] else answers
        yield "\n**A correct answer**\n"
        yield from ("```text", *several, "```")
    if example is not None:
        yield f"\n**A wrong answer**, of `ed-contract serve --mutant {example['mutant']}`\n"
        yield f"```text\n{_SAID_ABOVE.sub('', example['finding'])}\n```"
    yield "\n**Servers that break it**\n"
    yield from _mutants([one for one in MUTANTS if one.breaks == row.id and one.edition == CONTRACT.edition])


def _mutants(mutants: list[Mutant]) -> Iterator[str]:
    """Yield the first mutants as a table, and the others as one that is folded away."""
    yield from _table(mutants[:SHOWN])
    others = mutants[SHOWN:]
    if others:
        yield f'\n??? note "{len(others)} more"\n'
        yield from (f"    {line}" for line in _table(others))


def _table(mutants: list[Mutant]) -> Iterator[str]:
    yield from ("| mutant | what it does |", "|---|---|")
    yield from (f"| `{one.name}` | {one.sentence} |" for one in mutants)
