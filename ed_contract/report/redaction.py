"""Keeps credentials and signing secrets out of everything that is written, by value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

SHORTEST = 8  # characters; a shorter credential occurs in other words by chance
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")
_MASK = "***"


class Redactor:
    """Masks the values it was given, and whatever looks like a signing secret."""

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._values = sorted({value for value in values if value and len(value) >= SHORTEST}, key=len, reverse=True)

    def also(self, values: Iterable[str | None]) -> Redactor:
        """Return a redactor that masks `values` too."""
        return Redactor((*self._values, *values))

    def __call__(self, text: str) -> str:
        """Return `text` without the values."""
        for value in self._values:
            text = text.replace(value, _MASK)
        return _SECRET.sub(f"whsec_{_MASK}", text)

    def document(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with all its strings redacted, names of members too."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self(name): self.document(one) for name, one in value.items()}
        return [self.document(one) for one in value] if isinstance(value, list) else value
