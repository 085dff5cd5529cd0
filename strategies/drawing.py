"""Strategies of realistic values, by kind: the values that the kind knows, and for some kinds endlessly many more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ed_contract.kinds import Json, Spec, kind_of, sizes
from ed_contract.kinds.validity import is_usual

Values: TypeAlias = SearchStrategy[Any]

# Visible letters that are a single code point in every normal form that a server may use.
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789éüñçøßÅЖяпωΔ注文日本語한국📦🚚✓"
_LONGEST = 30  # characters of a generated text
_KEYS = ("team", "order_id", "owner", "cost-center", "env", "Ticket", "region", "note")
_ENTRIES = ("billing", "6735", "Jürgen", "4711", "prod", "OPS-1204", "東京", "two words")
_HOSTS = ("example.com", "example.org", "www.example.com", "example.net")
_WORDS = ("hooks", "events", "in", "Orders", "v2", "my-app", "a_b", "receive")


def sampled(values: Iterable[Json]) -> Values:
    """Return the strategy of written values, the plainest of which is first."""
    values = tuple(values)
    fresh = _fresh_of(values)
    return st.sampled_from(values) if fresh is None else st.sampled_from(values).map(fresh)


def _fresh_of(values: tuple[Json, ...]) -> Callable[[Any], Json] | None:
    """Return a function that copies a value, so that callers cannot change the original, or None if none is mutable."""
    held = [one for one in values if isinstance(one, list | dict | tuple)]
    if not held:
        return None
    within = (part for one in held for part in (one.values() if isinstance(one, dict) else one))
    return deepcopy if any(isinstance(part, list | dict) for part in within) else _copied


def _copied(value: Json) -> Json:
    return dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list | tuple) else value


def values_of(spec: Spec, written: tuple[Json, ...] = ()) -> Values:
    """Return the strategy of the realistic values of a spec.

    Args:
        spec: of the values.
        written: the values to draw from, if not all that the kind knows; no others are then generated.
    """
    known = sampled(written or kind_of(spec).usual(spec))
    made = None if written else _made(spec)
    return known if made is None else known | made


def _made(spec: Spec) -> Values | None:
    """Return the strategy of endlessly many realistic values, or None if only written ones are known."""
    make = _MAKERS.get(spec.kind)
    made = None if make is None else make(spec)
    return None if made is None else made.filter(partial(is_usual, spec))


class Field:
    """Draws the realistic values of a field as `values_of` does, in a single draw unless the value is generated."""

    def __init__(self, spec: Spec, written: tuple[Json, ...] = (), *, optional: bool = False) -> None:
        """Prepare the values.

        Args:
            spec: of the values.
            written: the values to draw from, if not all that the kind knows; no others are then generated.
            optional: whether to draw None half of the time, for an absent field.
        """
        values = written or kind_of(spec).usual(spec)
        self._made = None if written else _made(spec)
        self._fresh = _fresh_of(values)
        values = (*values, *[_MADE] * (0 if self._made is None else max(len(values) // _WRITTEN_TO_MADE, 1)))
        self._values = st.sampled_from(((None,) * len(values) if optional else ()) + values)

    def draw(self, draw: DrawFn) -> Json:
        """Return a value that may be changed."""
        value = draw(self._values)
        if value is _MADE and self._made is not None:
            return draw(self._made)
        return value if self._fresh is None else self._fresh(value)


_MADE = object()  # stands for a generated value
_WRITTEN_TO_MADE = 6  # written values for each generated one


def texts(longest: int) -> SearchStrategy[str]:
    """Texts of 1 to `longest` letters of many scripts, not all of them digits."""
    return st.text(LETTERS, min_size=1, max_size=longest).map(_worded)


def _worded(text: str) -> str:
    """Return a text with a letter in it: only digits may be read as a number."""
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
    parts = (_HOSTS, _WORDS, _WORDS, range(10_000))
    most = math.prod(map(len, parts))
    fits = is_usual(spec, _url(parts, most - 1))
    return st.integers(0, most - 1).map(partial(_url, parts)) if fits else None  # one draw costs a quarter of four


def _url(parts: tuple[Sequence[object], ...], number: int) -> str:
    chosen = []
    for values in parts:
        number, which = divmod(number, len(values))
        chosen.append(values[which])
    return "https://{}/{}/{}?id={}".format(*chosen)


def _maps(spec: Spec) -> Values | None:
    if not is_usual(spec, filled(len(_KEYS), "é" * 40)):
        return None
    return st.builds(filled, st.integers(1, len(_KEYS)), texts(40))


def filled(size: int, first: str) -> dict[str, str]:
    """Return a map of at most 8 entries, the first of which contains `first`."""
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
