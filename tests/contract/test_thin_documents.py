"""A document that says next to nothing of values is judged all the same, and a right server of it is not accused."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from functools import partial

import pytest
from werkzeug.wrappers import Request, Response

from ed_contract import Session, run
from ed_contract.case import Step, case
from ed_contract.contract import Contract
from ed_contract.contract.reading import read
from ed_contract.report.redaction import Redactor
from ed_contract.report.writers import WRITERS, write
from ed_contract.transport import Target

KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
FIELDS = {
    "nothing": {},
    "a number": {"a": {"type": "integer"}},
    "a text": {"a": {"type": "string"}},
    "an object of nothing": {"a": {"type": "object"}},
    "an object": {"a": {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]}},
    "a list": {"a": {"type": "array", "items": {"type": "string"}}},
    "a choice": {"a": {"oneOf": [{"type": "string"}, {"type": "integer"}]}},
    "a boolean": {"a": {"type": "boolean"}},
    "one word, and a number": {"a": {"enum": ["x"]}, "b": {"type": "integer"}},
    "anything": {"a": {}},
    "anything, and a member that may not be there": {"a": True, "b": False},
}


def document(fields, required, parameters):
    """Return an OpenAPI document of one create."""
    sent = {"type": "object", "properties": fields, "required": required}
    made = {"type": "object", "properties": {"id": {"type": "string"}}}
    operation = {
        "operationId": "create",
        "parameters": parameters,
        "requestBody": {"content": {"application/json": {"schema": sent}}},
        "responses": {"201": {"content": {"application/json": {"schema": made}}}},
    }
    return {"openapi": "3.1.0", "info": {"title": "Thin", "version": "1"}, "paths": {"/a": {"post": operation}}}


def is_known(fields, required, params):
    """Whether each field of params has a value of which the document says that it is taken."""
    known = {'{"type": "boolean"}': (True, False), '{"enum": ["x"]}': ("x",)}
    values = {name: known.get(json.dumps(said), ()) for name, said in fields.items()}
    return {*required} <= params.keys() and all(
        any(value is one or (isinstance(value, str) and value == one) for one in values.get(name, ()))
        for name, value in params.items()
    )


class Strict:
    """Refuses every create, since no valid one is known; but for some fields."""

    def __init__(self, *, takes):
        """Begin; `takes` says of params whether they are taken."""
        self._takes, self._ids, self._known = takes, itertools.count(), {}

    def __call__(self, environ, start_response):
        """Answer a request."""
        request = Request(environ)
        try:
            params = json.loads(request.get_data())
        except (ValueError, RecursionError):
            params = None
        if not isinstance(params, dict) or not self._takes(params):
            return self._answer(400, {}, environ, start_response)
        key = request.headers.get("Idempotency-Key") or object()
        first, made = self._known.setdefault(key, (params, {"id": str(next(self._ids))}))
        status, body = (201, made) if first == params else (409, {})
        return self._answer(status, body, environ, start_response)

    @staticmethod
    def _answer(status, body, environ, start_response):
        return Response(json.dumps(body), status, content_type="application/json")(environ, start_response)


@pytest.mark.parametrize("parameters", [[], [KEY]], ids=["without keys", "with keys"])
@pytest.mark.parametrize("required", [[], ["a"]], ids=["optional", "required"])
@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_a_run_needs_no_realistic_value(fields, required, parameters):
    """What nobody knows to be realistic may be refused."""
    contract = Contract.of(document(fields, required, parameters), "thin.yaml")
    server = Strict(takes=partial(is_known, fields, required))
    phases = ["smoke", "bodies", "bursts", "mutations", "boundaries", "keys", "combinations", "fuzz"]
    report = run(
        replace(Target.of_app(server), contract=contract),
        phases=[*phases, "stateful", "afterwards"],
        max_requests=300,
        max_examples=5,
        shrink=False,
    )
    told = {one.identity: (one.expected, one.actual) for one in report.findings}
    assert not {one for one in told if one[0] != "robustness/error-envelope"}, told
    assert "error" not in {str(row.verdict) for row in report.requirements}


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "object", "properties": {"a": {"type": ["string", "null"], "x-values": [None]}}, "required": ["a"]},
        {"type": "object", "properties": {"a.b": {"type": "string"}}, "required": ["a.b"]},
        {"properties": {"a": {"type": "array", "items": {}}}, "example": {"a": [{}]}},
        {"type": "object", "properties": {"a": {"type": "array", "prefixItems": [{}], "items": False}}},
        {
            "type": "object",
            "properties": {"a": {"enum": ["x", "y"]}, "b": {"type": "integer"}},
            "if": {"properties": {"a": {"const": "x"}}},
            "else": {"properties": {"b": False}},
        },
    ],
    ids=["null alone is known of a text", "a dot in a name", "no type", "a tuple", "nothing for one choice"],
)
def test_no_schema_of_a_body_is_a_crash(sent, tmp_path):
    """A plain server that takes everything is run against, with every phase."""
    said = document({}, [], [KEY])
    said["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]["schema"] = sent
    report = run(
        replace(Target.of_app(Strict(takes=lambda _: True)), contract=Contract.of(said, "odd.yaml")), max_requests=300
    )
    assert "error" not in {str(row.verdict) for row in report.requirements}
    wanted = [(form, str(tmp_path / form)) for form in WRITERS]
    assert write(report, wanted, Redactor(), print) == ()


def test_a_key_that_is_required_is_always_sent():
    """A server that refuses creates without one is right, and no requirement speaks of these."""
    fields = {"a": {"enum": ["x"]}}
    contract = Contract.of(document(fields, ["a"], [{**KEY, "required": True}]), "keyed.yaml")
    server, sent = Strict(takes=partial(is_known, fields, ["a"])), []

    def keyed(environ, start_response):
        sent.append("HTTP_IDEMPOTENCY_KEY" in environ)
        return server(environ, start_response)

    report = run(replace(Target.of_app(keyed), contract=contract), shrink=False)
    assert "idempotency/no-key" not in contract.requirements
    assert all(sent)
    assert [one.requirement for one in report.findings if one.requirement != "robustness/error-envelope"] == []
    with Session(replace(Target.of_app(server), contract=contract)) as session:  # of which nothing is said either
        assert session.send(Step(case=case("by hand", {"a": "x"}), key=None)).status == 201


def test_an_element_that_was_broken_is_shown_broken():
    """However small the create becomes: `people` is a list, and one of its elements is wrong."""
    people = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"enum": ["Ada"]}, "vip": {"type": "boolean"}},
    }
    said = document({"people": {"type": "array", "minItems": 1, "items": people}}, ["people"], [KEY])
    report = run(
        replace(Target.of_app(Strict(takes=lambda _: True)), contract=Contract.of(said, "lax.yaml")),
        only=("request/people[].vip/type",),
    )
    assert report.findings
    for one in report.findings:
        shown = one.evidence[-1].case.params["people"]
        assert any(not isinstance(each.get("vip", True), bool) for each in shown), one
        assert "without" not in one.actual


def test_a_document_is_read_by_the_newer_version_of_yaml():
    """Countries, switches and dates are texts; a number may have an exponent."""
    said = read(b"openapi: 3.1.0\nx: [NO, on, yes, 2027-03-01, 2027-03-01 09:00:00, true, 1e6, 2.5]\n", "a.yaml")
    assert said["x"] == ["NO", "on", "yes", "2027-03-01", "2027-03-01 09:00:00", True, 1e6, 2.5]
