"""Keeps credentials and signing secrets out of everything that is written, by value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

DISTINCT = 8  # characters from which on a value is masked wherever it stands
SHORTEST = 4  # characters from which on it is masked as a word of its own; a shorter one hides nothing
_SIGNING = r"whsec_[A-Za-z0-9+/=_-]+"
MASK = "***"


class Redactor:
    """Masks the values it was given, and whatever looks like a signing secret."""

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._values = frozenset(value for value in values if value and len(value) >= SHORTEST)
        # Longest first: one credential may begin with another. An answer may hold it as JSON escapes it.
        forms = {form for value in self._values for form in (value, json.dumps(value)[1:-1])}
        known = "|".join(_pattern(form) for form in sorted(forms, key=len, reverse=True))
        self._pattern = re.compile(f"(?:{known})|{_SIGNING}" if known else _SIGNING)

    def also(self, values: Iterable[str | None]) -> Redactor:
        """Return a redactor that masks `values` too."""
        return Redactor((*self._values, *values))

    def __call__(self, text: str) -> str:
        """Return `text` without the values."""
        return self._pattern.sub(lambda found: f"whsec_{MASK}" if found[0].startswith("whsec_") else MASK, text)

    def content(self, body: bytes) -> bytes:
        """Return a body without the values, whatever its encoding."""
        return self(body.decode("latin-1")).encode("latin-1")

    def document(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with all its strings redacted; names of members are ours."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {name: self.document(one) for name, one in value.items()}
        return [self.document(one) for one in value] if isinstance(value, list) else value


def _pattern(value: str) -> str:
    return re.escape(value) if len(value) >= DISTINCT else rf"(?<![\w-]){re.escape(value)}(?![\w-])"
