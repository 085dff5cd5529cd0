"""The names of the servers of the zoo."""

from __future__ import annotations

import click

from ed_contract.cli.completing.names import Items, items
from ed_contract.zoo import MUTANTS, RIGHT


def servers(_: click.Context, __: click.Parameter, begun: str) -> Items:
    """Return the names of the servers of the zoo, each with its sentence."""
    return items(begun, {one.name: one.sentence for some in (MUTANTS, RIGHT) for one in some})
