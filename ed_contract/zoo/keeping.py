"""Makes mutants that store a parameter otherwise than it was sent, from a table of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ed_contract.zoo.altering import storing, where
from ed_contract.zoo.specimen import Mutant, Row, mutants_of, slug

Kept: TypeAlias = tuple[str, str, Callable[[Any], object], *tuple[str, ...]]
"""Name without its place, sentence and change, then ids of further requirements that are broken."""


def keeping(
    place: str, table: Iterable[Kept], *, kind: type = str, prefix: str = "", also: tuple[str, ...] = ()
) -> tuple[Mutant, ...]:
    """Return a mutant for each change, made to values of one type at a place before they are stored."""
    rows: Iterable[Row] = (
        (f"{prefix or slug(place)}-{name}", sentence, storing(place, where(kind, change)), *more)
        for name, sentence, change, *more in table
    )
    # On some unusual values damage looks like normalisation: a cut may be a trimmed blank.
    return mutants_of(f"echo/{place}", rows, also=("echo/normalised", *also))
