"""Base classes of servers in several areas of the zoo; not in the zoo themselves."""

from __future__ import annotations

import select
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Document, Json, Params, Problem, Reference, RefusedError, Scope


class TakesAll(Reference):
    """Accepts everything that the page does not forbid, and returns no configuration if none was sent."""

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        return iter(())

    def render_eventbridge(self, destination: Destination) -> Json:
        return None if destination.aws_account_id is None else super().render_eventbridge(destination)

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        return None if destination.url is None else super().render_webhook(destination, include)

    def render_azure(self, destination: Destination) -> Json:
        return None if destination.azure_subscription_id is None else super().render_azure(destination)


class Stays(Reference):
    """Gives a destination that has nothing at a place the last value that was sent there."""

    place: str

    def set_up(self) -> None:
        self._last: dict[str, Any] = {}

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        if given := getattr(destination, self.place):
            self._last = {self.place: given}
        return replace(destination, **self._last)


class Exclusive(Reference):
    """Has a lock for each identity that a create can have."""

    def set_up(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[object, threading.Lock] = defaultdict(threading.Lock)

    def lock(self, what: object) -> threading.Lock:
        """Return the lock of `what`."""
        with self._guard:
            return self._locks[what]


class Underway(Exclusive):
    """Knows which creates are in progress."""

    def set_up(self) -> None:
        super().set_up()
        self._underway: dict[Scope, threading.Event] = {}

    def answer_once(self, create: Create, key: str) -> Response:
        scope, mine = self.scope(create.account, key), threading.Event()
        with self.lock(scope):
            known, twins = self.lookup(scope), self._underway.get(scope)
            if known is None and twins is None:
                self._underway[scope] = mine
        if known is not None:
            return super().answer_once(create, key)
        if twins is not None:
            return self.answer_twin(create, scope, twins)
        try:
            time.sleep(0.01)
            return super().answer_once(create, key)
        finally:
            self.finish(scope)
            mine.set()

    def finish(self, scope: Scope) -> None:
        """Forget that a create is in progress."""
        self._underway.pop(scope, None)

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        """Answer a create while another under the same key is in progress."""
        raise NotImplementedError


class Live(Reference):
    """Runs in live mode, where URLs of webhook endpoints must be https."""

    id_prefix = "ed_"

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        return super().render(destination, include) | {"livemode": True}

    def check_url(self, text: str) -> Iterator[Problem]:
        yield from super().check_url(text)
        if text.partition(":")[0].lower() != "https":
            yield Problem(place="webhook_endpoint.url", rule="undecided", message="must be https in live mode")


class Parked(Reference):
    """Keeps the parameters of a create in a variable that a concurrent one overwrites, and reads them back."""

    def set_up(self) -> None:
        self._parked: Params = {}

    def answer(self, create: Create) -> Response:
        self._parked = create.params
        time.sleep(0.005)  # long enough for a concurrent create to park its own
        return super().answer(replace(create, params={**create.params, **self.taken_up(self._parked)}))

    def taken_up(self, parked: Params) -> Params:
        """Return which of the kept parameters are used."""
        raise NotImplementedError


class Attentive(Reference):
    """Knows whether the client of a request has hung up, since the host `on_closing` exposes its connections."""

    patience = 0.04  # seconds; even on a busy machine longer than our client waits before it hangs up

    def set_up(self) -> None:
        self._here = threading.local()

    def create(self, request: Request) -> Response:
        self._here.connection = request.environ.get("werkzeug.socket")
        return super().create(request)

    def client_is_gone(self) -> bool:
        """Return whether the client resets the connection within a moment."""
        if self._here.connection is None:
            return False
        watched = select.poll()
        watched.register(self._here.connection, 0)  # always reported: errors, and hang-ups of both sides
        return bool(watched.poll(self.patience * 1000))


class NotesKeys(Reference):
    """Notes the keys under which it created something."""

    def set_up(self) -> None:
        self.used: set[Scope] = set()

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        super().remember(scope, fingerprint, destination)
        self.used.add(scope)


class NotesRefused(Reference):
    """Notes the first create under each key if it is refused, and why."""

    def set_up(self) -> None:
        self.noted: dict[Scope, tuple[Create, RefusedError]] = {}

    def answer(self, create: Create) -> Response:
        scope = self.scope(create.account, create.key or "")
        if create.key and scope in self.noted:
            return self.answer_after(*self.noted[scope], create)
        try:
            return super().answer(create)
        except RefusedError as refusal:
            if create.key and self.lookup(scope) is None and self.is_noted(refusal):
                self.noted[scope] = create, refusal
            raise

    def is_noted(self, refusal: RefusedError) -> bool:
        """Return whether such a refusal of a key's first create is noted."""
        return True

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        """Answer a create under a key whose first create was refused."""
        return super().answer(create)
