"""The page as data: the operation's OpenAPI document, and a requirement for each sentence that a server can break."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from ed_contract.contract import behaviour
from ed_contract.contract.schema_rows import row_of, schema_rows
from ed_contract.exceptions import UsageError
from ed_contract.requirement import Requirement

__all__ = ["CONTRACT", "Contract", "row_of"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Everything that the page says."""

    document: Mapping[str, Any]  # OpenAPI 3.1
    request_schema: Mapping[str, Any]  # JSON Schema 2020-12, without references
    response_schema: Mapping[str, Any]
    error_schema: Mapping[str, Any]
    requirements: Mapping[str, Requirement]  # by id, in the order of the page

    def requirement(self, identifier: str) -> Requirement:
        """Return the requirement with this id; raise UsageError, with the nearest ids, if there is none."""
        try:
            return self.requirements[identifier]
        except KeyError:
            raise UsageError(self._unknown(identifier, "requirement")) from None

    def select(self, only: Iterable[str] = (), skip: Iterable[str] = ()) -> tuple[Requirement, ...]:
        """Return the requirements whose id matches a glob of `only` (none: all) and no glob of `skip`.

        A glob matches as in a shell, `*` over slashes too. One that matches nothing raises UsageError.
        """
        only, skip = tuple(only), tuple(skip)
        for glob in (*only, *skip):
            if not fnmatch.filter(self.requirements, glob):
                raise UsageError(self._unknown(glob, "requirement that matches"))
        return tuple(
            row
            for row in self.requirements.values()
            if (not only or any(fnmatch.fnmatchcase(row.id, glob) for glob in only))
            and not any(fnmatch.fnmatchcase(row.id, glob) for glob in skip)
        )

    def _unknown(self, wanted: str, what: str) -> str:
        near = difflib.get_close_matches(wanted, self.requirements, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        return f"no {what} {wanted!r}\n{hint}`ed-contract list` shows them all."


def _load() -> Contract:
    document = yaml.load(files(__name__).joinpath("openapi.yaml").read_bytes(), Loader=_LOADER)  # noqa: S506 - safe
    schemas = document["components"]["schemas"]
    request, response, error = (schemas[name] for name in ("CreateEventDestination", "EventDestination", "Error"))
    rows = (
        *behaviour.REQUEST,
        *schema_rows("request", request),
        *behaviour.RESPONSE,
        *schema_rows("response", response),
        *behaviour.ECHO,
        *behaviour.INCLUDE,
        *behaviour.IDEMPOTENCY,
        *behaviour.ROBUSTNESS,
        *behaviour.AUTH,
    )
    return Contract(
        document=document,
        request_schema=request,
        response_schema=response,
        error_schema=error,
        requirements=MappingProxyType({row.id: row for row in rows}),
    )


CONTRACT = _load()
