"""Values of the wrong type, for each type. The names of the operators are promises."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ed_contract.kinds.choosing import Candidate
from ed_contract.kinds.spec import Json


def for_text(text: str) -> Iterator[Candidate]:
    """Yield values that are not text, the most telling first."""
    yield "number", _number(text)
    yield "null", None
    yield "array", [text]
    yield "true", True
    yield "object", {"value": text}
    yield "false", False
    yield "zero", 0
    yield "float", 1.5
    yield "empty array", []
    yield "empty object", {}
    yield "list of characters", list(text[:40])


def _number(text: str) -> int:
    """Return 7, or for digits a number of the same length, which stays valid if a server reads numbers as text."""
    return int("1" + text[1:]) if text.isdecimal() and len(text) < 100 else 7  # noqa: PLR2004 - no parser takes more


def for_list(listed: list[Json]) -> Iterator[Candidate]:
    """Yield values that are not lists, the most telling first."""
    yield "string", str(listed[0]) if listed else "text"
    yield "null", None
    yield "empty object", {}
    yield "object", {str(one): one for one in listed or ["text"]}
    yield "number", 1
    yield "true", True
    if len(listed) > 1:
        yield "joined", ",".join(map(str, listed))
    yield "false", False
    yield "empty string", ""
    yield "JSON text", json.dumps(listed, ensure_ascii=False)
    yield "object of places", {str(place): one for place, one in enumerate(listed or ["text"])}
    if len(listed) > 1:
        yield "joined by blanks", " ".join(map(str, listed))
    yield "zero", 0


def for_object(members: dict[str, Json]) -> Iterator[Candidate]:
    """Yield values that are not objects, the most telling first."""
    yield "string", next((str(one) for one in members.values()), "text")
    yield "null", None
    yield "array", [members]
    yield "number", 1
    yield "false", False
    yield "JSON text", json.dumps(members)
    yield "pairs", [list(pair) for pair in members.items()]
    yield "true", True
    yield "empty string", ""
    yield "empty array", []
    yield "list of values", list(members.values())
    yield "form", "&".join(f"{name}={one}" for name, one in members.items())
    yield "zero", 0


def for_number(number: float) -> Iterator[Candidate]:
    """Yield values that are not numbers, the most telling first."""
    yield "string", json.dumps(number)
    yield "null", None
    yield "true", True
    yield "array", [number]
    yield "object", {"value": number}
    yield "false", False
    yield "empty string", ""
    yield "the word NaN", "NaN"
    yield "a word", "many"
    yield "text with a unit", f"{number} EUR"
    yield "empty array", []
    yield "empty object", {}


def for_boolean(value: object) -> Iterator[Candidate]:
    """Yield values that are neither true nor false, the most telling first."""
    yield "string", str(value).lower()
    yield "null", None
    yield "number", 0
    yield "array", [value]
    yield "one", 1
    yield "capitalised string", str(value).capitalize()
    yield "empty string", ""
    yield "yes", "yes"
    yield "on", "on"
    yield "digit in a string", "1"
    yield "object", {"value": value}
    yield "float", 0.0
    yield "empty array", []
    yield "empty object", {}


def for_scalar(value: Json) -> Iterator[Candidate]:
    """Yield values that are not a single text: the enum decides which texts are listed."""
    yield "null", None
    yield "number", 1
    yield "list around it", [value]
