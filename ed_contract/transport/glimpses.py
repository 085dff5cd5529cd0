"""Reads the id from the beginning of an answer. Knows no transport."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.contract import Contract
from ed_contract.parsing import TooLarge, parsed

LONGEST = 16 * 1024  # bytes that are looked at


def identifier_in(beginning: bytes, contract: Contract) -> str | int | None:
    """Return the id that the beginning of a JSON object shows, or None as long as it shows none."""
    for text in _objects(beginning[:LONGEST]):
        try:
            document = parsed(text)
        except (ValueError, RecursionError, TooLarge):
            continue
        identifier = contract.identifier(document) if isinstance(document, dict) else None
        return identifier if type(identifier) in {str, int} else None
    return None


def _objects(beginning: bytes) -> Iterator[bytes]:
    """Yield what may be an object as far as it was told: all of it, or up to a comma, and then a brace."""
    yield beginning
    end = len(beginning)
    while (end := beginning.rfind(b",", 0, end)) >= 0:
        yield beginning[:end] + b"}"
