"""A contract of one's own: how its creates are sent, and with which statuses its keys are refused."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial

import pytest
from common.interactions import answered
from common.payments import DOCUMENT, EXAMPLE, OPERATION, Payments, changed, written
from common.scripted import Scripted
from common.servers import http_server

from ed_contract import Session, judge, run
from ed_contract.case import Case, Expectation, Key, Step, case
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.composing import composed
from ed_contract.exceptions import UsageError
from ed_contract.expecting import expected
from ed_contract.guarding import guarded
from ed_contract.interaction import Interaction, Request
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import Creates
from ed_contract.runner import Keys, Sender
from ed_contract.runner.retry import PAUSE
from ed_contract.session import NotConforming
from ed_contract.transport import Target

PAYMENTS = Contract.of(DOCUMENT, "payments.yaml", operation="createPayment")
BEARER = {"type": "http", "scheme": "bearer"}


def with_operation(**members):
    """Return the contract with other members of its operation; None removes one."""
    document = copy.deepcopy(DOCUMENT)
    operation = document["paths"]["/payments"]["post"]
    operation |= members
    for name in [name for name, value in members.items() if value is None]:
        del operation[name]
    return Contract.of(document, "payments.yaml", operation="createPayment")


def with_scheme(scheme, security=({"key": []},)):
    """Return the contract with another way to be let in."""
    document = changed("components|securitySchemes|key", scheme) | {"security": list(security)}
    return Contract.of(document, "payments.yaml", operation="createPayment")


@pytest.mark.parametrize(
    ("scheme", "carried"),
    [
        (BEARER, ("Authorization", "Bearer")),
        ({"type": "http", "scheme": "basic"}, ("Authorization", "Basic")),
        ({"type": "oauth2", "flows": {}}, ("Authorization", "Bearer")),
        ({"type": "apiKey", "in": "header", "name": "X-Token"}, ("X-Token", "")),
    ],
)
def test_the_header_of_the_credential_is_that_of_the_document(scheme, carried):
    """By itself, or behind the word of its scheme."""
    contract = with_scheme(scheme)
    target = Target(url="http://h", api_key="k", contract=contract)
    assert (contract.headers.credential, contract.headers.scheme, contract.headers.secured) == (*carried, True)
    assert target.credential_header == carried[0]
    assert target.authorization(Step(case=case("any", {})).credential) == f"{carried[1]} k".strip()
    assert replace(target, auth_header="X-Other").authorization(Step(case=case("any", {})).credential) == "k"


@pytest.mark.parametrize(
    ("scheme", "security"),
    [
        ({"type": "apiKey", "in": "cookie", "name": "session"}, [{"key": []}]),
        ({"type": "apiKey", "in": "query", "name": "token"}, [{"key": []}]),
        ({"type": "mutualTLS"}, [{"key": []}]),
        (BEARER, []),
        (BEARER, [{"key": []}, {}]),
    ],
)
def test_what_needs_no_credential_of_ours_has_no_requirements_about_it(scheme, security):
    """A cookie is sent with every request; and who asks for nothing refuses nobody."""
    contract = with_scheme(scheme, security)
    assert not contract.headers.secured
    assert not {row for row in contract.requirements if row.startswith("auth/")}
    assert "idempotency/credential-scoped" not in contract.requirements


def test_an_operation_says_itself_how_it_is_secured():
    """Before the document; the first of several ways counts."""
    assert not with_operation(security=[]).headers.secured
    document = changed("components|securitySchemes|bearer", BEARER) | {"security": [{"bearer": []}, {"key": []}]}
    assert Contract.of(document, "p", operation="createPayment").headers.credential == "Authorization"


@pytest.mark.parametrize(
    ("name", "header"),
    [("Idempotency-Key", "Idempotency-Key"), ("idempotence-key", "idempotence-key"), ("X-Request-Id", "")],
)
def test_the_header_of_the_key_is_a_parameter(name, header):
    """Of the operation, or of its path."""
    contract = Contract.of(changed("components|parameters|Key|name", name), "p", operation="createPayment")
    assert contract.headers.key == header
    assert bool(header) is any(row.startswith("idempotency/") for row in contract.requirements)


def test_the_annotation_names_the_header_too():
    """Where the document has no such parameter."""
    contract = with_operation(**{"x-idempotency": {"header": "X-Once"}})
    assert (contract.headers.key, contract.parts.idempotency.statuses) == ("X-Once", (409, 422))


@pytest.mark.parametrize(
    ("said", "statuses", "conflict", "in_flight"),
    [
        ({"status": 422, "in_flight": 409}, ["409", "422"], (422,), (409,)),
        ({"status": 400}, ["409"], (400,), (409, 400)),
        ({}, ["409"], (409,), (409,)),
        ({}, ["422"], (409, 422), (409, 422)),
        ({}, ["409", "422"], (409, 422), (409, 422)),
        ({}, [], (400, 409, 422), (409,)),
    ],
)
def test_the_status_of_a_conflict_is_stated_or_follows_from_the_answers(said, statuses, conflict, in_flight):
    """422 alone stands in many documents for any invalid body."""
    made = DOCUMENT["paths"]["/payments"]["post"]["responses"]["201"]
    answers = {"201": made} | {status: {"description": "refused"} for status in statuses}
    how = with_operation(**{"x-idempotency": said, "responses": answers}).parts.idempotency
    assert (how.statuses, how.in_flight, how.code) == (conflict, in_flight, "")


def test_the_seeds_are_those_of_the_page():
    """Read from its document, as any other is."""
    how, headers = CONTRACT.parts.idempotency, CONTRACT.headers
    assert (how.header, how.statuses, how.in_flight, how.code) == (
        *("Idempotency-Key", (409,), (409,)),
        "idempotency_error",
    )
    assert (headers.credential, headers.scheme, headers.version) == ("Authorization", "Bearer", "Stripe-Version")
    assert Target(url="http://h").version_header == ("Stripe-Version", "2024-09-30.acacia")
    assert Target(url="http://h", contract=Contract.load("2026-04")).version_header == (
        *("Stripe-Version", "2026-04-22.dahlia"),
    )
    assert Target(url="http://h", api_version="").version_header is None


def test_a_document_without_a_version_sends_none():
    """Whatever version is given: no header is there for it."""
    contract = with_operation(parameters=None)
    assert Target(url="http://h", api_version="7", contract=contract).version_header is None


def interaction(status, expectation=Expectation.ACCEPT, contract=PAYMENTS):
    """Return a create that was answered with a status."""
    sent = case("any", EXAMPLE)
    return Interaction(
        number=1,
        phase="smoke",
        case=Case(name="any", body=sent.body, params=EXAMPLE, expectation=expectation),
        key="k",
        form=None,
        request=Request(method="POST", path="/payments", headers=(), body=sent.body),
        answer=answered({}, status),
        contract=contract,
    )


def test_a_status_that_refuses_what_is_invalid_is_a_conflict_only_for_what_is_valid():
    """409 is one in any case, where it is the status."""
    assert interaction(422).conflicts
    assert not interaction(422, Expectation.EITHER).conflicts
    assert not interaction(409).conflicts
    assert interaction(409).may_be_refused_for_its_key
    assert interaction(409, Expectation.EITHER, CONTRACT).conflicts
    assert not interaction(422, contract=CONTRACT).may_be_refused_for_its_key


def test_a_key_in_use_is_asked_for_again():
    """With the status of that, and not with that of a conflict."""
    waits: list[float] = []
    target = Target(url="http://127.0.0.1:1", contract=PAYMENTS)
    script = [answered({}, 409), answered({"id": "1", "amount": 100}, 201), answered({}, 422)]
    transport = Scripted(lambda number: script[number - 1])
    sending = Sender(transport, target, Keys(seed=0, salt=""), sleep=waits.append)
    step = Step(case=case("any", EXAMPLE), key=Key(), patient=True)
    assert [sending.send(step, phase="smoke", values={}).status for _ in range(2)] == [201, 422]
    assert waits == [PAUSE]
    assert dict(transport.requests[0].headers)["X-Version"] == "7"
    assert "X-Idempotency" in dict(transport.requests[0].headers)


def test_where_creates_have_no_key_none_is_sent():
    """A step that has one is sent without it."""
    contract = Contract.of(changed("components|parameters|Key|name", "X-Other"), "p", operation="createPayment")
    transport = Scripted(lambda _: answered({"id": "1", "amount": 100}, 201))
    sending = Sender(transport, Target(url="http://127.0.0.1:1", contract=contract), Keys(seed=0, salt=""))
    sent = sending.send(Step(case=case("any", EXAMPLE), key=Key()), phase="smoke", values={})
    assert (sent.key, sent.form) == (None, None)
    assert [name for name, _ in transport.requests[0].headers] == ["Accept", "User-Agent", "X-Version", "Content-Type"]


class Conflicts(Payments):
    """Answers a conflict with another status."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def _answer(self, body, headers):
        status, document = super()._answer(body, headers)
        return (self.status if status == 422 else status), document


@pytest.mark.parametrize("status", [422, 400])
def test_a_session_judges_creates_of_ones_own(tmp_path, status):
    """With the statuses of the document."""
    with (
        http_server(Conflicts(status)) as url,
        Session(Target(url=url, api_key="k_1"), contract=written(tmp_path), operation="createPayment") as session,
    ):
        first = session.create(EXAMPLE, key="one")
        assert session.create(EXAMPLE, key="one").id == first.id
        assert session.create({**EXAMPLE, "amount": 0}).status == 400
        if status == 422:
            assert session.create({**EXAMPLE, "amount": 250}, key="one").status == 422
            return
        with pytest.raises(NotConforming, match="Expected:   422: the key was used before with different parameters"):
            session.create({**EXAMPLE, "amount": 250}, key="one")


def test_what_all_of_puts_together_is_one_object():
    """In the request, in a member and in an element; parts that contradict each other stay apart."""
    base, more = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, {"required": ["b"]}
    both = {"allOf": [base, more], "properties": {"b": True}, "description": "both"}
    whole = {**base, "required": ["a", "b"], "properties": {**base["properties"], "b": {}}, "description": "both"}
    together = partial(composed, without="readOnly")
    assert together(both) == whole
    assert together({"properties": {"m": both}, "items": both}) == {"properties": {"m": whole}, "items": whole}
    number = {"type": "integer"}
    apart = {**base, "properties": {"a": {"allOf": [base["properties"]["a"], number]}}}
    assert together({"allOf": [base, {"properties": {"a": number}}]}) == apart
    assert together({"properties": {"m": False}}) == {"properties": {}}


def test_what_breaks_a_keyword_without_a_requirement_may_be_either():
    """There is no sentence that could be told."""
    expectation, mutation = expected(PAYMENTS, {**EXAMPLE, "legs": [{"to": "a", "iban": 1}], "amount": 0})
    told = "request/amount/minimum" in PAYMENTS.requirements
    assert (expectation is Expectation.REJECT, mutation is not None) == (told, told)
    assert expected(PAYMENTS, {**EXAMPLE, "amount": "0"})[0] is Expectation.REJECT


def test_nothing_can_be_included_where_all_is_shown():
    """The contract names no list for it."""
    with Session("http://127.0.0.1:9", contract=PAYMENTS) as session, pytest.raises(UsageError, match="leave it out"):
        session.create(EXAMPLE, include=["id"])


def test_a_run_and_its_record_are_about_one_contract(tmp_path):
    """Given as a path, or as it is; the record needs no document any more."""
    record, path = str(tmp_path / "run.ndjson"), written(tmp_path)
    with http_server(Payments(more=1)) as url:
        target = Target(url=url, api_key="k_1")
        chosen = {"phases": ["auth"], "only": ["echo/*"], "shrink": False}
        reports = [
            run(target, contract=PAYMENTS, record=record, **chosen),
            run(target, contract=path, operation="createPayment", **chosen),
            run(replace(target, contract=PAYMENTS), **chosen),
        ]
    path.unlink()
    reports.append(judge(record, only=["echo/*"]))
    for report in reports:
        assert [one.requirement for one in report.findings] == ["echo/amount"]
    with pytest.raises(UsageError, match="were both given"):
        run(target, contract=path, edition="2026-04")


def test_what_others_sent_is_read_by_the_contract():
    """Its path, its headers; another credential is another account, and another version another manner."""

    def exchange(params, path="/v1/payments", **headers):
        sent = {"X-Api-Key": "k_1", "X-Idempotency": "one", "Content-Type": "application/json", **headers}
        body, answer = case("any", params).body, answered({"id": "1", **EXAMPLE}, 201)
        named = tuple((name.replace("_", "-"), value) for name, value in sent.items())
        return Exchange(method="POST", path=path, headers=named, body=body, answer=answer, began=1.0, ended=2.0)

    creates = Creates("/payments", contract=PAYMENTS, guard=guarded)
    first = creates.of(exchange(EXAMPLE))
    assert (first.key, first.contract, first.case.expectation) == ("one", PAYMENTS, Expectation.EITHER)
    assert [name for name, _ in first.request.headers] == ["X-Idempotency", "Content-Type"]
    assert creates.of(exchange({**EXAMPLE, "amount": "0"})).case.mutation.requirement == "request/amount/type"
    assert creates.of(exchange(EXAMPLE, X_Api_Key="k_2")).request.account
    assert creates.of(exchange(EXAMPLE, path="/refunds")) is None
    assert creates.of(exchange(EXAMPLE, X_Version="8")) is None
    assert creates.left_out == ["its key was used with another query, version or media type"]


def test_a_part_of_a_document_is_the_same_contract():
    """With what it refers to, at any depth, and nothing else."""
    part = PAYMENTS.portable()
    again = Contract.of(name="payments.yaml", **part)
    assert again.operation == PAYMENTS.operation
    assert list(again.requirements) == list(PAYMENTS.requirements)
    assert again.headers == PAYMENTS.headers
    assert part["operation"] == "createPayment"
    assert list(part["document"]["paths"]) == ["/payments"]
    assert list(part["document"]["components"]["schemas"]) == ["Leg"]
    assert changed(f"{OPERATION}|operationId", "createPayment") == DOCUMENT
