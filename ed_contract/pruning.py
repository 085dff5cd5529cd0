"""Which phases can show something of which requirements, and what is left of a phase if only some are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ed_contract.case import CaseSequence
from ed_contract.phases import PHASES, SEARCH
from ed_contract.runner import Drawn, PlannedPhase

_LOST = "idempotency/lost-answer"
_MANY_KEYS = "idempotency/remembers"  # it takes hundreds of other keys, whatever is created under them
_LISTED = "idempotency/one-effect"
AREAS = {
    "combinations": ("request/valid", "response/", "echo/", "include/", _MANY_KEYS),
    "mutations": ("request/",),
    "keys": ("idempotency/",),
    "bursts": ("idempotency/burst/", _LISTED),
    "boundaries": ("response/", "echo/", _MANY_KEYS),
    "bodies": ("echo/",),
    "auth": ("auth/", "idempotency/credential-scoped", "idempotency/account-scoped"),
    "fuzz": ("request/", "response/", "echo/", "include/", _MANY_KEYS),
    "stateful": ("idempotency/",),
    SEARCH: ("request/", "response/", "echo/", "include/", "idempotency/"),
    "afterwards": (_MANY_KEYS, _LOST, _LISTED),
    "restart": ("idempotency/survives-restart", _LOST),
}
"""What a phase is about, as starts of requirement ids; smoke is about everything, and robustness shows anywhere."""


def phases_about(identifier: str) -> list[str]:
    """Return the names of the phases that can show something of a requirement, in their order."""
    return [name for name in PHASES if identifier.startswith(AREAS.get(name, ("",)))]


def pruned(phase: PlannedPhase, wanted: frozenset[str]) -> PlannedPhase:
    """Return the phase without what can show nothing about the wanted requirements."""
    if any(identifier.startswith("robustness/") for identifier in wanted):
        return phase
    about = AREAS.get(phase.name)
    if about is not None and not any(identifier.startswith(about) for identifier in wanted):
        return replace(phase, sequences=())

    def kept() -> Iterator[CaseSequence]:
        for sequence in phase.sequences:
            first, *others = sequence.cases()  # what is sent after it is about more than what is wrong with it
            if others or first.mutation is None or first.mutation.requirement in wanted:
                yield sequence

    if isinstance(phase.sequences, Drawn):
        return replace(phase, sequences=replace(phase.sequences, draw=kept))
    return replace(phase, sequences=tuple(kept()))
