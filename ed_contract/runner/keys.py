"""Makes idempotency keys. Sends nothing."""

from __future__ import annotations

import hashlib
import secrets

from ed_contract.case import SHARED, Key
from ed_contract.contract import Contract
from ed_contract.contract.keys import Form, uuid
from ed_contract.shard import Shard


class Keys:
    """Makes idempotency keys: the same seed and salt give the same keys in the same order."""

    def __init__(self, *, seed: int, salt: str, form: Form = uuid) -> None:
        self._form = form
        self.shared = str(seed)  # what keys are made of that all shards use
        self._root = f"{seed}/{salt}"
        self._made = 0
        self._kept: dict[str, str] = {}  # labels that start with @, over the whole run

    @classmethod
    def of(
        cls, contract: Contract, named: str | None = None, *, seed: int | None = None, shard: Shard | None = None
    ) -> Keys:
        """Return what makes the keys of a contract's creates, of a form if one is asked for.

        Without a seed they are such as no run had before; each shard has its own, but for those that all of them use.
        """
        salt = secrets.token_hex(8) if seed is None else "" if shard is None else f"shard {shard}"
        return cls(seed=seed or 0, salt=salt, form=contract.parts.idempotency.with_keys(named).form)

    def renew(self, salt: str) -> None:
        """Make other keys from here on: the ones of this seed were used on the target before."""
        self._root = f"{self._root}/{salt}"

    def fresh(self) -> str:
        """Return a value that no other key of this run holds."""
        self._made += 1
        return self._form(hashlib.sha256(f"{self._root}/{self._made}".encode()).hexdigest())

    def _shared(self, label: str) -> str:
        return self._form(hashlib.sha256(f"{self.shared}/{label}".encode()).hexdigest())

    def fill(self, key: Key, sequence: dict[str, str]) -> str:
        """Return the key to send; `sequence` holds the fresh values of the labels of one sequence."""
        values = self._kept if key.label.startswith("@") else sequence
        if key.label not in values:
            values[key.label] = self._shared(key.label) if key.label.startswith(SHARED) else self.fresh()
        return key.filled(values[key.label])
