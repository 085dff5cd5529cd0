"""A scenario as a client went through it: what was received, told apart by what the client meant to create."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ed_contract.case import Params
from ed_contract.clients.scenarios import Scenario
from ed_contract.parsing import object_of
from ed_contract.record.values import same
from ed_contract.reference.fake import Received

DONE = range(200, 300)
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One create that was received."""

    received: Received
    key: str | None  # None: there was none, or an empty one
    params: Params | None  # None: the body is not a JSON object

    @property
    def done(self) -> bool:
        """Whether the client was told that the destination exists."""
        return self.received.status in DONE

    @property
    def outcome_is_unknown(self) -> bool:
        """Whether the client was told nothing, or of an error after which the destination may exist."""
        return self.received.status is None or self.received.status >= SERVER_ERROR

    def says_the_same_as(self, other: Attempt) -> bool:
        """Whether both have the same parameters, in whatever order and with whatever blanks."""
        if self.params is None or other.params is None:
            return self.received.body == other.received.body
        return same(self.params, other.params)


Intent = tuple[Attempt, ...]
"""The attempts to create one destination, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited:
    """A command has ended by itself."""

    code: int
    said: str = ""  # the last line that it wrote

    def __str__(self) -> str:
        """Return it in words that follow "the client"."""
        return f"exited with {self.code}{self.said and f': {self.said}'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A command was stopped, since it did not end."""

    seconds: float  # that it had

    def __str__(self) -> str:
        """Return it in words that follow "the client"."""
        return f"was still running after {self.seconds:g} s"


@dataclass(frozen=True, kw_only=True)
class Played:
    """A scenario, what was received in it, and how the client ended."""

    scenario: Scenario
    received: tuple[Received, ...]
    ended: Exited | Stopped | None = None  # None where it is no command

    @property
    def succeeded(self) -> bool:
        """Whether the command ended by itself, and says that all is well."""
        return isinstance(self.ended, Exited) and self.ended.code == 0

    @cached_property
    def intents(self) -> tuple[Intent, ...]:
        """The creates, those together that are attempts at the same destination."""
        return intents(one for one in self.received if one.is_create)


def intents(creates: Iterable[Received]) -> tuple[Intent, ...]:
    """Tell creates apart by what they are attempts at.

    A create is one more attempt if it has the key of an earlier one, or its parameters where that was not done and
    its end was known: what is sent before is another create. Sent again after it was done, it is another create too.
    """
    found: list[list[Attempt]] = []
    for one in creates:
        attempt = Attempt(received=one, key=one.header("Idempotency-Key") or None, params=object_of(one.body))
        for intent in reversed(found):
            last = intent[-1]
            same_key = attempt.key is not None and attempt.key == intent[0].key
            is_later = one.began >= last.received.ended
            if same_key or (not last.done and is_later and attempt.says_the_same_as(last)):
                intent.append(attempt)
                break
        else:
            found.append([attempt])
    return tuple(map(tuple, found))
