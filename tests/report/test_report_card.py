"""The behaviour card: what answers show of each choice that the page leaves, on literal interactions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, Run, answered, conflict, destination
from common.payments import DOCUMENT
from common.reports import report_of

from ed_contract.case import Expectation, Key
from ed_contract.contract import CONTRACT, Contract
from ed_contract.interaction import PROBE, NoAnswer, response
from ed_contract.record.history import History
from ed_contract.report.card import fold
from ed_contract.report.card.fold import TOPICS, card_of
from ed_contract.report.card.lines import heading
from ed_contract.report.card.trait import MOST_SEEN, NOT_SEEN

SECRET = "webhook_endpoint.signing_secret"
INCLUDED = WEBHOOK | {"include": [SECRET]}
EITHER, REJECT = Expectation.EITHER, Expectation.REJECT
NO_NAME = {name: value for name, value in WEBHOOK.items() if name != "name"}
NESTED = WEBHOOK | {"webhook_endpoint": WEBHOOK["webhook_endpoint"] | {"x": 1}}
REFUSED = answered({"error": {"code": "invalid", "message": "no name"}}, 400)
KEY = "k" * 36


def said(run, topic):
    """Return what the card of a run says of a topic, and from how many answers."""
    (trait,) = (one for one in card_of(run.history, CONTRACT) if one.topic == topic)
    return trait.said, trait.answers


def headed(params, *headers, identifier="ed_1"):
    """Return a right answer with further headers."""
    body = json.dumps(destination(params, identifier)).encode()
    return response(200, (("content-type", "application/json"), ("date", "now"), *headers), body)


def test_a_card_names_every_topic_once():
    """In the order of the table; of an empty record nothing was seen."""
    card = card_of(History(), CONTRACT)
    assert [one.topic for one in card] == [topic.id for topic in TOPICS]
    assert len({one.topic for one in card}) == len(card)
    assert {(one.said, one.answers) for one in card} == {(NOT_SEEN, 0)}


def test_the_record_is_left_as_it_was():
    """The card is a fold: made twice, it is the same."""
    run = Run()
    run.exchange(WEBHOOK)
    assert card_of(run.history, CONTRACT) == card_of(run.history, CONTRACT)
    assert len(run.history) == 1


@pytest.mark.parametrize(
    ("twin", "expected"),
    [
        (answered(destination(WEBHOOK)), "answered with what the first one created"),
        (conflict("key_in_use"), "answered 409"),
        (answered(destination(WEBHOOK, "ed_2")), "created another one"),
    ],
)
def test_concurrent_duplicates(twin, expected):
    """Those beside the one that made it."""
    run = Run()
    run.burst([(WEBHOOK, answered(destination(WEBHOOK))), (WEBHOOK, twin)])
    assert said(run, "duplicates") == (expected, 1)


def test_different_creates_at_once_are_no_duplicates():
    """Nor are those under keys of their own."""
    run = Run()
    run.burst([(WEBHOOK, answered(destination(WEBHOOK))), (EVENTBRIDGE, conflict())])
    run.burst([(WEBHOOK, answered(destination(WEBHOOK)))] * 2, keys=["a" * 36, "b" * 36], burst=2)
    assert said(run, "duplicates") == (NOT_SEEN, 0)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (REFUSED, "the same answer"),
        (answered({"error": {"code": "invalid", "message": "anew"}}, 400), "a new answer with the same status"),
        (answered({}, 422), "answered 422 after 400"),
    ],
)
def test_a_refused_create_that_is_sent_again(second, expected):
    """Byte for byte, under its key."""
    run = Run()
    run.exchange(NO_NAME, REFUSED, key=KEY, expectation=REJECT)
    run.exchange(NO_NAME, second, key=KEY, expectation=REJECT)
    assert said(run, "refused-again") == (expected, 1)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (None, "accepted"),
        (REFUSED, "refused again with the first answer"),
        (conflict(), "refused with 409, as a conflict"),
        (answered({}, 422), "refused with 422"),
        (answered({}, 500), "answered 500"),
    ],
)
def test_a_corrected_create_under_a_key_that_was_refused(second, expected):
    """Whether an error binds a key, is replayed, or leaves it free."""
    run = Run()
    run.exchange(NO_NAME, REFUSED, key=KEY, expectation=REJECT)
    run.exchange(WEBHOOK, second, key=KEY)
    assert said(run, "refused-corrected") == (expected, 1)


def test_which_keys_are_taken_and_the_longest():
    """In the words of the note on keys."""
    run = Run()
    run.exchange(WEBHOOK, key="a" * 36)
    run.exchange(WEBHOOK, key="b" * 255)
    assert said(run, "keys") == ("all usual forms; the longest accepted had 255 characters", 2)
    run.exchange(WEBHOOK, answered({}, 400), key="C" * 36, form=Key(template="{FRESH}x"))
    told = "only idempotency keys of lower-case letters, digits and hyphens; the longest accepted had 255 characters"
    assert said(run, "keys") == (told, 2)


def test_keys_that_are_hardly_any():
    """Each kind by itself; a create that may be refused for itself says nothing of its key."""
    run = Run()
    for key, answer in (("", REFUSED), ("é" * 9, REFUSED), ("a b", None), ("a" * 65, None), ("a<b", None)):
        run.exchange(WEBHOOK, answer, key=key, expectation=EITHER)
    run.exchange(NO_NAME, REFUSED, key="", expectation=REJECT)
    run.exchange(WEBHOOK, key="plain")
    assert said(run, "unusual-keys") == (
        "65 characters: accepted (1), a space: accepted (1), empty: refused with 400 (1), "
        "non-ASCII characters: refused with 400 (1), punctuation: accepted (1)",
        5,
    )


def test_statuses_of_creates_and_of_replays():
    """Conflicts and refusals are neither."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK), 201), key=KEY)
    run.exchange(WEBHOOK, answered(destination(WEBHOOK)), key=KEY)
    run.exchange(EVENTBRIDGE, conflict(), key=KEY)
    assert (said(run, "created-status"), said(run, "replayed-status")) == (("201", 1), ("200", 1))


def test_what_marks_a_replay():
    """A header that no first answer has; dates and the like mark nothing."""
    run = Run()
    run.exchange(WEBHOOK, headed(WEBHOOK, ("request-id", "1")), key=KEY)
    run.exchange(WEBHOOK, headed(WEBHOOK, ("request-id", "2"), ("idempotent-replayed", "true")), key=KEY)
    assert said(run, "replay-marks") == ("`idempotent-replayed: true`", 1)
    assert said(run, "headers") == ("`request-id`", 1)


def test_a_replay_that_nothing_marks():
    """As much is said."""
    run = Run()
    for _ in range(2):
        run.exchange(WEBHOOK, answered(destination(WEBHOOK)), key=KEY)
    assert said(run, "replay-marks") == ("none", 1)
    assert said(run, "headers") == ("none", 1)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (destination(INCLUDED), "shown"),
        (destination(WEBHOOK), "withheld"),
        (destination(INCLUDED, "ed_2"), "a different one shown"),
    ],
)
def test_the_secret_on_a_replay(again, expected):
    """Never its value."""
    run = Run()
    run.exchange(INCLUDED, answered(destination(INCLUDED)), key=KEY)
    run.exchange(INCLUDED, answered(again), key=KEY)
    assert said(run, "secret-on-replay") == (expected, 1)


def test_statuses_of_refusals():
    """Of invalid values, and of bodies that are no object; under a key in use they say nothing."""
    run = Run()
    run.exchange(NO_NAME, REFUSED, expectation=REJECT)
    run.exchange(NO_NAME, answered({}, 422), expectation=REJECT)
    run.exchange(b"[", answered({}, 422), expectation=REJECT)
    run.exchange(WEBHOOK, key=KEY)
    run.exchange(NO_NAME, conflict(), key=KEY, expectation=REJECT)
    assert said(run, "invalid-status") == ("400 (1), 422 (1)", 2)
    assert said(run, "malformed-status") == ("422", 1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (REFUSED, "refused with 400"),
        (None, "accepted but not shown"),
        (answered(destination(WEBHOOK, colour="red")), "accepted and shown"),
    ],
)
def test_unknown_fields(answer, expected):
    """One that the page does not name, beside others that must be taken."""
    run = Run()
    run.exchange(WEBHOOK | {"colour": "red"}, answer, expectation=EITHER)
    run.exchange(NO_NAME | {"colour": "red"}, REFUSED, expectation=REJECT)
    run.exchange(WEBHOOK | {"a": 1, "b": 2}, REFUSED, expectation=EITHER)
    assert said(run, "unknown-fields") == (expected, 1)


def test_unknown_fields_within_an_object():
    """They are as unknown."""
    run = Run()
    run.exchange(NESTED, REFUSED, expectation=EITHER)
    assert said(run, "unknown-fields") == ("refused with 400", 1)


def test_null_in_an_optional_field():
    """Where one field is null, and the create would be taken without it."""
    run = Run()
    run.exchange(WEBHOOK | {"description": None}, expectation=EITHER)
    run.exchange(WEBHOOK | {"metadata": None}, REFUSED, expectation=EITHER)
    run.exchange(WEBHOOK | {"description": None, "metadata": None}, expectation=EITHER)
    assert said(run, "nulls") == ("`description`: accepted (1), `metadata`: refused with 400 (1)", 2)


def test_what_is_shown_of_a_field_that_was_not_sent():
    """Null, a default, or nothing."""
    run = Run()
    made = destination(WEBHOOK)
    del made["description"]
    run.exchange(WEBHOOK, answered(made))
    assert said(run, "defaults") == (
        '`description`: absent (1), `events_from`: ["self"] (1), `metadata`: {} (1), `snapshot_api_version`: null (1)',
        1,
    )


@pytest.mark.parametrize(
    ("sent", "got", "expected"),
    [
        (" Orders ", " Orders ", "as sent"),
        (" Orders ", "Orders", "trimmed"),
        ("Cafe\u0301", "Café", "in NFC"),
        (" Cafe\u0301", "Café", "trimmed and in NFC"),
        ("a\r\nb", "a b", "with newlines as spaces"),
        (" Orders ", "Others", "changed"),
    ],
)
def test_unusual_texts(sent, got, expected):
    """As sent, or in a form that has a name; usual ones say nothing."""
    run = Run()
    params = WEBHOOK | {"name": sent}
    run.exchange(params, answered(destination(params, name=got)), expectation=EITHER)
    run.exchange(WEBHOOK)
    assert said(run, "texts") == (f"`name` {expected}", 1)


def test_unusual_texts_in_maps():
    """What was done to one of them was done to the map."""
    run = Run()
    params = WEBHOOK | {"metadata": {"a": " x ", "b": "y"}}
    run.exchange(params, answered(destination(params, metadata={"a": "x", "b": "y"})), expectation=EITHER)
    run.exchange(params, answered(destination(params, metadata={"a": "x"})), expectation=EITHER)
    assert said(run, "texts") == ("`metadata` changed (1), `metadata` trimmed (1)", 2)


@pytest.mark.parametrize(
    ("shown", "expected"), [("https://EXAMPLE.com", "as sent"), ("https://example.com/", "rewritten")]
)
def test_urls(shown, expected):
    """Where they are asked for."""
    run = Run()
    endpoint = {"url": "https://EXAMPLE.com"}
    params = WEBHOOK | {"webhook_endpoint": endpoint, "include": ["webhook_endpoint.url"]}
    shown_endpoint = destination(params)["webhook_endpoint"] | {"url": shown}
    run.exchange(params, answered(destination(params, webhook_endpoint=shown_endpoint)), expectation=EITHER)
    assert said(run, "urls") == (f"`webhook_endpoint.url` {expected}", 1)


@pytest.mark.parametrize(
    ("got", "expected"),
    [(["c", "a", "b"], "as sent"), (["a", "b", "c"], "sorted"), (["b", "a", "c"], "in another order")],
)
def test_the_order_of_lists_and_maps(got, expected):
    """What was sent sorted tells nothing."""
    run = Run()
    params = WEBHOOK | {"enabled_events": ["c", "a", "b"], "metadata": dict.fromkeys("cab", "1")}
    changed = {"enabled_events": got, "metadata": dict.fromkeys(got, "1")}
    run.exchange(params, answered(destination(params, **changed)))
    run.exchange(WEBHOOK | {"enabled_events": ["a", "b"]})
    assert said(run, "list-order") == (f"`enabled_events` {expected}", 1)
    assert said(run, "map-order") == (f"`metadata` {expected}", 1)


@pytest.mark.parametrize(("got", "expected"), [(["b", "b"], "kept"), (["b"], "dropped")])
def test_elements_that_were_sent_twice(got, expected):
    """Kept, or folded into one."""
    run = Run()
    params = WEBHOOK | {"enabled_events": ["b", "b"]}
    run.exchange(params, answered(destination(params, enabled_events=got)), expectation=EITHER)
    assert said(run, "duplicate-elements") == (f"`enabled_events` {expected}", 1)


def test_undocumented_members():
    """At the top, and in objects whose members the page lists; long names are cut."""
    run = Run()
    endpoint = destination(WEBHOOK)["webhook_endpoint"] | {"secret_hint": "x"}
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, webhook_endpoint=endpoint, **{"x" * 50: 1})))
    assert said(run, "extra-members") == (f"`webhook_endpoint.secret_hint` (1), `{'x' * 39}…` (1)", 1)


def test_a_quota_that_was_reached():
    """What was made until a plain create was refused for want of room; what was refused for itself is none."""
    run = Run()
    run.exchange(WEBHOOK)
    run.exchange(WEBHOOK, answered({"error": {"message": "name exceeds the limit"}}, 400))
    assert said(run, "quota") == ("not reached after 1 create", 1)
    run.exchange(WEBHOOK, answered({"error": {"message": "quota exceeded"}}, 403), phase=PROBE)
    assert said(run, "quota") == ("reached after 1 create: a valid one was answered with 403", 1)


def test_what_got_no_answer_shows_nothing():
    """Nor does 429."""
    run = Run()
    run.exchange(WEBHOOK | {"colour": "red"}, NoAnswer(reason="timed out"), expectation=EITHER)
    run.exchange(WEBHOOK | {"colour": "red"}, answered({}, 429), expectation=EITHER)
    assert {one.said for one in card_of(run.history, CONTRACT)} == {NOT_SEEN}


def test_a_mistake_of_ours_about_one_topic_loses_no_other(monkeypatch):
    """Nor the run: the card says that it is one."""

    def crashes(_one, _history):
        raise KeyError("x")

    broken = [replace(one, shows=crashes) if one.id == "urls" else one for one in TOPICS]
    monkeypatch.setattr(fold, "TOPICS", broken)
    run = Run()
    run.exchange(WEBHOOK)
    assert said(run, "urls") == ("unknown: ed_contract crashed here, KeyError", 0)
    assert said(run, "created-status") == ("200", 1)


def test_of_very_many_things_the_most_frequent_are_named():
    """And how many there are beside."""
    run = Run()
    for number in range(MOST_SEEN + 3):
        run.exchange(WEBHOOK, answered(destination(WEBHOOK, **{f"x{number}": 1, "both": 1})))
    told, answers = said(run, "extra-members")
    assert told.startswith("`both` (11), `x0` (1), ")
    assert told.endswith(", and 4 more")
    assert answers == MOST_SEEN + 3


def test_a_card_on_a_document_of_ones_own_is_in_its_words():
    """Topics that it has nothing to do with are left out."""
    contract = Contract.of(DOCUMENT, "payments.yaml", operation="createPayment")
    run = Run(contract)
    made = answered({"id": "1", "amount": 100, "currency": "eur", "state": "new"}, 201)
    run.exchange({"amount": 100, "currency": "eur"}, made)
    card = {one.topic: one.said for one in card_of(run.history, contract)}
    assert card["created-status"] == "201"
    assert card["extra-members"] == "`state`"
    assert "secret-on-replay" not in card
    assert "map-order" not in card
    assert "destination" not in str(card)
    assert heading(replace(report_of([]), own=contract.portable())) == (
        "What the server does where the document is silent"
    )
