"""What others sent may differ in more than it shows: in server, account, time, or by a change in between."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from common.hars import entry, har, headers
from common.interactions import WEBHOOK, destination

from ed_contract.exceptions import UsageError
from ed_contract.records import judge

OTHER = WEBHOOK | {"name": "Returns"}
DAY = datetime(2026, 1, 2, tzinfo=UTC)


def create(
    made=None,
    *,
    params=WEBHOOK,
    at=0,
    key="k",
    url="https://api.example.com/v2/core/event_destinations",
    status=200,
    method="POST",
    document=None,
    **named,
):
    """Return an entry of a HAR about a create under a key, so many seconds after the first."""
    answer = document if document is not None else destination(params, id=made or "ed_1")
    shown = {"Authorization": "Bearer a", "Idempotency-Key": key, "Content-Type": "application/json", **named}
    return entry(
        startedDateTime=(DAY + timedelta(seconds=at)).isoformat(),
        request={
            "method": method,
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in shown.items() if value is not None],
            "postData": {"mimeType": "application/json", "text": json.dumps(params)},
        },
        response={"status": status, "content": {"mimeType": "application/json", "text": json.dumps(answer)}},
    )


def judged(tmp_path, *files, **settings):
    """Return the report of HAR files with these entries."""
    paths = []
    for number, entries in enumerate(files):
        paths.append(tmp_path / f"{number}.har")
        paths[-1].write_text(har(*entries), encoding="utf-8")
    return judge(*paths, **settings)


def findings(report) -> list[str]:
    """Return which requirements are broken."""
    return [bug.finding.requirement for bug in report.bugs]


FIRST = create("ed_1")
MEMBERS = {name: value for name, value in destination(WEBHOOK, id="ed_9").items() if name not in WEBHOOK}


def test_the_same_entry_is_read_once(tmp_path):
    """Exports of one session hold what the earlier ones held."""
    without = create("ed_2", key=None, at=5)
    assert findings(judged(tmp_path, [FIRST, without], [FIRST, without, create("ed_3", key="z", at=9)])) == []
    assert findings(judged(tmp_path, [without, without])) == []


@pytest.mark.parametrize(
    "other", ["https://staging.example.com", "https://api.example.com:8443", "https://api.example.com/x"]
)
def test_of_several_servers_one_has_to_be_named(tmp_path, other):
    """Each has keys and ids of its own."""
    there = create("ed_2", params=OTHER, url=f"{other}/v2/core/event_destinations", at=5)
    with pytest.raises(UsageError) as told:
        judged(tmp_path, [FIRST, there])
    assert str(told.value).endswith(
        f"contains creates sent to several servers: https://api.example.com (1), {other} (1)\nchoose one with --url."
    )
    report = judged(tmp_path, [FIRST, there], url=other)
    assert (findings(report), report.target) == ([], f"{other}/v2/core/event_destinations")
    assert "not judged: 1 create of " in report.note


def test_what_is_sent_again_has_its_server(tmp_path):
    """The curl lines of a finding can be pasted."""
    assert judged(tmp_path, [FIRST]).target == "https://api.example.com/v2/core/event_destinations"


@pytest.mark.parametrize("shown", [None, "***", "Bearer ***", "[REDACTED]", "Bearer <redacted>"])
def test_a_credential_that_is_hidden_may_be_anybodys(tmp_path, shown):
    """Of what two such requests share nothing is known; nor are they of those that show one."""
    hidden = [create("ed_2", params=OTHER, at=at, Authorization=shown) for at in (5, 9)]
    replays = [create(f"ed_{at}", params=WEBHOOK, at=at, Authorization=shown) for at in (20, 30)]
    report = judged(tmp_path, [FIRST, *hidden, *replays])
    assert (findings(report), "shows no credential of 4 of 5 creates" in report.note) == ([], True)


BELOW = "https://api.example.com/v2/core/event_destinations/ed_1"
CHANGES = {
    "updated": create(url=BELOW, at=5, key=None),
    "deleted": create(url=BELOW, method="DELETE", at=5, key=None),
    "disabled": create(url=f"{BELOW}/disable", at=5, key=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_in_between_is_not_known(tmp_path, change):
    """Its key may give it as it is now, or make another one; what was changed before says nothing of others."""
    again = create("ed_2", at=10)
    assert findings(judged(tmp_path, [FIRST, CHANGES[change], again])) == []
    assert findings(judged(tmp_path, [FIRST, CHANGES[change], create("ed_2", params=OTHER, at=10)])) == []
    beside = [create("ed_8", key="b"), CHANGES[change], create("ed_9", key="b", at=10)]
    assert findings(judged(tmp_path, beside)) == ["idempotency/replay"]


def test_a_key_may_be_forgotten_after_an_hour(tmp_path):
    """The page names no time; what is used again at once has to be known."""
    assert findings(judged(tmp_path, [FIRST, create("ed_2", at=7200)])) == []
    assert findings(judged(tmp_path, [FIRST, create("ed_2", at=60)])) == ["idempotency/replay"]
    assert findings(judged(tmp_path, [create("ed_2", at=7200)], [FIRST])) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"Stripe-Version": "2020-01-01"},
        {"Content-Type": "text/plain"},
        {"Accept": "text/html"},
        {"url": "https://api.example.com/v2/core/event_destinations?tenant=b"},
    ],
)
def test_a_replay_is_the_same_request(tmp_path, changed):
    """What else may decide on the answer is to be the same; and what follows under the key is not known either."""
    refused = create(at=5, status=400, document={"error": {"code": "no", "message": "No."}}, **changed)
    assert findings(judged(tmp_path, [FIRST, refused, create("ed_2", at=9)])) == []


def test_a_conflict_says_what_it_is(tmp_path):
    """Whatever its status: only 409 is the page's."""
    conflict = {"error": {"code": "idempotency_error", "message": "Used."}}
    report = judged(tmp_path, [FIRST, create(params=OTHER, at=5, status=400, document=conflict)])
    assert findings(report) == ["idempotency/conflict/status"]


def test_what_says_nothing_of_others_requests_is_not_held_against_the_rest(tmp_path):
    """Nobody can send more of them; the report names what was not judged."""
    report = judged(tmp_path, [FIRST, create(at=5, status=401, document={})])
    assert (report.exit_code, report.complete) == (0, False)
    assert "idempotency/replay" in {
        row.requirement.id for row in report.requirements if row.verdict.name == "INCONCLUSIVE"
    }


AZURE = {
    "type": "azure_event_grid",
    "azure_event_grid": {
        "azure_region": "westeurope",
        "azure_resource_group_name": "orders",
        "azure_subscription_id": "00000000-0000-0000-0000-000000000000",
    },
}


@pytest.mark.parametrize(
    ("version", "edition", "broken"),
    [
        ("2026-04-22.dahlia", None, []),
        ("2024-10-28.acacia", "2026-04", []),
        ("2026-04-22.dahlia", "2024-10", ["request/type/enum"]),
        ("2024-10-28.acacia", None, ["request/type/enum"]),
    ],
)
def test_the_edition_is_that_of_the_version_that_is_sent(tmp_path, version, edition, broken):
    """Unless another one is asked for: what a later page allows, an earlier one forbids."""
    params = {name: value for name, value in WEBHOOK.items() if name not in {"webhook_endpoint", "include"}} | AZURE
    topic = {"azure_partner_topic_name": "orders", "azure_partner_topic_status": "activated"}
    shown = {**params, **MEMBERS, "azure_event_grid": AZURE["azure_event_grid"] | topic}
    named = {"Stripe-Version": version}
    sent = [create(key="a", **named), create(params=params, document=shown, at=5, **named)]
    report = judged(tmp_path, sent, edition=edition)
    assert [row for row in findings(report) if row.startswith("request/")] == broken
    assert not (edition != "2024-10" and broken == []) or findings(report) == []


def test_a_file_without_headers_of_answers_says_nothing_of_them(tmp_path):
    """But for what it says beside: the media type of the body."""
    bare = {**FIRST, "response": {**FIRST["response"], "headers": []}}
    assert findings(judged(tmp_path, [bare])) == []
    assert headers(Content_Type="application/json") == FIRST["response"]["headers"]
