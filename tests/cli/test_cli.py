"""The command as a user meets it: exit codes, whole outputs, and no traceback whatever is given."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from importlib.resources import files

import pytest
import yaml
from common.broken import NameNotRequired
from common.servers import as_json, http_server, raw_server
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ed_contract.contract import CONTRACT
from ed_contract.reference import Reference, serve

CREATE = "/v2/core/event_destinations"


def ed_contract(*arguments, **environment):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ed_contract", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", **environment},
    )


@pytest.fixture
def url():
    """The reference server's URL."""
    with Reference() as app, serve(app) as server:
        yield server.url


def test_a_right_server_conforms(url, tmp_path):
    """Exit 0, a summary, and a report that satisfies its schema."""
    path = tmp_path / "report.json"
    done = ed_contract("run", url, "--api-key", "sk_test_a", "--report", f"json={path}")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Judging {url}{CREATE}: ")
    assert lines[1] == f"CONFORMS: {url}{CREATE}"
    assert lines[-1] == f"  report: {path}"
    assert len(lines) <= 16
    report = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
    Draft202012Validator(schema).validate(report)
    assert (report["version"], report["verdict"], report["target"]) == ("1", "pass", f"{url}{CREATE}")
    assert "sk_test_a" not in path.read_text(encoding="utf-8") + done.stdout


def test_a_broken_server_is_told_what_it_lacks():
    """Exit 1, the finding first, and a JSON report on standard output if asked for."""
    with NameNotRequired() as app, serve(app) as server:
        done = ed_contract("run", server.url, "--api-key", "sk_test_a", "-x", "--report", "json=-")
        quiet = ed_contract("run", server.url, "--api-key", "sk_test_a", "-q", "--phases", "smoke")
    report = json.loads(done.stdout)
    assert done.returncode == quiet.returncode == 1
    assert "FAIL request/name/required [removed] (MUST)" in done.stderr
    assert [row["id"] for row in report["requirements"] if row["findings"]] == ["request/name/required"]
    assert quiet.stdout == f"DOES NOT CONFORM: 1 MUST finding: {server.url}{CREATE}\n"


def free_port():
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "h:80"], "error: 'h:80' is not an http or https URL\ndid you mean http://h:80 ?"),
        (["run", "--only", "echo/nmae"], "error: no requirement that matches 'echo/nmae'\ndid you mean echo/name"),
        (["run", "--phases", "smok"], "error: no phase smok\nthe phases are smoke, "),
        (["run", "--phases", ""], "error: no phase given\nthe phases are smoke, "),
        (["run", "--seed", "x"], "'x' is neither a whole number nor the word random."),
        (["run", "--strength", "9"], "9 is not in the range 2<=x<=4"),
        (["run", "-H", "nocolon"], "'nocolon' has no colon: give NAME:VALUE, e.g. X-Tenant:acme."),
        (["run", "http://h", "-H", "a b:c"], "error: 'a b' is no header name\ngive a header as NAME:VALUE"),
        (["run", "http://h", "-H", "X:\x01"], "error: the value of header X holds characters that HTTP cannot carry"),
        (["run", "--report", "json=/nowhere/r"], "cannot write /nowhere/r: No such file or directory."),
        (["run", "--report", "pdf=x"], "'pdf=x' is no report: give FORMAT=PATH, with FORMAT one of json."),
        (["explain", "echo/nmae"], "error: no requirement 'echo/nmae'\ndid you mean echo/name"),
        (["export", "openapi", "-o", "/nowhere/x"], "error: cannot write /nowhere/x: No such file or directory"),
        (["serve", "--db", "/nowhere/x"], "error: cannot use /nowhere/x as a database"),
        (["run", "--nonsense"], "No such option '--nonsense'"),
    ],
)
def test_bad_input_is_told_in_a_line_or_two(arguments, message):
    """Exit 2, what is wrong and what to do, no traceback."""
    done = ed_contract(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 6


def test_a_target_that_cannot_be_judged_is_told_in_two_lines(url):
    """Nothing there, no HTTP there, TLS to a plain port, a wrong key, a wrong path, a web page."""

    def greet(connection):
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        connection.close()

    def web_page(*_):
        return 200, {"Content-Type": "text/html"}, b"<!doctype html><title>Welcome</title>"

    port = free_port()
    with raw_server(greet) as ssh, http_server(web_page) as page:
        told = {
            f"http://127.0.0.1:{port}": "gives no answer (no connection: [Errno 111] Connection refused)\n"
            "is the server running, and is the port right?\n",
            f"http://127.0.0.1:{ssh}": "gives no answer (the connection ended: ",
            url.replace("http:", "https:"): f"does it speak plain HTTP? try {url}\n",
            f"{url}/elsewhere": "answers 404: no create there\n",
            page: "answers 200 with a web page, not with JSON\ncheck that the URL is the API's base URL.\n",
        }
        for given, message in told.items():
            done = ed_contract("run", given, "--api-key", "sk_test_a", "--request-timeout", "0.5")
            assert (done.returncode, len(done.stderr.splitlines())) == (2, 2), done.stderr
            assert message in done.stderr
    for key, message in (("sk_test_x", "check the key."), ("", "give one with --api-key, or in ED_CONTRACT_API_KEY.")):
        done = ed_contract("run", url, ED_CONTRACT_API_KEY=key)
        assert done.returncode == 2
        assert done.stderr == f"error: {url}{CREATE} refuses the credentials with 401\n{message}\n"


def test_an_interrupt_ends_with_the_report_of_what_was_done(tmp_path):
    """Exit 130, a report, and no process left."""
    path = tmp_path / "report.json"
    ready, wait = socket.socketpair()

    def answer(body, _):
        if b"Tom" in body:
            ready.sendall(b"x")
            wait.settimeout(30)
            process.send_signal(signal.SIGINT)
        return as_json({})

    with http_server(answer) as url:
        process = subprocess.Popen(
            [sys.executable, "-m", "ed_contract", "run", url, "--report", f"json={path}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        output, errors = process.communicate(timeout=60)
    ready.close()
    wait.close()
    assert process.returncode == 130
    assert "INTERRUPTED" in output
    assert "Traceback" not in errors
    report = json.loads(path.read_text(encoding="utf-8"))
    assert (report["end"], report["exit_code"]) == ("interrupted", 130)
    assert report["requests"] >= 1


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing():
    """Phases with their requests, and the cap."""
    done = ed_contract("run", f"http://127.0.0.1:{free_port()}", "--dry-run", "--phases", "smoke,mutations")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert "requests planned, at most 900, seed 0" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["smoke", "mutations"]


def test_list_and_explain_show_the_contract():
    """A line for each requirement; one in full."""
    listed = ed_contract("list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(CONTRACT.requirements)
    explained = ed_contract("explain", "idempotency/conflict/code")
    assert explained.stdout == (
        "idempotency/conflict/code (MUST)\n"
        "  That answer carries the code `idempotency_error`.\n"
        "  Clause:    Error Codes › 409 idempotency_error\n"
        "  Judged by: other parameters under a used key conflict\n"
    )
    assert ed_contract("explain", "idempotency/account-scoped").stdout.endswith("  Needs:     --second-api-key\n")


def test_the_exported_document_is_valid_and_is_the_contract():
    """As YAML, and as JSON."""
    document = yaml.safe_load(ed_contract("export", "openapi").stdout)
    validate(document)
    assert document == json.loads(ed_contract("export", "openapi", "--format", "json").stdout) == CONTRACT.document
    assert json.loads(ed_contract("export", "request").stdout) == CONTRACT.request_schema
    assert json.loads(ed_contract("export", "response").stdout) == CONTRACT.response_schema


def test_serve_prints_its_url_and_ends_at_an_interrupt(tmp_path):
    """A database file outlives it; Ctrl-C ends it cleanly."""
    database = tmp_path / "destinations.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-m", "ed_contract", "serve", "--db", str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    served = process.stdout.readline().strip()
    done = ed_contract("run", served, "--api-key", "sk_test_a", "--phases", "smoke")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (done.returncode, process.returncode, errors) == (0, 0, "")
    assert database.exists()


@pytest.mark.parametrize("command", [[], ["run"], ["list"], ["explain"], ["serve"], ["export"]])
def test_every_help_has_an_example(command):
    """Complete, and with a line to copy."""
    done = ed_contract(*command, "--help")
    assert done.returncode == 0
    assert f"ed-contract {command[0] if command else 'run'} " in done.stdout
