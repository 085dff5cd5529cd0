"""The plugin's settings: from which source each comes, and how they make a target and a run.

The command line comes before the environment, and that before the ini file. Nothing heavy is imported until an
option that asks for a run is given.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from ed_contract.exceptions import UsageError
from ed_contract.options import BY_NAME, Option, Resolved, Settings, Source, again, at, environment, for_pytest, resolve
from ed_contract.options.option import INI, PYTEST

if TYPE_CHECKING:
    from ed_contract.contract import Contract
    from ed_contract.report.redaction import Redactor
    from ed_contract.transport import Target


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
            Source(name="command line", door=PYTEST, said=_said, given=lambda one: config.getoption(_name(one))),
            environment(os.environ),
            Source(name="ini", door=INI, said=_name, given=lambda one: config.getini(_name(one)) or None),
        )
        self._resolved: Resolved | None = None
        self._contract: Contract | None = None

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
    def contract(self) -> Contract:
        """What is judged; raises UsageError for what cannot be read."""
        from ed_contract.contract import CONTRACT, chosen  # noqa: PLC0415 - without a target nothing of ours is loaded

        if self._contract is None:  # once: its parts are compared as they are
            self._contract = chosen(self.settings) or CONTRACT
        return self._contract

    @property
    def folder(self) -> Path:
        """Where the session keeps the record of its last run."""
        return self._config.rootpath

    def wanted(self) -> bool:
        """Whether a target was given as an option; what else was given is not looked at without one."""
        named = (BY_NAME["url"], BY_NAME["app"])
        return any(source.given(option) for source in self._sources for option in named)

    def check(self) -> None:
        """Raise pytest.UsageError for what no run can take place with; nothing is sent, and no application loaded."""
        try:
            self.applicable()
            self.reports()
            self.artifact()
            self.completed(self.settings.url or "http://127.0.0.1")
            if self.settings.waivers is not None:
                from ed_contract.waivers import load  # noqa: PLC0415 - without a target nothing of ours is loaded

                load(self.settings.waivers, self.contract)
        except UsageError as error:
            raise pytest.UsageError(*str(error).splitlines()) from None

    def applicable(self) -> list[str]:
        """Return the ids of the requirements that were selected and that a check can judge with what was given."""
        from ed_contract.checks import judged  # noqa: PLC0415 - without a target nothing of ours is loaded

        rows = self.contract.select(self.settings.only, self.settings.skip)
        return [row.id for row in rows if row.id in judged(self.contract)]

    def require(self, identifiers: Sequence[str]) -> None:
        """Raise pytest.UsageError if one of these is no requirement that was selected."""
        try:
            for identifier in identifiers:
                self.contract.requirement(identifier)
        except UsageError as error:
            raise pytest.UsageError(*str(error).splitlines()) from None
        left_out = set(identifiers) - set(self.applicable())
        if left_out:
            raise pytest.UsageError(
                f"{', '.join(sorted(left_out))}: not judged with these options",
                "look at --ed-only and --ed-skip, and at `ed-contract explain ID`.",
            )

    def target(self) -> Target:
        """Return the target that the options name; raise UsageError if they name none, or none that can be had."""
        from ed_contract.transport.target import target_from  # noqa: PLC0415 - without a target nothing is loaded

        target = target_from(self.settings, contract=self.contract)
        if target is None:
            raise UsageError(
                "there is no server to judge: give --ed-url URL or --ed-app MODULE:ATTR,\n"
                "or define a session fixture `ed_target` that returns the server's URL."
            )
        return target

    def completed(self, given: Target | str) -> Target:
        """Return a target with what the options say of credentials, headers and the like; a Target is as it is."""
        from ed_contract.transport.target import target_from, target_of  # noqa: PLC0415 - the same

        return target_from(self.settings, given, self._meant) or target_of(given)

    @property
    def _meant(self) -> Contract | None:
        """What is judged, if the options say so: else a Target that was given says it."""
        named = (self.settings.edition, self.settings.contract, self.settings.api_version)
        return self.contract if any(named) else None

    def run_settings(self) -> Settings:
        """Return what a run is told beside its target."""
        return replace(self.settings, url=None, app=None, edition=None, contract=None, operation=None)

    def reports(self) -> list[tuple[str, str]]:
        """Return format and path of each report that was asked for, relative to where pytest was started."""
        from ed_contract.report import writers  # noqa: PLC0415 - without a target nothing of ours is loaded

        here = self._config.invocation_params.dir
        for _, path in self.settings.reports:
            if path == writers.STDOUT:
                raise UsageError("--ed-report: standard output is pytest's\ngive the path of a file.")
        reports = [(form, str(here / path)) for form, path in self.settings.reports]
        writers.require_all_writable(reports)
        return reports

    def artifact(self) -> str:
        """Return what the results of a SARIF report point to; settings come from pytest's own file."""
        from ed_contract.report.artifact import artifact  # noqa: PLC0415 - without a target nothing of ours is loaded

        return artifact(self.settings, self._config.inipath)

    def again(self, target: Target) -> str:
        """Return the options without which `ed-contract run` would send something else; header values may be secret."""
        from ed_contract.report.curl import as_options  # noqa: PLC0415 - heavy

        return " ".join([*again(self.settings, self._now.origins), *as_options(target.headers, target.contract)])


def redactor(target: Target) -> Redactor:
    """Return what keeps the target's credentials out of everything that is written."""
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy

    return Redactor.of(target)
