"""Right servers in which two latitudes meet: each is one that the page leaves, and so are both."""

# ruff: noqa: ARG002, D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from ed_contract.mutants.right_decisions import TakesAll
from ed_contract.mutants.right_keys import Quota
from ed_contract.mutants.seams import altered, edited, refusing, text_at
from ed_contract.mutants.words import RightServer, right, right_in
from ed_contract.reference import Create, Destination, Document, Json, Params, Reference, RefusedError

_ABSENT_OR_EMPTY = "idempotency/conflict/absent-or-empty"
_NORMALISED = "echo/normalised"
_BLANKS = " \t\r\n\0\x0b\ufeff"


def _completed(params: Params) -> Params:
    """Return parameters with what is put in the place of those that were not given."""
    given = {name: value for name, value in params.items() if value not in (None, "", [], {})}
    defaults: dict[str, Json] = {"events_from": ["self"]}
    if params.get("event_payload") == "snapshot":
        defaults["snapshot_api_version"] = "2024-09-30.acacia"
    return {**defaults, **given}


@right(should=(_ABSENT_OR_EMPTY,))
class DefaultsCompared(Reference):
    """Puts its defaults in before it compares, and shows them."""

    def make(self, account: str, params: Params) -> Destination:
        return super().make(account, _completed(params))

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint(_completed(params))


def _trimmed(value: Json) -> Json:
    if isinstance(value, str):
        return value.strip(_BLANKS)
    if isinstance(value, dict):
        return {key: text for key, one in value.items() if (text := _trimmed(one)) != ""}
    return value


@right(should=(_NORMALISED,))
class TrimmedToNothing(TakesAll):
    """Trims as browsers do, and takes what is empty then for what was not sent."""

    def make(self, account: str, params: Params) -> Destination:
        def tidy(document: Document) -> None:
            for place in ("name", "description", "metadata"):
                altered(place, _trimmed)(document)

        destination = super().make(account, edited(params, tidy))
        return destination if destination.description != "" else replace(destination, description=None)


@right()
class ReplaysFromTheTable(Reference):
    """Answers first from the request, and again from a table: nulls for what is empty, times rounded."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = {**self.render(destination, self.included(create.params))}
        if not create.params.get("description"):
            document["description"] = ""
        if not create.params.get("events_from"):
            document["events_from"] = None
        return self.respond(200, document)

    def replay_response(self, destination: Destination, create: Create) -> Response:
        def rounded(moment: datetime) -> datetime:
            return (moment + timedelta(microseconds=500)).replace(microsecond=0) if moment.microsecond else moment

        again = replace(destination, created=rounded(destination.created), updated=rounded(destination.updated))
        document = {**self.render(again, self.included(create.params))}
        document["metadata"] = document["metadata"] or None
        for name in ("created", "updated"):
            document[name] = str(document[name]).partition(".")[0].rstrip("Z") + "Z"
        return self.respond(200, document)


@right()
class BusyAfterItWasDone(Reference):
    """Answers 503 now and then when all is done, and hides the secret when it is asked again."""

    def set_up(self) -> None:
        self._turn = itertools.count(1)

    def created_response(self, destination: Destination, create: Create) -> Response:
        if create.key and next(self._turn) % 7 == 0:
            raise RefusedError(503, "unavailable", "Try again.", headers={"Retry-After": "0"})
        return super().created_response(destination, create)

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return super().replay_response(replace(destination, signing_secret=None), create)


@right()
class LetsGoLate(Reference):
    """Has every 16th key in use for a moment after its answer, and refuses whoever comes by then."""

    moment = 0.05  # seconds

    def set_up(self) -> None:
        self._until: dict[str, float] = {}
        self._answers = itertools.count(1)

    def answer_once(self, create: Create, key: str) -> Response:
        if time.monotonic() < self._until.get(key, 0.0):
            raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")
        response = super().answer_once(create, key)
        if next(self._answers) % 16 == 0:
            self._until[key] = time.monotonic() + self.moment
        return response


@right()
class CountsWithinAnAccount(Reference):
    """Counts the destinations of each account, and calls them by their number."""

    def set_up(self) -> None:
        self._counts: Counter[str] = Counter()
        self._numbers: dict[str, str] = {}
        self._counting = threading.Lock()

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        with self._counting:
            self._counts[account] += 1
            self._numbers[destination.id] = str(self._counts[account])
        return destination

    def render_id(self, destination: Destination) -> Json:
        return self._numbers[destination.id]


@right(inconclusive=True)
class SixteenOrAConflict(Quota):
    """Takes sixteen destinations, and refuses more with 409."""

    refusal = (409, "limit_exceeded")


@right()
class LeapSeconds(Reference):
    """Was made in the last second of a day with one second more."""

    def format_timestamp(self, moment: datetime) -> Json:
        return "2016-12-31T23:59:60Z"


@right()
class SourcesOnReplay(Reference):
    """Shows no source at first where none was sent, and its default when it is asked again."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = {**self.render(destination, self.included(create.params))}
        if not create.params.get("events_from"):
            document.pop("events_from")
        return self.respond(200, document)


@right()
class ConfigurationAbsentThenNull(Reference):
    """Leaves the other type's configuration out at first, and answers null for it when it is asked again."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(destination, self.included(create.params))
        return self.respond(201, {name: value for name, value in document.items() if value is not None})


NO_PORTS = RightServer(
    name="no-ports",
    sentence="Refuses URLs with a port.",
    make=refusing(lambda params: ":" in text_at("webhook_endpoint.url", params).partition("://")[2]),
)

RIGHT = (*right_in(globals()), NO_PORTS)
