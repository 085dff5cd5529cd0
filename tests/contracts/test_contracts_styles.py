"""Documents in the styles that people write them in: each is read, its rows make sense, and its values can be drawn."""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from ed_contract.contract import Contract
from ed_contract.exceptions import UsageError
from ed_contract.kinds import kind_of
from ed_contract.kinds.choosing import may_mean_nothing
from ed_contract.kinds.validity import faults, fits, is_usual

STYLES = Path(__file__).parent / "styles"
REQUIRED = {
    "customers_3_0.yaml": ["email", "address.street", "address.country"],
    "shipments_all_of.yaml": ["reference", "parcels"],
    "notifications_one_of.yaml": ["channel", "to", "subject", "number"],
    "articles_json_api.yaml": ["data", "data.type", "data.attributes", "data.attributes.title"],
    "folders_recursive.yaml": ["name"],
    "items_of_a_framework.json": ["name", "price"],
    "bookings_any_media_type.yaml": [
        *("from", "to", "room", "guests"),
        *("payment.kind", "payment.iban", "payment.cardToken"),
    ],
    "accounts_conditional.yaml": ["kind", "deep.deeper.deepest"],
    "orders_read_only.yaml": ["currency", "lines"],
}
"""What a create of each cannot be without, members of elements apart."""
OPERATIONS = {"orders_read_only.yaml": "createOrder"}
ALL = pytest.mark.parametrize("name", REQUIRED)


@cache
def read(name):
    """Return the contract of a document."""
    return Contract.load(STYLES / name, operation=OPERATIONS.get(name))


@cache
def usual(name):
    """Return the realistic creates of a document."""
    spec = read(name).request_spec
    return kind_of(spec).usual(spec)


def some(name):
    """Return the plainest create, the fullest and the last one."""
    return [usual(name)[0], max(usual(name), key=len), usual(name)[-1]]


def at(spec, place):
    """Return what is said of a place, "" for the whole."""
    for one in filter(None, place.split(".")):
        spec = spec.members[one]
    return spec


def test_every_document_is_asked():
    """Those beside this test."""
    assert {path.name for path in STYLES.iterdir()} == {*REQUIRED, "jobs_without_an_answer.yaml"}


@ALL
def test_what_is_required_has_a_row(name):
    """Wherever it stands in the document, and nothing that only an answer has."""
    rows = [row for row in read(name).requirements if row.startswith("request/") and row.endswith("/required")]
    assert [row.split("/")[1] for row in rows if "[]" not in row] == REQUIRED[name]


@ALL
def test_realistic_creates_are_valid(name):
    """Each under both schemas; where a document makes none realistic, there is one that is documented."""
    spec = read(name).request_spec
    assert [one for one in usual(name) if not fits(spec, one)] == []
    assert [one for one in usual(name) if not is_usual(spec, one)] in ([], [*usual(name)][:1])


@ALL
def test_unusual_creates_are_valid_or_say_nothing(name):
    """Where a member is optional, an empty one may mean that it is not given."""
    spec = read(name).request_spec
    for one in islice(kind_of(spec).unusual(spec), 600):
        inner = spec.members.get(one.place.partition(".")[0])
        assert fits(spec, one.value) or may_mean_nothing(spec, one.value) or inner is not None, one.name
        for part in [one.value.get(one.place)] if inner is not None and "." not in one.place else ():
            assert fits(inner, part) or may_mean_nothing(inner, part), (one.place, one.name)


@ALL
def test_near_and_smaller_creates_are_as_usual(name):
    """As the one that they are near to, but for options that change alone."""
    spec = read(name).request_spec
    for create in some(name):
        near = list(islice(kind_of(spec).near(spec, create), 400))
        assert near
        assert all(fits(spec, one.value) for one in near)
        assert all(is_usual(spec, one) for one in islice(kind_of(spec).smaller(spec, create), 200))


@ALL
def test_wrong_creates_break_one_keyword(name):
    """Of the place that is told; and each required member is left out."""
    spec = read(name).request_spec
    for create in some(name):
        found = list(kind_of(spec).wrong(spec, create))
        for one in found:
            assert faults(spec, one.value) == {(one.place, one.keyword)}, (one.operator, one.value)
        assert {one.place for one in found if one.keyword == "required"} >= set(spec.required)


def test_a_document_without_a_schema_of_the_answer_is_told():
    """Nothing that comes back could be judged."""
    with pytest.raises(UsageError) as told:
        Contract.load(STYLES / "jobs_without_an_answer.yaml")
    assert str(told.value).endswith(
        "jobs_without_an_answer.yaml: paths./jobs.post.responses: a successful answer has no JSON schema\n"
        "document the answer to a create."
    )


def test_members_that_are_read_only_are_not_sent():
    """And whether they may be is left open; what is for writing only is not asked for in the answer."""
    customers, orders = read("customers_3_0.yaml"), read("orders_read_only.yaml")
    assert "id" not in customers.request_spec.members
    create = usual("customers_3_0.yaml")[0]
    assert fits(customers.request_spec, create | {"id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70"})
    assert not is_usual(customers.request_spec, create | {"id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70"})
    assert not fits(customers.request_spec, create | {"colour": "blue"})
    assert "response/id/required" in customers.requirements
    assert "response/password/type" not in customers.requirements
    assert {"id", "createdAt"} & {*orders.request_spec.members} == set()
    assert "response/createdAt/required" in orders.requirements
    assert "response/secret/type" not in orders.requirements


def test_a_discriminator_says_what_goes_together():
    """Both kinds of notification are drawn, each with its own members, and the row of the discriminator lists both."""
    contract = read("notifications_one_of.yaml")
    assert contract.requirement("request/channel/enum").statement == (
        "A create whose `channel` is not one of `email`, `sms` is refused."
    )
    members = {one["channel"]: {*one} for one in usual("notifications_one_of.yaml")}
    assert {*members} == {"email", "sms"}
    assert "number" in members["sms"]
    assert {"to", "subject"} <= members["email"]
    assert contract.parts.excludes["channel", "sms"] >= {"to", "subject"}


def test_an_option_that_may_be_null_has_the_rows_of_its_type():
    """As frameworks write it: the type, or null."""
    contract = read("items_of_a_framework.json")
    assert contract.requirement("request/color/enum")
    assert contract.request_spec.members["color"].kind == "enum"
    assert contract.request_spec.members["website"].kind == "url"
    assert contract.request_spec.members["price"].kind == "number"
    assert [one.kind for one in contract.request_spec.members["pair"].places] == ["number", "text"]
