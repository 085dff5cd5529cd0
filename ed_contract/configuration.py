"""Settings from a file: `ed_contract.toml`, or `[tool.ed_contract]` in `pyproject.toml`, here or in a parent folder.

    url = "http://127.0.0.1:8000"
    api-key = "${ED_KEY}"

    [profiles.nightly]
    seed = "random"
    max-requests = 5000

A setting is the long name of an option. A few profiles are built in and need no file. Knows no command line.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ed_contract.exceptions import UsageError
from ed_contract.nearest import nearest
from ed_contract.options import BY_NAME, Source, at
from ed_contract.options.option import COMMAND
from ed_contract.options.option import FILE as FILE_DOOR
from ed_contract.options.other_names import OF_OPTIONS

FILE = "ed_contract.toml"
PROJECT_FILE, TOOL, TABLE = "pyproject.toml", "tool", "ed_contract"
PROFILES = "profiles"
BUILT_IN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "vendor-sandbox": {
            "api-version": "2026-09-30.endive",
            "cleanup": True,
            "max-destinations": 16,
            "rate-limit": "20/s",
            "require-target": True,
        },
    }
)
"""Profiles that need no file."""

_RESEMBLES = 0.5  # how near a name has to be
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def find(start: Path | None = None) -> Path | None:
    """Return the nearest file with settings, in `start` (else the current folder) or above it, or None."""
    try:
        start = start or Path.cwd()
        return next(_files(start), None)
    except OSError:  # the current folder was deleted, or may not be searched
        return None


def _files(start: Path) -> Iterator[Path]:
    """Yield the files with settings, in `start` and above it."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            yield folder / FILE
        project = folder / PROJECT_FILE
        if project.is_file() and TABLE in _table(_toml(project), TOOL):
            yield project


def sources(
    path: Path | None, *, profile: str | None = None, environment: Mapping[str, str] = os.environ
) -> tuple[Source, ...]:
    """Return what a file and a profile say: the file's profile goes before the built-in one, that before the rest.

    Args:
        path: the file, from `find`; None stands for no file.
        profile: the name of a table in `[profiles]`, or of a built-in profile.
        environment: what `${NAME}` in texts stands for.

    Raises:
        UsageError: the file cannot be read, a name is unknown, there is no such profile, or a variable is not set.
    """
    built_in = BUILT_IN.get(profile or "", {})
    ours = (_source(built_in, f"built-in profile {profile}"),) if built_in else ()
    if path is None:
        if profile is not None and not built_in:
            near = nearest(profile, dict.fromkeys(BUILT_IN, ()), cutoff=_RESEMBLES)
            hint = f"did you mean `{near[0]}`?" if near else "create one, or leave out the profile."
            raise UsageError(f"no profile {profile!r}: there is no {FILE} here or above\n{hint}")
        return ours
    document = _toml(path)
    general: Any = _table(document, TOOL).get(TABLE, {}) if path.name == PROJECT_FILE else document
    if not isinstance(general, dict):
        raise UsageError(f"{path}: `{TOOL}.{TABLE}` is not a table\nbegin it with a line [{TOOL}.{TABLE}].")
    profiles = general.get(PROFILES, {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise UsageError(
            f"{path}: `{PROFILES}` is not a table of tables\nbegin a profile with a line [{PROFILES}.NAME]."
        )
    if profile is not None and profile not in (known := {**BUILT_IN, **profiles}):
        raise UsageError(f"{path}: no profile {profile!r}\n{_hint(profile, dict.fromkeys(known, ()))}")
    for name, table in profiles.items():
        _require_known(table, f"{path}, profile {name}")
    common = {name: value for name, value in general.items() if name != PROFILES}
    _require_known(common, str(path))
    special = profiles.get(profile, {})
    # What the profile replaces is not expanded: its variables need not be set.
    named = set(map(_dashed, (*special, *built_in)))
    rest = {name: value for name, value in common.items() if _dashed(name) not in named}
    return (
        _source(_expanded_in(special, path, environment), f"profile in {path}", path),
        *ours,
        _source(_expanded_in(rest, path, environment), str(path), path),
    )


def _expanded_in(table: Mapping[str, Any], path: Path, environment: Mapping[str, str]) -> Mapping[str, Any]:
    return {name: _expanded(name, value, path, environment) for name, value in table.items()}


def _source(table: Mapping[str, Any], name: str, path: Path | None = None) -> Source:
    values = {_dashed(name): value for name, value in table.items()}
    return Source(
        name=name,
        door=FILE_DOOR,
        said=lambda option: f"{path or name}: `{option.name}`",
        given=lambda option: values.get(option.name),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}\ngive a settings file.") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise UsageError(f"{path} is not valid TOML: {error}\nwrite settings like this: max-requests = 500.") from error


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name, {})
    return found if isinstance(found, dict) else {}


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _require_known(table: Mapping[str, Any], where: str) -> None:
    known = {option.name: OF_OPTIONS.get(option.name, ()) for option in at(FILE_DOOR)}
    for name in table:
        option = BY_NAME.get(_dashed(name))
        if _dashed(name) not in known and option is not None and COMMAND in option.doors:
            raise UsageError(f"{where}: `{name}` cannot be set in a file\ngive --{_dashed(name)} on the command line.")
        if _dashed(name) not in known:
            raise UsageError(f"{where}: unknown setting `{name}`\n{_hint(_dashed(name), known)}")


def _hint(name: str, known: Mapping[str, Iterable[str]]) -> str:
    near = nearest(name, known, cutoff=_RESEMBLES)
    return f"did you mean `{near[0]}`?" if near else f"the known names are {', '.join(sorted(known))}."


def _expanded(name: str, value: Any, path: Path, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - as in TOML
    """Return a value with the variables that its texts name."""
    if isinstance(value, list):
        return [_expanded(name, one, path, environment) for one in value]
    if not isinstance(value, str):
        return value
    for missing in _missing(value, environment):
        raise UsageError(f"{path}: `{name}` needs ${{{missing}}}, which is not set\nset it, or leave out the setting.")
    return _VARIABLE.sub(lambda found: environment[found[1]], value)


def _missing(text: str, environment: Mapping[str, str]) -> Iterator[str]:
    return (name for name in _VARIABLE.findall(text) if name not in environment)
