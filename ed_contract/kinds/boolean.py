"""The kind `boolean`: true or false."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ed_contract.kinds import choosing
from ed_contract.kinds.forms import is_same
from ed_contract.kinds.other_types import for_boolean
from ed_contract.kinds.spec import Json, NoValueError, Spec, Value, Wrong
from ed_contract.kinds.validity import fits


def plain(spec: Spec) -> Json:
    """Return false, or the document's first value."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return both values, the document's first.

    Raises:
        NoValueError: the schemas allow neither.
    """
    candidates = (*spec.values, False, True)
    found = tuple(choosing.usual(spec, candidates)) or tuple(one for one in candidates if fits(spec, one))[:1]
    if not found:
        raise NoValueError(f"neither true nor false satisfies {dict(spec.schema)} and {dict(spec.realistic)}")
    return found


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield the values that stand for an absent one, if they are allowed."""
    return choosing.unusual(spec, ())


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield the other value."""
    return choosing.near(spec, value, (("the other", not value),), forms)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield words and numbers that some languages treat as true or false."""
    value = choosing.sample(spec, value)
    return choosing.wrong(spec, (*for_boolean(value), ("unrelated", not value)))


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent`: a boolean has no other form."""
    return is_same(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest value, unless it is this one."""
    if not is_same(value, plain(spec)):
        yield plain(spec)
