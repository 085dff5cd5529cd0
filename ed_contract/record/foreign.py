"""What others sent, as interactions: nothing of it should have been accepted, and what the page forbids be refused.

Why anything was sent is not known here, nor what went before the record: the first request under a key may be a
replay, and a value that was refused may have been refused for a reason of the server's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.contract import CONTRACT
from ed_contract.expecting import expected
from ed_contract.interaction import OWN_HEADERS, Interaction, Request
from ed_contract.parsing import object_of
from ed_contract.record.exchange import Exchange

PHASE = "record"
"""The phase of what others sent."""
_NAMING = ("auth", "key", "token", "secret", "cookie", "account", "tenant", "context")
_JSON = ("application/json", "text/json")


Guard: TypeAlias = Callable[[Exchange], Exchange]
"""Returns an exchange whose answer shows no credential of its request, and says whether it did."""


class Creates:
    """Makes interactions of the creates among exchanges, and tells the accounts apart that sent them."""

    def __init__(self, path: str, *, shows_credentials: bool = True, guard: Guard | None = None) -> None:
        """Begin.

        Args:
            path: where creates are posted to; whatever stands before it in a request's path is another base URL.
            shows_credentials: whether what carried a credential shows it. If not, no two requests are known to be of
                one account, so that nothing is judged of the keys that they share.
            guard: keeps what carries a credential out of the answers.
        """
        self._path, self._shows, self._guard = path, shows_credentials, guard
        self.left_out = 0  # creates that cannot be read
        self._accounts: dict[str, str] = {}
        self._count = 0

    def of(self, exchange: Exchange) -> Interaction | None:
        """Return the interaction that an exchange is, numbered from 1, or None for what is no create."""
        if not is_create(exchange, self._path):
            return None
        if exchange.header("content-encoding") not in {None, "", "identity"}:
            self.left_out += 1
            return None
        exchange = exchange if self._guard is None else self._guard(exchange)
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
    """Whether an exchange is a create."""
    where = exchange.path.partition("?")[0].rstrip("/")
    return exchange.method == "POST" and where.endswith(path.rstrip("/"))


def _interaction(exchange: Exchange, credential: Credential, account: str) -> Interaction:
    key = exchange.header("idempotency-key") or None  # an empty one may be none
    own = tuple((name, value) for name, value in exchange.headers if name.lower() in OWN_HEADERS)
    return Interaction(
        number=0,
        phase=PHASE,
        case=case_of(exchange.body, exchange.header("content-type")),
        key=key,
        form=None if key is None else Key(template=key),
        request=Request(
            method=exchange.method,
            path=exchange.path.partition("?")[0],  # a query may hold a credential
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
    params = object_of(body)
    plain = Case(name="a create", body=body, params=params, expectation=Expectation.EITHER, media_type=media_type)
    if params is None:
        is_json = (media_type or "").partition(";")[0].strip().lower() in _JSON
        refused = Expectation.REJECT if is_json else Expectation.EITHER
        return replace(plain, name="a body that is no JSON object", expectation=refused)
    expectation, mutation = expected(CONTRACT, params)
    # Of what others send nobody knows why: nothing of it should have been accepted.
    meant = Expectation.EITHER if expectation is Expectation.ACCEPT else expectation
    return replace(plain, expectation=meant, mutation=mutation)
