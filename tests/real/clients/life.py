"""A destination's whole life by the vendor's Python client: `life.py life|lost URL sync|async`; prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid

import stripe

WEBHOOK = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/hook"},
}
URL, SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"


def service(url, key="sk_test_a", retries=0):
    """Return the service of event destinations at an address."""
    addresses = {"api": url, "meter_events": url, "files": url, "connect": url}
    client = stripe.StripeClient(key, base_addresses=addresses, max_network_retries=retries)
    return client.v2.core.event_destinations


async def life(url, call):
    """Return what each step shows; `call` calls a method of a service, awaited if it is the asynchronous one."""
    one, seen = service(url), {}
    key = {"idempotency_key": str(uuid.uuid4())}

    made = await call(one, "create", WEBHOOK | {"include": [URL, SECRET]})
    seen["create"] = [made.object, made.webhook_endpoint.url, made.webhook_endpoint.signing_secret[:6]]
    first, again = await call(one, "create", WEBHOOK, key), await call(one, "create", WEBHOOK, key)
    seen["replay"] = [first.id == again.id, again.last_response.headers.get("idempotent-replayed")]
    seen["conflict"] = await refusal(call(one, "create", WEBHOOK | {"name": "Other"}, key))
    got = await call(one, "retrieve", made.id, {"include": [URL]})
    seen["retrieve"] = [got.id == made.id, got.webhook_endpoint.url, got.webhook_endpoint.signing_secret]
    for number in range(3):
        await call(one, "create", WEBHOOK | {"name": f"Orders {number}"})
    page = await call(one, "list", {"limit": 2})
    all_of_them = page.auto_paging_iter()
    names = [each.name for each in all_of_them] if call is plain else [each.name async for each in all_of_them]
    seen["list"] = [len(page.data), names]
    changed = await call(one, "update", made.id, {"name": "Renamed", "metadata": {"a": "b"}, "include": [URL]})
    seen["update"] = [changed.name, changed.metadata["a"], changed.webhook_endpoint.url]
    seen["disable"] = [(await call(one, "disable", made.id)).status, (await call(one, "enable", made.id)).status]
    seen["ping"] = (await call(one, "ping", made.id)).type
    seen["delete"] = (await call(one, "delete", made.id)).id == made.id
    seen["gone"] = await refusal(call(one, "retrieve", made.id))
    seen["invalid"] = await refusal(call(one, "create", WEBHOOK | {"event_payload": "fat"}))
    seen["credential"] = await refusal(call(service(url, key="sk_test_wrong"), "create", WEBHOOK))
    return seen


async def refusal(call):
    """Return which error a call raises: its class, status and code."""
    try:
        await call
    except stripe.StripeError as error:
        return [type(error).__name__, error.http_status, error.code]
    return []


async def plain(one, name, *arguments):
    """Call the synchronous method."""
    return getattr(one, name)(*arguments)


async def awaited(one, name, *arguments):
    """Call the asynchronous method."""
    return await getattr(one, f"{name}_async")(*arguments)


async def lost(url, call):
    """Create at a server that loses its first answer: the client asks again, and both list what it made."""
    one = service(url, retries=2)
    made = await call(one, "create", WEBHOOK)
    return [each.id == made.id for each in (await call(one, "list")).data]


if __name__ == "__main__":
    what, where, how = sys.argv[1:]
    print(json.dumps(asyncio.run({"life": life, "lost": lost}[what](where, plain if how == "sync" else awaited))))
