"""Computes one requirement for each keyword at each place of a schema, and finds the one that an error is about.

A new field or enum value in a document brings its rows along; nothing is listed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ed_contract.requirement import Level, Requirement

_REQUEST = {
    "required": "A create without `{place}` is refused{scope}",
    "type": "A create whose `{place}` is not {value} is refused",
    "enum": "A create whose `{place}` is none of {value} is refused",
    "items": "A create with an element of `{place}` that is not {value} is refused",
}
_RESPONSE = {
    "required": "`{place}` is present{scope}",
    "type": "`{place}` is {value}",
    "enum": "`{place}` is one of {value}",
    "const": "`{place}` is {value}",
    "format": "`{place}` is {value}",
    "items": "each element of `{place}` is {value}",
}
_ARTICLES = {
    "string": "a string",
    "array": "an array",
    "object": "an object",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "null": "null",
}
_FORMATS = {"date-time": "a timestamp as RFC 3339 writes it"}


def _said(keyword: str, value: Any) -> str:  # noqa: ANN401 - a keyword's value is any JSON
    """Return the keyword's value as words."""
    if keyword == "enum":
        return ", ".join(f"`{one if isinstance(one, str) else json.dumps(one)}`" for one in value)
    if keyword == "items":
        return f"one of {_said('enum', value['enum'])}" if "enum" in value else _said("type", value["type"])
    if keyword == "type":
        return " or ".join(_ARTICLES[one] for one in ([value] if isinstance(value, str) else value))
    if keyword == "format":
        return _FORMATS.get(value, f"of the format {value}")
    return f"`{value}`"


def _is_row(keyword: str, value: Any) -> bool:  # noqa: ANN401 - the same
    """Whether there is a sentence for a keyword with this value: items may be anything, or of several types."""
    return keyword != "items" or (isinstance(value, Mapping) and ("enum" in value or "type" in value))


def schema_rows(area: str, schema: Mapping[str, Any]) -> Iterator[Requirement]:
    """Yield the requirements of `schema` in the order of its properties; `area` is `request` or `response`."""
    section, statements = ("Parameters", _REQUEST) if area == "request" else ("Response attributes", _RESPONSE)

    def walk(parent: str, node: Mapping[str, Any]) -> Iterator[Requirement]:
        for name, said in node.get("properties", {}).items():
            place = f"{parent}.{name}" if parent else name
            child = said if isinstance(said, Mapping) else {}  # true says nothing of the member
            keywords = [("required", None)] if name in node.get("required", ()) else []
            keywords += [
                (word, value)
                for word, value in child.items()
                if word in statements and word != "required" and _is_row(word, value)
            ]
            for keyword, value in keywords:
                statement = statements[keyword].format(
                    place=place,
                    value=_said(keyword, value),
                    scope=f" where `{parent}` is an object" if parent else "",
                )
                yield Requirement(
                    id=f"{area}/{place}/{keyword}",
                    level=Level.MUST,
                    clause=f"{section} › {place}",
                    statement=f"{statement[0].upper()}{statement[1:]}.",
                )
            yield from walk(place, child)

    yield from walk("", schema)


def row_of(area: str, path: Sequence[str | int], *, missing: str = "") -> str:
    """Return the id of the requirement that a validation error is about.

    Args:
        area: `request` or `response`.
        path: the error's schema path from the root, e.g. `("properties", "created", "format")`.
        missing: the absent property's name, for errors of the keyword `required`.
    """
    names: list[str] = []
    words = iter(path)
    keyword = ""
    for word in words:
        if word == "properties":
            names.append(str(next(words)))
        else:
            keyword = str(word)
            break  # what follows `items` is part of that row
    if missing:
        names.append(missing)
    return f"{area}/{'.'.join(names)}/{keyword}"
