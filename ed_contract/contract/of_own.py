"""What only documents of one's own ask for, loaded for them: it reads YAML, and explains what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.contract.annotations import problems, require_none
    from ed_contract.contract.reading import load

__all__ = ["load", "problems", "require_none"]
__getattr__ = loading(
    __name__,
    {
        "load": "ed_contract.contract.reading:load",
        "problems": "ed_contract.contract.annotations:problems",
        "require_none": "ed_contract.contract.annotations:require_none",
    },
)
