"""The states of an idempotency key: what the next request under it must get depends on the outcome of the first.

The table says which requirements judge which state and request. It is data: the documentation shows it, and tests
ensure that a run exercises each cell and that a broken server exists for each.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TypeAlias


class State(enum.StrEnum):
    """What happened under a key before a request."""

    UNUSED = "never used"
    MADE = "created something"
    CONFLICTED = "created something, then got different parameters"
    REFUSED_SINCE = "created something, then got an invalid create"
    REFUSED = "its first create was refused"
    MADE_SINCE = "its first create was refused, a later one created something"
    STRANGERS = "first used without a valid credential"
    IN_FLIGHT = "its first create is in progress"
    LOST = "the answer to its first create was lost"
    ELSEWHERE = "used at another node"
    LATER = "created something hundreds of keys ago"
    RESTARTED = "created something before a restart"


class Then(enum.StrEnum):
    """What is sent under a key, compared with what was sent first."""

    SAME = "the same"
    REWORDED = "the same, written differently"
    TWIN = "different parameters"
    STRANGER = "without a valid credential"
    OTHER_ACCOUNT = "from another account"


Cell: TypeAlias = tuple[State, Then]
"""A state of a key, and what is then sent under it."""

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
"""The requirements that judge what is sent in each state; none if any answer is right."""

MANY = 200  # other keys used before a key counts as used much later
