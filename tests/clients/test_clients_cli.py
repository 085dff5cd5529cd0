"""The command `client`, and what `list`, `explain` and `serve` say of clients."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

from tests.common.command import ed_contract

CLIENT = Path(__file__).parents[1] / "common" / "client.py"
COMMAND = shlex.join([sys.executable, "-I", "-S", str(CLIENT)])


def test_a_right_client_exits_with_0_and_its_report_names_the_command(tmp_path):
    """The scenarios are the phases."""
    path = tmp_path / "client.json"
    names = ("happy", "lost-answer")
    chosen = [part for name in names for part in ("--scenario", name)]
    done = ed_contract("client", "--command", COMMAND, *chosen, "--report", f"json={path}", "-v")
    assert done.returncode == 0
    assert done.stdout.startswith(f"CONFORMS AS FAR AS JUDGED: 5 of 6 MUST: {COMMAND}\n")
    assert done.stderr == "happy: 200, 200; exited with 0\nlost-answer: reset, 200, 200; exited with 0\n"
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["target"] == COMMAND
    assert [phase["name"] for phase in report["phases"]] == [*names]
    assert {row["id"] for row in report["requirements"]} == {
        *("client/valid", "client/key", "client/new-key", "client/secret-at-creation"),
        *(f"client/retry/{name}" for name in ("same-key", "same-parameters", "recovers", "bounded")),
    }


def test_a_finding_says_how_it_is_seen_again():
    """With the command, and the scenario in which it was."""
    done = ed_contract("client", "--command", f"{COMMAND} new-keys single", "--scenario", "error-after-commit")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "1. FAIL client/retry/same-key [another key] (MUST)",
        "  A retry carries the key of the first attempt. (Error Codes › 409 idempotency_error)",
        "  Expected:   the key of the first attempt",
        "  Actual:     another key, after a 500",
    ]
    again = f"ed-contract client --command {shlex.quote(f'{COMMAND} new-keys single')} --scenario error-after-commit"
    assert f"  Reproduce:  {again}" in done.stdout.replace("\n        ", " ")


def test_a_report_about_a_client_is_not_replayed(tmp_path):
    """Its requests are the client's own."""
    report = tmp_path / "report.json"
    ed_contract("client", "--command", f"{COMMAND} new-keys", "--scenario", "lost-answer", "--report", f"json={report}")
    done = ed_contract("replay", str(report))
    assert (done.returncode, done.stderr) == (
        2,
        "error: the report is about a client\nrun `ed-contract client` again, as its findings say.\n",
    )


def test_a_waiver_covers_a_finding_of_a_client(tmp_path):
    """By requirement and fault, as those of servers."""
    waivers = tmp_path / "waivers.toml"
    waivers.write_text('[[waiver]]\nrequirement = "client/retry/same-key"\nfault = "another key"\nreason = "known"\n')
    chosen = ("--scenario", "lost-answer", "--waivers", str(waivers))
    done = ed_contract("client", "--command", f"{COMMAND} new-keys", *chosen)
    assert done.returncode == 0
    assert "WAIVED client/retry/same-key [another key]: known" in done.stdout


def test_requirements_and_scenarios_are_listed_and_explained():
    """By the words that the command takes."""
    rows = ed_contract("list", "--client").stdout.splitlines()
    assert rows[1].split() == [
        "client/key",
        "SHOULD",
        *["A", "client", "sends", "an", "Idempotency-Key", "with", "every", "create."],
    ]
    scenarios = ed_contract("list", "--scenarios", "--only", "client/retry/waits").stdout.splitlines()
    assert [line.split()[0] for line in scenarios] == ["rate-limited"]
    said = ed_contract("explain", "client/retry/waits").stdout
    assert said.endswith("  Shown by:  the scenarios rate-limited\n")
    both = ed_contract("list", "--client", "--zoo")
    assert (both.returncode, both.stderr) == (2, "error: --zoo and --client were both given\ngive one of them.\n")


def test_a_requirement_of_a_client_that_there_is_not_is_refused_with_the_nearest():
    """Where ids are given."""
    done = ed_contract("client", "--command", COMMAND, "--only", "client/retry/wait")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "error: no requirement that matches 'client/retry/wait'",
    )
    assert "client/retry/waits" in done.stderr
