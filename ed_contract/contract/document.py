"""Reads an OpenAPI document, 3.0 or 3.1, and finds its create: an operation without references. Judges nothing."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ed_contract.contract.merging import written_out
from ed_contract.contract.schemas import ANNOTATION
from ed_contract.exceptions import UsageError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
_METHODS = ("post", "put", "patch")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
ANNOTATIONS = (
    "x-clients",
    "x-echo",
    "x-idempotency",
    "x-identity",
    "x-kind",
    "x-later",
    "x-on-request",
    "x-realistic",
    "x-secret",
    "x-selects",
    "x-should",
    "x-unusual",
    "x-values",
)
LONGEST = 60  # characters of a value in a message
_NEAR = 0.8  # from which on another name is taken for a misspelt annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A create, as a document has it; its schemas hold no references, and the annotations are still there."""

    method: str
    path: str
    node: Mapping[str, Any]
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    error: Mapping[str, Any]
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # the parameters that are headers, by name
    statuses: frozenset[str] = frozenset()  # those that an answer is described for
    security: tuple[tuple[Mapping[str, Any], ...], ...] = ()  # each way in: the schemes that it takes together
    example: Any = None  # of the request


def read(text: bytes, name: str) -> dict[str, Any]:
    """Return a document, given as JSON or YAML.

    Args:
        text: what is in the file.
        name: what the file is called in messages.

    Raises:
        UsageError: it is not OpenAPI 3.0 or 3.1.
    """
    try:
        document = _parsed(text)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
        raise UsageError(f"{name} is neither JSON nor YAML{where}\ngive an OpenAPI document.") from None
    version = document.get("openapi") if isinstance(document, dict) else None
    if not str(version).startswith(("3.0", "3.1")):
        said = f"`openapi` is {json.dumps(version)}" if version is not None else "there is no `openapi`"
        raise UsageError(f"{name} is not an OpenAPI 3 document: {said}\ngive one of version 3.0 or 3.1.")
    found: dict[str, Any] = _with_texts(document)
    return found


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - any YAML
    with suppress(ValueError):
        return json.loads(text)  # which YAML could read too, but documents of megabytes only in minutes
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - safe


def _with_texts(value: Any) -> Any:  # noqa: ANN401 - any YAML
    """Return a document as JSON would hold it: names are texts (YAML reads `200` as a number), and so are dates."""
    if isinstance(value, dict):
        return {str(name): _with_texts(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_with_texts(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


class Reader:
    """Reads the create of one document."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self._document, self._name = document, name

    def operation(self, wanted: str | None = None, *, like: Operation | None = None) -> Operation:
        """Return the create: the operation with this id, or the only one that may be it.

        Args:
            wanted: its id, or method and path where it has none.
            like: another create: where none is wanted, the operation at its path is meant, if there is one.

        Raises:
            UsageError: there is none, or it cannot be read; with the place.
        """
        path, method, node, place = self._found(wanted, like)
        request, example = self._request(node, place)
        return Operation(
            method=method.upper(),
            path=path,
            node=node,
            request=request,
            response=self._answer(node, place, ("2XX", "201", "200", "202"), "a successful answer"),
            error=self._error(node, place),
            headers=dict(self._headers(path, method, node)),
            statuses=frozenset(node["responses"]),
            security=tuple(self._security(node, place)),
            example=example,
        )

    def _problem(self, place: str, problem: str, advice: str) -> UsageError:
        return UsageError(f"{self._name}: {place}: {problem}\n{advice}")

    def _object(self, value: Any, place: str) -> Mapping[str, Any]:  # noqa: ANN401 - any JSON
        if not isinstance(value, Mapping):
            raise self._problem(place, f"invalid value {json.dumps(value)[:LONGEST]}", "expected an object.")
        return value

    def _operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        paths = self._object(self._document.get("paths") or {}, "paths")
        for path, item in paths.items():
            for method, node in (self._followed(item, f"paths.{path}")).items():
                if method in _METHODS and isinstance(node, Mapping):
                    yield path, method, node

    def _found(self, wanted: str | None, like: Operation | None) -> tuple[str, str, Mapping[str, Any], str]:
        if wanted is None and like is not None:
            for path, method, node in self._operations():
                if (path, method) == (like.path, like.method.lower()):
                    return path, method, node, f"paths.{path}.{method}"
        named = {name_of(path, method, node): (path, method, node) for path, method, node in self._operations()}
        creates = {
            name: one
            for name, one in named.items()
            if one[1] == "post" and "{" not in one[0] and "requestBody" in one[2]
        }
        if wanted is None and len(only := creates or named) == 1:
            ((path, method, node),) = only.values()
        elif wanted in named:
            path, method, node = named[wanted]
        else:
            near = difflib.get_close_matches(wanted or "", named, n=3, cutoff=0.4) or list(creates or named)[:5]
            known = f"--operation takes one of {', '.join(near)}." if near else "give a document with a POST operation."
            problem = (
                f"there is no operation {wanted!r}"
                if wanted
                else f"{len(creates) or 'no'} operations may be the create"
            )
            raise self._problem("paths", problem, known)
        return path, method, node, f"paths.{path}.{method}"

    def _request(self, node: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], Any]:
        """Return the schema of the body, and the example that stands beside it, or None."""
        place = f"{place}.requestBody"
        body = self._followed(node.get("requestBody") or {}, place)
        schema = self._json_schema(body, place)
        if schema is None:
            raise self._problem(place, "there is no JSON body", "give an operation whose request has a JSON schema.")
        if schema.get("type") != "object" and "properties" not in schema:
            raise self._problem(place, "the body is not an object", "give an operation that takes a JSON object.")
        media = next(one for name, one in body["content"].items() if _is_json(name) and "schema" in one)
        return schema, self._example(media, schema, f"{place}.content")

    def _example(self, holder: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the first example of a body or of a header, or None."""
        if "example" in holder:
            return holder["example"]
        named = holder.get("examples")
        for name, one in named.items() if isinstance(named, Mapping) else ():
            if "value" in (said := self._followed(one, f"{place}.examples.{name}")):
                return said["value"]
        listed = (schema.get(word) for word in ("x-values", "examples", "enum"))
        values = (schema.get("example"), *(one[0] for one in listed if isinstance(one, list) and one))
        return next((one for one in (*values, schema.get("const"), schema.get("default")) if one is not None), None)

    def _headers(self, path: str, method: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the header parameters of an operation, and of all operations at its path."""
        item = self._followed(self._document["paths"][path], f"paths.{path}")
        for holder, place in ((item, f"paths.{path}.parameters"), (node, f"paths.{path}.{method}.parameters")):
            listed = holder.get("parameters") or []
            if not isinstance(listed, list):
                raise self._problem(place, f"invalid value {json.dumps(listed)[:LONGEST]}", "expected an array.")
            for number, one in enumerate(listed):
                said, where = self._followed(one, f"{place}[{number}]"), f"{place}[{number}]"
                name = said.get("name")
                if said.get("in") != "header":
                    continue
                if not isinstance(name, str) or not _HEADER.fullmatch(name):
                    raise self._problem(
                        where, f"invalid name {json.dumps(name)[:LONGEST]}", "expected one of a header."
                    )
                schema = self._resolved(said.get("schema", {}), f"{where}.schema", ())
                yield name, {**said, "example": self._example(said, schema if isinstance(schema, dict) else {}, where)}

    def _security(self, node: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], ...]]:
        """Yield each way in: the security schemes that a request has to satisfy together."""
        own = "security" in node
        ways, place = (
            (node if own else self._document).get("security") or [],
            f"{place}.security" if own else "security",
        )
        if not isinstance(ways, list):
            raise self._problem(place, f"invalid value {json.dumps(ways)[:LONGEST]}", "expected an array.")
        components = self._object(self._document.get("components") or {}, "components")
        known = self._object(components.get("securitySchemes") or {}, "components.securitySchemes")
        for number, way in enumerate(ways):
            where = f"{place}[{number}]"
            if missing := [name for name in self._object(way, where) if name not in known]:
                advice = f"components.securitySchemes has {', '.join(known) or 'none'}."
                raise self._problem(where, f"there is no security scheme {missing[0]!r}", advice)
            yield tuple(self._followed(known[name], f"components.securitySchemes.{name}") for name in way)

    def _answer(self, node: Mapping[str, Any], place: str, statuses: tuple[str, ...], what: str) -> Mapping[str, Any]:
        answers = self._object(node.get("responses") or {}, f"{place}.responses")
        for status in statuses:
            if status in answers:
                where = f"{place}.responses.{status}"
                schema = self._json_schema(self._followed(answers[status], where), where)
                if schema is not None:
                    return schema
        raise self._problem(f"{place}.responses", f"{what} has no JSON schema", "say what a create is answered with.")

    def _error(self, node: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        try:
            return self._answer(node, place, ("409", "422", "4XX", "400", "default"), "a refusal")
        except UsageError:
            return {}

    def _json_schema(self, holder: Mapping[str, Any], place: str) -> Mapping[str, Any] | None:
        for media, said in self._object(holder.get("content") or {}, f"{place}.content").items():
            where = f"{place}.content.{media}"
            if _is_json(media) and "schema" in self._object(said, where):
                found = self._object(self._resolved(said["schema"], f"{where}.schema", ()), f"{where}.schema")
                return written_out(found)
        return None

    def _followed(self, node: Mapping[str, Any], place: str, seen: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """Return a node, or what its reference leads to."""
        node = self._object(node, place)
        while isinstance(reference := node.get("$ref"), str):
            if reference in seen:
                raise self._problem(place, f"$ref {reference!r} leads in a circle", "write out one of its members.")
            seen = (*seen, reference)
            node = self._object(self._target(reference, place), place)
        return node

    def _target(self, reference: str, place: str) -> Any:  # noqa: ANN401 - any JSON
        node: Any = self._document
        if not reference.startswith("#/"):
            raise self._problem(
                place, f"$ref {reference!r} leads out of the document", "give one document that holds all."
            )
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or name not in node:
                raise self._problem(place, f"$ref {reference!r} leads nowhere", f"there is no {name!r}.")
            node = node[name]
        return node

    def _resolved(self, node: Any, place: str, seen: tuple[str, ...]) -> Any:  # noqa: ANN401 - any JSON
        """Return a schema without references, and without what only OpenAPI 3.0 says."""
        if isinstance(node, list):
            return [self._resolved(one, f"{place}[{number}]", seen) for number, one in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        if isinstance(reference := node.get("$ref"), str):
            if reference in seen:
                raise self._problem(place, f"$ref {reference!r} leads in a circle", "write out one of its members.")
            beside = {name: value for name, value in node.items() if name != "$ref"}
            target = self._resolved(self._target(reference, place), place, (*seen, reference))
            return {**target, **self._resolved(beside, place, seen)} if beside else target
        self._require_known(node, place)
        found = {
            name: value if name in _VERBATIM else self._resolved(value, f"{place}.{name}", seen)
            for name, value in node.items()
        }
        return _as_3_1(found)

    def _require_known(self, node: Mapping[str, Any], place: str) -> None:
        for name in node:
            if name.startswith(ANNOTATION) and name not in ANNOTATIONS:
                near = difflib.get_close_matches(name, ANNOTATIONS, n=1, cutoff=_NEAR)
                if near:  # others have annotations of their own
                    raise self._problem(place, f"unknown annotation {name!r}", f"did you mean {near[0]}?")


_VERBATIM = {
    "x-values",
    "x-unusual",
    "x-later",
    "x-selects",
    "x-echo",
    "enum",
    "const",
    "example",
    "examples",
    "default",
}
"""What holds values, not schemas."""


def _as_3_1(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of OpenAPI 3.0 as 3.1 writes it; one of 3.1 stays as it is."""
    if schema.pop("nullable", False) is True:
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        elif "allOf" in schema:  # around a reference, as nothing could stand beside it
            schema["anyOf"] = [{"allOf": schema.pop("allOf")}, {"type": "null"}]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for word, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and word in schema:
            schema[exclusive] = schema.pop(word)
    return schema


def _is_json(media: str) -> bool:
    kind = media.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def name_of(path: str, method: str, node: Mapping[str, Any]) -> str:
    """Return what an operation is called: its id, or method and path where it has none."""
    return str(node.get("operationId") or f"{method.upper()} {path}")


def load(path: Path) -> dict[str, Any]:
    """Return the document in a file; raise UsageError if it cannot be read."""
    try:
        return read(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}\ngive an OpenAPI document.") from error
