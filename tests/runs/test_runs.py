"""Whole runs over real sockets: right servers pass, and a server that lacks one thing has it named first."""

from __future__ import annotations

import itertools
import json
import time
from types import SimpleNamespace

import pytest
from common.broken import BROKEN, KeyIgnored, NameNotRequired
from common.servers import as_json, http_server

from ed_contract import Target, run
from ed_contract.api import dry_run
from ed_contract.phases import PHASES
from ed_contract.reference import Reference, RefusedError, serve
from ed_contract.report import Extent
from ed_contract.runner import sender
from ed_contract.runner.events import End, Judged
from ed_contract.verdict import Verdict

UNEXERCISED = {
    "response/status_details.disabled/type",
    "response/status_details.disabled.reason/required",
    "response/status_details.disabled.reason/enum",
    "idempotency/survives-restart",
    "idempotency/across-replicas",
}
"""What the reference cannot show: it disables nothing, nobody restarts it, and it is alone."""


def target(url):
    """Return the target that both accounts' keys belong to."""
    return Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b")


def test_the_embedded_server_conforms_and_every_check_is_exercised():
    """Rows about members that no answer carried apart."""
    report = run()
    assert [bug.finding for bug in report.bugs] == []
    assert report.exit_code == 0
    assert (report.complete, report.judged) == (True, Extent(must=102, of=102))
    assert report.coverage["combinations"] == {"strength": 3, "reached": 560, "of": 560}
    assert {row.requirement.id for row in report.requirements if row.verdict is not Verdict.PASS} == UNEXERCISED


ALL = [name for name in PHASES if name != "restart"]


@pytest.mark.parametrize(
    ("options", "complete"),
    [
        ({"max_requests": 20}, False),
        ({"max_destinations": 12}, False),
        ({"only": ["echo/*"]}, False),
        ({"skip": ["auth/*"]}, False),
        ({"phases": ["smoke"]}, False),
        ({"phases": ALL[1:]}, False),
        ({"phases": ALL}, True),
        ({"max_findings": 1}, True),
        ({"strength": 2, "max_examples": 1}, True),
    ],
)
def test_a_run_of_a_part_is_not_complete(options, complete):
    """However it came to be one; whatever was judged is judged rightly."""
    report = run(**options)
    assert (report.verdict, report.exit_code, report.complete) == (Verdict.PASS, 0, complete)
    assert report.judged.must <= report.judged.of


def test_without_a_second_account_a_run_is_complete():
    """What needs one does not apply."""
    with Reference() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), key_age=0)
    assert (report.complete, report.judged) == (True, Extent(must=101, of=101))


def test_nothing_is_drawn_at_random_before_its_phase(monkeypatch):
    """Not for a dry run, which tells how many it would be; a run that ends before draws none either."""

    def draw(*_, **__):
        raise AssertionError("something was drawn")

    monkeypatch.setattr("ed_contract.strategies.random_cases.fuzz", draw)
    assert dict(dry_run(max_examples=1_000_000, phases=["smoke", "fuzz"]).phases)["fuzz"] == 1_000_000
    assert run(max_examples=1_000_000, phases=["smoke", "fuzz"], max_requests=10).requests == 10


def test_what_is_pruned_of_random_cases_is_pruned_as_they_are_drawn():
    """The planned number is the most that they can be."""
    events = []
    report = run(only=["request/type/*"], phases=["fuzz"], shrink=False, on_event=events.append)
    mutations = {one.interaction.case.mutation for one in events if isinstance(one, Judged)} - {None}
    (phase,) = (one for one in report.phases if one.name == "fuzz")
    assert all(one.requirement.startswith("request/type/") for one in mutations)
    assert 48 <= phase.sent <= phase.planned == 56


@pytest.mark.parametrize(("broken", "identity"), BROKEN.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_what_a_server_lacks_is_named_first(broken, identity):
    """The first finding of a run that stops at it, and of one that goes on."""
    with broken() as app, serve(app) as server:
        first = run(target(server.url), max_findings=1)
        whole = run(target(server.url))
    assert first.findings[0].identity == identity
    assert first.end is End.MAX_FINDINGS
    assert whole.findings[0].identity == identity
    assert whole.exit_code == first.exit_code == 1


def test_the_same_seed_sends_the_same_bytes():
    """Method, path, headers with the keys, and body of every request, twice; not all at which we hang up arrive."""
    sent, told = [], []

    class Records(Reference):
        """Writes down what comes."""

        def handle(self, request):
            headers = sorted((name, value) for name, value in request.headers if name != "Host")
            sent.append((request.method, request.path, headers, request.get_data()))
            return super().handle(request)

    runs = []
    for _ in range(2):
        sent.clear()
        told.clear()
        with Records() as app, serve(app) as server:
            report = run(target(server.url), seed=7, skip=["idempotency/burst/*", "robustness/*"], on_event=told.append)
        assert report.exit_code == 0
        asked = [one.interaction.request for one in told if isinstance(one, Judged)]
        runs.append((asked, {repr(one) for one in sent}))
    assert runs[0] == runs[1]
    assert len(runs[0][0]) > 500


def test_without_a_seed_the_keys_are_of_this_run_alone():
    """A second run against the same server does not meet the keys of the first; its bodies are the same."""
    with Reference() as app, serve(app) as server:
        keys, bodies = [], []
        for _ in range(2):
            seen = []
            report = run(target(server.url), phases=["smoke"], on_event=seen.append)
            assert report.exit_code == 0
            interactions = [event.interaction for event in seen if isinstance(event, Judged)]
            keys.append({one.key for one in interactions} - {None})
            bodies.append([one.request.body for one in interactions])
    assert not keys[0] & keys[1]
    assert bodies[0] == bodies[1]


def test_a_default_run_stays_within_its_cap():
    """900 requests, and it says so beforehand."""
    events = []
    report = run(on_event=events.append)
    assert events[0].at_most == 900
    assert sum(count for _, count in events[0].phases) <= 900
    assert report.requests <= 900
    assert report.end is End.FINISHED


def test_an_account_with_room_for_sixteen_is_judged_whole_where_the_run_may_delete():
    """The reference deletes what it made, and takes no seventeenth: clean-up and a budget get by with that."""

    class Sixteen(Reference):
        """Has room for sixteen destinations."""

        most = 0

        def insert(self, destination):
            super().insert(destination)
            there = len(self.store.of_account(destination.account))
            Sixteen.most = max(Sixteen.most, there)
            if there > 16:
                raise RefusedError(400, "quota", "no more than 16")

    with Sixteen() as app, serve(app) as server:
        whole = run(target(server.url), key_age=0, cleanup=True, max_destinations=16)
        left = app.store.of_account("acct_a")
    assert (whole.exit_code, whole.end, Sixteen.most) == (0, End.FINISHED, 16)
    assert (whole.clean_up.left, left) == (0, [])
    assert whole.clean_up.deleted > 300


def test_workers_find_what_one_finds():
    """On a right server nothing, and on a broken one the same."""
    with Reference() as app, serve(app) as server:
        assert run(target(server.url), key_age=0, workers=8).exit_code == 0
    with NameNotRequired() as app, serve(app) as server:
        report = run(target(server.url), key_age=0, workers=8, shrink=False)
    assert {bug.finding.requirement for bug in report.bugs} == {"request/name/required"}


def test_a_run_whose_time_is_up_sends_nothing_more(monkeypatch):
    """What was judged until then stays judged, and the report says why it is not more."""
    asked = itertools.count(1)
    later = time.monotonic() + 3600
    clock = SimpleNamespace(monotonic=lambda: later * (next(asked) > 50), perf_counter=time.perf_counter)
    monkeypatch.setattr(sender, "time", clock)
    with http_server(lambda *_: as_json({"ok": True})) as url:
        report = run(url, max_time=600)
    assert (report.end, report.note) == (End.MAX_TIME, "the time limit of --max-time was reached")
    assert (report.requests, report.exit_code) == (50, 1)


def test_a_run_after_which_nothing_was_exercised_says_so():
    """A row that nobody can judge here."""
    report = run(only=["idempotency/survives-restart"])
    assert (report.verdict, report.exit_code) == (Verdict.SKIPPED, 2)


def test_key_ignored_reads_well():
    """The finding names both requests, and the key they share."""
    with KeyIgnored() as app, serve(app) as server:
        (bug, *_) = run(target(server.url), phases=["smoke"]).bugs
    assert len(bug.finding.evidence) == 2
    assert len({one.key for one in bug.finding.evidence}) == 1


def test_a_server_that_always_says_200_ok_is_judged_to_the_end():
    """Nothing that it does crashes a check."""
    with http_server(lambda *_: as_json({"ok": True})) as url:
        report = run(url)
    assert report.exit_code == 1
    assert [row.requirement.id for row in report.requirements if row.verdict is Verdict.ERROR] == []


@pytest.mark.parametrize(
    "document",
    [None, [], "x", 1, {"id": None}, {"id": [], "webhook_endpoint": [], "amazon_eventbridge": 1, "created": {}}],
)
def test_odd_answers_crash_no_check(document):
    """Any JSON at any place."""
    with http_server(lambda *_: as_json(document)) as url:
        report = run(url, phases=["smoke", "keys"], shrink=False)
    assert [row.reason for row in report.requirements if row.verdict is Verdict.ERROR] == []


def test_a_server_that_echoes_everything_it_gets_crashes_no_check():
    """The answer has the request's members, of whatever type."""

    def answer(body, _):
        try:
            return as_json(json.loads(body))
        except (ValueError, RecursionError):
            return as_json({"error": {"code": "invalid_json", "message": "no"}}, 400)

    with http_server(answer) as url:
        report = run(url, shrink=False)
    assert [row.reason for row in report.requirements if row.verdict is Verdict.ERROR] == []
