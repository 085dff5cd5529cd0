"""By which headers a create says what its body does not: its key, its credential, the API version it is written for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ed_contract.contract.document import Operation

_ALWAYS = frozenset({"accept", "user-agent", "content-type"})
_VERSION = "version"  # in the name of the header that carries one
AUTHORIZATION = "Authorization"
_BEARER = (AUTHORIZATION, "Bearer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers of a create; "" for one that it does not have."""

    key: str
    credential: str
    scheme: str  # the word before the credential
    secured: bool  # whether creates without the credential that `--api-key` gives have to be refused
    version: str
    version_value: str  # what is sent unless another one is given

    def scheme_in(self, header: str) -> str:
        """Return the word before a credential that a header carries, with a blank behind it; "" for none."""
        if header.lower() == self.credential.lower():
            return f"{self.scheme} " if self.scheme else ""
        return "Bearer " if header.lower() == AUTHORIZATION.lower() else ""

    @property
    def own(self) -> frozenset[str]:
        """Names, in lower case, of those that we send of ourselves; any other is the user's, and may be secret."""
        return _ALWAYS.union(name.lower() for name in (self.key, self.version) if name)


def headers_of(operation: Operation, key: str) -> Headers:
    """Return the headers of an operation whose keys are carried by the header `key`."""
    version = next((name for name in operation.headers if _VERSION in name.lower() and name != key), "")
    value = operation.headers[version]["example"] if version else None
    carried = list(_carried(operation))
    header, scheme = carried[0] if carried else _BEARER
    return Headers(
        key=key,
        credential=header,
        scheme=scheme,
        secured=bool(carried) and () not in operation.security,
        version=version,
        version_value="" if value is None else str(value),
    )


def _carried(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the headers that may carry a credential, each with the word before it."""
    for way in operation.security:
        yield from (carried for scheme in way if (carried := _of(scheme)) is not None)


def _of(scheme: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the header that a security scheme wants; None where it wants none: a cookie, a query, a certificate."""
    match scheme.get("type"), str(scheme.get("scheme", "bearer")):
        case "http", word:
            return AUTHORIZATION, word.capitalize()
        case "oauth2" | "openIdConnect", _:
            return _BEARER
        case "apiKey", _ if scheme.get("in") == "header" and isinstance(scheme.get("name"), str):
            return scheme["name"], ""
        case _:
            return None
