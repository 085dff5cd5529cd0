"""Targets of runs: each function here returns a context manager that starts one in a folder, and ends it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from common.faults.certificates import Authority
from common.faults.ledger import Counted, Ledger, furnish
from common.faults.line import Gap, Line, Proxy
from common.faults.wire import Script, WireServer

from ed_contract.reference import Reference, serve


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A target to judge, or its substitute."""

    url: str
    ledger: Ledger
    values: Mapping[str, str] = field(default_factory=dict)  # for the braces in arguments and environment


Building: TypeAlias = Callable[[Path], AbstractContextManager[Against]]
MakeApp: TypeAlias = Callable[..., Reference]


def reference(
    line: Line | None = None,
    *,
    restarts: tuple[Gap, ...] = (),
    app: MakeApp = Reference,
    furnished: bool = True,
    keys: Mapping[str, str] | None = None,
) -> Building:
    """Return how to serve the reference, on waitress, behind a line; it can restart after a number of requests."""

    @contextmanager
    def build(place: Path) -> Iterator[Against]:
        ledger = Ledger()
        given = {} if keys is None else {"keys": keys}
        with ExitStack() as stack:
            served = stack.enter_context(app(db=place / "reference.db", **given))
            if furnished:
                furnish(served)
            ledger.watch(served)
            server = _Restarting(Counted(served, ledger), ledger, restarts)
            stack.callback(server.stop)
            port = server.port
            if line is not None:
                proxy = Proxy(line, port, ledger)
                stack.callback(proxy.stop)
                port = proxy.port
            yield Against(url=f"http://127.0.0.1:{port}", ledger=ledger)

    return build


class _Restarting:
    """A server that stops at some requests and comes back after a while."""

    def __init__(self, app: Counted, ledger: Ledger, restarts: tuple[Gap, ...]) -> None:
        self._app, self._ledger = app, ledger
        self._running = serve(app)
        self._stopped = False
        self.port = self._running.port
        for gap in restarts:
            away = threading.Thread(target=self._away, args=(gap.seconds,), daemon=True)
            ledger.at(gap.at, away.start)

    def stop(self) -> None:
        self._stopped = True
        self._running.stop()

    def _away(self, seconds: float) -> None:
        self._ledger.lose()
        self._running.stop()
        time.sleep(seconds)
        if not self._stopped:
            self._running = serve(self._app, port=self.port)


def scripted(
    script: Script | Callable[[Path], Script] = lambda _: None,
    *,
    app: MakeApp = Reference,
    keys: Mapping[str, str] | None = None,
    furnished: bool = True,
    placed: bool = False,  # whether `script` makes one for the folder
    at: Mapping[int, Callable[[Path], None]] | None = None,  # what to do after a number of requests
) -> Building:
    """Return how to serve a script, with a reference for the requests that it leaves out."""

    @contextmanager
    def build(place: Path) -> Iterator[Against]:
        ledger = Ledger()
        with app(**({} if keys is None else {"keys": keys})) as served:
            if furnished:
                furnish(served)
            ledger.watch(served)
            for number, action in (at or {}).items():
                ledger.at(number, lambda action=action: action(place))
            server = WireServer(script(place) if placed else script, served, ledger)
            try:
                yield Against(url=f"http://127.0.0.1:{server.port}", ledger=ledger)
            finally:
                server.stop()

    return build


def encrypted(*, subject: str = "IP:127.0.0.1", expired: bool = False, asks: bool = False) -> Building:
    """Return how to serve the reference over TLS, with a certificate of its own authority.

    Values are `ca` and `folder`, which the client must trust, and `cert` and `cert_key`, the client's own.
    """

    @contextmanager
    def build(place: Path) -> Iterator[Against]:
        ledger = Ledger()
        authority = Authority(place / "authority")
        cert, key = authority.issue("client")
        values = {
            "ca": str(authority.certificate),
            "folder": str(authority.folder),
            "cert": str(cert),
            "cert_key": str(key),
        }
        with Reference() as app:
            tls = authority.context(subject=subject, expired=expired, asks=asks)
            server = WireServer(lambda _: None, app, ledger, tls=tls)
            try:
                yield Against(url=f"https://127.0.0.1:{server.port}", ledger=ledger, values=values)
            finally:
                server.stop()

    return build


@contextmanager
def nothing(_: Path) -> Iterator[Against]:
    """Return no target: for runs without a URL."""
    yield Against(url="", ledger=Ledger())


def removed(name: str) -> Callable[[Path], None]:
    """Return a function that removes a folder of the place."""
    return lambda place: shutil.rmtree(place / name)
