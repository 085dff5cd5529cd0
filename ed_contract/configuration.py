"""Settings from a file: `ed_contract.toml`, or `[tool.ed_contract]` in `pyproject.toml`, found upwards.

    url = "http://127.0.0.1:8000"
    api-key = "${ED_KEY}"

    [profiles.nightly]
    seed = "random"
    max-requests = 5000

A setting is the long name of an option. Knows no command line: which names there are it is told.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from ed_contract.exceptions import UsageError

FILE = "ed_contract.toml"
PROJECT_FILE, TOOL, TABLE = "pyproject.toml", "tool", "ed_contract"
PROFILES = "profiles"

Value: TypeAlias = str | int | float | bool | list[str]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a file, those of a profile before the general ones."""

    path: Path | None = None  # None: there is no file
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))  # by name, with dashes
    of_profile: frozenset[str] = frozenset()  # the names that the profile gives


def find(start: Path) -> Path | None:
    """Return the nearest file with settings, in `start` or above it, or None."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / PROJECT_FILE
        if project.is_file() and TABLE in _toml(project).get(TOOL, {}):
            return project
    return None


def load(
    path: Path | None,
    known: Collection[str],
    *,
    profile: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Return the settings of a file.

    Args:
        path: the file, from `find`; None stands for no file.
        known: the names that a setting may have, with dashes; underscores are taken for dashes.
        profile: the name of a table in `[profiles]` whose settings go before the general ones.
        environment: what `${NAME}` in texts stands for.

    Raises:
        UsageError: the file cannot be read, a name is unknown, there is no such profile, or a variable is not set.
    """
    if path is None:
        if profile is not None:
            raise UsageError(f"no profile {profile!r}: there is no {FILE} here or above\nmake one, or leave it out.")
        return Settings()
    document = _toml(path)
    general = document.get(TOOL, {}).get(TABLE, {}) if path.name == PROJECT_FILE else document
    profiles = general.get(PROFILES, {})
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise UsageError(f"{path}: `{PROFILES}` is no table of tables\nbegin a profile with a line [{PROFILES}.NAME].")
    if profile is not None and profile not in profiles:
        raise UsageError(f"{path}: no profile {profile!r}\n{_hint(profile, list(profiles), 'there is none')}")
    for name, table in profiles.items():
        _require_known(table, known, f"{path}, profile {name}")
    _require_known({name: value for name, value in general.items() if name != PROFILES}, known, str(path))
    values = {_dashed(name): value for name, value in general.items() if name != PROFILES}
    special = {_dashed(name): value for name, value in profiles.get(profile, {}).items()}
    expanded = {name: _expanded(name, value, path, environment) for name, value in {**values, **special}.items()}
    return Settings(path=path, values=MappingProxyType(expanded), of_profile=frozenset(special))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}\ngive a file of settings.") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise UsageError(f"{path} is no TOML: {error}\nsettings read: max-requests = 500") from error


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _require_known(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for name, value in table.items():
        if _dashed(name) not in known:
            raise UsageError(f"{where}: unknown setting `{name}`\n{_hint(_dashed(name), known, '')}")
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (texts or isinstance(value, str | int | float)):
            raise UsageError(f"{where}: `{name}` is no text, number, truth value or list of texts\ngive one of these.")


def _hint(name: str, known: Collection[str], none: str) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"there are {', '.join(sorted(known))}." if known else f"{none}."


def _expanded(name: str, value: Value, path: Path, environment: Mapping[str, str]) -> Value:
    """Return a value with the variables that its texts name."""
    if isinstance(value, list):
        return [str(_expanded(name, one, path, environment)) for one in value]
    if not isinstance(value, str):
        return value
    for missing in _missing(value, environment):
        raise UsageError(f"{path}: `{name}` wants ${{{missing}}}, which is not set\nset it, or leave the setting out.")
    return _VARIABLE.sub(lambda found: environment[found[1]], value)


def _missing(text: str, environment: Mapping[str, str]) -> Iterator[str]:
    return (name for name in _VARIABLE.findall(text) if name not in environment)
