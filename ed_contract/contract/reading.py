"""Reads OpenAPI documents, 3.0 or 3.1, that are JSON or YAML."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from ed_contract.exceptions import UsageError

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster with libyaml
_TAG = "tag:yaml.org,2002:"


# By YAML 1.2, which OpenAPI uses: `NO` and `on` are strings, and so are dates; `1e6` is a number.
_OF_1_1 = {f"{_TAG}bool", f"{_TAG}timestamp"}
_KNOWN = {
    sign: [(tag, form) for tag, form in known if tag not in _OF_1_1]
    for sign, known in _SAFE.yaml_implicit_resolvers.items()
}
_Loader: Any = type("_Loader", (_SAFE,), {"yaml_implicit_resolvers": _KNOWN})
_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(f"{_TAG}float", re.compile(r"^[-+]?\d+(?:\.\d*)?[eE][-+]?\d+$"), list("-+0123456789"))


def load(path: Path) -> dict[str, Any]:
    """Return the document in a file; raise UsageError if it cannot be read."""
    try:
        return read(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}\ngive an OpenAPI document.") from error


def read(text: bytes, name: str) -> dict[str, Any]:
    """Return a document, given as JSON or YAML.

    Args:
        text: the content of the file.
        name: what messages call the file.

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
        return json.loads(text)  # YAML could read it too, but takes minutes for megabytes
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - its loader is made of a safe one, and only reads scalars otherwise


def _with_texts(value: Any) -> Any:  # noqa: ANN401 - any YAML
    """Return a document as JSON would hold it: names are strings (YAML reads `200` as a number), and so are dates."""
    if isinstance(value, dict):
        return {str(name): _with_texts(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_with_texts(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
