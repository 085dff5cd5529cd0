"""A client of the endpoint, right by itself; each word of its command line makes it wrong in one way.

Run as a command by tests of `ed-contract client`: it imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

PATH = "/v2/core/event_destinations"
CREATE: dict[str, Any] = {
    "name": "Orders",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/hook"},
    "include": ["webhook_endpoint.signing_secret"],
}
KNOWN = {"status": {"enabled", "disabled"}}


class Client:
    """Creates destinations."""

    def __init__(self, url: str, key: str, *faults: str) -> None:
        self.url, self.key, self.faults = url, key, faults

    def create(self, params: dict[str, Any], key: str) -> dict[str, Any]:
        """Create one; retry what may be retried, and raise what may not."""
        most = 30 if "forever" in self.faults else 1 if "once" in self.faults else 6
        for number in range(most):
            if "new-keys" in self.faults:
                key = str(uuid.uuid4())
            if "changes" in self.faults:
                params = {**params, "metadata": {"attempt": str(number)}}
            try:
                return self.send("POST", PATH, params, None if "no-key" in self.faults else key)
            except urllib.error.HTTPError as error:
                final = error.code in {400, 401, 403} or json.load(error)["error"]["code"] == "idempotency_error"
                if final and not {"forever", "patient"} & {*self.faults}:
                    raise
                if "patient" in self.faults:
                    time.sleep(60)
                wait = 0.05 if "eager" in self.faults else float(error.headers.get("Retry-After", 0.05))
            except (OSError, http.client.HTTPException, ValueError):
                wait = 0.3
            time.sleep(min(wait, 0.01) if "forever" in self.faults else wait)
        raise SystemExit("gave up")

    def send(self, method: str, path: str, params: dict[str, Any] | None, key: str | None) -> dict[str, Any]:
        """Send one request; return what is answered."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers |= {} if key is None else {"Idempotency-Key": key}
        body = None if params is None else json.dumps(params).encode()
        request = urllib.request.Request(self.url + path, body, headers, method=method)  # noqa: S310 - to loopback
        seconds = 0.5 if "impatient" in self.faults else 10
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - the same
            document: dict[str, Any] = json.load(answer)
        return document

    def read(self, destination: dict[str, Any]) -> None:
        """Read a destination, as strictly as the faults have it."""
        if "strict-members" in self.faults and destination["status"] not in KNOWN["status"]:
            raise SystemExit(f"unknown status {destination['status']}")
        if "no-nulls" in self.faults:
            sorted(destination["events_from"])


def main() -> None:
    """Create two destinations."""
    faults = sys.argv[1:]
    client = Client(os.environ["ED_CONTRACT_URL"], os.environ["ED_CONTRACT_API_KEY"], *faults)
    params = {**CREATE, "event_payload": "fat"} if "invalid" in faults else dict(CREATE)
    if "late-secret" in faults:
        del params["include"]
    keys = ["one-key-for-all"] * 2 if "one-key" in faults else [str(uuid.uuid4()), str(uuid.uuid4())]
    for name, key in zip(("Orders", "Refunds"), keys, strict=True):
        try:
            made = client.create({**params, "name": name}, key)
        except urllib.error.HTTPError as error:
            if "swallows" in faults:
                continue
            raise SystemExit(f"refused with {error.code}") from error
        client.read(made)
        if "late-secret" in faults:
            with contextlib.suppress(urllib.error.HTTPError):
                client.send("GET", f"{PATH}/{made['id']}?include=webhook_endpoint.signing_secret", None, None)
        if "single" in faults:
            break


if __name__ == "__main__":
    main()
