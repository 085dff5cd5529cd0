"""Servers that do the wrong thing with a key whose first create was refused."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.specimen import mutant, mutants_in

_RETRY, _REMEMBERS = "idempotency/refused/retry", "idempotency/refused/remembers"


class Notes(Reference):
    """Notes each key whose first create it refused."""

    def set_up(self) -> None:
        self._refused: dict[Scope, Create] = {}

    def answer(self, create: Create) -> Response:
        scope = self.scope(create.account, create.key or "")
        first = self._refused.get(scope) if create.key else None
        if first is not None:
            return self.answer_after(first, create)
        try:
            return super().answer(create)
        except RefusedError as refusal:
            if create.key and self.lookup(scope) is None and self.is_noted(create, refusal):
                self._refused[scope] = create
            raise

    def is_noted(self, create: Create, refusal: RefusedError) -> bool:
        """Return whether the key of a refused create is noted."""
        return True

    def answer_after(self, first: Create, create: Create) -> Response:
        """Answer a create under a key whose first create was refused."""
        return super().answer(create)


@mutant(breaks=_RETRY)
class RefusedKeyStaysInUse(Notes):
    """Leaves a key in use for ever when the create under it is refused."""

    def answer_after(self, first: Create, create: Create) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")


@mutant(breaks=_RETRY)
class KeyInUseAfterABadConfiguration(Notes):
    """Leaves a key in use for ever when the configuration object of the create under it is refused."""

    def is_noted(self, create: Create, refusal: RefusedError) -> bool:
        return "webhook_endpoint" in refusal.message or "amazon_eventbridge" in refusal.message

    def answer_after(self, first: Create, create: Create) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")


@mutant(breaks=_RETRY)
class RefusedRetryIsAConflict(Notes):
    """Answers the same refused create under its key as a conflict."""

    def answer_after(self, first: Create, create: Create) -> Response:
        return self.conflict_response()


@mutant(breaks=_REMEMBERS)
class ForgetsWhatCameAfterARefusal(Notes):
    """Treats a key as if there was none once a create under it was refused."""

    def set_up(self) -> None:
        super().set_up()
        self._doubtful: set[Scope] = set()

    def answer_after(self, first: Create, create: Create) -> Response:
        self._doubtful.add(self.scope(create.account, create.key or ""))
        return Reference.answer(self, create)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        if scope not in self._doubtful:
            super().remember(scope, fingerprint, destination)


@mutant(breaks=_REMEMBERS, also=("idempotency/replay",))
class FingerprintOfTheRefused(Notes):
    """Keeps the parameters of a refused create for what is then made under its key."""

    def answer_after(self, first: Create, create: Create) -> Response:
        self._params = first.params
        return Reference.answer(self, create)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        first = self._refused.get(self.scope(create.account, create.key or ""))
        if first is not None and self.fingerprint(first.params) != fingerprint:
            return self.conflict_response()
        return super().answer_known(known, fingerprint, create)


@mutant(breaks="idempotency/refused/owner")
class StrangersTakeKeys(Reference):
    """Keeps a key from its owner once a caller with an unknown credential has used it."""

    def set_up(self) -> None:
        self._taken: set[str] = set()

    def authenticate(self, request: Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        try:
            account = super().authenticate(request)
        except RefusedError:
            self._taken.add(key)
            raise
        if key in self._taken and self.lookup(self.scope(account, key)) is None:
            raise RefusedError(400, "idempotency_key_taken", "This Idempotency-Key belongs to somebody else.")
        return account


MUTANTS = mutants_in(globals())
