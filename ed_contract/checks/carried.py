"""Which rows of the response an answer exercises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ed_contract.contract import Contract
from ed_contract.contract.schema_rows import keywords_of
from ed_contract.contract.variants import holds, needed_by


class Carried:
    """The rows that an object of an answer exercises: what the schema says is worked out once."""

    def __init__(self, node: Mapping[str, Any], parent: str) -> None:
        """Read the schema of the object; `parent` is its place, with a dot behind it."""
        self._members = [
            (name, f"{parent}{name}", name in node.get("required", ()), needed_by(node, name), child)
            for name, child in node.get("properties", {}).items()
        ]
        self._rows = {
            name: tuple((f"response/{place}/{keyword}", keyword == "items") for keyword, _ in keywords_of(child))
            for name, place, _, _, child in self._members
            if isinstance(child, Mapping)
        }
        self._within: dict[str, Carried] = {}

    def rows(self, document: Mapping[str, Any]) -> Iterator[str]:
        """Yield `required` of each member if the object is there, the rest if the member is."""
        for name, place, required, conditions, child in self._members:
            if required or any(holds(one, document) for one in conditions):
                yield f"response/{place}/required"
            if name not in document or name not in self._rows:
                continue
            value = document[name]
            for row, of_items in self._rows[name]:
                if not of_items or (isinstance(value, list) and value):
                    yield row
            if isinstance(value, dict):
                yield from self._at(f"{place}.", child).rows(value)
            elif isinstance(value, list) and isinstance(item := child.get("items"), Mapping):
                elements = [one for one in value if isinstance(one, dict)]
                below = self._at(f"{place}[].", item)
                yield from dict.fromkeys(row for one in elements for row in below.rows(one))  # each once

    def _at(self, place: str, node: Mapping[str, Any]) -> Carried:
        if place not in self._within:
            self._within[place] = Carried(node, place)
        return self._within[place]


@cache
def carried(contract: Contract) -> Carried:
    """Return the rows of a contract's answers."""
    return Carried(contract.response_schema, "")
