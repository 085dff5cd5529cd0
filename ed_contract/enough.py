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
        self,
        contract: Contract,
        most: int | None,
        until: Iterable[str] = (),
        *,
        strict: bool,
        waivers: Waivers | None = None,
    ) -> None:
        """Begin; `most` is how many findings are asked for, and `until` the requirements that all are to fail."""
        self._contract, self._waivers = contract, waivers
        self._most = most
        self._left = {*until}  # those that have not failed yet
        self._stops = bool(self._left)
        self._levels = {Level.MUST, Level.SHOULD} if strict else {Level.MUST}
        self._found: set[tuple[str, str]] = set()

    def __call__(self, observations: Iterable[Observation]) -> bool:
        """Whether it is enough, with these observations."""
        for one in observations:
            if not isinstance(one, Finding) or self._excuses(one):
                continue
            self._left.discard(one.requirement)
            if self._contract.requirements[one.requirement].level in self._levels:
                self._found.add(one.identity)
        return (self._stops and not self._left) or (self._most is not None and len(self._found) >= self._most)

    def _excuses(self, finding: Finding) -> bool:
        return self._waivers is not None and self._waivers.excuses(*finding.identity)
