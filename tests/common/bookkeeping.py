"""Servers that keep books of what a run makes and deletes, each with one way of its own to lead a clean-up astray."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATH = "/v2/core/event_destinations"
KEYS = {"Bearer sk_test_a": "acct_a", "Bearer sk_test_b": "acct_b"}
OTHERS = [f"ed_other_{number}" for number in range(40)]
"""Destinations that were there before the run; nobody may delete them."""


class Lost(Exception):  # noqa: N818 - how an answer gets lost
    """The connection is dropped in the place of an answer."""


class Books:
    """A right server, but for what a subclass changes: it remembers what it made, and everything that was deleted."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.keys: dict[tuple[str, str], dict[str, Any]] = {}
        self.made: dict[str, dict[str, Any]] = {}  # by the run, ever
        self.there: dict[str, dict[str, Any]] = {}  # made by the run, and not deleted
        self.most = 0  # of them at a time
        self.deletions: list[str] = []  # the paths, as they came
        self.foreign: list[str] = []  # deletions of what the run did not make
        self.creates = self.count = 0  # requests, and destinations that were made
        self.chance = random.Random(0)  # noqa: S311 - chance, not secrecy
        self.others = {
            name: self.document({"name": "Theirs"}, name, created=self.now() - timedelta(days=365)) for name in OTHERS
        }

    # What subclasses change.

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    def date(self) -> str | None:
        """Return the Date header, or None for none."""
        return format_datetime(self.now(), usegmt=True)

    def new_id(self) -> str:
        """Return the id of a new destination."""
        return f"ed_{self.count + 1}"

    def instead(self, params: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ARG002 - subclasses look at it
        """Return what is answered in the place of a new destination, or None."""
        return None

    def after_create(self) -> None:
        """Do something when a create was done, and before it is answered: raise Lost, for one."""

    def on_deletion(self, name: str) -> int | None:  # noqa: ARG002 - the same
        """Return the status of a deletion that is not carried out, or None."""
        return None

    def after_deletion(self) -> None:
        """Do something when a deletion was done, and before it is answered."""

    # What all of them do.

    def document(self, params: dict[str, Any], name: str, *, created: datetime | None = None) -> dict[str, Any]:
        """Return a destination as an answer shows it."""
        moment = (created or self.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        include = params.get("include") or []
        kind = params.get("type", "webhook_endpoint")
        config = params.get(kind) or {}
        webhook = {
            "url": config.get("url") if "webhook_endpoint.url" in include else None,
            "signing_secret": f"whsec_{len(self.made)}" if "webhook_endpoint.signing_secret" in include else None,
        }
        bridge = {
            "aws_account_id": config.get("aws_account_id"),
            "aws_event_source_arn": "arn:aws:events:eu-west-1::event-source/x",
            "aws_event_source_status": "pending",
        }
        return {
            "id": name,
            "object": "v2.core.event_destination",
            "created": moment,
            "updated": moment,
            "livemode": False,
            "status": "enabled",
            "status_details": None,
            "name": params.get("name"),
            "type": kind,
            "event_payload": params.get("event_payload"),
            "enabled_events": params.get("enabled_events"),
            "description": params.get("description"),
            "events_from": params.get("events_from") or ["self"],
            "metadata": params.get("metadata") or {},
            "snapshot_api_version": params.get("snapshot_api_version"),
            "webhook_endpoint": webhook if kind == "webhook_endpoint" else None,
            "amazon_eventbridge": bridge if kind == "amazon_eventbridge" else None,
        }

    def create(self, account: str, key: str | None, body: bytes) -> tuple[int, Any]:
        """Answer a create."""
        with self.lock:
            self.creates += 1
            if key is not None and (known := self.remembered(account, key)) is not None:
                same = known["body"] == body
                return (200, known["document"]) if same else (409, {"error": {"code": "idempotency_error"}})
            params = _params(body)
            if params is None:
                return 400, {"error": {"code": "invalid", "message": "no destination"}}
            document = self.instead(params)
            if document is None:
                name = self.new_id()
                document = self.document(params, name)
                self.count += 1
                self.made[name] = self.there[name] = document
                self.most = max(self.most, len(self.there))
            if key is not None:
                self.keys[account, key] = {"body": body, "document": document}
            self.after_create()
            return 200, document

    def remembered(self, account: str, key: str) -> dict[str, Any] | None:
        """Return what was done under a key."""
        return self.keys.get((account, key))

    def delete(self, path: str) -> tuple[int, Any]:
        """Answer a deletion; what it is about is compared as it came: nothing is decoded."""
        with self.lock:
            self.deletions.append(path)
            name = path.removeprefix(f"{PATH}/")
            if name not in self.made or not path.startswith(f"{PATH}/"):
                self.foreign.append(path)
        status = self.on_deletion(name)
        if status is not None:
            return status, {"error": {"code": "not_now"}}
        with self.lock:
            if name in self.others:
                self.others.pop(name)
                return 204, None
            if self.there.pop(name, None) is None:
                return 404, {"error": {"code": "not_found"}}
            self.after_deletion()
            return 204, None


def _params(body: bytes) -> dict[str, Any] | None:
    """Return the params of a create that a strict server takes, or None."""
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(params, dict) or params.get("type") not in {"webhook_endpoint", "amazon_eventbridge"}:
        return None
    wanted = {"name": str, "event_payload": str, "enabled_events": list, params["type"]: dict}
    return params if all(isinstance(params.get(name), kind) for name, kind in wanted.items()) else None


@contextmanager
def serving(books: Books) -> Iterator[str]:
    """Serve over HTTP and yield the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            account = KEYS.get(self.headers.get("Authorization", ""))
            key = self.headers.get("Idempotency-Key")
            self._tell(lambda: books.create(account, key, body) if account else (401, {"error": {}}))

        def do_DELETE(self) -> None:
            self._tell(lambda: books.delete(self.path))

        def do_GET(self) -> None:
            self._answer(405, {"error": {"code": "method_not_allowed"}})

        def _tell(self, carried_out: Callable[[], tuple[int, Any]]) -> None:
            try:
                self._answer(*carried_out())
            except Lost:
                self.close_connection = True

        def _answer(self, status: int, document: object) -> None:
            content = b"" if document is None else json.dumps(document).encode()
            self.send_response_only(status)
            headers = {"Date": books.date(), "Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in headers.items():
                if value is not None and (content or name == "Date" or status != 204):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False  # a request that never comes to its end is not waited for
    server.handle_error = lambda *_: None  # a client that went away
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class OlderByUrl(Books):
    """Answers a create for a URL that it knows with the destination of a year ago."""

    def instead(self, params):
        """Know the page's URL."""
        config = params.get("webhook_endpoint") or {}
        if config.get("url") != "https://example.com/my/webhook/endpoint":
            return None
        return self.document(params, OTHERS[0], created=self.now() - timedelta(days=365))


class OlderByName(Books):
    """Has had a destination of each name for an hour, all else being as it is asked for."""

    def instead(self, params):
        """Answer with what was there."""
        place = sum(map(ord, str(params["name"]))) % len(OTHERS)
        return self.document(params, OTHERS[place], created=self.now() - timedelta(hours=1))


class AnothersId(Books):
    """Answers every seventh create with what somebody else makes at that moment."""

    def instead(self, params):
        """Give what another made just now."""
        if self.creates % 7:
            return None
        return self.document(params | {"name": "Somebody else's"}, OTHERS[self.creates % len(OTHERS)])


class AnothersIdOnly(Books):
    """Makes what it is asked for, and puts the id of an older one into every seventh answer."""

    def instead(self, params):
        """Give an id that is not a new one, and the older one's moment."""
        if self.creates % 7:
            return None
        place = self.creates % len(OTHERS)
        return self.document(params, OTHERS[place], created=self.now() - timedelta(minutes=1))


class _Named(Books):
    names = (".",)

    def new_id(self):
        """Return one of a few odd ids now and then."""
        return self.names[self.creates % len(self.names)] if self.creates % 3 == 0 else super().new_id()


class DotIds(_Named):
    """Calls destinations `.` and `..`: their deletion would be one of the collection, or of what is above it."""

    names = (".", "..", "%2e%2e", "%2E")


class SlashIds(_Named):
    """Calls destinations by ids that are several segments, a query, or a fragment."""

    names = ("a/b", "../../v1/customers/cus_1", "?all=true", "#", "a\\b", "", "*", "_all", "ed 1", "é", "x" * 300)


class LosesAnswers(Books):
    """Loses the answer to every fifth create that it did."""

    def after_create(self):
        """Drop the connection."""
        if self.creates % 5 == 0:
            raise Lost


class LosesAnswersForGood(Books):
    """Loses every answer under a key whose first answer it lost, until the run deletes what it made."""

    lost: frozenset[str] = frozenset()

    def create(self, account, key, body):
        """Drop the connection."""
        answer = super().create(account, key, body)
        if key is not None and not self.deletions and key[-1] in "05" and answer[0] == 200:
            raise Lost
        return answer


class BusyDeletions(Books):
    """Answers 429 to 30 % of the deletions."""

    def on_deletion(self, name):
        """Ask for patience."""
        del name
        return 429 if self.chance.random() < 0.3 else None


class SlowDeletions(Books):
    """Takes a while for each deletion."""

    def after_deletion(self):
        """Take a while."""
        time.sleep(0.02)


class LosesDeletions(Books):
    """Loses the answer to every third deletion that it did."""

    def after_deletion(self):
        """Drop the connection."""
        if len(self.deletions) % 3 == 0:
            raise Lost


class NoDeletions(Books):
    """Knows no deletions."""

    def on_deletion(self, name):
        """Refuse."""
        del name
        return 405


class FailingDeletions(Books):
    """Fails at every fourth deletion."""

    def on_deletion(self, name):
        """Fail."""
        del name
        return None if len(self.deletions) % 4 else 500


class Interrupts(Books):
    """Sends us Ctrl-C in the middle of a create, and answers it all the same."""

    def after_create(self):
        """Interrupt the main thread."""
        if self.creates == 40:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            time.sleep(0.1)


class ConstantClock(Books):
    """Its clock stands still, and somebody else's destinations are as old as ours."""

    def now(self):
        """Return the one moment that it knows."""
        return datetime(2025, 1, 1, tzinfo=UTC)

    def instead(self, params):
        """Give another's now and then."""
        return None if self.creates % 7 else self.document(params, OTHERS[self.creates % len(OTHERS)])


class ConstantDate(Books):
    """Sends the Date of a year ago each time, and gives out what was made since."""

    def date(self):
        """Return the one Date that it knows."""
        return "Wed, 01 Jan 2025 00:00:00 GMT"

    def instead(self, params):
        """Give another's now and then."""
        if self.creates % 7:
            return None
        return self.document(params, OTHERS[self.creates % len(OTHERS)], created=self.now() - timedelta(days=30))


class NoDate(OlderByName):
    """Sends no Date header, and gives older ones now and then."""

    def date(self):
        """Return nothing."""

    def instead(self, params):
        """Give an older one now and then."""
        return None if self.creates % 7 else super().instead(params)


class UnreadableDate(NoDate):
    """Sends a Date header that is none."""

    def date(self):
        """Return a word."""
        return "yesterday"


class LocalTime(Books):
    """Writes the time of a zone two hours ahead as if it were UTC, and gives what was made an hour ago."""

    def document(self, params, name, *, created=None):
        """Write `created` two hours ahead."""
        return super().document(params, name, created=(created or self.now()) + timedelta(hours=2))

    def instead(self, params):
        """Give an older one now and then."""
        if self.creates % 7:
            return None
        return self.document(params, OTHERS[self.creates % len(OTHERS)], created=self.now() - timedelta(hours=1))


class AnotherClock(Books):
    """Its clock is a day and a bit behind ours."""

    def now(self):
        """Return the time there."""
        return datetime.now(UTC) - timedelta(days=1, seconds=17)


class ReusesIds(Books):
    """Gives an id that was deleted to the next that comes: to us, or to somebody else."""

    def new_id(self):
        """Return the first number that is free."""
        names = (f"ed_{number}" for number in range(1, 10_000))
        return next(name for name in names if name not in self.there and name not in self.others)

    def after_deletion(self):
        """Let somebody else have it."""
        name = self.deletions[-1].rpartition("/")[2]
        if len(self.deletions) % 2:
            self.others[name] = self.made.pop(name)


class KeysIgnored(Books):
    """Does not know keys: each create makes another."""

    def remembered(self, account, key):
        """Know nothing."""
        del account, key


class WholeRunBefore(Books):
    """Remembers what an earlier run made, by its body, and answers each create of this one with that."""

    def instead(self, params):
        """Return what was made a day ago, one after the other, as fast as this run asks."""
        name = f"ed_other_{sum(map(ord, json.dumps(params)))}"
        created = self.now() - timedelta(days=1)
        return self.others.setdefault(name, self.document(params, name, created=created))
