"""Each public strategy shrinks to the smallest value that a reader would write, and its repr is its call."""

from __future__ import annotations

import pytest
from hypothesis import find
from hypothesis import strategies as st

from ed_contract import strategies as ed

PARAMS = {
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "webhook_endpoint": {"url": "https://example.com/"},
}
BODY = (
    '{"name":"Orders","type":"webhook_endpoint","event_payload":"thin",'
    '"enabled_events":["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/"}}'
)
ANSWER = {
    "id": "ed_test_0",
    "object": "v2.core.event_destination",
    "name": "Orders",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "description": None,
    "events_from": ["self"],
    "livemode": False,
    "metadata": {},
    "snapshot_api_version": None,
    "status": "enabled",
    "status_details": None,
    "created": "2024-09-30T00:00:00Z",
    "updated": "2024-09-30T00:00:00Z",
    "webhook_endpoint": {"signing_secret": None, "url": None},
    "amazon_eventbridge": None,
}
MINIMAL = {
    "api_versions": "2024-09-30.acacia",
    "aws_account_ids": "123456789012",
    "aws_regions": "us-east-1",
    "create_params": PARAMS,
    "descriptions": "Orders",
    "enabled_events": ["v1.billing.meter.error_report_triggered"],
    "events_from": ["self"],
    "exchanges": (PARAMS, ANSWER),
    "idempotency_keys": "0",
    "includes": ["webhook_endpoint.url"],
    "metadata": {"team": "billing"},
    "names": "Orders",
    "responses": ANSWER,
    "webhook_urls": "https://example.com/",
}
CASES = {
    "boundary_cases": (
        "name, description and metadata with double quotes",
        BODY[:-1].replace("Orders", 'The \\"big\\" one'),
    ),
    "create_cases": ("webhook_endpoint, thin", BODY),
    "malformed_bodies": ("cut in the middle", BODY[: len(BODY) // 2]),
    "mutated_cases": ("request/name/required [removed]", BODY.replace('"name":"Orders",', "")),
}
OTHERS = ("mutated_responses", "random_sequences")
"""Those whose smallest value is compared only in part."""


def smallest(strategy):
    """Return the value that a strategy shrinks to if any value will do."""
    return find(strategy, lambda _: True)


def test_no_public_strategy_is_left_out():
    """Everything that can be called without arguments and returns a strategy is in one of the tables."""
    public = set()
    for name in ed.__all__:
        made = getattr(ed, name)
        if callable(made) and "SearchStrategy" in str(getattr(made, "__annotations__", {}).get("return", "")):
            public.add(name)
    assert public == {*MINIMAL, *CASES, *OTHERS}


@pytest.mark.parametrize("name", MINIMAL)
def test_a_strategy_shrinks_to_what_a_reader_would_write(name):
    """Exactly."""
    assert smallest(getattr(ed, name)()) == MINIMAL[name]


@pytest.mark.parametrize("name", CASES)
def test_a_case_shrinks_to_the_first_of_its_kind(name):
    """Its name, and the beginning of its body."""
    case = smallest(getattr(ed, name)())
    assert case.name == CASES[name][0]
    assert case.body.decode().startswith(CASES[name][1][:90])


def test_a_mutated_answer_and_a_sequence_shrink_to_the_plainest():
    """The first operator breaks the first requirement; one create is repeated under one key."""
    mutated = smallest(ed.mutated_responses())
    assert (mutated.requirement, mutated.operator) == ("response/id/required", "removed")
    assert mutated.document == {name: value for name, value in mutated.document.items() if name != "id"}
    sequence = smallest(ed.random_sequences())
    assert [step.case.params for step in sequence.steps] == [PARAMS] * 3
    assert [step.key.label for step in sequence.steps] == ["a"] * 3


def test_what_matters_alone_is_left():
    """A search for something special leaves everything else plain."""
    found = find(ed.create_params(), lambda params: "metadata" in params)
    assert found == PARAMS | {"metadata": {"team": "billing"}}
    bridge = find(ed.create_params(), lambda params: params["type"] == "amazon_eventbridge")
    assert bridge["amazon_eventbridge"] == {"aws_account_id": "123456789012", "aws_region": "us-east-1"}
    included = find(ed.responses(), lambda answer: (answer.get("webhook_endpoint") or {}).get("url"))
    assert included["webhook_endpoint"]["url"] == "https://example.com/"


@pytest.mark.parametrize("name", [*MINIMAL, *CASES, *OTHERS])
def test_a_strategy_shows_as_what_made_it(name):
    """Short enough to be read in a failure."""
    assert len(repr(getattr(ed, name)())) < 1200


def test_a_strategy_shows_the_arguments_that_it_was_given():
    """And no defaults."""
    assert repr(ed.create_params()) == "create_params()"
    made = ed.create_params(types=["webhook_endpoint"], names=st.just("x"))
    assert repr(made) == "create_params(types=['webhook_endpoint'], names=just('x'))"
    assert repr(ed.mutated_cases("request/name/type")) == "mutated_cases(requirement='request/name/type')"
    assert repr(ed.responses(ed.create_params())) == "responses(params=create_params())"
    assert repr(ed.boundary_cases()) == "boundary_cases()"
