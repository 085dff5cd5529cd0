"""Settings of a file as the command takes them, and `config`, which shows them."""

from __future__ import annotations

import re

import pytest
from common.command import ed_contract

from ed_contract.reference import Reference, serve

CREATE = "/v2/core/event_destinations"
SETTINGS = """\
api-key = "${ED_KEY}"
phases = ["smoke", "auth"]
max-requests = 500
header = ["X-Tenant: acme-and-secret"]

[profiles.quick]
phases = "smoke"
quiet = true
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with settings, below which the command is run."""
    (tmp_path / "ed_contract.toml").write_text(SETTINGS, encoding="utf-8")
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    return tmp_path


def rows(done):
    """Return what `config` printed, by the name of the setting."""
    return {line.split()[0]: line.split(maxsplit=2)[1:] for line in done.stdout.splitlines()[1:]}


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(here):
    """And the file before the defaults; secrets are masked wherever they come from."""
    path = str(here / "ed_contract.toml")
    done = ed_contract("config", "http://h", "--max-requests", "7", ED_KEY="sk_file")
    shown = rows(done)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"file: {path}")
    assert shown["url"] == ["http://h", "command line"]
    assert shown["max-requests"] == ["7", "command line"]
    assert shown["api-key"] == ["***", path]
    assert shown["header"] == ["***", path]
    assert shown["phases"][0] == "smoke,"
    assert shown["strength"] == ["3", "default"]
    named = ed_contract("config", ED_KEY="sk_file", ED_CONTRACT_API_KEY="sk_environment")
    assert rows(named)["api-key"] == ["***", "$ED_CONTRACT_API_KEY"]
    assert "sk_" not in done.stdout + named.stdout


def test_a_run_takes_its_settings_from_the_file(here):
    """The profile's before the general ones, in whichever order the options stand."""
    settings = str(here / "ed_contract.toml")
    with Reference() as app, serve(app) as server:
        done = ed_contract("run", server.url, "--profile", "quick", "--config", settings, ED_KEY="sk_test_a")
        shown = ed_contract("config", "--profile", "quick", ED_KEY="sk_test_a")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {server.url}{CREATE}\n", done.stdout)
    assert rows(shown)["phases"] == ["smoke", f"profile in {settings}"]


def test_a_wrong_setting_is_told_before_anything_is_sent(here):
    """As every mistake of the user's."""
    (here / "ed_contract.toml").write_text("max-request = 1", encoding="utf-8")
    done = ed_contract("run")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: {here / 'ed_contract.toml'}: unknown setting `max-request`\ndid you mean `max-requests`?\n"
    )
    assert ed_contract("run", "--help").returncode == 0


@pytest.mark.usefixtures("here")
def test_the_next_step_of_a_run_names_where_a_selection_is_set():
    """Nothing on the command line can be left out to judge more."""
    with Reference() as app, serve(app) as server:
        done = ed_contract("run", server.url, "--api-key", "sk_test_a", "--only", "auth/*", ED_KEY="sk_file")
    assert done.stdout.splitlines()[-1] == (
        "  next: the same command without --only and `phases` in ed_contract.toml judges the whole contract"
    )
