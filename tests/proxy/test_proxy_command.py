"""`ed-contract proxy`: any client's requests become a judgement of its server."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from common.interactions import WEBHOOK

from ed_contract import Target, run
from ed_contract.records import judge
from ed_contract.reference import PATH, Reference, RefusedError, serve
from ed_contract.zoo import MUTANTS, serving

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
        assert first.startswith("Forwarding http://127.0.0.1:"), first
        assert f" to {to}; " in first
        try:
            yield first.removeprefix("Forwarding ").split(" to ")[0], process
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
    assert out.startswith("1. FAIL idempotency/replay [another destination] (MUST)")
    assert err.count(f"POST {PATH}: 200\n") == 2
    assert json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))["exit_code"] == 1


def test_a_live_key_is_not_passed_on(tmp_path):
    """Nothing of the request comes to the server, and the report says that there was one."""
    with Reference() as app, serve(app) as server, proxied(server.url, tmp_path) as (url, it):
        answer = create(url, credential="sk_live_mine")
        assert answer.status_code == 403
        assert "sk_live_mine" not in answer.text
        assert app.store.of_account("acct_a") == []
        assert create(url).status_code == 200
        it.send_signal(signal.SIGTERM)
        out, errors = it.communicate(timeout=30)
    told = " ".join(out.split())
    assert "requests not forwarded: 1, e.g. because the header Authorization holds a live key" in told
    assert errors == "ending: what is on its way is answered first; once more ends at once\n"


class Leaks(Reference):
    """Refuses creates of one name, and repeats the credential that came with them."""

    def answer(self, create):
        if create.params.get("name") == "Leak":
            raise RefusedError(400, "leak", f"Not for {self.credential}.")
        return super().answer(create)

    def authenticate(self, request):
        self.credential = request.headers.get("Authorization", "")
        return super().authenticate(request)


def test_a_credential_that_the_server_shows_is_found_and_is_written_nowhere(tmp_path):
    """As in a run: neither in the record, nor in a report, nor on the screen."""
    secret = "sk_test_0123456789abcdefXYZ"
    more = ("-v", "--strict", "--record", "seen.ndjson", "--report", "json=r.json", "--report", "html=r.html")
    with Leaks(keys={secret: "acct_a"}) as app, serve(app) as server, proxied(server.url, tmp_path, *more) as (url, it):
        create(url, credential=secret)
        create(url, WEBHOOK | {"name": "Leak"}, credential=secret)
        httpx.post(f"{url}{PATH}?token={secret}", json=WEBHOOK, headers={"Authorization": f"Bearer {secret}"})
        it.send_signal(signal.SIGINT)
        out, err = it.communicate(timeout=30)
    assert "robustness/no-leak [credential]" in out
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) == 3
    assert not any(secret in text for text in (*written, out, err))


def test_a_server_that_takes_nothing_is_not_judged(tmp_path):
    """A wrong credential, for one: exit 2, as in a run."""
    with Reference() as app, serve(app) as server, proxied(server.url, tmp_path) as (url, it):
        create(url, credential="sk_test_wrong")
        it.send_signal(signal.SIGINT)
        out, _ = it.communicate(timeout=30)
    assert it.returncode == 2
    assert "not judged: no create was accepted" in out


def test_what_cannot_start_leaves_the_earlier_record(tmp_path):
    """A proxy whose port is taken, and a run whose target cannot be judged."""
    record = tmp_path / "keep.ndjson"
    record.write_text("kept", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments in (
            ("proxy", "--to", "http://127.0.0.1:1", "--port", port),
            ("run", "http://127.0.0.1:1"),
        ):
            command = [COMMAND, *arguments, "--record", str(record)]
            assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 2
            assert record.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "nowhere"), "error: "),
        (("--to", f"http://127.0.0.1:1{PATH}"), "error: --to includes the path of creates"),
        (("--to", "http://127.0.0.1:1", "--report", "json=/nowhere/x.json"), "error: cannot write /nowhere/x.json: "),
        ((), "error: missing option '--to'\nsee `ed-contract proxy --help`."),
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
