"""Servers that mishandle a key when the client hangs up before it has the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.bases import Attentive
from ed_contract.zoo.hosts import on_closing
from ed_contract.zoo.specimen import mutant, mutants_in

_LOST = "idempotency/lost-answer"
_BURSTS = ("idempotency/burst/one-destination", "idempotency/burst/one-body")


class InTwoParts(Attentive):
    """Sends all but the last byte of the answer to a create, and checks whether the client is still there."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        response = super().created_response(destination, create)
        body = response.get_data()
        then = partial(self.then, self.scope(create.account, create.key or ""))
        response.response = self._parts(body, then)
        response.headers["Content-Length"] = str(len(body))
        response.automatically_set_content_length = False
        return response

    def _parts(self, body: bytes, then: Callable[..., None]) -> Iterator[bytes]:
        yield body[:-1]
        gone = self.client_is_gone()
        then(gone=gone)
        yield b"" if gone else body[-1:]

    def then(self, scope: Scope, *, gone: bool) -> None:
        """Do something before the last byte is sent."""
        raise NotImplementedError


@mutant(breaks=_LOST, sockets=True, host=on_closing)
class RolledBackWithItsAnswer(InTwoParts):
    """Rolls back a create if its client hangs up in the middle of the answer."""

    def then(self, scope: Scope, *, gone: bool) -> None:
        if gone and (known := self.lookup(scope)) is not None:
            self.store.forget(scope)
            self.store.delete(scope[0], known.destination.id)


@mutant(breaks=_LOST, also=_BURSTS, sockets=True, host=on_closing)
class KeyStoredLast(InTwoParts):
    """Stores a key only after its answer has been sent."""

    def set_up(self) -> None:
        super().set_up()
        self._to_be_stored: dict[Scope, tuple[str, Destination]] = {}

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        self._to_be_stored[scope] = fingerprint, destination

    def then(self, scope: Scope, *, gone: bool) -> None:
        done = self._to_be_stored.pop(scope, None)
        if done is not None and not gone:
            super().remember(scope, *done)


class Listening(Attentive):
    """Checks whether the client is still there before it creates anything, and notes the key if it is not."""

    def set_up(self) -> None:
        super().set_up()
        self._left: set[Scope] = set()

    def answer_once(self, create: Create, key: str) -> Response:
        scope = self.scope(create.account, key)
        if scope in self._left:
            return self.answer_left(create)
        if self.lookup(scope) is None and self.client_is_gone():
            self._left.add(scope)
        return super().answer_once(create, key)

    def answer_left(self, create: Create) -> Response:
        """Answer a create under a key during whose first create the client hung up."""
        raise NotImplementedError


@mutant(breaks=_LOST, sockets=True, host=on_closing)
class LeftKeyStaysInUse(Listening):
    """Locks a key forever if the client hangs up before the answer."""

    def answer_left(self, create: Create) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")


@mutant(breaks=_LOST, sockets=True, host=on_closing)
class LeftKeyIsNone(Listening):
    """Ignores a key once a client has hung up before its answer."""

    def answer_left(self, create: Create) -> Response:
        return self.answer_always(create)


@mutant(breaks=_LOST, needs="restart")
class WritesBehind(Reference):
    """Writes keys to its storage a few creates late, so that a restart loses the last ones."""

    behind = 2

    def set_up(self) -> None:
        self._unwritten: dict[Scope, Remembered] = {}

    def lookup(self, scope: Scope) -> Remembered | None:
        return self._unwritten.get(scope) or super().lookup(scope)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        self._unwritten[scope] = Remembered(fingerprint=fingerprint, destination=destination)
        while len(self._unwritten) > self.behind:
            first = next(iter(self._unwritten))
            known = self._unwritten.pop(first)
            super().remember(first, known.fingerprint, known.destination)


MUTANTS = mutants_in(globals())
