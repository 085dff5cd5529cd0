"""What was sent and what came back. Judges nothing, sends nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ed_contract.case import Case, Credential, Expectation, HangUp, Key
from ed_contract.contract import CONTRACT, Contract
from ed_contract.excerpt import Long, bounded, documented
from ed_contract.masking import MASK
from ed_contract.parsing import TooLarge, characters, parsed

Headers: TypeAlias = tuple[tuple[str, str], ...]

CONFLICT = 409
"""The only status that always means a conflict: any other may also refuse what is invalid."""

PROBE = "probe"
"""The phase of the valid creates that find out what earlier answers are about."""

CHECKUP = "still serving"
"""The phase of those that check, after a hostile phase, whether the target still serves."""

AGAIN = "asked again"
"""The phase in which requests without an answer are resent, once the connection has had time to recover."""

LARGE = 8 * 1024
"""Bytes; a server may refuse a longer body before it has read all of it."""

KEPT_WHOLE = 2 * 1024  # bytes of an answer's body; a longer one is kept as an excerpt
KEPT_START = 16 * 1024  # bytes of a body that an excerpt holds
KEPT_HEADERS = 4 * 1024  # characters of headers that an excerpt holds


class NotJson:
    """The type of `NOT_JSON`."""

    def __repr__(self) -> str:
        """Return the constant's name."""
        return "NOT_JSON"


NOT_JSON = NotJson()
"""Stands for the document of a body that is not JSON (by RFC 8259, so NaN and Infinity are not)."""


class NotParsed:
    """The type of `NOT_PARSED`."""

    def __repr__(self) -> str:
        """Return the constant's name."""
        return "NOT_PARSED"


NOT_PARSED = NotParsed()
"""Stands for the document of a body that is too large to be parsed in bounded memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request without its credential: the transport adds it, so that no record can leak it."""

    method: str
    path: str  # absolute, with the query if any
    headers: Headers
    body: bytes
    credential: Credential = Credential.FIRST
    account: str = ""  # tells accounts with the same credential apart
    hangs_up: HangUp | None = None  # when we close its connection on purpose
    node: str = ""  # the base URL of the node that gets it, if the service has several
    schedule: int | None = None  # the seed of the order in which the requests of its burst take their turns, in process

    @property
    def who(self) -> tuple[Credential, str]:
        """Which account it claims to come from."""
        return self.credential, self.account

    def __repr__(self) -> str:
        """Show everything but the values of the headers that the user added: this appears in tracebacks."""
        headers = masked_headers(self.headers, CONTRACT)
        return (
            f"Request(method={self.method!r}, path={self.path!r}, headers={headers!r}, body={self.body!r}, "
            f"credential={self.credential!r}{f', hangs_up={self.hangs_up!r}' if self.hangs_up else ''})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer, read to the end and decoded."""

    status: int
    headers: Headers  # names in lower case
    body: bytes
    document: Any  # the parsed JSON, NOT_JSON or NOT_PARSED
    shows_credential: bool = False  # whether a configured credential occurs in the body
    connection: str = field(default="", compare=False)  # that it came over, if known
    released: float = field(default=0.0, compare=False)  # when the last byte of a burst's request was sent, monotonic
    scheduled: bool = field(default=False, compare=False)  # whether the schedule of its burst alone decided the order

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
    def redirects(self) -> bool:
        """Whether the answer redirects elsewhere; 303 is an answer that points to what was created."""
        return self.status in {301, 302, 307, 308} and bool(self.header("location"))

    @property
    def refused(self) -> bool:
        """Whether the status is 4xx."""
        return 400 <= self.status < 500  # noqa: PLR2004 - the class of statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt(Response):
    """What is kept of a long answer once it was judged: `body` is its start, `document` the documented members.

    Their long values are `Long`s, and long headers are cut, so its size is bounded, whatever the answer was.
    """

    length: int  # bytes of the whole body
    characters: int | None  # of the whole body, or None if it is not UTF-8
    digest: str  # SHA-256 of the whole body, in hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Nothing came back, however often it was sent: the target hung, or the connection was dropped."""

    reason: str  # e.g. "no answer within 10 s"
    ended: bool = False  # the connection was established, and was closed
    late: bool = False  # the connection was established, and the request timed out
    cut: bool = False  # the run ended before it could be resent


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Our own client refused to send the request: never the target's fault."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """An answer came that is larger than we read: nothing can be said about it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What was seen of an answer before we hung up on purpose: its status and the id, or nothing."""

    status: int | None = None
    id: str | int | None = None

    @property
    def reason(self) -> str:
        """Why nothing more of it was read, for people."""
        if self.status is None:
            return "we closed the connection before any of the answer was read"
        return f"we closed the connection once the answer, {self.status}, had shown the id {json.dumps(self.id)}"


Answer: TypeAlias = Response | NoAnswer | NotSent | NotRead | Glimpse


def masked_headers(headers: Headers, contract: Contract) -> Headers:
    """Return headers, with the values of those that the user added masked."""
    own = contract.headers.own
    return tuple((name, value if name.lower() in own else MASK) for name, value in headers)


def response(
    status: int,
    headers: Headers,
    body: bytes,
    *,
    shows_credential: bool = False,
    connection: str = "",
    released: float = 0.0,
) -> Response:
    """Return the response with its body parsed."""
    return Response(
        status=status,
        headers=headers,
        body=body,
        document=_parsed(body),
        shows_credential=shows_credential,
        connection=connection,
        released=released,
    )


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return parsed(body)
    except (ValueError, RecursionError):
        return NOT_JSON
    except TooLarge:
        return NOT_PARSED


def excerpted(interaction: Interaction) -> Interaction:
    """Return the interaction with what is kept of its answer once it was judged: all of a short one."""
    answer = interaction.answer
    if not isinstance(answer, Response) or isinstance(answer, Excerpt):
        return interaction
    headers = sum(len(name) + len(value) for name, value in answer.headers)
    if len(answer.body) <= KEPT_WHOLE and headers <= KEPT_HEADERS:
        return interaction
    return replace(interaction, answer=excerpt_of(answer, interaction.contract))


def excerpt_of(answer: Response, contract: Contract) -> Excerpt:
    """Return what is kept of an answer once it was judged."""
    start, length = answer.body[:KEPT_START], characters(answer.body)
    if length is not None:
        start = start.decode("utf-8", "ignore").encode()  # half a character would not be UTF-8
    document = documented(answer.document, contract) if isinstance(answer.document, dict) else bounded(answer.document)
    if isinstance(document, dict) and isinstance(contract.secret(document), Long):
        start = b""  # a secret is masked by value, and this one's value is not kept
    return Excerpt(
        status=answer.status,
        headers=_cut_headers(answer.headers),
        body=start,
        document=document,
        shows_credential=answer.shows_credential,
        length=len(answer.body),
        characters=length,
        digest=hashlib.sha256(answer.body).hexdigest(),
    )


def _cut_headers(headers: Headers) -> Headers:
    kept, room = [], KEPT_HEADERS
    for name, value in headers:
        room -= len(name) + len(value)
        if room < 0:
            break
        kept.append((name, value))
    return tuple(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request and its answer, with the case that was sent."""

    number: int  # 1 for the first of the run
    phase: str
    case: Case
    key: str | None  # the idempotency key as sent
    form: Key | None  # the relation of that key to others, so that it can be sent again with fresh values
    request: Request
    answer: Answer
    attempts: int = 1  # how often it was sent before it got this answer, this time included
    unanswered: int = 0  # how many of these attempts got no answer
    lost: bool = False  # an earlier attempt got no answer, or 429 or 503, so this one may be a replay of it
    seconds: float = 0.0  # how long the last attempt took
    began: float = 0.0  # when the first attempt was sent, in seconds since the epoch; 0 if unknown
    ended: float = 0.0  # when the answer was complete, or was given up on, likewise
    connection: str = ""  # names the connection, if known
    burst: int | None = None  # interactions of one burst share a number
    spread: float = 0.0  # seconds between the first and the last request of its burst; 0 if unknown
    contract: Contract = field(default=CONTRACT, repr=False, compare=False)  # what documents the create

    @property
    def key_form(self) -> Key | None:
        """The relation of the key to others, by the name that it has in the JSON report."""
        return self.form

    @property
    def node(self) -> str:
        """The base URL of the node that got it, if the service has several, or ""."""
        return self.request.node

    @property
    def created(self) -> dict[str, Any] | None:
        """The JSON object of a 2xx answer, or None."""
        if isinstance(self.answer, Response) and self.answer.successful and isinstance(self.answer.document, dict):
            return self.answer.document
        return None

    @property
    def status(self) -> int | None:
        """The status of the answer, or None if there was none."""
        return self.answer.status if isinstance(self.answer, Response) else None

    @property
    def may_be_refused_for_its_key(self) -> bool:
        """Whether keys are refused with this status: in use, or reused with different parameters."""
        how = self.contract.parts.idempotency
        return self.status in how.statuses or self.status in how.in_flight

    @property
    def conflicts(self) -> bool:
        """Whether the status means a key reused with different parameters, rather than invalid parameters."""
        told = self.status in self.contract.parts.idempotency.statuses
        return told and (self.status == CONFLICT or self.case.expectation is Expectation.ACCEPT)

    @property
    def is_probe(self) -> bool:
        """Whether it is a valid create that asks whether the target still serves."""
        return self.phase in {PROBE, CHECKUP}

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
        """Why the closed connection may be a refusal that was lost in transit, or ""."""
        return lost_refusal(self.request, self.key, self.answer)

    @property
    def chosen(self) -> str | None:
        """The value of the field that selects an object, if it is a string."""
        return self.contract.chosen(self.case.params)

    @property
    def id(self) -> Any:  # noqa: ANN401 - any JSON
        """The id that a 2xx answer shows, or None."""
        return self.contract.identifier(self.created)

    @property
    def secret(self) -> str | Long | None:
        """The secret that a 2xx answer shows at its place, or None."""
        secret = None if self.created is None else self.contract.secret(self.created)
        return secret if isinstance(secret, str | Long) else None


def lost_refusal(request: Request, key: str | None, answer: Answer) -> str:
    """Return why a closed connection may be a refusal that was lost in transit, or ""."""
    if not (isinstance(answer, NoAnswer) and answer.ended):
        return ""
    if len(request.body) > LARGE:
        # A server that refuses a large body may close before reading all of it, and the refusal is lost in transit.
        return "the connection was closed while a large body was being sent"
    if not (key or "").isascii():
        # Some HTTP servers hang up on a non-ASCII header before the application sees anything.
        return "the connection was closed at a non-ASCII header"
    return ""
