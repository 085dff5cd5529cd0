"""Servers that do the wrong thing with a key that was used before."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import Edit, Test, altered, at, replaying, without
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Destination, Reference, RefusedError, Remembered, Scope

_AGAIN = (
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/burst/one-destination",
)
_REPLAY = "idempotency/replay"
_NOT_A_REPLAY = (_REPLAY, *_AGAIN)

_IGNORED = (
    "idempotency/conflict/status",
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/burst/one-destination",
    "idempotency/burst/one-body",
    "idempotency/conflict/every-parameter",
    "idempotency/conflict/absent-or-empty",
)


def ignoring(when: Test) -> type[Reference]:
    """Return the server that ignores the key of some creates."""

    class Ignores(Reference):
        def answer_once(self, create: Create, key: str) -> Response:
            return self.answer_always(create) if when(create.params) else super().answer_once(create, key)

    return Ignores


IGNORED = tuple(
    Mutant(name=name, breaks="idempotency/replay", sentence=sentence, make=ignoring(when), also=_IGNORED)
    for name, sentence, when in (
        ("key-ignored", "Ignores idempotency keys.", lambda _: True),
        (
            "key-ignored-for-eventbridge",
            "Ignores the keys of EventBridge destinations.",
            lambda params: params["type"] == "amazon_eventbridge",
        ),
        (
            "key-ignored-for-webhooks",
            "Ignores the keys of webhook endpoints.",
            lambda params: params["type"] == "webhook_endpoint",
        ),
        (
            "key-ignored-with-metadata",
            "Ignores the keys of creates with metadata.",
            lambda params: bool(params.get("metadata")),
        ),
        (
            "key-ignored-for-snapshots",
            "Ignores the keys of creates with a snapshot payload.",
            lambda params: params["event_payload"] == "snapshot",
        ),
    )
)


def _renamed(document: dict[str, object]) -> None:
    document["name"] = f"{document['name']} (copy)"


def _wrapped(document: dict[str, object]) -> None:
    inner = dict(document)
    document.clear()
    document |= {"replayed": True, "data": inner}


_REPLAYED: tuple[tuple[str, str, Edit], ...] = (
    ("replay-with-another-id", "Answers a replay with another id.", altered("id", lambda value: f"{value}_1")),
    ("replay-without-id", "Answers a replay without an id.", without("id")),
    (
        "replay-created-again",
        "Answers a replay with another time of creation.",
        altered("created", lambda value: f"2001{value[4:]}"),
    ),
    (
        "replay-created-a-second-earlier",
        "Answers a replay with a time of creation that is a second earlier.",
        altered("created", lambda value: (datetime.fromisoformat(value) - timedelta(seconds=1)).isoformat()),
    ),
    ("replay-without-metadata", "Answers a replay without its metadata.", altered("metadata", lambda _: {})),
    ("replay-without-description", "Answers a replay without its description.", altered("description", lambda _: None)),
    ("replay-renamed", "Answers a replay with another name.", _renamed),
    (
        "replay-events-reversed",
        "Answers a replay with its events in reverse.",
        altered("enabled_events", lambda events: events[::-1]),
    ),
    (
        "replay-with-default-origin",
        "Answers a replay with `events_from` as if it had not been sent.",
        altered("events_from", lambda _: ["self"]),
    ),
    (
        "replay-without-url",
        "Answers a replay without the URL that is asked for.",
        altered("webhook_endpoint.url", lambda _: None),
    ),
    ("replay-empty", "Answers a replay with an empty object.", lambda document: document.clear()),
    ("replay-wrapped", "Wraps the destination of a replay in an object.", _wrapped),
)

_MATES = {  # in a burst the answer that comes first may be a replay, and is judged like any other
    "replay-without-id": ("response/id/required",),
    "replay-renamed": ("echo/name",),
    "replay-without-url": ("include/webhook_endpoint.url",),
    "replay-without-metadata": ("echo/metadata",),
    "replay-without-description": ("echo/description",),
    "replay-events-reversed": ("echo/enabled_events",),
    "replay-with-default-origin": ("echo/events_from",),
}
_UNLIKE = {"replay-empty", "replay-wrapped"}  # told as such, whatever lies between
REPLAYED = tuple(
    Mutant(
        name=name,
        breaks=_REPLAY,
        sentence=sentence,
        make=replaying(edit),
        also=() if name in _UNLIKE else (*_AGAIN, *_MATES.get(name, ())),
    )
    for name, sentence, edit in _REPLAYED
)


def answering_replays(status: int, code: str = "") -> type[Reference]:
    """Return the server that refuses replays, or answers them with nothing in the body."""

    class Answers(Reference):
        def replay_response(self, destination: Destination, create: Create) -> Response:  # noqa: ARG002 - refuses
            if code:
                raise RefusedError(status, code, "This Idempotency-Key was used before.")
            return Response(status=status)

    return Answers


REFUSED = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=answering_replays(status, code), also=also)
    for name, breaks, sentence, status, code, also in (
        ("replay-conflicts", _REPLAY, "Answers a replay as a conflict.", 409, "idempotency_error", _AGAIN),
        ("replay-refused", _REPLAY, "Refuses a replay as used up.", 400, "key_already_used", _AGAIN),
        (
            "replay-without-body",
            _REPLAY,
            "Answers a replay with 204.",
            204,
            "",
            (),
        ),
        ("replay-not-modified", "response/status", "Answers a replay with 304.", 304, "", _NOT_A_REPLAY),
        ("replay-crashes", "robustness/no-server-error", "Fails on a replay.", 500, "internal_error", _NOT_A_REPLAY),
    )
)


@mutant(breaks=_REPLAY)
class ReplayInAList(Reference):
    """Answers a replay with a list of the destination."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        body = self.encode([self.render(destination, self.included(create.params))])
        return Response(body, mimetype="application/json")


@mutant(breaks=_REPLAY)
class ReplayInAString(Reference):
    """Answers a replay with the JSON of the destination in a string."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        text = json.dumps(self.render(destination, self.included(create.params)))
        return Response(self.encode(text), mimetype="application/json")


class Counting(Reference):
    """Counts the replays of each key."""

    def set_up(self) -> None:
        self._uses: defaultdict[Scope, itertools.count[int]] = defaultdict(lambda: itertools.count(1))

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.fingerprint == fingerprint:
            used = next(self._uses[create.account, create.key or ""])
            if self.goes_wrong(used):
                return self.answer_always(create)
        return super().answer_known(known, fingerprint, create)

    def goes_wrong(self, used: int) -> bool:
        """Return whether the so-many-th replay of a key makes another destination."""
        raise NotImplementedError


_KEPT = (
    "idempotency/conflict/keeps-first",
    "idempotency/remembers",
    "idempotency/burst/one-destination",
    "idempotency/same-parameters",
)


@mutant(breaks="idempotency/replay", also=_KEPT)
class SecondReplayMakesAnother(Counting):
    """Makes another destination in the second replay of a key."""

    def goes_wrong(self, used: int) -> bool:
        return used == 2  # noqa: PLR2004 - the second


@mutant(breaks="idempotency/replay", also=_KEPT)
class KeyServesOnce(Counting):
    """Makes another destination in each replay but the first."""

    def goes_wrong(self, used: int) -> bool:
        return used > 1


@mutant(breaks="idempotency/replay", also=_KEPT)
class ReplayOfTheLast(Reference):
    """Answers a replay with the destination that was made last."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        last = self.store.of_account(create.account)[-1]
        return super().replay_response(last if last.created >= destination.created else destination, create)


@mutant(breaks="idempotency/account-scoped")
class KeysOfAllAccounts(Reference):
    """Takes a key for the same whichever account it comes from."""

    def scope(self, account: str, key: str) -> Scope:  # noqa: ARG002 - the fault
        return "", key


@mutant(breaks="idempotency/account-scoped")
class ConflictNamesTheOther(Reference):
    """Answers a key of another account with a conflict that names the other's destination."""

    def scope(self, account: str, key: str) -> Scope:  # noqa: ARG002 - the fault
        return "", key

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        if known.destination.account == create.account:
            return super().answer_known(known, fingerprint, create)
        message = f"This key made {known.destination.id}."
        return self.respond(409, {"error": {"code": "idempotency_error", "message": message}})


@mutant(breaks="idempotency/no-key")
class NoKeyIsOneByTheBody(Reference):
    """Takes creates without a key for the same when their parameters are."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, f"body-{self.identity(create)}")


@mutant(breaks="idempotency/no-key", also=("request/valid",))
class NoKeyIsAKey(Reference):
    """Takes creates without a key for creates under the same key."""

    def answer_always(self, create: Create) -> Response:
        return self.answer_once(create, "none")


@mutant(breaks="idempotency/no-key")
class SameNameIsTheSame(Reference):
    """Takes creates without a key for the same when their names and URLs are."""

    def set_up(self) -> None:
        self._made: dict[tuple[str, str], Destination] = {}

    def answer_always(self, create: Create) -> Response:
        what = str(at("name", create.params)), str(at("webhook_endpoint.url", create.params))
        if what in self._made:
            return self.replay_response(self._made[what], create)
        self._made[what] = destination = self.make(create.account, create.params)
        self.insert(destination)
        return self.created_response(destination, create)


MUTANTS = (*IGNORED, *REPLAYED, *REFUSED, *mutants_in(globals()))
