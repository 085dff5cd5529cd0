"""The written sequences: each step differs from the first where its name says, and nothing hangs on the seed."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from common.operators import operators
from jsonschema import Draft202012Validator

from ed_contract import strategies as ed
from ed_contract.case import Expectation, Key
from ed_contract.cases.mutation_phase import most
from ed_contract.contract import CONTRACT
from ed_contract.strategies.mutations import ROWS
from ed_contract.strategies.params import TYPES

VALIDATOR = Draft202012Validator(CONTRACT.request_schema)
SEEDS = pytest.mark.parametrize("seed", range(12))
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


@SEEDS
def test_each_conflict_differs_from_the_first_in_the_place_it_names(seed):
    """Save what goes together: a type with its configuration, a payload with its events."""
    together = {"with its configuration": {"type", *TYPES}, "with its events": {"event_payload", "enabled_events"}}
    named = Counter()
    for sequence in ed.conflicts(seed):
        first, *others, last = (step.case for step in sequence.steps)
        assert last.params == first.params
        for other in others:
            match = re.search(r": same key, (\S+) (.+)$", other.name)
            place, how = match.groups()
            if how == "different":
                assert difference(first.params, other.params) >= {"name", "type", "enabled_events", "event_payload"}
                continue
            expected = together.get(how, {place})
            assert difference(first.params, other.params) == expected, other
            named[first.params["type"], place] += 1
            VALIDATOR.validate(other.params)
    for kind, foreign in (TYPES, TYPES[::-1]):
        own = {place for place in PARAMETERS if not place.startswith(f"{foreign}.")}
        missing = own - {place for one, place in named if one == kind}
        assert missing == ({"include"} if kind == "amazon_eventbridge" else set())


@SEEDS
def test_a_conflict_by_everything_leaves_no_common_value(seed):
    """Only `enabled_events` may share one."""
    for sequence in ed.conflicts(seed):
        first, second = (step.case for step in sequence.steps[:2])
        if second.name.endswith("everything different"):
            assert second.expectation is Expectation.ACCEPT
            assert not {str(value) for value in first.params.values()} & {
                str(value) for value in second.params.values()
            }


@SEEDS
def test_the_changes_of_every_parameter_are_there_whatever_the_seed(seed):
    """Verdicts must not hang on luck."""
    names = Counter(case.name.partition(": same key, ")[2] for case in cases_of(ed.conflicts(seed)))
    del names[""]
    assert names.keys() == {
        *(f"name {how}" for how in ("last letter in other case", "two letters swapped", "another")),
        *(f"description {how}" for how in ("another", "last letter in other case", "other punctuation")),
        *(f"description {how}" for how in ("without a blank", "another letter beyond ASCII", "removed", "added")),
        *(f"enabled_events {how}" for how in ("another", "another first", "one more", "one fewer")),
        *(f"event_payload {how}" for how in ("alone", "with its events")),
        *(f"webhook_endpoint.url {how}" for how in ("another path", "another query", "another host")),
        "webhook_endpoint.url path in other case",
        *(f"amazon_eventbridge.aws_account_id another {which} digit" for which in ("last", "first")),
        "amazon_eventbridge.aws_region another",
        *(f"events_from {how}" for how in ("another", "removed", "added")),
        *(f"include {how}" for how in ("another", "removed", "added")),
        *(f"metadata {how}" for how in ("another value", "another key", "one entry more", "one entry fewer")),
        *(f"metadata {how}" for how in ("removed", "added")),
        *(f"snapshot_api_version {how}" for how in ("another", "removed", "added")),
        "type with its configuration",
        "everything different",
    }
    shared = {name.partition(" ")[0] for name, count in names.items() if count > 1}
    assert shared >= {"name", "description", "enabled_events", "event_payload", "events_from", "metadata", "type"}


@SEEDS
def test_each_change_of_events_names_and_sources_leaves_something_as_it_was(seed):
    """The last events, the letters, how many sources there are: what is compared in their place sees no change."""
    for sequence in ed.conflicts(seed):
        first, *others = sequence.cases()
        for case in others:
            how = case.name.partition(": same key, ")[2]
            if how == "enabled_events another first":
                assert case.params["enabled_events"][1:] == first.params["enabled_events"][1:] != []
            if how == "enabled_events one fewer":
                assert set(case.params["enabled_events"]) < set(first.params["enabled_events"])
            if how == "name two letters swapped":
                assert sorted(case.params["name"]) == sorted(first.params["name"])
            if how == "events_from another" and first.params["event_payload"] == "snapshot":
                assert len(case.params["events_from"]) == len(first.params["events_from"]) == 1


def test_only_what_the_page_does_not_forbid_may_be_refused():
    """All the rest must be accepted, or answered 409, but for mutations and the sequence about refusals."""
    cases = cases_of(one for one in ed.idempotency() if one not in ed.refused_between())
    either = {case.name.rpartition(": ")[2] for case in cases if case.expectation != "accept" and case.mutation is None}
    assert either == {
        "same key, event_payload alone",
        "same key, event_payload with its events",
        "same key, type with its configuration",
        "same key, type alone",
        "both configurations",
        "same key, description empty",
        "same key, metadata empty",
    }


@SEEDS
def test_only_others_are_refused_between_a_create_and_its_replay(seed):
    """The first and the last are the same bytes under one key; each of the others has a key of its own."""
    (sequence,) = ed.refused_between(seed)
    first, *between, again = sequence.steps
    assert (first.case.body, first.key) == (again.case.body, again.key)
    assert len({one.key for one in (first, *between)}) == len(between) + 1
    assert [one.case.expectation for one in between] == ["reject", "reject", "either"]
    assert [one.credential for one in between] == ["first", "first", "unknown"]


@SEEDS
def test_replays_are_the_same_bytes(seed):
    """Three times each, on both types and payloads, with what smoke does; then the key is used for what is wrong."""
    sequences = ed.replays(seed)
    steps = [[(step.case.body, step.case.expectation) for step in sequence.steps] for sequence in sequences]
    assert all(first == again == third and broken[1] == "reject" for first, again, third, broken in steps)
    assert {step.key for sequence in sequences for step in sequence.steps} == {Key()}
    kinds = {(one["type"], one["event_payload"]) for one in (sequence.steps[0].case.params for sequence in sequences)}
    (again,) = (one for one in ed.smoke(seed) if one.name == "a key used again")
    first, *_ = again.cases()
    assert len(kinds | {(first.params["type"], first.params["event_payload"])}) == 4


@SEEDS
def test_the_same_parameters_come_in_other_bytes(seed):
    """Four bodies, one meaning, and real escapes among them."""
    for sequence in ed.same_parameters(seed):
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
    for sequence in ed.independent_keys(seed):
        *made, again = sequence.steps
        keys = [step.key.filled(FRESH) for step in made]
        assert len(set(keys)) == len(made)
        assert all(re.fullmatch(r"[!-~]{1,64}", key) for key in keys)
        assert len({step.key.label for step in sequence.steps}) == 1
        assert len({step.case.params["name"] for step in made}) == len(made)
        assert (made[0].case.body, made[0].key) == (again.case.body, again.key)


def test_keys_differ_in_every_way_that_servers_fold_or_cut():
    """In case, at the start, in the middle, at the end of 64 characters, and in one sign."""
    keys = {tuple(step.key.filled(FRESH) for step in one.steps) for one in ed.independent_keys()}
    assert any(one.lower() == other.lower() for one, other, *_ in keys)
    assert any(one[:63] == other[:63] and len(one) == len(other) == 64 for one, other, *_ in keys)
    assert any(one[1:] == other[1:] for one, other, *_ in keys)
    assert any(len({one[len(FRESH) :][:1] for one in several}) == 6 for several in keys)
    assert any(one[:37] == other[:37] and one[39:] == other[39:] and len(one) > 50 for one, other, *_ in keys)


def test_without_a_key_means_no_header():
    """The same bytes twice, and then what is wrong."""
    for sequence in ed.without_key():
        assert {step.key for step in sequence.steps} == {None}
        once, twice, broken = sequence.cases()
        assert once.body == twice.body
        assert broken.expectation == "reject"


def test_absent_and_empty_are_told_apart():
    """Under one key, with nothing else changed."""
    for sequence in ed.absent_or_empty():
        absent, empty = sequence.cases()
        (place,) = difference(absent.params, empty.params)
        assert place not in absent.params
        assert empty.params[place] in ("", {})


def test_types_alone_changes_the_type_alone():
    """Both configurations stand in both."""
    for sequence in ed.types_alone():
        one, other = sequence.cases()
        assert difference(one.params, other.params) == {"type"}


@SEEDS
def test_smoke_starts_with_the_page_and_touches_every_requirement_of_the_request(seed):
    """What most servers get wrong is asked within the first twenty requests."""
    sequences = ed.smoke(seed)
    cases = cases_of(sequences)
    assert cases[0].params == ed.PAGE_EXAMPLE
    mutated = [case.mutation.requirement for case in cases if case.mutation]
    assert set(mutated) == set(ROWS)
    assert sum(case.mutation is not None for case in cases[:20]) >= 9
    assert {case.params["type"] for case in cases[:7]} == set(TYPES)
    assert sum(map(len, sequences)) <= 90
    assert [case.name for case in cases if case.params is None] == ["truncated", "empty", "a list", "trailing garbage"]


@SEEDS
def test_smoke_changes_each_parameter_under_a_used_key(seed):
    """After a change of everything, on which the verdict about single parameters rests."""
    names = [case.name for case in cases_of(ed.smoke(seed))]
    changed = {name.split()[2] for name in names if name.startswith("same key, ") and "everything" not in name}
    assert changed == PARAMETERS
    first = next(place for place, name in enumerate(names) if name.startswith("same key, "))
    assert names[first] == "same key, everything different"


@SEEDS
def test_valid_cases_of_the_sequences_satisfy_the_schema(seed):
    """And what says ACCEPT is what any right server accepts."""
    for case in cases_of((*ed.smoke(seed), *ed.idempotency(seed))):
        if case.expectation is not Expectation.REJECT:
            VALIDATOR.validate(case.params)
        if case.expectation is Expectation.ACCEPT:
            assert ed.expectation_of(case.params) is Expectation.ACCEPT


@SEEDS
def test_the_mutation_phase_does_every_operator_once(seed):
    """The telling ones, none twice the same, the most telling of every requirement first, on both payloads."""
    cases = cases_of(ed.mutations_phase(seed))
    done = {(case.mutation.requirement, case.mutation.operator) for case in cases}
    telling = {(row, name) for row, names in operators().items() for name in names[: most(ROWS[row])]}
    assert done >= telling - {  # that needs another value than the creates have that take turns
        (row, name) for row, name in telling if name in {"camel case", "joined", "number in the middle"}
    }
    assert len({case.body for case in cases}) == len(cases) <= 260
    assert {case.mutation.requirement for case in cases[: len(ROWS)]} >= set(list(ROWS)[:12])
    assert {str(case.params.get("event_payload")) for case in cases} >= {"thin", "snapshot"}


def test_a_run_leaves_room_for_later_phases():
    """600 of the 900 requests of a default run, whatever the seed."""
    for seed in range(12):
        written = (*ed.smoke(seed), *ed.mutations_phase(seed), *ed.idempotency(seed))
        assert sum(map(len, written)) + len(ed.combinations(seed=seed)) <= 600


@pytest.mark.parametrize("phase", [ed.smoke, ed.mutations_phase, ed.idempotency])
def test_the_same_seed_gives_the_same_requests(phase):
    """Byte for byte, and another seed others."""
    sent = [[(step.case.body, step.key) for one in phase(seed) for step in one.steps] for seed in (5, 5, 6)]
    assert sent[0] == sent[1] != sent[2]
