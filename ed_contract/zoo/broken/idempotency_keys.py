"""Servers that confuse keys: similar ones, those of other accounts, those without a credential, and absent ones."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.altering import at, scoping
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

INDEPENDENT = mutants_of(
    "idempotency/keys-independent",
    (
        ("key-case-ignored", "Treats keys that differ only in case as the same key.", scoping(str.lower)),
        ("key-cut-at-36", "Uses only the first 36 characters of a key.", scoping(lambda key: key[:36])),
        ("key-cut-at-63", "Uses only the first 63 characters of a key.", scoping(lambda key: key[:63])),
        ("key-without-its-first", "Ignores the first character of a key.", scoping(lambda key: key[1:])),
        ("key-without-its-last", "Ignores the last character of a key.", scoping(lambda key: key[:-1])),
        ("key-digits-alone", "Uses only the digits of a key.", scoping(lambda key: "".join(filter(str.isdigit, key)))),
        (
            "key-cut-at-a-colon",
            "Uses only the part of a key before the first colon.",
            scoping(lambda key: key.split(":")[0]),
        ),
        (
            "key-with-underscores",
            "Treats hyphens and underscores in keys as the same character.",
            scoping(lambda key: key.replace("-", "_")),
        ),
        ("key-cut-at-128", "Uses only the first 128 characters of a key.", scoping(lambda key: key[:128])),
        ("key-cut-at-254", "Uses only the first 254 characters of a key.", scoping(lambda key: key[:254])),
        (
            "key-cut-at-a-comma",
            "Uses only the part of a key before the first comma.",
            scoping(lambda key: key.split(",")[0]),
        ),
        ("key-unescaped", "Decodes percent escapes in keys.", scoping(unquote)),
        (
            "key-without-leading-zeros",
            "Drops leading zeros from the numbers in a key.",
            scoping(lambda key: re.sub(r"(?<![0-9a-f])0+(?=[0-9])", "", key)),
        ),
        ("key-without-dots", "Ignores the dots in a key.", scoping(lambda key: key.replace(".", ""))),
        (
            "key-as-one-byte",
            "Identifies a key by only one byte of its digest.",
            scoping(lambda key: sha256(key.encode()).hexdigest()[:2]),
            "request/valid",
        ),
    ),
)


@mutant(breaks="idempotency/account-scoped")
class KeysOfAllAccounts(Reference):
    """Treats the same key from different accounts as one key."""

    def scope(self, account: str, key: str) -> Scope:
        return "", key


@mutant(breaks="idempotency/account-scoped")
class ConflictNamesTheOther(Reference):
    """Answers another account's key with a conflict that names that account's destination."""

    def scope(self, account: str, key: str) -> Scope:
        return "", key

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.account == create.account:
            return super().answer_known(known, fingerprint, create)
        message = f"This key made {known.destination.id}."
        return self.respond(409, {"error": {"code": "idempotency_error", "message": message}})


@mutant(breaks="idempotency/no-key")
class NoKeyIsOneByTheBody(Reference):
    """Treats creates without a key as replays if their parameters match."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, f"body-{self.identity(create)}")


@mutant(breaks="idempotency/no-key", also=("request/valid",))
class NoKeyIsAKey(Reference):
    """Treats all creates without a key as having the same key."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, "none")


@mutant(breaks="idempotency/no-key")
class SameNameIsTheSame(Reference):
    """Treats creates without a key as replays if their names and URLs match."""

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
    """Looks up a key before it authenticates the caller."""

    def authenticate(self, request: Request) -> str:
        key = request.headers.get("Idempotency-Key", "")
        known = self.lookup(self.scope("acct_a", key)) if self.may_see(request) else None
        return "acct_a" if known is not None else super().authenticate(request)

    def may_see(self, request: Request) -> bool:
        raise NotImplementedError


@mutant(breaks="idempotency/credential-scoped")
class ReplaysWithoutCredential(ReplaysToAnybody):
    """Replays the first destination to callers that have its key but no credential."""

    def may_see(self, request: Request) -> bool:
        return not self.api_key(request)


@mutant(breaks="idempotency/credential-scoped")
class ReplaysToTheUnknown(ReplaysToAnybody):
    """Replays the first destination to callers that have its key and an unknown credential."""

    def may_see(self, request: Request) -> bool:
        return self.account_of(self.api_key(request)) is None and bool(self.api_key(request))


@mutant(breaks="idempotency/credential-scoped")
class RefusalNamesTheDestination(Reference):
    """Tells unauthenticated callers which destination a key created."""

    def authenticate(self, request: Request) -> str:
        try:
            return super().authenticate(request)
        except RefusedError as refusal:
            known = self.lookup(self.scope("acct_a", request.headers.get("Idempotency-Key", "")))
            if known is None:
                raise
            raise RefusedError(401, refusal.code, f"This key made {known.destination.id}.") from None


MUTANTS = (*INDEPENDENT, *mutants_in(globals()))
