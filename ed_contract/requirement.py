"""A requirement: one sentence of the page that a server can break."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.StrEnum):
    """How strongly a requirement binds; the level decides the exit code, never the verdict."""

    MUST = "MUST"  # the page says it, or no server of any kind may do otherwise
    SHOULD = "SHOULD"  # the platform's convention or good sense; fails a run only under --strict
    MAY = "MAY"  # observed and reported, never failed


class Need(enum.StrEnum):
    """Something optional that judging a requirement needs."""

    SECOND_ACCOUNT = "--second-api-key"
    RESTART_COMMAND = "--restart-command"
    CONNECTION = "a direct connection"  # neither an application in process nor a proxy in between
    SECOND_NODE = "--replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the contract: id, level, clause on the page, statement in our words, why it matters, and the fix."""

    id: str  # area/slug: never a number, never reused
    level: Level
    clause: str  # where on the page, e.g. "Parameters › endpoint.url"
    statement: str  # one sentence
    need: Need | None = None
    why: str = ""  # what breaks for clients if it does not hold, in one sentence
    fix: str = ""  # how a server that breaks it is usually fixed, in one sentence

    @property
    def area(self) -> str:
        """The part of the id before the first slash, e.g. `idempotency`."""
        return self.id.partition("/")[0]
