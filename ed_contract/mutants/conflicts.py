"""Servers that answer other parameters under a used key wrongly."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from werkzeug.wrappers import Response

from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Reference, Remembered, Scope


def answering_conflicts(status: int, code: str | None = "idempotency_error", **error: object) -> type[Reference]:
    """Return the server that answers conflicts with another status or error."""

    class Answers(Reference):
        def conflict_response(self) -> Response:
            shown = {"code": code, "message": "This key was used with other parameters.", **error}
            return self.respond(status, {"error": {name: one for name, one in shown.items() if one is not None}})

    return Answers


_STATUS = "idempotency/conflict/status"
_CODE = "idempotency/conflict/code"
_ENVELOPE = ("robustness/error-envelope",)

CONFLICTS = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=answering_conflicts(status, code, **error), also=also)
    for name, breaks, sentence, status, code, error, also in (
        ("conflict-400", _STATUS, "Answers a conflict with 400.", 400, "idempotency_error", {}, ()),
        ("conflict-422", _STATUS, "Answers a conflict with 422.", 422, "idempotency_error", {}, ()),
        ("conflict-412", _STATUS, "Answers a conflict with 412.", 412, "idempotency_error", {}, ()),
        ("conflict-403", _STATUS, "Answers a conflict with 403.", 403, "idempotency_error", {}, ()),
        (
            "conflict-crashes",
            "robustness/no-server-error",
            "Answers a conflict with 500.",
            500,
            "idempotency_error",
            {},
            (_STATUS,),
        ),
        ("conflict-code-conflict", _CODE, "Calls a conflict by the name of its status.", 409, "conflict", {}, ()),
        (
            "conflict-code-in-capitals",
            _CODE,
            "Writes the code of a conflict in capitals.",
            409,
            "IDEMPOTENCY_ERROR",
            {},
            (),
        ),
        (
            "conflict-code-of-another-vendor",
            _CODE,
            "Answers a conflict with a code of its own.",
            409,
            "idempotency_key_reused",
            {},
            (),
        ),
        (
            "conflict-code-hyphenated",
            _CODE,
            "Writes a hyphen in the code of a conflict.",
            409,
            "idempotency-error",
            {},
            (),
        ),
        (
            "conflict-code-as-type",
            _CODE,
            "Answers the code of a conflict as its type alone.",
            409,
            None,
            {"type": "idempotency_error"},
            _ENVELOPE,
        ),
        (
            "conflict-code-in-the-message",
            _CODE,
            "Answers the code of a conflict in its message alone.",
            409,
            None,
            {"message": "idempotency_error"},
            _ENVELOPE,
        ),
        (
            "conflict-code-invalid-fields",
            _CODE,
            "Takes a conflict for a fault of the parameters.",
            409,
            "invalid_fields",
            {},
            (),
        ),
    )
)


@mutant(breaks=_CODE, also=_ENVELOPE)
class ConflictAsAPage(Reference):
    """Answers a conflict with a page of HTML."""

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
    """Answers a conflict with the destination that was made first."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:  # noqa: ARG002 - not compared
        return self.replay_response(known.destination, create)


@mutant(breaks=_STATUS, also=(*_UNCOMPARED, "idempotency/burst/one-destination"))
class ConflictMakesAnother(Reference):
    """Makes another destination on a conflict, and keeps the first one's key."""

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
    """Gives the first destination again for wrong parameters under a used key."""

    def answer(self, create: Create) -> Response:
        known = self.lookup(self.scope(create.account, create.key)) if create.key is not None else None
        if known is not None and any(self.problems(create.params)):
            return self.replay_response(known.destination, create)
        return super().answer(create)


class KeepsAnother(Reference):
    """Does something to the first destination when a conflict is answered."""

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
    """Makes a destination on a conflict in silence, and keeps it for the key."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:
        destination = self.make(create.account, create.params)
        self.insert(destination)
        self.remember(scope, fingerprint, destination)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictForgetsTheKey(KeepsAnother):
    """Forgets a key after a conflict."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:  # noqa: ARG002 - forgets, whatever it is
        self.store.forget(scope)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictReplacesTheParameters(KeepsAnother):
    """Keeps the first destination after a conflict, but with the parameters of the second create."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:  # noqa: ARG002 - all take the same
        known = self.lookup(scope)
        if known is not None:
            self.remember(scope, fingerprint, known.destination)


@mutant(breaks=_KEEPS, also=_SPOILT)
class ConflictBlocksTheKey(KeepsAnother):
    """Answers every use of a key with a conflict after one."""

    def spoil(self, scope: Scope, fingerprint: str, create: Create) -> None:  # noqa: ARG002 - all take the same
        known = self.lookup(scope)
        if known is not None:
            self.remember(scope, "spoilt", known.destination)


MUTANTS = (*CONFLICTS, *mutants_in(globals()))
