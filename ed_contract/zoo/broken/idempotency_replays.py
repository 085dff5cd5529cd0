"""Servers that answer a replay wrongly: with another destination, or with a different answer."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Reference, Remembered, Scope
from ed_contract.zoo.altering import altered, answering_replays, replaying, without
from ed_contract.zoo.predicates import EVENTBRIDGE, SNAPSHOT, WEBHOOK, Test, given
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_AGAIN = (
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/burst/one-destination",
)
_REPLAY = "idempotency/replay"

_IGNORED = (
    "idempotency/conflict/status",
    *_AGAIN,
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


IGNORED = mutants_of(
    _REPLAY,
    (
        ("key-ignored", "Ignores idempotency keys.", ignoring(lambda _: True)),
        ("key-ignored-for-eventbridge", "Ignores the keys of EventBridge destinations.", ignoring(EVENTBRIDGE)),
        ("key-ignored-for-webhooks", "Ignores the keys of webhook endpoints.", ignoring(WEBHOOK)),
        ("key-ignored-with-metadata", "Ignores the keys of creates with metadata.", ignoring(given("metadata"))),
        ("key-ignored-for-snapshots", "Ignores the keys of creates with a snapshot payload.", ignoring(SNAPSHOT)),
    ),
    also=_IGNORED,
)


def _renamed(document: dict[str, object]) -> None:
    document["name"] = f"{document['name']} (copy)"


def _wrapped(document: dict[str, object]) -> None:
    inner = dict(document)
    document.clear()
    document |= {"replayed": True, "data": inner}


# In a burst the first answer to arrive may be a replay, and is judged like any other.
REPLAYED = mutants_of(
    _REPLAY,
    (
        (
            "replay-with-another-id",
            "Answers a replay with a different id.",
            replaying(altered("id", lambda value: f"{value}_1")),
        ),
        ("replay-without-id", "Answers a replay without an id.", replaying(without("id")), "response/id/required"),
        (
            "replay-created-again",
            "Answers a replay with a different creation time.",
            replaying(altered("created", lambda value: f"2001{value[4:]}")),
        ),
        (
            "replay-created-a-second-earlier",
            "Answers a replay with a creation time that is a second earlier.",
            replaying(
                altered("created", lambda value: (datetime.fromisoformat(value) - timedelta(seconds=1)).isoformat())
            ),
        ),
        (
            "replay-without-metadata",
            "Answers a replay with empty metadata.",
            replaying(altered("metadata", lambda _: {})),
            "echo/metadata",
        ),
        (
            "replay-without-description",
            "Answers a replay with null as the description.",
            replaying(altered("description", lambda _: None)),
            "echo/description",
        ),
        ("replay-renamed", "Answers a replay with a different name.", replaying(_renamed), "echo/name"),
        (
            "replay-events-reversed",
            "Answers a replay with its events in reverse order.",
            replaying(altered("enabled_events", lambda events: events[::-1])),
            "echo/enabled_events",
        ),
        (
            "replay-with-default-origin",
            "Answers a replay with the default `events_from` instead of the one that was sent.",
            replaying(altered("events_from", lambda _: ["self"])),
            "echo/events_from",
        ),
        (
            "replay-without-url",
            "Answers a replay without the URL that is asked for.",
            replaying(altered("webhook_endpoint.url", lambda _: None)),
            "include/webhook_endpoint.url",
        ),
        ("replay-conflicts", "Answers a replay with a conflict.", answering_replays(409, "idempotency_error")),
        (
            "replay-refused",
            "Refuses a replay because the key was used before.",
            answering_replays(400, "key_already_used"),
        ),
    ),
    also=_AGAIN,
)

# Recognised as broken replays whatever was sent in between.
UNLIKE = mutants_of(
    _REPLAY,
    (
        ("replay-empty", "Answers a replay with an empty object.", replaying(lambda document: document.clear())),
        ("replay-wrapped", "Wraps the destination in another object in replays.", replaying(_wrapped)),
        ("replay-without-body", "Answers a replay with 204.", answering_replays(204)),
    ),
)


@mutant(breaks=_REPLAY)
class ReplayInAList(Reference):
    """Answers a replay with the destination in an array."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        body = self.encode([self.render(destination, self.included(create.params))])
        return Response(body, mimetype="application/json")


@mutant(breaks=_REPLAY)
class ReplayInAString(Reference):
    """Answers a replay with the destination's JSON in a string."""

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
        """Return whether the n-th replay of a key makes another destination."""
        raise NotImplementedError


@mutant(breaks=_REPLAY, also=_AGAIN)
class SecondReplayMakesAnother(Counting):
    """Creates another destination on the second replay of a key."""

    def goes_wrong(self, used: int) -> bool:
        return used == 2


@mutant(breaks=_REPLAY, also=(*_AGAIN, "idempotency/lost-answer"))
class KeyServesOnce(Counting):
    """Creates another destination on every replay except the first."""

    def goes_wrong(self, used: int) -> bool:
        return used > 1


@mutant(breaks=_REPLAY, also=_AGAIN)
class ReplayOfTheLast(Reference):
    """Answers a replay with the most recently created destination."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        last = self.store.of_account(create.account)[-1]
        return super().replay_response(last if last.created >= destination.created else destination, create)


ANOTHER_SECRET = mutants_of(
    _REPLAY,
    (
        (
            "replay-with-another-secret",
            "Returns a different signing secret in replays.",
            replaying(altered("webhook_endpoint.signing_secret", lambda secret: secret and f"{secret}0")),
        ),
    ),
    also=_AGAIN,
)


@mutant(breaks="idempotency/one-effect")
class ReplayMakesAnother(Reference):
    """Creates another destination on a replay but answers with the first."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        self.insert(self.make(create.account, create.params))
        return super().replay_response(destination, create)


MUTANTS = (*IGNORED, *REPLAYED, *UNLIKE, *mutants_in(globals()), *ANOTHER_SECRET)
