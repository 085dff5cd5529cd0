"""What another tool's file holds: the exchanges that are known exactly, and what is known of the others."""

from __future__ import annotations

from dataclasses import dataclass

from ed_contract.interaction import Headers
from ed_contract.record.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A request that a file does not hold exactly, so that it cannot be judged.

    It was sent all the same: its key is used from then on, as far as `headers` show.
    """

    number: int  # of the entry in the file, 1 for the first
    reason: str
    method: str = ""  # in upper case, or "" if the file does not say
    path: str = ""  # absolute, with the query if any, or "" if the file does not say
    headers: Headers = ()
    began: float | None = None  # seconds since the epoch, or None if the file does not say

    def __str__(self) -> str:
        """Return which request it is, and why it is left out."""
        request = " ".join(one for one in (self.method, self.path) if one)
        return f"entry {self.number}{f' ({request})' if request else ''}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a file of traffic holds."""

    exchanges: tuple[Exchange, ...]  # in the order in which they began
    left_out: tuple[LeftOut, ...] = ()  # in the order of the file
