"""What others sent, as interactions: no accusation for what only the sender could know."""

from __future__ import annotations

import json

import pytest
from common.interactions import WEBHOOK, answered, conflict, destination

from ed_contract.case import Credential, Expectation
from ed_contract.checks import judge
from ed_contract.finding import Finding
from ed_contract.guarding import guarded
from ed_contract.judging import Judging
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import case_of, entries_of
from ed_contract.record.merging import merged

PATH = "/v2/core/event_destinations"
AUTHORIZED = ("authorization", "Bearer a")
CREATED = answered(destination(WEBHOOK))


def exchange(body=WEBHOOK, answer=CREATED, *, key=None, path=PATH, method="POST", at=0.0, headers=(AUTHORIZED,)):
    """Return what somebody saw go by, one after the other by their moments."""
    named = (("Content-Type", "application/json"), *headers, *((("Idempotency-Key", key),) if key is not None else ()))
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(method=method, path=path, headers=named, body=content, answer=answer, began=at, ended=at + 0.5)


def findings(*exchanges) -> list[tuple[str, str]]:
    """Return what the checks find."""
    judging = Judging(judge)
    told = [one for entry in merged([entries_of(exchanges, PATH)], skew=0, ordered=False) for one in judging.add(entry)]
    return [
        seen.identity for one in (*told, *judging.judged()) for seen in one.observations if isinstance(seen, Finding)
    ]


def test_creates_are_told_from_what_else_was_sent():
    """By method and path, whatever the base URL; what is encoded is not read."""
    others = [exchange(path="/v1/other"), exchange(method="GET"), exchange(headers=(("Content-Encoding", "gzip"),))]
    creates = [exchange(path=f"/base{PATH}?x=1"), exchange(path=f"{PATH}/")]
    assert len(list(entries_of([*others, *creates], PATH))) == 2


@pytest.mark.parametrize(
    ("body", "media_type", "expectation"),
    [
        (json.dumps(WEBHOOK).encode(), "application/json", Expectation.EITHER),
        (json.dumps(WEBHOOK | {"type": "no"}).encode(), "application/json", Expectation.REJECT),
        (json.dumps(WEBHOOK | {"type": "no", "name": 1}).encode(), None, Expectation.REJECT),
        (b"{", "application/json; charset=utf-8", Expectation.REJECT),
        (b"name=a", "application/x-www-form-urlencoded", Expectation.EITHER),
    ],
)
def test_nothing_is_expected_to_be_accepted(body, media_type, expectation):
    """What breaks one documented requirement is to be refused; of all else nobody knows what it was sent for."""
    assert case_of(body, media_type).expectation is expectation


def test_a_valid_create_may_be_refused():
    """For a reason of the server's own, again and again."""
    refused = answered({"error": {"code": "x", "message": "y"}}, 400)
    assert findings(exchange(), *(exchange(answer=refused, at=at) for at in range(1, 9))) == []


def test_a_redirect_is_nobodys_fault():
    """A browser follows it, and sends the create once more elsewhere; whatever account it is."""
    moved = answered({}, 307, location="https://example.com/v2/core/event_destinations")
    others = (("authorization", "Bearer b"),)
    assert findings(exchange(), exchange(answer=moved, at=1), exchange(answer=moved, headers=others, at=2)) == []


def test_what_the_page_forbids_is_found_when_it_is_accepted():
    """Once any create was taken, so that a refusal can be told apart."""
    assert findings(exchange(WEBHOOK | {"event_payload": "fat"})) == [("request/event_payload/enum", "as given")]


def test_the_first_under_a_key_may_be_a_replay():
    """So that its secret may be hidden, and a conflict may be with what was sent before the record."""
    asked = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}
    hidden = answered(destination(WEBHOOK))
    assert findings(exchange(asked, hidden, key="k"), exchange(answer=conflict(), key="l", at=2)) == []
    assert findings(exchange(asked, hidden)) == [("include/webhook_endpoint.signing_secret", "not returned")]


def test_a_replay_within_the_record_is_judged():
    """As in a run."""
    again = answered(destination(WEBHOOK, "ed_2"))
    assert findings(exchange(key="k"), exchange(answer=again, key="k", at=5)) == [
        ("idempotency/replay", "another destination")
    ]


def test_a_header_that_is_no_text_of_utf_8_keeps_nothing_from_being_guarded():
    """A HAR file may hold a lone surrogate: the other credentials are kept out all the same."""
    headers = (("x-token", "sk_test_0123456789\ud83d"), AUTHORIZED, ("x-api-key", "sk_test_9876543210"))
    shown = guarded(exchange(answer=answered({"id": "ed_1", "name": "sk_test_9876543210"}), headers=headers))
    assert (shown.answer.document["name"], shown.answer.shows_credential) == ("***", True)


def test_accounts_are_told_apart_by_what_may_be_a_credential():
    """A fresh token of the same account makes another one of it, of which nothing is known."""
    headers = [(AUTHORIZED,), (("authorization", "Bearer b"),), (("x-api-key", "c"),), (AUTHORIZED,), ()]
    sent = list(entries_of([exchange(headers=one, key="k") for one in headers], PATH))
    assert [one.request.credential for one in sent].count(Credential.FIRST) == 2
    assert len({one.request.who for one in sent}) == 4
    assert not any("bearer" in str(one.request.headers).lower() for one in sent)
    unknown = entries_of([exchange(headers=(), key="k")] * 3, PATH, hides_credentials=True)
    assert len({one.request.who for one in unknown}) == 3
