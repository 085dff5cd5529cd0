"""The bundled server, judged where there is no URL: with a URL it is never loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.first_use import loading

if TYPE_CHECKING:
    from ed_contract.reference import Reference, serve

__all__ = ["Reference", "serve"]
__getattr__ = loading(
    __name__, {"Reference": "ed_contract.reference:Reference", "serve": "ed_contract.reference:serve"}
)
