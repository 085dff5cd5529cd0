"""Puts a server of the page behind the other words: what comes in is translated, and what goes out is translated back.

Only words at places where they are fields or values of the page change. All other bytes stay as they are: the blanks,
order, escapes and repetitions of JSON, and whatever is no JSON at all.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from contracts import words
from contracts.renaming import RAW, Tree, trees

_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|"|[^"{}\[\],:]+', re.DOTALL)
_KEYS = {f"HTTP_{one.upper().replace('-', '_')}" for one in (words.HEADER, words.NEW_HEADER)}


@dataclass(slots=True)
class _Frame:
    """An object or a list that is being read."""

    tree: Tree
    is_object: bool
    awaits_name: bool
    here: Tree  # of the next value


def translated(body: bytes, tree: Tree, *, foreign: bool) -> bytes:
    """Return JSON in the other words.

    Args:
        body: the bytes; what is no JSON is read as far as it resembles JSON.
        tree: the fields, by their names on the page.
        foreign: whether the body has the words that are not the page's.
    """
    found: list[str] = []
    frames: list[_Frame] = []
    for match in _TOKENS.finditer(body.decode("latin-1")):  # every byte is a character, and comes back as it was
        token = match[0]
        top = frames[-1] if frames else None
        if token in "{[":
            inner = tree if top is None else top.here
            is_object = token == "{"
            frames.append(_Frame(inner, is_object, is_object, (RAW if is_object else inner.item) or RAW))
        elif token in "}]":
            if frames:
                frames.pop()
        elif top is not None and token == ",":
            top.awaits_name = top.is_object
        elif top is not None and token == ":":
            top.awaits_name = False
        elif top is not None and token.startswith('"') and len(token) > 1:
            token = _text(token, top, foreign=foreign)
        found.append(token)
    return "".join(found).encode("latin-1")


def _text(token: str, frame: _Frame, *, foreign: bool) -> str:
    """Return a text in the other word, if it is one, and note which field a name begins."""
    try:
        text = json.loads(token, strict=False)
    except ValueError:
        return token
    if not frame.awaits_name:
        other = words.value(text) if frame.here.holds_words else text
    elif frame.tree.members:
        other = words.name(text)
        frame.here = frame.tree.members.get(other if foreign else text, RAW)
    else:
        other, frame.here = text, RAW
    return token if other == text else json.dumps(other)


class Renamed:
    """An application that speaks the other words, around one that speaks the page's; or the other way round."""

    def __init__(self, app: Callable[..., Iterable[bytes]], edition: str, *, foreign: bool = True) -> None:
        self._app, self._foreign = app, foreign
        self._request, self._answer = trees(edition)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as WSGI wants it."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            del exc_info
            begun[:] = [(status, headers)]
            return written.append

        written: list[bytes] = []
        answer = self._app(self._asked(environ), begin)
        try:
            written += answer
        finally:
            getattr(answer, "close", lambda: None)()
        ((status, headers),) = begun
        body = b"".join(written)
        told = translated(body, self._answer, foreign=not self._foreign)
        start_response(status, [_measured(name, value, body, told) for name, value in headers])
        return [told]

    def _asked(self, environ: dict[str, Any]) -> dict[str, Any]:
        """Return the request in the words of the other side."""
        asked = {name: value for name, value in environ.items() if name not in _KEYS}
        old, new = (f"HTTP_{one.upper().replace('-', '_')}" for one in (words.HEADER, words.NEW_HEADER))
        asked |= {other: environ[one] for one, other in ((old, new), (new, old)) if one in environ}
        asked["PATH_INFO"] = _path(environ["PATH_INFO"])
        length = environ.get("CONTENT_LENGTH") or "0"
        if environ["REQUEST_METHOD"] == "POST" and length.isdecimal():
            body = environ["wsgi.input"].read(int(length))
            told = translated(body, self._request, foreign=self._foreign)
            missing = int(length) - len(body)  # a body that ends too soon does so in the other words too
            asked |= {
                "wsgi.input": io.BytesIO(told),
                "CONTENT_LENGTH": str(len(told) + missing) if length != "0" else length,
            }
        return asked


def _path(path: str) -> str:
    for one, other in ((words.PATH, words.NEW_PATH), (words.NEW_PATH, words.PATH)):
        if path == one or path.startswith(f"{one}/"):
            return other + path.removeprefix(one)
    return path


def _measured(name: str, value: str, body: bytes, told: bytes) -> tuple[str, str]:
    """Return a header of the answer; a length is that of the words that are sent, if it was right."""
    is_length = name.lower() == "content-length" and value == str(len(body))
    return name, str(len(told)) if is_length else value
