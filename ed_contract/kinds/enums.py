"""The kind `enum`: one of a few values that the document lists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import count

from ed_contract.kinds import choosing
from ed_contract.kinds.choosing import Candidate
from ed_contract.kinds.forms import is_normalised, is_same
from ed_contract.kinds.other_types import for_scalar
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.validity import fits


def plain(spec: Spec) -> Json:
    """Return the plainest value."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return the realistic values that the document lists, in its own order; if none is realistic, the first.

    Raises:
        NoValueError: no value is listed.
    """
    candidates = (*spec.values, *listed(spec), *((None,) if spec.schema.get("type") == "null" else ()))
    found = tuple(choosing.usual(spec, candidates)) or tuple(one for one in candidates if fits(spec, one))[:1]
    if not found:
        raise NoValueError(f"no value of an enum satisfies {dict(spec.schema)}")
    return found


def listed(spec: Spec) -> tuple[Json, ...]:
    """Return what the schema lists, except null."""
    one = (spec.schema["const"],) if "const" in spec.schema else ()
    return tuple(value for value in (*one, *spec.schema.get("enum", ())) if value is not None)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield values that are listed but not realistic, and values that stand for an absent one."""
    common = usual(spec)
    rare = (Value(name=f"the value {one}", value=one) for one in listed(spec) if one not in common)
    later = (Value(name=f"a later edition's {one}", value=one) for one in spec.later)
    return choosing.unusual(spec, (*rare, *later))


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield the other values."""
    names = ("another" if number == 0 else f"another ({number + 1})" for number in count())
    others = (one for one in usual(spec) if not is_same(one, value))
    return choosing.near(spec, value, zip(names, others, strict=False), forms)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield near misses and values of other types, none of them listed."""
    misses = near_misses(spec, value) if isinstance(value, str) else ()
    further = further_misses(spec, value) if isinstance(value, str) else ()
    of_other_types = (*for_scalar(value), ("false", False), ("object", {"value": value}), ("true", True))
    candidates: tuple[Candidate, ...] = (
        *choosing.round_robin((one for one in misses if one[0] not in OF_ITEMS_ONLY), of_other_types),
        *further,
        ("empty array", []),
        ("empty object", {}),
        ("zero", 0),
        ("its number", next((place for place, one in enumerate(listed(spec)) if is_same(one, value)), 0)),
    )
    return choosing.wrong(spec, candidates)


OF_ENUMS_ONLY = frozenset({"capitalised", "plural", "padded left", "hyphenated"})
"""Near misses not tried in elements of arrays: a server that catches similar ones catches these too."""
OF_ITEMS_ONLY = frozenset({"wildcard", "other member"})
"""Near misses tried only in elements of arrays: a wildcard, or another member of the same object."""


def near_misses(spec: Spec, value: str) -> Iterator[Candidate]:
    """Yield texts that are close to a listed one, the most telling first; one that does not apply is `value`."""
    yield "unrelated", "carrier_pigeon"
    yield "upper case", value.upper()
    yield "capitalised", value.capitalize()
    yield "padded right", f"{value} "
    yield "first word", value.split("_", maxsplit=1)[0]
    yield "camel case", _camel(value)
    yield "prefix", value[:-1]
    yield "plural", f"{value}s"
    yield "padded left", f" {value}"
    yield "later edition", _later(spec, value)
    yield "hyphenated", value.replace("_", "-")
    yield "underscore for dot", value.replace(".", "_")
    yield "first segment", value.split(".", maxsplit=1)[0]
    yield "last segment", value.rsplit(".", maxsplit=1)[-1]
    yield "line feed after", f"{value}\n"
    yield "empty string", ""
    yield "wildcard", "*"
    yield "other member", f"{value.rpartition('.')[0]}.id" if "." in value else value


def further_misses(spec: Spec, value: str) -> Iterator[Candidate]:
    """Yield texts that are close in other ways, which servers seldom accept."""
    yield "lower case", value.lower()
    yield "blanks for underscores", value.replace("_", " ")
    yield "underscores for hyphens", value.replace("-", "_")
    yield "two letters swapped", value[:1] + value[2:3] + value[1:2] + value[3:]
    yield "suffix", value[1:]
    yield "first letter", value[:1]
    yield "twice the same", value * 2
    yield "quoted", f'"{value}"'
    yield "two values joined", ",".join(map(str, (value, *(one for one in listed(spec) if one != value))))
    yield "NUL after", f"{value}\0"
    yield "zero-width space after", f"{value}\u200b"
    yield "full width", "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value)
    yield "the word null", "null"


def _later(spec: Spec, value: str) -> str:
    """Return a value that only a later edition lists, another one for each value."""
    here = listed(spec)
    new = [one for one in spec.later if isinstance(one, str) and one not in here]
    return new[here.index(value) % len(new)] if new and value in here else value


def _camel(value: str) -> str:
    first, *others = value.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent`, or `sent` trimmed."""
    return is_same(sent, got) or (isinstance(sent, str) and is_normalised(sent, got))


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the values that come before this one, the plainest first."""
    common = usual(spec)
    place = next((place for place, one in enumerate(common) if is_same(one, value)), len(common))
    yield from common[:place]
