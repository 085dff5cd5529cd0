"""The command `score` as a user meets it."""

from __future__ import annotations

import json

from common.command import ed_contract


def test_a_score_that_cannot_be_written_is_known_before_the_run():
    """In two lines, and nothing is started."""
    done = ed_contract("score", "key-ignored", "--report", "json=/nowhere/x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("error: cannot write /nowhere/x: there is no directory /nowhere\ngive a writable path.\n")


def test_a_score_that_cannot_be_written_at_the_end_is_told_after_it():
    """With exit 2, or 1 if something is bad: the figures are printed all the same."""
    done = ed_contract("score", "key-ignored", "--phases", "smoke", "--report", "json=/dev/full")
    assert "mutation score 1.0: 1 of 1 killed\n" in done.stdout
    assert done.returncode == 2
    assert done.stderr == "error: cannot write /dev/full: No space left on device\ngive a writable path.\n"


def test_a_server_that_is_not_in_the_zoo_is_told_with_the_nearest():
    """Before anything is started."""
    done = ed_contract("score", "evry-40th-name-cut")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no server 'evry-40th-name-cut' in the zoo\ndid you mean every-40th-name-cut")


def test_a_score_is_a_table_and_a_document(tmp_path):
    """A line for each server, the figures, and what is bad with exit 1: smoke alone does not see the third."""
    path = tmp_path / "score.json"
    names = ("eventbridge-version-lost", "chunked", "include-star")
    done = ed_contract("score", *names, "--phases", "smoke", "--report", f"json={path}")
    rows = sorted(done.stdout.splitlines()[:3])
    assert done.returncode == 1
    assert [row.split()[:2] for row in rows] == [
        ["BAD", "include-star"],
        ["ok", "chunked"],
        ["ok", "eventbridge-version-lost"],
    ]
    assert [row.split(maxsplit=4)[4] for row in rows] == [
        "survives",
        "not accused",
        "killed by echo/snapshot_api_version",
    ]
    assert "mutation score 0.5: 1 of 2 killed\nfalse alarms: 0 of 1 correct servers\n" in done.stdout
    document = json.loads(path.read_text(encoding="utf-8"))
    assert [one["name"] for one in document["servers"]] == list(names)
    assert (document["score"], document["false_alarms"]) == (0.5, 0)
