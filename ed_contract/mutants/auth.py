"""Servers that let in whoever comes."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ed_contract.mutants.words import mutant, mutants_in
from ed_contract.reference import Reference, RefusedError


@mutant(breaks="auth/no-key")
class AnonymousIsTheFirst(Reference):
    """Takes a request without credentials for the first account's."""

    def authenticate(self, request: Request) -> str:
        return super().authenticate(request) if "Authorization" in request.headers else "acct_a"


@mutant(breaks="auth/empty-key")
class EmptyIsTheFirst(Reference):
    """Takes an empty key for the first account's."""

    def authenticate(self, request: Request) -> str:
        if request.headers.get("Authorization", "none").strip().lower() in {"", "bearer"}:
            return "acct_a"
        return super().authenticate(request)


@mutant(breaks="auth/other-scheme")
class AnyScheme(Reference):
    """Looks at the key under any scheme."""

    def api_key(self, request: Request) -> str:
        return request.headers.get("Authorization", "").partition(" ")[2].strip()


@mutant(breaks="auth/other-scheme")
class BasicWithoutLooking(Reference):
    """Takes whoever names another scheme than Bearer."""

    def authenticate(self, request: Request) -> str:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        return "acct_a" if rest and scheme.lower() not in {"", "bearer"} else super().authenticate(request)


@mutant(breaks="auth/unknown-key")
class AnyKey(Reference):
    """Opens an account for each key that it does not know."""

    def account_of(self, key: str) -> str | None:
        return super().account_of(key) or key or None


@mutant(breaks="auth/unknown-key", also=("idempotency/account-scoped",))
class UnknownIsTheFirst(Reference):
    """Takes any key that it does not know for the first account's."""

    def account_of(self, key: str) -> str | None:
        return super().account_of(key) or ("acct_a" if key else None)


@mutant(breaks="auth/unknown-key")
class UnknownIsInvalid(Reference):
    """Answers an unknown key with 400."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            if not self.api_key(request):
                raise
            raise RefusedError(400, refusal.code, refusal.message) from None


@mutant(breaks="response/status", also=("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key"))
class RedirectsToTheLogin(Reference):
    """Sends whoever is not known to a page to log in at."""

    def refusal_response(self, refusal: RefusedError) -> Response:
        if refusal.status != 401:  # noqa: PLR2004 - not known
            return super().refusal_response(refusal)
        return Response(status=302, headers={"Location": "/login"})


class ReplaysToAnybody(Reference):
    """Looks a key up before it looks at who is asking."""

    def authenticate(self, request: Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        known = self.lookup(self.scope("acct_a", key)) if self.may_see(request) else None
        return "acct_a" if known is not None else super().authenticate(request)

    def may_see(self, request: Request) -> bool:
        raise NotImplementedError


@mutant(breaks="idempotency/credential-scoped")
class ReplaysWithoutCredential(ReplaysToAnybody):
    """Gives the first destination again to whoever has its key and no credential."""

    def may_see(self, request: Request) -> bool:
        return not self.api_key(request)


@mutant(breaks="idempotency/credential-scoped")
class ReplaysToTheUnknown(ReplaysToAnybody):
    """Gives the first destination again to whoever has its key and some credential."""

    def may_see(self, request: Request) -> bool:
        return self.account_of(self.api_key(request)) is None and bool(self.api_key(request))


@mutant(breaks="idempotency/credential-scoped")
class RefusalNamesTheDestination(Reference):
    """Tells whoever it does not know which destination a key made."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            known = self.lookup(self.scope("acct_a", request.headers.get("Idempotency-Key", "")))
            if known is None:
                raise
            raise RefusedError(401, refusal.code, f"This key made {known.destination.id}.") from None


MUTANTS = mutants_in(globals())
