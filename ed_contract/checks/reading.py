"""An interaction in the light of those before it: what every check starts from, worked out once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, TypeAlias

from ed_contract.case import Expectation, Params
from ed_contract.excerpt import Long, bounded, json_start
from ed_contract.finding import Finding, Held, Observation
from ed_contract.history import History
from ed_contract.interaction import Interaction, Response

LONGEST_SHOWN = 160  # characters of a value in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a check reads: the interaction, and how it stands to the run before it.

    The interaction is whole; all others, and the evidence of findings, are what the history keeps of them.
    """

    interaction: Interaction
    history: History
    answer: Response | None  # None where there was none
    params: Params | None
    first: Interaction | None  # the first 2xx under the same key and account, if any
    owner: Interaction | None  # an earlier 2xx that carried the same id under another key, if any
    made: dict[str, Any] | None  # the object of a 2xx to a fresh create that was not to be refused, nor one of a burst
    told: dict[str, Any] | None  # the same, or the object of a replay, or of one of a burst
    mates: tuple[Interaction, ...]  # what was sent at once under the same key, this one included; none: it was alone

    @property
    def expectation(self) -> Expectation:
        """What the page says must become of the case."""
        return self.interaction.case.expectation

    def finding(
        self,
        requirement: str,
        fault: str,
        *,
        expected: str,
        actual: str,
        before: tuple[Interaction, ...] = (),
        between: int = 0,
    ) -> Finding:
        """Return a finding that this interaction shows, after the interactions `before` and so many other keys.

        Without `before` it is after those that it was sent with at once, or the one that used its key first: what
        came may come of them, and it takes them to see it again.
        """
        if not before:
            mates = tuple(one for one in self.mates if one.number != self.interaction.number)
            before = mates or (() if self.first is None else (self.first,))
        return Finding(
            requirement=requirement,
            fault=fault,
            expected=expected,
            actual=actual,
            evidence=(*before, self.history.kept(self.interaction)),
            between=between,
        )


Judgement: TypeAlias = Callable[[Reading], Iterator[Observation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A pure function that judges requirements; its name says what holds."""

    name: str
    judges: tuple[str, ...]
    judge: Judgement


def check(*judges: str) -> Callable[[Judgement], Check]:
    """Make a check of a function; `judges` are the ids of the requirements that it can judge."""

    def wrap(judgement: Judgement) -> Check:
        return Check(name=judgement.__name__, judges=judges, judge=judgement)

    return wrap


def read(interaction: Interaction, history: History) -> Reading:
    """Return the reading of `interaction`; `history` holds it and those before it."""
    answer = interaction.answer if isinstance(interaction.answer, Response) else None
    created = interaction.created
    together = history.burst_of(interaction)
    mates = together if len(together) > 1 else ()
    first = owner = None
    if interaction.key is not None:
        before = history.under_key_before(interaction)
        first = next((one for one in before if one.created is not None and one not in mates), None)
    if created is not None and isinstance(identifier := created.get("id"), str):
        others = history.with_id_before(identifier, interaction)
        owner = next((one for one in others if not same_key(one, interaction)), None)
    meant = interaction.case.expectation is not Expectation.REJECT and owner is None
    replayed = first is not None and _same_params(first, interaction)
    # Of a burst none was first: any of them may be a replay, so that it is not judged as a creation.
    fresh = meant and first is None and not mates
    return Reading(
        interaction=interaction,
        history=history,
        answer=answer,
        params=interaction.case.params,
        first=first,
        owner=owner,
        made=created if fresh else None,
        told=created if meant and (first is None or replayed) else None,
        mates=mates,
    )


def _same_params(one: Interaction, other: Interaction) -> bool:
    return one.case.params is not None and other.case.params is not None and same(one.case.params, other.case.params)


def same_key(one: Interaction, other: Interaction) -> bool:
    """Whether two requests of an account were sent under one key; without any, they were not."""
    same_account = one.request.credential is other.request.credential
    return one.key is not None and one.key == other.key and same_account


@cache
def held(requirement: str) -> Held:
    """Return the observation that `requirement` held; one object for each, since there are very many."""
    return Held(requirement=requirement)


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal: `1` is neither `true` nor `1.0`, and member order does not matter.

    Of a value that was too long to keep, start, length and digest say so.
    """
    if isinstance(one, Long) or isinstance(other, Long):
        return bool(bounded(one) == bounded(other))
    return one == other and (isinstance(one, str) or canonical(one) == canonical(other))


def canonical(value: object) -> str:
    """Return a JSON value as text that is the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_of_long)


def _of_long(value: Long) -> dict[str, Any]:
    return asdict(value)


def shown(value: object) -> str:
    """Return a JSON value as a message shows it: escaped, and cut when long."""
    text = json_start(value, LONGEST_SHOWN + 1)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def start(body: bytes, longest: int) -> str:
    """Return the first bytes of a body as a message shows text; the cut is marked, since a secret may be cut in two."""
    text = json.dumps(body[:longest].decode("utf-8", "replace"))
    return text if len(body) <= longest else f"{text[:-1]}…"


def member(document: object, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value at a dotted place, or None where it or its parent is absent or null."""
    for name in place.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def kind(value: object) -> str:
    """Return the JSON type of `value` as a word."""
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "an array",
        dict: "an object",
    }
    return names.get(type(value), "null")
