"""A target that crashes, hangs, hangs up or stops half-way: the run ends, and what was judged stays judged."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import contextlib
import itertools
import json
import re
import threading
import time
from collections import Counter

import pytest
from common.interactions import WEBHOOK, destination
from common.servers import AUTHORITY, as_json, free_port, http_server, raw_server, tls_server

from ed_contract import Session, Target, run
from ed_contract.cases import lost as hanging_up
from ed_contract.exceptions import TargetError, Unreachable
from ed_contract.reference import Reference, serve
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import summary_lines
from ed_contract.runner import retry
from ed_contract.runner.events import End
from ed_contract.runner.retry import Tries
from ed_contract.session import NotConforming
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS
from ed_contract.zoo.failing import Failing, drop


def target(url, **options):
    """Return a target whose time-outs are short."""
    return Target(url=url, api_key="sk_test_a", request_timeout=0.3, **options)


def passed(report):
    """Return the requirements that passed."""
    return {row.requirement.id for row in report.requirements if row.verdict is Verdict.PASS}


class HangsOnQuotes(Reference):
    """Waits for ever on a name with a word in quotes."""

    def set_up(self):
        self.over = threading.Event()

    def validate(self, params):
        if '"big"' in str(params.get("name")):
            self.over.wait()
        super().validate(params)

    def close(self):
        self.over.set()
        super().close()


def test_a_target_that_hangs_on_one_input_is_judged_to_the_end():
    """One finding that names the input; everything else is judged."""
    with HangsOnQuotes() as app, serve(app) as server:
        report = run(target(server.url))
        app.over.set()
    fault = "name with double quotes, description with digits only, metadata with keys in many styles"
    assert [bug.finding.identity for bug in report.failing] == [("robustness/answers", fault)]
    assert report.end is End.FINISHED
    assert {"idempotency/replay", "robustness/keeps-serving", "echo/name"} <= passed(report)


@pytest.mark.parametrize("dies_at", [2, 40])
def test_a_target_that_stops_answering_ends_the_run(dies_at, monkeypatch):
    """After a case and a probe without an answer; what was judged before stays judged."""
    monkeypatch.setattr(retry, "USUALLY", Tries(pauses=(0.0,) * 3, late=1))
    count = 0

    def answer(body, _):
        nonlocal count
        count += 1
        if count > dies_at:
            raise ConnectionAbortedError
        params = json.loads(body)
        return as_json(destination({**WEBHOOK, **params}, f"ed_{count}"))

    with http_server(answer, quiet=True) as url:
        report = run(target(url))
    assert report.end is End.TARGET_DOWN
    assert ("robustness/keeps-serving", "down") in [bug.finding.identity for bug in report.failing]
    assert report.requests <= dies_at + 8
    assert "response/created/format" in passed(report)
    assert report.exit_code == 1


def test_a_target_that_hangs_up_on_everything_cannot_be_judged():
    """Nothing was judged: the preflight says so."""
    with raw_server(lambda connection: connection.close()) as port, pytest.raises(Unreachable, match="does not answer"):
        run(target(f"http://127.0.0.1:{port}"))


def test_a_target_that_crashes_on_some_inputs_is_told_by_each():
    """500 on a lone surrogate and on deep nesting are two bugs."""

    class Crashes(Reference):
        """Fails on what Python cannot encode, and on what it cannot nest."""

        def parse(self, body):
            if body.count(b"[") > 50 or b"\\ud83d" in body:
                raise RuntimeError
            return super().parse(body)

    with Crashes() as app, serve(app) as server:
        report = run(target(server.url), phases=["boundaries", "bodies"])
    failing = [bug for bug in report.bugs if bug.finding.requirement == "robustness/no-server-error"]
    assert {"name with a lone surrogate", "100 levels deep"} <= {bug.finding.fault for bug in failing}
    assert ("10,000 levels deep",) in {bug.also for bug in failing}
    assert report.end is End.FINISHED


def test_a_quota_that_is_reached_is_no_finding():
    """Plain creates are refused from some create on: inconclusive, and the run says why."""

    class Sixteen(Reference):
        """Keeps 16 destinations an account."""

        made = 0

        def insert(self, destination):
            self.made += 1
            super().insert(destination)

        def validate(self, params):
            super().validate(params)
            if self.made >= 16:
                from ed_contract.reference import RefusedError  # noqa: PLC0415 - beside its use

                raise RefusedError(400, "quota_exceeded", "16 destinations at most")

    with Sixteen() as app, serve(app) as server:
        report = run(target(server.url))
    assert report.bugs == ()
    assert (report.end, report.verdict, report.exit_code) == (End.QUOTA, Verdict.INCONCLUSIVE, 2)
    assert "a quota?" in report.note


def test_a_busy_target_is_waited_for():
    """Every third answer is 429 with Retry-After: nothing is accused, nothing is lost."""
    calls = 0

    class Busy(Reference):
        """Answers every third request with 429."""

        def handle(self, request):
            nonlocal calls
            calls += 1
            if calls % 3:
                return super().handle(request)
            return self.respond(429, {"error": {"code": "rate_limit", "message": "later"}}, {"Retry-After": "0"})

    with Busy() as app, serve(app) as server:
        report = run(target(server.url), phases=["smoke", "combinations", "bursts"])
    assert report.bugs == ()
    assert report.exit_code == 0


def test_a_target_that_fails_for_good_is_told_so_and_not_for_each_case():
    """From the fifth body that is no JSON on, everything is answered 500."""
    (one,) = (one for one in MUTANTS if one.name == "leaks-on-refusal")
    with one.make() as app, serve(app) as server:
        report = run(target(server.url))
    found = [bug.finding.identity for bug in report.bugs]
    assert ("robustness/keeps-serving", "failing") in found
    assert ("robustness/no-server-error", "a valid create") in found
    assert len(found) <= 6


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_target_that_refuses_everything_passes_nothing_for_that(status):
    """What is forbidden is refused, and so is the page's own example."""
    refused = as_json({"error": {"code": "no", "message": "no"}}, status)
    with http_server(lambda *_: refused) as url:
        report = run(target(url), phases=["smoke", "bodies", "mutations", "auth"])
    assert report.exit_code == 1
    shown = {
        row.requirement.id: row.verdict for row in report.requirements if row.requirement.area in {"request", "auth"}
    }
    assert Verdict.PASS not in shown.values()
    assert shown["request/valid"] is Verdict.FAIL
    assert "robustness/malformed-refused" not in passed(report)


@pytest.mark.parametrize("taken", [0, 30])
def test_a_storm_of_429_that_is_to_last_ends_the_run_at_once(taken):
    """`Retry-After: 600` is not waited for, and three cases are enough."""
    count = 0

    def answer(body, _):
        nonlocal count
        count += 1
        if count > taken:
            return as_json({}, 429, **{"Retry-After": "600"})
        return as_json(destination({**WEBHOOK, **json.loads(body)}, f"ed_{count}"))

    with http_server(answer) as url:
        report = run(target(url), phases=["combinations"])
    assert (report.end, report.requests, count) == (End.BUSY, taken + 3, taken + 3)


def test_answers_that_are_lost_now_and_then_accuse_nobody_and_are_counted(monkeypatch):
    """By phase, in every report; the terminal has a line on it."""
    monkeypatch.setattr(retry, "USUALLY", Tries(pauses=(0.0,) * 3, late=1))

    class Loses(Failing):
        def set_up(self):
            super().set_up()
            self.numbers, self.dropped = itertools.count(1), []

        def dispatch(self, request):
            response = super().dispatch(request)
            if not next(self.numbers) % 13:
                self.dropped.append(request)
                drop(self)
            return response

    with Loses() as app, serve(app) as server:
        report = run(target(server.url), phases=["smoke", "bursts", "keys"])
    assert report.bugs == ()
    lost = {phase.name: phase.lost for phase in report.phases}
    # On a busy machine a request may be sent on a line that is closed already, and never come to the server.
    # And what is dropped where we hung up ourselves is not counted.
    assert sum(lost.values()) + len(hanging_up()) >= len(app.dropped) > 10
    assert lost["smoke"] > 0
    assert sum(phase.repeated for phase in report.phases) >= sum(lost.values())
    lines = [line.text for line in summary_lines(report, Redactor())]
    repeated = sum(phase.repeated for phase in report.phases)
    assert (
        f"  {sum(lost.values())} requests got no answer, "
        f"{repeated} requests resent after 429, 503, a key in use or no answer"
    ) in lines


@pytest.mark.parametrize("options", [{}, {"max_findings": 1}])
def test_a_twin_whose_answer_is_dropped_in_each_burst_is_a_finding(monkeypatch, options):
    """Though it is answered when it is sent again."""
    monkeypatch.setattr(retry, "USUALLY", Tries(pauses=(0.0,) * 3, late=1))

    class DropsTwins(Failing):
        def set_up(self):
            super().set_up()
            self.seen = Counter()

        def dispatch(self, request):
            if request.headers.get("Connection", "").lower() == "close":
                key = request.headers["Idempotency-Key"]
                self.seen[key] += 1
                if self.seen[key] == 2:
                    drop(self)
            return super().dispatch(request)

    with DropsTwins() as app, serve(app) as server:
        report = run(target(server.url), phases=["smoke", "bursts"], **options)
    assert [bug.finding.identity for bug in report.bugs] == [("robustness/answers", "one of a burst")]


def test_a_session_tells_a_hang_too(monkeypatch):
    """The request is sent again, and a plain create after it."""
    monkeypatch.setattr(retry, "USUALLY", Tries(pauses=(0.0,) * 3, late=1))
    with HangsOnQuotes() as app, serve(app) as server, Session(target(server.url)) as session:
        session.create(WEBHOOK)
        with pytest.raises(NotConforming, match=r"robustness/answers"):
            session.create(WEBHOOK | {"name": 'a "big" one'})
        app.over.set()


def test_a_host_behind_a_certificate_that_does_not_hold_is_told_why(monkeypatch):
    """Expired, unknown, of another host, and one that wants ours: each with what to do."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    told = {
        ("expired", True): "renew the certificate, or skip verification: --tls-verify no.",
        ("elsewhere", True): "the certificate is for another host: use its name in the URL, or skip "
        "verification: --tls-verify no.",
        ("server", False): "trust it with --tls-verify FILE, a file or a folder of PEM certificates, or skip "
        "verification: --tls-verify no.",
    }
    for (name, trusted), hint in told.items():
        with tls_server(name) as url, pytest.raises(Unreachable) as caught:
            run(Target(url=url, api_key="sk_test_a", tls_verify=AUTHORITY if trusted else True))
        assert str(caught.value).splitlines()[1] == hint
    with tls_server("server", wants=True) as url, pytest.raises(Unreachable) as caught:
        run(Target(url=url, api_key="sk_test_a", tls_verify=AUTHORITY))
    assert str(caught.value).splitlines()[1] == (
        "give the client certificate it requires with --cert, and its key with --cert-key."
    )


def test_a_plain_request_to_a_port_that_speaks_tls_is_told_so():
    """And where to turn to."""
    with raw_server(lambda connection: connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")) as port:
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(Unreachable) as caught:
            run(target(url))
    assert str(caught.value).splitlines()[1] == f"does it speak TLS? try {url.replace('http:', 'https:')}"


def test_a_dead_proxy_of_the_environment_is_told_by_its_variable(monkeypatch):
    """With the entry of NO_PROXY that could not be read, and without the password."""
    port = free_port()
    monkeypatch.setenv("http_proxy", f"http://me:hunter22@127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", "fe80::/999")
    with pytest.raises(Unreachable) as caught:
        run(target("http://target.invalid"))
    assert str(caught.value).splitlines()[1] == (
        f"is the proxy http://127.0.0.1:{port}, set by http_proxy, right?; 'fe80::/999' in NO_PROXY is invalid"
    )


def test_a_redirect_is_followed_by_hand():
    """The run stops and says where to; the URL that it names is judged."""
    deleted = []

    class Moved(Reference):
        """Takes creates at the path with a slash at its end."""

        def handle(self, request):
            if request.method == "POST" and not request.path.endswith("/"):
                return self.respond(308, {}, {"Location": f"{request.path}/?key=hunter22"})
            if request.method == "DELETE":
                deleted.append(request.path)
            request.environ["PATH_INFO"] = request.path.rstrip("/")
            return super().handle(type(request)(request.environ))

    with Moved() as app, serve(app) as server:
        with pytest.raises(TargetError) as caught:
            run(target(server.url))
        place = f"{server.url}/v2/core/event_destinations"
        assert str(caught.value) == f"{place} answers 308 and redirects to {place}/\ngive that URL."
        report = run(target(f"{place}/"), phases=["auth"], cleanup=True)
    assert (report.exit_code, report.target) == (0, f"{place}/")
    assert deleted
    assert all(re.fullmatch(r"/v2/core/event_destinations/ed_\w+", path) for path in deleted)


def test_odd_headers_change_nothing():
    """Bytes of no encoding, dates that never were, waits without end: the verdict is that of the body."""

    class Odd(Reference):
        """Right, with headers that nobody can read."""

        def respond(self, status, document, headers=None):
            odd = {
                "Date": "Mon, 01 Jan 2024 00:00:00 +9999999999999",
                "X-Odd": "\xe9\xff\x01",
                "Set-Cookie": "a=b; expires=Thu, 01 Jan 99999999 00:00:00 GMT",
                "Content-Encoding": "utf-8",
            }
            return super().respond(status, document, {**(headers or {}), **odd})

    with Odd() as app, serve(app) as server:
        report = run(target(server.url), phases=["smoke"], seed=1)
    assert (report.bugs, report.exit_code) == ((), 0)


def test_an_answer_without_end_ends_the_run():
    """The head drips for ever: there is nothing to judge."""

    def drip(connection):
        with contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            end = time.monotonic() + 20
            while time.monotonic() < end:
                connection.sendall(b"a")
                time.sleep(0.01)

    with raw_server(drip) as port, pytest.raises(Unreachable, match=r"\(no complete answer within 0\.3 s\)"):
        run(target(f"http://127.0.0.1:{port}"))
