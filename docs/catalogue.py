"""Writes the requirement catalogue: one page an area, from the contract, the checks, the zoo and the kept findings.

Nothing of it is written by hand but what an area is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from findings import kept

from ed_contract import CHECKS, CONTRACT
from ed_contract.record.key_table import TABLE
from ed_contract.requirement import Requirement
from ed_contract.zoo import MUTANTS, Mutant

AREAS = {
    "request": (
        "What the page forbids is refused with 4xx, and what it allows is accepted: one requirement for each keyword "
        "at each place of the request schema, and `request/valid`."
    ),
    "response": (
        "An answer has the members that the page lists, of their types and values: one requirement for each keyword "
        "at each place of the response schema, and what no schema can say."
    ),
    "echo": "What was sent comes back, to the code point.",
    "include": "Members that are shown when they are asked for, and withheld when they are not.",
    "idempotency": (
        "What an idempotency key promises: replays, conflicts, keys that resemble each other, requests at once, other "
        "accounts, and memory."
    ),
    "robustness": "What no server of any kind may do, whatever it is sent.",
    "auth": "Requests without a right credential are refused with 401.",
}
SHOWN = 8  # mutants of a requirement; the others are folded away


def overview() -> str:
    """Return a table of all requirements for each area."""
    parts = []
    for area, about in AREAS.items():
        rows = _rows(area)
        parts += [f"## {area}", "", about, "", "| requirement | level | what holds |", "|---|---|---|"]
        parts += [f"| [`{row.id}`](requirements/{area}.md#{row.id}) | {row.level} | {row.statement} |" for row in rows]
        parts.append("")
    return "\n".join(parts)


def area_page(area: str) -> str:
    """Return the page of an area as Markdown."""
    parts = [f"# {area}", "", AREAS[area], ""]
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


def _rows(area: str) -> list[Requirement]:
    return [row for row in CONTRACT.requirements.values() if row.area == area]


def _requirement(row: Requirement) -> Iterator[str]:
    """Yield what there is to say of a requirement."""
    example = kept().get(row.id)
    yield f"## `{row.id}` {{ #{row.id} }}"
    yield f"\n{row.statement}\n"
    yield f"- Level: {row.level}"
    yield f"- Clause: {row.clause}"
    checks = (check.name.replace("_", " ") for check in CHECKS if row.id in check.judges(CONTRACT))
    yield f"- Judged by: {'; '.join(checks)}"
    if row.need:
        yield f"- Needs: `{row.need}`"
    yield "\n**What breaks it**\n"
    yield from _mutants([one for one in MUTANTS if one.breaks == row.id and one.edition == CONTRACT.edition])
    if example is not None:
        yield f"\n**An example finding**, of `ed-contract serve --mutant {example['mutant']}`\n"
        yield f"```text\n{example['finding']}\n```"


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
