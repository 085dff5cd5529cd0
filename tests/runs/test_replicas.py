"""A service of several nodes: do they share the keys that were used at one of them?"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from common.command import ed_contract

from ed_contract import Target, judge, run
from ed_contract.exceptions import Unreachable
from ed_contract.reference import Reference, serve
from ed_contract.replay import load, replay
from ed_contract.report import json_report
from ed_contract.report.redaction import Redactor
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, RIGHT, replicated
from ed_contract.zoo.specimen import Mutant

ROW = "idempotency/across-replicas"
REFERENCE = Mutant(name="reference", breaks="", sentence="", make=Reference)
BROKEN = [one for one in MUTANTS if one.needs == "replica"]
KEEPING = [one for one in RIGHT if one.needs == "replica"]
NAMED = {one.name: one for one in BROKEN}


def target(url):
    """Return the target with one account's key."""
    return Target(url=url, api_key="sk_test_a")


@contextmanager
def processes(*arguments):
    """Serve the reference in two processes; yield their URLs."""
    with ExitStack() as stack:
        command = [sys.executable, "-m", "ed_contract", "serve", *arguments]
        nodes = [stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) for _ in range(2)]
        try:
            yield [node.stdout.readline().strip() for node in nodes]
        finally:
            for node in nodes:
                node.terminate()


def told(report):
    """Return the row of the requirement."""
    return next(row for row in report.requirements if row.requirement.id == ROW)


def test_two_processes_on_one_database_conform(tmp_path):
    """As the command says it."""
    with processes("--db", str(tmp_path / "shared.sqlite3")) as (url, replica):
        done = ed_contract("run", url, "--api-key", "sk_test_a", "--replica", replica, "--only", ROW, "--no-record")
    assert done.returncode == 0, done.stdout
    assert "CONFORMS" in done.stdout


def test_two_processes_that_keep_their_keys_to_themselves_do_not():
    """And nothing else is found; the command that shows it again names the replica."""
    with processes() as (url, replica):
        done = ed_contract("run", url, "--api-key", "sk_test_a", "--replica", replica, "--only", ROW, "--no-record")
    assert done.returncode == 1
    assert f"FAIL {ROW} [another destination] (MUST" in done.stdout
    assert f"created at {url}, requested at {replica}" in " ".join(done.stdout.split())
    assert f"curl -sSi -w '\\n' {replica}/v2/core/event_destinations" in done.stdout
    assert f"--only {ROW} --replica {replica}" in done.stdout
    assert "1 MUST finding:" in done.stdout


@pytest.mark.parametrize("one", BROKEN, ids=lambda one: one.name)
def test_nodes_that_do_not_share_their_keys_are_found_by_it_alone(one):
    """Whichever way they do not."""
    with replicated(one) as (url, replica):
        report = run(target(url), replicas=[replica], phases=["keys"])
    assert {finding.requirement for finding in report.findings} == {ROW}


@pytest.mark.parametrize("one", [REFERENCE, *KEEPING], ids=lambda one: one.name)
def test_nodes_that_share_them_are_not_accused(one):
    """However they do it."""
    with replicated(one) as (url, replica):
        report = run(target(url), replicas=[replica], phases=["keys"])
    assert (report.findings, told(report).verdict) == ((), Verdict.PASS)


def test_without_a_replica_the_requirement_does_not_apply():
    """The reason says what it takes."""
    with Reference() as app, serve(app) as server:
        row = told(run(target(server.url), phases=["smoke"]))
    assert (row.verdict, row.applies, row.reason) == (Verdict.SKIPPED, False, "needs --replica")


def test_what_a_run_recorded_is_judged_alike(tmp_path):
    """Each interaction is recorded with its node."""
    path = tmp_path / "run.ndjson"
    with replicated(NAMED["compares-at-one-node"]) as (url, replica):
        found = run(target(url), replicas=[replica], only=[ROW], record=str(path)).findings
    again = judge(path)
    assert (
        [one.identity for one in again.findings]
        == [one.identity for one in found]
        == [(ROW, "a change is not noticed")]
    )
    assert again.replicas == (replica,)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {line["node"] for line in lines if line["kind"] == "interaction"} == {url, replica}


def test_a_finding_is_replayed_at_the_nodes():
    """At those of the moment, and not without them."""
    one = NAMED["caches-keys-by-node"]
    with replicated(one) as (url, replica):
        report = run(target(url), replicas=[replica], only=[ROW])
    (finding,) = load(json_report.write(report, Redactor()))[1]
    assert finding.replicas == (replica,)
    with replicated(one) as (url, replica):
        without = replay(finding, target(url))
        again = replay(finding, target(url), replicas=[replica])
    assert (without.verdict, without.reason) == (Verdict.INCONCLUSIVE, "needs --replica")
    assert again.verdict is Verdict.FAIL
    with replicated(REFERENCE) as (url, replica):
        assert replay(finding, target(url), replicas=[replica]).verdict is Verdict.PASS


def test_a_race_between_nodes_is_replayed_too():
    """As the burst that it was."""
    with replicated(NAMED["locks-by-node"]) as (url, replica):
        report = run(target(url), replicas=[replica], only=[ROW])
        (finding,) = load(json_report.write(report, Redactor()))[1]
        assert (finding.requirement, finding.fault) == (ROW, "several destinations")
        assert replay(finding, target(url), replicas=[replica]).verdict is Verdict.FAIL


def test_a_replica_that_cannot_be_reached_ends_the_run_at_its_beginning():
    """With its own URL in the message; what the target made is deleted, if that was asked for."""
    with Reference() as app, serve(app) as server:
        with Reference() as gone, serve(gone) as other:
            nowhere = other.url
        with pytest.raises(Unreachable) as refused:
            run(target(server.url), replicas=[nowhere], cleanup=True)
        headers = {"Authorization": "Bearer sk_test_a"}
        left = httpx.get(f"{server.url}/v2/core/event_destinations", headers=headers).json()["data"]
    first, second = str(refused.value).splitlines()
    assert first.startswith(f"{nowhere}/v2/core/event_destinations does not answer (no connection")
    assert second == "is the server running, and is the port right?"
    assert left == []


def test_what_is_made_at_a_node_is_deleted_there(tmp_path):
    """Each in its own database, but for what is given for a key that had made another: that is doubtful."""
    with ExitStack() as stack:
        files = [tmp_path / f"{name}.sqlite3" for name in "ab"]
        nodes = [stack.enter_context(serve(stack.enter_context(Reference(db=db)))).url for db in files]
        report = run(target(nodes[0]), replicas=nodes[1:], only=[ROW], cleanup=True)
    assert all(one.doubtful for one in report.clean_up.remaining)
    for db in files:
        with sqlite3.connect(db) as connection:
            (deleted,) = connection.execute("SELECT sum(deleted) FROM destinations").fetchone()
        connection.close()
        assert deleted > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--app", "x:y"), "error: --replica cannot be used with --app\nleave out one of the two.\n"),
        ((), "error: --replica cannot be used without a URL: the bundled server is judged as it is\n"),
        (("http://127.0.0.1:1/",), "error: --replica: http://127.0.0.1:1 is already given\n"),
    ],
)
def test_a_replica_stands_beside_the_url_of_a_target(arguments, said):
    """Exit 2, and nothing is sent."""
    done = ed_contract("run", *arguments, "--replica", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert done.stderr.startswith(said)
