"""The command `drift`: how somebody's OpenAPI document differs from an edition of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from ed_contract.cli import completing
from ed_contract.cli.options import configured, options
from ed_contract.cli.subject import edition
from ed_contract.contract import Contract
from ed_contract.contract import drift as drifting
from ed_contract.contract.drift import Drift


@click.command
@click.argument("openapi", type=click.Path(path_type=Path), shell_complete=completing.by("names:files"))
@options("edition")
@click.option("--operation", metavar="ID", help="The operationId of the create, if the document has several creates.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="A table (the default) or JSON."
)
@configured
@click.pass_context
def drift(ctx: click.Context, /, openapi: Path, operation: str | None, form: str, **_: object) -> None:
    """Show the requirements in which the schemas of the document OPENAPI differ from an edition of the page.

    Lines with - are the edition's, lines with + the document's. Exit 0 if nothing differs, else 1.

    \b
    ed-contract drift openapi.yaml
    ed-contract drift openapi.yaml --edition 2026-04 --operation createEventDestination --format json
    """
    contract = Contract.load(edition(ctx))
    ours = contract.operation
    theirs = drifting.operation_in(openapi, operation, like=ours)
    found = drifting.drift(ours, theirs)
    names = (contract.edition, f"{ours.method} {ours.path}"), (str(openapi), f"{theirs.method} {theirs.path}")
    click.echo(_document(found, *names) if form == "json" else "\n".join(_lines(found, *names)))
    ctx.exit(1 if found.differences else 0)


def _document(found: Drift, edition: tuple[str, str], document: tuple[str, str]) -> str:
    rows = [{"row": one.row, "edition": one.edition, "document": one.document} for one in found.differences]
    sides = {
        side: {"name": name, "operation": operation}
        for side, (name, operation) in (("edition", edition), ("document", document))
    }
    return json.dumps({**sides, "same": found.same, "differences": rows}, indent=2, ensure_ascii=False)


def _lines(found: Drift, edition: tuple[str, str], document: tuple[str, str]) -> Iterator[str]:
    width = max((len(one.row) for one in found.differences), default=0)
    if found.differences:
        yield f"--- {edition[0]}: {edition[1]}"
        yield f"+++ {document[0]}: {document[1]}"
    for one in found.differences:
        for sign, statement in (("-", one.edition), ("+", one.document)):
            if statement is not None:
                yield f"{sign} {one.row:<{width}}  {statement}"
    both = sum(one.edition is not None and one.document is not None for one in found.differences)
    counts = (
        (found.same, "the same"),
        (both, "different"),
        (sum(one.document is None for one in found.differences), f"only in {edition[0]}"),
        (sum(one.edition is None for one in found.differences), f"only in {document[0]}"),
    )
    told = ", ".join(f"{count} {what}" for count, what in counts if count)
    yield f"{found.same + len(found.differences)} requirements: {told}"
