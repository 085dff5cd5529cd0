"""Which idempotency keys the target accepts and which it refuses, as far as that shows the form of accepted keys.

That is the server's choice, and is never judged.
"""

from __future__ import annotations

import re

from ed_contract.case import Expectation, Key
from ed_contract.interaction import Interaction
from ed_contract.record.answers import names_the_conflict

_USUAL = re.compile("[A-Za-z0-9_.:-]{1,64}")
"""Only keys that most servers accept are considered."""
_REFUSED = {400, 422}
_KEPT = 64  # refused keys; a run has fewer
_FORMS = (
    ("that are lower-case UUIDs", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("that are UUIDs", "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ("of lower-case letters, digits and hyphens", "[a-z0-9-]+"),
    ("of letters, digits and hyphens", "[A-Za-z0-9-]+"),
    ("without upper-case letters", "[^A-Z]+"),
    ("of letters, digits, hyphens and underscores", "[A-Za-z0-9_-]+"),
)
"""The narrowest first."""
_JUDGED = ": creates under other keys prove nothing"


class KeyForms:
    """Folds interactions into what can be said about keys."""

    def __init__(self) -> None:
        self._fitting = [re.compile(pattern) for _, pattern in _FORMS]
        self._types: set[str | None] = set()  # of accepted creates
        self._all_fit = [True] * len(_FORMS)  # whether every accepted key has the form
        self._longest = 0  # of the accepted keys
        self._refused_of: list[tuple[str, str | None]] = []  # keys, each with the type of its create

    def add(self, interaction: Interaction) -> None:
        """Note whether a create was accepted under its key, or may have been refused for it."""
        key, form = interaction.key, interaction.form
        if key is None or form is None or not _USUAL.fullmatch(key):
            return
        if interaction.created is not None:
            self._longest = max(self._longest, len(key))
            fits = (bool(one.fullmatch(key)) for one in self._fitting)
            self._all_fit = [before and now for before, now in zip(self._all_fit, fits, strict=True)]
            self._types.add(interaction.chosen)
        elif _may_be_refused_for_its_key(interaction, form) and len(self._refused_of) < _KEPT:
            self._refused_of.append((key, interaction.chosen))

    @property
    def said(self) -> str:
        """Which keys the target accepts, as a sentence; "" if it accepts those that most servers accept."""
        form = self.form
        return f"accepts only {form}{_JUDGED}" if form else ""

    @property
    def form(self) -> str:
        """The only keys that the target accepts; "" if it accepts those that most servers accept."""
        refused = [key for key, chosen in self._refused_of if chosen in self._types]
        if not refused:
            return ""
        for number, (what, _) in enumerate(_FORMS):
            others = [key for key in refused if self._fitting[number].fullmatch(key)]
            if self._all_fit[number] and len(others) < len(refused) and self._too_long(others):
                length = f", {_shorter(others)}" if others else ""
                return f"idempotency keys {what}{length}"
        if self._too_long(refused):
            return f"idempotency keys {_shorter(refused)}"
        return f"some idempotency keys, but not e.g. {refused[0]}"

    def _too_long(self, keys: list[str]) -> bool:
        return all(len(one) > self._longest for one in keys)


def _shorter(keys: list[str]) -> str:
    return f"of fewer than {min(map(len, keys))} characters"


def _may_be_refused_for_its_key(interaction: Interaction, form: Key) -> bool:
    refused = interaction.status in _REFUSED and not names_the_conflict(interaction)
    return refused and is_of_another_form(form) and interaction.case.expectation is not Expectation.REJECT


def is_of_another_form(form: Key) -> bool:
    """Whether our key has more in it than a fresh value."""
    return form.template != Key().template and "{fresh}" in form.template.lower()
