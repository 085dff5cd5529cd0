"""Finds what a server says of itself in an answer, in a few words that may be printed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from ed_contract.interaction import NOT_JSON, Response
from ed_contract.masking import CUT, Masking
from ed_contract.transport import Target
from ed_contract.transport.credentials import secrets_of

LONGEST = 160  # characters of what a server says
_READ = 4096  # bytes of a body that is not JSON
_MEMBERS = ("message", "detail", "title", "error_description", "description", "reason", "code")
_PAGE = re.compile(r"\s*<(!doctype|html|head|body)", re.IGNORECASE)
_TITLE = re.compile(r"<(title|h1)\b[^>]*>(?P<text>[^<]+)", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b.*?(</\1>|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL)


def own_words(answer: Response, target: Target) -> str:
    """Return the start of what the server says, in one line, without the target's credentials; "" for nothing."""
    text = next(_said(answer.document), "") if answer.document is not NOT_JSON else _text(answer)
    return plain(text, target)


def plain(text: str, target: Target) -> str:
    """Return the start of a foreign text in one line that may be printed, without the target's credentials."""
    text = Masking(secrets_of(target))(text)
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rstrip()}{CUT}"


def saying(answer: Response, target: Target) -> str:
    """Return how a sentence about an answer goes on: with the server's own words, if there are any."""
    words = own_words(answer, target)
    return f'; it says "{words}"' if words else ""


def is_web_page(answer: Response) -> bool:
    """Whether an answer is meant for a browser."""
    return answer.document is NOT_JSON and _PAGE.match(_start(answer)) is not None


def _said(document: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield what a document may say in words, the most likely first."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for one in document[:1]:
            yield from _said(one)
    elif isinstance(document, dict):
        for place in ("error", "errors"):
            yield from _said(document.get(place))
        yield from (said for name in _MEMBERS if isinstance(said := document.get(name), str))


def _text(answer: Response) -> str:
    text = _start(answer)
    if not _PAGE.match(text):
        return text
    title = _TITLE.search(text)
    return html.unescape(title["text"] if title else _UNSEEN.sub(" ", text))


def _start(answer: Response) -> str:
    """Return the start of a body; the cut is marked, since a credential may be cut in two."""
    return answer.body[:_READ].decode("utf-8", "replace") + (CUT if len(answer.body) > _READ else "")
