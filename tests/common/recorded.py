"""A known series of creates, and the reference behind a server that logs what it really received and sent."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from ed_contract.reference import PATH, Reference, serve

KEY = "Idempotency-Key"
RECORDED = ("Authorization", "Content-Type", KEY)
REWRITTEN = ("unicode", "compressed", "chunked", "answered-as-text")
LATIN_1 = "application/json; charset=latin-1"
PAGE = b"<!doctype html><title>creates</title><link rel=icon href=data:,>"
NAMED = {"name": "a", "type": "webhook_endpoint", "event_payload": "thin", "enabled_events": ["v1.billing.meter.no"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A create to be recorded."""

    key: str | None
    body: bytes
    account: str = "sk_test_a"
    media_type: str = "application/json"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the client sets."""
        named = {"Authorization": f"Bearer {self.account}", "Content-Type": self.media_type}
        return named if self.key is None else {**named, KEY: self.key}

    @property
    def held(self) -> bool:
        """Whether the server answers only after the client gives up."""
        return self.key == "given-up"

    @property
    def is_text(self) -> bool:
        """Whether the body is UTF-8, so that a page can send it as a string."""
        try:
            self.body.decode()
        except UnicodeDecodeError:
            return False
        return True


def _create(**changed: Any) -> bytes:
    return json.dumps({**NAMED, "webhook_endpoint": {"url": "https://example.com/hook"}, **changed}).encode()


def _raw(name: str) -> bytes:
    """Return a create whose name is in the body as it is, without escapes."""
    return _create(name="NAME").replace(b"NAME", name.encode("utf-8", "surrogatepass"))


ORDINARY = (
    Step(key="create", body=_create()),
    Step(key="create", body=_create()),
    Step(key="create", body=_create(name="b")),
    Step(key="create", body=_create(), account="sk_test_b"),
    Step(key="refused", body=_create(type="pigeon")),
    Step(key="include", body=_create(include=["webhook_endpoint.signing_secret", "webhook_endpoint.url"])),
    Step(key=None, body=_create()),
    Step(key="unicode", body=_raw("Zoë 漢字 😀 \u2028")),
    Step(key="beyond-latin-1-escaped", body=_create(name="漢字 \ud83d\ude00 \ufffd")),
    Step(key="lone-surrogate", body=_create(name="\ud800")),
    Step(key="escaped-nul", body=_create(name="a\u0000b")),
    Step(key="compressed", body=_raw("Zoë 漢字 😀 compressed")),
    Step(key="chunked", body=_raw("Zoë 漢字 😀 chunked")),
    Step(key="answered-as-text", body=_raw("Zoë 漢字 😀 €")),
    Step(key="given-up", body=_create(name="given up")),
)
"""Creates that a client sends in good faith, one of which it aborts."""

STEPS = (
    *ORDINARY,
    Step(key="empty", body=b""),
    Step(key="not-json", body=b'{"name":'),
    Step(key="raw-nul", body=_raw("a\u0000b")),
    Step(key="raw-control", body=_raw("a\u0001\r\n\tb")),
    Step(key="byte-order-mark", body=b"\xef\xbb\xbf" + _create()),
    Step(key="replacement", body=_raw("\ufffd")),
    Step(key="not-utf-8", body=_create(name="NAME").replace(b"NAME", b"\xff\xfe\xe9")),
    Step(key="cut-character", body=_create(name="NAME").replace(b"NAME", "😀".encode()[:3])),
    Step(key="raw-surrogate", body=_raw("\ud800")),
    Step(key="as-text", body=_raw("Zoë €"), media_type="text/plain"),
    Step(
        key="as-latin-1",
        body=_create(name="NAME").replace(b"NAME", b"Zo\xeb"),
        media_type=LATIN_1,
    ),
    Step(key="as-bytes", body=_raw("Zoë €"), media_type="application/octet-stream"),
    Step(key="as-form", body=b"name=a+b&type=webhook_endpoint", media_type="application/x-www-form-urlencoded"),
    Step(key="last", body=_create(name="last")),
)
"""Creates of every sort: writers differ in bodies that are not plain text."""


class Server:
    """The reference, a page at its root, and `truth`: every create received and its answer, in order."""

    def __init__(self, steps: tuple[Step, ...] = ()) -> None:
        self.steps = steps  # what to send
        self.truth: list[dict[str, Any]] = []
        self.arrived, self.released = threading.Event(), threading.Event()
        self._reference = Reference()

    def __enter__(self) -> Self:
        self._running = serve(self._answer)
        self.url = self._running.url
        return self

    def __exit__(self, *_: object) -> None:
        self._running.stop()
        self._reference.close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == PATH:
            answer = self._create(request)
        else:
            if request.path == "/arrived":
                self.arrived.wait()
            elif request.path == "/release":
                self.released.set()
            answer = Response(PAGE, mimetype="text/html")
        return answer(environ, start_response)

    def _create(self, request: Request) -> Response:
        body = request.get_data()
        row = {
            "method": request.method,
            "path": request.path,
            "headers": {
                name: request.headers[name]
                for name in ("Authorization", "Content-Type", KEY)
                if name in request.headers
            },
            "body": base64.b64encode(body).decode(),
            "status": None,
            "document": None,
        }
        self.truth.append(row)
        if request.headers.get(KEY) == "given-up":
            self.arrived.set()
            self.released.wait()
            return self._reference.handle(request)
        answer = self._reference.handle(request)
        row |= {"status": answer.status_code, "document": json.loads(answer.get_data())}
        return _rewritten(answer, request.headers.get(KEY))


def _rewritten(answer: Response, key: str | None) -> Response:
    """Return the answer in the form that goes with a key; the reference itself escapes all non-ASCII characters."""
    if key not in REWRITTEN:
        return answer
    content = json.dumps(json.loads(answer.get_data()), ensure_ascii=False).encode()
    if key == "chunked":
        answer.response = iter([content[:100], content[100:]])
        del answer.headers["Content-Length"]
    else:
        answer.set_data(gzip.compress(content, mtime=0) if key == "compressed" else content)
    if key == "compressed":
        answer.headers["Content-Encoding"] = "gzip"
    if key == "answered-as-text":
        answer.headers["Content-Type"] = "text/plain"
    return answer
