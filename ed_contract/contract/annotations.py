"""Validates the annotations of a document: that each is well-formed, and that they agree with its schemas.

Knows no files and no editions; `annotations.schema.json` beside this module describes the annotations.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from ed_contract.contract.document import Operation
from ed_contract.contract.parts import sent_as
from ed_contract.contract.references import ANNOTATIONS, LONGEST
from ed_contract.contract.schemas import Place, bare, places, realistic
from ed_contract.contract.specs import spec_of
from ed_contract.contract.validator import validator
from ed_contract.exceptions import UsageError
from ed_contract.kinds import NoValueError, Spec, jsonschemas, kind_of
from ed_contract.kinds.object_repair import knows_any
from ed_contract.kinds.validity import is_usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with the annotations at one place."""

    place: str  # e.g. `request.name`, or `operation`
    problem: str
    advice: str


def problems(operation: Operation) -> Iterator[Problem]:
    """Yield what is wrong with the annotations of an operation, and with the schemas that they narrow."""
    yield from _written("operation", operation.node)
    broken = list(invalid_schemas(operation))
    yield from broken
    for area, schema in (("request", operation.request), ("response", operation.response)):
        for place, node in nodes(area, schema):
            wrong = list(_written(place, node))
            yield from wrong
            if not (broken or wrong):
                yield from _examples(place, node)
                yield from _narrowed(place, node)
    yield from _between(operation)


def invalid_schemas(operation: Operation) -> Iterator[Problem]:
    """Yield what is wrong with the schemas themselves, one problem each."""
    checker = Draft202012Validator.FORMAT_CHECKER
    for area, schema in (("request", operation.request), ("response", operation.response)):
        try:
            Draft202012Validator.check_schema(bare(schema), format_checker=checker)
        except SchemaError as error:
            place = ".".join((area, *(str(one) for one in error.absolute_path)))
            problem = f"the schema is invalid: {error.message}"
            yield Problem(place=place, problem=problem, advice="expected JSON Schema.")


def require_none(name: str, found: Iterable[Problem]) -> None:
    """Raise UsageError for the first problem of the document called `name`."""
    for one in found:
        raise UsageError(f"{name}: {one.place}: {one.problem}\n{one.advice}")


def nodes(place: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield a schema and all within it, each with its place."""
    yield place, schema
    for name, child in schema.get("properties", {}).items():
        if isinstance(child, Mapping):
            yield from nodes(f"{place}.{name}", child)
    for word, mark in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(inner := schema.get(word), Mapping):
            yield from nodes(f"{place}{mark}", inner)


def annotations_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of an operation or a schema; those of other tools are not ours to check."""
    return {name: node[name] for name in ANNOTATIONS if name in node}


@cache
def annotation_validator() -> Draft202012Validator:
    """Return the validator of the annotations at one place."""
    schema = json.loads(files(__package__).joinpath("annotations.schema.json").read_bytes())
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _written(place: str, node: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the annotations that break their JSON Schema, one problem each."""
    first: dict[object, ValidationError] = {}
    for error in annotation_validator().iter_errors(annotations_of(node)):
        first.setdefault(error.absolute_path[0], error)
    for error in first.values():
        name = _dotted(error.absolute_path)
        yield Problem(place=place, problem=f"{name} is {_shown(error.instance)}", advice=_advice(error))


def _advice(error: ValidationError) -> str:
    expected: Any = error.validator_value
    match error.validator:
        case "enum":
            return f"expected one of {', '.join(one if isinstance(one, str) else json.dumps(one) for one in expected)}."
        case "type":
            return f"expected {expected}."
        case "pattern":
            return f"expected a string that matches {expected}"
        case _:
            return f"{error.message}."


def _examples(place: str, node: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the first of `x-values` that the documented schema does not allow."""
    documented = validator(bare(node))
    for number, value in enumerate(node.get("x-values", ())):
        for error in jsonschemas.validator(documented.schema, documented.dialect).iter_errors(value):
            problem = f"x-values[{number}] breaks the documented schema: {error.message}"
            yield Problem(place=place, problem=problem, advice="give values that the schema allows.")
            return


def _narrowed(place: str, node: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield how a realistic schema contradicts the documented one, as far as the document's own values show it."""
    if "x-realistic" not in node:
        return
    said = node["x-realistic"]
    listed = said.get("enum", ()) if isinstance(said, Mapping) else ()
    documented, narrow = validator(bare(node)), validator(realistic(node))
    outside = [value for value in listed if not documented.is_valid(value)]
    if outside:
        problem = f"x-realistic allows {_shown(outside[0])}, but the documented schema does not"
        yield Problem(place=place, problem=problem, advice="a realistic schema must narrow the documented one.")
        return
    values = [*node.get("x-values", ()), *node.get("enum", ()), *listed]
    if values and not any(documented.is_valid(value) and narrow.is_valid(value) for value in values):
        problem = f"no value is valid under both the schema and x-realistic, not even {_shown(values[0])}"
        yield Problem(place=place, problem=problem, advice="give one in x-values that both allow.")
    elif not values and not _has_values(spec_of(node)):
        problem = "found no value that is valid under both the schema and x-realistic"
        yield Problem(place=place, problem=problem, advice="give one in x-values that both allow.")


def _has_values(spec: Spec) -> bool:
    try:
        return (
            knows_any(spec) if spec.kind == "object" else any(is_usual(spec, one) for one in kind_of(spec).usual(spec))
        )
    except NoValueError:
        return False


def _between(operation: Operation) -> Iterator[Problem]:
    """Yield the annotations that name a missing field."""
    sent = {one.place: one for one in places(operation.request)}
    shown = {one.place: one for one in places(operation.response)}
    for place, one in sent.items():
        selects = one.schema.get("x-selects")
        if isinstance(selects, Mapping):
            yield from _named(f"request.{place}", "x-selects", selects.values(), sent, "request")
            known = (*one.schema.get("enum", ()), *one.schema.get("x-values", ()))
            for value in (value for value in selects if value not in known):
                problem = f"x-selects: {_shown(value)} is not a value of the enum"
                advice = f"it has {', '.join(map(str, known))}." if known else "x-selects belongs at an enum."
                yield Problem(place=f"request.{place}", problem=problem, advice=advice)
    for place, one in shown.items():
        if "x-on-request" in one.schema:
            yield from _named(f"response.{place}", "x-on-request", [one.schema["x-on-request"]], sent, "request")
        if one.schema.get("x-echo", False) is not False and not _is_shared(place, one.schema, shown, sent):
            yield from _named(f"response.{place}", "x-echo", [place], sent, "request")
    if isinstance(should := operation.request.get("x-should"), list):
        live = (one.get("live") for one in should if isinstance(one, Mapping))
        yield from _named("request", "x-should", live, shown, "response")
    identity = operation.response.get("x-identity")
    if isinstance(identity, Mapping):
        yield from _named("response", "x-identity", identity.values(), shown, "response")


def _is_shared(place: str, schema: Mapping[str, Any], shown: Mapping[str, Place], sent: Mapping[str, Place]) -> bool:
    """Whether a schema at a place that the request lacks also occurs at a place that it has."""
    if sent_as(place, sent):
        return True
    if "." not in place:
        return False
    return any(other in sent and one.schema == schema for other, one in shown.items())


def _named(place: str, annotation: str, wanted: Any, known: Mapping[str, Any], where: str) -> Iterator[Problem]:  # noqa: ANN401 - any JSON
    """Yield the first name that is not a field."""
    for name in wanted:
        if isinstance(name, str) and name not in known:
            problem = f"{annotation}: the {where} has no field {name!r}"
            yield Problem(place=place, problem=problem, advice=f"it has {', '.join(known)}.")
            return


def _dotted(path: Any) -> str:  # noqa: ANN401 - a deque of names and numbers
    name, *rest = path
    return str(name) + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in rest)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
