"""Which requirements the command line asks for: those named by node id, or all where it names a folder or nothing.

A developer who runs one file of tests does not want a hundred more.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

NODE = "ed-contract"
"""The node id of our tests: `ed-contract` names all, `ed-contract::ID` one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which requirements become tests without a file."""

    named: frozenset[str] = frozenset()  # by node id
    all: bool = False
    is_explicit: bool = False  # whether a node id of ours was given

    def __contains__(self, identifier: str) -> bool:
        """Whether a requirement becomes a test."""
        return self.all or identifier in self.named

    def __bool__(self) -> bool:
        """Whether any does."""
        return self.all or bool(self.named)


def take_selection(config: pytest.Config) -> Selection:
    """Take our node ids from among the arguments, where pytest would look for files, and return what they select."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return Selection(all=True)
    here = config.invocation_params.dir
    ours = [one for one in config.args if one.startswith(f"{NODE}::") or (one == NODE and not (here / NODE).exists())]
    config.args[:] = [one for one in config.args if one not in ours]
    if ours:
        named = frozenset(one.removeprefix(NODE).removeprefix("::") for one in ours)
        return Selection(named=named - {""}, all="" in named, is_explicit=True)
    return Selection(all=any("::" not in one and not (here / one).is_file() for one in config.args))
