"""Makes servers that differ from the reference in one place, given by a function.

For the tables of the zoo. Each function here returns a class and knows no requirement.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Json, Params, Problem, Reference, RefusedError
from ed_contract.zoo.predicates import Test

Change: TypeAlias = Callable[[Json], Json]
"""Turns a value into another."""

Edit: TypeAlias = Callable[[Document], object]
"""Changes a document in place; its return value is ignored."""


def at(place: str, document: Json) -> Json:
    """Return the value at a dotted place, or None."""
    for name in place.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def text_at(place: str, document: Json) -> str:
    """Return the string at a dotted place, or ""."""
    value = at(place, document)
    return value if isinstance(value, str) else ""


def texts(change: Callable[[str], Json]) -> Change:
    """Return the change that applies to strings, including those in an array."""

    def changed(value: Json) -> Json:
        if isinstance(value, list):
            return [changed(item) for item in value]
        return change(value) if isinstance(value, str) else value

    return changed


def snake_case(text: str) -> str:
    """Return a text in camel case as snake case."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", text)


def where(kind: type | tuple[type, ...], change: Change) -> Change:
    """Return the change that applies only to values of a type."""
    return lambda value: change(value) if isinstance(value, kind) else value


def without(place: str) -> Edit:
    """Return the edit that removes a place."""

    def take(document: Document) -> None:
        parent, _, name = place.rpartition(".")
        members = at(parent, document) if parent else document
        if isinstance(members, dict):
            members.pop(name, None)

    return take


def altered(place: str, change: Change) -> Edit:
    """Return the edit that changes the value at a place, if there is one."""

    def alter(document: Document) -> None:
        parent, _, name = place.rpartition(".")
        members = at(parent, document) if parent else document
        if isinstance(members, dict) and name in members:
            members[name] = change(members[name])

    return alter


def disabled(reason: Json) -> Edit:
    """Return the edit that shows a destination as disabled for a reason."""
    return lambda document: document.update(status="disabled", status_details={"disabled": {"reason": reason}})


def edited(params: Params, edit: Edit) -> Document:
    """Return an edited copy of parameters."""
    document = copy.deepcopy(dict(params))
    edit(document)
    return document


def overlooking(overlooked: Callable[[Problem, Params], bool]) -> type[Reference]:
    """Return the server that overlooks some problems."""

    class Overlooks(Reference):
        def problems(self, params: Params) -> Iterator[Problem]:
            return (problem for problem in super().problems(params) if not overlooked(problem, params))

    return Overlooks


def reading(edit: Edit) -> type[Reference]:
    """Return the server that edits the parameters before it validates them."""

    class Reads(Reference):
        def answer(self, create: Create) -> Response:
            return super().answer(replace(create, params=edited(create.params, edit)))

    return Reads


def refusing(when: Test, message: str = "This is not taken here.", status: int = 400) -> type[Reference]:
    """Return the server that also refuses some valid parameters."""

    class Refuses(Reference):
        def validate(self, params: Params) -> None:
            super().validate(params)
            if when(self.given(params)):
                raise RefusedError(status, "invalid_fields", message)

    return Refuses


def storing(place: str, change: Change, when: Test = lambda _: True) -> type[Reference]:
    """Return the server that stores a changed value at a place, for some creates or for all."""

    class Stores(Reference):
        def make(self, account: str, params: Params) -> Destination:
            return super().make(account, edited(params, altered(place, change)) if when(params) else params)

    return Stores


def rendering(edit: Edit, when: Test = lambda _: True) -> type[Reference]:
    """Return the server that edits the documents of some destinations, or of all."""

    class Renders(Reference):
        def render(self, destination: Destination, include: Collection[str]) -> Document:
            document = copy.deepcopy(super().render(destination, include))
            if when(document):
                edit(document)
            return document

    return Renders


def rendering_when(when: Test, edit: Edit) -> type[Reference]:
    """Return the server that edits the answer to some creates, and to their replays."""

    class Renders(Reference):
        def created_response(self, destination: Destination, create: Create) -> Response:
            return self._edited(super().created_response(destination, create), create)

        def replay_response(self, destination: Destination, create: Create) -> Response:
            return self._edited(super().replay_response(destination, create), create)

        def _edited(self, response: Response, create: Create) -> Response:
            if when(create.params):
                document: Document = response.get_json()
                response.set_data(self.encode(edited(document, edit)))
            return response

    return Renders


def making_every(count: int, change: Callable[[Destination], Destination]) -> type[Reference]:
    """Return the server that changes every n-th destination."""

    class Rarely(Reference):
        def set_up(self) -> None:
            self._count = itertools.count(1)

        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            return change(destination) if next(self._count) % count == 0 else destination

    return Rarely


def comparing(change: Callable[[Params], Json]) -> type[Reference]:
    """Return the server that compares something other than all parameters."""

    class Compares(Reference):
        def fingerprint(self, params: Params) -> str:
            return super().fingerprint(change(params))

    return Compares


def scoping(change: Callable[[str], str]) -> type[Reference]:
    """Return the server that treats different idempotency keys as one."""

    class Scopes(Reference):
        def scope(self, account: str, key: str) -> tuple[str, str]:
            return super().scope(account, change(key))

    return Scopes


def replaying(edit: Edit) -> type[Reference]:
    """Return the server that answers replays with an edited document."""

    class Replays(Reference):
        def replay_response(self, destination: Destination, create: Create) -> Response:
            document = copy.deepcopy(self.render(destination, self.included(create.params)))
            edit(document)
            return self.respond(self.replayed_status, document)

    return Replays


def answering_replays(status: int, code: str = "") -> type[Reference]:
    """Return the server that refuses replays, or answers them with an empty body."""

    class Answers(Reference):
        def replay_response(self, destination: Destination, create: Create) -> Response:
            if code:
                raise RefusedError(status, code, "This Idempotency-Key was used before.")
            return Response(status=status)

    return Answers


def answering_conflicts(status: int, code: str | None = "idempotency_error", **error: object) -> type[Reference]:
    """Return the server that answers conflicts with a different status or error."""

    class Answers(Reference):
        def conflict_response(self) -> Response:
            shown = {"code": code, "message": "This key was used with other parameters.", **error}
            return self.respond(status, {"error": {name: one for name, one in shown.items() if one is not None}})

    return Answers
