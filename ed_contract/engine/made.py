"""Keeps count of the destinations that a run has made, and deletes them: an account has room for some alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.case import Credential
from ed_contract.interaction import Answer, Interaction, Response

IN_VAIN = 3  # deletions that fail one after the other, and no more are tried

Delete: TypeAlias = Callable[[str, Credential], Answer]
"""Sends the deletion of a destination by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """What became of the destinations that a run made."""

    deleted: int
    left: int
    reason: str = ""  # why some are left, e.g. "404"


class Made:
    """The destinations that were made and not yet deleted, the oldest first."""

    def __init__(self, delete: Delete, *, most: int | None = None) -> None:
        """Begin; `most` is how many there may be at a time."""
        self._delete = delete
        self._most = most
        self._there: dict[tuple[Credential, str], bool] = {}  # whether it is asked for again at the end
        self._deleted = 0
        self._in_vain = 0
        self._reason = ""

    def note(self, interaction: Interaction) -> None:
        """Note the destination that an answer shows, if it is one."""
        made = interaction.created
        if made is None or not isinstance(identifier := made.get("id"), str) or not identifier:
            return
        kept = interaction.form is not None and interaction.form.label.startswith("@")
        self._there.setdefault((interaction.request.credential, identifier), kept)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._there)

    def is_full(self, more: int) -> bool:
        """Whether there is no room for so many more."""
        return self._most is not None and len(self._there) + more > self._most

    def make_room(self, before: int) -> None:
        """Delete the first `before` of them, less those that are asked for again."""
        for one in [one for one, kept in list(self._there.items())[:before] if not kept]:
            self._remove(one)

    def clean_up(self) -> CleanUp:
        """Delete all that are left."""
        for one in list(self._there):
            self._remove(one)
        return CleanUp(deleted=self._deleted, left=len(self._there), reason=self._reason if self._there else "")

    def _remove(self, one: tuple[Credential, str]) -> None:
        if self._in_vain >= IN_VAIN:
            return
        credential, identifier = one
        answer = self._delete(identifier, credential)
        if isinstance(answer, Response) and answer.successful:
            del self._there[one]
            self._deleted += 1
            self._in_vain = 0
        else:
            self._in_vain += 1
            self._reason = str(answer.status) if isinstance(answer, Response) else answer.reason
