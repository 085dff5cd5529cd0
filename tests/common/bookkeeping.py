"""Servers that keep books of what a run creates and deletes, each of which misleads a clean-up in its own way."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from common.books import OTHERS, Books

KEYS = {"Bearer sk_test_a": "acct_a", "Bearer sk_test_b": "acct_b"}


class Lost(Exception):  # noqa: N818 - how an answer gets lost
    """The connection is dropped instead of an answer."""


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
    server.block_on_close = False  # do not wait for a request that never ends
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
    """Answers a create for a URL that it knows with a destination of a year ago."""

    def instead(self, params):
        """Know the page's URL."""
        config = params.get("webhook_endpoint") or {}
        if config.get("url") != "https://example.com/my/webhook/endpoint":
            return None
        return self.document(params, OTHERS[0], created=self.now() - timedelta(days=365))


class AnothersId(Books):
    """Answers every seventh create with a destination that somebody else creates at that moment."""

    def instead(self, params):
        """Return what somebody else just created."""
        if self.creates % 7:
            return None
        return self.document(params | {"name": "Somebody else's"}, OTHERS[self.creates % len(OTHERS)])


class AnothersIdOnly(Books):
    """Creates what it is asked for, but puts the id of an older destination into every seventh answer."""

    def instead(self, params):
        """Return the id and the time of an older destination."""
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
    """Names destinations `.` and `..`: deleting them would delete the collection, or what is above it."""

    names = (".", "..", "%2e%2e", "%2E")


class SlashIds(_Named):
    """Uses ids that are several segments, a query, or a fragment."""

    names = ("a/b", "../../v1/customers/cus_1", "?all=true", "#", "a\\b", "", "*", "_all", "ed 1", "é", "x" * 300)


class LosesAnswers(Books):
    """Loses the answer to every fifth successful create."""

    def after_create(self):
        """Drop the connection."""
        if self.creates % 5 == 0:
            raise Lost


class LosesAnswersForGood(Books):
    """Loses every answer under a key whose first answer it lost, until the run deletes what was created."""

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
    """Deletes slowly."""

    def after_deletion(self):
        """Take a while."""
        time.sleep(0.02)


class LosesDeletions(Books):
    """Loses the answer to every third successful deletion."""

    def after_deletion(self):
        """Drop the connection."""
        if len(self.deletions) % 3 == 0:
            raise Lost


class NoDeletions(Books):
    """Does not support deletion."""

    def on_deletion(self, name):
        """Refuse."""
        del name
        return 405


class FailingDeletions(Books):
    """Fails on every fourth deletion."""

    def on_deletion(self, name):
        """Fail."""
        del name
        return None if len(self.deletions) % 4 else 500


class Interrupts(Books):
    """Sends us Ctrl-C in the middle of a create, and still answers it."""

    def after_create(self):
        """Interrupt the main thread."""
        if self.creates == 40:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            time.sleep(0.1)


class ReusesIds(Books):
    """Reuses a deleted id for the next destination: ours, or somebody else's."""

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
    """Ignores keys: each create creates another destination."""

    def remembered(self, account, key):
        """Know nothing."""
        del account, key


class WholeRunBefore(Books):
    """Remembers what an earlier run created, by its body, and answers each create of this run with that."""

    def instead(self, params):
        """Return what was created a day ago, one after another, as fast as this run asks."""
        name = f"ed_other_{sum(map(ord, json.dumps(params)))}"
        created = self.now() - timedelta(days=1)
        return self.others.setdefault(name, self.document(params, name, created=created))
