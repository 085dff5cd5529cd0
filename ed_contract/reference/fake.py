"""The reference as a fake for tests of clients: it misbehaves on cue, and keeps what it received.

A script says what becomes of the creates that come, in their order; when it is over, all are answered as the
reference answers. Knows nothing of clients, and judges nothing.
"""

from __future__ import annotations

import enum
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from werkzeug import serving
from werkzeug.wrappers import Request, Response

from ed_contract.reference.application import PATH, Reference
from ed_contract.reference.authentication import DEFAULT_KEYS
from ed_contract.reference.destination import Document
from ed_contract.reference.fields import SEED
from ed_contract.reference.refusal import RefusedError

LOOPBACK = "127.0.0.1"
SLOW_SECONDS = 1.5
SETTLE_SECONDS = 5.0
RETRY_AFTER_SECONDS = 1
DOWN_SECONDS = 0.5  # of a restart
POLL_SECONDS = 0.01
RECEIVED_KEPT = 100_000  # requests
NOT_DONE = 300  # statuses from here on
NULLABLE = ("events_from", "metadata", "snapshot_api_version", "status_details")
"""Members that are null in answers of `Act.NULLS`: the page calls them nullable, and nothing asks for them."""


class Act(enum.StrEnum):
    """What the fake does with a create."""

    SERVE = "serve"  # answers it as the reference does
    CUT = "cut"  # makes the destination, and resets the connection before any answer
    TRUNCATE = "truncate"  # makes the destination, and resets the connection in the middle of the answer
    FAIL = "fail"  # makes the destination, and answers 500
    HOLD = "hold"  # answers 409 once: a request with this key is in flight
    CONFLICT = "conflict"  # answers 409 idempotency_error, to this create and to all later ones under its key
    LIMIT = "limit"  # answers 429 with Retry-After
    DELAY = "delay"  # answers as the reference does, late
    UNKNOWN = "unknown"  # adds members that nobody documents, and values beyond the documented enums
    NULLS = "nulls"  # writes null wherever the page allows it
    EXPIRE = "expire"  # answers 401, to this request and to all later ones with its credential
    RESTART = "restart"  # makes the destination, resets the connection, and is down for a moment


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canned:
    """An answer that is given instead of the reference's."""

    status: int
    document: Any = None  # JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Cue: TypeAlias = Act | Canned
"""What a script holds for one create."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request that the fake received, and what became of it."""

    number: int  # from 1
    method: str
    path: str  # with the query
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cue: Cue
    status: int | None  # of the answer; None where the connection was reset before it was whole
    answer_headers: tuple[tuple[str, str], ...]
    answer: bytes  # the body, as far as it was sent
    began: float  # seconds since the epoch, when the request had come
    ended: float  # when the answer was handed on, or the connection reset

    @property
    def is_create(self) -> bool:
        """Whether it asked for a new destination."""
        return self.method == "POST" and self.path.partition("?")[0] == PATH

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON, or None where it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def header(self, name: str) -> str | None:
        """Return the value of a header of the request, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Fake(Reference):
    """The reference with a script."""

    slow_seconds = SLOW_SECONDS
    retry_after_seconds = RETRY_AFTER_SECONDS

    def set_up(self) -> None:
        """Begin with an empty script."""
        self.restart: Callable[[], None] = lambda: None
        self._lock = threading.Condition()
        self._under_way = 0
        self._received: deque[Received] = deque(maxlen=RECEIVED_KEPT)
        self._count = 0
        self._script: Iterator[Cue] = iter(())
        self._closing = threading.Event()
        self._conflicting: set[str] = set()
        self._expired: set[str] = set()

    def close(self) -> None:
        """Let go of requests that wait, and close the database."""
        self._closing.set()
        super().close()

    @property
    def received(self) -> tuple[Received, ...]:
        """The requests so far, in the order in which they were answered."""
        with self._lock:
            return tuple(self._received)

    @property
    def destinations(self) -> tuple[Document, ...]:
        """The destinations that exist, of all accounts, as a retrieve shows them with their URLs."""
        every = (one for account in dict.fromkeys(self.keys.values()) for one in self.store.of_account(account))
        return tuple(self.render(one, ("webhook_endpoint.url",)) for one in every)

    def play(self, script: Iterable[Cue]) -> None:
        """Do this to the next creates, one cue a create, in the place of what was to be done."""
        with self._lock:
            self._script = iter(script)
            self._conflicting.clear()
            self._expired.clear()

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until what is under way is answered: a client that hung up does not wait for that."""
        with self._lock:
            self._lock.wait_for(lambda: not self._under_way, seconds)

    def forget(self) -> None:
        """Forget what was received; destinations and keys stay."""
        with self._lock:
            self._received.clear()
            self._count = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        """Answer one request, as WSGI wants it."""
        with self._lock:
            self._under_way += 1
        try:
            return self._played(environ, start_response)
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    def _played(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        """Answer one request by the script, and keep it."""
        began = time.time()
        request = Request(environ)
        body = request.get_data(cache=True)
        cue = self._cue(request)
        response = self.signed(request, self._answered(request, cue))
        sent = response.get_data()
        lost = cue in {Act.CUT, Act.RESTART, Act.TRUNCATE}
        cut = sent[: len(sent) // 2] if cue is Act.TRUNCATE else b"" if lost else sent
        with self._lock:
            self._count += 1
            self._received.append(
                Received(
                    number=self._count,
                    method=request.method,
                    path=environ.get("RAW_URI") or request.full_path.rstrip("?"),
                    headers=tuple(request.headers.to_wsgi_list()),
                    body=body,
                    cue=cue,
                    status=None if lost else response.status_code,
                    answer_headers=() if lost else tuple(response.headers.to_wsgi_list()),
                    answer=cut,
                    began=began,
                    ended=time.time(),
                )
            )
        if cue is Act.RESTART:
            self.restart()
        if cue is Act.TRUNCATE:
            return self._broken_off(response, cut, environ, start_response)
        if lost:
            _reset(environ)
        return response(environ, start_response)

    def _cue(self, request: Request) -> Cue:
        """Return what is done with a request; only creates are in the script."""
        credential, key = request.headers.get("Authorization", ""), request.headers.get("Idempotency-Key", "")
        with self._lock:
            if credential in self._expired:
                return Act.EXPIRE
            if request.method != "POST" or request.path != PATH:
                return Act.SERVE
            cue: Cue = Act.CONFLICT if key in self._conflicting else next(self._script, Act.SERVE)
            if cue is Act.CONFLICT and key:
                self._conflicting.add(key)
            if cue is Act.EXPIRE:
                self._expired.add(credential)
            return cue

    def _answered(self, request: Request, cue: Cue) -> Response:
        """Return the answer to a request."""
        match cue:
            case Canned():
                return self.respond(cue.status, cue.document, cue.headers)
            case Act.HOLD:
                message = "A request with this Idempotency-Key is in progress."
                return self.refusal_response(RefusedError(409, "request_in_progress", message))
            case Act.CONFLICT:
                return self.conflict_response()
            case Act.EXPIRE:
                message, headers = "This API key has expired.", {"WWW-Authenticate": "Bearer"}
                expired = RefusedError(401, "api_key_expired", message, kind="authentication_error", headers=headers)
                return self.refusal_response(expired)
            case Act.LIMIT:
                headers = {"Retry-After": str(self.retry_after_seconds)}
                limit = RefusedError(429, "rate_limit", "Too many requests.", kind="rate_limit_error", headers=headers)
                return self.refusal_response(limit)
            case Act.DELAY:
                self._closing.wait(self.slow_seconds)
        answer = self.handle(request)
        match cue:
            case Act.FAIL if answer.status_code < NOT_DONE:
                message = "Something failed after the work was done."
                return self.refusal_response(RefusedError(500, "internal_error", message, kind="api_error"))
            case Act.UNKNOWN:
                return self._otherwise(answer, _with_unknown)
            case Act.NULLS:
                return self._otherwise(answer, _with_nulls)
        return answer

    def _otherwise(self, answer: Response, change: Callable[[Document], Document]) -> Response:
        """Return an answer whose document is another one; what is refused stays as it is."""
        document = answer.get_json(silent=True)
        if not (answer.status_code < NOT_DONE and isinstance(document, dict)):
            return answer
        return self.respond(answer.status_code, change(document))

    def _broken_off(
        self,
        response: Response,
        cut: bytes,
        environ: Mapping[str, Any],
        start_response: Any,  # noqa: ANN401 - WSGI's
    ) -> Iterator[bytes]:
        """Yield a part of an answer whose length says more, and reset the connection."""
        headers = [(name, value) for name, value in response.headers.to_wsgi_list() if name.lower() != "content-length"]
        start_response(response.status, [*headers, ("Content-Length", str(len(response.get_data())))])
        yield cut
        _reset(environ)


def _with_unknown(document: Document) -> Document:
    """Return a destination with members and values that nobody documents."""
    inner = {name: {**one, "added_later": 1} for name, one in document.items() if isinstance(one, dict)}
    added = {"added_later": {"a": [1, None, {}]}, "status": "suspended", "status_details": {"suspended": {"since": 1}}}
    return {**document, **inner, **added}


def _with_nulls(document: Document) -> Document:
    """Return a destination with null wherever the page allows it, and without a description that is null."""
    kept = {name: one for name, one in document.items() if name != "description" or one is not None}
    return {**kept, **dict.fromkeys(NULLABLE)}


def _reset(environ: Mapping[str, Any]) -> None:
    """Reset the connection of a request.

    Raises:
        ConnectionResetError: always, for the server that holds the connection.
    """
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)  # else a connection that is kept alive is not closed, but waits for more
    raise ConnectionResetError("on cue")


class FakeServer:
    """A fake that answers on a free port of the loopback interface until it is stopped."""

    def __init__(
        self,
        *,
        port: int = 0,
        edition: str = SEED,
        keys: Mapping[str, str] = DEFAULT_KEYS,
        down_seconds: float = DOWN_SECONDS,
    ) -> None:
        """Start answering.

        Raises:
            OSError: the port is taken.
        """
        self.app = Fake(keys=keys, edition=edition)
        self.app.restart = self._restart
        self._down = down_seconds
        self._stopping = threading.Event()
        self._restarting: list[threading.Thread] = []
        self._server = serving.make_server(LOOPBACK, port, self.app, threaded=True, request_handler=_Silent)
        self.port: int = self._server.server_port
        self._thread = self._answering()

    @property
    def url(self) -> str:
        """Where it answers, without a path."""
        return f"http://{LOOPBACK}:{self.port}"

    def stop(self) -> None:
        """Answer nothing any more, and return when every thread but those of open connections is done."""
        self._stopping.set()
        for one in self._restarting:
            one.join()
        self.app.close()
        self._shut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answering(self) -> threading.Thread:
        how = {"poll_interval": POLL_SECONDS}
        thread = threading.Thread(target=self._server.serve_forever, kwargs=how, name=f"fake-{self.port}", daemon=True)
        thread.start()
        return thread

    def _shut(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _restart(self) -> None:
        """Take no connection for a moment; the request that asks for it goes on meanwhile."""
        thread = threading.Thread(target=self._down_and_up, name=f"restart-{self.port}", daemon=True)
        self._restarting.append(thread)
        thread.start()

    def _down_and_up(self) -> None:
        self._shut()
        self._stopping.wait(self._down)
        self._server = serving.make_server(LOOPBACK, self.port, self.app, threaded=True, request_handler=_Silent)
        self._thread = self._answering()


class _Silent(serving.WSGIRequestHandler):
    """Speaks HTTP/1.1, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Say nothing."""
