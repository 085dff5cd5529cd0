"""`ed-contract proxy`: any client's requests become a judgement of its server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from common.interactions import WEBHOOK

from ed_contract import Target, run
from ed_contract.mutants import MUTANTS, serving
from ed_contract.records import judge
from ed_contract.reference import PATH, Reference, serve

COMMAND = str(Path(sys.executable).with_name("ed-contract"))
BROKEN = (
    "type-any-case",
    "name-optional",
    "key-ignored",
    "description-not-compared",
    "answers-status-details-as-array",
    "created-with-a-space",
    "description-cut-at-20",
    "include-checked-none",
    "id-twice",
    "enabled-events-optional",
)


@contextmanager
def proxied(to: str, place: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Yield the address of a proxy before a server, and its process."""
    with subprocess.Popen(
        [COMMAND, "proxy", "--to", to, *arguments],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        first = process.stderr.readline()
        assert first.startswith(f"Passing on to {to} what comes to http://127.0.0.1:"), first
        try:
            yield first.split("what comes to ")[1].split(";")[0], process
        finally:
            process.kill()


def create(url: str, params=WEBHOOK, *, key: str | None = None, credential: str = "sk_test_a") -> httpx.Response:
    """Send a create as any client would."""
    headers = {"Authorization": f"Bearer {credential}", **({"Idempotency-Key": key} if key else {})}
    return httpx.post(url + PATH, json=params, headers=headers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_at_its_end_the_report_is_printed(number, tmp_path):
    """A right server conforms as far as its client goes; the record is judged to the same."""
    with (
        Reference() as app,
        serve(app) as server,
        proxied(server.url, tmp_path, "--record", "seen.ndjson") as (url, it),
    ):
        assert create(url, key="a").json()["id"] == create(url, key="a").json()["id"]
        assert create(url, WEBHOOK | {"name": "Other"}, key="a").status_code == 409
        it.send_signal(number)
        out, _ = it.communicate(timeout=30)
    assert it.returncode == 0
    assert out.startswith("CONFORMS AS FAR AS JUDGED: ")
    assert judge(tmp_path / "seen.ndjson").exit_code == 0
    assert "sk_test_a" not in (tmp_path / "seen.ndjson").read_text(encoding="utf-8")


def test_a_finding_fails_it(tmp_path):
    """Exit 1, and every report that was asked for."""
    (broken,) = (one for one in MUTANTS if one.name == "key-ignored")
    with serving(broken) as target, proxied(target, tmp_path, "--report", "json=seen.json", "-v") as (url, it):
        for _ in range(2):
            create(url, key="a")
        it.send_signal(signal.SIGINT)
        out, err = it.communicate(timeout=30)
    assert it.returncode == 1
    assert out.startswith("FAIL idempotency/replay [another destination] (MUST)")
    assert err.count(f"POST {PATH}: 200\n") == 2
    assert json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))["exit_code"] == 1


def test_a_live_key_is_not_passed_on(tmp_path):
    """Nothing of the request comes to the server."""
    with Reference() as app, serve(app) as server, proxied(server.url, tmp_path) as (url, _):
        answer = create(url, credential="sk_live_mine")
        assert answer.status_code == 403
        assert "sk_live_mine" not in answer.text
        assert app.store.of_account("acct_a") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "nowhere"), "error: "),
        (("--to", "http://127.0.0.1:1", "--report", "json=/nowhere/x.json"), "error: cannot write /nowhere/x.json: "),
        ((), "error: Missing option '--to'."),
    ],
)
def test_what_cannot_be_done_is_told_at_once(arguments, said, tmp_path):
    """In two lines, exit 2."""
    done = subprocess.run([COMMAND, "proxy", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert done.stderr.startswith(said)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_named_whoever_sends(name, tmp_path):
    """The tool's own smoke phase as a client like any other: the proxy knows nothing of why it sends what."""
    (broken,) = (one for one in MUTANTS if one.name == name)
    record = ("--record", "seen.ndjson")
    with serving(broken) as target, proxied(target, tmp_path, *record) as (url, it):
        run(Target(url=url, api_key="sk_test_a"), phases=["smoke", "mutations", "boundaries"], shrink=False)
        it.send_signal(signal.SIGINT)
        it.communicate(timeout=60)
    assert broken.breaks in {bug.finding.requirement for bug in judge(tmp_path / "seen.ndjson", strict=True).bugs}
