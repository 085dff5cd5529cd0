"""Computes one requirement for each keyword at each place of a schema, and finds the one that an error is about.

A new field or enum value in a document adds its rows; nothing is listed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ed_contract.contract.variants import needed_by, needed_within, where
from ed_contract.requirement import Level, Requirement

_REQUEST = {
    "required": "A create without {place} is refused{scope}",
    "type": "A create whose {place} is not {value} is refused",
    "enum": "A create whose {place} is not one of {value} is refused",
    "const": "A create whose {place} is not {value} is refused",
    "items": "A create with an element of {place} that is not {value} is refused",
    "format": "A create whose {place} is not {value} is refused",
    "pattern": "A create whose {place} does not match {value} is refused",
    "minLength": "A create whose {place} has fewer than {value} is refused",
    "maxLength": "A create whose {place} has more than {value} is refused",
    "minimum": "A create whose {place} is less than {value} is refused",
    "maximum": "A create whose {place} is more than {value} is refused",
    "exclusiveMinimum": "A create whose {place} is not more than {value} is refused",
    "exclusiveMaximum": "A create whose {place} is not less than {value} is refused",
    "multipleOf": "A create whose {place} is not a multiple of {value} is refused",
    "empty": "A create whose {place} is empty is refused",
    "minItems": "A create whose {place} has fewer than {value} is refused",
    "maxItems": "A create whose {place} has more than {value} is refused",
    "uniqueItems": "A create whose {place} has duplicate elements is refused",
    "minProperties": "A create whose {place} has fewer than {value} is refused",
    "maxProperties": "A create whose {place} has more than {value} is refused",
    "additionalProperties": "A create with an extra member of {place} that is not {value} is refused",
    "closed": "A create whose {place} has an undocumented member is refused",
    "propertyNames": "A create whose {place} has a member with an invalid name is refused",
}
_RESPONSE = {
    "required": "{place} is present{scope}",
    "type": "{place} is {value}",
    "enum": "{place} is one of {value}",
    "const": "{place} is {value}",
    "items": "every element of {place} is {value}",
    "format": "{place} is {value}",
    "pattern": "{place} matches {value}",
    "minLength": "{place} has at least {value}",
    "maxLength": "{place} has at most {value}",
    "minimum": "{place} is at least {value}",
    "maximum": "{place} is at most {value}",
    "exclusiveMinimum": "{place} is more than {value}",
    "exclusiveMaximum": "{place} is less than {value}",
    "multipleOf": "{place} is a multiple of {value}",
    "empty": "{place} is not empty",
    "minItems": "{place} has at least {value}",
    "maxItems": "{place} has at most {value}",
    "uniqueItems": "{place} has no duplicate elements",
    "minProperties": "{place} has at least {value}",
    "maxProperties": "{place} has at most {value}",
    "additionalProperties": "every extra member of {place} is {value}",
    "closed": "{place} has no undocumented members",
    "propertyNames": "every member of {place} has a valid name",
}
_KEYWORDS = _REQUEST.keys() - {"empty", "closed"}
_ARTICLES = {
    "string": "a string",
    "array": "an array",
    "object": "an object",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "null": "null",
}
_FORMATS = {
    "date-time": "an RFC 3339 timestamp",
    "date": "an RFC 3339 date",
    "uuid": "a UUID",
}
"""The formats that are rules; any other is a hint, as in JSON Schema."""
_OF_PARTS = {"items", "additionalProperties"}
_LEAST = {"minLength", "minItems", "minProperties"}
_COUNTED = {
    "minLength": "character",
    "maxLength": "character",
    "minItems": "element",
    "maxItems": "element",
    "minProperties": "member",
    "maxProperties": "member",
}
_OF_ROOT = {"additionalProperties", "propertyNames", "minProperties", "maxProperties"}
"""The keywords with a row for the whole body: that it is an object needs none."""


def _said(keyword: str, value: Any) -> str:  # noqa: ANN401 - a keyword's value is any JSON
    """Return the keyword's value as words."""
    if keyword == "enum":
        return ", ".join(f"`{one if isinstance(one, str) else json.dumps(one)}`" for one in value)
    if keyword in _OF_PARTS and isinstance(value, Mapping):
        if "enum" in value:
            return f"one of {_said('enum', value['enum'])}"
        form = f" that matches `{value['pattern']}`" if "pattern" in value else ""
        return f"{_said('type', value['type'])}{form}"
    if keyword == "type":
        return " or ".join(_ARTICLES[one] for one in ([value] if isinstance(value, str) else value))
    if keyword == "format":
        return _FORMATS.get(value, f"in the format {value}")
    if keyword in _COUNTED:
        return f"{value} {_COUNTED[keyword]}{'' if value == 1 else 's'}"
    if keyword in {"const", "pattern"}:
        return f"`{value}`" if keyword == "pattern" or isinstance(value, str) else f"`{json.dumps(value)}`"
    return str(value)


def _is_row(keyword: str, value: Any, *, hints: bool) -> bool:  # noqa: ANN401 - the same
    """Whether a keyword with this value has a sentence: items may be anything, or of several types."""
    if keyword in _OF_PARTS:
        says_something = isinstance(value, Mapping) and ("enum" in value or "type" in value)
        return says_something or (value is False and keyword == "additionalProperties")
    if keyword == "format":
        return hints or value in _FORMATS
    return value is not False and keyword != "required"


def keywords_of(node: Mapping[str, Any], *, hints: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield the keywords of one schema that have a row, with their values; `required` is its parent's."""
    yield from (
        (word, value) for word, value in node.items() if word in _KEYWORDS and _is_row(word, value, hints=hints)
    )


def schema_rows(area: str, schema: Mapping[str, Any], *, hints: bool = False) -> Iterator[Requirement]:
    """Yield the requirements of a schema in the order of its properties.

    Args:
        area: `request` or `response`.
        schema: of an object. `[]` stands for an element of a list: `lines[].price` is a member of each.
        hints: whether formats that are only hints have rows too.
    """
    yield from (_row(area, "", keyword, value) for keyword, value in keywords_of(schema) if keyword in _OF_ROOT)
    yield from _rows_below(area, "", schema, hints=hints)


def _rows_below(area: str, parent: str, node: Mapping[str, Any], *, hints: bool) -> Iterator[Requirement]:
    """Yield the requirements of the members of an object, each before those within it."""
    for name, said in node.get("properties", {}).items():
        place = f"{parent}.{name}" if parent else name
        child = said if isinstance(said, Mapping) else {}  # true says nothing about the member
        if name in node.get("required", ()):
            yield _row(area, place, "required", None, scope=f" if `{parent}` is an object" if parent else "")
        elif conditions := needed_by(node, name):
            yield _row(area, place, "required", None, scope=f" {where(conditions, f'{parent}.' if parent else '')}")
        yield from (_row(area, place, keyword, value) for keyword, value in keywords_of(child, hints=hints))
        yield from _rows_below(area, place, child, hints=hints)
        yield from _needed_below(area, parent, name, node, child)
        if isinstance(item := child.get("items"), Mapping):
            yield from _rows_below(area, f"{place}[]", item, hints=hints)


def _needed_below(
    area: str, parent: str, name: str, node: Mapping[str, Any], child: Mapping[str, Any]
) -> Iterator[Requirement]:
    """Yield the requirements of the members that an object needs only in one variant of the object around it."""
    dot = f"{parent}." if parent else ""
    for inner, conditions in needed_within(node, name).items():
        if inner not in child.get("required", ()) and not needed_by(child, inner):
            yield _row(area, f"{dot}{name}.{inner}", "required", None, scope=f" {where(conditions, dot)}")


def _row(area: str, place: str, keyword: str, value: Any, *, scope: str = "") -> Requirement:  # noqa: ANN401 - any JSON
    section, statements = ("Parameters", _REQUEST) if area == "request" else ("Response attributes", _RESPONSE)
    is_about_nothing, is_closed = keyword in _LEAST and value == 1, keyword == "additionalProperties" and value is False
    whole = "the body" if area == "request" else "the answer"
    statement = statements["empty" if is_about_nothing else "closed" if is_closed else keyword].format(
        place=f"`{place}`" if place else whole,
        value="" if value is None else _said(keyword, value),
        scope=scope,
    )
    return Requirement(
        id="/".join(filter(None, (area, place, keyword))),
        level=Level.MUST,
        clause=f"{section} › {place}" if place else section,
        statement=f"{statement[0].upper()}{statement[1:]}.".replace("whose the body", "whose body"),
    )


_NAMED = {"properties", "dependentSchemas"}  # keywords with a name behind them
_OF_ENTRIES = {"additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties"}


def row_of(area: str, path: Sequence[str | int], *, missing: str = "") -> str:
    """Return the id of the requirement that a validation error is about.

    Args:
        area: `request` or `response`.
        path: the error's schema path from the root, e.g. `("properties", "created", "format")`.
        missing: the absent property's name, for errors of the keyword `required`.
    """
    place, keyword, inside = "", "", False
    words = iter(path)
    for word in words:
        if word in _NAMED:
            place, inside = f"{place}.{next(words, '')}", False  # jsonschema does not name what is false
        elif word in {"items", "prefixItems"}:
            place, inside = f"{place}[]", True
        else:
            keyword = str(word)
            if word in _OF_ENTRIES:
                break  # what follows is part of that row
    if missing:
        place, inside = f"{place}.{missing}", False
    if inside:  # an error in an element without members belongs to its list's row
        place, keyword = place.removesuffix("[]"), "items"
    return "/".join(filter(None, (area, place.lstrip("."), keyword)))
