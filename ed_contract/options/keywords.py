"""Settings that Python gives by name: `run(url, api_key=…, phases="smoke")`. An option has its door here too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ed_contract.exceptions import UsageError
from ed_contract.nearest import nearest
from ed_contract.options.option import DISPLAY
from ed_contract.options.other_names import OF_OPTIONS
from ed_contract.options.table import BY_NAME, OPTIONS, Settings

_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        **{name.replace("-", "_"): option.attribute for name, option in BY_NAME.items()},
        **{option.attribute: option.attribute for option in OPTIONS},
    }
)
"""The fields of Settings, by their own names and by those of the command's options."""

_PRINTS = "the library prints nothing: `print(report)` shows what the command prints."
_OF_THE_COMMAND: Mapping[str, str] = MappingProxyType(
    {
        **{option.attribute: _PRINTS for option in OPTIONS if option.group == DISPLAY},
        "card": "`report.card` holds it.",
        "dry_run": "`ed_contract.api.dry_run` takes the same arguments and says what a run would send.",
        "waivers_update": "`ed-contract run --waivers FILE --waivers-update` writes the file.",
    }
)
"""What only the command does, with what to do instead."""
_ARGUMENTS = ("until", "restart", "on_event", "recorder")
"""What `run` takes beside settings."""


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings with changes, by the names of their fields.

    Raises:
        UsageError: there is no such field, only the command can do it, or its value is invalid.
    """
    for name in changes:
        if name in _OF_THE_COMMAND:
            raise UsageError(f"{name} is an option of the command\n{_OF_THE_COMMAND[name]}")
        if _ATTRIBUTES.get(name) != name:
            raise UsageError(f"unknown setting {name!r}\n{_hint(name)}")
    return replace(settings, **changes)


def _hint(name: str) -> str:
    others = {option.attribute: OF_OPTIONS.get(option.name, ()) for option in OPTIONS}
    if near := nearest(name, {one: others.get(one, ()) for one in (*_ATTRIBUTES, *_ARGUMENTS)}):
        return f"did you mean {_ATTRIBUTES.get(near[0], near[0])}?"
    return "the settings are the fields of ed_contract.options.Settings."
