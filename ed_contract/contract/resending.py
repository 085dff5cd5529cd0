"""How the findings of some requirements are reproduced, if that is more than resending their requests once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ed_contract.contract import behaviour
from ed_contract.contract.parts import Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Another requirement whose findings may be the cause, unless its request is seen to succeed."""

    by: str
    well: frozenset[int]  # the statuses that count as success


@dataclass(frozen=True, slots=True, kw_only=True)
class Resending:
    """What is known of requirements before their findings are reproduced."""

    never: Collection[str]
    """They take hundreds of keys, a restart, a list, a timeout, or wrong credentials, which may lock the account."""
    races: Collection[str]
    """They do not show every time, so they are resent several times, unchanged."""
    between: Collection[str]
    """The same, if the finding is about a burst."""
    vague: Collection[tuple[str, str]]
    """With the fault that says nothing about the cause: any of the parameters may be it."""
    explained: Mapping[str, Explanation]
    """What is refused anyway is also refused under a used key."""


def resending(how: Idempotency) -> Resending:
    """Return what is known of the requirements of a contract with these keys."""
    return Resending(
        never={
            "idempotency/lost-answer",
            "idempotency/remembers",
            "idempotency/survives-restart",
            "idempotency/one-effect",
            "idempotency/credential-scoped",
            "robustness/answers",
            "robustness/keeps-serving",
            *(row.id for row in behaviour.AUTH),
        },
        races={"idempotency/burst/one-destination", "idempotency/burst/one-body"},
        between={"idempotency/across-replicas"},
        vague={("request/valid", "refused"), ("robustness/no-server-error", "a valid create")},
        explained={"idempotency/conflict/status": Explanation(by="request/valid", well=frozenset(how.statuses))},
    )
