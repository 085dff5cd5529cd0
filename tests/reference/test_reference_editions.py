"""The reference serves every edition of the page, and its answers are what that edition documents."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from ed_contract.contract import Contract, editions
from ed_contract.reference import EDITIONS, Reference

SUBSCRIPTION = "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70"
AZURE = {"azure_region": "westeurope", "azure_resource_group_name": "rg-orders", "azure_subscription_id": SUBSCRIPTION}
WITH_AZURE = editions()[2:]
WITH_OPEN_ENUMS = editions()[3:]


@pytest.fixture
def serving(calling):
    """Return a caller of a server of an edition."""
    running = []

    def serve(edition):
        running.append(Reference(edition=edition))
        return calling(running[-1])

    yield serve
    for reference in running:
        reference.close()


@pytest.fixture
def azure(eventbridge):
    """The required parameters of an Azure destination."""
    del eventbridge["amazon_eventbridge"]
    return eventbridge | {"type": "azure_event_grid", "azure_event_grid": dict(AZURE)}


def conforming(edition, response):
    """Return the document of an answer, and check it against the edition."""
    assert response.status_code == 200, response.text
    Draft202012Validator(Contract.load(edition).response_schema).validate(response.json)
    return response.json


def test_the_reference_serves_the_editions_that_there_are():
    """All of them by name, and no other."""
    assert tuple(EDITIONS) == editions()
    with pytest.raises(ValueError, match="no edition '2025-01': there are 2024-10, 2026-03, 2026-04"):
        Reference(edition="2025-01")


@pytest.mark.parametrize("edition", editions())
def test_an_answer_is_what_its_edition_documents(serving, edition, params):
    """Of both types, with all optional fields."""
    ours = ["self"] if edition == "2024-10" else ["@self"]
    params |= {"description": "Orders", "metadata": {"team": "billing"}, "events_from": ours}
    if params["type"] == "webhook_endpoint":
        params["include"] = ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]
    document = conforming(edition, serving(edition).create(params))
    assert {name: document[name] for name in ("type", "description", "metadata", "events_from")} == {
        name: params[name] for name in ("type", "description", "metadata", "events_from")
    }
    assert ("azure_event_grid" in document) == (edition in WITH_AZURE)


@pytest.mark.parametrize("edition", editions())
def test_the_siblings_answer_as_their_edition_documents(serving, params, edition):
    """What is retrieved, listed, updated, disabled and enabled."""
    caller = serving(edition)
    below = f"/{caller.create(params).json['id']}"
    for answer in (
        caller.get(below),
        caller.post_below(below, {"name": "Refunds"}),
        caller.post_below(f"{below}/disable"),
        caller.post_below(f"{below}/enable"),
    ):
        conforming(edition, answer)
    (listed,) = caller.get("?limit=1").json["data"]
    assert listed == caller.get(below).json


@pytest.mark.parametrize("edition", editions()[1:])
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (None, ["@self"]),
        (["@accounts", "@self"], ["@accounts", "@self"]),
        (["self", "other_accounts"], ["@self", "@accounts"]),
        (["@organization_members/@accounts"], ["@organization_members/@accounts"]),
        (["acct_1"], ["acct_1"]),
    ],
)
def test_events_come_from_names_of_any_kind_and_are_shown_under_the_new_ones(serving, params, edition, sent, shown):
    """The old names are accepted."""
    document = conforming(edition, serving(edition).create(params | {"events_from": sent}))
    assert document["events_from"] == shown


@pytest.mark.parametrize(
    ("value", "rule"), [([5], "must be a string"), (["\0"], "must hold neither NUL"), ([""], "must have 1 to 500")]
)
def test_what_is_no_name_is_refused(serving, params, value, rule):
    """As for the names of events."""
    response = serving("2026-03").create(params | {"events_from": value})
    assert response.status_code == 400
    assert f"events_from[0]: {rule}" in response.json["error"]["message"]


@pytest.mark.parametrize("edition", WITH_AZURE)
def test_an_azure_destination_shows_its_partner_topic(serving, azure, edition):
    """What was sent comes back, with name and state of the topic; the other types' objects are null."""
    document = conforming(edition, serving(edition).create(azure))
    assert document["azure_event_grid"] == AZURE | {
        "azure_partner_topic_name": f"stripe-{document['id']}",
        "azure_partner_topic_status": "never_activated",
    }
    assert (document["amazon_eventbridge"], document["webhook_endpoint"]) == (None, None)


@pytest.mark.parametrize("missing", list(AZURE))
def test_an_azure_destination_needs_all_three(serving, azure, missing):
    """Region, resource group and subscription."""
    del azure["azure_event_grid"][missing]
    response = serving("2026-04").create(azure)
    assert response.status_code == 400
    assert f"azure_event_grid.{missing}: is required" in response.json["error"]["message"]


@pytest.mark.parametrize("edition", editions()[:2])
def test_azure_is_unknown_before(serving, azure, edition):
    """Neither the type nor its object."""
    assert "type: must be one of" in serving(edition).create(azure).json["error"]["message"]


@pytest.mark.parametrize("edition", WITH_AZURE)
def test_a_type_takes_no_object_of_another(serving, azure, webhook, edition):
    """Nor is it accepted without its own."""
    caller = serving(edition)
    for params in (azure | {"webhook_endpoint": webhook["webhook_endpoint"]}, webhook | {"azure_event_grid": AZURE}):
        assert caller.create(params).status_code == 400
    del azure["azure_event_grid"]
    assert caller.create(azure).status_code == 400


@pytest.mark.parametrize("edition", WITH_OPEN_ENUMS)
def test_open_enums_take_what_is_unknown(serving, webhook, edition):
    """A future type, and an unknown member to include; closed enums stay closed."""
    caller = serving(edition)
    document = conforming(edition, caller.create(webhook | {"include": ["webhook_endpoint.colour"]}))
    assert document["webhook_endpoint"] == {"signing_secret": None, "url": None}
    del webhook["webhook_endpoint"]
    pigeon = conforming(edition, caller.create(webhook | {"type": "carrier_pigeon"}))
    objects = [pigeon[name] for name in ("webhook_endpoint", "amazon_eventbridge", "azure_event_grid")]
    assert (pigeon["type"], objects) == ("carrier_pigeon", [None, None, None])
    assert caller.create(webhook | {"type": ""}).status_code == 400
    assert caller.create(webhook | {"event_payload": "thick"}).status_code == 400


@pytest.mark.parametrize("edition", editions())
def test_keys_work_in_every_edition(serving, params, edition):
    """A repetition gives the same destination, a change conflicts."""
    caller = serving(edition)
    first = caller.create(params, key="k").json
    assert caller.create(params, key="k").json == first
    assert caller.create(params | {"name": "Other"}, key="k").status_code == 409


def test_a_database_of_before_is_read(tmp_path, calling, params):
    """By a later edition too, including fields that the first did not know."""
    with Reference(db=tmp_path / "db") as before:
        identifier = calling(before).create(params).json["id"]
    with Reference(db=tmp_path / "db", edition="2026-09") as now:
        document = conforming("2026-09", calling(now).get(f"/{identifier}"))
    assert (document["events_from"], document["azure_event_grid"]) == (["@self"], None)
