"""The states of an idempotency key: what the next request under it must get depends on what became of the first.

The table says which requirements judge which state and request. It is data: the documentation shows it, tests hold
that a run meets each of its cells, and that a broken server exists for each.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TypeAlias

from ed_contract.case import Credential
from ed_contract.interaction import CONFLICT, Interaction
from ed_contract.record.history import History
from ed_contract.record.values import same


class State(enum.StrEnum):
    """What became of a key before a request."""

    UNUSED = "never used"
    MADE = "made something"
    CONFLICTED = "made something, then met other parameters"
    REFUSED_SINCE = "made something, then met an invalid create"
    REFUSED = "its first create was refused"
    MADE_SINCE = "its first create was refused, a later one made something"
    STRANGERS = "a caller without a right credential came first"
    IN_FLIGHT = "its first create is under way"
    LOST = "the answer to its first create was lost"
    ELSEWHERE = "used at another node"
    LATER = "made something hundreds of keys ago"
    RESTARTED = "made something before a restart"


class Then(enum.StrEnum):
    """What is sent under a key, beside what was sent first."""

    SAME = "the same"
    REWORDED = "the same in other words"
    TWIN = "other parameters"
    STRANGER = "without a right credential"
    OTHER_ACCOUNT = "from another account"


Cell: TypeAlias = tuple[State, Then]
"""A state of a key, and what is sent under it then."""

_CONFLICT = ("idempotency/conflict/status", "idempotency/conflict/code", "idempotency/conflict/every-parameter")

TABLE: Mapping[Cell, tuple[str, ...]] = {
    (State.UNUSED, Then.SAME): ("request/valid", "idempotency/keys-independent"),
    (State.UNUSED, Then.STRANGER): ("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key"),
    (State.MADE, Then.SAME): ("idempotency/replay",),
    (State.MADE, Then.REWORDED): ("idempotency/same-parameters",),
    (State.MADE, Then.TWIN): (*_CONFLICT, "idempotency/conflict/absent-or-empty"),
    (State.MADE, Then.STRANGER): ("idempotency/credential-scoped",),
    (State.MADE, Then.OTHER_ACCOUNT): ("idempotency/account-scoped",),
    (State.CONFLICTED, Then.SAME): ("idempotency/conflict/keeps-first",),
    (State.REFUSED_SINCE, Then.SAME): ("idempotency/conflict/keeps-first",),
    (State.REFUSED, Then.SAME): ("idempotency/refused/retry",),
    (State.REFUSED, Then.TWIN): (),
    (State.MADE_SINCE, Then.SAME): ("idempotency/refused/remembers",),
    (State.STRANGERS, Then.SAME): ("idempotency/refused/owner",),
    (State.IN_FLIGHT, Then.SAME): ("idempotency/burst/one-destination",),
    (State.IN_FLIGHT, Then.TWIN): ("idempotency/burst/one-body",),
    (State.LOST, Then.SAME): ("idempotency/lost-answer",),
    (State.LOST, Then.TWIN): (),
    (State.ELSEWHERE, Then.SAME): ("idempotency/across-replicas",),
    (State.ELSEWHERE, Then.TWIN): ("idempotency/across-replicas",),
    (State.LATER, Then.SAME): ("idempotency/remembers",),
    (State.LATER, Then.TWIN): _CONFLICT,
    (State.RESTARTED, Then.SAME): ("idempotency/survives-restart",),
}
"""The requirements that judge what is sent in each state; none where any answer is right."""

MANY = 200  # other keys under which something was made, after which a key is used later
_MADE = {State.CONFLICTED, State.REFUSED_SINCE, State.MADE_SINCE}
"""What makes no difference to other parameters."""
_STRANGERS = {Credential.NONE, Credential.EMPTY, Credential.OTHER_SCHEME, Credential.UNKNOWN}


def cell_of(interaction: Interaction, history: History) -> Cell | None:
    """Return the state that a key was in when something was sent under it, and what that is; None without a key."""
    if interaction.key is None:
        return None
    caller = interaction.request.credential
    if caller in _STRANGERS:
        made = history.first_made_by(Credential.FIRST, interaction)
        return (State.UNUSED if made is None else State.MADE), Then.STRANGER
    owner = history.first_made_by(Credential.FIRST, interaction) if caller is Credential.SECOND else None
    if owner is not None and not history.under_key_before(interaction):
        return State.MADE, Then.OTHER_ACCOUNT
    first, state = _first(interaction, history), _state(interaction, history)
    then = Then.SAME if first is None else _then(first, interaction)
    return (State.MADE if then is not Then.SAME and state in _MADE else state), then


def _first(interaction: Interaction, history: History) -> Interaction | None:
    """Return what an interaction is compared with: what made something, or may have, or came at once with it."""
    made = history.first_made(interaction)
    mates = history.burst_of(interaction)
    earlier = history.hung_up_before(interaction) or history.refused_first(interaction)
    return made or (mates[0] if mates else earlier)


def _then(first: Interaction, interaction: Interaction) -> Then:
    if first.case.body == interaction.case.body:
        return Then.SAME
    return Then.REWORDED if same(first.case.params, interaction.case.params) else Then.TWIN


def _state(interaction: Interaction, history: History) -> State:
    made, mates = history.first_made(interaction), history.burst_of(interaction)
    if len({one.node for one in (made, interaction, *mates) if one is not None}) > 1:
        return State.ELSEWHERE
    if history.hung_up_before(interaction) is not None:
        return State.LOST
    if made is None:
        if len(mates) > 1:
            return State.IN_FLIGHT
        if history.refused_first(interaction) is not None:
            return State.REFUSED
        strangers = (history.first_of(one, interaction) for one in _STRANGERS)
        return State.STRANGERS if any(one is not None for one in strangers) else State.UNUSED
    if history.restarted_between(made, interaction):
        return State.RESTARTED
    if history.keys_between(made, interaction) >= MANY:
        return State.LATER
    changed = history.last_changed(made, interaction)
    if changed is not None:
        return State.CONFLICTED if changed.status == CONFLICT else State.REFUSED_SINCE
    return State.MADE if history.refused_first(made) is None else State.MADE_SINCE
