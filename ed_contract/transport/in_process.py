"""What both in-process transports share: the time-out, the answer, and the gate of a burst."""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from ed_contract.interaction import Headers, Request, Response, response
from ed_contract.transport.base import Dropped, Unsendable
from ed_contract.transport.credentials import shows_credential
from ed_contract.transport.target import HOST, Target

GRACE = 0.25  # seconds that a burst waits for all of it to arrive; an application may let one in at a time
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32

logger = logging.getLogger("ed_contract.in_process")


class Gate:
    """Opens when all requests of a burst have arrived at their last byte, or after a moment."""

    def __init__(self, missing: int) -> None:
        self._missing = missing
        self._lock = threading.Lock()
        self.open = threading.Event()

    def arrive(self) -> None:
        """Note that one more request is there."""
        with self._lock:
            self._missing -= 1
            if not self._missing:
                self.open.set()

    def wait(self) -> None:
        """Arrive, and wait for the others."""
        self.arrive()
        self.open.wait(GRACE)


def fields_of(request: Request, target: Target) -> list[tuple[bytes, bytes]]:
    """Return the header fields that the request has, names in lower case; raise Unsendable where HTTP has none."""
    fields = [("host", HOST), *request.headers, ("content-length", str(len(request.body)))]
    authorization = target.authorization(request.credential)
    if authorization is not None:
        fields.append(("authorization", authorization))
    try:
        encoded = [(name.lower().encode("ascii"), value.strip().encode("latin-1")) for name, value in fields]
    except UnicodeEncodeError as error:
        raise Unsendable(f"a header holds what HTTP cannot carry: {error.reason}") from error
    if any(control in value for _, value in encoded for control in (b"\r", b"\n", b"\0")):
        raise Unsendable("a header holds a line break or a NUL")
    return encoded


def split(path: str) -> tuple[bytes, bytes]:
    """Return the decoded path and the raw query."""
    raw, _, query = path.partition("?")
    return unquote_to_bytes(raw), query.encode("ascii", "replace")


def answer_of(target: Target, status: int, fields: Headers, body: bytes) -> Response:
    """Return what came as a response, decoded; raise Dropped where its encoding does not decode."""
    encoding = next((value.strip().lower() for name, value in fields if name == "content-encoding"), "identity")
    if encoding in {"gzip", "x-gzip", "deflate"}:
        try:
            body = zlib.decompress(body, _GZIP_OR_ZLIB)
        except zlib.error as error:
            raise Dropped(f"the answer's content encoding does not decode: {error}") from error
    elif encoding != "identity":
        raise Dropped(f"the answer's content encoding {encoding!r} was not asked for")
    shown = shows_credential(body, target)
    return response(status, fields, body, shows_credential=shown)


def failure(target: Target, error: BaseException) -> Response:
    """Return what a server answers when the application raises: 500, here with what was raised in a line.

    The traceback goes to the log of this module, for whoever listens.
    """
    logger.debug("the application raised", exc_info=error)
    line = " ".join(f"{type(error).__name__}: {error}".split())
    return answer_of(target, 500, (("content-type", "text/plain; charset=utf-8"),), line.encode())


def text(fields: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return raw header fields as text, names in lower case."""
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in fields)
