"""What was sent and what came back, and the record of a whole run. Judges nothing, sends nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.facts import Facts
from ed_contract.masking import MASK

Headers: TypeAlias = tuple[tuple[str, str], ...]

OWN_HEADERS = frozenset({"accept", "user-agent", "idempotency-key", "stripe-version", "content-type"})
"""Names of the headers that we send of ourselves; any other is the user's, and may be a credential."""

CONFLICT = 409
"""The status of a conflict: a used key with other parameters."""

PROBE = "probe"
"""The phase of the valid creates that ask whether the target still serves."""

AGAIN = "asked again"
"""The phase in which what got no answer is sent once more, when the line has had time to recover."""

LARGE = 8 * 1024
"""Bytes of a body that a server may refuse before it has read them."""


class NotJson:
    """The type of `NOT_JSON`."""

    def __repr__(self) -> str:
        """Return the constant's name."""
        return "NOT_JSON"


NOT_JSON = NotJson()
"""Stands for the document of a body that is no JSON (RFC 8259: NaN and Infinity are none)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, the credential apart: the transport adds it, so that no record can leak it."""

    method: str
    path: str  # absolute, with the query if any
    headers: Headers
    body: bytes
    credential: Credential = Credential.FIRST

    def __repr__(self) -> str:
        """Show everything but the values of the headers that the user added: it stands in tracebacks."""
        headers = masked_headers(self.headers)
        return (
            f"Request(method={self.method!r}, path={self.path!r}, headers={headers!r}, body={self.body!r}, "
            f"credential={self.credential!r})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer, read to its end and decoded."""

    status: int
    headers: Headers  # names in lower case
    body: bytes
    document: Any  # the parsed JSON, or NOT_JSON
    shows_credential: bool = False  # whether a configured credential occurs in the body

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def says_nothing(self) -> bool:
        """Whether the status is one that says nothing about the contract: 429 or 503."""
        return self.status in {429, 503}

    @property
    def successful(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of statuses

    @property
    def failed(self) -> bool:
        """Whether the status is 5xx."""
        return self.status >= 500  # noqa: PLR2004 - the class of statuses

    @property
    def refused(self) -> bool:
        """Whether the status is 4xx."""
        return 400 <= self.status < 500  # noqa: PLR2004 - the class of statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Nothing came back, however often it was asked for: the target hung, or the connection was dropped."""

    reason: str  # e.g. "no answer within 10 s"
    ended: bool = False  # the connection was there, and ended
    late: bool = False  # the connection was there, and the time-out was over
    cut: bool = False  # the run was over before it could be asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Our own client refused to send the request: never the target's fault."""

    reason: str


Answer: TypeAlias = Response | NoAnswer | NotSent


def masked_headers(headers: Headers) -> Headers:
    """Return headers without the values of those that the user added."""
    return tuple((name, value if name.lower() in OWN_HEADERS else MASK) for name, value in headers)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def response(status: int, headers: Headers, body: bytes, *, shows_credential: bool = False) -> Response:
    """Return the response with its body parsed."""
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        document = NOT_JSON
    return Response(
        status=status,
        headers=headers,
        body=body,
        document=document,
        shows_credential=shows_credential,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request and its answer, with the case that it was sent for."""

    number: int  # 1 for the first of the run
    phase: str
    case: Case
    key: str | None  # the Idempotency-Key as sent
    form: Key | None  # the relation of that key to others, so that it can be sent again with fresh values
    request: Request
    answer: Answer
    attempts: int = 1  # how often it was sent until it got this answer
    unanswered: int = 0  # how many of these attempts got no answer
    lost: bool = False  # an earlier attempt got no answer, or 429 or 503, so this one may be a replay of it
    seconds: float = 0.0  # how long the last attempt took
    burst: int | None = None  # interactions of one burst share a number

    @property
    def created(self) -> dict[str, Any] | None:
        """The JSON object of a 2xx answer, or None."""
        if isinstance(self.answer, Response) and self.answer.successful and isinstance(self.answer.document, dict):
            return self.answer.document
        return None

    @property
    def status(self) -> int | None:
        """The status of the answer, or None where there was none."""
        return self.answer.status if isinstance(self.answer, Response) else None

    @property
    def is_probe(self) -> bool:
        """Whether it is a valid create that asks whether the target still serves."""
        return self.phase == PROBE

    @property
    def is_asked_again(self) -> bool:
        """Whether it is a request that got no answer before."""
        return self.phase == AGAIN

    @property
    def is_unanswered(self) -> bool:
        """Whether nothing came back."""
        return isinstance(self.answer, NoAnswer)

    @property
    def refusal_lost(self) -> str:
        """Why the end of the connection may be a refusal that was lost on the way, or ""."""
        return lost_refusal(self.request, self.key, self.answer)

    @property
    def type(self) -> str | None:
        """The type of destination that the create asks for, if it is a string."""
        named = (self.case.params or {}).get("type")
        return named if isinstance(named, str) else None


def lost_refusal(request: Request, key: str | None, answer: Answer) -> str:
    """Return why the end of a connection may be a refusal that was lost on the way, or ""."""
    if not (isinstance(answer, NoAnswer) and answer.ended):
        return ""
    if len(request.body) > LARGE:
        # Who refuses a large body may close before all of it has come, and the refusal is lost on the way.
        return "the connection ended while a large body was sent"
    if not (key or "").isascii():
        # Some readers of HTTP hang up on a header beyond ASCII, before the application sees anything.
        return "the connection ended at a header beyond ASCII"
    return ""


class History:
    """The interactions of a run so far, in order, with the look-ups that checks need."""

    def __init__(self) -> None:
        self._all: list[Interaction] = []
        self._by_key: defaultdict[tuple[Credential, str | None], list[Interaction]] = defaultdict(list)
        self._by_id: defaultdict[str, list[Interaction]] = defaultdict(list)
        self._by_secret: defaultdict[str, list[Interaction]] = defaultdict(list)
        self._first_conflict: int | None = None
        self._restarts: list[int] = []  # how many interactions there were before each
        self.facts = Facts()
        self.at_quota = False  # the target refuses the page's own example, which it took before
        self.failing = False  # the target failed at the page's own example, and took nothing since

    def __len__(self) -> int:
        """Return how many interactions there were."""
        return len(self._all)

    def add(self, interaction: Interaction) -> None:
        """Append `interaction`."""
        self._all.append(interaction)
        self._by_key[interaction.request.credential, interaction.key].append(interaction)
        if interaction.status == CONFLICT and self._first_conflict is None:
            self._first_conflict = interaction.number
        self.facts.add(interaction, fresh=interaction.key is None or not self.under_key_before(interaction))
        document = interaction.created
        if document is None:
            example = interaction.number == 1 and interaction.case.expectation is Expectation.ACCEPT
            if example or interaction.phase == PROBE:
                self.failing = isinstance(interaction.answer, Response) and interaction.answer.failed
            return
        self.failing = False
        if isinstance(identifier := document.get("id"), str):
            self._by_id[identifier].append(interaction)
        if (secret := secret_of(document)) is not None:
            self._by_secret[secret].append(interaction)

    @property
    def last(self) -> Interaction | None:
        """The last interaction, or None."""
        return self._all[-1] if self._all else None

    def backwards(self) -> Iterator[Interaction]:
        """Yield all interactions, the last first."""
        return reversed(self._all)

    def next_after(self, interaction: Interaction) -> Interaction | None:
        """Return the first interaction after one, and after all of its burst, or None."""
        later = (self._all[place] for place in range(interaction.number, len(self._all)))
        return next((one for one in later if one.burst is None or one.burst != interaction.burst), None)

    def before(self, interaction: Interaction) -> Interaction | None:
        """Return the interaction before one, or None."""
        return self._all[interaction.number - 2] if interaction.number > 1 else None

    def interactions(self) -> tuple[Interaction, ...]:
        """Return all interactions, in order."""
        return tuple(self._all)

    def created_since(self, count: int) -> bool:
        """Whether any create was done after the first `count` interactions."""
        return any(one.created is not None for one in self._all[count:])

    def restarted(self) -> None:
        """Note that the target was restarted now."""
        self._restarts.append(len(self._all))

    def restarted_between(self, first: Interaction, last: Interaction) -> bool:
        """Whether the target was restarted between two interactions."""
        return any(first.number <= before < last.number for before in self._restarts)

    def under_key_before(self, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions of the same account under the same key (or all without one), in order."""
        return _before(self._by_key[interaction.request.credential, interaction.key], interaction)

    def under_keys_of(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything up to the last of `interactions` that was sent under one of their keys, in order."""
        chosen = tuple(interactions)
        keys = {(one.request.credential, one.key) for one in chosen if one.key is not None}
        last = chosen[-1].number
        found = [one for key in keys for one in self._by_key[key] if one.number <= last]
        return sorted(found, key=lambda one: one.number)

    def from_first_to_last(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return everything from the first to the last of `interactions`, whatever its key, in order."""
        numbers = [one.number for one in interactions]
        return self._all[min(numbers) - 1 : max(numbers)]

    def under_key_of(self, credential: Credential, interaction: Interaction) -> list[Interaction]:
        """Return the earlier interactions of another account under the same key, in order."""
        return _before(self._by_key[credential, interaction.key], interaction)

    def keys_between(self, first: Interaction, last: Interaction) -> int:
        """Return how many other keys were used between two interactions."""
        keys = {one.key for one in self._all[first.number : last.number - 1]}
        return len(keys - {None, first.key})

    def with_id_before(self, identifier: str, interaction: Interaction) -> list[Interaction]:
        """Return the earlier 2xx interactions whose answer carried the id `identifier`, in order."""
        return _before(self._by_id.get(identifier, []), interaction)

    def with_secret_before(self, secret: str, interaction: Interaction) -> list[Interaction]:
        """Return the earlier 2xx interactions whose answer carried the signing secret `secret`, in order."""
        return _before(self._by_secret.get(secret, []), interaction)

    def backwards_from(self, interaction: Interaction) -> Iterator[Interaction]:
        """Yield the interactions before `interaction`, the last first."""
        return (self._all[place] for place in range(interaction.number - 2, -1, -1))

    def burst_of(self, interaction: Interaction) -> tuple[Interaction, ...]:
        """Return the interactions of the same burst, `interaction` among them, or none for a plain one."""
        if interaction.burst is None:
            return ()
        same = self._by_key[interaction.request.credential, interaction.key]
        return tuple(one for one in same if one.burst == interaction.burst)

    def conflicted_before(self, interaction: Interaction) -> bool:
        """Whether an earlier request of the run was answered 409."""
        return self._first_conflict is not None and self._first_conflict < interaction.number


def _before(interactions: list[Interaction], interaction: Interaction) -> list[Interaction]:
    return [earlier for earlier in interactions if earlier.number < interaction.number]


def secret_of(document: Mapping[str, Any]) -> str | None:
    """Return the signing secret that an answer shows at its place, or None."""
    config = document.get("webhook_endpoint")
    secret = config.get("signing_secret") if isinstance(config, dict) else None
    return secret if isinstance(secret, str) and secret else None
