"""What only documents of one's own ask for, loaded for them: it explains what is wrong with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.contract.annotations import problems, require_none

__all__ = ["problems", "require_none"]
__getattr__ = loading(
    __name__,
    {
        "problems": "ed_contract.contract.annotations:problems",
        "require_none": "ed_contract.contract.annotations:require_none",
    },
)
