"""What a document says of a request beside its body: media type, headers, query, the form of a key, HTTP Basic."""

from __future__ import annotations

import base64
import re

import pytest
from common.interactions import answered
from common.scripted import Scripted

from ed_contract.case import Credential, Key, Step, case
from ed_contract.contract import Contract
from ed_contract.contract.keys import form_of, takes, uuid
from ed_contract.exceptions import UsageError
from ed_contract.planning import plan
from ed_contract.runner import Keys, Sender
from ed_contract.transport import Target
from ed_contract.transport.credentials import secrets_of

SCHEMA = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer", "minimum": 1, "maximum": 9}},
}
MADE = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def contract_of(
    *parameters, media="application/json", answer="application/json", responses=None, response=MADE, **more
):
    """Return the contract of a create with these parameters."""
    operation = {
        "parameters": list(parameters),
        "requestBody": {"content": {media: {"schema": SCHEMA}}},
        "responses": {"201": {"content": {answer: {"schema": response}}}, **(responses or {})},
    }
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/things": {"post": operation}}}
    return Contract.of({**document, **more}, "things.yaml")


def parameter(name, place="header", *, required=True, **said):
    """Return a parameter, required unless it is said otherwise."""
    return {"name": name, "in": place, "required": required, "schema": {"type": "string"}, **said}


def sent_to(contract, **target):
    """Return the request that a create is sent as."""
    transport = Scripted(lambda _: answered({"id": "1"}, 201))
    to = Target(url="http://127.0.0.1:1", contract=contract, **target)
    Sender(transport, to, Keys.of(contract, seed=0)).send(
        Step(case=case("any", {"size": 1}), key=Key()), phase="smoke", values={}
    )
    return transport.requests[0]


def test_required_parameters_are_sent_with_their_examples():
    """Unless the user gives another value; what needs no value, or has none, is left out."""
    contract = contract_of(
        parameter("X-Tenant", example="acme"),
        parameter("X-Region", schema={"enum": ["eu", "us"]}),
        parameter("X-Trace", required=False, example="t"),
        parameter("X-Unknown"),
        parameter("dry", "query", schema={"type": "boolean", "default": False}),
        parameter("view", "query", example="a b"),
    )
    request = sent_to(contract)
    assert {name: value for name, value in request.headers if name.startswith("X-")} == {
        "X-Tenant": "acme",
        "X-Region": "eu",
    }
    assert request.path == "/things?dry=false&view=a+b"
    assert dict(sent_to(contract, headers=(("x-tenant", "other"),)).headers).get("X-Tenant") is None


@pytest.mark.parametrize(
    ("media", "answer", "sent"),
    [
        (
            "application/vnd.api+json",
            "application/vnd.api+json",
            ("application/vnd.api+json", "application/vnd.api+json"),
        ),
        ("application/*", "application/json", ("application/json", "application/json")),
        ("application/json; charset=utf-8", "application/hal+json", ("application/json", "application/hal+json")),
    ],
)
def test_the_media_types_are_those_of_the_document(media, answer, sent):
    """In both directions."""
    headers = dict(sent_to(contract_of(media=media, answer=answer)).headers)
    assert (headers["Content-Type"], headers["Accept"]) == sent


@pytest.mark.parametrize(
    ("schema", "example", "pattern"),
    [
        ({"type": "string"}, None, r"[a-f][0-9a-f]{7}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ({"format": "uuid"}, None, r"[a-f][0-9a-f]{7}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ({"maxLength": 32}, None, r"[0-9a-f]{32}"),
        ({"pattern": "^[A-Z0-9]{10,20}$"}, None, r"[0-9A-F]{20}"),
        ({"pattern": "^key_[0-9a-f]+$"}, None, r"key_[0-9a-f]{36}"),
        ({"pattern": r"^\w+_[0-9]{12}$"}, "req_000000000001", r"req_[0-9]{12}"),
    ],
)
def test_fresh_keys_have_the_form_that_the_document_wants(schema, example, pattern):
    """A UUID where it says nothing; each is another one."""
    made = Keys(seed=0, salt="", form=form_of(schema, example))
    keys = [made.fresh() for _ in range(50)]
    assert all(re.fullmatch(pattern, one) for one in keys)
    assert len(set(keys)) == 50


def test_keys_that_the_document_does_not_take_are_not_sent():
    """And a UUID in other case may be the same one."""
    assert takes({}, uuid, "{fresh} and more")
    assert not takes({"format": "uuid"}, uuid, "{FRESH}")
    contract = contract_of(parameter("Idempotency-Key", schema={"type": "string", "format": "uuid"}))
    rows = tuple(contract.requirements.values())
    phases = plan(contract, rows, None, seed=0, strength=3, max_examples=0, two_accounts=False, restarts=False)
    steps = [
        step
        for phase in phases
        if phase.name not in {"fuzz", "stateful"}
        for sequence in phase.sequences
        for step in sequence.steps
        if isinstance(step, Step) and step.key
    ]
    assert {step.key.template for step in steps} == {"{fresh}"}


def test_a_user_and_a_password_are_sent_as_basic_wants_it():
    """Both, and what they are sent as, are masked."""
    more = {
        "components": {"securitySchemes": {"login": {"type": "http", "scheme": "basic"}}},
        "security": [{"login": []}],
    }
    target = Target(url="http://h", api_key="ann:a-long-password", contract=contract_of(**more))
    encoded = base64.b64encode(b"ann:a-long-password").decode()
    assert target.authorization(Credential.FIRST) == f"Basic {encoded}"
    assert {encoded, "a-long-password"} <= set(secrets_of(target))


@pytest.mark.parametrize(
    ("statuses", "refused", "level"),
    [(("400", "409"), (409,), "MUST"), (("400",), (400, 409, 422), "SHOULD"), ((), (400, 409, 422), "SHOULD")],
)
def test_a_conflict_that_is_not_documented_is_no_must(statuses, refused, level):
    """Many servers give the first object again, whatever the parameters."""
    contract = contract_of(parameter("Idempotency-Key"), responses={one: {"description": "No."} for one in statuses})
    assert contract.parts.idempotency.statuses == refused
    assert contract.requirements["idempotency/conflict/status"].level.value == level
    assert contract.requirements["idempotency/replay"].level.value == "MUST"


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"id": {}}, "id"),
        ({"thingId": {}, "accountId": {}}, "thingId"),
        ({"thing_id": {}}, "thing_id"),
        ({"data": {"properties": {"id": {}}}}, "data.id"),
        ({"thing": {"properties": {"uuid": {}}}}, "thing.uuid"),
        ({"accountId": {}}, ""),
    ],
)
def test_the_id_is_where_the_document_has_one(members, place):
    """Called so, or after the path; that of something else is none."""
    assert contract_of(response={"type": "object", "properties": members}).parts.identity.id == place


def test_an_operation_is_named_by_its_place_too():
    """Two of one id are told apart so."""
    created = {"requestBody": {"content": {"application/json": {"schema": SCHEMA}}}, "operationId": "create"}
    created["responses"] = {"201": {"content": {"application/json": {"schema": MADE}}}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"post": created}, "/b": {"post": created}}}
    assert Contract.of(document, "d", operation="POST /b").operation.path == "/b"
    with pytest.raises(UsageError, match=r"2 operations have the id 'create'\ngive one by its method and path: .*/a"):
        Contract.of(document, "d", operation="create")
