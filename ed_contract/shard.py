"""One part of a run that is divided among several machines."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 256
_WRITTEN = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One part of a divided run; its text is as an option says it: `2/4`."""

    number: int  # from 1
    of: int

    @classmethod
    def of_text(cls, text: str) -> Shard:
        """Return the shard that a text like `2/4` names; raise ValueError if it names none."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(text)
        number, of = map(int, found.groups())
        if not number <= of <= MOST:
            raise ValueError(text)
        return cls(number=number, of=of)

    def __str__(self) -> str:
        """Return it as an option says it."""
        return f"{self.number}/{self.of}"
