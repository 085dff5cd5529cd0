"""What a server received and stores, counted by the server: requests, deletions, and whose destinations they hit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ed_contract.reference import PATH, Reference

ACCOUNT = "acct_a"
EXAMPLE = {
    "name": "My Event Destination",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
    "event_payload": "thin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as received."""

    moment: float  # of time.monotonic
    method: str
    path: str


class Ledger:
    """Counts what a server receives, and knows what existed before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seen: list[Seen] = []
        self.connections = 0
        self.foreign: set[str] = set()  # ids that existed before
        self.made: set[str] = set()  # ids that were created since
        self.gone: set[str] = set()  # ids that were deleted since
        self.most = 0  # the most created and not yet deleted at a time
        self.broken = 0  # answers that we kept from arriving, or from arriving whole
        self._actions: dict[int, Callable[[], None]] = {}

    def at(self, number: int, action: Callable[[], None]) -> None:
        """Call something after a number of requests."""
        self._actions[number] = action

    def note(self, method: str, path: str) -> int:
        """Note a request, and return how many were received."""
        with self._lock:
            self.seen.append(Seen(moment=time.monotonic(), method=method, path=path))
            number = len(self.seen)
        if (action := self._actions.pop(number, None)) is not None:
            action()
        return number

    def lose(self) -> None:
        """Note that an answer did not reach its client."""
        with self._lock:
            self.broken += 1

    def watch(self, app: Reference) -> None:
        """Note what is created and deleted in the store of a reference from now on; what exists already is others'."""
        store = app.store
        add, delete = store.add, store.delete
        self.foreign |= {one.id for one in store.of_account(ACCOUNT)}

        def added(destination):
            add(destination)
            with self._lock:
                self.made.add(destination.id)
                self.most = max(self.most, len(self.made - self.gone))

        def deleted(account, identifier):
            done = delete(account, identifier)
            if done:
                with self._lock:
                    self.gone.add(identifier)
            return done

        store.add, store.delete = added, deleted

    @property
    def creates(self) -> int:
        """How many requests other than deletions were received."""
        return sum(one.method != "DELETE" for one in self.seen)

    @property
    def deletions(self) -> int:
        """How many deletions were received."""
        return sum(one.method == "DELETE" for one in self.seen)

    @property
    def left(self) -> set[str]:
        """The ids of what was created and still exists."""
        return self.made - self.gone

    def busiest(self, seconds: float = 1.0) -> int:
        """Return the most creates that were received within a number of seconds."""
        moments = sorted(one.moment for one in self.seen if one.method == "POST")
        most = first = 0
        for last, moment in enumerate(moments):
            while moment - moments[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def harm(self) -> Iterator[str]:
        """Yield a sentence for each deletion that hit, or could have hit, what the run had not created."""
        if met := self.foreign & self.gone:
            yield f"deleted {len(met)} destinations that were there before"
        for one in self.seen:
            if one.method == "DELETE" and not _may_be_deleted(one.path, self.made):
                yield f"sent DELETE {one.path}, which it had not made"


def _may_be_deleted(path: str, made: set[str]) -> bool:
    above, _, identifier = path.rpartition("/")
    return above == PATH and (identifier in made or not made)


class Counted:
    """A WSGI application whose requests are noted."""

    def __init__(self, app: Reference, ledger: Ledger) -> None:
        self._app, self._ledger = app, ledger

    def __call__(self, environ, start_response):
        """Note a request, and answer it."""
        self._ledger.note(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        return self._app(environ, start_response)


def furnish(app: Reference, *, count: int = 5, age: timedelta = timedelta(days=365)) -> None:
    """Create other people's destinations in a reference: with this age, and with the URL of the page's example."""
    for _ in range(count):
        made = app.make(ACCOUNT, EXAMPLE)
        moment = datetime.now(UTC) - age
        app.store.add(replace(made, created=moment, updated=moment))
