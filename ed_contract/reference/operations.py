"""The sibling operations of the create: list, retrieve, update, delete, disable, enable, ping.

The page does not document them; they are what its clients find beside it. Knows nothing of storage's insides.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from ed_contract.reference.authentication import Authentication
from ed_contract.reference.destination import WEBHOOK, Destination, Document, Params
from ed_contract.reference.parsing import Parsing
from ed_contract.reference.refusal import Problem, RefusedError
from ed_contract.reference.rendering import URL, Rendering
from ed_contract.reference.store import Store
from ed_contract.reference.validation import Validation

PROBLEMS_SHOWN = 5
LARGEST_PAGE = 100
LONGEST_NUMBER = 9  # digits
_UPDATED = ("description", "enabled_events", "include", "metadata", "name", WEBHOOK)
_PING = "v2.core.event_destination.ping"


class Operations(Authentication, Parsing, Validation, Rendering):
    """Answers what is asked about destinations that exist."""

    invalid_status: ClassVar[int]
    store: Store
    now: Callable[[], datetime]
    respond: Callable[..., Response]

    def on_one(self, request: Request, identifier: str) -> Mapping[str, Callable[[], Response]]:
        """Return what can be done to a destination, by method."""
        return {
            "GET": lambda: self.retrieve(request, identifier),
            "POST": lambda: self.update(request, identifier),
            "DELETE": lambda: self.delete(request, identifier),
        }

    def acting(self, request: Request, identifier: str, action: str) -> Mapping[str, Callable[[], Response]]:
        """Return what the path of an action offers, by method; nothing if there is no such action."""
        actions: dict[str, Callable[[], Response]] = {
            "disable": lambda: self.switch(request, identifier, disabled=True),
            "enable": lambda: self.switch(request, identifier, disabled=False),
            "ping": lambda: self.ping(request, identifier),
        }
        return {"POST": actions[action]} if action in actions else {}

    def list_all(self, request: Request) -> Response:
        """List the event destinations of an account, oldest first: all, or pages of `limit`."""
        account = self.authenticate(request)
        include = self.queried_include(request)
        every = self.listed(account)
        limit, start = self._number(request, "limit", LARGEST_PAGE), self._number(request, "page", None) or 0
        end = len(every) if limit is None else start + limit
        data = [self.render(destination, include) for destination in every[start:end]]
        before = None if limit is None or not start else max(start - limit, 0)
        return self.respond(
            200,
            {
                "data": data,
                "next_page_url": _page(request, end) if end < len(every) else None,
                "previous_page_url": None if before is None else _page(request, before),
            },
        )

    def listed(self, account: str) -> list[Destination]:
        """Return the destinations that a list shows, oldest first."""
        return self.store.of_account(account)

    def retrieve(self, request: Request, identifier: str) -> Response:
        """Retrieve an event destination."""
        account = self.authenticate(request)
        include = self.queried_include(request)
        return self.respond(200, self.render(self._found(account, identifier), include))

    def update(self, request: Request, identifier: str) -> Response:
        """Update an event destination: what is given replaces what was there, and metadata entry by entry."""
        account = self.authenticate(request)
        known = self._found(account, identifier)
        self.check_media_type(request)
        params = self.parse(self.read_body(request))
        if problems := list(islice(self._wrong_in(params), PROBLEMS_SHOWN)):
            raise RefusedError(self.invalid_status, "invalid_fields", "; ".join(map(str, problems)))
        given = {name: value for name, value in params.items() if value is not None}
        plain = ("name", "description", "enabled_events")
        changed: dict[str, Any] = {name: given[name] for name in plain if name in given}
        if "metadata" in given:
            merged = {**known.metadata, **given["metadata"]}
            changed["metadata"] = {name: value for name, value in merged.items() if value is not None}
        if WEBHOOK in given and known.type == WEBHOOK:
            changed["url"] = given[WEBHOOK]["url"]
        now = self._changed(known, **changed)
        include = given.get("include", ())
        return self.respond(200, self.render(now, [one for one in include if one == URL]))

    def delete(self, request: Request, identifier: str) -> Response:
        """Delete an event destination."""
        account = self.authenticate(request)
        if not self.store.delete(account, identifier):
            raise self.no_such_destination()
        return self.respond(200, {"id": identifier, "object": self.object_name, "deleted": True})

    def switch(self, request: Request, identifier: str, *, disabled: bool) -> Response:
        """Disable an event destination, or enable it."""
        known = self._found(self.authenticate(request), identifier)
        return self.respond(200, self.render(self._changed(known, disabled=disabled), ()))

    def ping(self, request: Request, identifier: str) -> Response:
        """Answer with the event that a ping sends to the destination."""
        known = self._found(self.authenticate(request), identifier)
        related = {"id": known.id, "type": self.object_name, "url": f"{request.path.removesuffix('/ping')}"}
        return self.respond(200, self.event(_PING, related))

    def event(self, what: str, related: Document) -> Document:
        """Return a thin event about an object."""
        return {
            "id": f"evt_test_{secrets.token_hex(12)}",
            "object": "v2.core.event",
            "created": self.format_timestamp(self.now()),
            "livemode": False,
            "related_object": related,
            "type": what,
        }

    def queried_include(self, request: Request) -> Collection[str]:
        """Return what a query asks to include: the URL only, since the secret is "only includable on creation"."""
        include = [value for name, value in request.args.items(multi=True) if name.partition("[")[0] == "include"]
        if any(value != URL for value in include):
            raise RefusedError(self.invalid_status, "invalid_fields", f"include: must be one of {URL}")
        return include

    def no_such_destination(self) -> RefusedError:
        """Return the refusal of an id that the account has no destination of."""
        return RefusedError(404, "not_found", "There is no such event destination.")

    def _found(self, account: str, identifier: str) -> Destination:
        destination = self.store.find(account, identifier)
        if destination is None:
            raise self.no_such_destination()
        return destination

    def _changed(self, known: Destination, **changes: object) -> Destination:
        """Keep and return a destination with other values."""
        now = replace(known, updated=self.now(), **changes)  # type: ignore[arg-type] # named by the caller
        self.store.change(now)
        return now

    def _wrong_in(self, params: Params) -> Iterator[Problem]:
        """Yield what is wrong with the parameters of an update: those of a create that may change, none required."""
        for name, value in params.items():
            if name not in _UPDATED:
                yield Problem(place=name, rule="undecided", message="cannot be updated")
            elif value is not None:
                yield from self.check_place(name, _kept(value) if name == "metadata" else value)

    def _number(self, request: Request, name: str, most: int | None) -> int | None:
        """Return a number of the query, or None where it is not given."""
        text = request.args.get(name)
        if text is None:
            return None
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else -1
        least, what = (1, f"a whole number from 1 to {most}") if most else (0, "one that a page of the list named")
        if not least <= number <= (most or number):
            raise RefusedError(self.invalid_status, "invalid_fields", f"{name}: must be {what}")
        return number


def _kept(entries: object) -> object:
    """Return the entries of a map that an update keeps: null removes one."""
    return {key: one for key, one in entries.items() if one is not None} if isinstance(entries, dict) else entries


def _page(request: Request, start: int) -> str:
    """Return where the page is that begins with this place in the list."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*kept, ('page', start)])}"
