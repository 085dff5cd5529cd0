"""What a run makes, as far as its requests and their answers tell: creates under way, lost, refused, and destinations.

Sends nothing and deletes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ed_contract.case import Credential
from ed_contract.contract import CONTRACT, Contract
from ed_contract.interaction import Request, Response
from ed_contract.runner.provenance import NOT_PLAIN, ServerClock, is_plain, moment_of

_GATEWAY_LOST = frozenset({502, 504})  # a gateway's word for an answer that was lost
_UNDECIDED = frozenset({401, 403, 408, 409, 425, 429})  # refusals that do not say what became of the same create before

REPEATED = "the server gives several destinations the same id, so it may be anyone's"

Shows: TypeAlias = Callable[[bytes, Mapping[str, Any]], bool]
"""Whether a destination shows what the body of a create said."""


@dataclass(slots=True, kw_only=True, eq=False)
class Create:
    """All that is sent under one key with one credential, or one create without a key."""

    order: int
    keyed: bool
    kept: bool = False  # it is asked for again at the end of the run
    asked: bool = False  # it was asked for again, to learn an id
    told: bool = False  # an answer told of a destination
    named: bool = False  # and told its id
    under_way: list[Request] = field(default_factory=list)
    lost: list[Request] = field(default_factory=list)  # each may have made a destination, and nothing told its id

    @property
    def open(self) -> int:
        """How many destinations that are not known may have been made of it."""
        return len(self.under_way) + len(self.lost) + (self.told and not self.named)

    def lose(self, request: Request) -> None:
        """Note that no answer will come; a key that made one before makes no other."""
        request = replace(request, hangs_up=None)  # it may be sent again, to learn what it made
        if not self.told and request not in self.lost:
            self.lost.append(request)


@dataclass(slots=True, kw_only=True, eq=False)
class Destination:
    """A destination that an answer told of."""

    id: str
    create: Create
    request: Request
    created: object
    came: float  # of time.monotonic
    doubt: str  # why it is not shown to be ours, the clock apart
    tried: str = ""  # why its deletion failed
    repeat: bool = False  # whether its deletion was sent before


class Destinations:
    """The creates of a run and the destinations that they made, the oldest first."""

    def __init__(self, shows: Shows, contract: Contract = CONTRACT) -> None:
        """Begin; `shows` compares what a destination shows with what was sent, and `contract` documents them."""
        self._shows, self._contract = shows, contract
        self._creates: dict[tuple[Credential, object], Create] = {}
        self._open: dict[Create, None] = {}  # those that are not decided
        self._there: dict[tuple[Credential, str], Destination] = {}
        self._deleted: dict[tuple[Credential, str], Create] = {}
        self._ids: set[str] = set()  # that were ever told
        self._ids_repeat = False  # an id was given to two destinations: it names nothing
        self._order = 0
        self.clock: ServerClock | None = None

    def identity(self, request: Request) -> tuple[Credential, object]:
        """Return what creates share that are to make one destination: account and key, or nothing without a key."""
        header = self._contract.headers.key.lower()
        key = next((value for name, value in request.headers if name.lower() == header), None)
        return request.credential, object() if key is None else key

    def intend(self, request: Request) -> tuple[Create, bool]:
        """Note a create before it is sent; return what it belongs to, and whether its key made nothing before."""
        if self.clock is None:
            self.clock = ServerClock(began=time.monotonic(), ours=time.time())
        identity = self.identity(request)
        self._order += 1
        create = self._creates.setdefault(identity, Create(order=self._order, keyed=isinstance(identity[1], str)))
        create.under_way.append(request)
        self._open[create] = None
        return create, not create.told

    def settle(self, create: Create, request: Request, came: Response | None, *, fresh: bool, sent: float) -> None:
        """Note what came of a create, None for nothing; it is under way until all else is noted."""
        now = time.monotonic()
        if came is None or came.status in _GATEWAY_LOST:
            create.lose(request)
        else:
            self.read_clock(came, sent=sent, came=now)
            self.note(create, request, came, fresh=fresh, now=now)
        self.forget(create, request)

    def forget(self, create: Create, request: Request) -> None:
        """Note that a create is no longer under way."""
        if request in create.under_way:  # not so if it came after the end of the run
            create.under_way.remove(request)
        if not create.open:
            self._open.pop(create, None)

    def read_clock(self, answer: Response, *, sent: float, came: float) -> None:
        """Note what time it is at the server."""
        if self.clock is not None:
            self.clock.read(answer.header("date"), sent=sent, came=came)

    def note(self, create: Create, request: Request, answer: Response, *, fresh: bool, now: float) -> None:
        """Note an answer: a destination, or a refusal."""
        if answer.refused and answer.status not in _UNDECIDED:
            create.lost = [one for one in create.lost if one.body != request.body]
        elif answer.successful:
            made = answer.document if isinstance(answer.document, dict) else _read(answer.body)
            bodies = [request.body, *(one.body for one in create.lost)]
            if isinstance(identifier := self._contract.identifier(made), str) and identifier:
                self._saw(create, request, identifier, made, doubt=self._doubt(made, bodies, fresh=fresh), now=now)
                create.named = True
            create.told, create.lost = True, []

    def _doubt(self, made: Mapping[str, Any], bodies: Iterable[bytes], *, fresh: bool) -> str:
        """Return why what was told is not shown to be ours, the clock and the id's past apart."""
        if not is_plain(str(self._contract.identifier(made))):
            return NOT_PLAIN
        if not fresh:
            return "first seen under a key that had made another"
        return "" if any(self._shows(body, made) for body in bodies) else "it does not show what was sent"

    def _saw(
        self, create: Create, request: Request, identifier: str, made: Mapping[str, Any], *, doubt: str, now: float
    ) -> None:
        """Note a destination if it was not known; one whose id is given to another create too is nobody's."""
        place = request.credential, identifier
        known, created = self._there.get(place), self._contract.created(made)
        if known is not None:
            if known.create is not create and known.created != created:
                known.doubt = known.doubt or "its id was given to more than one create"
                self._ids_repeat = True
            return
        if self._deleted.get(place) is create:
            return  # a replay of what is gone
        if identifier in self._ids:
            doubt = doubt or "its id had been seen before"
        moment = moment_of(created)
        if moment is not None and self.clock is not None:
            self.clock.saw(moment, came=now)
        self._there[place] = Destination(
            id=identifier, create=create, request=request, created=created, came=now, doubt=doubt
        )
        self._ids.add(identifier)

    def keep(self, credential: Credential, key: str | None) -> None:
        """Note that what was made under a key is asked for again at the end."""
        create = self._creates.get((credential, key))
        if create is not None:
            create.kept = True

    def deleted(self, one: Destination) -> None:
        """Note that a destination was deleted."""
        del self._there[one.request.credential, one.id]
        self._deleted[one.request.credential, one.id] = one.create

    def lose_what_is_under_way(self) -> None:
        """Note that no more answers come."""
        for create in self._open:
            for request in create.under_way:
                create.lose(request)
            create.under_way = []

    @property
    def order(self) -> int:
        """How many creates were intended."""
        return self._order

    @property
    def are_under_way(self) -> bool:
        """Whether any create is under way."""
        return any(create.under_way for create in self._open)

    @property
    def unknown(self) -> int:
        """How many destinations may have been made of which nothing told the id."""
        return sum(create.open for create in self._open)

    @property
    def count(self) -> int:
        """How many destinations there may be: those that are known, and each create that is not decided."""
        return len(self._there) + self.unknown

    @property
    def count_of_deleted(self) -> int:
        """How many were deleted."""
        return len(self._deleted)

    def lost(self) -> list[Create]:
        """Return the creates under a key that may have made a destination of which nothing told the id."""
        return [create for create in self._open if create.lost and create.keyed]

    def there(self) -> Iterator[tuple[Destination, str]]:
        """Yield the destinations that are known, each with why it cannot be shown to be ours, or ""."""
        for one in self._there.values():
            yield one, one.doubt or (REPEATED if self._ids_repeat else "") or self._doubt_of_age(one)

    def _doubt_of_age(self, one: Destination) -> str:
        moment = moment_of(one.created)
        if moment is None or self.clock is None:
            return f"its `{self._contract.parts.identity.created or 'created'}` is not a timestamp"
        return self.clock.doubt(moment, came=one.came)


def _read(body: bytes) -> dict[str, Any]:
    """Return the object that an answer tells, also where NaN or Infinity makes it none of JSON's."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
