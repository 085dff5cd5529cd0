"""How the findings of some requirements are sent again, where that is more than sending their requests once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ed_contract.contract import behaviour
from ed_contract.contract.parts import Idempotency


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Another requirement whose findings may be the cause, unless it is seen to go well."""

    by: str
    well: frozenset[int]  # the statuses of what goes well


@dataclass(frozen=True, slots=True, kw_only=True)
class Resending:
    """What is known of requirements before their findings are sent again."""

    never: Collection[str]
    """They take hundreds of keys, a restart, a list, a time-out; or wrong credentials, which may lock the account."""
    races: Collection[str]
    """They are lost now and then, so that they are run several times, as they are."""
    between: Collection[str]
    """The same, where the finding is one of a burst."""
    vague: Collection[tuple[str, str]]
    """With the fault that says nothing of the cause: any of the parameters may be it."""
    explained: Mapping[str, Explanation]
    """What is refused anyway is refused under a used key too."""


def resending(how: Idempotency) -> Resending:
    """Return what is known of the requirements of a contract whose keys are refused so."""
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
