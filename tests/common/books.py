"""Servers that keep books of what is created and deleted."""

from __future__ import annotations

import json
import random
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

PATH = "/v2/core/event_destinations"


OTHERS = [f"ed_other_{number}" for number in range(40)]
"""Destinations that existed before the run; nobody may delete them."""


class Books:
    """A right server, except for what a subclass changes: it remembers what it created, and everything deleted."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.keys: dict[tuple[str, str], dict[str, Any]] = {}
        self.made: dict[str, dict[str, Any]] = {}  # by the run, in total
        self.there: dict[str, dict[str, Any]] = {}  # created by the run and not deleted
        self.most = 0  # the most at a time
        self.deletions: list[str] = []  # the paths, as received
        self.foreign: list[str] = []  # deletions of what the run did not create
        self.creates = self.count = 0  # requests, and destinations that were created
        self.chance = random.Random(0)  # noqa: S311 - chance, not secrecy
        self.others = {
            name: self.document({"name": "Theirs"}, name, created=self.now() - timedelta(days=365)) for name in OTHERS
        }

    # What subclasses change.

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    def date(self) -> str | None:
        """Return the Date header, or None for none."""
        return format_datetime(self.now(), usegmt=True)

    def new_id(self) -> str:
        """Return the id of a new destination."""
        return f"ed_{self.count + 1}"

    def instead(self, params: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ARG002 - subclasses look at it
        """Return what is answered instead of a new destination, or None."""
        return None

    def after_create(self) -> None:
        """Do something after a create and before its answer, e.g. raise Lost."""

    def on_deletion(self, name: str) -> int | None:  # noqa: ARG002 - the same
        """Return the status of a deletion that is refused, or None."""
        return None

    def after_deletion(self) -> None:
        """Do something after a deletion and before its answer."""

    # What all of them do.

    def document(self, params: dict[str, Any], name: str, *, created: datetime | None = None) -> dict[str, Any]:
        """Return a destination as an answer shows it."""
        moment = (created or self.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        include = params.get("include") or []
        kind = params.get("type", "webhook_endpoint")
        config = params.get(kind) or {}
        webhook = {
            "url": config.get("url") if "webhook_endpoint.url" in include else None,
            "signing_secret": f"whsec_{len(self.made)}" if "webhook_endpoint.signing_secret" in include else None,
        }
        bridge = {
            "aws_account_id": config.get("aws_account_id"),
            "aws_event_source_arn": "arn:aws:events:eu-west-1::event-source/x",
            "aws_event_source_status": "pending",
        }
        return {
            "id": name,
            "object": "v2.core.event_destination",
            "created": moment,
            "updated": moment,
            "livemode": False,
            "status": "enabled",
            "status_details": None,
            "name": params.get("name"),
            "type": kind,
            "event_payload": params.get("event_payload"),
            "enabled_events": params.get("enabled_events"),
            "description": params.get("description"),
            "events_from": params.get("events_from") or ["self"],
            "metadata": params.get("metadata") or {},
            "snapshot_api_version": params.get("snapshot_api_version"),
            "webhook_endpoint": webhook if kind == "webhook_endpoint" else None,
            "amazon_eventbridge": bridge if kind == "amazon_eventbridge" else None,
        }

    def create(self, account: str, key: str | None, body: bytes) -> tuple[int, Any]:
        """Answer a create."""
        with self.lock:
            self.creates += 1
            if key is not None and (known := self.remembered(account, key)) is not None:
                same = known["body"] == body
                return (200, known["document"]) if same else (409, {"error": {"code": "idempotency_error"}})
            params = _params(body)
            if params is None:
                return 400, {"error": {"code": "invalid", "message": "no destination"}}
            document = self.instead(params)
            if document is None:
                name = self.new_id()
                document = self.document(params, name)
                self.count += 1
                self.made[name] = self.there[name] = document
                self.most = max(self.most, len(self.there))
            if key is not None:
                self.keys[account, key] = {"body": body, "document": document}
            self.after_create()
            return 200, document

    def remembered(self, account: str, key: str) -> dict[str, Any] | None:
        """Return what was created under a key."""
        return self.keys.get((account, key))

    def delete(self, path: str) -> tuple[int, Any]:
        """Answer a deletion; its path is compared as received, without decoding."""
        with self.lock:
            self.deletions.append(path)
            name = path.removeprefix(f"{PATH}/")
            if name not in self.made or not path.startswith(f"{PATH}/"):
                self.foreign.append(path)
        status = self.on_deletion(name)
        if status is not None:
            return status, {"error": {"code": "not_now"}}
        with self.lock:
            if name in self.others:
                self.others.pop(name)
                return 204, None
            if self.there.pop(name, None) is None:
                return 404, {"error": {"code": "not_found"}}
            self.after_deletion()
            return 204, None


def _params(body: bytes) -> dict[str, Any] | None:
    """Return the params of a create that a strict server accepts, or None."""
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(params, dict) or params.get("type") not in {"webhook_endpoint", "amazon_eventbridge"}:
        return None
    wanted = {"name": str, "event_payload": str, "enabled_events": list, params["type"]: dict}
    return params if all(isinstance(params.get(name), kind) for name, kind in wanted.items()) else None
