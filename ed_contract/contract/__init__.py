"""The page as data: an OpenAPI document per edition, and a requirement for each sentence that a server can break."""

from ed_contract.contract.choosing import chosen, settled
from ed_contract.contract.contract import CONTRACT, SEED, Contract, edition_of, editions
from ed_contract.contract.parts import Choice, Discouraged, Echo, OnRequest
from ed_contract.contract.schema_rows import row_of

__all__ = [
    "CONTRACT",
    "SEED",
    "Choice",
    "Contract",
    "Discouraged",
    "Echo",
    "OnRequest",
    "chosen",
    "edition_of",
    "editions",
    "row_of",
    "settled",
]
