"""Applications in process that get several requests at once, or a whole run."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from common.asking import REQUEST, answer

from ed_contract import Target, run
from ed_contract.interaction import Request
from ed_contract.reference import Reference
from ed_contract.transport import Lost, open_transport
from ed_contract.verdict import Verdict


@pytest.mark.parametrize("is_async", [False, True])
def test_a_burst_arrives_at_once(is_async):
    """Each request has all but its last byte before any has that; and each answer comes back in its place."""
    reading, most, both = 0, [], threading.Lock()

    def app(environ, start_response):
        nonlocal reading
        body = environ["wsgi.input"]
        start = body.read(3)
        with both:
            reading += 1
        rest = body.read()
        most.append(reading)
        start_response("200 OK", [])
        return [start + rest]

    async def app_too(scope, receive, send):
        nonlocal reading
        if scope["type"] == "lifespan":
            raise NotImplementedError
        first = (await receive())["body"]
        reading += 1
        second = (await receive())["body"]
        most.append(reading)
        await answer(send, body=first + second)

    requests = [Request(method="POST", path="/", headers=(), body=b"body %d" % number) for number in range(4)]
    transport = open_transport(Target.of_app(app_too if is_async else app))
    answers = transport.burst(requests)
    transport.close()
    assert most == [4, 4, 4, 4]
    assert [one.body for one in answers] == [one.body for one in requests]


def test_a_burst_does_not_wait_for_ever_for_an_application_that_lets_in_one_at_a_time():
    """A lock around everything: the first gets its last byte after a moment."""
    lock = threading.Lock()

    def app(environ, start_response):
        with lock:
            body = environ["wsgi.input"].read()
            start_response("200 OK", [])
            return [body]

    transport = open_transport(Target.of_app(app))
    answers = transport.burst([REQUEST] * 3)
    transport.close()
    assert [isinstance(one, Lost) or one.body for one in answers] == [REQUEST.body] * 3


def test_a_race_between_threads_shows_in_process():
    """A store that gives way between look-up and insert."""

    class Races(Reference):
        """Looks up and inserts in two steps, between which others may come."""

        def set_up(self):
            self._meet = threading.Barrier(2)

        def answer_once(self, create, key):
            scope = self.scope(create.account, key)
            known = self.lookup(scope)
            try:
                self._meet.wait(0.05)
            except threading.BrokenBarrierError:
                self._meet.reset()
            if known is not None:
                return self.answer_known(known, self.identity(create), create)
            destination = self.make(create.account, create.params)
            with self.transaction():
                self.insert(destination)
                self.store.forget(scope)
                self.remember(scope, self.identity(create), destination)
            return self.created_response(destination, create)

    with Races() as app:
        report = run(
            Target.of_app(app, api_key="sk_test_a"), phases=["bursts"], only=["idempotency/burst/*"], key_age=0
        )
    assert {bug.finding.requirement for bug in report.failing} >= {"idempotency/burst/one-destination"}


def test_credentials_in_another_header_are_judged_as_in_their_own():
    """A service that takes its key elsewhere: the rows about wrong credentials hold there too."""

    class Elsewhere(Reference):
        """Takes the key by itself, in X-Api-Key."""

        def api_key(self, request):
            return request.headers.get("X-Api-Key", "")

    with Elsewhere() as app:
        given = Target.of_app(app, api_key="sk_test_a", second_api_key="sk_test_b")
        report = run(replace(given, auth_header="X-Api-Key"), phases=["auth"])
    judged = {row.requirement.id for row in report.requirements if row.verdict is Verdict.PASS}
    assert report.bugs == ()
    assert {"auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key"} <= judged


def test_the_reference_conforms_in_process():
    """Every phase, with the second account."""
    with Reference() as app:
        report = run(Target.of_app(app, api_key="sk_test_a", second_api_key="sk_test_b"), key_age=0)
    assert (report.exit_code, report.target) == (0, "Reference")
    assert not [row for row in report.requirements if row.verdict in {Verdict.INCONCLUSIVE, Verdict.ERROR}]
