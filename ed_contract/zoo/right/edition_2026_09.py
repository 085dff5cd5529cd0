"""Right servers of the edition 2026-09, which refuse what its prose forbids, each in another way."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Json, Problem, Reference, RefusedError
from ed_contract.zoo.altering import altered, rendering
from ed_contract.zoo.bases import Live, TakesAll
from ed_contract.zoo.specimen import of_edition, right, right_in, right_of

EDITION = "2026-09"


@right()
class LiveWithHttpsOnly(Live):
    """Runs in live mode and refuses webhook URLs that are not https."""


@right()
class LiveRefusesWith422(Live):
    """Runs in live mode and refuses invalid parameters with 422."""

    invalid_status = 422


@right()
class SandboxWithHttp(TakesAll):
    """Runs as a sandbox that accepts any URL and refuses only `snapshot_api_version` with thin payloads."""

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        return iter(()) if place else self.check_snapshot_api_version(value)


@right()
class WebhookEmptyUnlessIncluded(Reference):
    """Returns an empty webhook endpoint unless `include` asks for a field."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        shown = super().render_webhook(destination, include)
        return shown and {name: value for name, value in shown.items() if f"webhook_endpoint.{name}" in include}


@right(inconclusive=True)
class VendorSandbox(Reference):
    """Holds sixteen destinations an account, serves 25 requests a second, lists late, and shows a secret once."""

    most = 16
    per_second = 25
    lag = timedelta(seconds=1)  # of the list

    def set_up(self) -> None:
        self._guard = threading.Lock()
        self._served: deque[float] = deque(maxlen=self.per_second)
        self._deleted: deque[Destination] = deque(maxlen=self.most)

    def dispatch(self, request: Request) -> Response:
        with self._guard:
            now = time.monotonic()
            if len(self._served) == self.per_second and now < self._served[0] + 1:
                message, after = "Too many requests.", {"Retry-After": "1"}
                raise RefusedError(429, "rate_limit", message, kind="rate_limit_error", headers=after)
            self._served.append(now)
        return super().dispatch(request)

    def answer_always(self, create: Create) -> Response:
        with self.transaction():
            return super().answer_always(create)

    def insert(self, destination: Destination) -> None:
        if len(self.store.of_account(destination.account)) >= self.most:
            message = f"An account can have {self.most} event destinations."
            raise RefusedError(400, "event_destination_limit_reached", message)
        super().insert(destination)

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return super().replay_response(replace(destination, signing_secret=None), create)

    def listed(self, account: str) -> list[Destination]:
        then = self.now() - self.lag
        with self._guard:
            gone = [one for one in self._deleted if one.account == account and one.updated > then]
        return [one for one in (*gone, *super().listed(account)) if one.created <= then]

    def delete(self, request: Request, identifier: str) -> Response:
        known = self.store.find(self.authenticate(request), identifier)
        response = super().delete(request, identifier)
        if known is not None:
            with self._guard:
                self._deleted.append(replace(known, updated=self.now()))
        return response


PROSE = right_of(
    (
        (
            "sources-in-alphabetical-order",
            "Sorts the values of `events_from`.",
            rendering(altered("events_from", sorted)),
        ),
    )
)

RIGHT = of_edition(EDITION, (*right_in(globals()), *PROSE))
