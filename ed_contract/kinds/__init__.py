"""Kinds of values: each knows everything about its values, for every field of that kind in any document.

A kind is a module that answers the seven questions of `Kind` about values that a `Spec` describes. None knows the
name of a field, a request, or a server.
"""

from __future__ import annotations

from collections.abc import Mapping

from ed_contract.kinds import (
    boolean,
    digits,
    enums,
    lists,
    maps,
    number,
    objects,
    sets,
    text,
    timestamp,
    tokens,
    url,
)
from ed_contract.kinds.lookup import kind_of
from ed_contract.kinds.spec import Json, Kind, NoValueError, Spec, Value, Wrong

__all__ = ["KINDS", "Json", "Kind", "NoValueError", "Spec", "Value", "Wrong", "kind_of"]

KINDS: Mapping[str, Kind] = {
    "text": text,
    "url": url,
    "digits": digits,
    "token": tokens,
    "enum": enums,
    "number": number,
    "boolean": boolean,
    "timestamp": timestamp,
    "list": lists,
    "set": sets,
    "map": maps,
    "object": objects,
}
"""The kinds by their names in documents."""
