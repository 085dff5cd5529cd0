"""What the command `explain` says of requirements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from ed_contract import clients
from ed_contract.checks import CHECKS
from ed_contract.cli.subject import contract_of
from ed_contract.contract import Contract
from ed_contract.explaining import example
from ed_contract.pruning import phases_about
from ed_contract.requirement import Requirement
from ed_contract.zoo import MUTANTS, Mutant


def explained(ctx: click.Context, identifiers: Iterable[str]) -> list[str]:
    """Return what there is to know of each requirement that an id or a glob names; raise UsageError for one of none."""
    contract = contract_of(ctx)
    theirs = clients.of_clients(contract)
    rows = [
        row
        for identifier in identifiers
        for row in (theirs if identifier.startswith("client/") else contract).matching(identifier)
    ]
    return [
        "\n".join(_lines_of_client(row) if row.area == "client" else _lines(contract, row))
        for row in dict.fromkeys(rows)
    ]


def _lines_of_client(row: Requirement) -> Iterator[str]:
    yield from _said(row)
    named = ", ".join(one.name for one in clients.SCENARIOS.values() if row.id in one.judges)
    yield f"  Shown by:  the scenarios {named}"


def _said(row: Requirement) -> Iterator[str]:
    yield f"{row.id} ({row.level})"
    yield f"  {row.statement}"
    yield f"  Clause:    {row.clause}"
    if row.why:
        yield f"  Why:       {row.why}"
    if row.fix:
        yield f"  Fix:       {row.fix}"


def _lines(contract: Contract, row: Requirement) -> Iterator[str]:
    checks = [
        f"{check.name.replace('_', ' ')} ({check.judge.__module__.replace('.', '/')}.py)"
        for check in CHECKS
        if row.id in check.judges(contract)
    ]
    yield from _said(row)
    yield f"  Judged by: {'; '.join(checks) or 'no check yet'}"
    yield f"  Shown by:  the phases {', '.join(phases_about(row.id))}"
    if (shown := example(contract, row.id)) is not None:
        said = "refused" if row.area == "request" and row.id != "request/valid" else "accepted"
        yield f"  Example:   {json.dumps(shown, ensure_ascii=False)} is {said}"
    if broken := _breaking(contract, row):
        more = f", and {len(broken) - 1} more of the zoo" if broken[1:] else ""
        yield f"  Broken by: {broken[0].name} ({broken[0].sentence.rstrip('.')}){more}"
    if row.need:
        yield f"  Needs:     {row.need}"


def _breaking(contract: Contract, row: Requirement) -> list[Mutant]:
    """Return the servers of the zoo that break a requirement, those of this edition first."""
    if contract.is_own:
        return []
    # Another edition may say something else by the same id; what it says alike is broken by the same servers.
    alike = [one for one in MUTANTS if Contract.load(one.edition).requirements.get(row.id) == row]
    broken = [one for one in alike if one.breaks == row.id]
    return sorted(broken, key=lambda one: one.edition != contract.edition)
