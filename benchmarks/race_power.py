"""How many bursts find a race, by its window and the size of the burst.

    uv run python benchmarks/race_power.py [BURSTS]

The server looks up a key and inserts it without a transaction, and sleeps for the window in between.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time

from ed_contract.interaction import Request, Response
from ed_contract.reference import Reference, serve
from ed_contract.transport import Target
from ed_contract.transport.http import HttpTransport

WINDOWS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # milliseconds
SIZES = (2, 4, 8, 16)
BODY = json.dumps(
    {
        "name": "Orders",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v1.billing.meter.error_report_triggered"],
        "webhook_endpoint": {"url": "https://example.com/hook"},
    },
).encode()


def racy(window: float) -> type[Reference]:
    """Return a server whose look-up and insertion are `window` milliseconds apart."""

    class Racy(Reference):
        """Looks up a key and inserts it in two steps."""

        def transaction(self):  # noqa: ANN202 - as in the reference
            return contextlib.nullcontext()

        def lookup(self, scope):  # noqa: ANN001, ANN202 - as in the reference
            known = super().lookup(scope)
            time.sleep(window / 1000)
            return known

    return Racy


def power(transport: HttpTransport, size: int, bursts: int) -> float:
    """Return the share of bursts that created more than one destination."""
    found = 0
    for number in range(bursts):
        headers = (("Content-Type", "application/json"), ("Idempotency-Key", f"{size}-{number}-{time.time_ns()}"))
        answers = transport.burst(
            [Request(method="POST", path="/v2/core/event_destinations", headers=headers, body=BODY)] * size
        )
        ids = {one.document.get("id") for one in answers if isinstance(one, Response)}
        found += len(ids) > 1
    return found / bursts


def main() -> None:
    """Print the table."""
    bursts = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    print("window ms " + "".join(f"{f'burst of {size}':>14}" for size in SIZES))
    for window in WINDOWS:
        with racy(window)() as app, serve(app) as server:
            transport = HttpTransport(Target(url=server.url, api_key="sk_test_a"))
            shares = [power(transport, size, bursts) for size in SIZES]
            transport.close()
        print(f"{window:>9} " + "".join(f"{share:>14.2f}" for share in shares))


if __name__ == "__main__":
    main()
