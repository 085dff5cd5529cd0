"""Settings that a caller gives by name: those of the command, with a URL given as text, and never half-heard."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK

from ed_contract import CONTRACT, Session, Target, UsageError, judge, run
from ed_contract.api import dry_run
from ed_contract.case import Credential
from ed_contract.options import OPTIONS
from ed_contract.options.keywords import changed
from ed_contract.options.table import DEFAULTS
from ed_contract.reference import Reference, serve
from ed_contract.requirement import Need

NOWHERE = "http://127.0.0.1:9"
ASKED = "webhook_endpoint.signing_secret"


@pytest.fixture
def url():
    """The base URL of a server that wants a credential."""
    with Reference() as app, serve(app) as server:
        yield server.url


def test_a_run_takes_a_credential_by_name(url):
    """Both accounts', and one phase as a word."""
    report = run(url, api_key="sk_test_a", second_api_key="sk_test_b", phases="smoke", key_age=0)
    assert report.exit_code == 0
    assert [phase.name for phase in report.phases if phase.sent] == ["smoke"]


def test_a_session_takes_a_credential_by_name(url):
    """As a run does; and one member to include as a word."""
    with Session(url, api_key="sk_test_a") as session:
        made = session.create(WEBHOOK, include=ASKED)
    assert made.created["webhook_endpoint"]["signing_secret"]


def test_what_is_given_by_name_goes_before_what_a_target_says(url):
    """Whoever gives it means it; what is None is not given."""
    target = Target(url=url, api_key="sk_test_nobody", second_api_key="sk_test_b")
    assert run(target, api_key="sk_test_a", second_api_key=None, only="request/valid", key_age=0).exit_code == 0
    with Session(target, api_key="sk_test_a") as session:
        assert session.target.authorization(Credential.SECOND) == "Bearer sk_test_b"
        assert session.create(WEBHOOK).status == 200


@pytest.mark.parametrize(
    ("option", "one", "several"),
    [
        ("only", "echo/name", ("echo/name",)),
        ("skip", "echo/*", ("echo/*",)),
        ("phases", "smoke", ("smoke",)),
        ("phases", "smoke,auth", ("smoke", "auth")),
        ("replicas", "http://127.0.0.1:8001", ("http://127.0.0.1:8001",)),
        ("headers", "X-Tenant: acme", (("X-Tenant", "acme"),)),
        ("headers", {"X-Tenant": "acme"}, (("X-Tenant", "acme"),)),
        ("reports", "html=report.html", (("html", "report.html"),)),
    ],
)
def test_one_value_needs_no_list(option, one, several):
    """A text is one element, and never its characters."""
    assert getattr(changed(DEFAULTS, {option: one}), option) == several


def test_every_option_of_several_values_takes_one():
    """The table above has them all."""
    assert {one.attribute for one in OPTIONS if one.many} == {"only", "skip", "replicas", "headers", "reports"}


def test_a_contract_selects_by_one_glob():
    """As `only` and `skip` do."""
    assert CONTRACT.select("echo/name") == CONTRACT.select(["echo/name"])
    assert CONTRACT.select(skip="echo/*") == CONTRACT.select(skip=["echo/*"])


@pytest.mark.parametrize(
    "headers", [{"X-Tenant": "acme"}, "X-Tenant: acme", ["X-Tenant: acme"], [("X-Tenant", "acme")]]
)
def test_a_target_takes_headers_in_each_form(headers):
    """A mapping, a line, lines, or pairs."""
    assert Target(url=NOWHERE, headers=headers).headers == (("X-Tenant", "acme"),)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_request": 5}, "unknown setting 'max_request'\ndid you mean max_requests?"),
        ({"phase": "smoke"}, "unknown setting 'phase'\ndid you mean phases?"),
        ({"maxfail": 1}, "unknown setting 'maxfail'\ndid you mean max_findings?"),
        ({"replica": NOWHERE}, "unknown setting 'replica'\ndid you mean replicas?"),
        ({"on_events": print}, "unknown setting 'on_events'\ndid you mean on_event?"),
        ({"tenant": 1}, "unknown setting 'tenant'\nthe settings are the fields of ed_contract.options.Settings."),
        (
            {"quiet": True},
            "quiet is an option of the command\n"
            "the library prints nothing: `print(report)` shows what the command prints.",
        ),
        ({"card": True}, "card is an option of the command\n`report.card` holds it."),
        (
            {"dry_run": True},
            "dry_run is an option of the command\n"
            "`ed_contract.api.dry_run` takes the same arguments and says what a run would send.",
        ),
        (
            {"waivers_update": True},
            "waivers_update is an option of the command\n"
            "`ed-contract run --waivers FILE --waivers-update` writes the file.",
        ),
        ({"headers": "acme"}, "headers: invalid value: expected NAME:VALUE, e.g. X-Tenant:acme"),
        ({"only": 5}, "only: invalid value 5: expected text, e.g. 'echo/*'"),
        ({"app": "shop:app"}, "a target and app were both given\ngive one of them."),
        ({"url": NOWHERE}, "a target and url were both given\ngive one of them."),
    ],
)
def test_a_keyword_that_cannot_be_meant_is_refused_with_the_nearest(given, message):
    """By whichever function takes settings; nothing is sent."""
    for call in (run, dry_run, Session):
        with pytest.raises(UsageError) as told:
            call(NOWHERE, **given)
        assert str(told.value) == message


def test_an_unknown_keyword_of_judge_is_refused_too(tmp_path):
    """Before the record is read."""
    with pytest.raises(UsageError, match=r"^unknown setting 'strikt'\ndid you mean strict\?$"):
        judge(tmp_path / "no.ndjson", strikt=True)


def test_a_list_of_records_is_not_taken_for_a_record():
    """Each is an argument."""
    with pytest.raises(UsageError) as told:
        judge(["monday.ndjson", "tuesday.ndjson"])
    assert str(told.value) == "a list of files was given as one record\npass each one separately: judge(*files)."


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"api_key": "sk_test_a"},
            "api_key cannot be used without a URL: the bundled server is judged as it is\n"
            'give the server\'s base URL, e.g. run("http://127.0.0.1:8000").',
        ),
        ({"require_target": True}, "there is nothing to judge: no URL and no application\ngive one of them."),
        ({"url": NOWHERE, "app": "shop:app"}, "a URL and an application were both given\ngive one of them."),
    ],
)
def test_what_is_of_no_use_for_the_bundled_server_is_refused(given, message):
    """A URL that was forgotten, or is None, does not make a verdict on another server."""
    for call in (run, dry_run):
        with pytest.raises(UsageError) as told:
            call(None, **given)
        assert str(told.value) == message


def test_no_server_is_started_for_an_application_in_process():
    """Nor restarted, nor has it other nodes."""
    with Reference() as app:
        for name, value in (("replicas", NOWHERE), ("server_command", "true"), ("restart_command", "true")):
            with pytest.raises(UsageError) as told:
                run(Target.of_app(app), **{name: value})
            said = f"{name} cannot be used with an application in process\nleave out one of the two."
            assert str(told.value) == said


def test_waivers_are_given_by_their_file(url, tmp_path):
    """As for the command, by run and by judge."""
    file = tmp_path / "waivers.toml"
    file.write_text('[[waiver]]\nrequirement = "echo/name"\nreason = "BUG-1"\n', encoding="utf-8")
    report = run(url, api_key="sk_test_a", waivers=str(file), only="echo/name", record=str(tmp_path / "run.ndjson"))
    assert report.waiver_notes or report.waiver_problems
    again = judge(tmp_path / "run.ndjson", waivers=file)
    assert (again.waiver_notes, again.waiver_problems) == (report.waiver_notes, report.waiver_problems)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_of_the_command_is_taken_by_name_or_refused_with_a_sentence(option):
    """None is ignored: of those that only the command can do, a sentence says what to do instead."""
    given = {option.attribute: option.default}
    if option.name not in {"card", "dry-run", "quiet", "verbose", "no-color", "waivers-update"}:
        assert changed(DEFAULTS, given) == DEFAULTS
        return
    with pytest.raises(UsageError, match=f"^{option.attribute} is an option of the command\n"):
        changed(DEFAULTS, given)


def test_a_plan_is_that_of_what_was_given_by_name(url):
    """A second account is met, and nothing is sent."""
    started = dry_run(url, api_key="sk_test_a", second_api_key="sk_test_b", phases="smoke")
    assert Need.SECOND_ACCOUNT in started.met
    assert [name for name, _ in started.phases] == ["smoke"]
