"""Credentials that expire in mid-run, and the command that prints fresh ones."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import pytest

from ed_contract import Target, credential_command, run
from ed_contract.case import Credential
from ed_contract.credential_command import renew
from ed_contract.exceptions import UsageError
from ed_contract.reference import Reference, RefusedError, serve
from ed_contract.report.redaction import Redactor
from ed_contract.runner import questions
from ed_contract.runner.events import End
from ed_contract.verdict import Verdict

EXPIRED = "the token has expired"


class Expires(Reference):
    """Knows the keys token-1, token-2 and so on, each for a hundred requests, and none that is older."""

    lasts = 100

    def set_up(self):
        self.fresh, self.used = 1, 0

    def account_of(self, key):
        number = key.removeprefix("token-")
        if number == key or not number.isdigit():
            return super().account_of(key)
        number = int(number)
        if number > self.fresh:
            self.fresh, self.used = number, 0
        self.used += 1
        return "acct_a" if number == self.fresh and self.used <= self.lasts else None

    def authenticate(self, request):
        try:
            return super().authenticate(request)
        except RefusedError:
            raise RefusedError(401, "unauthorized", EXPIRED) from None


@pytest.mark.parametrize("lasts", [1, 7, 130, 400])
def test_a_credential_that_expires_ends_the_run_and_accuses_nobody(monkeypatch, lasts):
    """What was judged before stays judged, and no requirement passes for a 401."""
    monkeypatch.setattr(questions, "CREDENTIAL_PAUSE", 0.0)
    monkeypatch.setattr(Expires, "lasts", lasts)
    with Expires() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="token-1"), phases=["smoke", "bodies", "mutations", "keys"])
    assert report.bugs == ()
    assert (report.end, report.verdict, report.exit_code) == (End.CREDENTIALS, Verdict.INCONCLUSIVE, 2)
    assert report.note.startswith("credentials refused since request ")
    assert EXPIRED in report.note
    conclusive = sum(row.observations for row in report.requirements if row.requirement.area == "request")
    assert (conclusive == 1) is (lasts == 1)


def test_a_command_gives_fresh_credentials_as_long_as_the_run_takes(tmp_path):
    """The run judges as with one that lasts; none of them is in what is written."""
    count = tmp_path / "count"
    count.write_text("0")
    command = f'n=$(($(cat "{count}") + 1)); echo $n > "{count}"; echo "token-$n"; echo "not this"'
    with Expires() as app, serve(app) as server:
        target = Target(url=server.url, credential_command=command, second_api_key="sk_test_b")
        report = run(target, phases=["smoke", "keys"])
    assert (report.bugs, report.end, report.exit_code) == ((), End.FINISHED, 0)
    assert len(target.renewed) == int(count.read_text()) > 2
    assert target.authorization(Credential.FIRST) == f"Bearer {target.renewed[-1]}"
    assert Redactor.of(target)(" ".join(target.renewed)) == " ".join(["***"] * len(target.renewed))
    assert "token" not in repr(target)


def test_a_command_that_fails_in_mid_run_is_told(monkeypatch, tmp_path):
    """After what the server said."""
    monkeypatch.setattr(questions, "CREDENTIAL_PAUSE", 0.0)
    once = tmp_path / "once"
    command = f'test -e "{once}" && exit 7; touch "{once}"; echo token-1'
    with Expires() as app, serve(app) as server:
        report = run(Target(url=server.url, credential_command=command), phases=["smoke", "mutations"])
    assert report.end is End.CREDENTIALS
    assert report.note.endswith("; --credential-command exited with 7; run it by hand: its output is not shown here.")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (None, "no --credential-command\ngive a command whose first line of output is the credential."),
        (
            "echo secret; exit 3",
            "--credential-command exited with 3\nrun it by hand: its output is not shown here.",
        ),
        ("true", "--credential-command printed nothing\nthe first line of its output must be the credential."),
        (
            "echo; echo late",
            "--credential-command printed nothing\nthe first line of its output must be the credential.",
        ),
        (
            "echo schlüssel",
            "what --credential-command printed holds characters that a header cannot carry\nuse only visible ASCII.",
        ),
        (
            "echo sk_live_1",
            "what --credential-command printed holds a live key, and a run creates hundreds of destinations\n"
            "give a sandbox key, or --allow-live if that is what you want.",
        ),
        (
            "sleep 60 & sleep 60",
            "--credential-command did not end within 0.1 s\nit must print the credential and exit.",
        ),
    ],
)
def test_a_command_that_gives_no_credential_is_told_in_two_lines(monkeypatch, command, message):
    """And what it printed is not, since that may be the credential."""
    monkeypatch.setattr(credential_command, "SECONDS", 0.1 if command and "sleep" in command else 10.0)
    target = Target(url="http://127.0.0.1:9", credential_command=command)
    with pytest.raises(UsageError) as told:
        renew(target)
    assert str(told.value) == message
    assert target.renewed == []


def test_a_credential_in_a_header_of_the_users_is_sent_each_time_and_not_judged():
    """Else every right server would take what was meant to be refused."""
    with Reference() as app, serve(app) as server:
        own = Target(url=server.url, headers=(("Authorization", "Bearer sk_test_a"),))
        report = run(own, phases=["auth"], strict=True)
    assert report.bugs == ()
    assert {row.verdict for row in report.requirements if row.requirement.area == "auth"} == {Verdict.SKIPPED}
