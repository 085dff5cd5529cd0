"""A request and its answer as an observer saw them, without knowing why the request was sent."""

from __future__ import annotations

from dataclasses import dataclass

from ed_contract.interaction import Answer, Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that others sent, and its answer: seen by a proxy, or in a file that a browser wrote."""

    method: str  # in upper case
    path: str  # absolute, with the query if any
    headers: Headers  # of the request, as they were sent
    body: bytes  # of the request, without any transfer coding
    answer: Answer  # decoded; NoAnswer if none came, NotRead if it is larger than we read
    began: float  # seconds since the epoch, when the request was sent
    ended: float  # seconds since the epoch, when the answer was complete, or was given up on
    connection: str = ""  # names the connection, if known
    origin: str = ""  # scheme, host and port that the request went to, if known

    def header(self, name: str) -> str | None:
        """Return the first value of a header of the request, whatever the case of its name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
