"""The profile for the real service's sandbox, tried on a server that behaves like it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from common.command import ed_contract
from werkzeug.test import Client

from ed_contract.reference import PATH, Create, Destination, serve
from ed_contract.zoo.right.edition_2026_09 import EDITION, VendorSandbox

KEY = {"ED_CONTRACT_API_KEY": "sk_test_a"}
PROFILE = ("--profile", "vendor-sandbox", "--no-record")
FASTER = ("--rate-limit", "200/s")
THEIRS = {
    "name": "Somebody else's",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "event_payload": "thin",
    "type": "webhook_endpoint",
    "webhook_endpoint": {"url": "https://example.com/hook"},
}


class Watched(VendorSandbox):
    """Notes what it was made to do; as fast as a test wants."""

    per_second = 250

    def set_up(self) -> None:
        """Note nothing yet."""
        super().set_up()
        self.made: set[str] = set()
        self.most_at_a_time = 0
        self.refused: list[str] = []

    def insert(self, destination: Destination) -> None:
        """Note a destination."""
        super().insert(destination)
        self.made.add(destination.id)
        self.most_at_a_time = max(self.most_at_a_time, len(self.store.of_account(destination.account)))

    def refusal_response(self, refusal):
        """Note a refusal."""
        self.refused.append(refusal.code)
        return super().refusal_response(refusal)

    def there(self, account: str = "acct_a") -> set[str]:
        """Return the ids of an account's destinations."""
        return {one.id for one in self.store.of_account(account)}

    def hold(self, others: int, account: str = "acct_a") -> set[str]:
        """Make destinations that are somebody else's, and return their ids."""
        for _ in range(others):
            self.answer_always(Create(account=account, key=None, body=b"", params=THEIRS))
        return self.there(account)


@contextmanager
def sandbox(make: type[Watched] = Watched) -> Iterator[tuple[Watched, str]]:
    """Serve one, and yield its address too."""
    with make(edition=EDITION) as app, serve(app) as server:
        yield app, server.url


def test_a_whole_run_conforms_within_sixteen_and_leaves_nothing_of_its_own(tmp_path):
    """At a higher rate than the profile's, for a test. What was not judged is told, each with the reason."""
    with sandbox() as (app, url):
        theirs = app.hold(5, "acct_b")
        app.made.clear()
        report = tmp_path / "report.json"
        done = ed_contract("run", url, *PROFILE, *FASTER, "--report", f"json={report}", **KEY)
        assert (app.there(), app.there("acct_b")) == (set(), theirs)
        assert 9 < app.most_at_a_time <= 16
        assert not {"event_destination_limit_reached", "rate_limit"} & {*app.refused}
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[1] == f"CONFORMS: {url}{PATH}"
    assert {
        "  does not apply: 3 (no answer had this member), 1 (`livemode` is false in the answers), "
        "1 (needs --second-api-key), 1 (needs --restart-command), 1 (needs --replica)",
        f"  cleaned up: {len(app.made)} destinations deleted with {len(app.made)} further requests",
        "  next: --second-api-key KEY also judges that accounts are isolated",
    } <= {*lines}
    kept = json.loads(report.read_text())
    assert (kept["edition"], kept["clean_up"]["deleted"], kept["clean_up"]["left"]) == (EDITION, len(app.made), 0)


@pytest.mark.parametrize(("room", "end"), [((), "quota"), (("--max-destinations", "11"), "finished")])
def test_what_was_there_before_stays_and_takes_room(tmp_path, room, end):
    """The run counts only its own: it is told how to leave room for what is there, and accuses nobody."""
    report = tmp_path / "report.json"
    with sandbox() as (app, url):
        theirs = app.hold(5)
        smoke = ("--phases", "smoke,keys", "--report", f"json={report}")
        done = ed_contract("run", url, *PROFILE, *FASTER, *smoke, *room, **KEY)
        assert (app.there(), app.most_at_a_time) == (theirs, 16)
    kept = json.loads(report.read_text())
    assert (kept["end"], kept["clean_up"]["left"]) == (end, 0)
    assert [row["id"] for row in kept["requirements"] if row["findings"]] == []
    told = "An account can have 16 event destinations." in done.stdout and "--max-destinations N" in done.stdout
    assert (done.returncode, told) == ((2, True) if end == "quota" else (0, False))


def test_a_rate_that_is_exceeded_is_waited_out():
    """As Retry-After says; nobody is accused."""

    class Slower(Watched):
        per_second = 60

    with sandbox(Slower) as (app, url):
        done = ed_contract("run", url, *PROFILE, "--rate-limit", "1000/s", "--phases", "smoke", **KEY)
        assert "rate_limit" in app.refused
        assert app.there() == set()
    assert done.returncode == 0
    assert "CONFORMS AS FAR AS JUDGED" in done.stdout


def test_a_list_of_the_sandbox_is_late():
    """By a second, for what is new and for what is gone."""
    with Watched(edition=EDITION) as app:
        client, headers = Client(app), {"Authorization": "Bearer sk_test_a"}

        def shown():
            return [one["id"] for one in client.get(PATH, headers=headers).json["data"]]

        def later(seconds):
            moment = app.now() + timedelta(seconds=seconds)
            app.now = lambda: moment

        (made,) = app.hold(1)
        assert shown() == []
        later(1)
        assert shown() == [made]
        assert client.delete(f"{PATH}/{made}", headers=headers).status_code == 200
        assert client.get(f"{PATH}/{made}", headers=headers).status_code == 404
        assert shown() == [made]
        later(1)
        assert shown() == []


def test_a_secret_of_the_sandbox_is_shown_once():
    """A replay shows none, though it asks for it."""
    with Watched(edition=EDITION) as app:
        params = {**THEIRS, "include": ["webhook_endpoint.signing_secret"]}
        headers = {"Authorization": "Bearer sk_test_a", "Idempotency-Key": "k"}
        first, again = (Client(app).post(PATH, json=params, headers=headers).json for _ in range(2))
    assert first["webhook_endpoint"]["signing_secret"].startswith("whsec_")
    assert (again["id"], again["webhook_endpoint"]["signing_secret"]) == (first["id"], None)


def test_the_sandbox_refuses_what_is_too_much_or_unknown():
    """A seventeenth destination, and an unknown field."""
    with Watched(edition=EDITION) as app:
        app.hold(16)
        client, headers = Client(app), {"Authorization": "Bearer sk_test_a"}
        full = client.post(PATH, json=THEIRS, headers=headers)
        unknown = client.post(PATH, json={**THEIRS, "nickname": "x"}, headers=headers)
        codes = [(one.status_code, one.json["error"]["code"]) for one in (full, unknown)]
    assert codes == [(400, "event_destination_limit_reached"), (400, "invalid_fields")]
