"""Right servers with other customs for idempotency keys: how replays look, what is compared, which keys are valid."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Params, Reference, RefusedError, Remembered, Scope
from ed_contract.zoo.altering import altered, edited
from ed_contract.zoo.bases import Attentive, NotesRefused, Underway
from ed_contract.zoo.hosts import on_closing
from ed_contract.zoo.specimen import right, right_in


@right(sockets=True)
class TwinIsRefused(Underway):
    """Responds with 409 to a create while another under its key is in progress."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        raise RefusedError(409, "idempotency_key_in_use", "Try again.", headers={"Retry-After": "0"})


@right(sockets=True)
class TwinIsAConflict(Underway):
    """Answers a create with a conflict while another under its key is in progress."""

    def answer_twin(self, create: Create, scope: Scope, first: threading.Event) -> Response:
        return self.conflict_response()


@right()
class LetsGoLate(Reference):
    """Keeps every 16th key locked for a moment after its answer and refuses requests with it meanwhile."""

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


@right(sockets=True, host=on_closing)
class NothingForTheGone(Attentive):
    """Creates nothing and leaves the key unused if the client hangs up before the answer."""

    def answer_once(self, create: Create, key: str) -> Response:
        if self.lookup(self.scope(create.account, key)) is None and self.client_is_gone():
            raise RefusedError(499, "client_closed_request", "Nobody reads this.")
        return super().answer_once(create, key)


@right(sockets=True, host=on_closing)
class FinishesForTheGone(Attentive):
    """Keeps the key of a create locked for a third of a second if its client hangs up before the answer."""

    moment = 0.3  # seconds

    def set_up(self) -> None:
        super().set_up()
        self._until: dict[str, float] = {}

    def answer_once(self, create: Create, key: str) -> Response:
        if time.monotonic() < self._until.get(key, 0.0):
            raise RefusedError(409, "idempotency_key_in_use", "A request with this key is under way.")
        if self.lookup(self.scope(create.account, key)) is None and self.client_is_gone():
            self._until[key] = time.monotonic() + self.moment
        return super().answer_once(create, key)


@right()
class OneAtATime(Reference):
    """Handles creates one at a time, whatever their keys."""

    def set_up(self) -> None:
        self._turn = threading.Lock()

    def answer_once(self, create: Create, key: str) -> Response:
        with self._turn:
            time.sleep(0.002)
            return super().answer_once(create, key)


@right()
class FailuresReplayed(NotesRefused):
    """Replays the refusal of a key's first create whenever the key is reused."""

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        raise RefusedError(refusal.status, refusal.code, refusal.message, kind=refusal.kind)


@right()
class KeyBeforeParameters(Reference):
    """Looks up the key before it validates the parameters."""

    def answer(self, create: Create) -> Response:
        known = self.lookup(self.scope(create.account, create.key)) if create.key else None
        if known is None:
            return super().answer(create)
        return self.answer_known(known, self.identity(replace(create, params=self.given(create.params))), create)


@right()
class SameBytesAgain(Reference):
    """Answers a replay with the bytes of the first answer."""

    def set_up(self) -> None:
        self._answers: dict[str, bytes] = {}

    def created_response(self, destination: Destination, create: Create) -> Response:
        response = super().created_response(destination, create)
        self._answers[destination.id] = response.get_data()
        return response

    def replay_response(self, destination: Destination, create: Create) -> Response:
        answer = self._answers.get(destination.id)
        return super().replay_response(destination, create) if answer is None else self._again(answer)

    def _again(self, answer: bytes) -> Response:
        return Response(answer, status=self.replayed_status, mimetype="application/json")


@right()
class ReplaysMove(Reference):
    """Answers a replay with the destination's current state: a later `updated` and a different status."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(replace(destination, updated=datetime.now(UTC)), self.included(create.params))
        document.update(status="disabled", status_details={"disabled": {"reason": "user"}})
        source = "amazon_eventbridge.aws_event_source_status"
        return self.respond(200, edited(document, altered(source, lambda _: "active")))


@right()
class ReplaysFromTheTable(Reference):
    """Answers replays from a database, with nulls for empty parameters and rounded timestamps."""

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
class SourcesOnReplay(Reference):
    """Leaves out `events_from` if none was sent but returns its default in replays."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = {**self.render(destination, self.included(create.params))}
        if not create.params.get("events_from"):
            document.pop("events_from")
        return self.respond(200, document)


@right()
class OrderIsNoDifference(Reference):
    """Treats arrays in a different order as the same parameters."""

    def fingerprint(self, params: Params) -> str:
        return super().fingerprint({k: sorted(v) if isinstance(v, list) else v for k, v in params.items()})


@right()
class ParametersKept(Reference):
    """Compares the parameters themselves instead of a digest."""

    def fingerprint(self, params: Params) -> str:
        return json.dumps(params, sort_keys=True)

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        same = json.loads(known.fingerprint) == json.loads(fingerprint)
        return super().answer_known(known, known.fingerprint if same else fingerprint, create)


@right()
class KeysUpTo64(Reference):
    """Refuses keys of more than 64 characters."""

    key_length = 64


@right()
class KeysAreUuids(Reference):
    """Accepts only UUIDs as keys, in upper or lower case."""

    def is_key(self, key: str) -> bool:
        return re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", key) is not None


@right()
class UuidsAreOneInAnyCase(KeysAreUuids):
    """Accepts only UUIDs as keys and ignores their case."""

    def scope(self, account: str, key: str) -> Scope:
        return super().scope(account, key.lower())


@right()
class KeysInLowerCase(Reference):
    """Accepts only keys of 20 to 255 characters without upper-case letters."""

    def is_key(self, key: str) -> bool:
        return super().is_key(key) and len(key) >= 20 and key == key.lower()


@right()
class KeysOfHexAndHyphens(Reference):
    """Accepts only keys of at most 40 lower-case hexadecimal digits and hyphens."""

    def is_key(self, key: str) -> bool:
        return re.fullmatch("[0-9a-f-]{1,40}", key) is not None


@right()
class RefusedKeysAreBound(NotesRefused):
    """Accepts only the same parameters again under a key whose first create was refused."""

    def answer_after(self, first: Create, refusal: RefusedError, create: Create) -> Response:
        return (
            super().answer_after(first, refusal, create) if create.params == first.params else self.conflict_response()
        )


@right()
class KeysOfAnyForm(Reference):
    """Accepts any key, however long."""

    def is_key(self, key: str) -> bool:
        return True


@right()
class KeysEchoed(Reference):
    """Returns the id of the request and its idempotency key in headers."""

    def create(self, request: Request) -> Response:
        response = super().create(request)
        response.headers["Request-Id"] = "req_1"
        response.headers["Stripe-Should-Retry"] = "false"
        if key := request.headers.get("Idempotency-Key"):
            response.headers["Idempotency-Key"] = key
        return response


@right()
class SomeKeysWereUsed(Reference):
    """Remembers keys that others used before this run, short ones among them."""

    def set_up(self) -> None:
        super().set_up()
        destination = self.make("acct_a", {"name": "Of another day", "type": "webhook_endpoint"})
        self.insert(destination)
        for key in ("k", "1", "a", "test"):
            self.remember(self.scope("acct_a", key), "of another day", destination)


@right()
class NoList(Reference):
    """Refuses to list destinations."""

    def list_all(self, request: Request) -> Response:
        raise RefusedError(405, "method_not_allowed", "This path has no such method.", headers={"Allow": "POST"})


@right()
class ListLags(Reference):
    """Lists no destinations that were created recently."""

    def list_all(self, request: Request) -> Response:
        return self.respond(200, {"data": [], "next_page_url": None, "previous_page_url": None})


@right()
class ListInPages(Reference):
    """Lists 50 destinations per page and repeats the last one on the next page."""

    def list_all(self, request: Request) -> Response:
        every = self.store.of_account(self.authenticate(request))
        start = int(request.args.get("start", 0))
        data = [self.render(one, ()) for one in every[start : start + 51]]
        following = f"{request.path}?start={start + 50}" if len(every) > start + 50 else None
        return self.respond(200, {"data": data, "next_page_url": following, "previous_page_url": None})


RIGHT = right_in(globals())
