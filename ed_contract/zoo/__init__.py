"""The zoo: broken servers, each the reference with one behaviour replaced, and right ones that behave unusually.

A broken server that no requirement catches shows what the checks miss; a right one with a finding shows a false
alarm. The zoo knows only the reference, so that it tests the checks and is not part of them.
"""

from ed_contract.zoo.broken import MUTANTS
from ed_contract.zoo.right import RIGHT
from ed_contract.zoo.serving import as_needed, replicated, restartable, serving
from ed_contract.zoo.specimen import (
    Mutant,
    One,
    RightServer,
    mutant,
    opened,
    right,
)  # last: `right` is the decorator here

__all__ = [
    "MUTANTS",
    "RIGHT",
    "Mutant",
    "One",
    "RightServer",
    "as_needed",
    "mutant",
    "opened",
    "replicated",
    "restartable",
    "right",
    "serving",
]
