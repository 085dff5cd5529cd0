"""What is sent: cases, each with what the page says must become of it, and the sequences they stand in.

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
    """What the page says must become of a case."""

    ACCEPT = "accept"  # the page allows it and any real server can take it: 2xx with a conforming body
    REJECT = "reject"  # the page forbids it: 4xx
    EITHER = "either"  # the page is silent: 4xx, or 2xx that conforms and echoes truly


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """The one thing that was done to valid params so that they break one requirement."""

    requirement: str  # the id of the request/… requirement that is broken
    operator: str  # what was done, e.g. "removed", "number", "upper case"
    place: str  # where, as a dotted name, e.g. "webhook_endpoint.url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request body with what must become of it."""

    name: str  # readable, e.g. "webhook_endpoint, thin, every field"
    body: bytes
    params: Params | None  # what the body says; None when it is no JSON object
    expectation: Expectation
    mutation: Mutation | None = None
    media_type: str | None = "application/json"
    usual: bool = False  # each value is a usual one: what may be unusual is how the options combine

    @property
    def fault(self) -> str:
        """What is special about the case, as the fault of a finding that any case can show."""
        if self.mutation is not None:
            return self.mutation.requirement
        return "a valid create" if self.usual or self.expectation is Expectation.ACCEPT else self.name

    def __repr__(self) -> str:
        """Show what a reader of a failing test wants: the name, the expectation and the body."""
        mutation = f", {self.mutation.requirement} [{self.mutation.operator}]" if self.mutation else ""
        return f"<Case {self.name!r}: {self.expectation}{mutation}: {self.body!r}>"


def encode(params: Params) -> bytes:
    """Return `params` as compact JSON in UTF-8; what UTF-8 cannot say (a lone surrogate) is escaped."""
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
) -> Case:
    """Return the case that sends `params` as compact JSON."""
    return Case(name=name, body=encode(params), params=params, expectation=expectation, mutation=mutation)


class Credential(enum.StrEnum):
    """Who a request claims to come from."""

    FIRST = "first"  # the account of --api-key
    SECOND = "second"  # the account of --second-api-key
    NONE = "none"  # no Authorization header
    EMPTY = "empty"  # an Authorization header without a key
    OTHER_SCHEME = "other-scheme"  # the right key under another scheme
    UNKNOWN = "unknown"  # a key that nobody has
    FURTHER = "further"  # one more account, of a record that is not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An idempotency key by its relation to others: the engine puts a fresh value in its place.

    Keys of one sequence with the same label hold the same fresh value, so that `Key(label="a")` twice is a
    replay. A label that starts with `@` is kept over the whole run. In `template`, `{fresh}` stands for the
    fresh value (36 characters, lower case, at least one letter) and `{FRESH}` for the same in upper case.
    """

    label: str = "a"
    template: str = "{fresh}"

    def filled(self, fresh: str) -> str:
        """Return the key to send, given the fresh value of its label."""
        return self.template.replace("{fresh}", fresh).replace("{FRESH}", fresh.upper())

    def fresh_in(self, key: str) -> str | None:
        """Return the fresh value, in lower case, that was put into the template to make `key`; None for a fixed key."""
        parts = re.split(r"(\{fresh\}|\{FRESH\})", self.template)
        pattern = "".join("(.{36})" if part in {"{fresh}", "{FRESH}"} else re.escape(part) for part in parts)
        found = re.fullmatch(pattern, key, re.DOTALL)
        return found[1].lower() if found and found.groups() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request of a sequence: a case under a key (None: no Idempotency-Key header)."""

    case: Case
    key: Key | None = Key()
    credential: Credential = Credential.FIRST
    patient: bool = False  # a 409 is tried again for some seconds: a twin may still be under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Steps that are sent at once."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
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


def single(alone: Case) -> Sequence:
    """Return the sequence that sends one case under a fresh key."""
    return Sequence(name=alone.name, steps=(Step(case=alone),))
