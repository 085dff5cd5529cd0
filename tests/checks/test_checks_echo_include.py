"""The echo and include checks on literal interactions."""

from __future__ import annotations

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, Run, answered, destination

from ed_contract.case import Expectation

FULL = WEBHOOK | {
    "description": "For the\u00e9 orders",
    "events_from": ["self", "other_accounts"],
    "metadata": {"team": "payments"},
    "include": ["webhook_endpoint.url"],
}
SECRET = "webhook_endpoint.signing_secret"


@pytest.mark.parametrize(
    ("member", "value", "finding"),
    [
        ("name", "Order", ("echo/name", "cut")),
        ("name", "orders", ("echo/name", "changed")),
        ("description", None, ("echo/description", "lost")),
        ("description", "For thee\u0301 orders", ("echo/description", "changed")),
        ("enabled_events", [], ("echo/enabled_events", "changed")),
        ("event_payload", "snapshot", ("echo/event_payload", "changed")),
        ("events_from", ["self"], ("echo/events_from", "changed")),
        ("events_from", None, ("echo/events_from", "lost")),
        ("metadata", {}, ("echo/metadata", "changed")),
        ("metadata", {"team": 1}, ("echo/metadata", "changed")),
        ("type", "amazon_eventbridge", ("echo/type", "changed")),
        ("webhook_endpoint", {"url": "https://example.com/hook/"}, ("echo/webhook_endpoint.url", "changed")),
    ],
)
def test_a_changed_value_is_named(member, value, finding):
    """Each documented value that comes back changed is a finding of its own row."""
    run = Run()
    run.exchange(FULL, answered(destination(FULL, **{member: value})))
    assert run.findings == [finding]


def test_leading_zeros_of_the_account_must_come_back():
    """An account id is a string of digits, not a number."""
    run = Run()
    bridge = destination(EVENTBRIDGE)["amazon_eventbridge"] | {"aws_account_id": "12345678901"}
    run.exchange(EVENTBRIDGE, answered(destination(EVENTBRIDGE, amazon_eventbridge=bridge)))
    assert run.findings == [("echo/amazon_eventbridge.aws_account_id", "changed")]


def test_events_from_is_a_set_and_enabled_events_is_not():
    """The order of `events_from` is free, that of `enabled_events` is not."""
    params = FULL | {"enabled_events": ["v1.a", "v1.b"]}
    run = Run()
    run.exchange(params, answered(destination(params, events_from=["other_accounts", "self"])))
    assert run.findings == []
    run.exchange(params, answered(destination(params, "ed_2", enabled_events=["v1.b", "v1.a"])))
    assert run.findings == [("echo/enabled_events", "reordered")]


def test_an_empty_optional_value_may_be_treated_as_not_given():
    """`""`, `[]`, `{}` and null for optional parameters are not judged by what comes back."""
    params = WEBHOOK | {"description": "", "events_from": [], "metadata": {}}
    run = Run()
    run.exchange(
        params,
        answered(destination(params, description=None, events_from=["self"], metadata=None)),
        expectation=Expectation.EITHER,
    )
    assert run.findings == []


@pytest.mark.parametrize(
    ("sent", "got", "findings"),
    [
        (" Orders ", "Orders", [("echo/normalised", "name")]),
        ("e\u0301", "\u00e9", [("echo/normalised", "name")]),
        ("a\r\nb", "a b", [("echo/normalised", "name")]),
        ("x" * 300, "x" * 255, [("echo/name", "cut")]),
        ("<b>", "&lt;b&gt;", [("echo/name", "changed")]),
        ("\ud800", "\ufffd", []),
    ],
)
def test_an_unusual_value_may_be_normalised_and_no_more(sent, got, findings):
    """Trimming and folding an EITHER value is a SHOULD; anything else is the MUST row's."""
    params = WEBHOOK | {"name": sent}
    run = Run()
    run.exchange(params, answered(destination(params, name=got)), expectation=Expectation.EITHER)
    assert run.findings == findings


@pytest.mark.parametrize(("place", "value"), [("description", "All orders"), ("metadata", {"team": "billing"})])
def test_what_another_request_sent_does_not_come_back(place, value):
    """A default of the server's own may; nor is it judged where the value was sent."""
    for sent, got, findings in (
        ({}, {place: value}, [(f"echo/{place}", "another request's")]),
        ({}, {place: {"a": "default"} if place == "metadata" else "a default"}, []),
        ({place: value}, {place: value}, []),
    ):
        run = Run()
        run.exchange(WEBHOOK | {place: value}, answered(destination(WEBHOOK | {place: value})))
        run.exchange(WEBHOOK | sent, answered(destination(WEBHOOK | sent, id="ed_test_2", **got)), key="other")
        assert run.findings == findings


@pytest.mark.parametrize(
    ("sent", "got", "finding"),
    [
        ("https://example.com", "https://example.com/", "echo/normalised"),
        ("https://EXAMPLE.com:443/a/./b/../c", "https://example.com/a/c", "echo/normalised"),
        ("https://bücher.example/ä?x=ü", "https://xn--bcher-kva.example/%C3%A4?x=%C3%BC", "echo/normalised"),
        ("https://example.com/a?", "https://example.com/a", "echo/normalised"),
        ("https://example.com/A%2fb", "https://example.com/a%2fb", "echo/webhook_endpoint.url"),
        ("https://example.com/A%2fb", "https://example.com/A/b", "echo/webhook_endpoint.url"),
        ("https://example.com:8443/", "https://example.com/", "echo/webhook_endpoint.url"),
        ("https://a@example.com/", "https://example.com/", "echo/webhook_endpoint.url"),
        ("https://example.com/a#b", "https://example.com/a", "echo/webhook_endpoint.url"),
        ("https://[::1", "https://[::1/", "echo/webhook_endpoint.url"),
        ("https://example.com/a b", "https://example.com/\ud800", "echo/webhook_endpoint.url"),
    ],
)
def test_an_unusual_url_may_come_back_as_one_that_is_equal(sent, got, finding):
    """As browsers and readers of URLs write it; a usual one comes back to the letter."""
    params = WEBHOOK | {"webhook_endpoint": {"url": sent}, "include": ["webhook_endpoint.url"]}
    for expectation, row in ((Expectation.EITHER, finding), (Expectation.ACCEPT, "echo/webhook_endpoint.url")):
        run = Run()
        run.exchange(params, answered(destination(params, webhook_endpoint={"url": got})), expectation=expectation)
        assert [requirement for requirement, _ in run.findings] == [row]


@pytest.mark.parametrize(
    ("sent", "got"), [({"description": " "}, {"description": None}), ({"metadata": {"a": "\n"}}, {"metadata": {}})]
)
def test_what_is_empty_when_it_is_trimmed_may_be_treated_as_not_given(sent, got):
    """Two latitudes at once are one still."""
    params = WEBHOOK | sent
    run = Run()
    run.exchange(params, answered(destination(params, **got)), expectation=Expectation.EITHER)
    assert run.findings == [("echo/normalised", *sent)]


@pytest.mark.parametrize(
    ("include", "shown", "finding"),
    [
        ([], {"url": "https://example.com/hook"}, ("include/webhook_endpoint.url", "not withheld")),
        ([], {"signing_secret": "whsec_1"}, (f"include/{SECRET}", "not withheld")),
        (["webhook_endpoint.url"], {"url": None}, ("include/webhook_endpoint.url", "not returned")),
        (["webhook_endpoint.url"], {}, ("include/webhook_endpoint.url", "not returned")),
        ([SECRET], {"signing_secret": None}, (f"include/{SECRET}", "not returned")),
        ([SECRET], {"signing_secret": ""}, (f"include/{SECRET}", "not returned")),
    ],
)
def test_includable_members_are_returned_only_on_request(include, shown, finding):
    """Shown unasked and withheld though asked for are both findings."""
    params = WEBHOOK | {"include": include}
    run = Run()
    run.exchange(params, answered(destination(params, webhook_endpoint=shown)))
    assert run.findings == [finding]


def test_a_secret_after_a_lost_answer_is_not_judged():
    """The answer may be a replay, and a replay may hide the secret."""
    params = WEBHOOK | {"include": [SECRET]}
    run = Run()
    run.exchange(params, answered(destination(params, webhook_endpoint={"signing_secret": None})), lost=True)
    assert run.findings == []
    assert run.unclear(f"include/{SECRET}")


def test_a_secret_at_another_place_and_a_shared_secret_are_findings():
    """Both are of level SHOULD."""
    params = WEBHOOK | {"include": [SECRET]}
    run = Run()
    run.exchange(params, answered(destination(params, secret="whsec_1")))
    assert run.findings == [("include/secret-elsewhere", "secret")]
    again = Run()
    for identifier in ("ed_1", "ed_2"):
        again.exchange(
            params, answered(destination(params, identifier, webhook_endpoint={"signing_secret": "whsec_1"}))
        )
    assert again.findings == [("include/secret-shared", "shared")]


def test_a_hint_at_a_secret_is_no_secret():
    """What a masked value holds back cannot be used."""
    params = WEBHOOK | {"include": [SECRET]}
    run = Run()
    run.exchange(params, answered(destination(params, hint="whsec_***ab12", signing_secret="••••ab12")))
    assert run.findings == []


def test_what_was_sent_as_an_empty_url_may_come_back_as_one():
    """The URL is asked for, and what was accepted is what is shown."""
    params = WEBHOOK | {"webhook_endpoint": {"url": ""}, "include": ["webhook_endpoint.url"]}
    run = Run()
    run.exchange(params, answered(destination(params)), expectation=Expectation.EITHER)
    assert run.findings == []


def test_metadata_that_is_no_text_may_come_back_as_text():
    """The page says that metadata is a map, and not of what."""
    params = WEBHOOK | {"metadata": {"order": 42}}
    run = Run()
    run.exchange(params, answered(destination(params, metadata={"order": "42"})), expectation=Expectation.EITHER)
    assert run.findings == []


def test_a_refusal_shows_no_secret():
    """That of the first destination, in a conflict."""
    params = WEBHOOK | {"include": [SECRET]}
    run = Run()
    run.exchange(params, key="k")
    shown = {"error": {"code": "idempotency_error", "message": "no", "first": {"secret": "whsec_1"}}}
    run.exchange(params | {"name": "Other"}, answered(shown, 409), key="k")
    assert run.findings == [("include/secret-elsewhere", "error.first.secret")]


@pytest.mark.parametrize(
    ("refusal", "findings"),
    [
        ({"error": {"message": "Its secret is whsec_1."}}, [("include/secret-elsewhere", "error.message")]),
        ('{"id": "ed_1", "secret": "whsec_1"}', [("include/secret-elsewhere", "")]),
        ({"error": {"message": "Secrets begin with whsec_; yours is whsec_***."}}, []),
        ({"error": {"message": "The name Orders whsec_1 is used."}}, []),
    ],
)
def test_a_secret_in_a_text_is_shown_too(refusal, findings):
    """Unless it is masked, or was sent."""
    named = "Orders whsec_1" if "Orders" in str(refusal) else "Other"
    run = Run()
    run.exchange(WEBHOOK, key="k")
    run.exchange(WEBHOOK | {"name": named}, answered(refusal, 400), key="k", expectation=Expectation.EITHER)
    assert [one for one in run.findings if one[0] == "include/secret-elsewhere"] == findings
