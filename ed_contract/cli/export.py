"""The command `export`: the contract for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import yaml

from ed_contract.cli.options import configured, options
from ed_contract.cli.subject import contract_of
from ed_contract.contract.variants import exact
from ed_contract.exceptions import UsageError
from ed_contract.files import write_file


class _Dumper(yaml.SafeDumper):
    """Quotes texts of digits: readers of YAML 1.2 take them for numbers, zeros in front or not."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if value.isdigit() else None)


_Dumper.add_representer(str, _text)


@click.command
@click.argument("what", type=click.Choice(["openapi", "request", "response"]))
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), help="YAML for openapi, JSON for schemas.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@options("edition", "contract", "operation")
@configured
@click.pass_context
def export(ctx: click.Context, /, what: str, form: str | None, output: Path | None, **_: object) -> None:
    """Export the contract: the OpenAPI document, or the JSON Schema of request or response.

    \b
    ed-contract export openapi -o openapi.yaml
    ed-contract export response --edition 2026-04
    """
    contract = contract_of(ctx)
    documents: dict[str, Any] = {
        "openapi": contract.document,
        "request": exact(contract.request_schema),
        "response": exact(contract.response_schema),
    }
    if (form or ("yaml" if what == "openapi" else "json")) == "json":
        text = json.dumps(documents[what], indent=2, ensure_ascii=False) + "\n"
    else:
        text = yaml.dump(documents[what], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_file(output, text)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}\ngive a path in an existing directory.") from error
