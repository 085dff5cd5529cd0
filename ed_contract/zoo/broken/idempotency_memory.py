"""Servers that forget keys: after other keys, after a while, on a refusal, or on a restart."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Params, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.bases import NotesKeys
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

FORGETFUL = 1.5  # seconds; less than between the first and the last use of a run's first keys


def forgetting_after(others: int) -> type[Reference]:
    """Return the server that remembers only so many keys, and forgets the oldest."""

    class Forgets(Reference):
        def set_up(self) -> None:
            self._known: OrderedDict[Scope, None] = OrderedDict()

        def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
            super().remember(scope, fingerprint, destination)
            self._known[scope] = None
            if len(self._known) > others:
                self.store.forget(self._known.popitem(last=False)[0])

    return Forgets


FORGOTTEN = mutants_of(
    "idempotency/remembers",
    (
        (f"forgets-after-{others}-keys", f"Forgets a key after {others} other keys.", forgetting_after(others))
        for others in (64, 256)
    ),
)


@mutant(breaks="idempotency/remembers")
class ForgetsSoon(Reference):
    """Forgets a key after a second and a half."""

    def set_up(self) -> None:
        self._since: dict[Scope, float] = {}

    def lookup(self, scope: Scope) -> Remembered | None:
        known = super().lookup(scope)
        return known if known and time.monotonic() - self._since.get(scope, 0) < FORGETFUL else None

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        self._since[scope] = time.monotonic()
        super().remember(scope, fingerprint, destination)


@mutant(breaks="idempotency/remembers")
class ForgetsAllAt200(Reference):
    """Forgets all keys whenever there are 200 of them."""

    def set_up(self) -> None:
        self._known: list[Scope] = []

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        if len(self._known) == 200:
            for known in self._known:
                self.store.forget(known)
            self._known = []
        super().remember(scope, fingerprint, destination)
        self._known.append(scope)


@mutant(breaks="idempotency/conflict/every-parameter")
class ComparesRecentKeysOnly(Reference):
    """Stops comparing the parameters of a key after 200 other keys."""

    def set_up(self) -> None:
        self._used: OrderedDict[Scope, None] = OrderedDict()
        self._old: set[Scope] = set()

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        super().remember(scope, fingerprint, destination)
        self._used[scope] = None
        if len(self._used) > 200:
            self._old.add(self._used.popitem(last=False)[0])

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        old = self.scope(create.account, create.key or "") in self._old
        return super().answer_known(known, known.fingerprint if old else fingerprint, create)


def forgetting_at(code: str) -> type[Reference]:
    """Return the server that forgets all keys when it refuses a create with this code."""

    class Forgets(NotesKeys):
        def refusal_response(self, refusal: RefusedError) -> Response:
            if refusal.code == code:
                while self.used:
                    self.store.forget(self.used.pop())
            return super().refusal_response(refusal)

    return Forgets


FORGOTTEN_AT = mutants_of(
    "idempotency/replay",
    (
        (name, f"Forgets all keys when {when}.", forgetting_at(code))
        for name, when, code in (
            ("forgets-at-malformed", "a body is not JSON", "invalid_json"),
            ("forgets-at-invalid", "it refuses invalid parameters", "invalid_fields"),
            ("forgets-at-unauthenticated", "it refuses a credential", "unauthenticated"),
        )
    ),
    also=("idempotency/remembers", "idempotency/conflict/status", "idempotency/conflict/keeps-first"),
)


@mutant(breaks="idempotency/survives-restart", needs="restart")
class KeysInMemory(Reference):
    """Keeps idempotency keys only in memory."""

    def set_up(self) -> None:
        self._known: dict[Scope, Remembered] = {}
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            yield

    def lookup(self, scope: Scope) -> Remembered | None:
        return self._known.get(scope)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        self._known[scope] = Remembered(fingerprint=fingerprint, destination=destination)


@mutant(breaks="idempotency/survives-restart", needs="restart")
class SaltsByProcess(Reference):
    """Compares parameters by a hash that each process salts differently."""

    def set_up(self) -> None:
        self._salt = secrets.token_hex(8)

    def fingerprint(self, params: Params) -> str:
        return f"{self._salt}/{super().fingerprint(params)}"


MUTANTS = (*FORGOTTEN, *FORGOTTEN_AT, *mutants_in(globals()))
