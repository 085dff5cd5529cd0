"""The plugin's settings: from which source each comes, and how they make a target and a run.

The command line comes before the environment, and that before the ini file. Nothing heavy is imported until an
option that asks for a run is given.
"""

from __future__ import annotations

import math
import os
import random
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ed_contract.pytest_plugin.table import OPTIONS, Option

if TYPE_CHECKING:
    from ed_contract.report.redaction import Redactor
    from ed_contract.transport import Target
    from ed_contract.waivers import Waivers

MOST_SEEDS = 2**32
_SHAPING = ("api-version", "path", "strength", "max-examples", "request-timeout", "restart-command")


_BY_NAME = {option.name: option for option in OPTIONS}


def add_options(parser: pytest.Parser) -> None:
    """Add all options, with their ini keys."""
    group = parser.getgroup("ed-contract", "ed-contract: conformance of a server for POST /v2/core/event_destinations")
    for option in OPTIONS:
        sources = ", ".join([f"ini: {option.attribute}"] * option.ini + [f"env: {option.env}"] * bool(option.env))
        described = f"{option.help} [{sources}]" if sources else option.help
        name = f"--ed-{option.name}"
        if option.metavar:
            action = "append" if option.many else "store"
            group.addoption(name, action=action, metavar=option.metavar, default=None, help=described)
        else:
            group.addoption(name, action="store_true", default=None, help=described)
        if option.ini:
            form: Literal["args", "string", "bool"] = "args" if option.many else "string" if option.metavar else "bool"
            parser.addini(option.attribute, option.help, type=form, default=None)


class Settings:
    """What was asked for, by whichever way."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._seed: int | None = None
        self._reports: list[tuple[str, str]] | None = None

    def wanted(self) -> bool:
        """Whether a target was given as an option."""
        return self._where() != ("", "")

    def value(self, name: str) -> Any:  # noqa: ANN401 - a text, a number, a list or a flag
        """Return an option's value from the first source that has one, converted; else None."""
        option = _BY_NAME[name]
        for said, source in ((f"--ed-{name}", _command_line), (option.env, _environment), (option.attribute, _ini)):
            if (given := source(self._config, option)) not in (None, "", [], False):
                return given if option.many or not option.metavar else _converted(option, said, given)
        return "" if name == "api-version" and _command_line(self._config, option) == "" else None

    def _where(self) -> tuple[str, str]:
        """Return URL and application, one of them empty at least: that of the first source that has either."""
        url, app = _BY_NAME["url"], _BY_NAME["app"]
        for source in (_command_line, _environment, _ini):
            given = source(self._config, url) or "", source(self._config, app) or ""
            if all(given):
                raise pytest.UsageError(
                    "a URL and an application are both given", "give --ed-url or --ed-app, not both."
                )
            if any(given):
                return given
        return "", ""

    def check(self) -> None:
        """Raise pytest.UsageError for what no run can take place with; nothing is sent, and no application loaded."""
        from ed_contract.engine import PHASES  # noqa: PLC0415 - without a target nothing of ours is loaded
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - the same

        url, app = self._where()
        try:
            for option in OPTIONS:
                self.value(option.name)
            self.applicable()
            self.reports()
            self.seed()
            self.completed(url or "http://127.0.0.1")
            self.run_arguments()
        except UsageError as error:
            raise pytest.UsageError(*str(error).splitlines()) from None
        unknown = [name for name in self._phases() or () if name not in PHASES]
        if unknown:
            raise pytest.UsageError(f"no phase {', '.join(unknown)}", f"the phases are {', '.join(PHASES)}.")
        if app and not all(app.partition(":")):
            raise pytest.UsageError(f"{app!r} names no application", "give MODULE:ATTR, e.g. --ed-app shop.main:app.")

    def applicable(self) -> list[str]:
        """Return the ids of the requirements that were selected and that a check can judge with what was given."""
        from ed_contract.checks import judged  # noqa: PLC0415 - without a target nothing of ours is loaded
        from ed_contract.contract import CONTRACT  # noqa: PLC0415 - the same

        rows = CONTRACT.select(self.value("only") or (), self.value("skip") or ())
        return [row.id for row in rows if row.id in judged]

    def require(self, identifiers: Sequence[str]) -> None:
        """Raise pytest.UsageError if one of these is no requirement that was selected."""
        from ed_contract.contract import CONTRACT  # noqa: PLC0415 - without a target nothing of ours is loaded
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - the same

        try:
            for identifier in identifiers:
                CONTRACT.requirement(identifier)
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
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - without a target nothing of ours is loaded

        url, app = self._where()
        if not url and not app:
            raise UsageError(
                "there is no server to judge: give --ed-url URL or --ed-app MODULE:ATTR,\n"
                "or define a session fixture `ed_target` that returns the server's URL."
            )
        return self.completed(_application(app) if app else url)

    def completed(self, given: Target | str) -> Target:
        """Return a target with what the options say of credentials, headers and the like; a Target is as it is."""
        from ed_contract.transport import Target  # noqa: PLC0415 - without a target nothing of ours is loaded

        if isinstance(given, Target) and given.app is None:
            return given
        trusted = self.value("tls-verify")
        fields = {
            "api_key": self.value("api-key"),
            "second_api_key": self.value("second-api-key"),
            "headers": tuple(map(_header, self.value("header") or ())),
            "api_version": self.value("api-version"),
            "path": self.value("path"),
            "request_timeout": self.value("request-timeout"),
            "tls_verify": {"yes": True, "no": False}.get(trusted, trusted),
            "proxy": self.value("proxy"),
            "allow_live": self.value("allow-live"),
        }
        told = {name: value for name, value in fields.items() if value is not None and value != ()}
        return Target(url=given, **told) if isinstance(given, str) else replace(given, **told)

    def run_arguments(self) -> dict[str, Any]:
        """Return what `api.run` takes beside the target and what is to be restarted."""
        from ed_contract.engine.pace import rate_of  # noqa: PLC0415 - without a target nothing of ours is loaded

        arguments = {
            "only": self.value("only"),
            "skip": self.value("skip"),
            "phases": self._phases(),
            "strict": self.value("strict"),
            "seed": self.seed(),
            "strength": self.value("strength"),
            "max_examples": self.value("max-examples"),
            "max_requests": self.value("max-requests"),
            "max_time": self.value("max-time"),
            "key_age": self.value("key-age"),
            "workers": self.value("workers"),
            "rate_limit": rate_of(rate) if (rate := self.value("rate-limit")) else None,
            "request_retries": self.value("request-retries"),
            "cleanup": self.value("cleanup"),
            "max_destinations": self.value("max-destinations"),
            "shrink": False if self.value("no-shrink") else None,
            "waivers": _waivers(self.value("waivers")),
        }
        return {name: value for name, value in arguments.items() if value is not None}

    def reports(self) -> list[tuple[str, str]]:
        """Return format and path of each report that was asked for, relative to where pytest was started."""
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - without a target nothing of ours is loaded
        from ed_contract.report import writers  # noqa: PLC0415 - the same

        if self._reports is None:
            parsed = [writers.parse(value) for value in self.value("report") or ()]
            if any(path == "-" for _, path in parsed):
                raise UsageError("--ed-report: standard output is pytest's\ngive the path of a file.")
            here = self._config.invocation_params.dir
            self._reports = [(form, str(here / path)) for form, path in parsed]
        return self._reports

    def seed(self) -> int | None:
        """Return the seed, or None; a random one is drawn once."""
        given = self.value("seed")
        if given is not None and self._seed is None:
            if given == "random":
                self._seed = random.SystemRandom().randrange(MOST_SEEDS)
            else:
                self._seed = _converted(replace(_BY_NAME["seed"], kind=int), "--ed-seed", given)
        return self._seed

    def again(self, target: Target) -> str:
        """Return the options without which `ed-contract run` would send something else; header values may be secret."""
        from ed_contract.report.curl import OWN_HEADERS, variable  # noqa: PLC0415 - heavy

        given = ((name, self.value(name)) for name in _SHAPING)
        parts = [f"--{name} {shlex.quote(str(value))}" for name, value in given if value is not None]
        for name, value in target.headers:
            own = name.lower() in OWN_HEADERS
            parts.append(f"-H {shlex.quote(f'{name}:{value}')}" if own else f'-H "{name}:${variable(name)}"')
        return " ".join(parts)

    def _phases(self) -> list[str] | None:
        names = self.value("phases")
        return [name.strip() for name in names.split(",") if name.strip()] if names else None


def redactor(target: Target) -> Redactor:
    """Return what keeps the target's credentials out of everything that is written."""
    from ed_contract.report.redaction import Redactor  # noqa: PLC0415 - heavy

    return Redactor.of(target)


def _command_line(config: pytest.Config, option: Option) -> Any:  # noqa: ANN401 - as pytest keeps it
    return config.getoption(option.attribute)


def _environment(_: pytest.Config, option: Option) -> str | None:
    return os.environ.get(option.env) if option.env else None


def _ini(config: pytest.Config, option: Option) -> Any:  # noqa: ANN401 - as pytest keeps it
    return config.getini(option.attribute) if option.ini else None


def _converted(option: Option, said: str, given: str) -> Any:  # noqa: ANN401 - what the option's kind makes of it
    """Return a value as its option wants it; raise pytest.UsageError if it is none."""
    try:
        value = option.kind(given)
    except ValueError:
        value = None
    numeric = option.kind is not str
    if value is None or (numeric and not (option.least <= value <= option.most and math.isfinite(value))):
        what = "a whole number" if option.kind is int else "a number of seconds"
        hints = {"strength": "give 2, 3 or 4.", "seed": "give a whole number, or the word random."}
        least = f" of {option.least:g} or more" if option.least > -math.inf else ""
        most = f", {option.most:g} at most" if option.most < math.inf else ""
        raise pytest.UsageError(
            f"{said}: {given!r} cannot be used", hints.get(option.name, f"give {what}{least}{most}.")
        )
    return value


def _header(given: str) -> tuple[str, str]:
    name, colon, content = given.partition(":")
    if not colon:
        from ed_contract.exceptions import UsageError  # noqa: PLC0415 - without a target nothing of ours is loaded

        # It is not repeated here: it may be a credential.
        raise UsageError("--ed-header: a header without a colon\ngive NAME:VALUE, e.g. X-Tenant:acme.")
    return name.strip(), content.strip()


def _application(name: str) -> Target:
    """Return the target that an application in this process is."""
    from ed_contract.transport import Target  # noqa: PLC0415 - without a target nothing of ours is loaded

    return Target.of_app(name)


def _waivers(path: str | None) -> Waivers | None:
    """Return the waivers of a file, or None."""
    if path is None:
        return None
    from ed_contract.waivers import load  # noqa: PLC0415 - without a target nothing of ours is loaded

    return load(path)
