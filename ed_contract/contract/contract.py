"""A contract: an OpenAPI document with annotations, what it says, and the requirements that follow from it."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ed_contract.contract import behaviour, of_own
from ed_contract.contract.document import Operation, Reader, example_of, name_of
from ed_contract.contract.headers import Headers, headers_of
from ed_contract.contract.noun import Noun, noun_of
from ed_contract.contract.parts import Parts, parts_of
from ed_contract.contract.portable import portable
from ed_contract.contract.reasons import reasoned
from ed_contract.contract.schema_rows import schema_rows
from ed_contract.contract.schemas import Place, bare, member, places, realistic
from ed_contract.contract.specs import spec_of
from ed_contract.contract.unannotated import examples_of, with_realistic
from ed_contract.contract.unknown import unknown
from ed_contract.exceptions import UsageError
from ed_contract.kinds import NoValueError, Spec, kind_of
from ed_contract.kinds.validity import fits
from ed_contract.requirement import Requirement

SEED = "2024-10"
"""The first edition of the page."""
_GLOB = re.compile(r"[*?[]")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(\.|$)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Contract:
    """Everything that a document says about a create."""

    edition: str  # of the page; or the name of the file
    document: Mapping[str, Any]  # OpenAPI
    operation: Operation
    request_schema: Mapping[str, Any]  # the documented one: JSON Schema 2020-12, without references and annotations
    realistic_schema: Mapping[str, Any]  # any real server accepts what is valid under both
    response_schema: Mapping[str, Any]
    error_schema: Mapping[str, Any]
    request_spec: Spec
    response_spec: Spec
    parts: Parts
    headers: Headers
    requirements: Mapping[str, Requirement]  # by id, in the order of the page
    is_own: bool  # whether it is a user's document, not an edition of the page

    @classmethod
    def load(cls, edition: str | Path = SEED, *, operation: str | None = None) -> Contract:
        """Return the contract of an edition of the page, or of a document of one's own.

        Args:
            edition: the name of an edition, or the path of an OpenAPI document.
            operation: the id of the create, for documents that hold several operations.

        Raises:
            UsageError: there is no such edition, or the document cannot be read, or its annotations contradict it.
        """
        if isinstance(edition, Path):
            return cls.of(of_own.load(edition), str(edition), operation=operation)
        return _edition(edition)

    @classmethod
    def of(cls, document: Mapping[str, Any], name: str, *, operation: str | None = None) -> Contract:
        """Return the contract of a document that was read; messages call it `name`.

        Raises:
            UsageError: as for `load`.
        """
        found = Reader(document, name).operation(operation)
        of_own.require_none(name, of_own.problems(found))
        contract = _made(document, name, found, is_own=True)
        if (place := _without_values("request", contract.request_spec)) is not None:
            raise UsageError(f"{name}: {place}: found no value that the schema allows\ngive some in x-values.")
        return contract

    def path(self, given: str | None) -> str:
        """Return where creates are sent, below the URL: the given path, or else the operation's.

        Raises:
            UsageError: the path has a parameter.
        """
        path = self.operation.path if given is None else given
        if "{" in path:
            raise UsageError(f"the path {path} has a parameter\ngive the path with a value instead, with --path.")
        return path

    def portable(self) -> dict[str, Any]:
        """Return the part of the document that this contract comes from, and the name of the operation in it.

        `of` makes the same contract of the two.
        """
        path, method = self.operation.path, self.operation.method
        name = name_of(path, method, self.operation.node)
        return {"operation": name, "document": portable(self.document, path, method)}

    @property
    def noun(self) -> Noun:
        """What a create makes."""
        return noun_of(is_own=self.is_own)

    @property
    def page(self) -> str:
        """The URL of the create's documentation; "" if the document gives none."""
        url = (self.operation.node.get("externalDocs") or {}).get("url")
        return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""

    @property
    def source(self) -> str:
        """What the contract is, in a word."""
        return "document" if self.is_own else "page"

    @property
    def since(self) -> str:
        """The date of the first API version that the document describes; "" if it does not say."""
        version = str(self.document.get("info", {}).get("version", ""))
        return version.partition(".")[0] if _DATED.match(version) else ""

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The members of an answer, besides its id, that tell one object from another.

        If the document does not name them, they are the scalars that every create has at the same place.
        """
        identity = self.parts.identity
        if stated := tuple(place for place in (identity.created, identity.label) if place):
            return stated
        shown, sent = self.response_spec.members, self.request_spec
        scalars = (name for name in sent.members if name in sent.required and name in shown)
        return tuple(name for name in scalars if sent.members[name].kind not in {"object", "map", "list", "set"})

    @cached_property
    def request_places(self) -> tuple[Place, ...]:
        """Every member of the request, at any depth."""
        return tuple(places(self.request_schema))

    @cached_property
    def response_places(self) -> tuple[Place, ...]:
        """Every member of the answer, at any depth."""
        return tuple(places(self.response_schema))

    @cached_property
    def example(self) -> Mapping[str, Any]:
        """The document's own example of a create; {} if it has none that its schema allows."""
        found = self.operation.example
        return found if isinstance(found, Mapping) and fits(self.request_spec, found) else {}

    @cached_property
    def response_example(self) -> Mapping[str, Any]:
        """The document's own example of an answer; {} if it has none."""
        answers = self.operation.node.get("responses", {}).items()
        return next((found for status, one in answers if str(status)[:1] == "2" and (found := example_of(one))), {})

    def requirement(self, identifier: str) -> Requirement:
        """Return the requirement with this id; raise UsageError, with the nearest ids, if there is none."""
        try:
            return self.requirements[identifier]
        except KeyError:
            raise UsageError(unknown(identifier, "requirement", self.requirements)) from None

    def matching(self, glob: str) -> tuple[Requirement, ...]:
        """Return the requirement with this id, or those whose id matches a glob; raise UsageError if there are none."""
        if glob in self.requirements or not _GLOB.search(glob):
            return (self.requirement(glob),)
        return self.select([glob])

    def select(self, only: Iterable[str] | str = (), skip: Iterable[str] | str = ()) -> tuple[Requirement, ...]:
        """Return the requirements whose id matches a glob of `only` (none: all) and no glob of `skip`; a text is one.

        A glob matches as in a shell, but `*` also matches slashes. One that matches nothing raises UsageError.
        """
        only, skip = ((globs,) if isinstance(globs, str) else tuple(globs) for globs in (only, skip))
        for glob in (*only, *skip):
            if not fnmatch.filter(self.requirements, glob):
                raise UsageError(unknown(glob, "requirement that matches", self.requirements))
        return tuple(
            row
            for row in self.requirements.values()
            if (not only or any(fnmatch.fnmatchcase(row.id, glob) for glob in only))
            and not any(fnmatch.fnmatchcase(row.id, glob) for glob in skip)
        )

    def chosen(self, params: Mapping[str, Any] | None) -> str | None:
        """Return the value in params of the field that selects an object, if it is a string."""
        choice = self.parts.choice
        value = None if choice is None else member(params, choice.place)
        return value if isinstance(value, str) else None

    def realistic_at(self, place: str) -> Any:  # noqa: ANN401 - a schema
        """Return the narrower schema of a field of the request; None if there is none."""
        spec: Spec | None = self.request_spec
        for name in place.split("."):
            spec = None if spec is None else spec.members.get(name)
        return None if spec is None else spec.realistic

    def secret(self, document: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a text, or what stands for a long one
        """Return the secret that an object of the response shows at its place, or None."""
        value = member(document, self.parts.secret) if self.parts.secret else None
        return None if isinstance(value, bool | int | float | list | dict) else value or None

    def identifier(self, document: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - any JSON
        """Return the id of an object of the response, or None."""
        return member(document, self.parts.identity.id)

    def created(self, document: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """Return when an object of the response says that it was created, or None."""
        place = self.parts.identity.created
        return member(document, place) if place else None


def editions() -> tuple[str, ...]:
    """Return the names of the editions of the page, the oldest first."""
    names = (one.name for one in files(__package__).joinpath("editions").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def edition_of(edition: str | None, api_version: str | None) -> str:
    """Return the requested edition, or else the one that an API version belongs to, or else the oldest.

    Args:
        edition: its name, if one was given.
        api_version: the date of an API version, with or without a name after it, if one was given.

    Raises:
        UsageError: there is no such edition.
    """
    if edition:
        return _edition(edition).edition
    for name in reversed(editions()):
        # For most editions the month shows that they are later, without reading the document.
        if (
            api_version
            and _DATED.match(api_version)
            and name <= api_version
            and _edition(name).since <= api_version[: len("2024-10-28")]
        ):
            return name
    return SEED


@cache
def _edition(name: str) -> Contract:
    if name not in editions():
        raise UsageError(f"unknown edition {name!r}\nthe editions of the page are {', '.join(editions())}.")
    # As JSON, which is read in no time; `docs/editions.py` makes it of the YAML beside it.
    document = json.loads(files(__package__).joinpath("editions", f"{name}.json").read_bytes())
    return _made(document, name, Reader(document, name).operation(), is_own=False)


def _without_values(place: str, spec: Spec) -> str | None:
    """Return the place of a field without a possible value, None if there is none."""
    inner = (_without_values(f"{place}.{name}", one) for name, one in spec.members.items())
    found = next((one for one in inner if one is not None), None)
    try:
        kind_of(spec).plain(spec)
    except NoValueError:
        return found or place
    return found


def _made(document: Mapping[str, Any], name: str, operation: Operation, *, is_own: bool) -> Contract:
    request, response = bare(operation.request), bare(operation.response)
    usual = with_realistic(operation.request, examples_of(operation.node.get("requestBody", {}).get("content")))
    parts = parts_of(operation)
    headers = headers_of(operation, parts.idempotency.header)
    of_schemas = (tuple(schema_rows("request", request)), tuple(schema_rows("response", response)))
    noun = noun_of(is_own=is_own)
    rows = behaviour.rows(parts, *of_schemas, noun=noun, secured=headers.secured)
    reasoned_rows = (reasoned(row, noun=noun, conflict=parts.idempotency.said) for row in rows)
    return Contract(
        edition=name,
        document=document,
        operation=operation,
        request_schema=request,
        realistic_schema=realistic(usual),
        response_schema=response,
        error_schema=bare(operation.error),
        request_spec=spec_of(usual),
        response_spec=spec_of(operation.response),
        parts=parts,
        headers=headers,
        requirements=MappingProxyType({row.id: row for row in reasoned_rows}),
        is_own=is_own,
    )


CONTRACT = Contract.load()
