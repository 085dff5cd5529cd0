"""The kind `token`: names that exist somewhere, such as regions, versions and events; no others are usual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ed_contract.kinds import choosing, sizes, text
from ed_contract.kinds.choosing import Candidate, round_robin
from ed_contract.kinds.forms import is_normalised
from ed_contract.kinds.other_types import for_text
from ed_contract.kinds.spec import Json, Spec, Value, Wrong
from ed_contract.kinds.text_characters import named
from ed_contract.kinds.validity import is_usual

_NONE_KNOWN = ("orders", "Orders_2", "returns", "v1.orders", "a-b")  # if a document names none


def plain(spec: Spec) -> Json:
    """Return the plainest valid name."""
    return usual(spec)[0]


@lru_cache(maxsize=1024)
def usual(spec: Spec) -> tuple[Json, ...]:
    """Return the names of the document, or names that satisfy its schemas."""
    return text.written(spec, () if spec.values else _NONE_KNOWN)


def unusual(spec: Spec) -> Iterator[Value]:
    """Yield names that are misspelled, do not exist, or are too long."""
    return choosing.unusual(spec, _unusual(plain(spec)))


_VERSION = re.compile(r"v?[0-9]+[-.][0-9]+.*")
_ZONE = re.compile(r"[a-z]+(-[a-z]+)*-?[0-9]+")


def _unusual(name: str) -> Iterator[Value]:
    """Yield variations on `name` as a version, a numbered place or any name; then those that suit every name."""
    if _VERSION.fullmatch(name):
        yield from named(_OF_VERSIONS)
        empty = "no characters"
    elif _ZONE.fullmatch(name):
        yield from named((("capitals", name.upper()), *_OF_ZONES, ("an availability zone", f"{name}a")))
        empty = "no characters"
    else:
        yield from named((*_OF_NAMES, ("a padded name", f" {name} ")))
        empty = "an empty name"
    yield Value(name=empty, value="")
    yield from named(
        (
            *(() if _ZONE.fullmatch(name) else (("capitals", name.upper()),)),
            ("capitalised", name[:1].upper() + name[1:]),
            ("a blank in front", f" {name}"),
            ("a blank at the end", f"{name} "),
            ("a newline at the end", f"{name}\n"),
            ("a blank inside", f"{name[:2]} {name[2:]}"),
            ("a dot at the end", f"{name}."),
            ("a dot in front", f".{name}"),
            ("underscores", re.sub("[-.]", "_", name)),
            ("dashes", re.sub("[_.]", "-", name)),
            ("slashes", re.sub("[-_.]", "/", name)),
            ("no separators", re.sub("[-_.]", "", name)),
            ("its first part", re.split("[-_.]", name)[0]),
            ("its last part", re.split("[-_.]", name)[-1]),
            ("its separators twice", re.sub("([-_.])", r"\1\1", name)),
            ("a wildcard at the end", f"{name}.*"),
            ("two names and a comma", f"{name},{name}"),
            ("a letter beyond ASCII", f"{name[:-1]}é"),
            ("a letter of full width", f"{name[:-1]}\uff41"),
            ("a letter of another script that looks alike", name.replace("a", "\u0430").replace("e", "\u0435")),
            ("a zero-width space", f"{name[:2]}\u200b{name[2:]}"),
            ("quotes around it", f'"{name}"'),
            ("an apostrophe and SQL", f"{name}'; --"),
            ("markup", f"<b>{name}</b>"),
            ("a path", f"../{name}"),
            ("a percent escape", f"{name[:-1]}%41"),
            ("a conversion", f"{name}%s{{0}}${{HOME}}"),
            ("NUL", f"{name}\0"),
            ("a lone surrogate", f"{name}\ud83d"),
            ("the word null", "null"),
            ("the word constructor", "constructor"),
            ("digits only", "0042"),
            ("zero", "0"),
            ("a blank", " "),
            ("one letter", name[:1]),
            ("a misspelt name", name[:-1]),
            ("twice the name", name * 2),
        )
    )
    yield from sizes.series(
        "{} characters", (65, 101, 256, 257, 129, 1025, 41, 33, 5001, 65_536), lambda size: text.fitting(name, size)
    )


_OF_VERSIONS = (
    ("an old date", "2011-01-01"),
    ("no date", "latest"),
    ("an impossible date", "2024-02-30"),
    ("a date to come", "2099-12-31"),
    ("an impossible month", "2024-13-01"),
    ("a date without zeros", "2024-9-3"),
    ("a date in another order", "30-09-2024"),
    ("a date without dashes", "20240930"),
    ("a date with slashes", "2024/09/30"),
    ("a date with a time", "2024-09-30T00:00:00Z"),
    ("an unknown release", "2024-09-30.unknown"),
    ("a release only", ".unknown"),
    ("a number", "1"),
    ("a version with dots", "1.10.0"),
    ("a version with a letter", "v2"),
    ("digits beyond ASCII", "\u0662\u0660\u0662\u0664-\u0660\u0669-\u0663\u0660"),
)
_OF_ZONES = (
    ("an unknown region", "mars-north-1"),
    ("a number too large", "us-east-99"),
    ("no number", "us-east"),
    ("the whole world", "global"),
    ("a name for people", "Europe (Ireland)"),
)
_OF_NAMES = (
    ("a star", "*"),
    ("an unknown name", "v1.nothing.of_the_kind"),
    ("a long name", "v2.commerce.product_catalog.import_of_the_eastern_and_northern_warehouses.processing_failed"),
    ("two stars", "**"),
    ("a name in camel case", "v1.nothingOfTheKind"),
    ("a name without dots", "nothing"),
    ("a name of dots", "..."),
    ("a name of many parts", ".".join(["part"] * 40)),
)


def near(spec: Spec, value: Json) -> Iterator[Value]:
    """Yield other names of the document, those that begin or end like this one first; of an odd name, odd twins."""
    return choosing.near(spec, value, _twins(spec, value), forms)


def _twins(spec: Spec, name: str) -> Iterator[Candidate]:
    others = [one for one in usual(spec) if one != name]
    if others:
        yield "another", max(others, key=lambda one: _alike(one, name))
        yield "another of the same end", max(others, key=lambda one: _alike(one[::-1], name[::-1]))
        yield "another, the first", others[0]
        yield "another of the same length", min(others, key=lambda one: abs(len(one) - len(name)))
        yield "another, the last", others[-1]
    if not spec.values or not is_usual(spec, name):
        yield from text.near_candidates(spec, name)


def _alike(one: str, other: str) -> int:
    """Return the length of the common prefix of two names."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def wrong(spec: Spec, value: Json) -> Iterator[Wrong]:
    """Yield values that are not text, and texts that break the document's rules."""
    value = choosing.sample(spec, value)
    return choosing.wrong(spec, round_robin(for_text(value), text.broken_candidates(spec, value)))


def forms(sent: Json, got: Json) -> bool:
    """Whether `got` is `sent` trimmed: a name in another case is another name."""
    return isinstance(sent, str) and is_normalised(sent, got)


def smaller(spec: Spec, value: Json) -> Iterator[Json]:
    """Yield the plainest name, then shorter names of the document; of an odd name, its parts."""
    return choosing.smaller(spec, value, _simpler(spec, value), lambda name: (name != plain(spec), len(name)))


def _simpler(spec: Spec, name: str) -> Iterator[str]:
    yield plain(spec)
    yield from usual(spec)[1:4]
    if not is_usual(spec, name):
        yield from (name[: len(name) // 2], name[len(name) // 2 :], name[1:], name[:-1])
