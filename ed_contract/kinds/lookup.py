"""Finds the module of a kind. Composites look up the kinds of their parts, which may be composites themselves."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ed_contract.kinds.spec import Kind, Spec

MODULES = {
    "text": "text",
    "url": "url",
    "digits": "digits",
    "token": "tokens",
    "enum": "enums",
    "number": "number",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "list": "lists",
    "set": "sets",
    "map": "maps",
    "object": "objects",
}
"""The module of each kind; names that would shadow a standard module are in the plural."""


def kind_of(spec: Spec) -> Kind:
    """Return the kind of a spec.

    Raises:
        KeyError: no kind has that name.
    """
    return cast("Kind", import_module(f"{__package__}.{MODULES[spec.kind]}"))
