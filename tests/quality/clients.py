"""Other people's clients, through the proxy in front of the reference: there are no findings.

    uv run --with stripe==16.1.0 python tests/quality/clients.py

The vendor's Python client and curl create, replay, run into a conflict, ask to include fields, and are refused. Exit 1
if the report of this traffic has any finding, or if there was no traffic.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as pytest does, for tests/common

import stripe
from common.interactions import WEBHOOK

from ed_contract.proxy import Proxy
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import entries_of
from ed_contract.records import judge
from ed_contract.reference import PATH, Reference, serve
from ed_contract.runner.events import RunStarted

INCLUDED = WEBHOOK | {"include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]}


def with_the_vendors_client(url: str) -> int:
    """Create as the vendor's Python client does; return how many creates there were."""
    addresses = {"api": url, "meter_events": url, "files": url, "connect": url}
    destinations = stripe.StripeClient(
        "sk_test_a", base_addresses=addresses, max_network_retries=2
    ).v2.core.event_destinations
    first = destinations.create(WEBHOOK, {"idempotency_key": "vendor-1"})
    again = destinations.create(WEBHOOK, {"idempotency_key": "vendor-1"})
    assert first.id == again.id
    for params, options in (
        (WEBHOOK | {"name": "Other"}, {"idempotency_key": "vendor-1"}),
        (WEBHOOK | {"event_payload": "fat"}, {}),
    ):
        try:
            destinations.create(params, options)
        except stripe.StripeError as error:
            print(f"  {type(error).__name__}: {error}")
        else:
            raise AssertionError("a create was taken that is to be refused")
    assert destinations.create(INCLUDED).webhook_endpoint.signing_secret
    return 5


def with_curl(url: str) -> int:
    """Create as users do by hand; return how many creates there were."""
    for key in ("curl-1", "curl-1", "curl-2", None):
        named = [] if key is None else ["-H", f"Idempotency-Key: {key}"]
        command = ["curl", "-sSf", url + PATH, "-H", "Authorization: Bearer sk_test_a", *named]
        body = ["-H", "Content-Type: application/json", "-d", json.dumps(INCLUDED)]
        subprocess.run([*command, *body], check=True, capture_output=True)
    return 4


def main() -> None:
    """Send, judge, and print the outcome."""
    seen: list[Exchange] = []
    with Reference() as app, serve(app) as server, Proxy(to=server.url, on_exchange=seen.append) as proxy:
        sent = with_the_vendors_client(proxy.url) + with_curl(proxy.url)
    started = RunStarted(target=server.url, seed=0, phases=(), at_most=0, whole=False, ordered=False)
    report = judge([started, *entries_of(seen, PATH)], strict=True)
    for bug in report.bugs:
        print(bug.finding.requirement, bug.finding.fault, bug.finding.actual)
    print(f"{sent} creates, {len(report.bugs)} findings, {report.judged} judged")
    sys.exit(bool(report.bugs) or not report.judged.must)


if __name__ == "__main__":
    main()
