"""The bytes of a body that a file holds as text, if they can be known. Knows no files and no messages.

Every writer turns a body into text in its own way, and does not say how. The length of the body, which the message
itself states, gives it away: only the reading of the text that has this length can be the body.
"""

from __future__ import annotations

import base64
import codecs
import contextlib
import re
from collections.abc import Iterator

REPLACEMENT = "\ufffd"
"""Stands in most files for bytes that are not UTF-8; it is three bytes long, as those may be."""

_PLAIN = {"", "utf-8", "utf8"}  # encodings of a text that is the body itself
_DECODED_RIGHT = {"utf-8", "ascii", "iso8859-1", "cp1252"}  # by their names in Python
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]+)", re.IGNORECASE)
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_WINDOWS_1252 = {ord(bytes([one]).decode("cp1252")): one for one in range(0x80, 0xA0) if one not in _UNDEFINED}
"""Its characters where Latin-1 has controls; where it defines none, the controls remain."""


class BodyUnknownError(Exception):
    """The file does not hold the body's bytes; the message says why."""


def read_body(text: str, *, encoding: str, length: int | None, media_type: str) -> bytes:
    """Return the bytes of a body that was written as text.

    Args:
        text: as it stands in the file.
        encoding: how the file says that it is encoded: "base64", or "" for text.
        length: bytes of the body as the message states it, or None if it does not.
        media_type: the value of the message's Content-Type.

    Raises:
        BodyUnknownError: the text is broken, or no reading of it has the stated length.
    """
    if encoding not in {"base64", *_PLAIN}:
        raise BodyUnknownError(f"the file holds the body in an unknown encoding: {encoding!r}")
    if encoding in _PLAIN and not text.isascii() and not _is_decoded_right(media_type):
        raise BodyUnknownError("the file holds the body decoded from a charset that cannot be inferred")
    readings = list(_readings_of_base64(text) if encoding == "base64" else _readings(text))
    found = next((one for one in readings if length is None or len(one) == length), None)
    if found is None and readings:
        raise BodyUnknownError(f"the body had {length} bytes, but the file holds {len(readings[0])}")
    if found is None:
        raise BodyUnknownError("the file holds the body in broken base64 or Unicode")
    return found


def _readings_of_base64(text: str) -> Iterator[bytes]:
    packed = "".join(text.split())
    with contextlib.suppress(ValueError):
        yield base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)


def _is_decoded_right(media_type: str) -> bool:
    """Whether the body's charset is one that `_readings` tries, or not given."""
    found = _CHARSET.search(media_type)
    if found is None:
        return True
    try:
        return codecs.lookup(found[1]).name in _DECODED_RIGHT
    except (LookupError, ValueError):  # an unknown charset: writers fall back to UTF-8
        return True


def _readings(text: str) -> Iterator[bytes]:
    """Yield the bodies that writers turn into this text, the most common first."""
    try:
        body = text.encode()
    except UnicodeEncodeError:
        # mitmproxy writes a byte that is not UTF-8 as a lone surrogate, as Python does with file names.
        with contextlib.suppress(UnicodeEncodeError):
            yield text.encode("utf-8", "surrogateescape")
        return
    yield body
    yield codecs.BOM_UTF8 + body  # decoders drop it
    if not text.isascii():
        # Browsers write requests that are not UTF-8 as Latin-1, mitmproxy whatever is not said to be JSON, and Chromium
        # answers that are not said to be anything as windows-1252.
        with contextlib.suppress(UnicodeEncodeError):
            yield text.translate(_WINDOWS_1252).encode("latin-1")
