"""Strategies of realistic values, by their kind: what the kind knows, and for some kinds endlessly many more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ed_contract.kinds import Json, Spec, kind_of, sizes
from ed_contract.kinds.validity import is_usual

Values: TypeAlias = SearchStrategy[Any]

# Letters that are one code point in every normal form that a server may use, and none that is invisible.
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789éüñçøßÅЖяпωΔ注文日本語한국📦🚚✓"
_LONGEST = 30  # of a text that is made
_KEYS = ("team", "order_id", "owner", "cost-center", "env", "Ticket", "region", "note")
_ENTRIES = ("billing", "6735", "Jürgen", "4711", "prod", "OPS-1204", "東京", "two words")
_HOSTS = ("example.com", "example.org", "www.example.com", "example.net")
_WORDS = ("hooks", "events", "in", "Orders", "v2", "my-app", "a_b", "receive")


def sampled(values: Iterable[Json]) -> Values:
    """Return the strategy of written values, the first of which is the plainest."""
    values = tuple(values)
    mutable = any(isinstance(one, list | dict | tuple) for one in values)
    return st.sampled_from(values).map(_fresh) if mutable else st.sampled_from(values)


def _fresh(value: Json) -> Json:
    """Return a value that may be changed without changing what it was taken from."""
    return list(value) if isinstance(value, tuple) else deepcopy(value)


def values_of(spec: Spec, written: tuple[Json, ...] = ()) -> Values:
    """Return the strategy of the realistic values of a spec.

    Args:
        spec: of the values.
        written: those that the kind knows, if not all of them are wanted; then no others are made either.
    """
    known = sampled(written or kind_of(spec).usual(spec))
    make = _MAKERS.get(spec.kind)
    if written or make is None:
        return known
    made = make(spec)
    return known if made is None else known | made.filter(partial(is_usual, spec))


def texts(longest: int) -> SearchStrategy[str]:
    """Letters of many scripts, at least one and at most `longest`, and not all of them digits."""
    return st.text(LETTERS, min_size=1, max_size=longest).map(_worded)


def _worded(text: str) -> str:
    """Return a text with a letter in it: one of digits only may be taken for a number."""
    return text if any(map(str.isalpha, text)) else f"a{text[1:]}"


def _texts(spec: Spec) -> Values | None:
    longest = min((_LONGEST, *_limits(spec, "maxLength")))
    probes = ("Ab3", "é", "📦 🚚".replace(" ", ""), "a" * longest)
    return texts(longest) if all(is_usual(spec, one) for one in probes) else None


def _digits(spec: Spec) -> Values | None:
    size = len(kind_of(spec).plain(spec))
    written = f"{{:0{size}d}}".format
    fits = is_usual(spec, written(0)) or is_usual(spec, written(1))
    return st.integers(1, 10**size - 1).map(written) if fits else None


def _urls(spec: Spec) -> Values | None:
    made = "https://{}/{}/{}?id={}".format
    if not is_usual(spec, made(_HOSTS[2], _WORDS[-1], _WORDS[-2], 9999)):
        return None
    words = st.sampled_from(_WORDS)
    return st.builds(made, st.sampled_from(_HOSTS), words, words, st.integers(0, 9999))


def _maps(spec: Spec) -> Values | None:
    if not is_usual(spec, filled(len(_KEYS), "é" * 40)):
        return None
    return st.builds(filled, st.integers(1, len(_KEYS)), texts(40))


def filled(size: int, first: str) -> dict[str, str]:
    """Return a map of at most 8 entries, the first of which holds `first`."""
    return dict(zip(_KEYS[:size], (first, *_ENTRIES[1:]), strict=False))


def _numbers(spec: Spec) -> Values | None:
    lowest, highest = _limits(spec, "minimum"), _limits(spec, "maximum")
    if spec.schema.get("type") != "integer" or not (lowest and highest):
        return None
    return st.integers(max(lowest), min(highest))


def _limits(spec: Spec, keyword: str) -> tuple[int, ...]:
    return (*sizes.limits_of(spec.schema, keyword), *sizes.limits_of(spec.realistic, keyword))


_MAKERS: Mapping[str, Callable[[Spec], Values | None]] = {
    "text": _texts,
    "digits": _digits,
    "url": _urls,
    "map": _maps,
    "number": _numbers,
}
