"""What people and programs read: whole outputs, and commands that really repeat a finding."""

from __future__ import annotations

import json
import subprocess
from importlib.resources import files

import pytest
from common.interactions import NO_KEY, WEBHOOK, Run, answered, conflict, destination
from common.reports import report_of
from common.servers import as_json, http_server
from jsonschema import Draft202012Validator

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.contract import CONTRACT
from ed_contract.engine.events import End
from ed_contract.report import curl
from ed_contract.report import json as json_writer
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines

SCHEMA = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
SECRET = "webhook_endpoint.signing_secret"


def conflict_run():
    """Return a run in which a used key with another name gives the first destination again."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_1"))
    pairs = [(run.exchange(WEBHOOK, first, key="f" * 36)), run.exchange(WEBHOOK | {"name": "x"}, first, key="f" * 36)]
    return list(zip(run.history.interactions(), pairs, strict=True))


def text(report, redact=None):
    """Return the report as text."""
    return "\n".join(line.text for line in report_lines(report, redact or Redactor()))


def test_a_finding_is_printed_in_the_fixed_order():
    """Id and level, statement and clause, expected, actual, the requests, and how to see it again."""
    report = report_of(conflict_run(), only=["idempotency/conflict/status", "echo/name"])
    assert text(report) == CONFLICT_TEXT


CONFLICT_TEXT = """\
FAIL idempotency/conflict/status [first given again] (MUST)
  The same key with other parameters is answered 409. (Error Codes › 409 idempotency_error)
  Expected: 409: the key was used before with other parameters
  Actual:   200: the first destination is given again
  Requests (2):
    K1="ed$(head -c 17 /dev/urandom | od -An -tx1 | tr -d ' \\n')"
    curl -sS -X POST http://127.0.0.1:8000/v2/core/event_destinations -H 'Content-Type:' \
-H "Authorization: Bearer $ED_CONTRACT_API_KEY" -H 'Idempotency-Key: '"$K1" --data-binary \
'{"name":"Orders","type":"webhook_endpoint","event_payload":"thin",\
"enabled_events":["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/hook"}}'
    curl -sS -X POST http://127.0.0.1:8000/v2/core/event_destinations -H 'Content-Type:' \
-H "Authorization: Bearer $ED_CONTRACT_API_KEY" -H 'Idempotency-Key: '"$K1" --data-binary \
'{"name":"x","type":"webhook_endpoint","event_payload":"thin",\
"enabled_events":["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/hook"}}'
  Again:    ed-contract run http://127.0.0.1:8000/v2/core/event_destinations --only idempotency/conflict/status --seed 7

DOES NOT CONFORM: 1 MUST finding: http://127.0.0.1:8000/v2/core/event_destinations
  MUST   1 fail, 1 pass
  2 requests in 0.5 s, seed 7"""


def test_the_json_report_satisfies_its_schema():
    """With findings, without, and after each kind of answer."""
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    run = Run()
    raw = run.exchange(b"\xff\x00", answered(b"\xfe", 500), expectation=Expectation.REJECT)
    for report in (report_of(conflict_run()), report_of([]), report_of([(run.history.interactions()[0], raw)])):
        document = json.loads(json_writer.write(report, Redactor()))
        assert [error.message for error in validator.iter_errors(document)] == []
        assert [row["id"] for row in document["requirements"]] == list(CONTRACT.requirements)


def test_secrets_and_credentials_are_written_nowhere():
    """By value: in bodies, messages, headers and curl lines."""
    params = WEBHOOK | {"include": [SECRET], "description": "sk_live_of_mine"}
    body = destination(params, name="sk_live_of_mine")
    body["webhook_endpoint"]["signing_secret"] = "not-prefixed-secret"
    run = Run()
    observed = run.exchange(params, answered(body | {"secret": "whsec_abc123"}))
    report = report_of([(run.history.interactions()[0], observed)])
    redact = Redactor(["sk_live_of_mine"])
    for output in (json_writer.write(report, redact), text(report, redact)):
        assert "echo/name" in output
        assert "sk_live_of_mine" not in output
        assert "whsec_abc" not in output
        assert "not-prefixed-secret" not in output


def test_control_characters_of_the_target_are_escaped():
    """A terminal does not act on what a server sends."""
    run = Run()
    observed = run.exchange(WEBHOOK, answered(destination(WEBHOOK, name="\x1b[31m\u202e")))
    written = text(report_of([(run.history.interactions()[0], observed)]))
    assert "\x1b" not in written
    assert "\u202e" not in written
    assert "\\u001b[31m\\u202e" in written


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (End.INTERRUPTED, "  interrupted: this is what was done until then (it is gone)"),
        (End.TARGET_DOWN, "  stopped: the target no longer answers (it is gone)"),
        (End.MAX_REQUESTS, "  stopped at the cap on requests: --max-requests raises it"),
    ],
)
def test_the_summary_says_how_the_run_ended(end, line):
    """At most 15 lines, whatever happened."""
    lines = text(report_of(conflict_run(), end=end, note="it is gone")).split("\n\n")[-1].splitlines()
    assert line in lines
    assert len(lines) <= 15


@pytest.mark.parametrize(
    "interactions",
    [
        [{"key": "a" * 36}],
        [{"key": "ab-" * 12}, {"key": ("ab-" * 12).upper(), "form": Key(template="{FRESH}")}],
        [{"key": f"a-{'b' * 36}-1", "form": Key(template="a-{fresh}-1")}, {"form": NO_KEY}],
        [{"key": "it's fixed", "form": Key(template="it's fixed")}],
        [{"credential": Credential.NONE}, {"credential": Credential.EMPTY}, {"credential": Credential.SECOND}],
        [{"params": {"name": 'O\'Neill \u00fc \U0001f680 $HOME `id` \\ "q"'}}, {"params": b"\x00\xff\r\n@"}],
        [{"params": b""}, {"params": b"@file"}, {"params": {"name": "a\u202eb"}}],
    ],
)
def test_the_script_sends_the_same_requests_from_a_fresh_shell(interactions):
    """Bodies to the byte, keys in their relations, the credential from the environment."""
    run = Run()
    for given in interactions:
        options = dict(given)
        run.exchange(options.pop("params", WEBHOOK), conflict(), **options)
    sent = run.history.interactions()
    seen = []

    def answer(body, headers):
        seen.append((body, headers["Idempotency-Key"], headers["Authorization"], headers["Content-Type"]))
        return as_json({})

    with http_server(answer) as url:
        environment = {
            "PATH": "/usr/bin:/bin",
            "ED_CONTRACT_API_KEY": "sk_test_a",
            "ED_CONTRACT_SECOND_API_KEY": "sk_test_b",
        }
        done = subprocess.run(
            ["/bin/sh", "-c", curl.script(sent, url)], env=environment, capture_output=True, check=True, text=True
        )
    assert done.stderr == ""
    assert [body for body, *_ in seen] == [one.request.body for one in sent]
    fresh = {}
    for one, (_, key, authorization, media_type) in zip(sent, seen, strict=True):
        assert media_type is None
        expected = {
            Credential.FIRST: "Bearer sk_test_a",
            Credential.SECOND: "Bearer sk_test_b",
            Credential.EMPTY: "Bearer",
            Credential.NONE: None,
        }
        assert authorization == expected[one.request.credential]
        if one.form is None:
            assert key is None
        elif "fresh" not in one.form.template.lower():
            assert key == one.key
        else:
            value = curl._fresh_in(one.form, key)
            assert len(value) == 36
            assert one.form.filled(value) == key
            assert fresh.setdefault(curl._fresh_in(one.form, one.key), value) == value


def test_a_burst_is_sent_at_once_by_the_script_too():
    """In the background, and waited for."""
    run = Run()
    run.burst([(WEBHOOK, conflict()), (WEBHOOK, conflict())])
    lines = curl.script(run.history.interactions(), "http://h").splitlines()
    assert [line.endswith(" &") for line in lines] == [True, True, False]
    assert lines[-1] == "wait"


def test_a_case_without_a_media_type_and_one_with():
    """Curl adds none of its own."""
    run = Run()
    run.exchange(WEBHOOK, conflict())
    (one,) = run.history.interactions()
    assert "-H 'Content-Type:'" in curl.script([one], "http://h")
    assert isinstance(one.case, Case)
