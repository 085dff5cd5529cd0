"""Mutated creates: each fails the request schema at one place, that of the requirement it names."""

from __future__ import annotations

import pytest
from common.operators import operators
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from jsonschema import Draft202012Validator

from ed_contract import strategies as ed
from ed_contract.case import Expectation, encode
from ed_contract.cases.breaking import rows_of
from ed_contract.contract import CONTRACT

VALIDATOR = Draft202012Validator(CONTRACT.request_schema)
REQUEST = [row.id for row in CONTRACT.requirements.values() if row.area == "request" and row.id != "request/valid"]
OPTIONAL = [
    name
    for name, schema in CONTRACT.request_schema["properties"].items()
    if name not in CONTRACT.request_schema["required"] and "type" in schema
]


def broken_requirements(params):
    """Return the ids of the requirements that params break, one for each error of the schema."""
    broken = []
    for error in VALIDATOR.iter_errors(params):
        path = [str(word) for word in error.absolute_schema_path]
        names = [path[place + 1] for place, word in enumerate(path) if word == "properties"]
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            broken += [f"request/{'.'.join([*names, name])}/required" for name in missing]
        else:
            broken.append(f"request/{'.'.join(names)}/{'items' if 'items' in path else error.validator}")
    return broken


@given(ed.create_params(), st.data())
def test_every_mutated_payload_breaks_exactly_what_it_names(params, data):
    """One fault in one place, for any valid params."""
    case = data.draw(st.sampled_from(list(ed.mutations(params))))
    assert broken_requirements(case.params) == [case.mutation.requirement], case
    assert case.expectation is Expectation.REJECT
    assert case.body == encode(case.params)
    assert case.name == f"{case.mutation.requirement} [{case.mutation.operator}]"
    assert case.mutation.place == case.mutation.requirement.split("/")[1]


@pytest.mark.parametrize("kind", ["webhook_endpoint", "amazon_eventbridge"])
@pytest.mark.parametrize("payload", ["thin", "snapshot"])
def test_all_mutations_of_a_create_break_what_they_name(kind, payload):
    """None is left out by chance, and the params are not changed."""
    params = find(
        ed.create_params(types=[kind], event_payloads=[payload]),
        lambda params: (
            {"description", "metadata", "events_from"} <= params.keys() and len(params["enabled_events"]) > 1
        ),
    )
    before = encode(params)
    cases = list(ed.mutations(params))
    assert [case.name for case in cases if broken_requirements(case.params) != [case.mutation.requirement]] == []
    assert len({case.name for case in cases}) == len({case.body for case in cases}) == len(cases)
    assert encode(params) == before


def test_every_request_requirement_has_mutations():
    """The rows of the contract and ours are the same."""
    assert list(rows_of(CONTRACT, "request")) == REQUEST


@pytest.mark.parametrize("requirement", REQUEST)
def test_cases_of_a_requirement_break_it(requirement):
    """And no other; the strategy finds suitable valid params itself."""

    @given(ed.mutated_cases(requirement))
    def breaks_it(case):
        assert broken_requirements(case.params) == [requirement]

    breaks_it()


@given(ed.mutated_cases())
def test_any_requirement_may_be_broken(case):
    """Without an argument."""
    assert broken_requirements(case.params) == [case.mutation.requirement]


@pytest.mark.parametrize(
    ("requirement", "operator", "body"),
    [
        (
            "request/name/required",
            "removed",
            '{"type":"webhook_endpoint","event_payload":"thin","enabled_events":'
            '["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/"}}',
        ),
        (
            "request/type/enum",
            "unrelated",
            '{"name":"Orders","type":"carrier_pigeon","event_payload":"thin","enabled_events":'
            '["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/"}}',
        ),
        (
            "request/webhook_endpoint.url/required",
            "removed",
            '{"name":"Orders","type":"webhook_endpoint","event_payload":"thin","enabled_events":'
            '["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{}}',
        ),
        (
            "request/amazon_eventbridge.aws_account_id/type",
            "number",
            '{"name":"Orders","type":"amazon_eventbridge","event_payload":"thin","enabled_events":'
            '["v1.billing.meter.error_report_triggered"],"amazon_eventbridge":'
            '{"aws_account_id":123456789012,"aws_region":"us-east-1"}}',
        ),
        (
            "request/include/items",
            "unrelated last",
            '{"name":"Orders","type":"webhook_endpoint","event_payload":"thin","enabled_events":'
            '["v1.billing.meter.error_report_triggered"],"webhook_endpoint":{"url":"https://example.com/"},'
            '"include":["carrier_pigeon"]}',
        ),
    ],
)
def test_mutated_cases_shrink_to_the_smallest_create_and_the_most_telling_operator(requirement, operator, body):
    """Nothing is unusual but the fault."""
    case = find(ed.mutated_cases(requirement), lambda _: True)
    assert (case.mutation.operator, case.body.decode()) == (operator, body)


def test_operators_are_the_words_that_users_read_and_waive_by():
    """A change here breaks waivers; new operators come last."""
    names = operators()
    wrong_string = ["number", "array", "true", "object", "false"]
    near = ["unrelated", "upper case", "capitalised", "padded right", "first word", "camel case"]
    forms = ["prefix", "plural", "padded left", "later edition", "hyphenated", "line feed after", "empty string"]
    of_other_types = ["null", "number", "list around it", "false", "object", "true"]
    in_turn = [one for pair in zip(near, of_other_types, strict=True) for one in pair]
    assert names["request/name/required"] == ["removed"]
    assert names["request/name/type"][:6] == ["number", "null", "array", "true", "object", "false"]
    assert names["request/description/type"][:5] == names["request/snapshot_api_version/type"][:5] == wrong_string
    of_lists = {"string", "null", "empty object", "object", "number", "false", "joined", "true"}
    assert of_lists <= set(names["request/enabled_events/type"])
    assert names["request/metadata/type"][:6] == ["string", "array", "number", "false", "JSON text", "pairs"]
    assert names["request/type/enum"][:19] == [*in_turn, *forms]
    places = ["unrelated in the middle", "unrelated first", "unrelated last", "upper case", "padded right", "prefix"]
    assert [name for name in names["request/include/items"] if name in places] == places
    in_lists = {"number in the middle", "number first", "number last", "null", "array", "true", "object", "false"}
    assert in_lists <= set(names["request/enabled_events/items"])


def test_near_misses_miss():
    """Each form once, and no valid value."""
    params = ed.PAGE_EXAMPLE | {"include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]}
    missed = {case.mutation.operator: case.params["include"] for case in ed.mutations(params, "request/include/items")}
    good = params["include"]
    assert missed["unrelated first"] == ["carrier_pigeon", *good]
    assert missed["unrelated in the middle"] == [good[0], "carrier_pigeon", good[1]]
    assert missed["unrelated last"] == [*good, "carrier_pigeon"]
    told = {
        "upper case": "WEBHOOK_ENDPOINT.URL",
        "padded right": "webhook_endpoint.url ",
        "prefix": "webhook_endpoint.ur",
        "camel case": "webhookEndpoint.url",
        "underscore for dot": "webhook_endpoint_url",
        "first segment": "webhook_endpoint",
        "last segment": "url",
        "line feed after": "webhook_endpoint.url\n",
        "empty string": "",
        "first word": "webhook",
        "wildcard": "*",
        "other member": "webhook_endpoint.id",
        "null": None,
        "number": 1,
        "list around it": ["webhook_endpoint.url"],
    }
    assert {name: missed[name][2] for name in told} == told
    assert not any(listed[2] in good for name, listed in missed.items() if not name.startswith("unrelated"))


def test_what_later_editions_allow_is_no_value_of_this_one():
    """A server of another edition is not one of this page."""
    sources = {"events_from": ["self", "other_accounts"]}
    for requirement, value in (
        ("request/type/enum", "azure_event_grid"),
        ("request/events_from/items", ["self", "other_accounts", "@self"]),
    ):
        (case,) = (
            one
            for one in ed.mutations(ed.PAGE_EXAMPLE | sources, requirement)
            if one.mutation.operator == "later edition"
        )
        assert case.params[case.mutation.place] == value


def test_what_has_no_separator_has_no_near_miss_about_it():
    """`thin` hyphenated would be `thin`."""
    operators = [case.mutation.operator for case in ed.mutations(ed.PAGE_EXAMPLE, "request/event_payload/enum")]
    assert not {
        "camel case",
        "later edition",
        "hyphenated",
        "underscore for dot",
        "first segment",
        "last segment",
    } & set(operators)


@given(ed.create_params())
def test_an_optional_field_may_be_null(params):
    """The page does not say what null means there, so it is not a mutation; nor is an empty array or map."""
    for case in ed.mutations(params):
        place = case.mutation.place
        if place in OPTIONAL:
            assert case.params[place] not in (None, "", [], {})


def test_a_requirement_must_be_one_of_the_request_schema():
    """`request/valid` is not one: no mutation of params breaks it."""
    for wrong in ("request/valid", "response/id/type", "name"):
        with pytest.raises(InvalidArgument, match=r"^unknown requirement .* of the request schema: expected one of "):
            ed.mutated_cases(wrong)
        with pytest.raises(InvalidArgument, match=r"^unknown requirement .* of the request schema: expected one of "):
            next(ed.mutations(ed.PAGE_EXAMPLE, wrong))


@given(ed.mutated_cases("request/name/type", params=ed.create_params(names=st.just("x"))))
def test_the_params_to_start_from_can_be_given(case):
    """Everything else stays as it was drawn."""
    assert not isinstance(case.params["name"], str)
