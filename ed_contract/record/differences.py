"""Says briefly how one JSON value differs from another. Knows no requests and no answers."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ed_contract.excerpt import Long
from ed_contract.record.values import canonical, kind, same, shown

_SEEN = 24  # characters; in shorter texts a reader sees the difference
_MOST_NAMED = 3  # members, in a message


def _in_latin_1(text: str) -> str:
    return text.encode().decode("latin-1")


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _without_astral(text: str) -> str:
    return "".join(char for char in text if char <= "\uffff")


_DONE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("trimmed", str.strip),
    ("changed to lower case", str.lower),
    ("changed to upper case", str.upper),
    ("inner white space collapsed", lambda text: " ".join(text.split())),
    ("escaped for HTML", html.escape),
    ("HTML entities decoded", html.unescape),
    ("percent-encoded", quote),
    ("percent-encoded", quote_plus),
    ("percent-decoded", unquote),
    ("form-decoded", unquote_plus),
    ("decoded as Latin-1 instead of UTF-8", _in_latin_1),
    ("in another Unicode normalisation form", lambda text: unicodedata.normalize("NFC", text)),
    ("in another Unicode normalisation form", lambda text: unicodedata.normalize("NFD", text)),
    ("in another Unicode normalisation form", lambda text: unicodedata.normalize("NFKC", text)),
    ("accents removed", _without_accents),
    ("characters beyond U+FFFF removed", _without_astral),
)


def difference(sent: object, got: object, *, ordered: bool = True) -> str:
    """Return what happened to a value, or "" if a reader sees it; a list's order may be irrelevant."""
    if isinstance(got, Long):
        return _of_long(sent, got)
    if got is None or type(sent) is not type(got):
        return f"{kind(sent)} became {kind(got)}" if got is not None and kind(sent) != kind(got) else ""
    if isinstance(sent, str) and isinstance(got, str):
        return _of_texts(sent, got, len(got))
    if isinstance(sent, list) and isinstance(got, list):
        return _of_lists(sent, got) if ordered else _of_sets(sent, got)
    if isinstance(sent, dict) and isinstance(got, dict):
        return _of_objects(sent, got)
    return ""


def _of_long(sent: object, got: Long) -> str:
    """Return what happened to a value with only its start, length and digest known."""
    if isinstance(sent, str) and got.start.startswith('"'):
        said = _of_texts(sent, got, got.length)
        return said or ("" if len(sent) == got.length else f"{_counted(len(sent), 'character')} became {got.length:,}")
    if isinstance(sent, list | dict) and len(sent) != got.length:
        return f"{_counted(len(sent), 'element' if isinstance(sent, list) else 'member')} became {got.length:,}"
    return ""


def _of_texts(sent: str, got: str | Long, length: int) -> str:
    if 0 < length < len(sent) and same(sent[:length], got) and not same(sent.strip(), got):
        return f"truncated to {length:,} of {len(sent):,} characters"
    for what, change in _DONE:
        with suppress(ValueError):  # some functions refuse a lone surrogate
            if same(change(sent), got):
                return what
    if isinstance(got, Long) or max(len(sent), length) <= _SEEN:
        return ""
    at = next((place for place, (one, other) in enumerate(zip(sent, got, strict=False)) if one != other), len(sent))
    return f"different from character {at + 1:,} on"  # not what is there: half a secret would not be masked


def _of_lists(sent: list[object], got: list[object]) -> str:
    if len(sent) != len(got):
        return f"{_counted(len(sent), 'element')} became {len(got):,}"
    if sorted(map(canonical, sent)) == sorted(map(canonical, got)):
        return "in another order"
    at, one, other = next(
        (at, one, other) for at, (one, other) in enumerate(zip(sent, got, strict=True), 1) if not same(one, other)
    )
    return f"element {at}: {difference(one, other) or f'{shown(one)} became {shown(other)}'}"


def _of_sets(sent: list[object], got: list[object]) -> str:
    if lost := [one for one in sent if not any(same(one, other) for other in got)]:
        return f"without {_named(lost)}"
    added = [one for one in got if not any(same(one, other) for other in sent)]
    return f"with {_named(added)} added" if added else ""


def _of_objects(sent: dict[str, object], got: dict[str, object]) -> str:
    if lost := [name for name in sent if name not in got]:
        return f"without {_named(lost)}"
    if added := [name for name in got if name not in sent]:
        return f"with {_named(added)} added"
    changed = next((name for name in sent if not same(sent[name], got[name])), None)
    if changed is None:
        return ""
    one, other = sent[changed], got[changed]
    return f"{shown(changed)}: {difference(one, other) or f'{shown(one)} became {shown(other)}'}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _named(some: Sequence[object]) -> str:
    more = f" and {len(some) - _MOST_NAMED} more" if len(some) > _MOST_NAMED else ""
    return ", ".join(map(shown, some[:_MOST_NAMED])) + more
