"""The order in which a run sends the boundary cases."""

from __future__ import annotations

from collections.abc import Iterable

from ed_contract.case import Case, Sequence, single
from ed_contract.strategies.boundaries import boundaries, unusual_keys

TELLING = frozenset(
    {
        "name, description and metadata with a backslash",
        "name with percent and braces",
        "name with markup",
        "name, description and metadata with zero",
        "name, description and metadata with the word null",
        "name, description and metadata with a date",
        "name with two blanks",
        "name with a padded text",
        "name with combining characters",
        "name with a ligature",
        "name with joined emoji",
        "name with right to left",
        "name with NUL",
        "name with a noncharacter",
        "name with a lone surrogate",
        "name with a blank",
        "name of 65 characters",
        "name of 101 characters",
        "name of 256 characters",
        "name of 501 characters",
        "description and metadata with an entity",
        "description and metadata with JSON",
        "description and metadata with a padded text",
        "description and metadata with a tab",
        "description and metadata with a newline",
        "description and metadata with joined emoji",
        "description and metadata with an escape and a delete character",
        "description of 256 characters",
        "description of 501 characters",
        "description of 1025 characters",
        "description of 5001 characters",
        "metadata with keys in many styles",
        "metadata with a key with a dot",
        "metadata with keys like places in a list",
        "metadata with a key with brackets",
        "metadata with the key __proto__",
        "metadata with an empty key",
        "metadata with an empty value",
        "metadata with numbers and booleans as values",
        "metadata with an object and an array as values",
        "9 metadata entries",
        "17 metadata entries",
        "51 metadata entries",
        "0 events",
        "11 events",
        "21 events",
        "100 events",
        "events: twice the same",
        "events: a long name",
        "URL with an IPv6 address",
        "URL with a fragment",
        "URL with rare characters",
        "URL with letters beyond ASCII",
        "URL with no host",
        "URL with no URL",
        "description null",
        "include null",
        "metadata null",
        "the other type's configuration beside one's own",
        "account with dashes",
        "region with capitals",
    }
)
"""The cases by which a broken server of the zoo is found first."""


def boundaries_phase() -> tuple[Sequence, ...]:
    """Return all boundary cases, the telling first, and then the creates under unusual keys."""
    return (*map(single, telling_first(boundaries())), *unusual_keys())


def telling_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases, those that show a fault most often first, and each kind in the order given."""
    return tuple(sorted(cases, key=lambda one: one.name not in TELLING))
