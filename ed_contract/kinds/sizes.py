"""The sizes at which stores and programs have their limits, and series of values just below, at and beyond them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.spec import Json, Spec, Value

# Widths of columns, limits of forms and of well-known APIs, and powers of two.
COLUMNS = (
    *(20, 24, 30, 32, 36, 40, 45, 48, 50, 60, 63, 64, 72, 80, 96, 100, 120, 127, 128, 140, 144, 150, 160, 180, 191),
    *(200, 240, 250, 254, 255, 256, 280, 300, 320, 350, 400, 450, 500, 511, 512, 600, 700, 750, 767, 800, 900),
    *(1000, 1023, 1024, 1500, 2000, 2047, 2048, 2500, 3000, 3072, 4000, 4095, 4096, 5000, 8000, 8191, 8192),
    *(10_000, 16_383, 16_384, 20_000, 21_844, 30_000, 32_766, 32_767, 32_768, 50_000, 65_534, 65_535, 65_536, 70_000),
)
"""Characters of a text."""

MOST_TOLD = (65, 256, 1025, 101, 501, 5001, 257, 65_536)
"""Those beyond the most common limits."""

COUNTS = (2, 8, 9, 10, 16, 20, 25, 30, 32, 40, 50, 60, 64, 99, 100, 127, 128, 200, 250, 255, 256, 500, 512, 1000)
"""Elements of a list, or entries of a map."""


def around(limits: Iterable[int], *, first: Iterable[int] = ()) -> tuple[int, ...]:
    """Return the sizes at `limits` and one on either side, each once: `first`, then those beyond, at and below."""
    limits = tuple(limits)
    return tuple(
        dict.fromkeys(
            (
                *first,
                *(limit + 1 for limit in limits),
                *limits,
                *(limit - 1 for limit in limits if limit > 1),
            )
        )
    )


def limits_of(schema: Mapping[str, Json], *keywords: str) -> tuple[int, ...]:
    """Return the sizes that a schema names by `keywords`."""
    named = (schema.get(keyword) for keyword in keywords)
    return tuple(size for size in named if type(size) is int)


def series(family: str, sizes: Iterable[int], make: Callable[[int], Json]) -> Iterator[Value]:
    """Yield a value of each size; `family` is its name with `{}` or `{:,}` for the size."""
    for size in sizes:
        yield Value(name=family.format(size), value=make(size), family=family, size=size)


def filler(size: int, words: str = "Orders of the northern warehouse, for the team that bills them. ") -> str:
    """Return a readable text of exactly `size` characters that neither begins nor ends with a blank."""
    return (words * (size // len(words) + 1))[: size - 1] + "." if size > 0 else ""


def _of_bytes(size: int) -> str:
    return "é" * size


def telling(spec: Spec, *, family: str = "{} characters") -> Iterator[Value]:
    """Yield texts of the sizes that the document names, and of those beyond the most common limits."""
    stated = {**spec.realistic, **spec.schema}
    most = limits_of(stated, "maxLength")
    first = dict.fromkeys((*(size + 1 for size in most), *MOST_TOLD, *around((*limits_of(stated, "minLength"), *most))))
    return series(family, (size for size in first if size > 1), filler)


def of_texts(*, family: str = "{} characters") -> Iterator[Value]:
    """Yield texts of the sizes of columns, and texts that are long in another way."""
    return round_robin(
        series(family, (size for size in around(COLUMNS) if size > 1), filler),
        series("{} letters beyond ASCII", (33, 86, 128, 192, 255, 256, 512, 1366, 2731, 16_384, 21_846), _of_bytes),
        series("{} emoji", (16, 33, 64, 65, 128, 256, 1025, 16_384), lambda size: "🚚" * size),
        series(
            "{} letters without a blank",
            (41, 81, 101, 256, 1025, 5001),
            lambda size: "Orders" * (size // 6) + "s" * (size % 6),
        ),
        series("{} lines", (2, 10, 100, 1000), lambda size: "\n".join(f"Line {number}" for number in range(size))),
        series("{} combining characters", (2, 10, 50, 1000), lambda size: f"Z{chr(0x301) * size}\u00fcrich"),
    )
