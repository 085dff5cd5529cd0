"""The kind `url`: absolute URLs, as libraries of many languages read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ed_contract.kinds import choosing, text, url_catalogue
from ed_contract.kinds.choosing import Candidate, Change, round_robin
from ed_contract.kinds.forms import is_normalised, is_same_url
from ed_contract.kinds.other_types import for_text
from ed_contract.kinds.spec import Json, Spec, Value, Wrong
from ed_contract.kinds.text_near import another, last_letter_in_other_case, two_letters_swapped
from ed_contract.kinds.validity import is_usual

_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][\w+.-]*://)(?P<host>[^/?#]+)(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)(?P<rest>.*)", re.DOTALL
)


def plain(spec: Spec) -> Json:
    """Return the plainest valid URL."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return https URLs on hosts that are reserved for examples, those of the document first."""
    return text.written(spec, url_catalogue.READABLE)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield unusual URLs and texts that are not URLs, the most common troubles first."""
    return choosing.unusual(spec, url_catalogue.unusual())


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield URLs that differ in one part: path, query, host, or spelling where that matters."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, url: str) -> Iterator[Candidate]:
    """Yield near twins; escapes are not changed, since they mean the same in either case."""
    parts = _PARTS.fullmatch(url)
    if parts is None:
        yield from text.near_candidates(spec, url)
        return
    start, host, path, query, rest = parts.groups()
    yield "another path", f"{start}{host}{path.rstrip('/')}/more{query}{rest}"
    yield "path in other case", f"{start}{host}{_segment(path, last_letter_in_other_case)}{query}{rest}"
    yield "another query", f"{start}{host}{path or '/'}{query}{'&' if query else '?'}more=1{rest}"
    yield "another host", f"{start}{'example.com' if host != 'example.com' else 'example.net'}{path}{query}{rest}"
    yield (
        "last letter of the query in other case",
        f"{start}{host}{path}{_value(query, last_letter_in_other_case)}{rest}",
    )
    yield "another last character", f"{url[:-1]}{another(url[-1])}"
    yield "two letters of the path swapped", f"{start}{host}{_segment(path, two_letters_swapped)}{query}{rest}"
    yield "a slash at the end", f"{start}{host}{path.rstrip('/') if path.endswith('/') else f'{path}/'}{query}{rest}"
    yield "without its query", f"{start}{host}{path}{rest}"
    yield "without its last segment", f"{start}{host}{path.rpartition('/')[0]}/{query}{rest}"
    yield "parameters of the query swapped", f"{start}{host}{path}{_swapped(query)}{rest}"
    yield "another host below it", f"{start}www.{host}{path}{query}{rest}"
    yield "an escape unescaped twice", url.replace("%2F", "%252F", 1)
    yield "a dash for an underscore", f"{start}{host}{path.replace('_', '-', 1)}{query}{rest}"
    yield "another", next((one for one in usual(spec) if one != url), url)


def _segment(path: str, change: Change) -> str:
    """Change the first segment of a path that has letters and no escapes."""
    segments = path.split("/")
    for place, segment in enumerate(segments):
        if "%" not in segment and change(segment) != segment:
            return "/".join((*segments[:place], change(segment), *segments[place + 1 :]))
    return path


def _value(query: str, change: Change) -> str:
    """Change the last value of a query that has letters and no escapes."""
    pairs = query.split("&")
    for place in reversed(range(len(pairs))):
        name, equals, value = pairs[place].partition("=")
        if equals and "%" not in value and change(value) != value:
            return "&".join((*pairs[:place], f"{name}={change(value)}", *pairs[place + 1 :]))
    return query


def _swapped(query: str) -> str:
    pairs = query[1:].split("&")
    return f"?{'&'.join((pairs[1], pairs[0], *pairs[2:]))}" if len(pairs) > 1 else query


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not text, and texts that break the document's rules."""
    value = choosing.sample(spec, value)
    broken = (
        ("no scheme", re.sub(r"^[a-z]+://", "", value)),
        ("plain http", re.sub("^https:", "http:", value)),
        ("another scheme", re.sub("^[a-z]+:", "ftp:", value)),
        ("a path only", "/hook"),
        ("a blank inside", f"{value} hook"),
    )
    candidates = round_robin(for_text(value), (*broken, *text.broken_candidates(spec, value)))
    return choosing.wrong(spec, candidates)


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is the same URL as browsers write it, or the same text in another form."""
    return isinstance(sent, str) and (is_normalised(sent, got) or is_same_url(sent, got))


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest URL, and URLs with a shorter query, path or host."""
    return choosing.smaller(spec, value, _simpler(spec, value), lambda url: (url != plain(spec), len(url)))


def _simpler(spec: Spec, url: str) -> Iterator[str]:
    yield plain(spec)
    parts = _PARTS.fullmatch(url)
    if parts is None or not is_usual(spec, url):
        yield from (url[: len(url) // 2], url[len(url) // 2 :], url[1:], url[:-1])
    if parts is None:
        return
    start, host, path, query, rest = parts.groups()
    yield f"{start}{host}{path}{query}"
    yield f"{start}{host}{path}"
    yield f"{start}{host}/{query}"
    yield f"{start}example.com{path}{query}{rest}"
    first, _, last = query.rpartition("&")
    yield from (f"{start}{host}{path}{first}", f"{start}{host}{path}?{last}") if first else ()
    segments = path.split("/")
    yield from (
        f"{start}{host}{'/'.join((*segments[:place], *segments[place + 1 :]))}{query}"
        for place in range(1, len(segments))
    )
