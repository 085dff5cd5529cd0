"""A line of a record holds all that is judged of an interaction, and nothing that is secret."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from common.interactions import NOTHING, WEBHOOK, Run, answered, conflict, destination
from jsonschema import Draft202012Validator

from ed_contract.case import Credential, Expectation, HangUp, Key, Mutation
from ed_contract.contract import CONTRACT
from ed_contract.interaction import (
    NOT_JSON,
    Excerpt,
    Glimpse,
    Interaction,
    NotRead,
    NotSent,
    Request,
    Response,
    excerpt_of,
    response,
)
from ed_contract.record.lines import WHOLE, NotARecord, Secrets, interaction_of, line_of

SCHEMA = json.loads((Path(__file__).parents[2] / "ed_contract" / "record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
INCLUDED = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}


def sent(params=WEBHOOK, answer=None, **options) -> Interaction:
    """Return an interaction."""
    return Run().add(params, answer, **options)


def hung_up(how: HangUp, seen: Glimpse) -> Interaction:
    """Return an interaction at which we hung up."""
    one = sent(answer=seen)
    return replace(one, request=replace(one.request, hangs_up=how))


def through(one: Interaction) -> Interaction:
    """Return what is read of the line of an interaction, which the schema allows."""
    line = json.loads(json.dumps(line_of(one, Secrets(b"key"))))
    VALIDATOR.validate(line)
    return interaction_of(line)


@pytest.mark.parametrize(
    "one",
    [
        sent(),
        sent(answer=conflict(), key="k", lost=True, unanswered=2),
        sent(answer=NOTHING, phase="bursts", credential=Credential.UNKNOWN),
        sent(answer=NotSent(reason="a header")),
        sent(answer=NotRead(reason="larger than we read")),
        hung_up(HangUp.SENT, Glimpse()),
        hung_up(HangUp.SEEN, Glimpse(status=201, id="ed_1")),
        sent(b'{"name":', answered({}, 400), expectation=Expectation.REJECT),
        sent(b"\xff\xfe not UTF-8", answered({}, 400)),
        sent(WEBHOOK | {"name": "\ud800"}, answered(b"\xff\xff", 200)),
        sent(WEBHOOK | {"name": "x" * (WHOLE + 1)}, answered({}, 400)),
        sent(body=b'{"name": "Orders" }', key="a", form=Key(label="b", template="{fresh}-x")),
        sent(
            mutation=Mutation(requirement="request/name/type", operator="number", place="name"),
            expectation=Expectation.REJECT,
            answer=answered(b"", 204, None),
        ),
    ],
    ids=lambda one: type(one.answer).__name__,
)
def test_what_is_read_of_a_line_is_what_was_written(one):
    """Bodies of any bytes among it, long ones too."""
    moments = {"seconds": 0.25, "began": 1764300000.125, "ended": 1764300000.375, "connection": "3"}
    known = replace(one, burst=4, attempts=3, request=replace(one.request, node="http://127.0.0.1:8001"), **moments)
    assert through(known) == known


def test_params_that_the_body_does_not_say_are_written():
    """Of raw bodies nobody has said what they mean; other spellings of the same say the same."""
    raw = sent(json.dumps(WEBHOOK).encode(), answered({}, 400))
    assert (raw.case.params, through(raw).case.params) == (None, None)
    other = replace(raw, case=replace(raw.case, params=WEBHOOK | {"name": "Other"}))
    assert through(other).case.params == WEBHOOK | {"name": "Other"}
    spelt = sent(body=json.dumps(WEBHOOK, indent=1).encode())
    assert "params" not in line_of(spelt, Secrets())["case"]
    assert through(spelt).case.params == WEBHOOK


def test_of_a_long_answer_the_documented_members_are_written():
    """As much as the run keeps of it, once it was judged."""
    long = answered(destination(WEBHOOK | {"description": "d" * 300}, more="m" * WHOLE))
    assert isinstance(long, Response)
    read = through(sent(answer=long)).answer
    assert isinstance(read, Excerpt)
    assert read == excerpt_of(long, CONTRACT)
    assert read.document["description"].length == 300


def test_equal_secrets_stay_equal_and_are_not_there():
    """At their place and elsewhere; what was sent is none."""
    hidden = Secrets()

    def shows(secret):
        document = destination(INCLUDED)
        document["webhook_endpoint"]["signing_secret"] = secret
        return line_of(sent(INCLUDED, answered(document)), hidden)

    first, again, other = map(shows, ("whsec_first", "whsec_first", "of-another-kind"))
    shown = [line["answer"]["body"]["text"] for line in (first, again, other)]
    assert shown[0] == shown[1] != shown[2]
    assert not any(secret in text for text in shown for secret in ("whsec_first", "of-another-kind"))
    secret = json.loads(shown[0])["webhook_endpoint"]["signing_secret"]
    assert secret.startswith("whsec_")
    assert secret not in json.dumps(line_of(sent(INCLUDED, answered({"id": "whsec_first"})), Secrets()))
    echoed = sent(INCLUDED | {"name": "whsec_mine"}, answered({"name": "whsec_mine"}))
    assert json.loads(line_of(echoed, hidden)["answer"]["body"]["text"]) == {"name": "whsec_mine"}


def test_headers_as_a_client_writes_them_come_back():
    """So that a replay of the record sends them."""
    one = sent()
    written = replace(one, case=replace(one.case, headers=(("idempotency-key", "{uuid}"),)))
    line = line_of(written, Secrets())
    assert "headers" not in line_of(one, Secrets())["case"]
    assert interaction_of(json.loads(json.dumps(line))).case.headers == (("idempotency-key", "{uuid}"),)


def test_headers_of_the_user_are_masked():
    """Any of them may be a credential."""
    one = sent()
    headers = (("Idempotency-Key", "k"), ("X-Api-Key", "secret"))
    known = replace(one, request=Request(method="POST", path="/", headers=headers, body=one.request.body))
    assert line_of(known, Secrets())["request"]["headers"] == [["Idempotency-Key", "k"], ["X-Api-Key", "***"]]


@pytest.mark.parametrize(
    "change",
    [
        {"case": None},
        {"key_form": {"label": "a", "more": 1}},
        {"request": {"method": "POST"}},
        {"answer": {"kind": "what"}},
        {
            "answer": {
                "kind": "response",
                "status": 200,
                "headers": [],
                "shows_credential": False,
                "body": {"zlib": "x"},
            }
        },
    ],
)
def test_what_is_no_interaction_is_told(change):
    """Whatever is missing or of another kind."""
    line = line_of(sent(), Secrets()) | change
    with pytest.raises(NotARecord):
        interaction_of(line)


def test_a_body_that_is_no_json_stays_none():
    """So that judging again sees what judging saw."""
    read = through(sent(answer=response(200, (), b"NaN"))).answer
    assert isinstance(read, Response)
    assert read.document is NOT_JSON
