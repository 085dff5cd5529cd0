"""The written sequences: each step differs from the first where its name says, and nothing depends on the seed."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from jsonschema import Draft202012Validator

from ed_contract import cases
from ed_contract import strategies as ed
from ed_contract.case import Expectation, Key
from ed_contract.cases.key_states import in_other_forms, odd_keys, odd_twins, owners
from ed_contract.contract import CONTRACT
from ed_contract.kinds.object_near import TOGETHER

VALIDATOR = Draft202012Validator(CONTRACT.request_schema)
TYPES = CONTRACT.request_schema["properties"]["type"]["enum"]
SEEDS = pytest.mark.parametrize("seed", range(5))
FRESH = "a1b2c3d4-e5f6-4a7b-ac8d-e9f0a1b2c3d4"
PARAMETERS = {
    "name",
    "description",
    "enabled_events",
    "event_payload",
    "type",
    "events_from",
    "include",
    "metadata",
    "snapshot_api_version",
    "webhook_endpoint.url",
    "amazon_eventbridge.aws_account_id",
    "amazon_eventbridge.aws_region",
}


def difference(one, other):
    """Return the dotted places at which two creates differ; metadata is one place."""
    places = set()
    for name in {*one, *other}:
        before, after = one.get(name), other.get(name)
        if name in TYPES and before is not None and after is not None:
            places |= {f"{name}.{inner}" for inner in {*before, *after} if before.get(inner) != after.get(inner)}
        elif before != after or (name in one) != (name in other):
            places.add(name)
    return places


def cases_of(sequences):
    """Return the cases of all steps, in order."""
    return [case for sequence in sequences for case in sequence.cases()]


def places_of(change):
    """Return the places that a change names: its own, and that of the part that was moved or swapped."""
    place, how = re.fullmatch(r"(\S+) (.+)", change).groups()
    other = re.search(r"(?:moved to|swapped with) (\S+)$", how)
    return {place, *((other[1],) if other else ())}


@SEEDS
def test_each_conflict_differs_from_the_first_in_the_place_it_names(seed):
    """Except fields that go together: a type with its object, a payload with its events."""
    named = Counter()
    for sequence in cases.conflicts(seed):
        first, *others = (step.case for step in sequence.steps)
        assert sequence.name.startswith("a conflict that may be refused") or others.pop().params == first.params
        for other in others:
            change = other.name.partition(": same key, ")[2]
            VALIDATOR.validate(other.params)
            if change == "everything different":
                assert difference(first.params, other.params) >= {"name", "type", "enabled_events", "event_payload"}
            elif change.endswith(TOGETHER):
                assert difference(first.params, other.params) > {change.split()[0]}, other
            else:
                assert difference(first.params, other.params) == places_of(change), other
            named.update((first.params["type"], place) for place in places_of(change))
    assert {place for _, place in named} >= PARAMETERS
    for kind, foreign in (TYPES, TYPES[::-1]):  # what was changed on one type need not be changed on the other
        own = {place for place in PARAMETERS if not place.startswith(f"{foreign}.")}
        assert own - {place for one, place in named if one == kind} <= {"include", "snapshot_api_version"}


@SEEDS
def test_a_conflict_by_everything_leaves_no_common_value(seed):
    """So that a server sees a change, whatever it compares."""
    (other,) = (
        (next(one.cases()), case)
        for one in cases.conflicts(seed)
        for case in one.cases()
        if case.name.endswith("everything different")
    )
    first, second = other
    assert second.expectation is Expectation.ACCEPT
    assert not {str(value) for value in first.params.values()} & {str(value) for value in second.params.values()}


@SEEDS
def test_the_changes_of_every_parameter_are_there_whatever_the_seed(seed):
    """Verdicts must not depend on luck."""
    names = Counter(case.name.partition(": same key, ")[2] for case in cases_of(cases.conflicts(seed)))
    del names[""]
    texts = ("last letter in other case", "two letters swapped", "an accent lost", "another letter beyond ASCII")
    assert names.keys() >= {
        *(f"{field} {how}" for field in ("name", "description") for how in texts),
        *(f"{field} another last character" for field in ("name", "description", "webhook_endpoint.url")),
        *("name without a blank", "name other punctuation", "name swapped with description"),
        *(f"description {how}" for how in ("other punctuation", "without a blank", "removed", "added")),
        *(f"enabled_events {how}" for how in ("another", "another first", "another in the middle", "one more")),
        *(f"enabled_events {how}" for how in ("one fewer", "the last fewer")),
        *(f"event_payload {how}" for how in ("alone", TOGETHER)),
        *(f"type {how}" for how in ("alone", TOGETHER)),
        *(f"webhook_endpoint.url {how}" for how in ("another path", "another query", "another host")),
        "webhook_endpoint.url path in other case",
        *(f"amazon_eventbridge.aws_account_id another {which} digit" for which in ("last", "first")),
        *(f"amazon_eventbridge.aws_account_id {how}" for how in ("another digit in the middle", "two digits swapped")),
        "amazon_eventbridge.aws_region another",
        *(f"events_from {how}" for how in ("another", "one fewer", "removed", "added")),
        *(f"include {how}" for how in ("one fewer", "the last fewer", "removed", "added")),
        *(f"metadata {how}" for how in ("another value", "another key", "one entry more", "one entry fewer")),
        *(f"metadata {how}" for how in ("two values swapped", "a key in other case", "removed", "added")),
        *(f"snapshot_api_version {how}" for how in ("another", "removed", "added")),
        "everything different",
    }


@SEEDS
def test_each_change_of_events_names_and_sources_leaves_something_as_it_was(seed):
    """The last events, the letters, the number of sources: a server that compares these instead sees no change."""
    seen = Counter()
    for sequence in cases.conflicts(seed):
        first, *others = sequence.cases()
        for case in others:
            how = case.name.partition(": same key, ")[2]
            seen[how] += 1
            if how == "enabled_events another first":
                assert case.params["enabled_events"][1:] == first.params["enabled_events"][1:] != []
            if how == "enabled_events one fewer":
                assert set(case.params["enabled_events"]) < set(first.params["enabled_events"])
            if how == "name two letters swapped":
                assert sorted(case.params["name"]) == sorted(first.params["name"])
            if how == "events_from another":
                assert len(case.params["events_from"]) == len(first.params["events_from"]) == 1
    assert min(seen[how] for how in ("enabled_events another first", "name two letters swapped")) > 0


def test_only_what_the_page_does_not_forbid_may_be_refused():
    """All the rest must be accepted, or answered with 409, except mutations and the sequences that leave it open."""
    left_open = {one.name for made in (owners, odd_keys, odd_twins, in_other_forms) for one in made()}
    left_open.add("others are refused in between")
    sent = cases_of(one for one in cases.idempotency() if one.name not in left_open)
    either = {case.name.rpartition(": ")[2] for case in sent if case.expectation != "accept" and case.mutation is None}
    assert either == {
        "same key, event_payload alone",
        "same key, type alone",
        "every object",
        "same key, description empty",
        "same key, metadata empty",
    }


@SEEDS
def test_only_others_are_refused_between_a_create_and_its_replay(seed):
    """The first and the last have the same bytes and key; each of the others has its own key."""
    (sequence,) = cases.refused_between(seed)
    first, *between, again = sequence.steps
    assert (first.case.body, first.key) == (again.case.body, again.key)
    assert len({one.key for one in (first, *between)}) == len(between) + 1
    assert [one.case.expectation for one in between] == ["reject", "reject", "either"]
    assert [one.credential for one in between] == ["first", "first", "unknown"]


@SEEDS
def test_replays_are_the_same_bytes(seed):
    """Three times each, on both types and payloads, including smoke; then a wrong create, and the same again."""
    sequences = cases.replays(seed)
    steps = [[(step.case.body, step.case.expectation) for step in sequence.steps] for sequence in sequences]
    assert all(first == two == three == last and wrong[1] == "reject" for first, two, three, wrong, last in steps)
    assert {step.key for sequence in sequences for step in sequence.steps} == {Key()}
    kinds = {(one["type"], one["event_payload"]) for one in (sequence.steps[0].case.params for sequence in sequences)}
    (again,) = (one for one in cases.smoke(seed) if one.name == "a key used again")
    first, *_ = again.cases()
    assert len(kinds | {(first.params["type"], first.params["event_payload"])}) == 4


@SEEDS
def test_the_same_parameters_come_in_other_bytes(seed):
    """Four bodies with one meaning, including real escapes."""
    for sequence in cases.same_parameters(seed):
        bodies = [case.body for case in sequence.cases()]
        first = next(sequence.cases()).params
        assert len(set(bodies)) == 4
        assert all(
            json.loads(body) == case.params == first for body, case in zip(bodies, sequence.cases(), strict=True)
        )
        assert list(json.loads(bodies[1])) == list(reversed(list(first)))
        assert bodies[3].isascii()
        assert b"\\" in bodies[3]


@SEEDS
def test_keys_that_resemble_each_other_differ_a_little(seed):
    """The same fresh value in each, at most 64 visible characters, and another create under each."""
    *others, last = cases.independent_keys(seed)
    *steps, again = last.steps
    assert (steps[0].case.body, steps[0].key) == (again.case.body, again.key)
    for made in (*(one.steps for one in others), steps):
        keys = [step.key.filled(FRESH) for step in made]
        assert len(set(keys)) == len(made)
        assert all(re.fullmatch(r"[!-~]{1,64}", key) for key in keys)
        assert len({step.key.label for step in made}) == 1
        assert len({step.case.params["name"] for step in made}) == len(made)


def test_keys_differ_in_every_way_that_servers_fold_or_cut():
    """In case, at the start, in the middle, at the end of 64 characters, and in one punctuation mark."""
    keys = {tuple(step.key.filled(FRESH) for step in one.steps) for one in cases.independent_keys()}
    assert any(one.lower() == other.lower() for one, other, *_ in keys)
    assert any(one[:63] == other[:63] and len(one) == len(other) == 64 for one, other, *_ in keys)
    assert any(one[1:] == other[1:] for one, other, *_ in keys)
    assert any(len({one[len(FRESH) :][:1] for one in several}) == 6 for several in keys)
    assert any(one[:37] == other[:37] and one[39:] == other[39:] and len(one) > 50 for one, other, *_ in keys)


def test_without_a_key_means_no_header():
    """The same bytes twice, and then a wrong create."""
    for sequence in cases.without_key():
        assert {step.key for step in sequence.steps} == {None}
        once, twice, broken = sequence.cases()
        assert once.body == twice.body
        assert broken.expectation == "reject"


def test_absent_and_empty_are_told_apart():
    """Under one key, with nothing else changed."""
    for sequence in cases.absent_or_empty():
        absent, empty = sequence.cases()
        (place,) = difference(absent.params, empty.params)
        assert place not in absent.params
        assert empty.params[place] in ("", {})


def test_types_alone_changes_the_type_alone():
    """Both creates have both configurations."""
    for sequence in cases.types_alone():
        one, other = sequence.cases()
        assert difference(one.params, other.params) == {"type"}


@SEEDS
def test_valid_cases_of_the_sequences_satisfy_the_schema(seed):
    """And any right server accepts the ACCEPT cases."""
    for case in cases_of((*cases.smoke(seed), *cases.idempotency(seed))):
        if case.usual:
            VALIDATOR.validate(case.params)
        if case.expectation is Expectation.ACCEPT:
            assert ed.expectation_of(case.params) is Expectation.ACCEPT
