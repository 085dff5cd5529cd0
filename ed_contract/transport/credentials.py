"""What a target is given that is a credential, or may be one: it is masked, refused if it is live, known in answers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.headers import BASIC, in_base64
from ed_contract.exceptions import UsageError
from ed_contract.interaction import Headers
from ed_contract.masking import DISTINCT

if TYPE_CHECKING:
    from ed_contract.transport.target import Target

_NAMES = ("auth", "key", "token", "secret", "cookie")  # a header whose name holds one of these is a credential
_SCHEME = re.compile(r"(bearer|token|basic)[\s:]+(.+)", re.IGNORECASE | re.DOTALL)
_WORDLESS = {"true", "false", "null"}  # words of JSON; masked, they would make bodies unreadable and hide nothing
# A word that begins as live keys do: `sk_live_…`, `rk_live_…`, `sk_org_live_…`; not `sk_test_live_…`.
_LIVE = re.compile(r"(?<![a-z0-9_])(?!(?:[a-z]+_)*test_)(?:[a-z]+_)+live_\S", re.IGNORECASE)
_SURELY_LIVE = re.compile(r"(?<![a-z0-9_])(?!(?:[a-z]+_)*test_)[rs]k_(?:[a-z]+_)*live_\S", re.IGNORECASE)
"""The same where nothing says that a value is a credential, and `go_live_soon` must not match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A value that may be a credential, or hold some."""

    where: str  # as the user knows it, e.g. "--api-key"
    value: str
    certain: bool = True  # its place says that it is one
    cookies: bool = False  # it holds `name=value` pairs
    basic: tuple[str, str] | None = None  # the user name and the password that it holds

    @property
    def parts(self) -> tuple[str, ...]:
        """What the value is made of: what follows its scheme, the values of its cookies, the Basic pair."""
        behind = self._behind_scheme
        parts = [self.value.strip(), behind]
        if self.cookies:
            parts += [pair.partition("=")[2].strip().strip('"') for pair in self.value.split(";")]
        if self.basic is not None:
            parts += [":".join(self.basic), *self.basic]
        return tuple(dict.fromkeys(parts))

    @property
    def _behind_scheme(self) -> str:
        found = _SCHEME.fullmatch(self.value.strip())
        return found[2].strip() if found else self.value.strip()

    @property
    def alone(self) -> tuple[str, ...]:
        """What of the value proves nothing but who one is, and is looked for in answers."""
        if self.basic is not None:
            user, password = self.basic
            return self._behind_scheme, password or user
        return self.parts[1:] if self.cookies else (self._behind_scheme,)


class _Sent(NamedTuple):
    """What a target is sent beside the cases."""

    api_keys: tuple[str, ...]  # the one that was given, and those that took its place
    second_api_key: str | None
    headers: Headers
    url: str
    contract: Contract


def _sent_to(target: Target) -> _Sent:
    headers = tuple((name, value) for name, value in target.headers)
    first = tuple(key for key in (target.api_key, *target.renewed) if key)
    return _Sent(first, target.second_api_key, headers, target.url, target.contract)


def _given(sent: _Sent) -> Iterator[_Given]:
    """Yield all that is sent to the target as a credential, or may be one; not what its proxy is sent."""
    for option, key in (*(("--api-key", key) for key in sent.api_keys), ("--second-api-key", sent.second_api_key)):
        if key:
            yield _Given(where=option, value=key, basic=_basic(key))
            if sent.contract.headers.scheme_in(sent.contract.headers.credential) == BASIC and ":" in key:
                user, _, password = key.partition(":")
                yield _Given(where=option, value=in_base64(key), basic=(user, password))
    for name, value in sent.headers:
        if name.lower() not in sent.contract.headers.own:
            yield _given_in_header(name, value)
    yield from _user_information(sent.url, "the URL")


def _given_in_header(name: str, value: str) -> _Given:
    certain = any(word in name.lower() for word in _NAMES)
    cookies = "cookie" in name.lower()
    return _Given(where=f"header {name}", value=value, certain=certain, cookies=cookies, basic=_basic(value))


def _user_information(url: str, where: str) -> Iterator[_Given]:
    """Yield the user name and the password of a URL, as they are sent: in base64."""
    user, at, _ = urlsplit(url).netloc.rpartition("@")
    if at:
        name, _, password = user.partition(":")
        for pair in dict.fromkeys(((name, password), (unquote(name), unquote(password)))):
            yield _Given(
                where=where, value=base64.b64encode(":".join(pair).encode(errors="replace")).decode(), basic=pair
            )


def _basic(value: str) -> tuple[str, str] | None:
    """Return the user name and the password of a value with the scheme Basic, or None."""
    found = _SCHEME.fullmatch(value.strip())
    if found is None or found[1].lower() != "basic":
        return None
    try:
        pair = base64.b64decode(unquote(found[2].strip()).rstrip("=") + "==").decode("utf-8", "replace")
    except binascii.Error:
        return None
    user, _, password = pair.partition(":")
    return user, password


def refuse_live(target: Target) -> None:
    """Raise UsageError if a live key is among what is sent, unless that is allowed."""
    if target.allow_live:
        return
    for given in _given(_sent_to(target)):
        if _is_live(given):
            raise UsageError(
                f"{given.where} holds a live key, and a run creates hundreds of destinations\n"
                "give a sandbox key, or --allow-live if that is what you want."
            )


def live_in(headers: Headers, query: str = "", contract: Contract = CONTRACT) -> str | None:
    """Return where a request holds a live key, the name of a header or "the query", or None."""
    own = contract.headers.own
    named = (name for name, value in headers if name.lower() not in own and _is_live(_given_in_header(name, value)))
    values = (value for _, value in parse_qsl(query, keep_blank_values=True))
    in_query = any(_is_live(_Given(where="the query", value=value)) for value in values)
    return next(named, "the query" if in_query else None)


def secrets_in(headers: Headers, contract: Contract) -> tuple[str, ...]:
    """Return all that may be a credential in the headers of somebody's request, and its parts."""
    return tuple(_secrets(_Sent((), None, headers, "", contract)))


def shows_any(headers: Headers, body: bytes, contract: Contract) -> bool:
    """Whether the body of an answer holds a credential that the headers of its request carry."""
    return any(credential in body for credential in _known_in_answers(_Sent((), None, headers, "", contract)))


def _is_live(given: _Given) -> bool:
    live = _LIVE if given.certain else _SURELY_LIVE
    return any(live.search(part) or live.search(unquote(part)) for part in given.parts)


def secrets_of(target: Target) -> Iterator[str]:
    """Yield all that may be a credential, and its parts, for a target's outputs to be masked.

    Of a header that the user added, whatever its name, also the words of some length.
    """
    yield from _secrets(_sent_to(target), () if target.proxy is None else _user_information(target.proxy, "--proxy"))


def _secrets(sent: _Sent, more: Iterable[_Given] = ()) -> Iterator[str]:
    for given in (*_given(sent), *more):
        words = (word for word in given.value.split() if len(word) >= DISTINCT)
        bare = (part.rstrip("=") for part in given.parts)
        yield from (part for part in (*given.parts, *bare, *words) if part.lower() not in _WORDLESS)


def shows_credential(body: bytes, target: Target) -> bool:
    """Whether the body of an answer holds a credential of the target's, which no answer has a reason to show.

    Of headers those count whose name says that they hold one. A short value occurs in answers by chance; so does a
    word of the page, as such a header may hold one.
    """
    return any(credential in body for credential in _known_in_answers(_sent_to(target)))


@lru_cache(maxsize=8)  # it is asked for with each answer
def _known_in_answers(sent: _Sent) -> tuple[bytes, ...]:
    alone = (part for given in _given(sent) if given.certain for part in given.alone)
    return tuple(
        {
            part.encode("utf-8", "surrogatepass")
            for part in alone
            if len(part) >= DISTINCT and part not in _words_of(sent.contract)
        }
    )


@cache
def _words_of(contract: Contract) -> str:
    return json.dumps([contract.request_schema, contract.response_schema])
