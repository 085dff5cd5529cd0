"""Keeps the credentials of others' requests out of what is kept of their answers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ed_contract.contract import CONTRACT, Contract
from ed_contract.interaction import Response, response
from ed_contract.masking import Masking
from ed_contract.record.exchange import Exchange
from ed_contract.transport.credentials import secrets_in, shows_any


def guarded(exchange: Exchange, contract: Contract = CONTRACT) -> Exchange:
    """Return an exchange whose answer shows no credential that its request carries in a header."""
    answer = exchange.answer
    if not isinstance(answer, Response):
        return exchange
    mask = _masking(secrets_in(exchange.headers, contract))
    headers = tuple((name, mask(value)) for name, value in answer.headers if name != "set-cookie")
    shows = shows_any(exchange.headers, answer.body, contract)
    text = answer.body.decode("utf-8", "surrogateescape")
    body = mask(text).encode("utf-8", "surrogateescape")
    if body == answer.body and headers == answer.headers and not shows:
        return exchange
    return replace(exchange, answer=response(answer.status, headers, body, shows_credential=shows))


@lru_cache(maxsize=64)  # a client has one credential, and sends it with each request
def _masking(secrets: tuple[str, ...]) -> Masking:
    return Masking(secrets, signing=False)
