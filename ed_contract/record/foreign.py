"""What others sent, as interactions: none of it had to be accepted, but what the page forbids must be refused.

Nothing is known here about why anything was sent, or about what preceded the record: the first request under a key may
be a replay, and a refused value may have been refused for the server's own reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import unquote

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.interaction import Interaction, Request, Response
from ed_contract.masking import is_mask
from ed_contract.parsing import object_of
from ed_contract.record.exchange import Exchange
from ed_contract.record.history import Changed

PHASE = "record"
"""The phase of what others sent."""
KEY_LIFETIME = 3600.0  # seconds after which a server may have forgotten a key: the page states no time
_NAMING = ("auth", "key", "token", "secret", "cookie", "account", "tenant", "context")
_JSON = ("application/json", "text/json")
_SAFE = {"GET", "HEAD", "OPTIONS"}


Guard: TypeAlias = Callable[[Exchange, Contract], Exchange]
"""Returns an exchange whose answer shows no credential of its request, and says whether it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """How a key was first used."""

    manner: tuple[str, ...]
    began: float
    ended: float


class Creates:
    """Turns the creates among exchanges into entries of a record, and tells the accounts that sent them apart."""

    def __init__(
        self,
        path: str,
        *,
        contract: Contract = CONTRACT,
        hides_credentials: bool = False,
        guard: Guard | None = None,
    ) -> None:
        """Begin.

        Args:
            path: where creates are posted to; whatever precedes it in a request's path is another base URL.
            contract: documents the creates.
            hides_credentials: whether a request that shows no credential may have had one. Then no two such requests
                are known to come from one account, so the keys that they share are not judged.
            guard: keeps what carries a credential out of the answers.
        """
        self._path, self._hides, self._guard = path, hides_credentials, guard
        self.contract = contract
        self.left_out: list[str] = []  # why, for each create that is not judged
        self.unnamed = 0  # creates from unknown accounts
        self._accounts: dict[str, str] = {}
        self._uses: dict[tuple[str, str], _Use | None] = {}  # None: it is unknown what was done under the key
        self._count = 0

    def of(self, exchange: Exchange) -> Interaction | Changed | None:
        """Return what an exchange is: a create, numbered from 1; a change of what was created; or None."""
        if (identifier := changed_by(exchange, self._path)) is not None:
            return Changed(id=identifier)
        if not is_create(exchange, self._path, self.contract):
            return None
        account = self._account(exchange)
        if why := self._why_left_out(exchange, account):
            self.left_out.append(why)
            return None
        exchange = exchange if self._guard is None else self._guard(exchange, self.contract)
        self._count += 1
        who = Credential.FURTHER if account else Credential.FIRST
        return replace(interaction_of(exchange, self.contract, who, account), number=self._count)

    def _account(self, exchange: Exchange) -> str:
        """Return a name for the account that sent a request; "" is the first one."""
        said = [value for name, value in exchange.headers if _may_name_the_account(name, self.contract)]
        if self._hides and (not said or any(map(is_mask, said))):
            self.unnamed += 1
            return f"unknown {self.unnamed}"
        return self._accounts.setdefault("\n".join(said), str(len(self._accounts) or ""))

    def _why_left_out(self, exchange: Exchange, account: str) -> str:
        """Return why a create proves nothing, or ""; then its key proves nothing either."""
        header = self.contract.headers.key.lower()
        keys = {value for name, value in exchange.headers if name.lower() == header and value}
        why = ""
        if exchange.header("content-encoding") not in {None, "", "identity"}:
            why = "its body is encoded"
        elif len(keys) > 1:
            why = "it has several keys"
        for key in keys:
            use = _Use(manner=_manner(exchange, self.contract), began=exchange.began, ended=exchange.ended)
            first = self._uses.setdefault((account, key), None if why else use)
            why = why or _why_unlike(first, use)
            if why.startswith("its key"):
                self._uses[account, key] = None
        return why


def _why_unlike(first: _Use | None, again: _Use) -> str:
    """Return why the reuse of a key proves nothing, or ""."""
    if first is None:
        return "its key was used by a request that is not judged"
    if max(again.began - first.ended, first.began - again.ended) > KEY_LIFETIME:
        return "its key was used long before, and may have been forgotten"
    return "" if first.manner == again.manner else "its key was used with another query, version or media type"


def _manner(exchange: Exchange, contract: Contract) -> tuple[str, ...]:
    """Return what may affect an answer besides the body and the credential."""
    media = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
    accept = exchange.header("accept") or "*/*"
    takes_json = str(any(one in accept for one in ("*/*", "application/*", "json")))
    return exchange.path.partition("?")[2], exchange.header(contract.headers.version) or "", media, takes_json


def entries_of(
    exchanges: Iterable[Exchange], path: str, *, contract: Contract = CONTRACT, hides_credentials: bool = False
) -> Iterator[Interaction | Changed]:
    """Yield what exchanges are, in the order given; the arguments are those of `Creates`."""
    creates = Creates(path, contract=contract, hides_credentials=hides_credentials)
    return (one for exchange in exchanges if (one := creates.of(exchange)) is not None)


def changed_by(exchange: Exchange, path: str) -> str | None:
    """Return the id of the destination that an exchange may have changed or deleted, or None."""
    answer, (_, found, below) = exchange.answer, exchange.path.partition("?")[0].partition(f"{path.rstrip('/')}/")
    if not found or not below or exchange.method in _SAFE or (isinstance(answer, Response) and answer.refused):
        return None
    return unquote(below.partition("/")[0])


def _may_name_the_account(name: str, contract: Contract) -> bool:
    """Whether a header may say who sends a request: a renewed credential counts as another account here."""
    low = name.lower()
    return low not in contract.headers.own and any(part in low for part in _NAMING)


def is_create(exchange: Exchange, path: str, contract: Contract = CONTRACT) -> bool:
    """Whether an exchange is a create."""
    where = exchange.path.partition("?")[0].rstrip("/")
    return exchange.method == contract.operation.method and where.endswith(path.rstrip("/"))


def interaction_of(
    exchange: Exchange, contract: Contract, credential: Credential = Credential.FIRST, account: str = ""
) -> Interaction:
    """Return a create that others sent, with what a contract says must become of it; its number is 0."""
    key = exchange.header(contract.headers.key) or None  # an empty one may count as none
    own = tuple((name, value) for name, value in exchange.headers if name.lower() in contract.headers.own)
    interaction = Interaction(
        number=0,
        phase=PHASE,
        case=Case(
            name="a create",
            body=exchange.body,
            params=None,
            expectation=Expectation.EITHER,
            media_type=exchange.header("content-type"),
        ),
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
        # A create with a key may have been sent before the record begins.
        lost=key is not None,
        seconds=max(exchange.ended - exchange.began, 0.0),
        began=exchange.began,
        ended=exchange.ended,
        connection=exchange.connection,
    )
    return documented_by(contract, interaction)


def documented_by(contract: Contract, interaction: Interaction) -> Interaction:
    """Return a create of others with the outcome that a contract demands."""
    case = case_of(interaction.request.body, interaction.case.media_type, contract)
    return replace(interaction, case=case, contract=contract)


def case_of(body: bytes, media_type: str | None, contract: Contract = CONTRACT) -> Case:
    """Return the case of a body."""
    params = object_of(body)
    plain = Case(name="a create", body=body, params=params, expectation=Expectation.EITHER, media_type=media_type)
    if params is None:
        is_json = (media_type or "").partition(";")[0].strip().lower() in _JSON
        refused = Expectation.REJECT if is_json else Expectation.EITHER
        return replace(plain, name="a body that is no JSON object", expectation=refused)
    expectation, mutation = expected(contract, params)
    # Nobody knows why others sent it, so none of it had to be accepted.
    meant = Expectation.EITHER if expectation is Expectation.ACCEPT else expectation
    return replace(plain, expectation=meant, mutation=mutation)
