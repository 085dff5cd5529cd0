"""`ed-contract load` with a real Locust: a master and two workers on the loopback interface."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

from ed_contract import run
from ed_contract.reference import Reference, serve
from ed_contract.reference.authentication import DEFAULT_KEYS
from ed_contract.zoo import MUTANTS, serving

ROOT = Path(__file__).parents[2]
ZOO = {one.name: one for one in MUTANTS}
BROKEN = (
    "conflict-422",
    "metadata-keys-lower-cased",
    "key-without-its-last",
    "secret-shown-on-replay",
    "type-optional",
    "created-without-offset",
    "name-arrays",
    "conflict-blocks-the-key",
    "webhook-endpoint-url-without-query",
    "answers-created-as-object",
)
pytestmark = pytest.mark.real


class MixedUpInACrowd(Reference):
    """Gives an answer of somebody else to whoever is served while more than sixteen others are."""

    def set_up(self):
        """Nobody is there yet."""
        self._lock, self._now, self._last = threading.Lock(), 0, None

    def handle(self, request):
        """Answer one request."""
        with self._lock:
            self._now += 1
            crowded, last = self._now > 16, self._last
        try:
            answer = super().handle(request)
        finally:
            with self._lock:
                self._now -= 1
        if answer.status_code != 200 or request.method != "POST":
            return answer
        self._last = answer
        return last if crowded and last is not None else answer


def loaded(locust, url, *arguments):
    """Put a server under load from two processes, and return what comes of it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ED_CONTRACT_API_KEY": "sk_test_a"}
    command = [str(locust), "-m", "ed_contract", "load", url, "--processes", "2", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def failures(done):
    """Return the names of failures as Locust counted them."""
    return re.findall(r"^\d+ +POST \S+: (.+?) *$", done.stderr, re.MULTILINE)


def test_a_right_server_has_no_failure_and_each_of_its_creates_was_ours(locust, tmp_path):
    """What it made is what was answered, and all of that is in the records."""
    with Reference() as app, serve(app) as server:
        done = loaded(locust, server.url, "--users", "8", "--time", "6s", "--folder", str(tmp_path / "records"))
        made = len(app.store.of_account(DEFAULT_KEYS["sk_test_a"]))
    assert (done.returncode, failures(done)) == (0, []), done.stdout + done.stderr
    assert len([*(tmp_path / "records").glob("*.ndjson")]) == 2
    text = "".join(one.read_text() for one in (tmp_path / "records").glob("*.ndjson"))
    ids = set(re.findall(r'\\"id\\": ?\\"(ed_test_\w+)', text))
    assert made - 1 <= len(ids) <= made  # the first create was sent before the load


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_named_once(name, locust):
    """By the requirement that it breaks, however many answers show it."""
    with serving(ZOO[name]) as url:
        done = loaded(locust, url, "--users", "6", "--time", "5s")
    told = failures(done)
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(one.startswith(f"{ZOO[name].breaks} [") for one in told), done.stderr
    assert len(told) == len(set(told))
    assert f"FAIL {ZOO[name].breaks} " in done.stdout


def test_what_shows_under_load_only_is_found(locust):
    """A default run conforms: it never sends more than a dozen requests at the same time."""
    with MixedUpInACrowd() as app, serve(app) as server:
        assert run(server.url, api_key="sk_test_a").exit_code == 0
        done = loaded(locust, server.url, "--users", "60", "--time", "8s")
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(one.startswith("echo/name [") for one in failures(done)), done.stderr


def test_a_server_that_cannot_be_judged_is_told_before_the_load(locust):
    """With the message of `run`, and its exit code."""
    with Reference(keys={"sk_test_other": "a"}) as app, serve(app) as server:
        done = loaded(locust, server.url, "--time", "5s")
    assert done.returncode == 2
    assert "refuses the credentials with 401" in done.stderr
    assert "Traceback" not in done.stderr
