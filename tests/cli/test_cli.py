"""The command as a user meets it: exit codes, whole outputs, and no traceback whatever is given."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import sys
from importlib.resources import files

import pytest
import yaml
from common.broken import MetadataNotCompared, NameNotRequired
from common.command import ed_contract, in_a_process
from common.servers import as_json, free_port, http_server, raw_server
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from ed_contract.contract import CONTRACT
from ed_contract.contract.exporting import exported
from ed_contract.reference import Reference, serve

CREATE = "/v2/core/event_destinations"


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
    assert lines[-2:] == [
        f"  report: {path}",
        "  next: --second-api-key KEY also judges that accounts are isolated",
    ]
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["run", "h:80"],
            "error: 'h:80' is not an http or https URL\nwrite http://h:80, or https if the server uses TLS.",
        ),
        (["run", "--only", "echo/nmae"], "error: no requirement that matches 'echo/nmae'\ndid you mean echo/name"),
        (["run", "--phases", "smok"], "error: --phases: invalid value 'smok': expected one or more of smoke, "),
        (["run", "--phases", ""], "error: --phases: invalid value '': expected one or more of smoke, "),
        (["run", "--seed", "x"], "error: --seed: invalid value 'x': expected a whole number, or the word random\n"),
        (["run", "--strength", "9"], "error: --strength: invalid value '9': expected a whole number from 2 to 4\n"),
        (
            ["run", "-H", "nocolon-but-secret"],
            "error: --header: invalid value: expected NAME:VALUE, e.g. X-Tenant:acme\n",
        ),
        (["run", "--rate-limit", "20"], "--rate-limit: invalid value '20': expected N/s, N/m or N/h, e.g. 20/s\n"),
        (
            ["run", "--workers", "0"],
            "--workers: invalid value '0': expected a whole number from 1 to 64, or the word auto\n",
        ),
        (
            ["run", "http://h", "--tls-verify", "maybe"],
            "--tls-verify: invalid value 'maybe': expected yes, no, or the path ",
        ),
        (["run", "--app", "json"], "error: --app: invalid value 'json': expected MODULE:ATTR, e.g. shop.main:app\n"),
        (["run", "-H", "X:y"], "error: --header cannot be used without a URL: the bundled server is judged as it is\n"),
        (["run", "--api-key", "sk_test_secret"], "error: --api-key cannot be used without a URL: "),
        (["run", "http://h", "-H", "a b:c"], "error: invalid header name 'a b'\ngive a header as NAME:VALUE"),
        (["run", "http://h", "-H", "X:\x01"], "error: the value of header X holds characters that HTTP cannot carry"),
        (
            ["run", "http://h", "--request-timeout", "nan"],
            "--request-timeout: invalid value 'nan': expected seconds above 0, up to 3600\n",
        ),
        (
            ["run", "http://h", "--request-timeout", "1e9"],
            "--request-timeout: invalid value '1e9': expected seconds above 0, up to 3600\n",
        ),
        (
            ["run", "--report", "json=/nowhere/r"],
            "cannot write /nowhere/r: there is no directory /nowhere\ngive a writable path",
        ),
        (["run", "--report", "json=/"], "cannot write /: it is a directory\n"),
        (["run", "--report", f"json={'x' * 300}"], ": File name too long\n"),
        (
            ["run", "--report", "pdf=x"],
            "error: --report: invalid value 'pdf=x': expected FORMAT=PATH, with FORMAT one of json, ",
        ),
        (["explain", "echo/nmae"], "error: no requirement 'echo/nmae'\ndid you mean echo/name"),
        (["explain"], "error: missing argument 'ID…'\nsee `ed-contract explain --help`."),
        (["export", "openapi", "-o", "/nowhere/x"], "error: cannot write /nowhere/x: No such file or directory"),
        (
            ["export", "request", "--openapi", "3.0"],
            "error: --openapi does not apply to `export request`\nuse it with `export openapi`.",
        ),
        (["serve", "--db", "/nowhere/x"], "error: cannot use /nowhere/x as a database"),
        (
            ["run", "--require-target"],
            "error: there is nothing to judge: no URL and no --app\ngive one of them, on the command line, ",
        ),
        (["run", "--nonsense"], "--nonsense"),
        (["runn"], "error: no such command 'runn'\ndid you mean run? "),
    ],
)
def test_bad_input_is_told_in_a_line_or_two(arguments, message):
    """Exit 2, what is wrong and what to do; no traceback, nothing that may be a credential, and nothing is judged."""
    done = ed_contract(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) <= 2
    assert "secret" not in done.stderr


@pytest.mark.parametrize(("more", "left"), [((), [".ed_contract"]), (("--no-record",), [])])
def test_a_run_leaves_its_record_in_the_current_folder_and_nothing_else(tmp_path, monkeypatch, more, left):
    """What Hypothesis keeps goes where caches are."""
    here, cache = tmp_path / "here", tmp_path / "cache"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    process = in_a_process("run", "--phases", "fuzz", *more, XDG_CACHE_HOME=str(cache), LOCALAPPDATA=str(cache))
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert [one.name for one in here.iterdir()] == left


def test_without_a_command_the_help_is_shown():
    """On standard error, with exit 2: nothing was judged."""
    done = ed_contract()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")


def test_the_command_to_see_it_again_keeps_what_shapes_the_requests():
    """Options and headers; a header's value comes from the environment."""
    with MetadataNotCompared() as app, serve(app) as server:
        done = ed_contract(
            *("run", f"{server.url}{CREATE}", "--path", CREATE, "--api-key", "sk_test_a", "--phases", "smoke"),
            *("-H", "X-Tenant:acme-corporation", "--strength", "2", "--no-shrink", "--seed", "3"),
        )
        with_no_record = ed_contract(
            *("run", f"{server.url}{CREATE}", "--path", CREATE, "--api-key", "sk_test_a", "--phases", "smoke"),
            *("-H", "X-Tenant:acme-corporation", "--strength", "2", "--no-shrink", "--seed", "3", "--no-record"),
        )
    assert '  Reproduce:  ed-contract replay 1 -H "X-Tenant:$X_TENANT"\n' in done.stdout
    (again,) = {line for line in with_no_record.stdout.splitlines() if "conflict/every-parameter --seed" in line}
    assert again == (
        f"  Reproduce:  ed-contract run {server.url}{CREATE} --only idempotency/conflict/every-parameter --seed 3 "
        f'--path {CREATE} --strength 2 -H "X-Tenant:$X_TENANT"'
    )
    assert '-H "X-Tenant: $X_TENANT"' in done.stdout
    assert "acme-corporation" not in done.stdout


def test_verbose_prints_a_line_for_each_request(url):
    """Number, phase, status, time, and the case."""
    done = ed_contract("run", url, "--api-key", "sk_test_a", "--phases", "smoke", "-v")
    lines = done.stdout.splitlines()
    assert lines[1].split()[:3] == ["1", "smoke", "200"]
    assert lines[1].endswith(" ms  the page's example")
    assert sum(" smoke " in line for line in lines) > 60


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
            f"http://127.0.0.1:{port}": "does not answer (no connection: [Errno 111] Connection refused)\n"
            "is the server running, and is the port right?\n",
            f"http://127.0.0.1:{ssh}": "does not answer (the connection ended: ",
            url.replace("http:", "https:"): f"does it speak plain HTTP? try {url}\n",
            f"{url}/elsewhere": "answers 404: no create there; it says ",
            page: 'answers 200 with a web page, not JSON; it says "Welcome"\n'
            "check that the URL is the API's base URL.\n",
        }
        for given, message in told.items():
            done = ed_contract("run", given, "--api-key", "sk_test_a", "--request-timeout", "0.5")
            assert (done.returncode, len(done.stderr.splitlines())) == (2, 2), done.stderr
            assert message in done.stderr
    for key, message in (
        ("sk_test_x", "check the key."),
        ("", "no key was given: set $ED_CONTRACT_API_KEY, or give --api-key."),
    ):
        done = ed_contract("run", url, ED_CONTRACT_API_KEY=key)
        assert done.returncode == 2
        words = '; it says "Send a known API key as `Authorization: Bearer KEY`."'
        assert done.stderr == f"error: {url}{CREATE} refuses the credentials with 401{words}\n{message}\n"


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
        process = in_a_process("run", url, "--report", f"json={path}")
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
        "  A conflict carries the error code `idempotency_error`.\n"
        "  Clause:    Error Codes › 409 idempotency_error\n"
        "  Why:       Clients tell this mistake from other errors by its code.\n"
        "  Fix:       Return the documented code in the error object.\n"
        "  Judged by: different parameters under a used key conflict (ed_contract/checks/conflicts.py)\n"
        "  Shown by:  the phases smoke, keys, stateful, search\n"
        "  Broken by: conflict-code-conflict (Uses `conflict` as the error code of a conflict), "
        "and 7 more of the zoo\n"
    )
    assert ed_contract("explain", "idempotency/account-scoped").stdout.endswith("  Needs:     --second-api-key\n")


def test_the_contract_is_exported():
    """For other tools in a version of OpenAPI, and as it is: as YAML, and as JSON."""
    for arguments, expected in (
        (["openapi"], exported(CONTRACT, "3.1")),
        (["openapi", "--openapi", "3.0"], exported(CONTRACT, "3.0")),
        (["contract"], CONTRACT.document),
    ):
        document = yaml.safe_load(ed_contract("export", *arguments).stdout)
        validate(document)
        assert document == json.loads(ed_contract("export", *arguments, "--format", "json").stdout) == expected
    assert json.loads(ed_contract("export", "request").stdout) == CONTRACT.request_schema
    assert json.loads(ed_contract("export", "response").stdout) == CONTRACT.response_schema


def test_a_server_is_started_for_a_run():
    """`--server-command`: judged, and ended; without a URL there is nothing to wait for."""
    url = f"http://127.0.0.1:{free_port()}"
    command = f"{shlex.quote(sys.executable)} -m ed_contract serve --port {url.rpartition(':')[2]}"
    done = ed_contract("run", url, "--api-key", "sk_test_a", "--phases", "smoke", "-q", "--server-command", command)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {url}{CREATE}\n", done.stdout)
    assert ed_contract("run", url, "--phases", "smoke").returncode == 2
    assert "--server-command cannot be used without a URL" in ed_contract("run", "--server-command", "x").stderr


def test_serve_prints_its_url_and_ends_at_an_interrupt(tmp_path):
    """A database file outlives it; Ctrl-C ends it cleanly."""
    database = tmp_path / "destinations.sqlite3"
    process = in_a_process("serve", "--db", str(database))
    served = process.stdout.readline().strip()
    done = ed_contract("run", served, "--api-key", "sk_test_a", "--phases", "smoke")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (done.returncode, process.returncode, errors) == (0, 0, "")
    assert database.exists()


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["replay"], ["list"], ["explain"], ["serve"], ["export"], ["config"], ["score"], ["completion"]],
)
def test_every_help_has_an_example(command):
    """Complete, and with a line to copy."""
    done = ed_contract(*command, "--help")
    assert done.returncode == 0
    assert f"ed-contract {command[0] if command else 'run'} " in done.stdout
