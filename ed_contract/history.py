"""The interactions of a run, in order, with the look-ups that checks and stop rules need. Judges and sends nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ed_contract.case import Credential, Expectation
from ed_contract.excerpt import Long, bounded
from ed_contract.facts import Facts
from ed_contract.interaction import CONFLICT, PROBE, Interaction, Response, excerpted, secret_of


class History:
    """The interactions of a run so far, in order, with the look-ups that checks need."""

    def __init__(self) -> None:
        self._all: list[Interaction] = []
        self._by_key: defaultdict[tuple[Credential, str | None], list[Interaction]] = defaultdict(list)
        self._by_id: defaultdict[str | Long, list[Interaction]] = defaultdict(list)
        self._by_secret: defaultdict[str | Long, list[Interaction]] = defaultdict(list)
        self._first_conflict: int | None = None
        self._restarts: list[int] = []  # how many interactions there were before each
        self.facts = Facts()
        self.at_quota = False  # the target refuses the page's own example, which it took before
        self.failing = False  # the target failed at the page's own example, and took nothing since

    def __len__(self) -> int:
        """Return how many interactions there were."""
        return len(self._all)

    def add(self, interaction: Interaction) -> None:
        """Append `interaction`, or what is kept of it."""
        interaction = excerpted(interaction)
        self._all.append(interaction)
        self._by_key[interaction.request.credential, interaction.key].append(interaction)
        if interaction.status == CONFLICT and self._first_conflict is None:
            self._first_conflict = interaction.number
        self.facts.add(interaction, fresh=interaction.key is None or not self.under_key_before(interaction))
        document = interaction.created
        if document is None:
            example = interaction.number == 1 and interaction.case.expectation is Expectation.ACCEPT
            if example or interaction.phase == PROBE:
                self.failing = isinstance(interaction.answer, Response) and interaction.answer.failed
            return
        self.failing = False
        if isinstance(identifier := bounded(document.get("id")), str | Long):
            self._by_id[identifier].append(interaction)
        if (secret := secret_of(document)) is not None:
            self._by_secret[bounded(secret)].append(interaction)

    def kept(self, interaction: Interaction) -> Interaction:
        """Return what is kept of an interaction that was added."""
        return self._all[interaction.number - 1]

    @property
    def last(self) -> Interaction | None:
        """The last interaction, or None."""
        return self._all[-1] if self._all else None

    def backwards(self) -> Iterator[Interaction]:
        """Yield all interactions, the last first."""
        return reversed(self._all)

    def next_after(self, interaction: Interaction) -> Interaction | None:
        """Return the first interaction after one, and after all of its burst, or None."""
        later = (self._all[place] for place in range(interaction.number, len(self._all)))
        return next((one for one in later if one.burst is None or one.burst != interaction.burst), None)

    def before(self, interaction: Interaction) -> Interaction | None:
        """Return the interaction before one, or None."""
        return self._all[interaction.number - 2] if interaction.number > 1 else None

    def interactions(self) -> tuple[Interaction, ...]:
        """Return all interactions, in order."""
        return tuple(self._all)

    def created_since(self, count: int) -> bool:
        """Whether any create was done after the first `count` interactions."""
        return any(one.created is not None for one in self._all[count:])

    def restarted(self) -> None:
        """Note that the target was restarted now."""
        self._restarts.append(len(self._all))

    def restarted_between(self, first: Interaction, last: Interaction) -> bool:
        """Whether the target was restarted between two interactions."""
        return any(first.number <= before < last.number for before in self._restarts)

    def under_key_before(self, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions of the same account under the same key (or all without one), in order."""
        return _before(self._by_key[interaction.request.credential, interaction.key], interaction)

    def under_keys_of(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything up to the last of `interactions` that was sent under one of their keys, in order."""
        chosen = tuple(interactions)
        keys = {(one.request.credential, one.key) for one in chosen if one.key is not None}
        last = chosen[-1].number
        found = [one for key in keys for one in self._by_key[key] if one.number <= last]
        return sorted(found, key=lambda one: one.number)

    def from_first_to_last(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything from the first to the last of `interactions`, whatever its key, in order."""
        numbers = [one.number for one in interactions]
        return self._all[min(numbers) - 1 : max(numbers)]

    def under_key_of(self, credential: Credential, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions of another account under the same key, in order."""
        return _before(self._by_key[credential, interaction.key], interaction)

    def keys_between(self, first: Interaction, last: Interaction) -> int:
        """Return how many other keys were used between two interactions."""
        keys = {one.key for one in self._all[first.number : last.number - 1]}
        return len(keys - {None, first.key})

    def with_id_before(self, identifier: str, interaction: Interaction) -> list[Interaction]:
        """Return the earlier 2xx interactions whose answer carried the id `identifier`, in order."""
        return _before(self._by_id.get(bounded(identifier), []), interaction)

    def with_secret_before(self, secret: str | Long, interaction: Interaction) -> list[Interaction]:
        """Return the earlier 2xx interactions whose answer carried the signing secret `secret`, in order."""
        return _before(self._by_secret.get(bounded(secret), []), interaction)

    def backwards_from(self, interaction: Interaction) -> Iterator[Interaction]:
        """Yield the interactions before `interaction`, the last first."""
        return (self._all[place] for place in range(interaction.number - 2, -1, -1))

    def burst_of(self, interaction: Interaction) -> tuple[Interaction, ...]:
        """Return the interactions of the same burst, `interaction` among them, or none for a plain one."""
        if interaction.burst is None:
            return ()
        same = self._by_key[interaction.request.credential, interaction.key]
        return tuple(one for one in same if one.burst == interaction.burst)

    def conflicted_before(self, interaction: Interaction) -> bool:
        """Whether an earlier request of the run was answered 409."""
        return self._first_conflict is not None and self._first_conflict < interaction.number


def _before(interactions: list[Interaction], interaction: Interaction) -> list[Interaction]:
    return [earlier for earlier in interactions if earlier.number < interaction.number]
