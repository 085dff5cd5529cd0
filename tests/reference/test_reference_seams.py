"""The reference is made to be broken: a server with one changed behaviour is a subclass of a few lines."""

# ruff: noqa: ARG002, D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from ed_contract import reference
from ed_contract.reference import Reference, RefusedError


class TakesAnything(Reference):
    """Accepts everything that the page does not forbid."""

    def discretion(self, place, value):
        return iter(())


class OverlooksTheName(Reference):
    """Accepts creates without a name."""

    def problems(self, params):
        return (
            problem for problem in super().problems(params) if (problem.place, problem.rule) != ("name", "required")
        )


class OpensAnEnum(Reference):
    """Accepts one more payload."""

    def enum_values(self, place):
        return (*super().enum_values(place), "fat") if place == "event_payload" else super().enum_values(place)


class Races(Reference):
    """Looks up and inserts in two steps, and both twins look before either inserts."""

    def __init__(self):
        super().__init__()
        self.twins = threading.Barrier(2, timeout=10)

    def transaction(self):
        return nullcontext()

    def lookup(self, scope):
        known = super().lookup(scope)
        self.twins.wait()
        return known


class ForgetsCase(Reference):
    """Treats keys that differ in case as the same."""

    def scope(self, account, key):
        return super().scope(account, key.lower())


class IgnoresMetadata(Reference):
    """Does not compare metadata."""

    def fingerprint(self, params):
        return super().fingerprint({name: value for name, value in params.items() if name != "metadata"})


class DropsLeadingZeros(Reference):
    """Stores account ids as numbers."""

    def stored(self, place, value):
        return value.lstrip("0") if place == "amazon_eventbridge.aws_account_id" and value else value


class ReplaysFailures(Reference):
    """Answers a retry of a failed create with the same failure."""

    def __init__(self):
        super().__init__()
        self.failures = {}

    def answer(self, create):
        if failure := self.failures.get((create.account, create.key)):
            raise failure
        try:
            return super().answer(create)
        except RefusedError as failure:
            self.failures[create.account, create.key] = failure
            raise


class LooksUpFirst(Reference):
    """Looks up the key before it validates."""

    def answer(self, create):
        known = create.key and self.lookup(self.scope(create.account, create.key))
        return self.answer_known(known, self.identity(create), create) if known else super().answer(create)


class Says422(Reference):
    """Refuses with another status."""

    invalid_status = 422


class ShiftsUpdated(Reference):
    """Updates a destination before it creates it."""

    def make(self, account, params):
        destination = super().make(account, params)
        return replace(destination, updated=destination.created.replace(year=2001))


@pytest.fixture
def called(calling, request):
    """Return a caller of a server of the class that the test names."""
    with request.param() as app:
        yield calling(app)


@pytest.mark.parametrize("called", [TakesAnything], indirect=True)
def test_a_server_without_decisions_of_its_own_takes_and_echoes_everything(called, params):
    """Invalid text, unknown fields, the other type's configuration: nothing is a server error."""
    odd = {"name": "", "description": "\ud800\0", "enabled_events": [], "surprise": 1, "metadata": {"": [1, None]}}
    both = {"webhook_endpoint": {"url": "x"}, "amazon_eventbridge": {"aws_account_id": "", "aws_region": ""}}
    response = called.create(params | odd | both)
    assert response.status_code == 200
    assert {name: response.json[name] for name in odd if name != "surprise"} == {
        name: value for name, value in odd.items() if name != "surprise"
    }
    assert (response.json["webhook_endpoint"] is None) == (params["type"] == "amazon_eventbridge")


@pytest.mark.parametrize("called", [OverlooksTheName], indirect=True)
def test_a_problem_can_be_overlooked(called, params):
    """One rule at one place is gone, the others hold."""
    assert called.create(params | {"name": 1}).status_code == 400
    del params["name"]
    assert called.create(params).json["name"] is None


@pytest.mark.parametrize("called", [OpensAnEnum], indirect=True)
def test_an_enum_can_be_opened(called, params):
    """The value is accepted and comes back."""
    assert called.create(params | {"event_payload": "fat"}).json["event_payload"] == "fat"


@pytest.mark.parametrize("called", [Races], indirect=True)
def test_the_transaction_can_be_taken_away(called, params):
    """Twins then create two destinations, still without a server error."""
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(called.create, [params] * 2, ["key"] * 2))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json["id"] for answer in answers}) == 2


@pytest.mark.parametrize("called", [ForgetsCase], indirect=True)
def test_the_scope_of_a_key_can_be_widened(called, params):
    """Two keys are then one."""
    assert called.create(params, "KEY").json == called.create(params, "key").json


@pytest.mark.parametrize("called", [IgnoresMetadata], indirect=True)
def test_the_comparison_can_be_loosened(called, params):
    """A different create is then a replay."""
    first = called.create(params, "key").json
    assert called.create(params | {"metadata": {"a": "b"}}, "key").json == first


@pytest.mark.parametrize("called", [DropsLeadingZeros], indirect=True)
def test_a_value_can_be_altered_where_it_is_kept(called, eventbridge):
    """What is stored comes back."""
    assert called.create(eventbridge).json["amazon_eventbridge"]["aws_account_id"] == "12345678901"


@pytest.mark.parametrize("called", [ReplaysFailures], indirect=True)
def test_failures_can_be_replayed(called, params):
    """The other tradition."""
    assert called.create(params | {"name": 1}, "key").status_code == 400
    assert called.create(params, "key").status_code == 400


@pytest.mark.parametrize("called", [LooksUpFirst], indirect=True)
def test_the_key_can_be_looked_up_before_validation(called, params):
    """An invalid create under a used key is then a conflict."""
    assert called.create(params, "key").status_code == 200
    assert called.create(params | {"name": 1}, "key").status_code == 409


@pytest.mark.parametrize("called", [Says422], indirect=True)
def test_a_status_is_a_class_attribute(called, params):
    """One line."""
    assert called.create(params | {"name": 1}).status_code == 422


@pytest.mark.parametrize("called", [ShiftsUpdated], indirect=True)
def test_a_destination_can_be_altered_as_a_whole(called, params):
    """With `dataclasses.replace`."""
    assert called.create(params).json["updated"].startswith("2001-")


def test_a_crash_is_a_server_error_in_the_envelope(calling, params):
    """Without a word about the crash."""

    class Crashes(Reference):
        def make(self, account, params):
            raise ZeroDivisionError

    with Crashes() as app:
        response = calling(app).create(params)
    error = {"code": "internal_error", "message": "This is our fault.", "type": "api_error"}
    assert (response.status_code, response.json) == (500, {"error": error})


def test_the_reference_knows_nothing_of_ed_contract():
    """It is an independent reading: nothing outside its package is imported, at any depth of the code."""
    package = Path(reference.__file__).parent
    imported = {
        name
        for module in package.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    ours = {name for name in imported if name.startswith((".", "ed_contract"))}
    assert {name for name in ours if not name.startswith("ed_contract.reference")} == set()
