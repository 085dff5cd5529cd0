"""Idempotency keys: which are accepted, where they are valid, and when two creates are the same.

Knows nothing of answers.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from typing import ClassVar

from werkzeug.wrappers import Request

from ed_contract.reference.destination import Create, Destination, Params
from ed_contract.reference.refusal import RefusedError
from ed_contract.reference.store import Remembered, Scope, Store

KEY_LENGTH = 255  # characters


class Idempotency:
    """Remembers successful creates by their keys."""

    key_length: ClassVar[int] = KEY_LENGTH
    store: Store

    def idempotency_key(self, request: Request) -> str | None:
        """Return the key of a create, or None when it has none."""
        key = request.headers.get("Idempotency-Key")
        if key is not None and not self.is_key(key):
            message = f"Idempotency-Key must be 1 to {self.key_length} visible ASCII characters."
            raise RefusedError(400, "invalid_idempotency_key", message)
        return key

    def is_key(self, key: str) -> bool:
        """Return whether we accept a key."""
        return 0 < len(key) <= self.key_length and all("!" <= character <= "~" for character in key)

    def scope(self, account: str, key: str) -> Scope:
        """Return where a key is valid: creates under one scope are the same create."""
        return account, key

    def identity(self, create: Create) -> str:
        """Return a string that is the same for two creates exactly if they are: their parameters' fingerprint."""
        return self.fingerprint(create.params)

    def fingerprint(self, params: Params) -> str:
        """Return a string that is the same for two creates exactly if their parameters are the same JSON."""
        canonical = json.dumps(params, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def transaction(self) -> AbstractContextManager[None]:
        """Make look-up and insertion atomic across threads and processes."""
        return self.store.transaction()

    def lookup(self, scope: Scope) -> Remembered | None:
        """Return what was created under a key."""
        return self.store.recall(scope)

    def insert(self, destination: Destination) -> None:
        """Store a new destination."""
        self.store.add(destination)

    def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
        """Store what was created under a key."""
        self.store.remember(scope, fingerprint, destination)
