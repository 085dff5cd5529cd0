"""An interaction in the light of earlier ones: what every check starts from, computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ed_contract.case import Expectation, Fault, Params
from ed_contract.checks.sameness import is_the_same_destination, looks_like
from ed_contract.contract import Contract
from ed_contract.contract.noun import Noun
from ed_contract.contract.schemas import member
from ed_contract.finding import Finding, Held, Observation
from ed_contract.interaction import Glimpse, Interaction, Response
from ed_contract.record.history import History, stem_of
from ed_contract.record.values import canonical, same, shown

CONSTANT = 3  # different names requested, after which a recurring destination is not one that was looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a check reads: the interaction, and how it relates to earlier ones.

    The interaction is complete; all others, and the evidence of findings, are what the history keeps of them.
    """

    interaction: Interaction
    history: History
    answer: Response | None  # None where there was none
    params: Params | None
    first: Interaction | None  # the first 2xx under the same key and account, if any
    owner: Interaction | None  # an earlier 2xx under another key that showed this very destination, if any
    sharing: Interaction | None  # the last of the same account, under another key, that showed its id for another one
    # The body of a 2xx, if this request must have created it: not a replay, not a REJECT case, not in a burst.
    created_document: dict[str, Any] | None
    # The same, or the body of a replay, under one key or another, or of one request of a burst.
    judgeable_document: dict[str, Any] | None
    # The one under the same key whose answer was lost, if a 2xx with changed parameters shows what that had shown.
    unread: Interaction | None
    unlike: Interaction | None  # the one under the same key whose destination a 2xx should show, but does not resemble
    burst: tuple[Interaction, ...]  # what was sent concurrently under the same key, this one included; () if none

    @property
    def contract(self) -> Contract:
        """What documents the create."""
        return self.interaction.contract

    @property
    def noun(self) -> Noun:
        """What a create makes."""
        return self.contract.noun

    @property
    def expectation(self) -> Expectation:
        """The outcome that the page demands of the case."""
        return self.interaction.case.expectation

    @property
    def is_replay(self) -> bool:
        """Whether its key returned a destination before, for the same parameters."""
        return self.first is not None and _same_params(self.first, self.interaction)

    @property
    def gives_the_first(self) -> bool:
        """Whether the answer is the key's first destination, although the parameters are different."""
        first, created = self.first, self.interaction.created
        if first is None or first.created is None or created is None or self.is_replay:
            return False
        return self.shows_the_id_of(first) and is_the_same_destination(self.contract, first.created, created)

    def shows_the_id_of(self, other: Interaction) -> bool:
        """Whether the answer shows the id that another showed."""
        return same(self.interaction.id, other.id)

    def finding(
        self,
        requirement: str,
        fault: str | Fault,
        *,
        expected: str,
        actual: str,
        before: tuple[Interaction, ...] = (),
        between: int = 0,
    ) -> Finding:
        """Return a finding that this interaction shows, after the interactions `before` and `between` other keys.

        Without `before`, it comes after those sent concurrently with it, or the one that used its key first: they may
        be the cause, and reproducing it takes them.
        """
        if not before:
            others = tuple(one for one in self.burst if one.number != self.interaction.number)
            before = others or (() if self.first is None else (self.first,))
        return Finding(
            requirement=requirement,
            fault=fault.text if isinstance(fault, Fault) else fault,
            about=fault if isinstance(fault, Fault) else None,
            expected=expected,
            actual=f"{actual}{_after_losses(self.interaction)}",
            evidence=(*before, self.history.kept(self.interaction)),
            between=between,
        )


def _after_losses(interaction: Interaction) -> str:
    """Return what to add to a sentence about an answer to a later attempt than the first."""
    lost = interaction.unanswered
    if not (interaction.lost and lost and isinstance(interaction.answer, Response)):
        return ""
    return (
        f" (on attempt {interaction.attempts}: {lost} earlier {'attempt' if lost == 1 else 'attempts'} got no answer)"
    )


Judgement: TypeAlias = Callable[[Context], Iterator[Observation]]
Rows: TypeAlias = str | Callable[[Contract], Iterable[str]]
"""The id of a requirement, or a function that returns the ids for a contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A pure function that judges requirements; its name says what must hold."""

    name: str
    rows: tuple[Rows, ...]
    judge: Judgement

    def judges(self, contract: Contract) -> tuple[str, ...]:
        """Return the ids of the requirements of a contract that it can judge."""
        rows = (row for one in self.rows for row in ((one,) if isinstance(one, str) else one(contract)))
        return tuple(row for row in rows if row in contract.requirements)


def check(*rows: Rows) -> Callable[[Judgement], Check]:
    """Make a check of a function; `rows` are the requirements that it can judge."""

    def wrap(judgement: Judgement) -> Check:
        return Check(name=judgement.__name__, rows=rows, judge=judgement)

    return wrap


def read(interaction: Interaction, history: History) -> Context:
    """Return the context of `interaction`; `history` holds it and those before it."""
    answer = interaction.answer if isinstance(interaction.answer, Response) else None
    created = interaction.created
    together = history.burst_of(interaction)
    burst = together if len(together) > 1 else ()
    owner = sharing = None
    first = history.first_made(interaction)
    if first is not None and first.burst is not None:  # none of a burst was first, but some may be replays
        first = fullest(one for one in history.burst_of(first) if _same_params(one, first)) or first
    if created is not None and is_identifier(identifier := interaction.id, interaction.contract):
        others = [one for one in history.facts.with_id(identifier, interaction) if not same_key(one, interaction)]
        owner = _owner(interaction, created, [one for one in others if not _overlap(one, interaction)])
        sharing = _sharing(interaction, created, others, owner)
    meant = interaction.case.expectation is not Expectation.REJECT
    replayed = first is not None and _same_params(first, interaction)
    twin = first if replayed else fullest(one for one in burst if _same_params(one, interaction))
    unlike = twin if answer is not None and answer.successful and _is_odd(created, twin) else None
    unread = None if first is not None else _unread(interaction, history)
    # None of a burst was first: any may be a replay, so none is judged as a creation.
    fresh = meant and owner is None and first is None and unread is None and not burst
    return Context(
        interaction=interaction,
        history=history,
        answer=answer,
        params=interaction.case.params,
        first=first,
        owner=owner,
        sharing=sharing,
        created_document=created if fresh else None,
        judgeable_document=created
        if meant and unlike is None and unread is None and (first is None or replayed)
        else None,
        unread=unread,
        unlike=unlike,
        burst=burst,
    )


def fullest(interactions: Iterable[Interaction]) -> Interaction | None:
    """Return the one whose answer shows the most members of a destination, or None if no answer shows any."""
    made = [one for one in interactions if one.created]
    return max(made, key=lambda one: len(one.created or {}), default=None)


def _is_odd(created: dict[str, Any] | None, twin: Interaction | None) -> bool:
    """Whether an answer does not resemble its twin's destination: it is wrapped in something, or lacks most of it."""
    return twin is not None and twin.created is not None and not looks_like(created or {}, twin.created)


def _unread(interaction: Interaction, history: History) -> Interaction | None:
    """Return the create under the same key at which we hung up, if its destination answers different parameters."""
    lost = history.hung_up_before(interaction)
    if lost is None or not isinstance(lost.answer, Glimpse) or interaction.created is None:
        return None
    given = lost.answer.id is not None and same(lost.answer.id, interaction.id)
    return lost if given and not _same_params(lost, interaction) else None


def _owner(interaction: Interaction, created: dict[str, Any], others: list[Interaction]) -> Interaction | None:
    """Return the first that showed this same destination, unless it is returned whatever is requested."""
    contract = interaction.contract
    alike = [one for one in others if is_the_same_destination(contract, one.created or {}, created)]
    if not alike or _may_look_up(interaction, created, alike[0]):
        return alike[0] if alike else None
    label = contract.parts.identity.label
    names = {canonical(member(one.case.params, label)) for one in alike if not _may_look_up(one, created, alike[0])}
    return None if len(names) >= CONSTANT else alike[0]


def _overlap(one: Interaction, other: Interaction) -> bool:
    """Whether two requests that are not of a burst were under way together: both may be created at one moment."""
    return one.burst is None and other.burst is None and one.began < other.ended and other.began < one.ended


def _may_look_up(interaction: Interaction, created: dict[str, Any], owner: Interaction) -> bool:
    """Whether the destination may be looked up by what a create says: its name, no key, or a key like the owner's."""
    params, stem, contract = interaction.case.params, stem_of(interaction), interaction.contract
    said = (contract.parts.identity.label,) if contract.parts.identity.label else contract.telling
    named = params is None or all(same(member(params, one), member(created, one)) for one in said)
    return named or interaction.key is None or (stem is not None and stem == stem_of(owner))


def _sharing(
    interaction: Interaction, created: dict[str, Any], others: list[Interaction], owner: Interaction | None
) -> Interaction | None:
    """Return the last that showed the same id for a different destination."""
    # Ids may be unique per account only; showing another account's destination is for account-scoped to report.
    mine = [one for one in others if one.request.who == interaction.request.who]
    if owner is not None:
        contract = interaction.contract
        mine = [one for one in mine if not is_the_same_destination(contract, one.created or {}, created)]
    return mine[-1] if mine else None


def _same_params(one: Interaction, other: Interaction) -> bool:
    return one.case.params is not None and other.case.params is not None and same(one.case.params, other.case.params)


def is_identifier(identifier: object, contract: Contract) -> bool:
    """Whether an id tells objects apart: a string, or in a contract of one's own also a number."""
    return isinstance(identifier, str) or (contract.is_own and type(identifier) is int)


def same_key(one: Interaction, other: Interaction) -> bool:
    """Whether two requests of one account were sent under the same key; without a key they were not."""
    same_account = one.request.who == other.request.who
    return one.key is not None and one.key == other.key and same_account


def are_apart(*interactions: Interaction) -> bool:
    """Whether the requests went to different nodes of one service."""
    return len({one.node for one in interactions}) > 1


@cache
def held(requirement: str) -> Held:
    """Return the observation that `requirement` held; one object per requirement, since there are very many."""
    return Held(requirement=requirement)


def id_shown(interaction: Interaction) -> str:
    """Return the id of the destination that an answer shows, for a message."""
    return shown(interaction.id)
