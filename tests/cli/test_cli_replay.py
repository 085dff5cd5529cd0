"""The command `replay` as a user meets it."""

from __future__ import annotations

import io
import json

import pytest
from common.command import ed_contract

from ed_contract.reference import Reference, serve
from ed_contract.zoo import MUTANTS, serving

(MUTANT,) = (one for one in MUTANTS if one.name == "metadata-not-compared")
ROW = "idempotency/conflict/every-parameter"
EITHER = "give a JSON report, or a finding of the last run: its number or a requirement's id.\n"
CREATE = "/v2/core/event_destinations"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A report with one finding."""
    path = tmp_path_factory.mktemp("replay") / "report.json"
    with serving(MUTANT) as url:
        ed_contract(
            "run", url, "--api-key", "sk_test_a", "--only", ROW, "--phases", "smoke", "--report", f"json={path}"
        )
    return path


@pytest.mark.parametrize("finding", [[], ["1"], [ROW]])
def test_what_still_shows_is_told_with_exit_1(path, finding):
    """All findings, one by its number, or those of a requirement."""
    with serving(MUTANT) as url:
        done = ed_contract("replay", str(path), *finding, "--url", url, ED_CONTRACT_API_KEY="sk_test_a")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        f"FAIL         1 {ROW} [metadata]: 200: returned the first destination\n"
        f"1 of 1 finding reproduced: {url}{CREATE}\n"
    )


@pytest.mark.parametrize(
    ("options", "was_strict", "told"),
    [((), False, ("WARN", 0)), (("--strict",), False, ("FAIL", 1)), ((), True, ("FAIL", 1))],
)
def test_a_finding_of_level_should_only_warns(tmp_path, options, was_strict, told):
    """As in the run: it fails under --strict, and where its run was strict."""
    report, row = tmp_path / "report.json", "echo/normalised"
    (mutant,) = (one for one in MUTANTS if one.name == "name-trimmed")
    with serving(mutant) as url:
        first = ("run", url, "--api-key", "sk_test_a", "--only", row, "-x", "--report", f"json={report}")
        ed_contract(*first, *(["--strict"] if was_strict else []))
        done = ed_contract("replay", str(report), "--api-key", "sk_test_a", *options)
    assert (done.stdout[:4], done.returncode) == told
    assert done.stdout.splitlines()[-1].startswith("1 of 1 finding reproduced") is True
    assert ("all of level SHOULD" in done.stdout) is (told[0] == "WARN")


def test_what_the_answers_do_not_show_is_said_by_the_answers(path):
    """A server that refuses the second request for another reason says nothing of its key."""

    class RefusesMetadata(Reference):
        """Takes no metadata."""

        def __call__(self, environ, start_response):
            """Look at the metadata."""
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            if b'"metadata"' in body:
                start_response("422 Unprocessable Content", [("Content-Type", "application/json")])
                return [b'{"error": {"code": "unsupported", "message": "no metadata"}}']
            return super().__call__(environ, start_response)

    with RefusesMetadata() as app, serve(app) as server:
        done = ed_contract("replay", str(path), "--url", server.url, "--api-key", "sk_test_a")
    assert done.returncode == 2
    assert done.stdout.startswith(
        f"INCONCLUSIVE 1 {ROW} [metadata]: the requests were answered 200, 422, which does not show it\n"
    )


def test_what_is_mended_is_told_with_exit_0(path):
    """The same requests, another server."""
    with Reference() as app, serve(app) as server:
        done = ed_contract("replay", str(path), "--url", server.url, "--api-key", "sk_test_a")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"PASS         1 {ROW} [metadata]: no longer reproduces\n0 of 1 finding reproduced: {server.url}{CREATE}\n"
    )


def test_what_cannot_be_judged_is_told_with_exit_2(path, tmp_path):
    """The server of the report is gone, the credentials are wrong, or there is no such finding."""
    gone = ed_contract("replay", str(path), "--api-key", "sk_test_a")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.endswith("\nis the server running, and is the port right?\n")
    with Reference() as app, serve(app) as server:
        wrong = ed_contract("replay", str(path), "--url", server.url, "--api-key", "sk_wrong")
    assert wrong.returncode == 2
    assert wrong.stderr == (
        f"error: {server.url}{CREATE} refuses the credentials with 401; "
        'it says "Send a known API key as `Authorization: Bearer KEY`."\ncheck the key.\n'
    )
    other = ed_contract("replay", str(path), "7")
    assert (other.returncode, other.stderr) == (2, f"error: no finding '7' in the report\nits findings: 1 {ROW}.\n")
    (tmp_path / "x.json").write_bytes(b"\xff")
    unread = ed_contract("replay", str(tmp_path / "x.json"))
    assert unread.returncode == 2
    assert unread.stderr.startswith(f"error: cannot read {tmp_path / 'x.json'}: ")


def test_a_report_without_findings_has_nothing_to_resend(path):
    """That is no error, so that a pipeline may replay whatever the last report holds."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for row in document["requirements"]:
        row["findings"] = []
    path.write_text(json.dumps(document), encoding="utf-8")
    done = ed_contract("replay", str(path))
    assert (done.returncode, done.stdout) == (0, "nothing to resend: the report has no findings\n")
    named = ed_contract("replay", str(path), "1")
    assert (named.returncode, named.stderr) == (2, "error: no finding '1' in the report\nthe report has no findings.\n")


def test_an_application_is_called_again(tmp_path, monkeypatch):
    """What was called in process is called so again, unless a URL is given."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "called_again.py").write_text(
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'application/json')])\n"
        '    return [b\'{"id": "ed_1"}\']\n'
    )
    report, row = tmp_path / "report.json", "response/name/required"
    ed_contract("run", "--app", "called_again:app", "--only", row, "-x", "--report", f"json={report}")
    again = ed_contract("replay", str(report), row)
    assert (again.returncode, again.stderr) == (1, "")
    assert again.stdout.endswith("1 of 1 finding reproduced: called_again:app\n")
    elsewhere = ed_contract("replay", str(report), "--url", "http://127.0.0.1:1")
    assert elsewhere.stderr.startswith(f"error: http://127.0.0.1:1{CREATE} does not answer")


def test_a_report_that_does_not_exist_is_named(tmp_path):
    """It is not taken for a finding of the last run."""
    gone = tmp_path / "gone.json"
    done = ed_contract("replay", str(gone))
    assert done.returncode == 2
    assert done.stderr == f"error: cannot read {gone}: No such file or directory\n{EITHER}"
