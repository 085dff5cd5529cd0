"""The scenarios: scripts for the fake server, as data, each with what a client must be seen to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType

from ed_contract.exceptions import UsageError
from ed_contract.nearest import nearest
from ed_contract.reference.fake import Act, Cue

_ALWAYS = ("client/valid", "client/key", "client/new-key", "client/secret-at-creation")
_RETRY = ("client/retry/same-key", "client/retry/same-parameters", "client/retry/recovers", "client/retry/bounded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What the fake does to the creates of a client, and the requirements that this shows something about."""

    name: str
    sentence: str  # what happens
    script: tuple[Cue, ...] = ()  # one cue a create
    lasts: bool = False  # whether the last cue is for all later creates too
    wants: tuple[str, ...] = ()  # ids of requirements, beside those that every scenario judges

    def cues(self) -> Iterator[Cue]:
        """Yield what is done to the creates, in their order."""
        yield from self.script
        if self.lasts and self.script:
            yield from repeat(self.script[-1])

    @property
    def judges(self) -> tuple[str, ...]:
        """The ids of the requirements that it shows something about."""
        return (*_ALWAYS, *self.wants)


def _of(name: str, sentence: str, *script: Cue, lasts: bool = False, wants: tuple[str, ...] = _RETRY) -> Scenario:
    return Scenario(name=name, sentence=sentence, script=script, lasts=lasts, wants=wants)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        one.name: one
        for one in (
            _of("happy", "Every create is answered as the page says.", wants=()),
            _of("lost-answer", "The first create is served, then the connection is reset before any answer.", Act.CUT),
            _of("error-after-commit", "The first create is served, then answered 500.", Act.FAIL),
            _of(
                "in-flight",
                "The first create is answered 409: a request with its key is in progress. The retry is served.",
                Act.HOLD,
            ),
            _of(
                "conflict",
                "The first create and its retries are answered 409 idempotency_error.",
                Act.CONFLICT,
                wants=("client/conflict-surfaces", "client/retry/same-key", "client/retry/bounded"),
            ),
            _of(
                "rate-limited",
                "The first create is answered 429 with Retry-After. The retry is served.",
                Act.LIMIT,
                wants=(*_RETRY, "client/retry/waits"),
            ),
            _of("slow", "The first create is served late.", Act.DELAY, wants=("client/survives/late-answers",)),
            _of("truncated", "The first create is served, then its answer breaks off half-way.", Act.TRUNCATE),
            _of(
                "unknown-members",
                "Answers contain undocumented members and enum values.",
                Act.UNKNOWN,
                lasts=True,
                wants=("client/survives/unknown-members",),
            ),
            _of(
                "nulls",
                "Answers contain null wherever the page allows it.",
                Act.NULLS,
                lasts=True,
                wants=("client/survives/nulls",),
            ),
            _of(
                "expired-credential",
                "The first create and every later request are answered 401.",
                Act.EXPIRE,
                wants=("client/credential-surfaces", "client/retry/bounded"),
            ),
            _of("restart", "The first create is served, then the server restarts before answering.", Act.RESTART),
        )
    }
)
"""By name, in the order in which they are played."""


def scenario(name: str) -> Scenario:
    """Return the scenario of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in SCENARIOS:
        near = nearest(name, dict.fromkeys(SCENARIOS, ()))
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"unknown scenario {name!r}\n{hint}the scenarios are {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
