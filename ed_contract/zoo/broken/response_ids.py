"""Servers that give one id to several destinations."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Json, Params, Reference
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of


def identifying(identify: Callable[[itertools.count[int], Destination], str]) -> type[Reference]:
    """Return the server that makes ids with `identify`, which is given a counter and the destination."""

    class Identifies(Reference):
        def set_up(self) -> None:
            self._count = itertools.count(1)
            self._shown: dict[str, str] = {}

        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            self._shown[destination.id] = identify(self._count, destination)
            return destination

        def render_id(self, destination: Destination) -> Json:
            return self._shown.get(destination.id, destination.id)

    return Identifies


def _every_40th(count: itertools.count[int], destination: Destination) -> str:
    return "ed_test_again" if next(count) % 40 == 0 else destination.id


_IDS: tuple[tuple[str, str, Callable[[itertools.count[int], Destination], str]], ...] = (
    ("id-constant", "Gives all destinations the same id.", lambda _, __: "ed_test_1"),
    ("id-of-the-name", "Derives the id from the name.", lambda _, destination: f"ed_{hash(destination.name):x}"),
    (
        "id-of-the-second",
        "Derives the id from the current second.",
        lambda _, made: f"ed_{int(made.created.timestamp())}",
    ),
    ("id-of-one-byte", "Draws ids from only 256 values.", lambda _, __: f"ed_{secrets.randbelow(256)}"),
    ("id-wraps-at-100", "Counts ids from 0 to 99 and then starts again.", lambda count, _: f"ed_{next(count) % 100}"),
    ("id-twice", "Gives each id to two destinations.", lambda count, _: f"ed_{next(count) // 2}"),
    ("id-reused-every-40th", "Gives every 40th destination the same id.", _every_40th),
    (
        "id-of-the-account",
        "Derives the id from the account and the type.",
        lambda _, made: f"ed_{made.account}_{made.type}",
    ),
)

IDS = mutants_of(
    "response/id/unique",
    ((name, sentence, identifying(identify)) for name, sentence, identify in _IDS),
    also=("idempotency/account-scoped",),
)


@mutant(
    breaks="response/id/unique",
    also=(
        "idempotency/keys-independent",
        "idempotency/no-key",
        "idempotency/account-scoped",
        "idempotency/conflict/status",
        "idempotency/burst/one-body",
        "echo/name",
        "echo/type",
    ),
)
class OneAnswerForAll(Reference):
    """Answers every valid create with the first destination."""

    def set_up(self) -> None:
        self._first: Destination | None = None

    def answer_once(self, create: Create, key: str) -> Response:
        return self.answer_always(create)

    def answer_always(self, create: Create) -> Response:
        self._first = self._first or self.make(create.account, create.params)
        return self.created_response(self._first, create)


MUTANTS = (*IDS, *mutants_in(globals()))
