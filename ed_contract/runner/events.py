"""What the runner says while it runs; whoever listens folds the events into a report or a progress line.

The order is: RunStarted, then for each phase PhaseStarted, Judged (one an interaction), PhaseFinished; at the
end RunFinished, whatever ended the run. The last phase is `shrink`, with a Shrunk for each finding that it
shrank. With several workers, some interactions of the phases that follow come before these begin.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.contract import SEED, Contract
from ed_contract.finding import Finding
from ed_contract.judging import Judged
from ed_contract.requirement import Need
from ed_contract.runner.ledger import CleanUp
from ed_contract.shard import Shard


class End(enum.StrEnum):
    """Why a run ended."""

    FINISHED = "finished"  # everything that was planned was sent
    MAX_FINDINGS = "max-findings"  # --fail-fast or --maxfail
    MAX_REQUESTS = "max-requests"  # the cap was reached
    TARGET_DOWN = "target-down"  # the target stopped answering; robustness/keeps-serving says so
    RESTART_FAILED = "restart-failed"  # the command that restarts the target failed, or nothing answered after it
    MAX_TIME = "max-time"  # the time that the run may take was over
    MAX_DESTINATIONS = "max-destinations"  # there was no room for another destination
    QUOTA = "quota"  # the target refuses plain creates that it took before
    CREDENTIALS = "credentials-refused"  # the target refuses the credential that it took before
    REDIRECTED = "redirected"  # the target points to another place whatever it is asked
    BUSY = "busy"  # the target answers 429 or 503 whenever it is asked
    CUT_OFF = "cut-off"  # a record ends before its run did
    NOTHING_TAKEN = "nothing-accepted"  # a record of others holds no create that was accepted
    INTERRUPTED = "interrupted"  # Ctrl-C, SIGTERM or SIGHUP
    CRASHED = "crashed"  # a mistake of ours


CUT_SHORT = frozenset(
    {
        End.TARGET_DOWN,
        End.RESTART_FAILED,
        End.QUOTA,
        End.CREDENTIALS,
        End.REDIRECTED,
        End.BUSY,
        End.CRASHED,
        End.NOTHING_TAKEN,
    }
)
"""Ends that nobody asked for: what was not judged until then cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run begins: against what, from which seed, and how many requests it will send at most."""

    target: str
    replicas: tuple[str, ...] = ()  # base URLs of the further nodes of the service
    seed: int
    phases: tuple[tuple[str, int], ...]  # name and planned requests of each phase, in order; () if unknown
    auth_header: str = "Authorization"  # that carries the credential
    at_most: int  # requests, attempts that repeat one included, and deletions not
    cleans_up: bool = False  # whether what was made is deleted, with requests on top of those
    met: frozenset[Need] = frozenset()  # what was given of what some requirements need
    whole: bool = True  # whether all phases are to be sent, and nothing is pruned from them
    only: tuple[str, ...] = ()  # the requirements that were chosen, as globs
    skip: tuple[str, ...] = ()  # those that were left out
    strength: int = 3  # of the combinations of options
    shard: Shard | None = None  # which part of a divided run it is
    ordered: bool = True  # whether the order of the record is that in which requests were sent and answered
    edition: str = SEED  # of the page, or the name of another document
    own: Mapping[str, Any] | None = None  # that document, and the name of the operation in it

    @classmethod
    def about(cls, contract: Contract, **fields: Any) -> RunStarted:  # noqa: ANN401 - the others
        """Return the beginning of a run on a contract."""
        return cls(edition=contract.edition, own=contract.portable() if contract.is_own else None, **fields)

    @property
    def contract(self) -> Contract:
        """The contract that the run is about."""
        if self.own is None:
            return Contract.load(self.edition)
        return Contract.of(name=self.edition, **self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    """A phase begins."""

    phase: str
    requests: int  # planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """A finding was shrunk, or one that many causes can have was told apart by its cause."""

    identity: tuple[str, str]  # requirement and fault under which it was judged
    finding: Finding  # the smallest that was seen; its fault names the cause where the first one did not
    count: int  # how many of the observations under `identity` it stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFinished:
    """A phase is over, or was cut short."""

    phase: str
    requests: int  # sent
    seconds: float
    cut: bool = False  # whether it ended before all of it was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over."""

    end: End
    requests: int  # sent, attempts that repeat one included
    seconds: float
    note: str = ""  # one sentence more, e.g. what the target's last answer was
    clean_up: CleanUp | None = None  # None: the destinations that were made are left where they are


Event: TypeAlias = RunStarted | PhaseStarted | Judged | Shrunk | PhaseFinished | RunFinished
