"""How much longer a run takes than a bare httpx loop that sends the same requests, not counting start-up.

    uv run python benchmarks/run_against_bare_loop.py [ROUNDS]

Both run in one process, each against a fresh reference server, in turns; prints medians and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import time

import httpx

from ed_contract import Target, run
from ed_contract.case import Credential
from ed_contract.interaction import Interaction
from ed_contract.reference import Reference, serve
from ed_contract.runner.events import Judged, PhaseStarted, RunFinished


def judged(url: str) -> tuple[list[Interaction], float]:
    """Return the interactions of a default run, and its seconds from the first phase to the end."""
    interactions: list[Interaction] = []
    moments: list[float] = []

    def listen(event: object) -> None:
        if isinstance(event, PhaseStarted | RunFinished):
            moments.append(time.perf_counter())
        elif isinstance(event, Judged):
            interactions.append(event.interaction)

    target = Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b")
    run(target, skip=["idempotency/burst/*"], on_event=listen)
    return interactions, moments[-1] - moments[0]


def bare(url: str, interactions: list[Interaction]) -> float:
    """Return the seconds that httpx.Client.post needs for the same requests."""
    keys = {Credential.FIRST: "Bearer sk_test_a", Credential.SECOND: "Bearer sk_test_b"}
    with httpx.Client(base_url=url) as client:
        began = time.perf_counter()
        for one in interactions:
            headers = [(name.encode(), value.encode()) for name, value in one.request.headers]
            if one.request.credential in keys:
                headers.append((b"Authorization", keys[one.request.credential].encode()))
            client.post(one.request.path, headers=headers, content=one.request.body)
        return time.perf_counter() - began


def main() -> None:
    """Print the medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    ours, theirs, sent = [], [], 0
    for _ in range(rounds):
        with Reference() as app, serve(app) as server:
            interactions, seconds = judged(server.url)
        with Reference() as app, serve(app) as server:
            theirs.append(bare(server.url, interactions))
        ours.append(seconds)
        sent = len(interactions)
    run_median, bare_median = statistics.median(ours), statistics.median(theirs)
    print(f"{sent} requests: run {run_median:.2f} s, bare loop {bare_median:.2f} s, {run_median / bare_median:.2f} x")


if __name__ == "__main__":
    main()
