"""Servers that take different keys for one, or one key for different ones: of other accounts, of nobody, or none."""

from __future__ import annotations

from hashlib import sha256

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.altering import at, scoping
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

INDEPENDENT = mutants_of(
    "idempotency/keys-independent",
    (
        ("key-case-ignored", "Takes keys that differ in case for one.", scoping(str.lower)),
        ("key-cut-at-32", "Looks at the first 32 characters of a key.", scoping(lambda key: key[:32])),
        ("key-cut-at-36", "Looks at the first 36 characters of a key.", scoping(lambda key: key[:36])),
        ("key-cut-at-63", "Looks at the first 63 characters of a key.", scoping(lambda key: key[:63])),
        ("key-without-its-first", "Overlooks the first character of a key.", scoping(lambda key: key[1:])),
        ("key-without-its-last", "Overlooks the last character of a key.", scoping(lambda key: key[:-1])),
        ("key-digits-alone", "Looks at the digits of a key.", scoping(lambda key: "".join(filter(str.isdigit, key)))),
        ("key-cut-at-a-colon", "Looks at what lies before the colon of a key.", scoping(lambda key: key.split(":")[0])),
        ("key-with-underscores", "Takes hyphens and underscores for one.", scoping(lambda key: key.replace("-", "_"))),
        ("key-without-dots", "Overlooks the dots of a key.", scoping(lambda key: key.replace(".", ""))),
        (
            "key-as-one-byte",
            "Keeps one byte of the digest of a key.",
            scoping(lambda key: sha256(key.encode()).hexdigest()[:2]),
            "request/valid",
        ),
    ),
)


@mutant(breaks="idempotency/account-scoped")
class KeysOfAllAccounts(Reference):
    """Takes a key for the same whichever account it comes from."""

    def scope(self, account: str, key: str) -> Scope:
        return "", key


@mutant(breaks="idempotency/account-scoped")
class ConflictNamesTheOther(Reference):
    """Answers a key of another account with a conflict that names the other's destination."""

    def scope(self, account: str, key: str) -> Scope:
        return "", key

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.account == create.account:
            return super().answer_known(known, fingerprint, create)
        message = f"This key made {known.destination.id}."
        return self.respond(409, {"error": {"code": "idempotency_error", "message": message}})


@mutant(breaks="idempotency/no-key")
class NoKeyIsOneByTheBody(Reference):
    """Takes creates without a key for the same when their parameters are."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, f"body-{self.identity(create)}")


@mutant(breaks="idempotency/no-key", also=("request/valid",))
class NoKeyIsAKey(Reference):
    """Takes creates without a key for creates under the same key."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, "none")


@mutant(breaks="idempotency/no-key")
class SameNameIsTheSame(Reference):
    """Takes creates without a key for the same when their names and URLs are."""

    def set_up(self) -> None:
        self._made: dict[tuple[str, str], Destination] = {}

    def answer_always(self, create: Create) -> Response:
        what = str(at("name", create.params)), str(at("webhook_endpoint.url", create.params))
        if what in self._made:
            return self.replay_response(self._made[what], create)
        self._made[what] = destination = self.make(create.account, create.params)
        self.insert(destination)
        return self.created_response(destination, create)


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


MUTANTS = (*INDEPENDENT, *mutants_in(globals()))
