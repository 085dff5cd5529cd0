"""A client that is run as a command: the right one, and each that is wrong in one way, by the requirement it breaks."""

from __future__ import annotations

import os
import select
import shlex
import sys
from pathlib import Path

import pytest

from ed_contract.clients import REQUIREMENTS, SCENARIOS, judge_command
from ed_contract.exceptions import UsageError
from ed_contract.verdict import Verdict

CLIENT = Path(__file__).parents[1] / "common" / "client.py"


def command(*faults: str) -> str:
    """Return the command of the client that is wrong in these ways."""
    return shlex.join([sys.executable, "-I", "-S", str(CLIENT), *faults])


def found(report) -> set[tuple[str, str]]:
    """Return the findings of a report."""
    return {bug.finding.identity for bug in report.bugs}


def test_a_right_client_conforms_in_every_scenario():
    """Every requirement of clients is judged, and holds."""
    played = []
    report = judge_command(command(), on_played=played.append)
    assert [one.scenario.name for one in played] == [*SCENARIOS]
    assert found(report) == set()
    assert {row.id: row.verdict for row in report.requirements} == dict.fromkeys(REQUIREMENTS, Verdict.PASS)
    assert (report.exit_code, report.complete) == (0, True)


WRONG = [
    ("happy", "invalid", ("client/valid", "request/event_payload/enum")),
    ("happy", "one-key", ("client/new-key", "a used key")),
    ("happy", "no-key", ("client/key", "no key")),
    ("happy", "late-secret", ("client/secret-at-creation", "asked for later")),
    ("lost-answer", "new-keys", ("client/retry/same-key", "another key")),
    ("lost-answer", "no-key", ("client/key", "a second destination")),
    ("lost-answer", "once", ("client/retry/recovers", "lost-answer")),
    ("error-after-commit", "changes", ("client/retry/same-parameters", "changed parameters")),
    ("error-after-commit", "once", ("client/retry/recovers", "error-after-commit")),
    ("in-flight", "once", ("client/retry/recovers", "in-flight")),
    ("conflict", "forever", ("client/retry/bounded", "conflict")),
    ("conflict", "swallows", ("client/conflict-surfaces", "conflict")),
    ("rate-limited", "eager", ("client/retry/waits", "rate-limited")),
    ("slow", "impatient once", ("client/survives/late-answers", "slow")),
    ("truncated", "once", ("client/retry/recovers", "truncated")),
    ("unknown-members", "strict-members", ("client/survives/unknown-members", "unknown-members")),
    ("nulls", "no-nulls", ("client/survives/nulls", "nulls")),
    ("expired-credential", "forever", ("client/retry/bounded", "expired-credential")),
    ("expired-credential", "swallows", ("client/credential-surfaces", "expired-credential")),
    ("restart", "once", ("client/retry/recovers", "restart")),
]


@pytest.mark.parametrize(("scenario", "fault", "finding"), WRONG)
def test_a_wrong_client_is_found_by_the_requirement_it_breaks(scenario, fault, finding):
    """The scenario that is about the fault shows it, and names it."""
    report = judge_command(command(*fault.split()), [scenario])
    assert finding in found(report)
    (bug,) = (one for one in report.bugs if one.finding.identity == finding)
    assert scenario in {one.phase for one in bug.finding.evidence}


def test_each_scenario_and_each_requirement_has_a_client_that_fails():
    """So that every check of clients can fail."""
    assert {scenario for scenario, _, _ in WRONG} == set(SCENARIOS)
    assert {requirement for _, _, (requirement, _) in WRONG} == set(REQUIREMENTS)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("exit 3", "in the scenario happy, where nothing goes wrong, the client exited with 3: it printed nothing"),
        ("echo oops; exit 1", "the client exited with 1: oops"),
        ("true", "the client sent no create in the scenario happy"),
    ],
)
def test_a_client_that_fails_where_nothing_goes_wrong_is_not_judged(told, said):
    """Two lines say what to do."""
    with pytest.raises(UsageError, match=said) as caught:
        judge_command(told)
    assert len(str(caught.value).split("\n")) == 2


def test_a_client_that_fails_where_nothing_goes_wrong_is_told_why_where_that_is_known():
    """Its own mistake is the finding, and nothing else is played."""
    played = []
    report = judge_command(command("invalid"), on_played=played.append)
    assert [one.scenario.name for one in played] == ["happy"]
    assert [bug.finding.requirement for bug in report.failing] == ["client/valid"]
    assert report.note == (
        "in the scenario happy, where nothing goes wrong, the client exited with 1: refused with 400; "
        "nothing else was played"
    )


def test_a_client_that_hangs_is_stopped():
    """And said to be still running."""
    with pytest.raises(UsageError, match=r"the client was still running after 0\.2 s\n"):
        judge_command("sleep 60", seconds=0.2)


def test_a_client_that_retries_for_ever_is_found_however_long_it_waits():
    """It does not give up, and nothing is known of what it says at its end."""
    report = judge_command(command("patient"), ["conflict"], seconds=3.0)
    assert found(report) == {("client/retry/bounded", "conflict")}
    assert [bug.finding.actual for bug in report.bugs] == ["the client was still running after 3 s"]
    rows = {row.id: row.verdict for row in report.requirements}
    assert rows["client/conflict-surfaces"] is Verdict.SKIPPED


def test_what_a_client_leaves_in_the_background_is_ended(tmp_path):
    """With the scenario: it would be there for ever."""
    place = tmp_path / "held"
    os.mkfifo(place)
    end = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    try:
        judge_command(f"sleep 600 > {shlex.quote(str(place))} & {command()}", ["happy"])
        waiting = select.poll()
        waiting.register(end, select.POLLHUP)
        assert waiting.poll(10_000), "whoever holds the other end is still there"
    finally:
        os.close(end)


def test_an_unknown_scenario_is_refused_with_the_nearest():
    """And all are named."""
    with pytest.raises(UsageError, match=r"unknown scenario 'lost-answers'\ndid you mean lost-answer\? the scenarios"):
        judge_command("true", ["lost-answers"])
