"""Makes idempotency keys. Sends nothing."""

from __future__ import annotations

import hashlib

from ed_contract.case import Key


class Keys:
    """Makes idempotency keys: the same seed and salt give the same keys in the same order."""

    def __init__(self, *, seed: int, salt: str) -> None:
        self._root = f"{seed}/{salt}"
        self._made = 0
        self._kept: dict[str, str] = {}  # labels that start with @, over the whole run

    def renew(self, salt: str) -> None:
        """Make other keys from here on: the ones of this seed were used on the target before."""
        self._root = f"{self._root}/{salt}"

    def fresh(self) -> str:
        """Return a value that no other key of this run holds: 36 characters in the form of a UUID."""
        self._made += 1
        digest = hashlib.sha256(f"{self._root}/{self._made}".encode()).hexdigest()
        # A letter first, so that the value in upper case is another one whatever the rest.
        word = "abcdef"[int(digest[0], 16) % 6] + digest[1:]
        return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:32]}"

    def fill(self, key: Key, sequence: dict[str, str]) -> str:
        """Return the key to send; `sequence` holds the fresh values of the labels of one sequence."""
        values = self._kept if key.label.startswith("@") else sequence
        if key.label not in values:
            values[key.label] = self.fresh()
        return key.filled(values[key.label])
