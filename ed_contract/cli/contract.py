"""The commands that show the contract: `list`, `explain`, `export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ed_contract.cli import completing
from ed_contract.cli.options import configured, contract_of, options
from ed_contract.exceptions import UsageError


@click.command("list")
@options("edition", "contract", "operation", "only", "skip")
@configured
@click.pass_context
def list_requirements(ctx: click.Context, /, only: tuple[str, ...], skip: tuple[str, ...], **_: object) -> None:
    """List the requirements: id, level, and clause of the page.

    \b
    ed-contract list
    ed-contract list --only 'idempotency/*' --skip '*/burst/*'
    ed-contract list --edition 2026-04
    ed-contract list --contract payments.yaml --operation createPayment
    """
    rows = contract_of(ctx).select(only, skip)
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row.id:<{width}}  {row.level:<6}  {row.clause}")


@click.command
@click.argument("identifier", metavar="ID", shell_complete=completing.requirements)
@options("edition", "contract", "operation")
@configured
@click.pass_context
def explain(ctx: click.Context, /, identifier: str, **_: object) -> None:
    """Explain one requirement: what it says, where the page says it, what judges it, shows it and breaks it.

    \b
    ed-contract explain idempotency/conflict/status
    ed-contract explain request/name/required
    ed-contract explain request/azure_event_grid/type --edition 2026-04
    """
    from ed_contract.checks import CHECKS  # noqa: PLC0415 - heavy
    from ed_contract.contract import Contract  # noqa: PLC0415 - heavy
    from ed_contract.explaining import example  # noqa: PLC0415 - heavy
    from ed_contract.planning import phases_about  # noqa: PLC0415 - heavy
    from ed_contract.zoo import MUTANTS  # noqa: PLC0415 - heavy

    contract = contract_of(ctx)
    row = contract.requirement(identifier)
    checks = [
        f"{check.name.replace('_', ' ')} ({check.judge.__module__.replace('.', '/')}.py)"
        for check in CHECKS
        if row.id in check.judges(contract)
    ]
    # Another edition may say something else by the same id; what it says alike is broken by the same servers.
    alike = [one for one in MUTANTS if Contract.load(one.edition).requirements.get(row.id) == row]
    broken = [] if contract.is_own else [one for one in alike if one.breaks == row.id]
    broken.sort(key=lambda one: one.edition != contract.edition)
    click.echo(f"{row.id} ({row.level})")
    click.echo(f"  {row.statement}")
    click.echo(f"  Clause:    {row.clause}")
    click.echo(f"  Judged by: {'; '.join(checks) or 'no check yet'}")
    click.echo(f"  Shown by:  the phases {', '.join(phases_about(row.id))}")
    if (shown := example(contract, row.id)) is not None:
        said = "refused" if row.area == "request" and row.id != "request/valid" else "accepted"
        click.echo(f"  Example:   {json.dumps(shown, ensure_ascii=False)} is {said}")
    if broken:
        more = f", and {len(broken) - 1} more of the zoo" if broken[1:] else ""
        click.echo(f"  Broken by: {broken[0].name} ({broken[0].sentence.rstrip('.')}){more}")
    if row.need:
        click.echo(f"  Needs:     {row.need}")


@click.command
@click.argument("what", type=click.Choice(["openapi", "request", "response"]))
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), help="YAML for openapi, JSON for schemas.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file instead of standard output.")
@options("edition", "contract", "operation")
@configured
@click.pass_context
def export(ctx: click.Context, /, what: str, form: str | None, output: Path | None, **_: object) -> None:
    """Export the contract: the OpenAPI document, or the JSON Schema of request or response.

    \b
    ed-contract export openapi -o openapi.yaml
    ed-contract export response --edition 2026-04
    """
    from ed_contract.contract.variants import exact  # noqa: PLC0415 - heavy
    from ed_contract.files import write_file  # noqa: PLC0415 - beside its use

    contract = contract_of(ctx)
    documents: dict[str, Any] = {
        "openapi": contract.document,
        "request": exact(contract.request_schema),
        "response": exact(contract.response_schema),
    }
    if (form or ("yaml" if what == "openapi" else "json")) == "json":
        text = json.dumps(documents[what], indent=2, ensure_ascii=False) + "\n"
    else:
        import yaml  # noqa: PLC0415 - heavy

        text = yaml.safe_dump(documents[what], sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_file(output, text)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}\ngive a path in a directory that exists.") from error
