"""From the bytes of a body to the parameters of a create; anything but a JSON object is refused.

Knows nothing of the parameters' meaning. Whatever a client sends, it raises nothing but `RefusedError`.
"""

from __future__ import annotations

import json
import math
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request

from ed_contract.reference.destination import Params
from ed_contract.reference.refusal import RefusedError

BODY_LIMIT = 1024 * 1024  # bytes
DEPTH_LIMIT = 64  # nested containers


class Parsing:
    """Reads the body of a create."""

    malformed_status: ClassVar[int] = 400
    body_limit: ClassVar[int] = BODY_LIMIT

    def check_media_type(self, request: Request) -> None:
        """Refuse a body that is labelled as something other than JSON; one without a media type may pass."""
        if request.mimetype and not (request.mimetype == "application/json" or request.mimetype.endswith("+json")):
            raise RefusedError(415, "unsupported_media_type", "The body must be application/json.")

    def read_body(self, request: Request) -> bytes:
        """Return the body, unless it is too large."""
        request.max_content_length = self.body_limit
        try:
            return request.get_data(cache=False)
        except RequestEntityTooLarge:
            message = f"The body is larger than {self.body_limit} bytes."
            raise RefusedError(413, "body_too_large", message) from None
        except HTTPException:
            raise self.malformed("The body ended before its Content-Length.") from None

    def parse(self, body: bytes) -> Params:
        """Return the parameters that a body holds."""
        document = self.load(self.decode(body))
        if not isinstance(document, dict):
            raise self.malformed("The body must be a JSON object.")
        if deeper_than(DEPTH_LIMIT, document):
            raise self.malformed("The body is nested too deeply.")
        return document

    def decode(self, body: bytes) -> str:
        """Return the text of a body, which must be UTF-8 without a byte order mark."""
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise self.malformed("The body is not UTF-8.") from None

    def load(self, text: str) -> object:
        """Return the value of a JSON text."""
        try:
            return _STRICT.decode(text)
        except RecursionError:
            raise self.malformed("The body is nested too deeply.") from None
        except ValueError as fault:  # not JSON, an integer of thousands of digits, or raised by a hook below
            raise self.malformed(f"The body is not JSON: {fault}.") from None

    def malformed(self, message: str) -> RefusedError:
        """Return the refusal of a body that cannot be read."""
        return RefusedError(self.malformed_status, "invalid_json", message)


def deeper_than(limit: int, document: object) -> bool:
    """Return whether more than `limit` containers are nested."""
    # Level by level: a hostile body would exhaust recursion.
    level = [document]
    for _ in range(limit + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return members


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


_STRICT = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant, parse_float=_finite)
