"""What an option is: what the doors to a run need to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ed_contract.exceptions import UsageError
from ed_contract.nearest import nearest
from ed_contract.options.values import Value

PREFIX = "ED_CONTRACT_"
TARGET, SELECTION, CASES, LIMITS, PROCESS, REPORTS, DISPLAY = (
    "Target",
    "What to judge",
    "What to send",
    "Limits",
    "Server process",
    "Findings and reports",
    "Display",
)
GROUPS = (TARGET, SELECTION, CASES, LIMITS, PROCESS, REPORTS, DISPLAY)

COMMAND, PYTEST, INI, FILE, ENVIRONMENT, ACTION = "command", "pytest", "ini", "file", "environment", "action"
EVERYWHERE = frozenset({COMMAND, PYTEST, INI, FILE, ENVIRONMENT})
PRIVATE = EVERYWHERE - {INI}
"""Where a credential may stand, or what belongs to one run: pytest's ini file is part of a repository."""
OF_COMMAND = frozenset({COMMAND, FILE, ENVIRONMENT})
OF_ONE_CALL = frozenset({COMMAND})

_SEPARATORS = re.compile(r"[,=\s]+")  # of words in one value


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What the doors need to know of one option."""

    name: str  # "max-requests": --max-requests, --ed-max-requests, $ED_CONTRACT_MAX_REQUESTS
    attribute: str  # the field of Settings
    default: Any
    help: str  # one sentence
    value: Value
    group: str
    doors: frozenset[str] = EVERYWHERE
    many: bool = False  # given several times: a tuple
    short: str = ""  # the letter of its short form
    negates: bool = False  # a flag that turns its field off
    secret: bool = False
    needs_target: bool = False  # of no use for the bundled server
    shapes: bool = False  # another value sends other requests
    shown_default: str = ""  # where the default is not a value of the option

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper().replace("-", "_")

    @property
    def default_text(self) -> str:
        """The default as help shows it, or "" for none."""
        if self.shown_default or self.default in (None, (), "") or isinstance(self.default, bool):
            return self.shown_default
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)

    def read(self, given: object, said: str) -> Any:  # noqa: ANN401 - what the option's field holds
        """Return what was given, as the field of Settings holds it.

        Args:
            given: text, or a value as a settings file or Python gives it.
            said: how the user knows the option where it was given, e.g. "--max-requests".

        Raises:
            UsageError: it cannot be used.
        """
        if self.many:
            return tuple(self.read_one(one, said) for one in _listed(given))
        value = self.read_one(given, said)
        return not value if self.negates else value

    def read_one(self, given: object, said: str) -> Any:  # noqa: ANN401 - as in read
        """Return one value of an option that may be given several times, or that of any other; as in `read`."""
        try:
            return self.value.read(given)
        except (ValueError, TypeError, KeyError, OverflowError):
            shown = "value" if self.secret else f"value {given!r}"  # it may be a credential
            raise UsageError(f"{said}: invalid {shown}: expected {self.value.expected}{self._meant(given)}") from None

    def _meant(self, given: object) -> str:
        """Return a line with the word of the value's that is nearest to what was given, or "" for none."""
        texts = [one for one in _listed(given) if isinstance(one, str)]
        unknown = (part for one in texts for part in _SEPARATORS.split(one) if part and part not in self.value.words)
        near = (nearest(part, self.value.words) for part in unknown)
        return next((f"\ndid you mean {found[0]}?" for found in near if found), "")


def _listed(given: object) -> Sequence[object]:
    """Return what was given as a list; a text is one element, and never its characters."""
    if isinstance(given, Mapping):
        return tuple(given.items())
    return given if isinstance(given, list | tuple) else [given]
