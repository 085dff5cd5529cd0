"""What is sent: cases, each with the outcome that the page demands, and the sequences that they are part of.

Knows nothing of HTTP clients, answers or checks.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Params: TypeAlias = Mapping[str, Any]
"""A create's parameters: a JSON object as Python reads it."""


class Expectation(enum.StrEnum):
    """The outcome that the page demands of a case."""

    ACCEPT = "accept"  # the page allows it and any real server can accept it: 2xx with a conforming body
    REJECT = "reject"  # the page forbids it: 4xx
    EITHER = "either"  # the page is silent: 4xx, or 2xx that conforms and echoes truly


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is special about a case, if a finding is about that."""

    text: str  # an identifier: waivers hold it
    family: str = ""  # faults with the same cause share a family; "" is none
    size: int = 0  # only the smallest of a family is reported
    parts: tuple[str, ...] = ()  # families or texts of the faults that it combines: not reported if one of them is


ANYTHING = "anything"
"""The family of a value that resembles no other: a server that accepts it accepts anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """The one change to valid params that makes them break one requirement."""

    requirement: str  # the id of the request/… requirement that is broken
    operator: str  # what was done, e.g. "removed", "number", "upper case"
    place: str  # where, as a dotted name, e.g. "endpoint.url"
    family: str = ""  # of the operator, as in `Fault`

    @property
    def fault(self) -> Fault:
        """The fault of a finding that the mutation shows."""
        return Fault(text=self.operator, family=self.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request body with its expected outcome."""

    name: str  # readable, e.g. "endpoint, thin, every field"
    body: bytes
    params: Params | None  # what the body says; None if it is not a JSON object
    expectation: Expectation
    mutation: Mutation | None = None
    media_type: str | None = "application/json"
    usual: bool = False  # every value is usual: only the combination of options may be unusual
    special: Fault | None = None  # what is special about it, if its name does not say it all
    unique: str = ""  # the text to which a suffix is added that only creates under its key have
    headers: tuple[tuple[str, str], ...] | None = None  # as a client writes them, if they are not ours

    @property
    def fault(self) -> Fault:
        """What is special about the case, for a finding that any case can show."""
        if self.mutation is not None:
            return Fault(text=self.mutation.requirement)
        if self.usual or self.expectation is Expectation.ACCEPT:
            return Fault(text="a valid create")
        return self.special or Fault(text=self.name)

    def __repr__(self) -> str:
        """Show what the reader of a failing test needs: the name, the expectation and the body."""
        mutation = f", {self.mutation.requirement} [{self.mutation.operator}]" if self.mutation else ""
        return f"<Case {self.name!r}: {self.expectation}{mutation}: {self.body!r}>"


def encode(params: Params) -> bytes:
    """Return `params` as compact JSON in UTF-8; what UTF-8 cannot encode (a lone surrogate) is escaped."""
    text = json.dumps(params, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(params, separators=(",", ":")).encode()


def case(
    name: str,
    params: Params,
    expectation: Expectation = Expectation.ACCEPT,
    *,
    mutation: Mutation | None = None,
    special: Fault | None = None,
) -> Case:
    """Return a case that sends `params` as compact JSON."""
    body = encode(params)
    return Case(name=name, body=body, params=params, expectation=expectation, mutation=mutation, special=special)


class Credential(enum.StrEnum):
    """Who a request claims to come from."""

    FIRST = "first"  # the account of --api-key
    SECOND = "second"  # the account of --second-api-key
    NONE = "none"  # no Authorization header
    EMPTY = "empty"  # an Authorization header without a key
    OTHER_SCHEME = "other-scheme"  # the right key under another scheme
    UNKNOWN = "unknown"  # a key that nobody has
    FURTHER = "further"  # one more account, of a record that is not ours


WRONG_CREDENTIALS = (Credential.NONE, Credential.EMPTY, Credential.OTHER_SCHEME, Credential.UNKNOWN)
"""The credentials without an account."""


SHARED = "@shared-"
"""How the labels of keys begin that are the same in all shards of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An idempotency key by its relation to others: the runner fills in a fresh value.

    Keys of one sequence with the same label hold the same fresh value, so that `Key(label="a")` twice is a
    replay. A label that starts with `@` keeps its value for the whole run. In `template`, `{fresh}` stands for the
    fresh value (36 characters, lower case, at least one letter, unless the contract wants keys of another form) and
    `{FRESH}` for the same in upper case.
    """

    label: str = "a"
    template: str = "{fresh}"

    def filled(self, fresh: str) -> str:
        """Return the key to send, given the fresh value of its label."""
        return self.template.replace("{fresh}", fresh).replace("{FRESH}", fresh.upper())

    def fresh_in(self, key: str) -> str | None:
        """Return the fresh value, in lower case, that was put into the template to make `key`; None for a fixed key."""
        parts = re.split(r"(\{fresh\}|\{FRESH\})", self.template)
        pattern = "".join("(.{8,})" if part in {"{fresh}", "{FRESH}"} else re.escape(part) for part in parts)
        found = re.fullmatch(pattern, key, re.DOTALL)
        return found[1].lower() if found and found.groups() else None


class HangUp(enum.StrEnum):
    """When we close a request's connection on purpose, so that its answer is lost."""

    SENT = "sent"  # as soon as the whole request was sent
    UNDER_WAY = "under-way"  # a moment later, or when the answer begins, without reading any of it
    SEEN = "seen"  # when a successful answer has shown its id; any other answer is read to the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a sequence: a case under a key (None: no Idempotency-Key header)."""

    case: Case
    key: Key | None = Key()
    credential: Credential = Credential.FIRST
    patient: bool = False  # a 409 is retried for some seconds: a twin may still be in progress
    hangs_up: HangUp | None = None  # when we hang up on it
    node: str = ""  # the base URL of the node that it is sent to; "" is the target


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Steps that are sent concurrently."""

    steps: tuple[Step, ...]
    schedule: int | None = None  # the seed of the order in which they take their turns, in process; None: the sender's


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSequence:
    """Steps in order; a plain case is a sequence of one."""

    name: str
    steps: tuple[Step | Burst, ...]

    def __len__(self) -> int:
        """Return how many requests the sequence sends."""
        return sum(len(step.steps) if isinstance(step, Burst) else 1 for step in self.steps)

    def cases(self) -> Iterator[Case]:
        """Yield the cases of all steps, in order."""
        for step in self.steps:
            yield from (inner.case for inner in step.steps) if isinstance(step, Burst) else (step.case,)


def single(alone: Case) -> CaseSequence:
    """Return the sequence that sends one case under a fresh key."""
    return CaseSequence(name=alone.name, steps=(Step(case=alone),))
