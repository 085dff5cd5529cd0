"""What an option asks of regular expressions: the kinds of values load jsonschema, which most sessions never need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.kinds.patterns import spread

__all__ = ["spread"]
__getattr__ = loading(__name__, {"spread": "ed_contract.kinds.patterns:spread"})
