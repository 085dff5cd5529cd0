"""What others sent, as interactions: nothing of it should have been accepted, and what the page forbids be refused.

Why anything was sent is not known here, nor what went before the record: the first request under a key may be a
replay, and a value that was refused may have been refused for a reason of the server's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.expecting import documented
from ed_contract.interaction import OWN_HEADERS, Interaction, Request
from ed_contract.record.exchange import Exchange

PHASE = "record"
"""The phase of what others sent."""
_NAMING = ("auth", "key", "token", "secret", "cookie", "account", "tenant", "context")
_JSON = ("application/json", "text/json")


class Creates:
    """Makes interactions of the creates among exchanges, and tells the accounts apart that sent them."""

    def __init__(self, path: str, *, shows_credentials: bool = True) -> None:
        """Begin.

        Args:
            path: where creates are posted to; whatever stands before it in a request's path is another base URL.
            shows_credentials: whether what carried a credential shows it. If not, no two requests are known to be of
                one account, so that nothing is judged of the keys that they share.
        """
        self._path, self._shows = path, shows_credentials
        self._accounts: dict[str, str] = {}
        self._count = 0

    def of(self, exchange: Exchange) -> Interaction | None:
        """Return the interaction that an exchange is, numbered from 1, or None for what is no create."""
        if not is_create(exchange, self._path):
            return None
        self._count += 1
        account = self._account(exchange) if self._shows else str(self._count)
        interaction = _interaction(exchange, Credential.FURTHER if account else Credential.FIRST, account)
        return replace(interaction, number=self._count)

    def _account(self, exchange: Exchange) -> str:
        said = "\n".join(value for name, value in exchange.headers if _may_name_the_account(name))
        return self._accounts.setdefault(said, str(len(self._accounts) or ""))


def interactions_of(
    exchanges: Iterable[Exchange], path: str, *, shows_credentials: bool = True
) -> Iterator[Interaction]:
    """Yield the creates among exchanges, in the order given; the arguments are those of `Creates`."""
    creates = Creates(path, shows_credentials=shows_credentials)
    return (one for exchange in exchanges if (one := creates.of(exchange)) is not None)


def shows_credentials(exchanges: Iterable[Exchange], path: str) -> bool:
    """Whether any create shows a header that may be a credential."""
    creates = (one for one in exchanges if is_create(one, path))
    return any(_may_name_the_account(name) for one in creates for name, _ in one.headers)


def _may_name_the_account(name: str) -> bool:
    """Whether a header may say who sends a request: what is renewed for one account makes it another one here."""
    low = name.lower()
    return low not in OWN_HEADERS and any(part in low for part in _NAMING)


def is_create(exchange: Exchange, path: str) -> bool:
    """Whether an exchange is a create whose body is known as it was meant."""
    where = exchange.path.partition("?")[0].rstrip("/")
    posted = exchange.method == "POST" and where.endswith(path.rstrip("/"))
    return posted and exchange.header("content-encoding") in {None, "identity"}


def _interaction(exchange: Exchange, credential: Credential, account: str) -> Interaction:
    key = exchange.header("idempotency-key")
    own = tuple((name, value) for name, value in exchange.headers if name.lower() in OWN_HEADERS)
    return Interaction(
        number=0,
        phase=PHASE,
        case=case_of(exchange.body, exchange.header("content-type")),
        key=key,
        form=None if key is None else Key(template=key),
        request=Request(
            method=exchange.method,
            path=exchange.path,
            headers=own,
            body=exchange.body,
            credential=credential,
            account=account,
        ),
        answer=exchange.answer,
        # Whatever has a key may have been sent before the record begins.
        lost=key is not None,
        seconds=max(exchange.ended - exchange.began, 0.0),
        began=exchange.began,
        ended=exchange.ended,
        connection=exchange.connection,
    )


def case_of(body: bytes, media_type: str | None) -> Case:
    """Return the case that a body is."""
    params = _params(body)
    plain = Case(name="a create", body=body, params=params, expectation=Expectation.EITHER, media_type=media_type)
    if params is None:
        is_json = (media_type or "").partition(";")[0].strip().lower() in _JSON
        refused = Expectation.REJECT if is_json else Expectation.EITHER
        return replace(plain, name="a body that is no JSON object", expectation=refused)
    expectation, mutation = documented(params)
    return replace(plain, expectation=expectation or Expectation.EITHER, mutation=mutation)


def _params(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
