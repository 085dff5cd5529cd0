"""Whether values satisfy a document's schemas, and which keyword at which place they break."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice

from ed_contract.kinds.broken import Broken, Dialect
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.rfc3339 import is_date, is_date_time
from ed_contract.kinds.spec import Json, Spec

_LONG = 2000  # characters from which on it is not cached whether a part is realistic
MOST_FAULTS = 20  # errors of a value to look at: 10,000 bad elements are bad in the same way


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


FORMATS = {"date-time": is_date_time, "date": is_date, "uuid": _is_uuid}
"""The formats that are validated; any other is only an annotation, as in JSON Schema."""
DIALECT = Dialect(formats=FORMATS)


@lru_cache(maxsize=4096)
def _documented(spec: Spec) -> Checked:
    return Checked(spec.schema, DIALECT)


@lru_cache(maxsize=4096)
def _realistic(spec: Spec) -> Checked:
    return Checked(spec.realistic, DIALECT)


@lru_cache(maxsize=4096)
def _between_parts(spec: Spec) -> Checked:
    """Return the validator for the realistic schema of a value, without its rules for single parts."""
    both = spec.realistic.get("allOf", [])
    schema = {**_frame(spec, spec.realistic), **({"allOf": [_frame(spec, one) for one in both]} if both else {})}
    return Checked(schema, DIALECT)


def _frame(spec: Spec, schema: Json) -> Json:
    """Return a schema in which members may be anything if their own specs say the same."""
    if not isinstance(schema, dict) or "properties" not in schema:
        return schema
    members = ((name, one, spec.members.get(name)) for name, one in schema["properties"].items())
    free = {name: True if own is not None and own.realistic == one else one for name, one, own in members}
    return {**schema, "properties": free}


def fits(spec: Spec, value: Json) -> bool:
    """Whether `value` satisfies the documented schema, in which optional values may be null."""
    if value is None and spec.optional:
        return True
    return _documented(spec).is_valid(given(spec, value))


def is_usual(spec: Spec, value: Json) -> bool:
    """Whether `value` satisfies the documented and the realistic schema, and so do all its parts."""
    return _documented(spec).is_valid(value) and _is_realistic(spec, value)


def _is_realistic(spec: Spec, value: Json) -> bool:
    return _between_parts(spec).is_valid(value) and all(_is_one(*part) for _, *part in parts(spec, value))


def _is_one(spec: Spec, part: Json) -> bool:
    """Whether a part of a value is realistic: cached, since the same parts occur in many creates."""
    if isinstance(part, str):
        return _is_realistic(spec, part) if len(part) > _LONG else _is_known_text(spec, part)
    text = json.dumps(part)
    return _is_realistic(spec, part) if len(text) > _LONG else _is_known_one(spec, text)


@lru_cache(maxsize=1 << 14)
def _is_known_text(spec: Spec, text: str) -> bool:
    return _is_realistic(spec, text)


@lru_cache(maxsize=1 << 14)
def _is_known_one(spec: Spec, text: str) -> bool:
    return _is_realistic(spec, json.loads(text))


def keeping(spec: Spec, value: Json) -> Callable[[Json], bool]:
    """Return the test whether another value is valid and as usual as `value`."""
    return partial(is_usual if is_usual(spec, value) else fits, spec)


def parts(spec: Spec, value: Json) -> Iterator[tuple[str, Spec, Json]]:
    """Yield those parts of a composite value that have a spec, with their places: names, and `[]` for elements."""
    if isinstance(value, dict):
        for name, part in value.items():
            inner = spec.members.get(name) if spec.members else spec.item
            if inner is not None:
                yield name, inner, part
    elif isinstance(value, list) and spec.item is not None:
        yield from (("[]", spec.item, part) for part in value[len(spec.places) :])


def given(spec: Spec, value: Json) -> Json:
    """Return `value` without the optional members that are null, at any depth."""
    if isinstance(value, dict) and spec.members:
        return {
            name: part if inner is None else given(inner, part)
            for name, part in value.items()
            if (inner := spec.members.get(name)) is None or part is not None or not inner.optional
        }
    if isinstance(value, list) and spec.item is not None and spec.item.members:
        return [given(spec.item, part) for part in value]
    return value


def faults(spec: Spec, value: Json) -> frozenset[tuple[str, str]]:
    """Return the places and keywords at which `value` breaks the documented schema.

    A place is a dotted name, "" for the value itself; `[]` stands for an element. A broken scalar element breaks
    `items` of its list, as a broken value breaks `additionalProperties` of its map. A value of the wrong type breaks
    only `type`, whatever else the schema requires.
    """
    return _told(_documented(spec).broken(given(spec, value)))


def troubles(spec: Spec, value: Json) -> frozenset[tuple[str, str]]:
    """Return the places and keywords that make `value` unusual, in the form of `faults`."""
    found = {*faults(spec, value), *_told(_realistic(spec).broken(value))}
    for place, inner, part in parts(spec, value):
        found |= {(f"{place}.{below}".rstrip("."), keyword) for below, keyword in _told(_realistic(inner).broken(part))}
    return frozenset(found)


def _told(errors: Iterable[Broken]) -> frozenset[tuple[str, str]]:
    found = frozenset(told for error in islice(errors, MOST_FAULTS) for told in _places(error))
    of_types = {place for place, keyword in found if keyword == "type"}
    return frozenset((place, keyword) for place, keyword in found if place not in of_types or keyword == "type")


_NAMED = {"properties", "dependentSchemas"}  # keywords followed by a name
_NUMBERED = {"allOf", "prefixItems"}  # followed by a number
_OF_ENTRIES = {"additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties"}


def _places(error: Broken) -> Iterator[tuple[str, str]]:
    """Yield where a schema is broken, and which keyword."""
    path = error.words
    place, index, inside = "", 0, False
    while index < len(path):
        step = path[index]
        if step in _OF_ENTRIES and not (index and path[index - 1] in _NAMED):
            yield place, str(step)
            return
        if step in _NAMED and index + 1 < len(path):
            if step == "properties":
                place = f"{place}.{path[index + 1]}".lstrip(".")
                inside = False
            index += 1
        elif step in _NUMBERED:
            inside = step == "prefixItems" or inside
            index += 1
        if step in {"items", "prefixItems"} and index + 1 < len(path):
            place, inside = f"{place}[]", True
        index += 1
    keyword = error.keyword or "false"
    if keyword == "required" and isinstance(error.value, Mapping):
        yield from ((f"{place}.{name}".lstrip("."), keyword) for name in error.said if name not in error.value)
    elif inside:
        yield place.removesuffix("[]"), "items"
    else:
        yield place, keyword
