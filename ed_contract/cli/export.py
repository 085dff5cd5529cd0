"""The command `export`: the contract for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import yaml

from ed_contract.cli.options import configured, options
from ed_contract.cli.subject import contract_of
from ed_contract.contract import Contract
from ed_contract.contract.exporting import VERSIONS, exported
from ed_contract.contract.variants import exact
from ed_contract.exceptions import UsageError
from ed_contract.files import write_file


class _Dumper(yaml.SafeDumper):
    """Quotes texts of digits: readers of YAML 1.2 take them for numbers, zeros in front or not."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if value.isdigit() else None)


_Dumper.add_representer(str, _text)


@click.command
@click.argument("what", type=click.Choice(["openapi", "request", "response", "contract"]))
@click.option("--openapi", "version", type=click.Choice([*VERSIONS]), help="The version of openapi.  [default: 3.1]")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), help="JSON for schemas, otherwise YAML.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@options("edition", "contract", "operation")
@configured
@click.pass_context
def export(
    ctx: click.Context, /, what: str, version: str | None, form: str | None, output: Path | None, **_: object
) -> None:
    """Export an OpenAPI document for other tools, or the JSON Schema of request or response.

    `contract` is the annotated document that runs judge by, in the form that --contract takes.

    \b
    ed-contract export openapi -o openapi.yaml
    ed-contract export openapi --openapi 3.0 --format json
    ed-contract export response --edition 2026-04
    """
    if version and what != "openapi":
        raise UsageError(f"--openapi does not apply to `export {what}`\nuse it with `export openapi`.")
    document = _document(contract_of(ctx), what, version)
    if (form or ("json" if what in {"request", "response"} else "yaml")) == "json":
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    else:
        text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_file(output, text)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}\ngive a path in an existing directory.") from error


def _document(contract: Contract, what: str, version: str | None) -> Any:  # noqa: ANN401 - any JSON
    if what == "request":
        return exact(contract.request_schema)
    if what == "response":
        return exact(contract.response_schema)
    if what == "contract" or (contract.is_own and not version):
        return contract.document
    if contract.is_own:
        problem = "--openapi converts only editions of the page"
        raise UsageError(f"{problem}\nleave it out: a contract of your own is exported as it is.")
    return exported(contract, version or "3.1")
