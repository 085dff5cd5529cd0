"""Keeps credentials and signing secrets out of everything that is written, by value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from ed_contract.excerpt import Long
from ed_contract.finding import Finding
from ed_contract.masking import CUT, MASK, Masking
from ed_contract.transport import Target
from ed_contract.transport.credentials import secrets_of

__all__ = ["MASK", "Redactor"]


class Redactor(Masking):
    """Masks the values it was given, and whatever looks like a signing secret, in texts, bodies and documents."""

    @classmethod
    def of(cls, target: Target | None) -> Self:
        """Return the redactor of all that was configured for a target, and may be a credential.

        Where a command renews the credential it is one of those so far: ask anew for what is written later.
        """
        return cls() if target is None else cls(secrets_of(target))

    def guarding(self, finding: Finding) -> Self:
        """Return a redactor for what a finding says, which masks the secrets too that the target showed in it.

        It is for where the target speaks, not for what we sent: a secret that equals a parameter would make the
        requests unrepeatable.
        """
        secrets = [one.secret for one in finding.evidence]
        # Of a secret that was too long to keep, no more than its start is ever shown.
        return self.also(one.start[1:] if isinstance(one, Long) else one for one in secrets)

    def also(self, values: Iterable[str | None]) -> Self:
        """Return a redactor that masks `values` too."""
        return type(self)((*self.values, *values))

    def start(self, text: str) -> str:
        """Return the beginning of a longer text without the values, one that is cut off at its end among them."""
        return self(text + CUT).removesuffix(CUT)

    def document(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a JSON value with all its strings redacted; names of members are ours."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {name: self.document(one) for name, one in value.items()}
        return [self.document(one) for one in value] if isinstance(value, list) else value
