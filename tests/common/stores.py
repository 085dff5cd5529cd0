"""Scripted servers that keep destinations, for tests of the ledger."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from common.interactions import WEBHOOK, answered, destination
from common.scripted import Scripted

from ed_contract.interaction import Response

PATH = "/v2/core/event_destinations"


def now(**before):
    """Return the time, minus `before`, as a right server writes it."""
    return (datetime.now(UTC) - timedelta(**before)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def made(identifier, params=WEBHOOK, **changes):
    """Return the answer with a destination created just now."""
    return answered(destination(params, identifier, **({"created": now()} | changes)))


class Store(Scripted):
    """Creates and deletes destinations, knows keys, and counts the most destinations at a time."""

    def __init__(self, *, creates=lambda _: None, deleted=lambda _: answered({}, 204)):
        super().__init__(self.answer)
        self.there, self.most, self.asked, self.keys = [], 0, [], {}
        self._creates, self._deleted = creates, deleted

    def answer(self, number):
        """Answer a create or a deletion."""
        request = self.requests[-1]
        if request.method == "DELETE":
            return self.delete(request)
        key = dict(request.headers).get("Idempotency-Key")
        if key not in self.keys:
            instead = self._creates(number)
            if isinstance(instead, Response):
                return instead
            self.there.append(f"ed_{number}")
            self.most = max(self.most, len(self.there))
            answer = made(self.there[-1], json.loads(request.body))
            if key is not None:
                self.keys[key] = answer
            if instead is not None:
                return instead
            return answer
        return self.keys[key]

    def delete(self, request):
        """Answer a deletion."""
        self.asked.append(request.path)
        answer = self._deleted(len(self.asked))
        if getattr(answer, "status", 0) == 204:
            self.there.remove(request.path.rpartition("/")[2])
        return answer
