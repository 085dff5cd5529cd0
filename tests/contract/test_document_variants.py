"""One object of several, wherever it stands: each variant is sent, asked for what is its own, and judged in answers."""

from __future__ import annotations

import itertools
import json

import jsonschema
import pytest
from werkzeug.wrappers import Request, Response

from ed_contract import run
from ed_contract.case import Expectation
from ed_contract.contract import Contract
from ed_contract.contract.variants import exact
from ed_contract.expecting import expected
from ed_contract.kinds import kind_of
from ed_contract.transport import Target

ROOM = {
    "type": "object",
    "required": ["kind", "room"],
    "properties": {"kind": {"const": "room"}, "room": {"type": "string", "pattern": "^R[0-9]{3}$"}},
}
VIDEO = {
    "type": "object",
    "required": ["kind", "url"],
    "properties": {"kind": {"const": "video"}, "url": {"type": "string", "format": "uri", "maxLength": 60}},
}
IBAN = {"type": "object", "required": ["iban"], "properties": {"iban": {"type": "string", "pattern": "^DE[0-9]{20}$"}}}
CARD = {
    "type": "object",
    "required": ["card", "until"],
    "properties": {
        "card": {"type": "string", "pattern": "^[0-9]{16}$"},
        "until": {"type": "string", "pattern": "^[0-9]{4}$"},
    },
}
PARAMETER = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}


def document(place, answer=None):
    """Return a document of one create that has a choice at `place`."""
    sent = {"type": "object", "required": ["place"], "properties": {"place": place}}
    made = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "place": answer or place}}
    operation = {
        "parameters": [PARAMETER],
        "requestBody": {"content": {"application/json": {"schema": sent}}},
        "responses": {
            "201": {"content": {"application/json": {"schema": made}}},
            "400": {"description": "Refused."},
            "409": {"description": "The key was used."},
        },
    }
    return {"openapi": "3.1.0", "info": {"title": "Places", "version": "1"}, "paths": {"/places": {"post": operation}}}


def contract_of(place, answer=None):
    """Return the contract of that document."""
    return Contract.of(document(place, answer), "places.yaml")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"kind": "room", "room": "R101"}, Expectation.ACCEPT),
        ({"kind": "video", "url": "https://example.com/a"}, Expectation.ACCEPT),
        ({"kind": "room", "room": "R101", "url": 5}, Expectation.EITHER),
        ({"kind": "room"}, "request/place.room/required"),
        ({"kind": "video", "room": "R101"}, "request/place.url/required"),
        ({"kind": "video", "url": 5}, "request/place.url/type"),
        ({"kind": "tent"}, "request/place.kind/enum"),
    ],
)
def test_a_word_tells_the_variants_apart(params, said):
    """What belongs to another variant is unknown to this one, and may be refused or not."""
    came, mutation = expected(contract_of({"oneOf": [ROOM, VIDEO]}), {"place": params})
    assert said == (mutation.requirement if mutation else came)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"iban": "DE" + "0" * 20}, Expectation.ACCEPT),
        ({"card": "1" * 16, "until": "0129"}, Expectation.ACCEPT),
        ({"iban": "DE" + "0" * 20, "card": "1" * 16}, Expectation.EITHER),
        ({"card": "1" * 16}, "request/place.until/required"),
        ({"iban": "none"}, "request/place.iban/pattern"),
        ({}, Expectation.EITHER),
    ],
)
def test_a_required_member_tells_the_variants_apart(params, said):
    """Where no word does."""
    came, mutation = expected(contract_of({"anyOf": [IBAN, CARD]}), {"place": params})
    assert said == (mutation.requirement if mutation else came)


def test_what_nothing_tells_apart_is_left_open():
    """The members of the second may be anything to the first."""
    longer = {**IBAN, "required": ["iban", "name"], "properties": {**IBAN["properties"], "name": {"type": "string"}}}
    contract = contract_of({"oneOf": [IBAN, longer]})
    assert expected(contract, {"place": {"iban": "DE" + "0" * 20, "name": 5}})[0] is Expectation.EITHER
    assert "request/place.name/required" not in contract.requirements


def test_what_only_one_of_three_says_otherwise_is_its_own():
    """Also if the first and the last agree."""

    def variant(kind, size):
        members = {"kind": {"const": kind}, "size": {"type": size}}
        return {"type": "object", "required": ["kind", "size"], "properties": members}

    contract = contract_of({"oneOf": [variant("a", "integer"), variant("b", "string"), variant("c", "integer")]})
    for kind, size in (("a", 1), ("b", "large"), ("c", 1)):
        assert expected(contract, {"place": {"kind": kind, "size": size}})[0] is not Expectation.REJECT


def test_a_row_says_of_which_variant_it_is():
    """A member that one of them needs."""
    rows = contract_of({"oneOf": [ROOM, VIDEO]}).requirements
    said = "A create without `place.room` is refused if `place.kind` is `room`."
    assert rows["request/place.room/required"].statement == said
    card = contract_of({"oneOf": [IBAN, CARD]}).requirements["request/place.until/required"]
    assert card.statement == "A create without `place.until` is refused if `place.card` is present."


def test_usual_values_take_turns():
    """Each variant is among the first, in an object and in the elements of a list."""
    of_object = contract_of({"oneOf": [IBAN, CARD]}).request_spec.members["place"]
    assert {*map(frozenset, kind_of(of_object).usual(of_object)[:2])} == {
        frozenset({"iban"}),
        frozenset({"card", "until"}),
    }
    of_list = contract_of({"type": "array", "items": {"oneOf": [ROOM, VIDEO]}}).request_spec.members["place"]
    kinds = {one["kind"] for listed in kind_of(of_list).usual(of_list)[:4] for one in listed}
    assert kinds == {"room", "video"}


class Strict:
    """A right server of a document, or one that looks at some rows of one variant only."""

    def __init__(self, place, *, forgets=(), loses=()):
        self._checks = jsonschema.Draft202012Validator(document(place)["paths"]["/places"]["post"]["requestBody"]
                                                       ["content"]["application/json"]["schema"])  # fmt: skip
        self._forgets, self._loses = forgets, loses
        self._numbers = itertools.count()
        self._keys = {}

    def __call__(self, environ, start_response):  # noqa: D102 - WSGI's
        status, answer = self._answer(Request(environ))
        return Response(json.dumps(answer), status, content_type="application/json")(environ, start_response)

    def _answer(self, request):
        try:
            params = json.loads(request.data)
        except (ValueError, RecursionError):
            return 400, {}
        place = params.get("place") if isinstance(params, dict) else None
        known = place if isinstance(place, dict) else {}
        if not self._checks.is_valid(params) and not any(
            name in known or known.get("kind") == name for name in self._forgets
        ):
            return 400, {}
        key = request.headers.get("Idempotency-Key")
        used = self._keys.setdefault(key, (params, str(next(self._numbers)))) if key else None
        if used and used[0] != params:
            return 409, {}
        shown = {name: value for name, value in known.items() if name not in self._loses}
        return 201, {"id": used[1] if used else str(next(self._numbers)), "place": shown}


def failing(place, **broken):
    """Return the failing requirements of the server, and whether all was judged."""
    target = Target.of_app(Strict(place, **broken), api_key="k")
    report = run(target, contract=contract_of(place), max_requests=500)
    return {one.requirement for one in report.findings}


@pytest.mark.parametrize("place", [{"oneOf": [ROOM, VIDEO]}, {"oneOf": [IBAN, CARD]}])
def test_a_right_server_is_not_accused(place):
    """It ignores what belongs to another variant."""
    assert failing(place) == set()


def test_each_variant_is_judged():
    """In requests and in answers, the second as the first."""
    place = {"oneOf": [ROOM, VIDEO]}
    assert "request/place.url/required" in failing(place, forgets=("video",))
    assert "response/place.url/required" in failing(place, loses=("url",))
    assert "request/place.card/pattern" in failing({"oneOf": [IBAN, CARD]}, forgets=("card",))
    assert "response/place.until/required" in failing({"oneOf": [IBAN, CARD]}, loses=("until",))


def test_what_is_exported_is_json_schema():
    """Without a keyword of ours, and it refuses what the choice refuses."""
    schema = exact(contract_of({"oneOf": [ROOM, VIDEO]}).request_schema)
    assert "$variants" not in json.dumps(schema)
    checks = jsonschema.Draft202012Validator(schema)
    assert checks.is_valid({"place": {"kind": "room", "room": "R101", "url": 5}})
    assert not checks.is_valid({"place": {"kind": "video"}})
