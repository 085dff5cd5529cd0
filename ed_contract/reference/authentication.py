"""Authentication: from the Authorization header to an account.

Knows nothing of what is requested.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Request

from ed_contract.reference.refusal import RefusedError

DEFAULT_KEYS: Mapping[str, str] = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}
"""The API keys of the reference server, each with its account."""


class Authentication:
    """Knows the API keys."""

    keys: Mapping[str, str]

    def authenticate(self, request: Request) -> str:
        """Return the account of the caller."""
        account = self.account_of(self.api_key(request))
        if account is None:
            raise RefusedError(
                401,
                "unauthenticated",
                "Send a known API key as `Authorization: Bearer KEY`.",
                kind="authentication_error",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return account

    def api_key(self, request: Request) -> str:
        """Return the API key that was sent, or "" if there is none that we understand."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    def account_of(self, key: str) -> str | None:
        """Return the account of an API key."""
        return self.keys.get(key)
