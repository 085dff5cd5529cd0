"""How much faster a whole default run is with several workers, against a server that answers after a while.

    uv run python benchmarks/workers.py [ROUNDS] [WORKERS]

The reference server runs in a process of its own and waits for 20 ms before each answer. Runs with one worker and with
several alternate, each against a fresh server, after one that is not counted; prints medians, quartiles of the ratio,
and the findings, of which there are none.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from wsgiref.types import StartResponse, WSGIEnvironment

from ed_contract import Target, run
from ed_contract.reference import Reference, serve

LATENCY = 0.02  # seconds


def _serve(ready: Connection, over: Event) -> None:
    """Serve until told to stop; tell the URL first."""
    with Reference() as app:

        def late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            time.sleep(LATENCY)  # the network that is measured
            return app(environ, start_response)

        with serve(late) as server:
            ready.send(server.url)
            over.wait()


@contextmanager
def distant() -> Iterator[str]:
    """Serve in another process, and yield the URL."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    over = processes.Event()
    process = processes.Process(target=_serve, args=(theirs, over), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        over.set()
        process.join()


def seconds(workers: int) -> tuple[float, int, int]:
    """Return how long a default run takes, how many requests it sends, and how many findings it has."""
    with distant() as url:
        target = Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b")
        began = time.perf_counter()
        report = run(target, workers=workers)
        return time.perf_counter() - began, report.requests, len(report.findings)


def main() -> None:
    """Print the medians and their ratio."""
    rounds, many = ([int(one) for one in sys.argv[1:]] + [3, 8][len(sys.argv) - 1 :])[:2]
    taken: dict[int, list[float]] = {1: [], many: []}
    seconds(many)  # what is loaded and drawn once
    for _ in range(rounds):
        for workers, times in taken.items():
            took, sent, found = seconds(workers)
            times.append(took)
            print(f"{workers} workers: {sent} requests, {found} findings, {took:.2f} s", flush=True)
    ratios = [one / other for one, other in zip(*taken.values(), strict=True)]
    one, other = map(statistics.median, taken.values())
    print(f"1 worker {one:.2f} s, {many} workers {other:.2f} s: {one / other:.2f} x", end="")
    print(
        f" (quartiles {', '.join(f'{each:.2f}' for each in statistics.quantiles(ratios, n=4))})" if rounds > 1 else ""
    )


if __name__ == "__main__":
    main()
