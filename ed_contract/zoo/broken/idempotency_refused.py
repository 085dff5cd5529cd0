"""Servers that mishandle a key whose first create was refused."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.bases import NotesRefused
from ed_contract.zoo.specimen import mutant, mutants_in

_RETRY, _REMEMBERS = "idempotency/refused/retry", "idempotency/refused/remembers"


@mutant(breaks=_RETRY)
class RefusedKeyStaysInUse(NotesRefused):
    """Locks a key forever if the create under it is refused."""

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")


@mutant(breaks=_RETRY)
class KeyInUseAfterABadConfiguration(NotesRefused):
    """Locks a key forever if the create under it is refused for its configuration object."""

    def is_noted(self, refusal: RefusedError) -> bool:
        return "webhook_endpoint" in refusal.message or "amazon_eventbridge" in refusal.message

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")


@mutant(breaks=_RETRY)
class RefusedRetryIsAConflict(NotesRefused):
    """Answers a retry of a refused create with a conflict."""

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        if create.params == first.params:
            return self.conflict_response()
        return super().answer_after(first, refusal, create)


@mutant(breaks=_REMEMBERS)
class ForgetsWhatCameAfterARefusal(NotesRefused):
    """Ignores a key once a create under it has been refused."""

    def set_up(self) -> None:
        super().set_up()
        self._doubtful: set[Scope] = set()

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        self._doubtful.add(self.scope(create.account, create.key or ""))
        return super().answer_after(first, refusal, create)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        if scope not in self._doubtful:
            super().remember(scope, fingerprint, destination)


@mutant(breaks=_REMEMBERS, also=("idempotency/replay",))
class FingerprintOfTheRefused(NotesRefused):
    """Compares replays with the create that was refused under a key, not with the one that succeeded."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        noted = self.noted.get(self.scope(create.account, create.key or ""))
        if noted is not None and self.fingerprint(noted[0].params) != fingerprint:
            return self.conflict_response()
        return super().answer_known(known, fingerprint, create)


@mutant(breaks="idempotency/conflict/keeps-first", also=("idempotency/conflict/status",))
class RefusalFreesAUsedKey(Reference):
    """Forgets a key when a later create under it is refused as invalid."""

    def answer(self, create: Create) -> Response:
        try:
            return super().answer(create)
        except RefusedError:
            self.store.forget(self.scope(create.account, create.key or ""))
            raise


@mutant(breaks="idempotency/refused/owner")
class StrangersTakeKeys(Reference):
    """Refuses a key to its owner once a caller with an unknown credential has used it."""

    def set_up(self) -> None:
        self._taken: set[str] = set()

    def authenticate(self, request: Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        try:
            account = super().authenticate(request)
        except RefusedError:
            self._taken.update([key] if key else [])
            raise
        if key in self._taken and self.lookup(self.scope(account, key)) is None:
            raise RefusedError(400, "idempotency_key_taken", "This Idempotency-Key belongs to somebody else.")
        return account


MUTANTS = mutants_in(globals())
