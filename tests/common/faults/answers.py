"""Answers of hostile or unlucky servers, as scripts, and scripts that choose which requests get them."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate

from common.faults.wire import Asked, Ending, Pieces, Script, plain

KIB, MIB = 1024, 1024 * 1024


def after(count: int, script: Script) -> Script:
    """Give an answer to every request after the first few."""
    return lambda asked: script(asked) if asked.number > count else None


def infrequently(often: int, script: Script) -> Script:
    """Give an answer to each n-th request."""
    return lambda asked: script(asked) if asked.number % often == 0 else None


def chosen(numbers: Callable[[int], bool], script: Script) -> Script:
    """Give an answer to the requests with these numbers."""
    return lambda asked: script(asked) if numbers(asked.number) else None


def creates(script: Script) -> Script:
    """Give an answer only to creates."""
    return lambda asked: script(asked) if asked.method == "POST" else None


def deletions(script: Script) -> Script:
    """Give an answer only to deletions."""
    return lambda asked: script(asked) if asked.method == "DELETE" else None


def answers(status: int, body: str = "", *, kind: str = "application/json", **headers: str) -> Script:
    """Give one answer to everything."""
    named = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda _: [plain(status, named.items(), body.encode("utf-8", "surrogatepass"))]


def refusal(status: int, code: str, message: str) -> Script:
    """Refuse everything in words."""
    return answers(status, json.dumps({"error": {"code": code, "message": message}}))


def raw(status: int, *lines: str) -> bytes:
    """Return the head of an answer without a body."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Whatever", *lines, "")).encode("latin-1")


def altered(
    document: Callable[[dict, Asked], dict] = lambda document, _: document,
    *,
    headers: Mapping[str, str] | None = None,
    before: bytes = b"",
    times: int = 1,
) -> Script:
    """Change the reference's own answers: in the destination, in the headers, or by bytes before them."""

    def script(asked: Asked) -> Pieces:
        status, given, body = asked.answer()
        if status < 300 and asked.method == "POST":
            body = json.dumps(document(json.loads(body), asked)).encode()
        return [*[before] * times, plain(status, [*given, *(headers or {}).items()], body)]

    return script


def informed(status: int, times: int) -> Script:
    """Announce the reference's own answer a number of times."""
    return altered(before=raw(status), times=times)


class Dropped:
    """Singles out one request of each burst under one key: the first that arrives together with another."""

    def __init__(self, *instead: bytes | Ending) -> None:
        self._instead = instead
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._dropped: set[str] = set()

    def __call__(self, asked: Asked) -> Iterator[bytes | float | Ending]:
        """Wait a moment for twins, and answer all but one of them."""
        with self._lock:
            self._under_way[asked.key] += 1
        yield from [0.05] if asked.alone else []
        with self._lock:
            drops = asked.alone and self._under_way[asked.key] > 1 and asked.key not in self._dropped
            if drops:
                self._dropped.add(asked.key)
        answer = plain(*asked.answer())
        yield from self._instead if drops else [answer]
        with self._lock:
            self._under_way[asked.key] -= 1


def drip(whole: bytes, *, pause: float = 0.2) -> Iterator[bytes | float]:
    """Send a byte now and then, forever."""
    for byte in itertools.chain(whole, itertools.repeat(32)):
        yield bytes([byte])
        yield pause


HEAD = raw(200, "Content-Type: application/json", f"Date: {formatdate(usegmt=True)}")[:-2]


def endless(start: bytes, piece: bytes, *, pause: float = 0.0) -> Script:
    """Send something, and then a piece again and again forever."""

    def script(_: Asked) -> Iterator[bytes | float]:
        yield start
        while True:
            yield piece
            if pause:
                yield pause

    return script


def drip_head(_: Asked) -> Pieces:
    """Send the head a byte at a time."""
    return drip(HEAD + b"X-Long: ")


def drip_body(_: Asked) -> Pieces:
    """Send the body a byte at a time."""
    return itertools.chain([HEAD + b"Content-Length: 100000\r\n\r\n{"], drip(b""))


def chunk(data: bytes) -> bytes:
    """Return data as one chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"


def gzip_of_nothing(_: Asked) -> Pieces:
    """Send a compressed body that never yields anything: empty blocks forever."""
    packer = zlib.compressobj(wbits=31)
    start = packer.compress(b"") + packer.flush(zlib.Z_SYNC_FLUSH)
    empty = packer.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    yield CHUNKED + b"Content-Encoding: gzip\r\n\r\n" + chunk(start)
    while True:
        yield chunk(empty * 200)
        yield 0.01


def gzip_bomb(_: Asked) -> Pieces:
    """Send a small body that decompresses to four gigabytes."""
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MIB)
    yield CHUNKED + b"Content-Encoding: gzip\r\n\r\n"
    for _count in range(4096):
        if packed := packer.compress(zeros):
            yield chunk(packed)
    yield chunk(packer.flush()) + b"0\r\n\r\n"


def zipped(asked: Asked) -> Pieces:
    """Give the reference's own answer compressed."""
    status, headers, body = asked.answer()
    return [plain(status, [*headers, ("Content-Encoding", "gzip")], gzip.compress(body))]


def padded(size: int) -> Script:
    """Add a member of a number of bytes to the reference's own answers."""
    padding = "x" * size
    return altered(lambda document, _: {**document, "padding": padding})


def crowded(count: int) -> Script:
    """Add a number of members to the reference's own answers."""
    members = {f"member_{number}": number for number in range(count)}
    return altered(lambda document, _: {**document, **members})


def with_ids(identifier: Callable[[str], str]) -> Script:
    """Give the reference's own answers under other ids."""
    return creates(altered(lambda document, _: {**document, "id": identifier(document["id"])}))
