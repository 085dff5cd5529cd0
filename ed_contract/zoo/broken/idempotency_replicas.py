"""Servers of several nodes on one database that do not share their keys, or not everything about them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Reference, Remembered, Scope
from ed_contract.zoo.bases import NotesKeys
from ed_contract.zoo.specimen import mutant, mutants_in


@mutant(breaks="idempotency/across-replicas", needs="replica")
class CachesKeysByNode(Reference):
    """Looks up keys only in each node's cache, never in the shared database."""

    def set_up(self) -> None:
        self._cache: dict[Scope, Remembered] = {}

    def lookup(self, scope: Scope) -> Remembered | None:
        return self._cache.get(scope)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        super().remember(scope, fingerprint, destination)
        self._cache[scope] = Remembered(fingerprint=fingerprint, destination=destination)


@mutant(breaks="idempotency/across-replicas", needs="replica")
class KeysBelongToANode(Reference):
    """Recognises a key only at the node where it was first used."""

    def set_up(self) -> None:
        self._node = secrets.token_hex(4)

    def scope(self, account: str, key: str) -> Scope:
        return account, f"{self._node}/{key}"


@mutant(breaks="idempotency/across-replicas", needs="replica")
class ComparesAtOneNode(NotesKeys):
    """Compares parameters only at the node that created the destination."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        here = self.scope(create.account, create.key or "") in self.used
        return super().answer_known(known, fingerprint if here else known.fingerprint, create)


@mutant(breaks="idempotency/across-replicas", needs="replica")
class LocksByNode(Reference):
    """Shares keys between nodes but locks them only within each node."""

    def set_up(self) -> None:
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            yield

    def lookup(self, scope: Scope) -> Remembered | None:
        known = super().lookup(scope)
        time.sleep(0.01)
        return known


MUTANTS = mutants_in(globals())
