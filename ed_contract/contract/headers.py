"""The headers that say what a create's body does not: its key, its credential, the API version it is written for."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from ed_contract.contract.document import Operation

Written: TypeAlias = tuple[tuple[str, str], ...]
"""Headers as a client writes them: `{credential}`, `{version}` and `{uuid}` stand for what each request fills in."""

_ALWAYS = frozenset({"accept", "user-agent", "content-type"})
_VERSION = "version"  # in the name of the header that carries one
AUTHORIZATION = "Authorization"
USER_AGENT = "ed_contract (conformance test)"
CREDENTIAL, VERSION, KEY, MEDIA = "{credential}", "{version}", "{uuid}", "{media}"
"""The placeholders in written headers for what each request fills in."""
_BEARER = (AUTHORIZATION, "Bearer")
BASIC = "Basic "
"""The scheme, as written before a user and a password in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers of a create; "" for one that it lacks."""

    key: str
    credential: str
    scheme: str  # the word before the credential
    secured: bool  # whether creates without the credential of `--api-key` have to be refused
    version: str
    version_value: str  # what is sent unless another one is given
    media: str  # the media type of the body
    accept: str  # the media type of the answer
    required: tuple[tuple[str, str], ...]  # the others that each create needs, as far as values are documented
    query: str  # what follows the path, question mark included; or ""
    clients: Mapping[str, Written]  # those of the clients that the document names

    @property
    def ours(self) -> Written:
        """The headers of our own creates, except for the credential's."""
        named = ((self.version, VERSION), ("Content-Type", MEDIA), (self.key, KEY))
        usual = (("Accept", self.accept), ("User-Agent", USER_AGENT), *self.required)
        return (*usual, *((name, value) for name, value in named if name))

    def scheme_in(self, header: str) -> str:
        """Return the word before a credential in a header, with a space after it; "" for none."""
        if header.lower() == self.credential.lower():
            return f"{self.scheme} " if self.scheme else ""
        return "Bearer " if header.lower() == AUTHORIZATION.lower() else ""

    @property
    def own(self) -> frozenset[str]:
        """The lower-case names of those that we send by default; any other is the user's, and may be secret."""
        clients = (name for written in self.clients.values() for name, value in written if CREDENTIAL not in value)
        ours = (self.key, self.version, *dict(self.required), *clients)
        return _ALWAYS.union(name.lower() for name in ours if name)


def headers_of(operation: Operation, key: str) -> Headers:
    """Return the headers of an operation whose header `key` carries keys."""
    version = next((name for name in operation.headers if _VERSION in name.lower() and name != key), "")
    value = operation.headers[version]["example"] if version else None
    carried = list(_carried(operation))
    header, scheme = carried[0] if carried else _BEARER
    sent = _ALWAYS.union(name.lower() for name in (key, header, version, AUTHORIZATION))
    return Headers(
        key=key,
        credential=header,
        scheme=scheme,
        secured=bool(carried) and () not in operation.security,
        version=version,
        version_value="" if value is None else str(value),
        media=operation.media,
        accept=operation.accept,
        required=tuple(one for one in _needed(operation.headers) if one[0].lower() not in sent),
        query=f"?{query}" if (query := urlencode(list(_needed(operation.query)))) else "",
        clients={name: tuple(one.items()) for name, one in operation.node.get("x-clients", {}).items()},
    )


def _needed(parameters: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the parameters that have to be sent, each with a documented value."""
    for name, said in parameters.items():
        value = said["example"]
        if said.get("required") is True and isinstance(value, str | int | float):
            yield name, json.dumps(value) if isinstance(value, bool) else str(value)


def _carried(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the headers that may carry a credential, each with the word before it."""
    for way in operation.security:
        yield from (carried for scheme in way if (carried := _of(scheme)) is not None)


def _of(scheme: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the header of a security scheme; None if it uses none: a cookie, a query, a certificate."""
    match scheme.get("type"), str(scheme.get("scheme", "bearer")):
        case "http", word:
            return AUTHORIZATION, word.capitalize()
        case "oauth2" | "openIdConnect", _:
            return _BEARER
        case "apiKey", _ if scheme.get("in") == "header" and isinstance(scheme.get("name"), str):
            return scheme["name"], ""
        case _:
            return None


def in_base64(key: str) -> str:
    """Return a user name and password as the scheme Basic sends them; a text without a colon is left as it is."""
    return base64.b64encode(key.encode()).decode() if ":" in key else key
