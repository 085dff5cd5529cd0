"""Servers that go wrong when creates under one key are concurrent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.bases import Exclusive, Underway
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_ONE = "idempotency/burst/one-destination"
_BODY = "idempotency/burst/one-body"
PATIENCE = 5.0  # seconds to wait for a twin


def racing(window: float) -> type[Reference]:
    """Return the server that looks up a key, waits for `window` seconds, and inserts it."""

    class Races(Reference):
        @contextmanager
        def transaction(self) -> Iterator[None]:
            yield

        def lookup(self, scope: Scope) -> Remembered | None:
            known = super().lookup(scope)
            time.sleep(window)
            return known

    return Races


RACES = mutants_of(
    _ONE,
    (
        (f"race-of-{name}", f"Waits {how} between looking up a key and inserting it.", racing(window))
        for name, how, window in (
            ("100-microseconds", "a tenth of a millisecond", 0.0001),
            ("1-millisecond", "a millisecond", 0.001),
            ("10-milliseconds", "ten milliseconds", 0.01),
        )
    ),
    also=(_BODY, "idempotency/replay"),
    sockets=True,
)


@mutant(breaks=_BODY, also=(_ONE,), sockets=True)
class DifferentBodiesRace(Exclusive):
    """Makes concurrent creates under a key wait for each other only if their parameters are the same."""

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


@mutant(breaks=_BODY, sockets=True)
class TwinIsNotCompared(Underway):
    """Answers a create with the destination of a concurrent one under its key without comparing the two."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        first.wait(PATIENCE)
        known = self.lookup(scope)
        return self.replay_response(known.destination, create) if known else self.answer_always(create)


@mutant(breaks=_ONE, also=(_BODY, "idempotency/lost-answer"), sockets=True)
class TwinMakesAnother(Underway):
    """Ignores the key of a create while another under it is in progress."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        return self.answer_always(create)


@mutant(breaks=_ONE, also=("idempotency/replay", _BODY), sockets=True)
class TwinBlocksTheKey(Underway):
    """Responds with 409 to a key forever after two concurrent creates under it."""

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

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        self._blocked.add(scope)
        raise self.busy()

    def busy(self) -> RefusedError:
        """Return the refusal after which a client should try again."""
        return RefusedError(409, "idempotency_key_in_use", "A create under this key is under way.")


@mutant(breaks="idempotency/one-effect", sockets=True)
class TwinIsKeptToo(Underway):
    """Creates another destination for a concurrent create under a key but answers with the first."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        self.insert(self.make(create.account, create.params))
        first.wait(PATIENCE)
        return super(Underway, self).answer_once(create, create.key or "")


MUTANTS = (*RACES, *mutants_in(globals()))
