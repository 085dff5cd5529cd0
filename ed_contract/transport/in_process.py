"""What both in-process transports share: the time-out, the answer, and the gate of a burst."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

from ed_contract.interaction import Headers, Request, Response, response
from ed_contract.parsing import LARGEST_BODY
from ed_contract.transport.base import TooLong, Unsendable
from ed_contract.transport.credentials import shows_credential
from ed_contract.transport.decoding import body_of
from ed_contract.transport.target import HOST, Target

GRACE = 0.25  # seconds that a burst waits for all of it to arrive; an application may let one in at a time

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
    if request.hangs_up is not None:
        raise Unsendable("there is no connection to close before the answer")
    fields = [("host", HOST), *request.headers, ("content-length", str(len(request.body)))]
    authorization = target.authorization(request.credential)
    if authorization is not None:
        fields.append((target.credential_header, authorization))
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


class Body:
    """The body of an answer as far as it has come; what is behind the largest one is not kept."""

    def __init__(self, check: Callable[[], object] = lambda: None) -> None:
        self.chunks: list[bytes] = []
        self._size = 0
        self._check = check

    def add(self, chunk: bytes) -> None:
        """Take a part; raise TooLong, or what `check` raises where there is no more time."""
        self._check()
        self._size += len(chunk)
        self.require_all()
        self.chunks.append(chunk)

    def require_all(self) -> None:
        """Raise TooLong if a part was not taken, whatever the application made of that."""
        if self._size > LARGEST_BODY:
            raise TooLong


def answer_of(target: Target, status: int, fields: Headers, chunks: Iterable[bytes]) -> Response:
    """Return what came as a response, decoded; raise Dropped where its encoding does not decode."""
    body = body_of(chunks, fields)
    shown = shows_credential(body, target)
    return response(status, fields, body, shows_credential=shown)


def failure(target: Target, error: BaseException) -> Response:
    """Return what a server answers when the application raises: 500, here with what was raised in a line.

    The traceback goes to the log of this module, for whoever listens.
    """
    logger.debug("the application raised", exc_info=error)
    try:
        line = " ".join(f"{type(error).__name__}: {error}".split())
    except Exception:  # noqa: BLE001 - the application's own, which cannot say what it is
        line = type(error).__name__
    return answer_of(target, 500, (("content-type", "text/plain; charset=utf-8"),), [line.encode(errors="replace")])


def text(fields: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return raw header fields as text, names in lower case."""
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in fields)
