"""What one create costs over HTTP on loopback and in process: for the reference, and for a bare ASGI application.

    uv run python benchmarks/in_process.py

The transports take turns; the figures are medians of the ratios of neighbours.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ed_contract.case import Step
from ed_contract.options import Settings
from ed_contract.reference import Reference, serve
from ed_contract.runner import Keys, Sender
from ed_contract.strategies import PAGE_EXAMPLE, valid_case
from ed_contract.transport import Target, Transport, open_transport

REQUESTS, ROUNDS = 200, 9
ANSWER = b'{"id": "ed_1"}'


async def bare(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Answer anything immediately."""
    if scope["type"] != "http":
        raise NotImplementedError
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": ANSWER})


def bare_wsgi(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The same for WSGI."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [ANSWER]


def seconds(transport: Transport, target: Target) -> float:
    """Return how long the requests take, one after another."""
    sender = Sender(transport, target, Keys(seed=0, salt=str(time.time_ns())), Settings(max_requests=REQUESTS))
    step = Step(case=valid_case(PAGE_EXAMPLE))
    began = time.perf_counter()
    for _ in range(REQUESTS):
        sender.send(step, phase="benchmark", values={})
    return time.perf_counter() - began


def main() -> None:
    """Print what each costs, and how many times faster it is than over HTTP."""
    key = "sk_test_a"
    with Reference() as app, serve(app) as server, serve(bare_wsgi) as bare_server:
        pairs = {
            "the reference, WSGI": (Target(url=server.url, api_key=key), Target.of_app(app, api_key=key)),
            "a bare application, WSGI": (Target(url=bare_server.url), Target.of_app(bare_wsgi)),
            "a bare application, ASGI": (Target(url=bare_server.url), Target.of_app(bare)),
        }
        for name, targets in pairs.items():
            transports = [open_transport(target) for target in targets]
            times = [
                [seconds(one, target) for one, target in zip(transports, targets, strict=True)] for _ in range(ROUNDS)
            ]
            ratio = statistics.median(over_http / in_process for over_http, in_process in times)
            cost = statistics.median(in_process for _, in_process in times) / REQUESTS
            print(f"{name:<26} {ratio:.1f} x faster than over HTTP ({cost * 1e6:.0f} µs a request)")
            for transport in transports:
                transport.close()


if __name__ == "__main__":
    main()
