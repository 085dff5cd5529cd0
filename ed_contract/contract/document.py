"""Reads an OpenAPI document, 3.0 or 3.1, and finds its create: an operation without references. Judges nothing."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ed_contract.contract.composing import composed
from ed_contract.contract.references import References
from ed_contract.exceptions import UsageError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
_METHODS = ("post", "put", "patch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A create, as a document has it; its schemas hold no references, and the annotations are still there."""

    method: str
    path: str
    node: Mapping[str, Any]
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    error: Mapping[str, Any]


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


class Reader(References):
    """Reads the create of one document."""

    def operation(self, wanted: str | None = None, *, like: Operation | None = None) -> Operation:
        """Return the create: the operation with this id, or the only one that may be it.

        Args:
            wanted: its id, or method and path where it has none.
            like: another create: where none is wanted, the operation at its path is meant, if there is one.

        Raises:
            UsageError: there is none, or it cannot be read; with the place.
        """
        path, method, node, place = self._found(wanted, like)
        return Operation(
            method=method.upper(),
            path=path,
            node=node,
            request=self._request(node, place),
            response=self._answer(node, place, self._successes(node, place), "a successful answer"),
            error=self._error(node, place),
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
        named = {_name_of(path, method, node): (path, method, node) for path, method, node in self._operations()}
        creates = {
            name: one
            for name, one in named.items()
            if one[1] == "post" and "{" not in one[0] and "requestBody" in one[2]
        }
        if wanted is None and len(creates) == 1:
            ((path, method, node),) = creates.values()
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

    def _request(self, node: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        place = f"{place}.requestBody"
        body = self._followed(node.get("requestBody") or {}, place)
        schema = self._json_schema(body, place, without="readOnly")
        if schema is None:
            raise self._problem(place, "there is no JSON body", "give an operation whose request has a JSON schema.")
        if schema.get("type") != "object" and "properties" not in schema:
            raise self._problem(place, "the body is not an object", "give an operation that takes a JSON object.")
        return schema

    def _successes(self, node: Mapping[str, Any], place: str) -> tuple[str, ...]:
        """Return the statuses in whose order the answer to a create is looked for; `default` may be a refusal."""
        said = [one for one in self._object(node.get("responses") or {}, f"{place}.responses") if one[:1] == "2"]
        return tuple(dict.fromkeys(("2XX", "201", "200", "202", *said))) if said else ("default",)

    def _answer(self, node: Mapping[str, Any], place: str, statuses: tuple[str, ...], what: str) -> Mapping[str, Any]:
        answers = self._object(node.get("responses") or {}, f"{place}.responses")
        for status in statuses:
            if status in answers:
                where = f"{place}.responses.{status}"
                schema = self._json_schema(self._followed(answers[status], where), where, without="writeOnly")
                if schema is not None:
                    return schema
        raise self._problem(f"{place}.responses", f"{what} has no JSON schema", "say what a create is answered with.")

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
                with suppress(AttributeError, TypeError, ValueError):  # an invalid schema is told with its place, later
                    schema = composed(schema, without=without)
                return schema
        return None


def _is_json(media: str) -> bool:
    kind = media.partition(";")[0].strip().lower()
    return kind in {"application/json", "text/json", "application/*", "*/*"} or kind.endswith("+json")


def _name_of(path: str, method: str, node: Mapping[str, Any]) -> str:
    return str(node.get("operationId") or f"{method.upper()} {path}")


def load(path: Path) -> dict[str, Any]:
    """Return the document in a file; raise UsageError if it cannot be read."""
    try:
        return read(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}\ngive an OpenAPI document.") from error


def example_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first example of the JSON in a request or an answer; {} where there is none that is an object."""
    for media in body.get("content", {}).values():
        schema = media.get("schema", {})
        named = (one.get("value") for one in media.get("examples", {}).values() if isinstance(one, Mapping))
        listed = schema.get("examples", ())
        for one in (media.get("example"), *named, schema.get("example"), *(listed if isinstance(listed, list) else ())):
            if isinstance(one, Mapping):
                return one
    return {}
