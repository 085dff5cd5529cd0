"""A record as a file: written beside its place, read as far as it goes, and what is none of it told by its line."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path

import pytest
from common.interactions import WEBHOOK, Run, answered
from jsonschema import Draft202012Validator

import ed_contract
from ed_contract import Target, run
from ed_contract.exceptions import ToolError, UsageError
from ed_contract.finding import Finding
from ed_contract.options import DEFAULTS, Settings
from ed_contract.record.history import Abandoned, Changed, Restarted
from ed_contract.recording import Recorder, read, recorder
from ed_contract.requirement import Need
from ed_contract.runner.events import End, PhaseFinished, PhaseStarted, RunFinished, RunStarted, Shrunk
from ed_contract.runner.ledger import CleanUp, Remaining

SCHEMA = json.loads((Path(ed_contract.__file__).parent / "record.schema.json").read_text(encoding="utf-8"))
SENT = Run().add(WEBHOOK)
FINDING = Finding(requirement="echo/name", fault="cut", expected="a", actual="b", evidence=(SENT,), matters=("name",))
ITEMS = [
    RunStarted(
        target="http://h",
        seed=7,
        phases=(("smoke", 3),),
        at_most=900,
        met=frozenset({Need.SECOND_ACCOUNT}),
        only=("echo/*",),
        whole=False,
    ),
    PhaseStarted(phase="smoke", requests=3),
    SENT,
    Abandoned(),
    Restarted(),
    Changed(id="ed_1"),
    PhaseFinished(phase="smoke", requests=1, seconds=0.5),
    Shrunk(identity=("echo/name", "cut"), finding=FINDING, count=2),
    RunFinished(
        end=End.MAX_REQUESTS,
        requests=1,
        seconds=0.5,
        note="over",
        clean_up=CleanUp(
            deleted=1, left=1, remaining=(Remaining(id="ed_1", account="first", reason="404"),), unknown=2
        ),
    ),
]


def written(path: Path, items=ITEMS) -> Path:
    """Write a record."""
    writes = Recorder(path)
    for item in items:
        (writes.entry if item is SENT or isinstance(item, Abandoned | Restarted | Changed) else writes.event)(item)
    writes.close()
    return path


def test_what_is_read_is_what_was_written(tmp_path):
    """Every kind of line, and the schema allows each."""
    path = written(tmp_path / "run.ndjson")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert list(read(lines, "run.ndjson")) == ITEMS
    for line in lines:
        Draft202012Validator(SCHEMA).validate(json.loads(line))


def test_the_lines_of_a_whole_run_are_as_the_schema_says(tmp_path):
    """With a finding that was made smaller."""
    path = tmp_path / "run.ndjson"
    run(record=str(path), phases=["smoke", "bursts"])
    validator = Draft202012Validator(SCHEMA)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kinds = [validator.validate(line) or line["kind"] for line in lines]
    assert (kinds[0], kinds[-1], kinds.count("interaction") > 100) == ("start", "end", True)


def test_a_record_takes_its_place_when_it_is_whole(tmp_path):
    """Until then what was there before is there; only its owner may read it, and a link stays one."""
    place = tmp_path / "run.ndjson"
    place.write_text("before", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(place)
    writes = Recorder(link)
    writes.event(ITEMS[0])
    assert place.read_text(encoding="utf-8") == "before"
    writes.close()
    assert place.read_text(encoding="utf-8").startswith('{"kind":"start"')
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert link.is_symlink()
    assert {one.name for one in tmp_path.iterdir()} == {"run.ndjson", "link"}


def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path):
    """A pipe, or a device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writes = Recorder(pipe)
    writes.event(ITEMS[0])
    writes.close()
    assert os.read(reader, 16) == b'{"kind":"start",'
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_disk_that_is_full_is_told_at_the_end():
    """And nothing is raised in between: what is judged is worth more than its record."""
    writes = Recorder("/dev/full")
    writes.event(ITEMS[0])
    writes.event(ITEMS[0])
    writes.close()
    assert writes.problem is not None
    assert writes.problem.strerror == "No space left on device"


def test_credentials_are_written_as_stand_ins(tmp_path):
    """Wherever the server shows them."""
    target = Target(url="http://h", api_key="sk_test_mine", second_api_key="sk_test_other")
    writes = Recorder(tmp_path / "run.ndjson", target)
    said = {"message": "sk_test_mine is not sk_test_other", "escaped": "sk\\u005ftest_mine"}
    writes.entry(Run().add(WEBHOOK, answered(said, 401)))
    writes.close()
    text = (tmp_path / "run.ndjson").read_text(encoding="utf-8")
    assert "<credential:first> is not <credential:second>" in text
    assert "sk_test" not in text


@pytest.mark.parametrize("ends", ["", '{"kind":"inter'])
def test_a_record_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path, ends):
    """Whoever wrote it was ended in between."""
    lines = written(tmp_path / "run.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    assert list(read([*lines[:3], ends], "x")) == ITEMS[:3]


def test_a_record_of_another_version_is_told():
    """With what reads it."""
    with pytest.raises(UsageError, match=r"^mine is a record of version 2; this ed-contract reads 1\njudge it with"):
        list(read(['{"kind":"start","version":"2"}\n'], "mine"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("not JSON", "Expecting value: line 1 column 1 (char 0)"),
        ("[]", "it is not a JSON object"),
        ('{"kind":"what"}', "unknown kind 'what'"),
        ('{"kind":"phase-started"}', "it lacks 'phase'"),
    ],
)
def test_what_is_no_line_of_a_record_is_told_with_its_place(line, problem):
    """In two lines."""
    with pytest.raises(UsageError) as told:
        list(read(['{"kind":"restarted"}\n', f"{line}\n"], "mine.ndjson"))
    first, second = str(told.value).splitlines()
    assert first.startswith(f"mine.ndjson, line 2: invalid record line: {problem}")
    assert second == "give a file that `ed-contract run --record FILE` wrote, or a HAR file."


def test_a_run_that_crashed_leaves_its_record(tmp_path):
    """What was judged until then is worth more than what was there; what could not be judged leaves that alone."""
    place = tmp_path / "run.ndjson"
    for error, kept in ((ToolError("ours", report=None), False), (UsageError("theirs"), True)):
        place.write_text("before", encoding="utf-8")
        with contextlib.suppress(type(error)), recorder(Settings(record=str(place)), tmp_path) as writes:
            writes.event(ITEMS[0])
            raise error
        assert (place.read_text(encoding="utf-8") == "before") is kept
        assert [one.name for one in tmp_path.iterdir()] == ["run.ndjson"]


def test_the_last_run_is_kept_where_that_can_be_done(tmp_path):
    """In a folder that git ignores; a folder that cannot be written is no error."""
    with recorder(DEFAULTS, tmp_path) as writes:
        assert writes is not None
        writes.event(ITEMS[0])
    kept = tmp_path / ".ed_contract"
    assert (kept / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert (kept / "last.ndjson").exists()
    (tmp_path / "file").touch()
    with recorder(DEFAULTS, tmp_path / "file") as writes:
        assert writes is None


@pytest.mark.parametrize("settings", [Settings(keep_record=False), Settings(record=False)])
def test_no_record_is_kept_of_who_does_not_want_one(tmp_path, settings):
    """`--no-record`, or `record = false` in a file."""
    with recorder(settings, tmp_path) as writes:
        assert writes is None
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_was_asked_for_and_cannot_be_written_is_told(tmp_path):
    """Before anything is sent."""
    with pytest.raises(UsageError) as told, recorder(Settings(record=str(tmp_path / "no" / "run")), tmp_path):
        pass
    assert str(told.value).splitlines() == [
        f"cannot write {tmp_path / 'no' / 'run'}: No such file or directory",
        "give a writable path.",
    ]
