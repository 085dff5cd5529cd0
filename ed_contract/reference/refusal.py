"""Why a create is refused: a problem with one parameter, and the refusal of a request.

Knows nothing of HTTP machinery or storage.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with the parameters of a create."""

    place: str  # the dotted name on the page, e.g. "webhook_endpoint.url"; "" is the whole body
    rule: str  # the page's "required", "type", "enum" or "items", or our "undecided" where the page is silent
    message: str  # what must be true, without a subject
    at: str = ""  # the position within the place, e.g. "[1]"

    def __str__(self) -> str:
        """Return the sentence that the answer shows."""
        return f"{self.place or 'the body'}{self.at}: {self.message}"


class RefusedError(Exception):
    """A request is refused, with everything that the answer says."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        kind: str = "invalid_request_error",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind  # the envelope's `type`
        self.headers = headers or {}
