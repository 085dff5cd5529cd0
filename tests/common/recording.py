"""A recording proxy: what a shell script sends is judged like what the runner sends."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from ed_contract.checks import judge
from ed_contract.finding import Finding, Observation
from ed_contract.interaction import Interaction, NoAnswer, Response, response
from ed_contract.record.history import History
from ed_contract.replay import ALIKE


@dataclass(kw_only=True)
class Recorded:
    """One request, and the answer to it."""

    headers: dict[str, str]
    body: bytes
    answer: Response | NoAnswer


@contextmanager
def recording(url: str, *, timeout: float = 2.0) -> Iterator[tuple[str, list[Recorded]]]:
    """Yield the URL of a proxy in front of `url`, and the list of exchanges, in the order of the answers."""
    passed: list[Recorded] = []
    where = urlsplit(url)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer, raw = self.forwarded(body)
            with lock:
                passed.append(Recorded(headers=dict(self.headers), body=body, answer=answer))
            self.close_connection = True
            if raw is not None:
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        def forwarded(self, body):
            try:
                with closing(http.client.HTTPConnection(where.hostname, where.port, timeout=timeout)) as connection:
                    connection.request("POST", self.path, body, dict(self.headers))
                    came = connection.getresponse()
                    raw = came.read()
            except (OSError, http.client.HTTPException) as error:
                return NoAnswer(reason=str(error)), None
            headers = tuple((name.lower(), value) for name, value in came.getheaders())
            shows = any(one in raw for one in (b"sk_test_a", b"sk_test_b"))
            return response(came.status, headers, raw, shows_credential=shows), raw

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", passed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def observed(passed: Sequence[Recorded], finding: Finding) -> Iterator[Observation]:
    """Judge the exchanges as the interactions of a finding's evidence, and yield what is observed of its requirement.

    Between the last of the evidence and the others there may be creates under other keys.
    """
    rows = {finding.requirement, ALIKE.get(finding.requirement)}
    evidence, left = finding.evidence, list(passed)
    meant: list[Interaction] = [*evidence[:-1], *[evidence[0]] * (len(passed) - len(evidence)), evidence[-1]]
    history, interactions = History(), []
    for number, one in enumerate(meant, 1):
        # The requests of a burst have no order: they are recognised by their bodies.
        came = next((it for it in left if it.body == one.request.body), left[0]) if one.burst is not None else left[0]
        left.remove(came)
        request = replace(one.request, body=came.body)
        key = came.headers.get("Idempotency-Key")
        interactions.append(replace(one, number=number, key=key, request=request, answer=came.answer))
    for interaction in interactions:
        history.add(interaction)
    for interaction in interactions:
        yield from (one for one in judge(interaction, history) if one.requirement in rows)
