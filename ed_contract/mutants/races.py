"""Servers that do the wrong thing when creates under one key arrive at once."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Response

from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Reference, RefusedError, Remembered, Scope

_ONE = "idempotency/burst/one-destination"
_BODY = "idempotency/burst/one-body"
PATIENCE = 5.0  # seconds for which a twin is waited for


def racing(window: float) -> type[Reference]:
    """Return the server that looks up a key, waits so many seconds, and inserts."""

    class Races(Reference):
        @contextmanager
        def transaction(self) -> Iterator[None]:
            yield

        def lookup(self, scope: Scope) -> Remembered | None:
            known = super().lookup(scope)
            time.sleep(window)
            return known

    return Races


RACES = tuple(
    Mutant(
        name=f"race-of-{name}",
        breaks=_ONE,
        sentence=f"Lets {how} lie between looking up a key and inserting it.",
        make=racing(window),
        also=(_BODY, "idempotency/replay"),
        sockets=True,
    )
    for name, how, window in (
        ("100-microseconds", "a tenth of a millisecond", 0.0001),
        ("1-millisecond", "a millisecond", 0.001),
        ("10-milliseconds", "ten milliseconds", 0.01),
    )
)


class Exclusive(Reference):
    """Has a lock for whatever a create is taken to be."""

    def set_up(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[object, threading.Lock] = defaultdict(threading.Lock)

    def lock(self, what: object) -> threading.Lock:
        """Return the lock of `what`."""
        with self._guard:
            return self._locks[what]


@mutant(breaks=_BODY, also=(_ONE,), sockets=True)
class DifferentBodiesRace(Exclusive):
    """Lets creates under one key wait for each other only if their parameters are the same."""

    def answer_once(self, create: Create, key: str) -> Response:
        scope, fingerprint = self.scope(create.account, key), self.identity(create)
        with self.lock((scope, fingerprint)):
            known = self.lookup(scope)
            if known is None:
                time.sleep(0.01)
                destination = self.make(create.account, create.params)
                self.insert(destination)
                self.remember(scope, fingerprint, destination)
                return self.created_response(destination, create)
        return self.answer_known(known, fingerprint, create)


class Underway(Exclusive):
    """Knows the creates that are being answered."""

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
        """Forget that a create is being answered."""
        self._underway.pop(scope, None)

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        """Answer a create while another under the same key is being answered."""
        raise NotImplementedError


@mutant(breaks=_BODY, sockets=True)
class TwinIsNotCompared(Underway):
    """Answers a create that came while another under its key was answered with that one's destination."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        first.wait(PATIENCE)
        known = self.lookup(scope)
        return self.replay_response(known.destination, create) if known else self.answer_always(create)


@mutant(breaks=_ONE, also=(_BODY,), sockets=True)
class TwinMakesAnother(Underway):
    """Answers a create that came while another under its key was answered as if it had no key."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:  # noqa: ARG002 - knows none
        return self.answer_always(create)


@mutant(breaks="robustness/no-server-error", also=(_ONE, _BODY), sockets=True)
class TwinCrashes(Underway):
    """Fails on a create that came while another under its key was answered."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        raise LookupError(scope, create, first)


@mutant(breaks=_ONE, also=("idempotency/replay", _BODY), sockets=True)
class TwinBlocksTheKey(Underway):
    """Answers 409 to a key for ever once two creates under it came at once."""

    def set_up(self) -> None:
        super().set_up()
        self._blocked: set[Scope] = set()

    def answer_once(self, create: Create, key: str) -> Response:
        if self.scope(create.account, key) in self._blocked:
            raise self.busy()
        response = super().answer_once(create, key)
        if self.scope(create.account, key) in self._blocked:
            raise self.busy()
        return response

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:  # noqa: ARG002 - refuses
        self._blocked.add(scope)
        raise self.busy()

    def busy(self) -> RefusedError:
        """Return the refusal that a client is to try again after."""
        return RefusedError(409, "idempotency_key_in_use", "A create under this key is under way.")


MUTANTS = (*RACES, *mutants_in(globals()))
