"""Right servers of several nodes on one database."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.specimen import right, right_in


@right(needs="replica")
class CachesKeysToo(Reference):
    """Caches keys at each node and looks up the others in the shared database."""

    def set_up(self) -> None:
        self._cache: dict[Scope, Remembered] = {}

    def lookup(self, scope: Scope) -> Remembered | None:
        if scope not in self._cache and (known := super().lookup(scope)) is not None:
            self._cache[scope] = known
        return self._cache.get(scope)


@right(needs="replica")
class CopiesKeysLate(Reference):
    """Responds with 409 for a moment to a key that was used at another node."""

    moment = 0.3  # seconds

    def set_up(self) -> None:
        self._made_here: set[Scope] = set()
        self._asked: dict[Scope, float] = {}

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        super().remember(scope, fingerprint, destination)
        self._made_here.add(scope)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        scope, now = self.scope(create.account, create.key or ""), time.monotonic()
        if scope not in self._made_here and now - self._asked.setdefault(scope, now) < self.moment:
            raise RefusedError(409, "idempotency_key_in_use", "A create under this key is being copied.")
        return super().answer_known(known, fingerprint, create)


RIGHT = right_in(globals())
