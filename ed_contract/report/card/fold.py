"""Folds a record into the behaviour card: each topic counts what answers show. Pure; it sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ed_contract.contract import Contract
from ed_contract.contract.parts import Parts
from ed_contract.interaction import Interaction, Response
from ed_contract.phases import SHRINK
from ed_contract.record.history import History
from ed_contract.report.card import keys, replays, values
from ed_contract.report.card.answers import extra_members, headers, invalid_values, media_types, no_object, quota
from ed_contract.report.card.answers import status_of_creates as of_creates
from ed_contract.report.card.trait import MOST_SEEN, Seen, Trait

Shows: TypeAlias = Callable[[Interaction, History], Iterable[str]]
"""Says what one answer shows, in the light of earlier ones."""
Sums: TypeAlias = Callable[[tuple[Interaction, ...], History], Iterable[str]]
"""Says what many answers show together, once for each that shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A choice that contracts leave to servers."""

    id: str
    title: str  # `{secret}` stands for the member that is never printed
    shows: Shows | None = None
    sums: Sums | None = None
    concerns: Callable[[Parts], object] = bool  # whether it applies to a contract


def _has_keys(parts: Parts) -> object:
    return parts.idempotency.header


TOPICS = (
    Topic(id="duplicates", title="Concurrent duplicates", shows=replays.duplicates, concerns=_has_keys),
    Topic(
        id="refused-again",
        title="A refused create, resent under its key",
        shows=replays.refused_again,
        concerns=_has_keys,
    ),
    Topic(
        id="refused-corrected",
        title="A corrected create under the key of a refused one",
        shows=replays.refused_corrected,
        concerns=_has_keys,
    ),
    Topic(id="keys", title="Accepted idempotency keys", sums=keys.taken, concerns=_has_keys),
    Topic(id="unusual-keys", title="Unusual idempotency keys", shows=keys.unusual, concerns=_has_keys),
    Topic(id="created-status", title="Status of creates", shows=of_creates),
    Topic(id="replayed-status", title="Status of replays", shows=replays.status, concerns=_has_keys),
    Topic(id="replay-marks", title="Headers that mark a replay", sums=replays.marks, concerns=_has_keys),
    Topic(
        id="secret-on-replay",
        title="The {secret} on a replay",
        shows=replays.secret,
        concerns=lambda parts: _has_keys(parts) and parts.secret,
    ),
    Topic(id="invalid-status", title="Status of invalid values", shows=invalid_values),
    Topic(id="malformed-status", title="Status of bodies that are not a JSON object", shows=no_object),
    Topic(id="media-types", title="Other media types", shows=media_types),
    Topic(id="unknown-fields", title="Unknown fields", shows=values.unknown_fields),
    Topic(id="nulls", title="`null` in an optional field", shows=values.nulls),
    Topic(
        id="defaults",
        title="Shown for fields that were not sent",
        shows=values.defaults,
        concerns=lambda parts: any(one.optional for one in parts.echoes),
    ),
    Topic(
        id="texts",
        title="Unusual texts",
        shows=values.texts,
        concerns=lambda parts: any(map(values.is_text, parts.echoes)),
    ),
    Topic(
        id="urls",
        title="URLs",
        shows=values.urls,
        concerns=lambda parts: any(map(values.is_url, parts.echoes)),
    ),
    Topic(
        id="list-order",
        title="Order of list elements",
        shows=values.order_of_lists,
        concerns=lambda parts: any(map(values.is_list, parts.echoes)),
    ),
    Topic(
        id="duplicate-elements",
        title="Duplicate list elements",
        shows=values.duplicate_elements,
        concerns=lambda parts: any(map(values.is_list, parts.echoes)),
    ),
    Topic(
        id="map-order",
        title="Order of the keys of maps",
        shows=values.order_of_maps,
        concerns=lambda parts: any(map(values.is_map, parts.echoes)),
    ),
    Topic(id="extra-members", title="Undocumented members", shows=extra_members),
    Topic(id="headers", title="Other headers on creates", shows=headers),
    Topic(id="quota", title="Quota", sums=quota),
)
"""In the order of the card."""


def card_of(history: History, contract: Contract) -> tuple[Trait, ...]:
    """Return the behaviour card of a record: a line for each topic that applies to the contract."""
    answered = tuple(one for one in history.interactions() if isinstance(one.answer, Response) and one.phase != SHRINK)
    parts = contract.parts
    secret = parts.secret.rpartition(".")[2].replace("_", " ")
    return tuple(
        _trait(topic, topic.title.format(secret=secret), _shown(topic, answered, history))
        for topic in TOPICS
        if topic.concerns(parts)
    )


def _shown(topic: Topic, answered: tuple[Interaction, ...], history: History) -> Iterator[tuple[str, ...]]:
    """Yield what each answer shows, if anything."""
    if topic.shows is not None:
        yield from (shown for one in answered if (shown := tuple(topic.shows(one, history))))
    if topic.sums is not None:
        yield from ((shown,) for shown in topic.sums(answered, history))


def _trait(topic: Topic, title: str, shown: Iterable[tuple[str, ...]]) -> Trait:
    counted: Counter[str] = Counter()
    answers = 0
    try:
        for several in shown:
            answers += 1
            counted.update(several)
    except Exception as crash:  # noqa: BLE001 - a bug of ours in one topic costs neither the card nor the run
        what = f"unknown: ed_contract crashed here, {type(crash).__name__}"
        return Trait(topic=topic.id, title=title, seen=(Seen(what=what, answers=answers),), answers=answers)
    seen = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return Trait(
        topic=topic.id,
        title=title,
        seen=tuple(Seen(what=what, answers=count) for what, count in seen[:MOST_SEEN]),
        answers=answers,
        further=max(0, len(seen) - MOST_SEEN),
    )
