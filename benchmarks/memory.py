"""The peak memory of a run against servers that answer with as much as they can.

    uv run python benchmarks/memory.py [NAME…]

The servers run here, on loopback, and the command in a separate process. Exit code 1 if a run takes more than 200 MB.
"""

from __future__ import annotations

import itertools
import json
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST = 200  # MB
MB = 1_000_000
CHILD = """
import sys
from ed_contract.cli import main
try:
    main()
finally:
    print(open("/proc/self/status").read(), file=sys.stderr)
"""
"""The command, which reports its own peak at its end: the system's figure for a child includes its parent's memory."""
PLACES = ("id", "object", "name", "type", "event_payload", "description", "snapshot_api_version", "status", "created")

Json = dict[str, Any]
Answer = Callable[[Json, int], bytes]
"""Makes the body of an answer from the parameters and the number of a create."""


def destination(params: Json, number: int) -> Json:
    """Return roughly what a right server makes of the parameters."""
    config = params.get("webhook_endpoint")
    url = config.get("url") if isinstance(config, dict) else None
    return {
        "id": f"ed_{number}",
        "object": "v2.core.event_destination",
        "created": "2026-01-02T03:04:05.678Z",
        "updated": "2026-01-02T03:04:05.678Z",
        "livemode": False,
        "status": "enabled",
        "events_from": ["self"],
        **{name: value for name, value in params.items() if name not in {"include", "webhook_endpoint"}},
        "webhook_endpoint": {"url": url} if "include" in params else None,
    }


def body(document: object) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def padded(padding: object) -> Answer:
    """Return the server that adds a member to its destinations."""
    written = body(padding)

    def answer(params: Json, number: int) -> bytes:
        return body(destination(params, number))[:-1] + b', "padding": ' + written + b"}"

    return answer


def with_members(params: Json, number: int) -> bytes:
    """Answer with a hundred thousand undocumented members."""
    return body({**destination(params, number), **{f"member {one}": one for one in range(100_000)}})


def in_each(text: str, size: int) -> Answer:
    """Return the server that writes a long text into each documented member in turn."""
    written = body(text + "x" * size)

    def answer(params: Json, number: int) -> bytes:
        place = PLACES[number % len(PLACES)]
        document = {name: value for name, value in destination(params, number).items() if name != place}
        return body(document)[:-1] + b', "%s": ' % place.encode() + written + b"}"

    return answer


def many_in_each(params: Json, number: int) -> bytes:
    """Answer with a list of short lists in each documented member."""
    return body(destination(params, number) | {name: [[]] * 2_000 for name in PLACES})


def whole(written: bytes) -> Answer:
    """Return the server that answers with these bytes."""
    return lambda _params, _number: written


def ordinary(params: Json, number: int) -> bytes:
    """Answer with the destination."""
    return body(destination(params, number))


SERVERS: dict[str, tuple[Answer, int]] = {
    "ordinary": (ordinary, 900),
    "15 MB bodies": (padded("x" * 15 * MB), 135),
    "15 MB bodies with an astral character": (padded("😀" + "x" * 15 * MB), 135),
    "15 MB of escapes": (padded('\n"\\\x01' * (15 * MB // 12)), 135),
    "100,000 members": (with_members, 300),
    "15 MB strings in each documented member": (in_each("", 15 * MB), 135),
    "15 MB strings in each member, not ASCII": (in_each("Ж", 15 * MB), 135),
    "900 answers of 1 MB": (padded("x" * MB), 900),
    "900 answers of 16 KB in each member": (many_in_each, 900),
    "a list of 3,000,000 objects": (padded([{}] * 3_000_000), 135),
    "250,000 members of a word each": (padded({f"word {one}": f"word {one}" for one in range(250_000)}), 135),
    "a list 100,000 levels deep": (whole(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 135),
    "an integer of 15 million digits": (whole(b'{"a": ' + b"7" * 15 * MB + b"}"), 135),
    "15 MB of quotation marks": (whole(b'"\\' * (7 * MB)), 135),
    "17 MB bodies": (padded("x" * 17 * MB), 135),
}


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve these answers; yield the server's URL."""
    numbers = itertools.count(1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            try:
                params = json.loads(sent)
            except ValueError:
                params = {}
            written = answer(params if isinstance(params, dict) else {}, next(numbers))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Ignore a client that closes while an answer is written."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def measured(url: str, requests: int) -> tuple[float, float, int]:
    """Run the command, and return its peak in MB, its seconds of CPU, and its exit code."""
    command = [sys.executable, "-c", CHILD, "run", url, "--api-key", "sk_test_a", "--max-requests", str(requests)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"VmHWM:\s*(\d+) kB", done.stderr)
    if peak is None or "Traceback" in done.stderr:
        raise RuntimeError(done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return int(peak[1]) * 1024 / MB, cpu, done.returncode


def main() -> int:
    """Print a line for each server."""
    wanted = sys.argv[1:] or SERVERS
    worst = 0.0
    print(f"{'server':<45} {'peak':>7} {'time':>8} {'CPU':>8}  exit")
    for name in wanted:
        answer, requests = SERVERS[name]
        began = time.perf_counter()
        with serving(answer) as url:
            peak, cpu, code = measured(url, requests)
        worst = max(worst, peak)
        seconds = time.perf_counter() - began
        print(f"{name:<45} {peak:4.0f} MB {seconds:6.1f} s {cpu:6.1f} s  {code}", flush=True)
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
