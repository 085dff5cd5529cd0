"""jsonschema, loaded for the first schema that is left to it: those of the page are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.kinds import jsonschemas

__all__ = ["jsonschemas"]
__getattr__ = loading(__name__, {"jsonschemas": "ed_contract.kinds.jsonschemas"})
