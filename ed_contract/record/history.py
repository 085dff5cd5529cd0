"""The interactions and events of a record, in order, with the look-ups that checks and watchers need.

It is a fold: everything it says follows from what was added. Judges and sends nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.case import Credential
from ed_contract.interaction import Glimpse, Interaction, excerpted
from ed_contract.record.facts import Facts
from ed_contract.record.values import canonical

MOST_MADE = 100  # per key; a burst has fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarted:
    """The target was restarted, and serves again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """The run ended before a probe could show what the last answers are about: they prove nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Others may have changed or deleted what was created: what its key returns from now on is unknown."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What was created was listed, as far as the run's own names go."""

    ids: Mapping[str, tuple[str, ...]] | None  # by a name that only creates under one key used; None: no list


Entry: TypeAlias = Interaction | Restarted | Abandoned | Changed | Listed
"""What a record holds, in order."""
Who: TypeAlias = tuple[Credential, str]
"""An account."""
Burst: TypeAlias = tuple[Interaction, ...]
"""What was sent concurrently, in the order in which it was recorded."""
Kind: TypeAlias = tuple[str | None, bool, bool]
"""What bursts of a kind share: the type of destination, and whether keys and bodies differ."""


class History:
    """The interactions of a run so far, in order, with the look-ups that checks need."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._all: list[Interaction] = []
        self._by_key: defaultdict[tuple[Who, str | None], list[Interaction]] = defaultdict(list)
        self._used: defaultdict[tuple[Who, str | None], _Used] = defaultdict(_Used)
        self._by_stem: defaultdict[str, list[Interaction]] = defaultdict(list)
        self._by_burst: defaultdict[int, list[Interaction]] = defaultdict(list)
        self._by_kind: defaultdict[Kind, list[Burst]] = defaultdict(list)  # bursts that are over
        self._burst_under_way: int | None = None
        self._served_until: list[int] = []  # how many keys had created something up to each interaction
        self._served: set[str] = set()
        self._keys: dict[str, int] = {}  # which interaction first used each
        self._first_conflict: int | None = None
        self._restarts: list[int] = []  # how many interactions preceded each
        self._changed: set[str] = set()  # ids of what others may have changed
        self.listed: Listed | None = None  # the last time
        self.facts = Facts()
        for one in entries:
            self.add(one)

    def __len__(self) -> int:
        """Return how many interactions there were."""
        return len(self._all)

    def add(self, entry: Entry) -> None:
        """Append an interaction, or what is kept of it, or an event."""
        if isinstance(entry, Restarted):
            self._restarts.append(len(self._all))
        if isinstance(entry, Changed):
            self._changed.add(entry.id)
        if isinstance(entry, Listed):
            self.listed = entry
        if not isinstance(entry, Interaction):
            return
        interaction = excerpted(entry)
        same_key = self._by_key[interaction.request.who, interaction.key]
        fresh = interaction.key is None or not same_key
        used = self._used[interaction.request.who, interaction.key]
        if used.add(interaction) and self._first_conflict is None:
            self._first_conflict = interaction.number
        unused = interaction.key is None or interaction.key not in self._keys
        self._all.append(interaction)
        same_key.append(interaction)
        self._end_burst(interaction)
        if interaction.burst is not None:
            self._by_burst[interaction.burst].append(interaction)
        if (stem := stem_of(interaction)) is not None:
            self._by_stem[stem].append(interaction)
        if interaction.key is not None:
            self._keys.setdefault(interaction.key, interaction.number)
            if interaction.created is not None:
                self._served.add(interaction.key)
        self._served_until.append(len(self._served))
        self.facts.add(interaction, fresh=fresh, unused=unused)

    def _end_burst(self, begins: Interaction) -> None:
        """File the burst that ends when another interaction begins under its kind."""
        if self._burst_under_way not in {None, begins.burst}:
            burst = self.burst(self._burst_under_way or 0)
            self._by_kind[kind_of(burst)].append(burst)
        self._burst_under_way = begins.burst

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

    def restarted_between(self, first: Interaction, last: Interaction) -> bool:
        """Whether the target was restarted between two interactions."""
        return any(first.number <= before < last.number for before in self._restarts)

    def is_changed(self, identifier: object) -> bool:
        """Whether others may have changed or deleted what has this id."""
        return isinstance(identifier, str) and identifier in self._changed

    def under_key_before(self, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions of the same account under the same key (or all without one), in order."""
        return _before(self._by_key[interaction.request.who, interaction.key], interaction)

    def first_made(self, interaction: Interaction) -> Interaction | None:
        """Return the first 2xx of the same account under the same key, before an interaction and outside its burst."""
        if interaction.key is None:
            return None
        made = (
            one for one in self._used[interaction.request.who, interaction.key].made if _is_before(one, interaction)
        )
        return next(made, None)

    def last_changed(self, first: Interaction, again: Interaction) -> Interaction | None:
        """Return the last interaction under a key, between two, with different parameters than the first success."""
        changed = reversed(self._used[again.request.who, again.key].changed)
        return next((one for one in changed if first.number < one.number < again.number), None)

    def refused_first(self, interaction: Interaction) -> Interaction | None:
        """Return the first of the same account under the same key, before an interaction, that was refused, or None.

        Nothing was created before it: whatever is created under the key comes later.
        """
        refused = self._used[interaction.request.who, interaction.key].refused if interaction.key is not None else None
        return refused if refused is not None and refused.number < interaction.number else None

    def may_be_under_way(self, interaction: Interaction) -> bool:
        """Whether an earlier attempt under the same key got no answer, but may have succeeded all the same."""
        lost = self._used[interaction.request.who, interaction.key].lost
        return lost is not None and lost.number < interaction.number

    def hung_up_before(self, interaction: Interaction) -> Interaction | None:
        """Return the first of the same account under the same key, before an interaction, that we hung up on."""
        hung_up = self._used[interaction.request.who, interaction.key].hung_up if interaction.key is not None else None
        return hung_up if hung_up is not None and hung_up.number < interaction.number else None

    def is_used_before(self, interaction: Interaction) -> bool:
        """Whether an earlier interaction has the same key, whoever sent it."""
        return interaction.key is not None and self._keys[interaction.key] < interaction.number

    def under_keys_of(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything up to the last of `interactions` that was sent under one of their keys, in order."""
        chosen = tuple(interactions)
        keys = {(one.request.who, one.key) for one in chosen if one.key is not None}
        last = chosen[-1].number
        found = [one for key in keys for one in self._by_key[key] if one.number <= last]
        return sorted(found, key=lambda one: one.number)

    def from_first_to_last(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything from the first to the last of `interactions`, whatever its key, in order."""
        numbers = [one.number for one in interactions]
        return self._all[min(numbers) - 1 : max(numbers)]

    def first_of(self, credential: Credential, interaction: Interaction) -> Interaction | None:
        """Return the first earlier interaction of another account under the same key, or None."""
        first = next(iter(self._by_key[(credential, ""), interaction.key]), None)
        return first if first is not None and first.number < interaction.number else None

    def first_made_by(self, credential: Credential, interaction: Interaction) -> Interaction | None:
        """Return the first earlier 2xx of another account under the same key, or None."""
        first = next(iter(self._used[(credential, ""), interaction.key].made), None)
        return first if first is not None and first.number < interaction.number else None

    def under_near_keys_before(self, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions with different keys made from the same fresh value, in order."""
        stem = stem_of(interaction)
        near = [] if stem is None else _before(self._by_stem[stem], interaction)
        return [one for one in near if one.key != interaction.key]

    def keys_between(self, first: Interaction, last: Interaction) -> int:
        """Return under how many keys something was first created between two interactions."""
        return self._served_until[last.number - 2] - self._served_until[first.number - 1] if last.number > 1 else 0

    def burst(self, number: int) -> Burst:
        """Return what was sent in a burst, in order."""
        return tuple(self._by_burst[number])

    def bursts(self) -> Iterator[Burst]:
        """Yield all bursts, in order."""
        return map(tuple, self._by_burst.values())

    def alike_before(self, burst: Burst) -> Iterator[Burst]:
        """Yield the earlier bursts of the same kind, the last first."""
        return (one for one in reversed(self._by_kind[kind_of(burst)]) if one[0].number < burst[0].number)

    def burst_of(self, interaction: Interaction) -> Burst:
        """Return those of its burst under the same key, `interaction` included; none if it is not in a burst."""
        if interaction.burst is None:
            return ()
        account, key = interaction.request.who, interaction.key
        together = self._by_burst[interaction.burst]
        return tuple(one for one in together if (one.request.who, one.key) == (account, key))

    def conflicted_before(self, interaction: Interaction) -> bool:
        """Whether a key reused with different parameters was refused as a conflict earlier, outside a burst."""
        return self._first_conflict is not None and self._first_conflict < interaction.number


def kind_of(burst: Burst) -> Kind:
    """Return the kind of a burst."""
    return burst[0].chosen, len({one.key for one in burst}) > 1, len({one.request.body for one in burst}) > 1


def _before(interactions: list[Interaction], interaction: Interaction) -> list[Interaction]:
    return [earlier for earlier in interactions if earlier.number < interaction.number]


def _is_before(one: Interaction, other: Interaction) -> bool:
    """Whether one came before another, and not concurrently with it."""
    return one.number < other.number and (other.burst is None or one.burst != other.burst)


class _Used:
    """What is known of a used key: of very many requests under one key, some are enough."""

    __slots__ = ("_params", "changed", "hung_up", "lost", "made", "refused")

    def __init__(self) -> None:
        self.made: list[Interaction] = []  # the first 2xx; of a burst there may be several
        self.changed: list[Interaction] = []  # those with different parameters than the first 2xx
        self.refused: Interaction | None = None  # the first one refused for its parameters, before any was created
        self.lost: Interaction | None = None  # the first one that may be in progress, or succeeded unseen
        self.hung_up: Interaction | None = None  # the first one whose answer we did not wait for, or did not read
        self._params = 0  # a hash of those of the first 2xx

    def add(self, interaction: Interaction) -> bool:
        """Fold in one; return whether it shows that the target detects conflicts.

        That takes a conflict with different parameters outside a burst: in one, it may be about a request in progress.
        """
        unread = isinstance(interaction.answer, Glimpse)
        if self.hung_up is None and unread:
            self.hung_up = interaction
        if self.lost is None and (interaction.lost or interaction.is_unanswered or unread):
            self.lost = interaction
        if self.refused is None and not self.made and _is_refused(interaction):
            self.refused = interaction
        changed = bool(self.made) and hash(canonical(interaction.case.params)) != self._params
        if changed:
            self.changed.append(interaction)
        if interaction.created is not None and len(self.made) < MOST_MADE:
            self._params = self._params if self.made else hash(canonical(interaction.case.params))
            self.made.append(interaction)
        known = changed and interaction.key is not None
        return known and interaction.conflicts and interaction.burst is None


def _is_refused(interaction: Interaction) -> bool:
    """Whether an answer refuses parameters, rather than a key, a caller or a create beyond a quota."""
    return interaction.status in {400, 422} and interaction.burst is None


def stem_of(interaction: Interaction) -> str | None:
    """Return the fresh value that an interaction's key was made from, or None if the key is not ours."""
    if interaction.form is None or interaction.key is None:
        return None
    return interaction.form.fresh_in(interaction.key)
