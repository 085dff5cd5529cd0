"""Says when a run has found as much as it was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from ed_contract.contract import Contract
from ed_contract.finding import Finding, Observation
from ed_contract.requirement import Level
from ed_contract.waivers import Waivers


class Enough:
    """Says when a run has found as much as it was asked for."""

    def __init__(
        self, contract: Contract, most: int | None, until: str | None, *, strict: bool, waivers: Waivers | None = None
    ) -> None:
        """Begin; `most` is how many findings are asked for, and `until` the requirement whose first one is."""
        self._contract, self._waivers = contract, waivers
        self._most = most
        self._until = until
        self._levels = {Level.MUST, Level.SHOULD} if strict else {Level.MUST}
        self._found: set[tuple[str, str]] = set()

    def __call__(self, observations: Iterable[Observation]) -> bool:
        """Whether it is enough, with these observations."""
        for one in observations:
            if (
                isinstance(one, Finding)
                and self._contract.requirements[one.requirement].level in self._levels
                and not (self._waivers is not None and self._waivers.excuses(*one.identity))
            ):
                self._found.add(one.identity)
        if self._until is not None and any(isinstance(one, Finding) for one in observations):
            return any(isinstance(one, Finding) and one.requirement == self._until for one in observations)
        return self._most is not None and len(self._found) >= self._most
