"""What people and programs read: whole outputs, and commands that really repeat a finding."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64decode
from dataclasses import replace
from importlib.resources import files

import pytest
from common.interactions import NO_KEY, WEBHOOK, Run, answered, conflict, destination
from common.reports import report_of
from common.servers import as_json, http_server
from jsonschema import Draft202012Validator

from ed_contract.case import Case, Credential, Expectation, Key
from ed_contract.cases import bodies
from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding
from ed_contract.report import curl, json_report
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import BUNDLED, again, report_lines, summary_lines
from ed_contract.runner.events import End

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
1. FAIL idempotency/conflict/status [first given again] (MUST)
  Reusing a key with different parameters is answered with 409. (Error Codes › 409 idempotency_error)
  Expected:   409: the key was used before with different parameters
  Actual:     200: returned the first destination
  Why:        A client that reuses a key by mistake is not warned, or mistakes the error for another.
  Fix:        Store a fingerprint of the parameters with the key; answer 409 if a later request differs.
  Requests (2):
    K1=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen | tr A-Z a-z)
    curl -sSi -w '\\n' http://127.0.0.1:8000/v2/core/event_destinations \\
      -H "Authorization: Bearer $ED_CONTRACT_API_KEY" -H "Idempotency-Key: $K1" \\
      -H 'Content-Type:' \\
      --data-binary '{"name":"Orders","type":"webhook_endpoint","event_payload":"thin",\
"enabled_events":["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/hook"}}'
    curl -sSi -w '\\n' http://127.0.0.1:8000/v2/core/event_destinations \\
      -H "Authorization: Bearer $ED_CONTRACT_API_KEY" -H "Idempotency-Key: $K1" \\
      -H 'Content-Type:' \\
      --data-binary '{"name":"x","type":"webhook_endpoint","event_payload":"thin",\
"enabled_events":["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/hook"}}'
  Reproduce:  ed-contract run http://127.0.0.1:8000/v2/core/event_destinations \
--only idempotency/conflict/status --seed 7

DOES NOT CONFORM: 1 MUST finding: http://127.0.0.1:8000/v2/core/event_destinations
  MUST   1 fail, 1 pass
  2 requests in 0.5 s, seed 7
  next: send the requests of the first finding by hand, while the server runs; `ed-contract explain \
idempotency/conflict/status` says how it was judged"""


def test_the_command_to_see_it_again_is_the_one_that_shows_it_again():
    """Its options beside the URL are kept; seed 0 is not named, since that would send last time's keys too."""
    report = report_of(conflict_run(), strict=True)
    finding = report.failing[0].finding
    command = f"ed-contract run {report.target} --only idempotency/conflict/status"
    assert again(finding, report) == f"{command} --seed 7 --strict"
    assert again(finding, replace(report, seed=0), "--strength 4") == f"{command} --strict --strength 4"


def test_many_findings_are_summed_up():
    """Ten in full, the others in one line a requirement."""
    (one,) = [interaction for interaction, _ in conflict_run()[:1]]
    many = [
        Finding(requirement=row, fault=f"{number}\x1b", expected="a", actual="b", evidence=(one,))
        for row in ("echo/name", "echo/description")
        for number in range(8)
    ]
    written = text(report_of([(one, many)])).split("\n\n")
    assert sum(re.match(r"\d+\. FAIL echo/", block) is not None for block in written) == 10
    assert written[-2] == (
        "6 more findings; reports in JSON and HTML (--report) have them in full:\n"
        "  11–16. FAIL echo/description [2\\x1b], [3\\x1b], [4\\x1b], [5\\x1b], [6\\x1b], and 1 more"
    )


@pytest.mark.parametrize(
    ("options", "embedded", "step"),
    [
        ({}, True, f"  next: {BUNDLED}"),
        ({}, False, "  next: --second-api-key KEY also judges that accounts are isolated"),
        ({"only": ["echo/*"]}, False, None),
        ({"end": End.INTERRUPTED}, False, None),
        ({"end": End.INTERRUPTED}, True, f"  next: {BUNDLED}"),
    ],
)
def test_the_summary_names_the_next_step(options, embedded, step):
    """Where there is one."""
    run = Run()
    observed = run.exchange(WEBHOOK)
    report = report_of([(run.history.interactions()[0], observed)], **options)
    lines = [line.text for line in summary_lines(report, Redactor(), embedded=embedded)]
    assert next((line for line in lines if line.startswith("  next: ")), None) == step


def test_nothing_was_exercised():
    """It says so, and how to see what was planned."""
    lines = text(report_of([], only=["echo/name"])).splitlines()
    assert lines[0] == "NOT JUDGED: nothing was exercised: http://127.0.0.1:8000/v2/core/event_destinations"
    assert lines[-1].startswith("  next: the same command with --dry-run shows what it would send")


def test_the_json_report_satisfies_its_schema():
    """With findings, without, and after each kind of answer."""
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    run = Run()
    raw = run.exchange(b"\xff\x00", answered(b"\xfe", 500), expectation=Expectation.REJECT)
    for report in (report_of(conflict_run()), report_of([]), report_of([(run.history.interactions()[0], raw)])):
        document = json.loads(json_report.write(report, Redactor()))
        assert [error.message for error in validator.iter_errors(document)] == []
        assert [row["id"] for row in document["requirements"]] == list(CONTRACT.requirements)


def secret_run():
    """Return a run in which a server shows a secret without a prefix, and the caller's credential."""
    params = WEBHOOK | {"include": [SECRET], "description": "sk_live_of_mine"}
    body = destination(params, name="sk_live_of_mine")
    body["webhook_endpoint"]["signing_secret"] = "not-prefixed-secret"
    run = Run()
    observed = run.exchange(params, answered(body | {"secret": "whsec_abc123", "again": "not-prefixed-secret"}))
    return [(run.history.interactions()[0], observed)]


def test_secrets_and_credentials_are_written_nowhere():
    """By value: in bodies, messages, headers and curl lines."""
    report = report_of(secret_run())
    redact = Redactor(["sk_live_of_mine"])
    for output in (json_report.write(report, redact), text(report, redact)):
        assert "echo/name" in output
        assert "sk_live_of_mine" not in output
        assert "whsec_abc" not in output
        assert "not-prefixed-secret" not in output


def test_what_is_no_text_hides_no_secret_either():
    """A body in base64 is redacted before it is encoded."""
    run = Run()
    observed = run.exchange(WEBHOOK, answered(b"\xff whsec_abc sk_live_of_mine", 500))
    document = json_report.as_document(
        report_of([(run.history.interactions()[0], observed)]), Redactor(["sk_live_of_mine"])
    )
    (found,) = (row["findings"] for row in document["requirements"] if row["id"] == "robustness/no-server-error")
    assert b64decode(found[0]["interactions"][0]["answer"]["body"]["base64"]) == b"\xff whsec_*** ***"


def test_a_long_answer_is_cut_and_says_so():
    """A request is kept whole, to be sent again."""
    run = Run()
    observed = run.exchange(WEBHOOK, answered(b"x" * 100_000, 500))
    document = json_report.as_document(report_of([(run.history.interactions()[0], observed)]), Redactor())
    (found,) = (row["findings"] for row in document["requirements"] if row["id"] == "robustness/no-server-error")
    answer = found[0]["interactions"][0]["answer"]
    assert (len(answer["body"]["text"]), answer["omitted"]) == (16_384, 83_616)


def test_a_header_of_the_user_is_taken_from_the_environment():
    """Its value may be a credential; the tool's own headers are written as they are."""
    run = Run()
    run.exchange(WEBHOOK, answered({}, 500))
    (one,) = run.history.interactions()
    headers = (("Accept", "application/json"), ("Stripe-Version", "2024"), ("X-Api-Key", "hunter2"))
    one = replace(one, request=replace(one.request, headers=headers))
    written = curl.script([one], "http://h")
    assert """-H 'Stripe-Version: 2024' -H "X-Api-Key: $X_API_KEY" -H 'Content-Type:'""" in written
    finding = Finding(requirement="echo/name", fault="cut", expected="a", actual="b", evidence=(one,))
    document = json_report.as_document(report_of([(one, [finding])], only=["echo/name"]), Redactor())
    (interaction,) = document["requirements"][0]["findings"][0]["interactions"]
    assert interaction["headers"] == [["Accept", "application/json"], ["Stripe-Version", "2024"], ["X-Api-Key", "***"]]


@pytest.mark.parametrize(
    ("values", "given", "redacted"),
    [
        (["sk_live_of_mine"], "xsk_live_of_minex", "x***x"),
        (["sk_live", "sk_live_of_mine"], "sk_live_of_mine sk_live", "*** ***"),
        (["abcd"], "abcd abcde x-abcd 'abcd'", "*** abcde x-abcd '***'"),
        (["abc", None, ""], "abc", "abc"),
        (['a"b/c\\d-long'], r'{"x": "a\"b/c\\d-long"}', '{"x": "***"}'),
        ([], 'whsec_Zm9v/bar+= "whsec_1"', 'whsec_*** "whsec_***"'),
    ],
)
def test_values_are_masked(values, given, redacted):
    """Wherever they stand; short ones as words, very short ones not; as JSON escapes them too."""
    assert Redactor(values)(given) == redacted


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
        (End.INTERRUPTED, "  interrupted: judged as far as the run got (it is gone)"),
        (End.TARGET_DOWN, "  stopped: the target no longer answers (it is gone)"),
        (End.MAX_REQUESTS, "  stopped at the request limit: --max-requests raises it"),
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
        [{"key": "", "form": Key(template="")}, {"key": f"a!{'b' * 36}$c", "form": Key(template="a!{fresh}$c")}],
        [{"key": f"{'c' * 36}a{'C' * 36}", "form": Key(template="{fresh}a{FRESH}")}],
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
            value = one.form.fresh_in(key)
            assert len(value) == 36
            assert one.form.filled(value) == key
            assert fresh.setdefault(one.form.fresh_in(one.key), value) == value


def test_every_raw_body_is_sent_to_the_byte():
    """From a shell, however long it is: what repeats itself is not printed as often."""
    sent = [one.body for one in bodies()] + [b"-n", b"%s\\n", b"x" * 150_000, b'"\xc3\xa9' * 300 + b"\xff"]
    run = Run()
    for body in sent:
        run.exchange(body, conflict(), body=body or None)
    script = curl.script(run.history.interactions(), "URL")
    assert max(map(len, script.splitlines())) < 15_000
    seen = []

    def answer(body, _):
        seen.append(body)
        return as_json({})

    with http_server(answer) as url:
        script = curl.script(run.history.interactions(), url)
        done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, text=True)
    assert done.stderr == ""
    assert seen == sent


def test_a_long_body_reads_as_what_it_repeats():
    """A name of a thousand characters is told in one line."""
    run = Run()
    run.exchange(b'{"name":"%s"}' % (b"x" * 1000), conflict())
    last = curl.script(run.history.interactions(), "http://h").splitlines()[1:]
    assert last[0] == (
        """{ printf '{"name":"'; yes x | head -n 1000 | tr -d '\\n'; printf '"}'; } | """
        """curl -sSi -w '\\n' http://h \\"""
    )
    assert last[-1] == "  --data-binary @-"


def test_a_burst_is_sent_at_once_by_the_script_too():
    """In the background, and waited for."""
    run = Run()
    run.burst([(WEBHOOK, conflict()), (WEBHOOK, conflict())])
    lines = curl.script(run.history.interactions(), "http://h").splitlines()
    assert [line for line in lines if not line.endswith("\\")] == [lines[3], lines[7], "wait"]
    assert lines[3].endswith("}}' &")
    assert lines[7].endswith("}}' &")


def test_a_case_without_a_media_type_and_one_with():
    """Curl adds none of its own."""
    run = Run()
    run.exchange(WEBHOOK, conflict())
    (one,) = run.history.interactions()
    assert "-H 'Content-Type:'" in curl.script([one], "http://h")
    assert isinstance(one.case, Case)
