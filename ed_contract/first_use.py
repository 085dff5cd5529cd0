"""Loads the names of a module from their homes when they are first used, for homes that are slow to import.

A module that lists its names here is imported at once by whoever may need them, and type checkers read the same names
from its imports under `TYPE_CHECKING`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loading(module: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a module.

    Args:
        module: its name, for the message about a name that it does not have.
        homes: where each name comes from: `package.module:name`, or `package.module` for the module itself.
    """

    def load(name: str) -> Any:  # noqa: ANN401 - a module attribute is of any type
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return found(homes[name])

    return load


def found(place: str) -> Any:  # noqa: ANN401 - the same
    """Return what is at a place, `package.module:name` or `package.module`; its module is imported now."""
    module, _, name = place.partition(":")
    home = import_module(module)
    return getattr(home, name) if name else home
