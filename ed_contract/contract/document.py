"""Finds the create of an OpenAPI document, 3.0 or 3.1: an operation without references. Judges nothing."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ed_contract.contract.composing import composed
from ed_contract.contract.references import LONGEST, References
from ed_contract.exceptions import UsageError

JSON = "application/json"
_METHODS = ("post", "put", "patch")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A create, as documented; its schemas hold no references, but still have their annotations."""

    method: str
    path: str
    node: Mapping[str, Any]
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    error: Mapping[str, Any]
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # the parameters that are headers, by name
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # those of the query
    media: str = JSON  # the media type of the body
    accept: str = JSON  # the media type of the answer
    statuses: frozenset[str] = frozenset()  # those with a documented answer
    security: tuple[tuple[Mapping[str, Any], ...], ...] = ()  # the alternatives, each the schemes that it combines
    example: Any = None  # of the request


class Reader(References):
    """Reads the create of one document."""

    def operation(self, wanted: str | None = None, *, like: Operation | None = None) -> Operation:
        """Return the create: the operation with this id, or the only possible one.

        Args:
            wanted: its id, or method and path if it has none.
            like: another create: if no id is given, the operation at its path is meant, if there is one.

        Raises:
            UsageError: there is none, or it cannot be read; with the place.
        """
        path, method, node, place = self._found(wanted, like)
        request, example = self._request(node, place)
        parameters = tuple(self._parameters(path, method, node))
        return Operation(
            method=method.upper(),
            path=path,
            node=node,
            request=request,
            response=self._answer(node, place, self._successes(node, place), "a successful answer"),
            error=self._error(node, place),
            headers={name: said for where, name, said in parameters if where == "header"},
            query={name: said for where, name, said in parameters if where == "query"},
            media=_media(self._followed(node["requestBody"], f"{place}.requestBody")),
            accept=next(map(_media, self._answers(node, place, self._successes(node, place)).values()), JSON),
            statuses=frozenset(node["responses"]),
            security=tuple(self._security(node, place)),
            example=example,
        )

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
        every = [(name_of(path, method, node), (path, method, node)) for path, method, node in self._operations()]
        twice = [one[:2] for name, one in every if name == wanted]
        if len(twice) > 1:
            (path, method), *_ = twice
            advice = f"give one by its method and path: --operation '{method.upper()} {path}'."
            raise self._problem("paths", f"{len(twice)} operations have the id {wanted!r}", advice)
        by_place = {f"{one[1].upper()} {one[0]}": one for _, one in every}
        named = dict(every)
        creates = {
            name: one
            for name, one in named.items()
            if one[1] == "post" and "{" not in one[0] and "requestBody" in one[2]
        }
        if wanted is None and len(only := creates or named) == 1:
            ((path, method, node),) = only.values()
        elif found := named.get(wanted or "") or by_place.get(wanted or ""):
            path, method, node = found
        else:
            near = difflib.get_close_matches(wanted or "", named, n=3, cutoff=0.4) or list(creates or named)[:5]
            known = f"--operation takes one of {', '.join(near)}." if near else "give a document with a POST operation."
            problem = (
                f"unknown operation {wanted!r}" if wanted else f"{len(creates) or 'no'} operations may be the create"
            )
            raise self._problem("paths", problem, known)
        return path, method, node, f"paths.{path}.{method}"

    def _request(self, node: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], Any]:
        """Return the schema of the body, and the example beside it, or None."""
        place = f"{place}.requestBody"
        body = self._followed(node.get("requestBody") or {}, place)
        schema = self._json_schema(body, place, without="readOnly")
        if schema is None:
            raise self._problem(place, "no JSON body documented", "give an operation whose request has a JSON schema.")
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

    def _parameters(
        self, path: str, method: str, node: Mapping[str, Any]
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield the parameters of a path and of one operation: each with where it is sent, and its name."""
        item = self._followed(self._document["paths"][path], f"paths.{path}")
        for holder, place in ((item, f"paths.{path}.parameters"), (node, f"paths.{path}.{method}.parameters")):
            listed = holder.get("parameters") or []
            if not isinstance(listed, list):
                raise self._problem(place, f"invalid value {json.dumps(listed)[:LONGEST]}", "expected an array.")
            for number, one in enumerate(listed):
                said, where = self._followed(one, f"{place}[{number}]"), f"{place}[{number}]"
                name, sent_in = said.get("name"), said.get("in")
                if sent_in not in ("header", "query"):  # it may be anything
                    continue
                if not isinstance(name, str) or (sent_in == "header" and not _HEADER.fullmatch(name)):
                    raise self._problem(
                        where, f"invalid name {json.dumps(name)[:LONGEST]}", "expected the name of a header."
                    )
                schema = self._whole(said.get("schema", {}), f"{where}.schema")
                schema = schema if isinstance(schema, dict) else {}
                yield sent_in, name, {**said, "schema": schema, "example": self._example(said, schema, where)}

    def _security(self, node: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], ...]]:
        """Yield each alternative: the security schemes that a request has to satisfy together."""
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
                raise self._problem(where, f"unknown security scheme {missing[0]!r}", advice)
            yield tuple(self._followed(known[name], f"components.securitySchemes.{name}") for name in way)

    def _successes(self, node: Mapping[str, Any], place: str) -> tuple[str, ...]:
        """Return the statuses under which to look for the answer to a create, in order; `default` may be a refusal."""
        said = [one for one in self._object(node.get("responses") or {}, f"{place}.responses") if one[:1] == "2"]
        return tuple(dict.fromkeys(("2XX", "201", "200", "202", *said))) if said else ("default",)

    def _answer(self, node: Mapping[str, Any], place: str, statuses: tuple[str, ...], what: str) -> Mapping[str, Any]:
        for status, answer in self._answers(node, place, statuses).items():
            schema = self._json_schema(answer, f"{place}.responses.{status}", without="writeOnly")
            if schema is not None:
                return schema
        raise self._problem(f"{place}.responses", f"{what} has no JSON schema", "document the answer to a create.")

    def _answers(self, node: Mapping[str, Any], place: str, statuses: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
        answers = self._object(node.get("responses") or {}, f"{place}.responses")
        known = (status for status in statuses if status in answers)
        return {status: self._followed(answers[status], f"{place}.responses.{status}") for status in known}

    def _error(self, node: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        try:
            return self._answer(node, place, ("409", "422", "4XX", "400", "default"), "a refusal")
        except UsageError:
            return {}

    def _json_schema(self, holder: Mapping[str, Any], place: str, *, without: str) -> Mapping[str, Any] | None:
        for media, said in self._object(holder.get("content") or {}, f"{place}.content").items():
            where = f"{place}.content.{media}"
            if _is_json(media) and "schema" in self._object(said, where):
                schema = self._object(self._whole(said["schema"], f"{where}.schema"), f"{where}.schema")
                with suppress(AttributeError, TypeError, ValueError):  # an invalid schema is reported later
                    schema = composed(schema, without=without)
                return schema
        return None


def _is_json(media: str) -> bool:
    kind = media.partition(";")[0].strip().lower()
    return kind in {"application/json", "text/json", "application/*", "*/*"} or kind.endswith("+json")


def _media(holder: Mapping[str, Any]) -> str:
    """Return the media type of a JSON body: the usual one, unless only others are documented."""
    known = [name for name, said in holder.get("content", {}).items() if _is_json(name) and "schema" in said]
    exact = [name for name in known if "*" not in name and name.partition(";")[0].strip().lower() != JSON]
    return exact[0] if exact and len(exact) == len(known) else JSON


def name_of(path: str, method: str, node: Mapping[str, Any]) -> str:
    """Return an operation's name: its id, or method and path if it has none."""
    return str(node.get("operationId") or f"{method.upper()} {path}")


def example_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first JSON example of a request or an answer that is an object; {} if there is none."""
    for media in body.get("content", {}).values():
        schema = media.get("schema", {})
        named = (one.get("value") for one in media.get("examples", {}).values() if isinstance(one, Mapping))
        listed = schema.get("examples", ())
        for one in (media.get("example"), *named, schema.get("example"), *(listed if isinstance(listed, list) else ())):
            if isinstance(one, Mapping):
                return one
    return {}
