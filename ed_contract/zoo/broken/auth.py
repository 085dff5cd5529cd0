"""Servers that let in callers without a right credential."""

from __future__ import annotations

from werkzeug.wrappers import Request

from ed_contract.reference import Reference, RefusedError
from ed_contract.zoo.specimen import mutant, mutants_in


@mutant(breaks="auth/no-key")
class AnonymousIsTheFirst(Reference):
    """Treats a request without credentials as the first account's."""

    def authenticate(self, request: Request) -> str:
        return super().authenticate(request) if "Authorization" in request.headers else "acct_a"


@mutant(breaks="auth/empty-key")
class EmptyIsTheFirst(Reference):
    """Treats an empty API key as the first account's."""

    def authenticate(self, request: Request) -> str:
        if request.headers.get("Authorization", "none").strip().lower() in {"", "bearer"}:
            return "acct_a"
        return super().authenticate(request)


@mutant(breaks="auth/other-scheme")
class AnyScheme(Reference):
    """Accepts the API key under any authentication scheme."""

    def api_key(self, request: Request) -> str:
        return request.headers.get("Authorization", "").partition(" ")[2].strip()


@mutant(breaks="auth/other-scheme")
class BasicWithoutLooking(Reference):
    """Accepts any credential under a scheme other than Bearer."""

    def authenticate(self, request: Request) -> str:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        return "acct_a" if rest and scheme.lower() not in {"", "bearer"} else super().authenticate(request)


@mutant(breaks="auth/unknown-key")
class AnyKey(Reference):
    """Opens an account for each unknown API key."""

    def account_of(self, key: str) -> str | None:
        return super().account_of(key) or key or None


@mutant(breaks="auth/unknown-key", also=("idempotency/account-scoped",))
class UnknownIsTheFirst(Reference):
    """Treats any unknown API key as the first account's."""

    def account_of(self, key: str) -> str | None:
        return super().account_of(key) or ("acct_a" if key else None)


@mutant(breaks="auth/unknown-key", also=("idempotency/credential-scoped",))
class KeysByTheirStart(Reference):
    """Looks up API keys by only their first nine characters."""

    def account_of(self, key: str) -> str | None:
        return super().account_of(key[:9])


@mutant(breaks="auth/unknown-key")
class UnknownIsInvalid(Reference):
    """Answers an unknown API key with 400."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            if not self.api_key(request):
                raise
            raise RefusedError(400, refusal.code, refusal.message) from None


MUTANTS = mutants_in(globals())
