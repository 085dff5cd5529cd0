"""What is said about an id or a glob that matches no requirement: which ones were probably meant."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import filter as matching

from ed_contract.contract.other_words import MEANINGS
from ed_contract.nearest import about, nearest
from ed_contract.requirement import Requirement

_MISSPELT, _RESEMBLES = 0.8, 0.6  # similarity to an id that was misspelt, and to one that was guessed
_NAMED = 2


def unknown(wanted: str, what: str, rows: Mapping[str, Requirement]) -> str:
    """Return a message of two lines; if the area exists, only its ids are compared."""
    if "," in wanted:
        return f"no {what} {wanted!r}\ngive each id its own option: ids contain no commas."
    if any(row.area == wanted for row in rows.values()):
        return f"no {what} {wanted!r}\ndid you mean '{wanted}/*'? `ed-contract list` shows them all."
    area, _, rest = wanted.partition("/")
    within = {one: row for one, row in rows.items() if rest and row.area == area} or rows
    words = wanted if within is rows else rest
    slugs = {one.removeprefix(f"{area}/") if words is rest else one: row for one, row in within.items()}
    near = (
        nearest(words, dict.fromkeys(slugs, ()), most=_NAMED, cutoff=_MISSPELT)
        or about(words, {slug: row.statement for slug, row in slugs.items()}, MEANINGS, most=_NAMED)
        or nearest(words, dict.fromkeys(slugs, ()), most=_NAMED, cutoff=_RESEMBLES)
    )
    meant = [_in_area_meant(area, rest, rows)] if within is rows else []
    meant = [one for one in meant if one] or [slugs[slug].id for slug in near]
    hint = f"did you mean {' or '.join(meant)}? " if meant else ""
    return f"no {what} {wanted!r}\n{hint}`ed-contract list` shows them all."


def _in_area_meant(area: str, rest: str, rows: Mapping[str, Requirement]) -> str:
    """Return the id or glob in the area that was probably meant, or "" if that matches no requirement either."""
    for near in nearest(area, {row.area: () for row in rows.values()}, cutoff=_MISSPELT) if rest else ():
        if matching(rows, one := f"{near}/{rest}"):
            return one
    return ""
