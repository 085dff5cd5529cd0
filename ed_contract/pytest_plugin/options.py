"""The plugin's settings: from which source each comes. Knows nothing heavy: most sessions of pytest ask for no run.

The command line comes before the environment, and that before the ini file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ed_contract.exceptions import UsageError
from ed_contract.options import BY_NAME, Option, Resolved, Settings, Source, at, environment, for_pytest, resolve
from ed_contract.options.option import INI, PYTEST, TARGET

if TYPE_CHECKING:
    from ed_contract.pytest_plugin.judge import Judge

REQUIRE = "Fail the session if no requirement was judged: for CI gates, where a missing URL is a mistake."
_LINE = "command line"


def add_options(parser: pytest.Parser) -> None:
    """Add all options, with their ini keys."""
    group = parser.getgroup("ed-contract", "ed-contract: conformance of a server for one documented create")
    for option in at(PYTEST):
        ini = INI in option.doors
        default = f" (default: {option.default_text})" if option.default_text else ""
        sources = ", ".join([f"ini: {_name(option)}"] * ini + [f"env: {option.variable}"])
        described = f"{for_pytest(option.help)}{default} [{sources}]"
        if option.value.metavar:
            action = "append" if option.many else "store"
            metavar = option.value.metavar
            group.addoption(_said(option), action=action, metavar=metavar, default=None, help=described)
        else:
            group.addoption(_said(option), action="store_true", default=None, help=described)
        if ini:
            form: Literal["args", "string", "bool"]
            form = "args" if option.many else "string" if option.value.metavar else "bool"
            parser.addini(_name(option), for_pytest(option.help), type=form, default=None)
    group.addoption("--ed-require", action="store_true", help=f"{REQUIRE} [ini: ed_require]")
    parser.addini("ed_require", REQUIRE, type="bool", default=False)


def _name(option: Option) -> str:
    """Return the name under which pytest keeps an option, and its ini key."""
    return f"ed_{option.name.replace('-', '_')}"


def _said(option: Option) -> str:
    return f"--ed-{option.name}"


class Asked:
    """What was asked for, by whichever way."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._sources = (
            Source(name=_LINE, door=PYTEST, said=_said, given=lambda one: config.getoption(_name(one))),
            environment(os.environ),
            Source(name="ini", door=INI, said=_name, given=lambda one: config.getini(_name(one)) or None),
        )
        self._resolved: Resolved | None = None
        self._judge: Judge | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the session; raises pytest.UsageError for what cannot be used."""
        return self._now.settings

    @property
    def _now(self) -> Resolved:
        if self._resolved is None:  # once: a random seed is drawn in here
            try:
                self._resolved = resolve(self._sources)
            except UsageError as error:
                raise pytest.UsageError(*str(error).splitlines()) from None
        return self._resolved

    @property
    def judge(self) -> Judge:
        """What judges; it is loaded when it is first asked for, with everything that is heavy."""
        if self._judge is None:
            self._judge = import_module("ed_contract.pytest_plugin.judge").Judge(self)
        return self._judge

    @property
    def folder(self) -> Path:
        """Where the session keeps the record of its last run."""
        return self._config.rootpath

    @property
    def started_in(self) -> Path:
        """Where pytest was started: what paths of reports are relative to."""
        return self._config.invocation_params.dir

    @property
    def settings_file(self) -> Path | None:
        """The file that pytest takes its settings from."""
        return self._config.inipath

    @property
    def first_only(self) -> bool:
        """Whether the session stops at the first failure."""
        return bool(self._config.getoption("maxfail") == 1)

    @property
    def required(self) -> bool:
        """Whether a session that judges nothing is to fail."""
        return bool(self._config.getoption("ed_require") or self._config.getini("ed_require"))

    def wanted(self) -> bool:
        """Whether a target was given as an option; what else was given is not looked at without one."""
        return any(self._given(BY_NAME[name]) for name in ("url", "app"))

    def run_settings(self) -> Settings:
        """Return the settings of a run beside its target."""
        return replace(self.settings, url=None, app=None, edition=None, contract=None, operation=None, reports=())

    def on_the_line(self, name: str) -> bool:
        """Whether an option was given on the command line."""
        return self._now.origins.get(name) == _LINE

    def repeated(self) -> Iterator[tuple[str, object]]:
        """Yield the options, with their values, without which a session would send something else; no secrets.

        What stands in the environment or in the ini file is there the next time too; the target is named all the same.
        """
        for option in at(PYTEST):
            sends = option.group == TARGET or option.shapes or option.name == "strict"
            if option.secret or not sends or option.name not in self._now.origins:
                continue
            if self.on_the_line(option.name) or option.name in {"url", "app"}:
                given = self._given(option)
                yield from ((_said(option), one) for one in (given if isinstance(given, list) else [given]))

    def _given(self, option: Option) -> object:
        """Return what was given for an option, as the user wrote it, or None."""
        return next((one for source in self._sources if (one := source.given(option))), None)
