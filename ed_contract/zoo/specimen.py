"""The servers of the zoo: mutants, which break one requirement each, and right servers, which break none.

Knows nothing of the contract: a test ensures that every requirement named here exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from ed_contract.reference import SEED, Reference
from ed_contract.zoo.hosts import Host, on_waitress

Needs: TypeAlias = Literal["restart", "replica"]
"""What a server needs before its behaviour shows: a restart, or a second node."""

_WORD_STARTS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A server that breaks one requirement and is right otherwise."""

    name: str  # in kebab-case, unique in the zoo, never reused
    breaks: str  # the id of the requirement
    sentence: str  # what it does differently from the reference
    make: type[Reference]  # takes the reference's arguments: `make(db=…, keys=…, edition=…)`
    edition: str = SEED  # the edition of the page that it breaks
    also: tuple[str, ...] = ()  # ids of further requirements that the same fault breaks
    needs: Needs | None = None
    sockets: bool = False  # whether the fault shows only over real connections
    host: Host = on_waitress


@dataclass(frozen=True, slots=True, kw_only=True)
class RightServer:
    """A server that breaks no MUST but behaves unusually where the page allows it."""

    name: str  # in kebab-case, unique in the zoo, never reused
    sentence: str  # what it does differently from the reference
    make: type[Reference]
    edition: str = SEED  # the edition of the page that it follows
    should: tuple[str, ...] = ()  # ids of the SHOULD requirements that it deliberately breaks
    inconclusive: bool = False  # whether some MUST may stay inconclusive, since the server stops accepting creates
    needs: Needs | None = None
    sockets: bool = False  # whether its behaviour shows only over real connections
    host: Host = on_waitress


One: TypeAlias = Mutant | RightServer
"""Any server of the zoo."""

Row: TypeAlias = tuple[str, str, type[Reference], *tuple[str, ...]]
"""Name, sentence and server, then ids of further requirements that the same fault breaks."""

_R = TypeVar("_R", bound=Reference)
_declared: dict[type[Reference], One] = {}


def mutant(
    *,
    breaks: str,
    also: tuple[str, ...] = (),
    needs: Needs | None = None,
    sockets: bool = False,
    host: Host = on_waitress,
) -> Callable[[type[_R]], type[_R]]:
    """Declare a class as a mutant: its name becomes the mutant's, its docstring the sentence."""

    def declare(make: type[_R]) -> type[_R]:
        name, sentence = name_of(make), sentence_of(make)
        _declared[make] = Mutant(
            name=name, breaks=breaks, sentence=sentence, make=make, also=also, needs=needs, sockets=sockets, host=host
        )
        return make

    return declare


def right(
    *,
    should: tuple[str, ...] = (),
    inconclusive: bool = False,
    needs: Needs | None = None,
    sockets: bool = False,
    host: Host = on_waitress,
) -> Callable[[type[_R]], type[_R]]:
    """Declare a class as a right server: its name becomes the server's, its docstring the sentence."""

    def declare(make: type[_R]) -> type[_R]:
        _declared[make] = RightServer(
            name=name_of(make),
            sentence=sentence_of(make),
            make=make,
            should=should,
            inconclusive=inconclusive,
            needs=needs,
            sockets=sockets,
            host=host,
        )
        return make

    return declare


def mutants_of(
    breaks: str, rows: Iterable[Row], *, also: tuple[str, ...] = (), sockets: bool = False
) -> tuple[Mutant, ...]:
    """Return the mutants of a table that break the same requirement."""
    return tuple(
        Mutant(name=name, breaks=breaks, sentence=sentence, make=make, also=(*also, *more), sockets=sockets)
        for name, sentence, make, *more in rows
    )


def right_of(
    rows: Iterable[tuple[str, str, type[Reference]]], *, should: tuple[str, ...] = ()
) -> tuple[RightServer, ...]:
    """Return the right servers of a table."""
    return tuple(RightServer(name=name, sentence=sentence, make=make, should=should) for name, sentence, make in rows)


_O = TypeVar("_O", Mutant, RightServer)


def of_edition(edition: str, servers: Iterable[_O]) -> tuple[_O, ...]:
    """Return the servers as those of a later edition of the page."""
    return tuple(replace(one, edition=edition) for one in servers)


def opened(one: One, *, db: Path | str | None = None) -> Reference:
    """Return a server of the zoo as an application, on its edition of the page."""
    return one.make(db=db, edition=one.edition)


def mutants_in(namespace: Mapping[str, object]) -> tuple[Mutant, ...]:
    """Return the mutants that a module declares with the decorator, in order."""
    return tuple(one for one in _declared_in(namespace) if isinstance(one, Mutant))


def right_in(namespace: Mapping[str, object]) -> tuple[RightServer, ...]:
    """Return the right servers that a module declares with the decorator, in order."""
    return tuple(one for one in _declared_in(namespace) if isinstance(one, RightServer))


def _declared_in(namespace: Mapping[str, object]) -> list[One]:
    classes = [value for value in namespace.values() if isinstance(value, type) and issubclass(value, Reference)]
    return [_declared[one] for one in classes if one in _declared and one.__module__ == namespace["__name__"]]


def name_of(make: type[Reference]) -> str:
    """Return the class name in kebab-case."""
    return _WORD_STARTS.sub("-", make.__name__).lower()


def sentence_of(make: type[Reference]) -> str:
    """Return the first line of the docstring."""
    return (make.__doc__ or "").partition("\n")[0]


def slug(place: str) -> str:
    """Return a place of the page as part of a name, e.g. `webhook-endpoint-url`."""
    return place.replace("_", "-").replace(".", "-")
