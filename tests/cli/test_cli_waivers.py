"""`--waivers` and `--waivers-update`, as a user meets them."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner
from common.broken import NameNotRequired, OpenEnum

from ed_contract.cli import cli
from ed_contract.exceptions import UsageError
from ed_contract.reference import Reference, serve
from ed_contract.waivers import Waiver, Waivers, dump, load, today

ROW = "request/event_payload/enum"


def command(url, *arguments):
    """Run the command; return its exit code and the lines of its output."""
    done = CliRunner().invoke(cli, ["run", url, "--api-key", "sk_test_a", *map(str, arguments)])
    if isinstance(done.exception, UsageError):
        raise done.exception
    return done.exit_code, done.output.splitlines()


@pytest.fixture
def served():
    """A server that takes any event payload."""
    with OpenEnum() as app, serve(app) as server:
        yield server.url


def test_what_was_written_from_a_run_is_what_lets_the_next_one_pass(served, tmp_path):
    """The update exits 0, and so does the run after it; each fault has a waiver, those told as one too."""
    path = tmp_path / "waivers.toml"
    narrow = ("--only", ROW)
    code, lines = command(served, *narrow, "--waivers", path, "--waivers-update")
    entries = load(path).entries
    assert (code, lines[-1]) == (0, f"  waivers: {path}: 0 kept, {len(entries)} new, 0 dropped")
    assert {one.requirement for one in entries} == {ROW}
    assert {"unrelated", "upper case"} <= {one.fault for one in entries}
    code, lines = command(served, *narrow, "--waivers", path)
    assert code == 0
    assert sum(f". WAIVED {ROW} [" in line for line in lines) == len(entries)
    before = path.read_text(encoding="utf-8")
    code, lines = command(served, *narrow, "--waivers", path, "--waivers-update", "-q")
    assert (code, path.read_text(encoding="utf-8")) == (0, before)
    assert lines[1:] == [f"  waivers: {path}: {len(entries)} kept, 0 new, 0 dropped"]


def test_a_waiver_of_one_bug_does_not_excuse_another(tmp_path):
    """All faults of the enum are waived; the missing name fails."""
    path = tmp_path / "waivers.toml"
    path.write_text(f'[[waiver]]\nrequirement = "{ROW}"\nreason = "BUG-1"\n', encoding="utf-8")

    class Both(OpenEnum, NameNotRequired):
        """Takes any event payload, and a create without a name."""

    with Both() as app, serve(app) as server:
        code, lines = command(server.url, "--phases", "mutations", "--waivers", path, "--report", f"json={path}.json")
    assert code == 1
    assert any(f". WAIVED {ROW} [" in line and line.endswith("]: BUG-1") for line in lines)
    assert any(". FAIL request/name/required [removed]" in line for line in lines)
    document = json.loads((tmp_path / "waivers.toml.json").read_bytes())
    waived = {row["id"]: [one["waived"] for one in row["findings"]] for row in document["requirements"]}
    assert (waived[ROW], waived["request/name/required"]) == (["BUG-1"], [None])


def test_a_run_that_stops_at_the_first_finding_does_not_stop_at_a_waived_one(served, tmp_path):
    """With `-x`, what is known is no reason to stop."""
    path = tmp_path / "waivers.toml"
    path.write_text(f'[[waiver]]\nrequirement = "{ROW}"\nreason = "BUG-1"\n', encoding="utf-8")
    code, lines = command(served, "--phases", "smoke", "-x", "--waivers", path)
    assert code == 0
    assert not any("stopped" in line for line in lines)


def test_a_waiver_that_is_not_needed_fails_and_an_update_drops_it(tmp_path):
    """One of which the run says nothing is kept, with its reason."""
    path = tmp_path / "waivers.toml"
    kept = Waiver(requirement="echo/name", fault="cut", reason="BUG-2")
    path.write_text(
        f'[[waiver]]\nrequirement = "request/name/required"\nfault = "removed"\nreason = "BUG-1"\n\n'
        f'[[waiver]]\nrequirement = "{kept.requirement}"\nfault = "{kept.fault}"\nreason = "{kept.reason}"\n',
        encoding="utf-8",
    )
    with Reference() as app, serve(app) as server:
        code, lines = command(server.url, "--only", "request/*", "--waivers", path)
        updated, last = command(server.url, "--only", "request/*", "--waivers", path, "--waivers-update")
    assert code == 1
    assert "WAIVER request/name/required [removed]: the waiver is no longer needed: remove it" in lines
    assert any(" MUST, but 1 waiver no longer applies: " in line for line in lines)
    assert (updated, last[-1]) == (0, f"  waivers: {path}: 1 kept, 0 new, 1 dropped")
    assert load(path).entries == (kept,)
    assert dump(load(path)) == path.read_text(encoding="utf-8")


def test_an_update_writes_the_present_text_of_a_fault(tmp_path):
    """A file of an earlier version lets the same finding pass, and is as long afterwards."""

    class FailsAtAPort(Reference):
        """Answers 500 to a URL with a port."""

        def __call__(self, environ, start_response):
            """Look at the body before the reference does."""
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            if b":8443/hook" in body:
                start_response("500 Internal Server Error", [("Content-Type", "application/json")])
                return [b'{"error": {"message": "KeyError"}}']
            return super().__call__(environ, start_response)

    path, row = tmp_path / "waivers.toml", "robustness/no-server-error"
    old = Waiver(requirement=row, fault="URL with a port", reason="BUG-1")
    path.write_text(dump(Waivers(entries=(old,), today=today())), encoding="utf-8")
    narrow = ("--phases", "boundaries", "--only", row, "--waivers", path)
    with FailsAtAPort() as app, serve(app) as server:
        code, lines = command(server.url, *narrow)
        updated, last = command(server.url, *narrow, "--waivers-update")
    new = "webhook_endpoint.url with a port"
    assert code == 0
    assert f"1. WAIVED {row} [{new}]: BUG-1" in lines
    assert any(line.startswith(f"WAIVER {row} [{old.fault}]: the fault is now called [{new}]") for line in lines)
    assert (updated, last[-1]) == (0, f"  waivers: {path}: 1 kept, 0 new, 0 dropped")
    assert load(path).entries == (Waiver(requirement=row, fault=new, reason="BUG-1"),)


def test_a_run_that_could_not_judge_changes_nothing(tmp_path):
    """Its exit code stays."""
    path = tmp_path / "waivers.toml"
    with Reference() as app, serve(app) as server:
        code, lines = command(
            server.url, "--only", "idempotency/survives-restart", "--waivers", path, "--waivers-update"
        )
    assert (code, lines[-1]) == (2, f"  waivers: {path} unchanged: the run could not judge")
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--waivers-update"],
            "--waivers-update needs a file\ngive one with --waivers, e.g. waivers.toml.",
        ),
        (
            ["--waivers", "/nowhere/w"],
            "cannot read /nowhere/w: No such file or directory\n"
            "give a waivers file; --waivers-update creates it if it is missing.",
        ),
        (
            ["--waivers", "/nowhere/w", "--waivers-update"],
            "cannot write /nowhere/w: there is no directory /nowhere\ngive a writable path.",
        ),
    ],
)
def test_bad_waivers_are_told_before_anything_is_sent(arguments, message):
    """In two lines; the server need not be there."""
    with pytest.raises(UsageError) as refused:
        command("http://127.0.0.1:1", *arguments)
    assert str(refused.value) == message
