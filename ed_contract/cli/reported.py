"""The target of a report, for a command that goes back to it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import click

from ed_contract.cli.options import resolved
from ed_contract.contract import Contract
from ed_contract.options import OPTIONS, Settings
from ed_contract.options.option import TARGET
from ed_contract.transport.target import Target, target_from

OF_A_REPORTED_TARGET = tuple(
    option.name
    for option in OPTIONS
    if option.group == TARGET and option.name not in {"url", "app", "replica", "api-version", "path"}
)
"""The options of a command that goes back to the target of a report, which says what the others were."""


def reported(ctx: click.Context, target: str, contract: Contract) -> tuple[Target, Settings]:
    """Return the target of a report about a contract, with what is said of it elsewhere, and the settings.

    The server that the environment or a file names may be another one: only `--url` on the command line counts.
    """
    settings = resolved(ctx, apart=["url", "path", "app"]).settings
    if settings.url is None and "://" not in target:  # an application that was called in process
        called = replace(settings, app=target, path=None)
        return target_from(called, contract=contract) or Target.of_app(target), settings
    parts = urlsplit(target)
    url = settings.url or urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    told = replace(settings, url=url, path=parts.path if "://" in target else None)
    return target_from(told, contract=contract) or Target(url=url, contract=contract), settings
