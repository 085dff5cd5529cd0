"""The renamed copy of a document, and the server behind its words: each says what the first one says."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from contracts import words
from contracts.renaming import trees, write
from contracts.wrapping import Renamed, translated
from openapi_spec_validator import validate
from werkzeug.test import Client

from ed_contract.case import Expectation
from ed_contract.contract import Contract, editions
from ed_contract.expecting import expected
from ed_contract.reference import Reference

ALL = pytest.mark.parametrize("edition", editions())
FEED = {
    "titleOfFeed": "name of the type",
    "topics": ["v1.billing.meter.error_report_triggered"],
    "density": "digest",
    "outlet": "HTTP",
    "http_sink": {"address": "https://example.com/webhook_endpoint"},
    "stickers": {"name": "thin", "titleOfFeed": "digest", "url": "address"},
    "publishers": ["house"],
    "reveal": ["http_sink.address"],
}
POSTAL = {
    "titleOfFeed": "Orders",
    "topics": ["customer.created"],
    "density": "fullText",
    "outlet": "post",
    "postalRoute": {"franking-number": "012345678901", "district": "eu-west-1"},
}


@pytest.fixture
def renamed(tmp_path):
    """Returns what loads the renamed copy of an edition."""
    return lambda edition: Contract.load(write(edition, tmp_path))


@pytest.fixture
def create():
    """Returns what sends a create to a renamed reference of the seed's edition, as the first account."""
    with Reference() as reference:
        client = Client(Renamed(reference, "2024-10"))

        def send(body, key=None, path=words.NEW_PATH, **headers):
            sent = {"Content-Type": "application/json", "Authorization": "Bearer sk_test_a", **headers}
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            return client.post(path, data=data, headers=sent if key is None else {**sent, words.NEW_HEADER: key})

        yield send


def test_each_word_has_another_and_that_one_leads_back():
    """No word stands for two, and none stays what it was."""
    for table in (words.NAMES, words.VALUES):
        assert len({*table, *table.values()}) == 2 * len(table)
    for one in (*words.NAMES, "webhook_endpoint.url", "webhook_endpoint.colour", "id.id"):
        assert words.place(one) != one
        assert words.place(words.place(one)) == one
    for one in (*words.VALUES, "webhook_endpoint.url", "webhook_endpoint.signing_secret"):
        assert words.value(one) != one
        assert words.value(words.value(one)) == one


@ALL
def test_every_word_of_an_edition_is_in_the_tables(edition):
    """A field or a value that a later edition adds is missed here first."""

    def names(tree):
        for name, inner in tree.members.items():
            yield name
            yield from names(inner)

    for tree in trees(edition):
        assert {*names(tree)} - words.NAMES.keys() == {"error", "code"} & {*names(tree)}


@ALL
def test_no_word_of_the_page_is_left(edition, tmp_path):
    """But for those that are words of English too, and stand in descriptions."""
    document = yaml.safe_load(write(edition, tmp_path).read_text(encoding="utf-8"))
    text = json.dumps(document["paths"]) + json.dumps(document["components"]["schemas"])
    text = re.sub(r'"(description|summary)": "[^"]*"', "", text).replace("v2.core.event_destination.ping", "")
    found = {word for word in {*words.NAMES, *words.VALUES} if "_" in word and re.search(rf"\b{word}\b", text)}
    assert found == set()
    assert not re.search("event_destination|Idempotency-Key", text)


@ALL
def test_a_renamed_document_says_the_same(edition, renamed):
    """It is OpenAPI, its annotations agree with its schemas, and its rows are the others one by one, in order."""
    old, new = Contract.load(edition), renamed(edition)
    validate(new.document)
    assert [f"{words.identifier(row.id)} {row.level} {row.need}" for row in old.requirements.values()] == [
        f"{row.id} {row.level} {row.need}" for row in new.requirements.values()
    ]
    assert len(new.parts.echoes) == len(old.parts.echoes)
    assert (new.operation.path, new.parts.idempotency.header, new.parts.idempotency.code) == (
        words.NEW_PATH,
        words.NEW_HEADER,
        "coupon_spent",
    )
    assert new.parts.choice.objects == {
        words.value(one): words.name(name) for one, name in old.parts.choice.objects.items()
    }
    assert new.parts.secret == "http_sink.sealKey"
    assert {words.place(one) for one in old.request_spec.members} == {*new.request_spec.members}


@ALL
@pytest.mark.parametrize(
    "params", [FEED, POSTAL, FEED | {"density": "fullText"}, FEED | {"outlet": "webhook_endpoint"}]
)
def test_a_renamed_document_decides_as_the_first_does(edition, renamed, params):
    """Of the same params in the words of each."""
    params = params | ({"publishers": ["+house"]} if edition > "2026" and "publishers" in params else {})
    request, _ = trees(edition)
    old = json.loads(translated(json.dumps(params).encode(), request, foreign=True))
    expectation, mutation = expected(renamed(edition), params)
    first, firsts = expected(Contract.load(edition), old)
    assert expectation == first
    assert (mutation and mutation.requirement) == (firsts and words.identifier(firsts.requirement))


def test_the_example_of_a_renamed_document_is_taken(renamed, create):
    """By the schemas and by the server."""
    contract = renamed("2024-10")
    example = contract.operation.node["requestBody"]["content"]["application/json"]["example"]
    assert expected(contract, example)[0] is Expectation.ACCEPT
    assert create(example).status_code == 200


def test_a_create_is_answered_in_the_other_words(create):
    """Fields and values change, and what is the user's own does not: names, URLs, keys and values of maps."""
    shown = create(FEED).json
    assert shown["stickers"] == FEED["stickers"]
    assert shown["titleOfFeed"] == FEED["titleOfFeed"]
    assert shown["http_sink"] == {"address": "https://example.com/webhook_endpoint", "sealKey": None}
    assert (shown["genre"], shown["outlet"], shown["density"], shown["shelf"]) == (
        "press.feed",
        "HTTP",
        "digest",
        "onDisplay",
    )
    assert shown["publishers"] == ["house"]
    assert not {*shown} & {*words.NAMES}


def test_keys_work_under_their_other_name(create):
    """A replay, a conflict with the other code, and no key under the page's own header."""
    first = create(FEED, "k1").json
    assert create(FEED, "k1").json["ref"] == first["ref"]
    conflict = create(POSTAL, "k1")
    assert (conflict.status_code, conflict.json["error"]["code"]) == (409, "coupon_spent")
    old = {words.HEADER: "k2"}
    assert create(FEED, **old).json["ref"] != create(FEED, **old).json["ref"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        (FEED | {"outlet": "webhook_endpoint"}, 400),
        (FEED | {"density": "thin"}, 400),
        (FEED | {"publishers": ["self"]}, 400),
        (FEED | {"reveal": ["webhook_endpoint.url"]}, 400),
        (FEED | {"name": "Orders"}, 400),
        ({name: one for name, one in FEED.items() if name != "titleOfFeed"}, 400),
        (FEED | {"http_sink": {"url": "https://example.com/"}}, 400),
        (FEED | {"blurb": "thin"}, 200),
    ],
)
def test_the_words_of_the_page_are_unknown(create, params, status):
    """As others are: values beyond an enum, and fields that nobody knows."""
    assert create(params).status_code == status


def test_the_path_of_the_page_leads_nowhere(create):
    """And the other one leads to objects too."""
    assert create(FEED, path=words.PATH).status_code == 404


REQUEST, ANSWER = trees("2024-10")


@pytest.mark.parametrize(
    ("foreign", "page"),
    [
        (b'{ "titleOfFeed" :\t"name",\n"outlet":"HTTP" }', b'{ "name" :\t"name",\n"type":"webhook_endpoint" }'),
        (b'{"titleOfFeed":1,"titleOfFeed":2}', b'{"name":1,"name":2}'),
        (b'{"titleOfFeed":NaN,"blurb":1e999,}', b'{"name":NaN,"description":1e999,}'),
        (b'{"\\u0074itleOfFeed":"\\u0041"}', b'{"name":"\\u0041"}'),
        (b'{"titleOfFeed":"\xff\xfe"', b'{"name":"\xff\xfe"'),
        (b'\xef\xbb\xbf{"outlet":["HTTP"]}', b'\xef\xbb\xbf{"type":["HTTP"]}'),
        (b'{"titleOfFeed":"a\nb","reveal":["http_sink.address"', b'{"name":"a\nb","include":["webhook_endpoint.url"'),
        (
            b'{"stickers":{"outlet":"HTTP","x":{"outlet":"HTTP"}}}',
            b'{"metadata":{"outlet":"HTTP","x":{"outlet":"HTTP"}}}',
        ),
        (b'{"http_sink":"titleOfFeed"}', b'{"webhook_endpoint":"titleOfFeed"}'),
        (b'{"titleOfFeed":"\\ud83d"}', b'{"name":"\\ud83d"}'),
    ],
)
def test_bytes_that_are_no_words_stay(foreign, page):
    """Blanks, order, repetitions, escapes, broken text, broken JSON; and there and back is where it began."""
    assert translated(foreign, REQUEST, foreign=True) == page
    if b"\\u0074" not in foreign:  # an escape that only a word had is lost
        assert translated(page, REQUEST, foreign=False) == foreign


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"titleOfFeed"', b"[" * 100_000, b"titleOfFeed=x", b'{"', b"}{", b"\x00\xff", b'{"a":"\\"}'],
)
def test_what_is_no_object_is_as_it_was(body):
    """To the byte, at any depth."""
    assert translated(body, REQUEST, foreign=True) == body
    assert translated(body, ANSWER, foreign=False) == body


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[" * 100_000, b'{"titleOfFeed":1,"titleOfFeed":2}', b"\xff", b'{"titleOfFeed":NaN}']
)
def test_odd_bodies_get_as_far_as_the_reference(create, body):
    """Which refuses them."""
    refused = create(body)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "invalid_json")
