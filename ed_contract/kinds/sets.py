"""The kind `set`: elements of one kind, in an order that does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from ed_contract.kinds import choosing, lists
from ed_contract.kinds.forms import is_normalised, written
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.spec import Json, Spec, Value, Wrong

_FEW = 4  # number of elements up to which every subset is made

plain = lists.plain
smaller = lists.smaller


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return sets of few elements in more than one order, all of them if there are few; the plainest first."""
    item = lists.item_of(spec)
    pool = kind_of(item).usual(item)
    if len(pool) > _FEW:
        return lists.usual(spec)
    subsets = [subset for size in range(1, len(pool) + 1) for subset in combinations(pool, size)]
    both = (list(one) for subset in subsets for one in (subset, subset[::-1]))
    return tuple(choosing.usual(spec, (*map(list, spec.values), *both))) or lists.usual(spec)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield sets with duplicates, with no or many elements, and with each unusual element."""
    return lists.unusual(spec)


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield sets that differ in one element or in their number; those in another order are forms."""
    return choosing.near(spec, value, lists.near_candidates(spec, value), forms)


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not lists, and lists with one bad element."""
    return lists.wrong(spec, value)


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` has the same elements in any order, each in one of its forms."""
    if not isinstance(sent, list) or not isinstance(got, list):
        return lists.forms(sent, got)
    return is_normalised(sorted(sent, key=written), sorted(got, key=written)) or {*map(written, sent)} == {
        *map(written, got)
    }
