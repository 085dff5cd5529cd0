"""The servers of payments, asked directly: the right ones are right, each broken one does what its sentence says."""

from __future__ import annotations

import copy
import json
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contracts.payments.broken import BROKEN
from contracts.payments.right import RIGHT
from contracts.payments.server import Behaviour, Server
from jsonschema import Draft202012Validator
from werkzeug.test import Client

from ed_contract.kinds import kind_of

CARD = {
    "amount": 4500,
    "currency": "EUR",
    "method": "card",
    "card": {"token": "tok_4f9a1c20b7d3e865"},
    "lineItems": [
        {"sku": "TEA-100", "quantity": 3, "unitPrice": 1000},
        {"sku": "MUG-BLUE", "quantity": 1, "unitPrice": 1500},
    ],
}
TRANSFER = {
    **{name: one for name, one in CARD.items() if name != "card"},
    "method": "bankTransfer",
    "bankTransfer": {"country": "DE"},
}
TAXED = {"sku": "TEA-100", "quantity": 3, "unitPrice": 1000, "tax": {"rate": 19}}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request."""

    body: Any
    key: str | None = None
    credential: str | None = "sk_test_a"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came."""

    status: int
    body: Any

    def __getitem__(self, name):
        """Return a member of what came."""
        return self.body.get(name)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Requests, what is looked at in the answers, and what a right and a broken server show there."""

    asks: tuple[Ask, ...]
    look: Any
    right: Any
    broken: Any


def ask(client, one):
    """Return the answer to a request."""
    headers = {} if one.credential is None else {"X-Api-Key": one.credential}
    headers |= {} if one.key is None else {"Idempotency-Key": one.key}
    answer = client.post("/payments", data=json.dumps(one.body), content_type="application/json", headers=headers)
    return Answer(status=answer.status_code, body=answer.json)


def card(**changes):
    """Return a request for a payment by card."""
    return Ask(body={**CARD, **changes})


def statuses(*answers):
    """Look at the statuses."""
    return tuple(one.status for one in answers)


def status(answer):
    """Look at the status of one answer."""
    return answer.status


def shows(name):
    """Look at a member of one answer."""
    return lambda answer: answer[name]


def has(name):
    """Look whether a member has a value."""
    return lambda answer: answer[name] is not None


def ids_are_one(*answers):
    """Look whether all answers show one payment."""
    return len({one["id"] for one in answers}) == 1


def accepted(*asks):
    """A right server refuses it with 400, and a broken one takes it."""
    return Shown(asks=asks, look=status, right=400, broken=201)


def confused(one, other):
    """Two bodies under one key: 422, or the first again."""
    keyed = tuple(replace(each, key="k") for each in (one, other))
    return Shown(asks=keyed, look=statuses, right=(201, 422), broken=(201, 201))


def raised(one):
    """A server error, where a right one answers with anything else."""
    return Shown(asks=(one,), look=lambda answer: answer.status >= 500, right=False, broken=True)


LINES = CARD["lineItems"]
SHOWN = {
    "description-number": accepted(card(description=7)),
    "amount-text": accepted(card(amount="4500")),
    "amount-negative": accepted(card(amount=-1)),
    "amount-cut": accepted(card(amount=10.5)),
    "currency-any": accepted(card(currency="XXX")),
    "line-without-price": accepted(card(lineItems=[{"sku": "TEA-100", "quantity": 3}])),
    "quantity-zero": accepted(card(lineItems=[{**LINES[0], "quantity": 0}])),
    "tax-rate-rounded": accepted(card(lineItems=[{**TAXED, "tax": {"rate": 7.125}}])),
    "due-date-any": accepted(card(dueDate="soon")),
    "card-without-token": accepted(card(card={})),
    "capture-word": accepted(card(capture="false")),
    "expand-any": accepted(card(expand=["everything"])),
    "metadata-of-transfers-lost": Shown(
        asks=(Ask(body={**TRANSFER, "metadata": {"team": "billing"}}),),
        look=shows("metadata"),
        right={"team": "billing"},
        broken=None,
    ),
    "lines-sorted": Shown(asks=(card(),), look=shows("lineItems"), right=LINES, broken=LINES[::-1]),
    "amount-shown-as-text": Shown(asks=(card(),), look=shows("amount"), right=4500, broken="4500"),
    "accents-lost": Shown(asks=(card(description="Café"),), look=shows("description"), right="Café", broken="Cafe"),
    "capture-never-false": Shown(asks=(card(capture=False),), look=shows("capture"), right=False, broken=True),
    "secret-always": Shown(asks=(card(),), look=has("clientSecret"), right=False, broken=True),
    "secret-never": Shown(asks=(card(expand=["clientSecret"]),), look=has("clientSecret"), right=True, broken=False),
    "return-url-always": Shown(
        asks=(card(returnUrl="https://shop.example.com/"),), look=has("returnUrl"), right=False, broken=True
    ),
    "replay-makes-another": Shown(asks=(Ask(body=CARD, key="k"),) * 2, look=ids_are_one, right=True, broken=False),
    "prices-not-compared": confused(card(), card(lineItems=[{**LINES[0], "unitPrice": 1}, LINES[1]])),
    "order-of-lines-not-compared": confused(card(), card(lineItems=LINES[::-1])),
    "capture-not-compared": confused(card(capture=True), card(capture=False)),
    "session-not-compared": confused(card(sessionId="session-0042"), card(sessionId="session-0043")),
    "conflict-409": Shown(
        asks=(Ask(body=CARD, key="k"), Ask(body=TRANSFER, key="k")), look=statuses, right=(201, 422), broken=(201, 409)
    ),
    "key-ignored-for-transfers": Shown(
        asks=(Ask(body=TRANSFER, key="k"),) * 2, look=ids_are_one, right=True, broken=False
    ),
    "keys-folded": Shown(
        asks=(Ask(body=CARD, key="k"), Ask(body=CARD, key="K")), look=ids_are_one, right=False, broken=True
    ),
    "refusals-kept": Shown(
        asks=(Ask(body={}, key="k"), Ask(body=CARD, key="k")), look=statuses, right=(400, 201), broken=(400, 400)
    ),
    "keys-of-all-accounts": Shown(
        asks=(Ask(body=CARD, key="k"), Ask(body=CARD, key="k", credential="sk_test_b")),
        look=ids_are_one,
        right=False,
        broken=True,
    ),
    "created-without-offset": Shown(
        asks=(card(),), look=lambda answer: answer["createdAt"].endswith("Z"), right=True, broken=False
    ),
    "status-missing": Shown(asks=(card(),), look=has("status"), right=True, broken=False),
    "object-in-capitals": Shown(asks=(card(),), look=shows("object"), right="payment", broken="Payment"),
    "line-quantity-missing": Shown(
        asks=(card(),), look=lambda answer: "quantity" in answer["lineItems"][0], right=True, broken=False
    ),
    "id-reused": Shown(
        asks=(card(),) * 11, look=lambda *answers: len({one["id"] for one in answers}), right=11, broken=10
    ),
    "created-200": Shown(asks=(card(),), look=status, right=201, broken=200),
    "crash-on-astral-text": raised(card(description="Tea 📦")),
    "crash-on-nested-null": raised(card(lineItems=[{**LINES[0], "tax": None}])),
    "crash-on-large-number": raised(card(amount=2**31)),
    "no-credential": Shown(asks=(Ask(body=CARD, credential=None),), look=status, right=401, broken=201),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_broken_server_does_what_its_sentence_says(name):
    """And a right one does not."""
    (broken,) = (one for one in BROKEN if one.name == name)
    shown = SHOWN[name]
    seen = {}
    for what, behaviour in (("right", Behaviour()), ("broken", broken.does)):
        client = Client(Server(behaviour))
        seen[what] = shown.look(*(ask(client, one) for one in shown.asks))
    assert seen == {"right": shown.right, "broken": shown.broken}


def test_a_race_makes_two_payments():
    """Two requests that both have looked the key up before either takes it; the right server makes one."""
    (broken,) = (one for one in BROKEN if one.name == "race")
    both = threading.Barrier(2)
    for behaviour, payments in ((replace(broken.does, gap=lambda: both.wait(10)), 2), (Behaviour(), 1)):
        server = Server(behaviour)
        twins = [threading.Thread(target=ask, args=(Client(server), Ask(body=CARD, key="k"))) for _ in range(2)]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.join()
        assert len(server.payments) == payments


def test_each_broken_server_is_shown():
    """The race in a test of its own; names are unique."""
    assert [one.name for one in BROKEN if one.name != "race"] == list(SHOWN)
    assert len({one.name for one in (*BROKEN, *RIGHT)}) == len(BROKEN) + len(RIGHT)
    assert all(one.sentence.endswith(".") for one in (*BROKEN, *RIGHT))


USUAL = 60  # realistic creates that each right server is asked for


@pytest.mark.parametrize("right", RIGHT, ids=lambda one: one.name)
def test_a_right_server_takes_what_is_realistic(right, contract):
    """And its answers conform to the document."""
    client = Client(Server(right.does))
    validator = Draft202012Validator(contract.response_schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for body in kind_of(contract.request_spec).usual(contract.request_spec)[:USUAL]:
        answer = ask(client, Ask(body=body))
        assert answer.status == 201, (body, answer.body)
        assert list(validator.iter_errors(answer.body)) == []


@pytest.mark.parametrize("right", RIGHT, ids=lambda one: one.name)
def test_a_right_server_refuses_what_is_wrong(right, contract):
    """Whatever breaks one keyword of the documented schema, with a body of the documented form."""
    client = Client(Server(right.does))
    spec = contract.request_spec
    fullest = max(kind_of(spec).usual(spec), key=lambda body: len(json.dumps(body)))
    validator = Draft202012Validator(contract.error_schema)
    taken = []
    for one in kind_of(spec).wrong(spec, fullest):
        answer = ask(client, Ask(body=one.value))
        if answer.status != 400:
            taken.append((one.place, one.keyword, one.operator, answer.status))
        elif "robustness/error-envelope" not in right.should:
            assert list(validator.iter_errors(answer.body)) == []
    assert taken == []


@pytest.mark.parametrize("right", RIGHT, ids=lambda one: one.name)
def test_a_right_server_survives_what_is_unusual(right, contract):
    """It takes it or refuses it, and what it then shows conforms."""
    client = Client(Server(right.does))
    spec = contract.request_spec
    validator = Draft202012Validator(contract.response_schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = []
    for one in kind_of(spec).unusual(spec):
        answer = ask(client, Ask(body=one.value))
        if answer.status not in {201, 400, 413} or (answer.status == 201 and not validator.is_valid(answer.body)):
            found.append((one.place, one.name, answer.status))
    assert found == []


@pytest.mark.parametrize("right", RIGHT, ids=lambda one: one.name)
def test_a_right_server_knows_its_keys(right):
    """The same again gives the payment again, another body is a conflict, and a refusal uses no key up."""
    client = Client(Server(right.does))
    asks = ({}, CARD, CARD, TRANSFER, CARD)
    answers = [ask(client, Ask(body=copy.deepcopy(body), key="k")) for body in asks]
    assert statuses(*answers) == (400, 201, 201, 422, 201)
    assert ids_are_one(answers[1], answers[2], answers[4])


def test_a_request_in_flight_is_told():
    """With 409, for as long as the first is under way."""
    started, release = threading.Event(), threading.Event()

    def wait(body):
        started.set()
        release.wait(10)
        return body

    server = Server(Behaviour(keep=wait))
    first = threading.Thread(target=ask, args=(Client(server), Ask(body=CARD, key="k")))
    first.start()
    started.wait(10)
    answer = ask(Client(server), Ask(body=CARD, key="k"))
    release.set()
    first.join()
    assert (answer.status, answer["code"]) == (409, "inFlight")
    assert ask(Client(server), Ask(body=CARD, key="k")).status == 201


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"amount": NaN}', b"[" * 50_000, b'{"a":' * 60 + b"1" + b"}" * 60],
)
def test_what_is_no_payment_is_refused(body):
    """Neither taken nor a server error."""
    answer = Client(Server()).post(
        "/payments", data=body, content_type="application/json", headers={"X-Api-Key": "sk_test_a"}
    )
    assert answer.status_code == 400
