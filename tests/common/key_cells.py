"""The state of a key when something was sent under it, by the record."""

from __future__ import annotations

from ed_contract.case import WRONG_CREDENTIALS, Credential
from ed_contract.interaction import CONFLICT
from ed_contract.record.key_table import MANY, State, Then
from ed_contract.record.values import same

_MADE = {State.CONFLICTED, State.REFUSED_SINCE, State.MADE_SINCE}
"""Changes that do not count as changed parameters."""


def cell_of(interaction, history):
    """Return the state of a key when something was sent under it, and what was sent; None without a key."""
    if interaction.key is None:
        return None
    caller = interaction.request.credential
    if caller in WRONG_CREDENTIALS:
        made = history.first_made_by(Credential.FIRST, interaction)
        return (State.UNUSED if made is None else State.MADE), Then.STRANGER
    owner = history.first_made_by(Credential.FIRST, interaction) if caller is Credential.SECOND else None
    if owner is not None and not history.under_key_before(interaction):
        return State.MADE, Then.OTHER_ACCOUNT
    first, state = _first(interaction, history), _state(interaction, history)
    then = Then.SAME if first is None else _then(first, interaction)
    return (State.MADE if then is not Then.SAME and state in _MADE else state), then


def _first(interaction, history):
    """Return what an interaction is compared with: a create that succeeded, may have, or was concurrent with it."""
    made = history.first_made(interaction)
    mates = history.burst_of(interaction)
    earlier = history.hung_up_before(interaction) or history.refused_first(interaction)
    return made or (mates[0] if mates else earlier)


def _then(first, interaction):
    if first.case.body == interaction.case.body:
        return Then.SAME
    return Then.REWORDED if same(first.case.params, interaction.case.params) else Then.TWIN


def _state(interaction, history):
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
        strangers = (history.first_of(one, interaction) for one in WRONG_CREDENTIALS)
        return State.STRANGERS if any(one is not None for one in strangers) else State.UNUSED
    if history.restarted_between(made, interaction):
        return State.RESTARTED
    if history.keys_between(made, interaction) >= MANY:
        return State.LATER
    changed = history.last_changed(made, interaction)
    if changed is not None:
        return State.CONFLICTED if changed.status == CONFLICT else State.REFUSED_SINCE
    return State.MADE if history.refused_first(made) is None else State.MADE_SINCE
