"""Right servers that require no credentials, or answer wrong ones differently."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Reference, RefusedError
from ed_contract.zoo.specimen import right, right_in

_AUTH = ("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key")


@right(should=_AUTH)
class AsksNobody(Reference):
    """Requires no credentials and treats each one that is sent as an account."""

    def authenticate(self, request: Request) -> str:
        return request.headers.get("Authorization", "")


@right(should=_AUTH)
class OneAccountForAll(Reference):
    """Requires no credentials and has one account for everybody."""

    def authenticate(self, request: Request) -> str:
        return "acct_a"


@right(should=_AUTH)
class Forbids(Reference):
    """Answers wrong credentials with 403."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            raise RefusedError(403, "forbidden", refusal.message) from None


@right()
class KeyBeforeCredential(Reference):
    """Answers a used key with a conflict before it refuses a wrong credential."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError:
            if self.lookup(self.scope("acct_a", request.headers.get("Idempotency-Key", ""))) is None:
                raise
            raise RefusedError(409, "idempotency_error", "This key was used before.") from None


@right()
class UnknownIsQuoted(Reference):
    """Quotes an unknown API key in the error message."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            raise RefusedError(401, refusal.code, f"Nobody has the key {self.api_key(request)!r}.") from None


@right()
class UnknownInSilence(Reference):
    """Answers wrong credentials and wrong media types without a body."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        if refusal.status in {401, 415}:
            return Response(status=refusal.status, headers=refusal.headers)
        return super().refusal_response(refusal)


RIGHT = right_in(globals())
