"""Valid creates: they satisfy the request schema, reach every choice, and shrink to the smallest."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from jsonschema import Draft202012Validator

from ed_contract import strategies as ed
from ed_contract.case import Expectation, encode
from ed_contract.cases.options import options_of
from ed_contract.cases.valid import summary
from ed_contract.contract import CONTRACT

VALIDATOR = Draft202012Validator(CONTRACT.request_schema)
EVENTS_FROM, INCLUDES = (
    [one for one in options_of(CONTRACT).dimensions[name] if one] for name in ("events_from", "include")
)
WEBHOOK = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/"},
}
EVENTBRIDGE = {
    "name": "Orders",
    "type": "amazon_eventbridge",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "amazon_eventbridge": {"aws_account_id": "123456789012", "aws_region": "us-east-1"},
}


@given(ed.create_params(include_unspecified=True))
def test_every_valid_payload_satisfies_the_request_schema(params):
    """Whatever is drawn."""
    VALIDATOR.validate(params)


@given(ed.create_params())
def test_what_is_drawn_is_to_be_accepted(params):
    """Nothing that a right server is known to refuse."""
    assert ed.expectation_of(params) is Expectation.ACCEPT
    other = ({"webhook_endpoint", "amazon_eventbridge"} - {params["type"]}).pop()
    assert params["type"] in params
    assert other not in params
    assert params["event_payload"] == "snapshot" or "snapshot_api_version" not in params
    thin = params["event_payload"] == "thin"
    assert all(event.startswith(("v1.", "v2.")) is thin for event in params["enabled_events"])


def test_the_page_example_is_valid():
    """Member for member, in the page's order."""
    VALIDATOR.validate(ed.PAGE_EXAMPLE)
    assert ed.expectation_of(ed.PAGE_EXAMPLE) is Expectation.ACCEPT
    assert encode(ed.PAGE_EXAMPLE).decode() == (
        '{"name":"My Event Destination","description":"This is my event destination, I like it a lot",'
        '"enabled_events":["v1.billing.meter.error_report_triggered"],"type":"webhook_endpoint",'
        '"webhook_endpoint":{"url":"https://example.com/my/webhook/endpoint"},"event_payload":"thin",'
        '"include":["webhook_endpoint.url"]}'
    )


@pytest.mark.parametrize(
    ("wanted", "smallest"),
    [
        (lambda _: True, WEBHOOK),
        (lambda params: params["type"] == "amazon_eventbridge", EVENTBRIDGE),
        (
            lambda params: params["event_payload"] == "snapshot",
            WEBHOOK | {"event_payload": "snapshot", "enabled_events": ["customer.created"]},
        ),
        (lambda params: "description" in params, WEBHOOK | {"description": "Orders"}),
        (lambda params: "metadata" in params, WEBHOOK | {"metadata": {"team": "billing"}}),
        (lambda params: "events_from" in params, WEBHOOK | {"events_from": ["self"]}),
        (
            lambda params: len(params.get("include", ())) == 2,
            WEBHOOK | {"include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]},
        ),
        (
            lambda params: "snapshot_api_version" in params,
            WEBHOOK
            | {
                "event_payload": "snapshot",
                "enabled_events": ["customer.created"],
                "snapshot_api_version": "2024-09-30.acacia",
            },
        ),
        (lambda params: not params["name"].isascii(), WEBHOOK | {"name": "Zürich – Büro"}),
    ],
)
def test_params_shrink_to_the_smallest_readable_payload(wanted, smallest):
    """Every field is at its plainest, and irrelevant ones are gone."""
    assert find(ed.create_params(), wanted) == smallest


@pytest.mark.parametrize(
    "choice",
    [
        *({"type": kind} for kind in ("webhook_endpoint", "amazon_eventbridge")),
        *({"event_payload": payload} for payload in ("thin", "snapshot")),
        *({"events_from": list(one)} for one in EVENTS_FROM),
        *({"include": list(one)} for one in INCLUDES),
    ],
)
def test_every_enum_value_is_reached(choice):
    """In every form: by itself, and in both orders."""
    found = find(ed.create_params(), lambda params: choice.items() <= params.items())
    assert choice.items() <= found.items()


@given(
    ed.create_params(
        types=["amazon_eventbridge"],
        event_payloads=["snapshot"],
        names=st.just("x"),
        descriptions=st.none(),
        enabled_events=st.just(["invoice.paid"]),
        events_from=st.just(["self"]),
        metadata=st.just({"a": "b"}),
        snapshot_api_versions=st.just("2024-06-20"),
        aws_account_ids=st.just("000000000001"),
        aws_regions=st.just("eu-west-1"),
        include=st.just(["webhook_endpoint.url"]),
    )
)
def test_each_field_can_be_given(params):
    """A given strategy is always drawn from; None leaves an optional field out."""
    assert params == {
        "name": "x",
        "type": "amazon_eventbridge",
        "event_payload": "snapshot",
        "enabled_events": ["invoice.paid"],
        "amazon_eventbridge": {"aws_account_id": "000000000001", "aws_region": "eu-west-1"},
        "events_from": ["self"],
        "metadata": {"a": "b"},
        "snapshot_api_version": "2024-06-20",
    }


@given(ed.create_params(types=["webhook_endpoint"], webhook_urls=st.just("https://x.test/"), include=st.just([])))
def test_urls_and_includes_can_be_given(params):
    """For the type that has this field."""
    assert params["webhook_endpoint"] == {"url": "https://x.test/"}
    assert params["include"] == []


def test_what_the_page_is_silent_about_is_asked_for():
    """`include_unspecified` adds what real servers are reported to refuse, and its cases say EITHER."""
    bridge = find(
        ed.create_cases(ed.create_params(include_unspecified=True)),
        lambda case: case.params["type"] == "amazon_eventbridge" and "include" in case.params,
    )
    assert bridge.expectation is Expectation.EITHER
    assert bridge.params == EVENTBRIDGE | {"include": ["webhook_endpoint.url"]}
    both = find(
        ed.create_cases(ed.create_params(include_unspecified=True)),
        lambda case: len(case.params.get("events_from", ())) > 1,
    )
    assert both.expectation is Expectation.ACCEPT, "with thin events"
    snapshot = both.params | {"event_payload": "snapshot", "enabled_events": ["customer.created"]}
    assert ed.expectation_of(snapshot) is Expectation.EITHER


@given(ed.create_cases())
def test_cases_are_to_be_accepted_and_say_what_they_are(case):
    """The name is a summary of the choices."""
    assert case.expectation is Expectation.ACCEPT
    assert case.body == encode(case.params)
    assert case.name == summary(case.params)


def test_a_summary_reads_well():
    """Type, payload, and what is set."""
    assert summary(ed.PAGE_EXAMPLE) == "webhook_endpoint, thin, description, include url"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"types": []}, "invalid types=[]: expected a collection of webhook_endpoint or amazon_eventbridge"),
        ({"types": "webhook_endpoint"}, "invalid types='webhook_endpoint': expected a collection"),
        ({"types": ["azure"]}, "invalid types=['azure']: expected a collection"),
        ({"event_payloads": ["fat"]}, "invalid event_payloads=['fat']: expected a collection of thin or snapshot"),
    ],
)
def test_wrong_arguments_are_told_at_once(arguments, message):
    """When the strategy is made, not when it is drawn from."""
    with pytest.raises(InvalidArgument) as caught:
        ed.create_params(**arguments)
    assert message in str(caught.value)


def test_drawn_params_share_nothing_with_the_pools():
    """A test may change a drawn value."""
    taken = []
    for _ in range(2):
        params = find(ed.create_params(), lambda params: "metadata" in params and "events_from" in params)
        taken.append(encode(params))
        for value in (params["metadata"], params["webhook_endpoint"]):
            value.clear()
        for value in (params["enabled_events"], params["events_from"]):
            value.append("changed")
    assert taken[0] == taken[1]
    assert len(set(itertools.chain(*EVENTS_FROM))) == 2


def test_the_old_name_of_what_is_unspecified_warns():
    """And still does the same."""
    with pytest.warns(DeprecationWarning, match="silent is deprecated: use include_unspecified"):
        params = ed.create_params(silent=True)
    case = find(ed.create_cases(params), lambda case: case.expectation is Expectation.EITHER)
    assert case.params["type"] == "amazon_eventbridge" or len(case.params["events_from"]) > 1
