"""Servers that answer a conflict wrongly, or lose the first destination over one."""

from __future__ import annotations

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Reference, Remembered, Scope
from ed_contract.zoo.altering import answering_conflicts
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_STATUS = "idempotency/conflict/status"
_CODE = "idempotency/conflict/code"
_ENVELOPE = ("robustness/error-envelope",)

STATUSES = mutants_of(
    _STATUS,
    (
        (f"conflict-{status}", f"Answers a conflict with {status}.", answering_conflicts(status))
        for status in (400, 422, 412, 403)
    ),
)

CODES = mutants_of(
    _CODE,
    (
        (
            "conflict-code-conflict",
            "Uses `conflict` as the error code of a conflict.",
            answering_conflicts(409, "conflict"),
        ),
        (
            "conflict-code-in-capitals",
            "Writes the error code of a conflict in capitals.",
            answering_conflicts(409, "IDEMPOTENCY_ERROR"),
        ),
        (
            "conflict-code-hyphenated",
            "Writes the error code of a conflict with a hyphen.",
            answering_conflicts(409, "idempotency-error"),
        ),
        (
            "conflict-code-as-type",
            "Returns the error code of a conflict only as the error's type.",
            answering_conflicts(409, None, type="idempotency_error"),
            *_ENVELOPE,
        ),
        (
            "conflict-code-in-the-message",
            "Returns the error code of a conflict only in the error's message.",
            answering_conflicts(409, None, message="idempotency_error"),
            *_ENVELOPE,
        ),
        (
            "conflict-code-invalid-fields",
            "Uses `invalid_fields` as the error code of a conflict.",
            answering_conflicts(409, "invalid_fields"),
        ),
    ),
)


@mutant(breaks=_CODE, also=_ENVELOPE)
class ConflictAsAPage(Reference):
    """Answers a conflict with an HTML page."""

    def conflict_response(self) -> Response:
        return Response("<h1>Conflict</h1>", status=409, mimetype="text/html")


@mutant(breaks=_CODE, also=_ENVELOPE)
class ConflictWithoutBody(Reference):
    """Answers a conflict with an empty body."""

    def conflict_response(self) -> Response:
        return Response(status=409)


_UNCOMPARED = (
    "idempotency/conflict/every-parameter",
    "idempotency/burst/one-body",
    "idempotency/conflict/absent-or-empty",
)


@mutant(breaks=_STATUS, also=_UNCOMPARED)
class ConflictGivesTheFirst(Reference):
    """Answers a conflict with the first destination."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        return self.replay_response(known.destination, create)


@mutant(breaks=_STATUS, also=(*_UNCOMPARED, "idempotency/burst/one-destination"))
class ConflictMakesAnother(Reference):
    """Creates another destination on a conflict but keeps the key for the first."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.fingerprint != fingerprint:
            return self.answer_always(create)
        return super().answer_known(known, fingerprint, create)


@mutant(breaks=_STATUS, also=(*_UNCOMPARED, "echo/name"))
class ConflictUpdatesTheFirst(Reference):
    """Answers a conflict as if it had changed the first destination's name."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        document = self.render(known.destination, self.included(create.params))
        if known.fingerprint != fingerprint:
            return self.respond(200, {**document, "name": create.params["name"]})
        return super().answer_known(known, fingerprint, create)


@mutant(breaks=_STATUS)
class ReplaysWhateverIsWrong(Reference):
    """Answers invalid parameters under a used key with the first destination."""

    def answer(self, create: Create) -> Response:
        known = self.lookup(self.scope(create.account, create.key)) if create.key is not None else None
        if known is not None and any(self.problems(create.params)):
            return self.replay_response(known.destination, create)
        return super().answer(create)


class KeepsAnother(Reference):
    """Does something to a key when it answers a conflict."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.fingerprint != fingerprint:
            self.spoil(self.scope(create.account, create.key or ""), fingerprint, create)
        return super().answer_known(known, fingerprint, create)

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        """Do it."""
        raise NotImplementedError


_KEEPS = "idempotency/conflict/keeps-first"
_SPOILT = (
    _STATUS,
    "idempotency/replay",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/conflict/every-parameter",
    "idempotency/conflict/absent-or-empty",
    "idempotency/burst/one-destination",
    "idempotency/burst/one-body",
)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictOverwritesTheFirst(KeepsAnother):
    """Answers a conflict with 409 but silently stores a new destination under the key."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        destination = self.make(create.account, create.params)
        self.insert(destination)
        self.remember(scope, fingerprint, destination)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictForgetsTheKey(KeepsAnother):
    """Forgets a key after a conflict."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        self.store.forget(scope)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictReplacesTheParameters(KeepsAnother):
    """Replaces the parameters stored for a key with those of a conflicting create."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        known = self.lookup(scope)
        if known is not None:
            self.remember(scope, fingerprint, known.destination)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictBlocksTheKey(KeepsAnother):
    """Answers every later use of a key with a conflict after the first conflict."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        known = self.lookup(scope)
        if known is not None:
            self.remember(scope, "spoilt", known.destination)


MUTANTS = (*STATUSES, *CODES, *mutants_in(globals()))
