"""What a run knows of its target so far, folded from its interactions one by one. Judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ed_contract.case import Credential, Expectation

if TYPE_CHECKING:
    from ed_contract.interaction import Interaction


class Facts:
    """Which valid creates the target accepted, what it left unanswered, and when it was asked for a plain create."""

    def __init__(self) -> None:
        self.probes: list[Interaction] = []  # the valid creates that asked whether the target still serves
        self.unanswered: list[Interaction] = []
        self.asked_again: list[Interaction] = []  # the same requests, sent once more later on
        self.drops = False  # a case stayed unanswered, and a plain create was answered then
        self.refuses_again = False  # a valid create that was accepted before was refused, and none accepted since
        self._silent = False  # nothing was answered since a case stayed unanswered
        self._accepted: dict[str | None, Interaction] = {}  # the last valid create of each type that was accepted
        self._refused: set[str | None] = set()  # the types of which a valid create under a fresh key was refused
        self._bodies: set[int] = set()  # hashes of the valid creates that were accepted

    def add(self, interaction: Interaction, *, fresh: bool) -> None:
        """Fold one interaction; `fresh` says whether its key was not used before."""
        if interaction.is_probe:
            self.probes.append(interaction)
            self.drops = self.drops or (self._silent and interaction.status is not None)
        if interaction.is_asked_again:
            self.asked_again.append(interaction)
        elif interaction.is_unanswered and not interaction.is_probe:
            self.unanswered.append(interaction)
        if interaction.is_unanswered or interaction.status is not None:
            self._silent = interaction.is_unanswered and not interaction.refusal_lost
        if interaction.case.expectation is Expectation.ACCEPT and interaction.request.credential is Credential.FIRST:
            self._add_valid(interaction, interaction.status or 0, fresh=fresh)

    def _add_valid(self, interaction: Interaction, status: int, *, fresh: bool) -> None:
        body = hash(interaction.request.body)
        if 200 <= status < 300:  # noqa: PLR2004 - the class of statuses
            self._accepted[interaction.type] = interaction
            self._bodies.add(body)
            self.refuses_again = False
        elif 400 <= status < 500 and status != 429 and fresh:  # noqa: PLR2004 - the same, less what says nothing
            self._refused.add(interaction.type)
            self.refuses_again = self.refuses_again or body in self._bodies

    @property
    def accepts(self) -> bool:
        """Whether any valid create was accepted."""
        return bool(self._accepted)

    def accepted_of(self, kind: str | None) -> Interaction | None:
        """Return the last valid create of a type of destination that was accepted, or None."""
        return self._accepted.get(kind)

    def refuses(self, kind: str | None) -> bool:
        """Whether valid creates of a type of destination were refused, and none was accepted."""
        return kind in self._refused and kind not in self._accepted
