"""Servers whose keys depend on how the headers of a create are written, or by which client."""

from __future__ import annotations

import threading

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Params, Reference, Scope
from ed_contract.zoo.hosts import on_spelling, spelled
from ed_contract.zoo.specimen import mutant, mutants_in


@mutant(breaks="idempotency/replay", sockets=True, host=on_spelling)
class KeyHeaderByCase(Reference):
    """Reads keys only from a header spelled exactly `Idempotency-Key`."""

    def idempotency_key(self, request: Request) -> str | None:
        """Return the key."""
        return super().idempotency_key(request) if spelled(request, "Idempotency-Key") else None


class _Noting(Reference):
    """Notes the headers of the create that each thread answers."""

    def set_up(self) -> None:
        self._noted = threading.local()

    def create(self, request: Request) -> Response:
        self._noted.headers = request.headers
        return super().create(request)

    def noted(self, name: str) -> str:
        """Return the value of a header."""
        return str(self._noted.headers.get(name))


@mutant(breaks="idempotency/same-parameters")
class AgentInFingerprint(_Noting):
    """Treats a different `User-Agent` as changed parameters when a key is reused."""

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint({**params, "User-Agent": self.noted("User-Agent")})


@mutant(breaks="idempotency/same-parameters")
class KeysByAccept(_Noting):
    """Treats a key that comes with a different `Accept` header as a different key."""

    def scope(self, account: str, key: str) -> Scope:
        return account, f"{key} {self.noted('Accept')}"


MUTANTS = mutants_in(globals())
