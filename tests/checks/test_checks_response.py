"""The response checks on literal interactions: a right answer is let be, each wrong one is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from common.interactions import EVENTBRIDGE, NO_KEY, WEBHOOK, Run, answered, destination

from ed_contract.case import Credential, Expectation, Key
from ed_contract.finding import Finding
from ed_contract.interaction import PROBE

INCLUDED = WEBHOOK | {"include": ["webhook_endpoint.url", "webhook_endpoint.signing_secret"]}


def changed(params: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """Return the right object for `params` with the value at the dotted `place` replaced; `...` removes it."""
    document = destination(params)
    *parents, name = place.split(".")
    node = document
    for parent in parents:
        node = node[parent]
    if value is ...:
        del node[name]
    else:
        node[name] = value
    return document


@pytest.mark.parametrize("params", [WEBHOOK, EVENTBRIDGE, INCLUDED])
def test_a_right_answer_gives_no_finding(params):
    """The object of the page's example, for both types, satisfies every check."""
    run = Run()
    run.exchange(params)
    assert run.findings == []
    assert run.crashes == []
    assert run.held("request/valid")
    assert run.held("response/created/format")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("amazon_eventbridge", ...),
        ("events_from", ...),
        ("events_from", None),
        ("metadata", ...),
        ("metadata", None),
        ("snapshot_api_version", ...),
        ("status_details", ...),
        ("status_details", {}),
        ("status_details", {"disabled": None}),
        ("status_details", {"disabled": {"reason": "user"}}),
        ("status", "disabled"),
        ("description", ...),
        ("description", ""),
        ("webhook_endpoint", ...),
        ("webhook_endpoint", None),
        ("webhook_endpoint", {}),
        ("webhook_endpoint.url", ...),
        ("livemode", True),
        ("created", "2026-01-02T04:04:05+01:00"),
        ("created", "2026-01-02T03:04:05.678901234Z"),
        ("created", "2026-01-02t03:04:05z"),
        ("updated", "2026-01-02T03:04:05Z"),
        ("unknown_member", {"any": 1}),
        ("amazon_eventbridge", {"aws_account_id": None}),
    ],
)
def test_the_latitude_of_the_page_is_left(place, value):
    """Absent or null optional members, extra members, offsets and fractions are all right."""
    run = Run()
    run.exchange(WEBHOOK, answered(changed(WEBHOOK, place, value)))
    assert run.findings == []


@pytest.mark.parametrize(
    ("place", "value", "requirement", "fault"),
    [
        ("id", ..., "response/id/required", "absent"),
        ("id", 7, "response/id/type", "a number"),
        ("object", "event_destination", "response/object/const", "another value"),
        ("created", 1767323045, "response/created/type", "a number"),
        ("created", "2026-01-02T03:04:05Z\n", "response/created/format", "no RFC 3339 timestamp"),
        ("updated", "2026-01-02T03:04:05+00:00\n", "response/updated/format", "no RFC 3339 timestamp"),
        ("created", "2026-01-02T03:04:05", "response/created/format", "no RFC 3339 timestamp"),
        ("created", "Fri, 02 Jan 2026 03:04:05 GMT", "response/created/format", "no RFC 3339 timestamp"),
        ("updated", "2026-13-02T03:04:05Z", "response/updated/format", "no RFC 3339 timestamp"),
        ("updated", ..., "response/updated/required", "absent"),
        ("updated", "2026-01-02T03:04:05.677Z", "response/updated/not-before-created", "before"),
        ("updated", "2026-01-02 03:04:05.678Z", "response/timestamp-separator", "updated"),
        ("livemode", "false", "response/livemode/type", "a string"),
        ("livemode", None, "response/livemode/type", "null"),
        ("status", "active", "response/status/enum", "another value"),
        ("status_details", {"disabled": {}}, "response/status_details.disabled.reason/required", "absent"),
        (
            "status_details",
            {"disabled": {"reason": "x"}},
            "response/status_details.disabled.reason/enum",
            "another value",
        ),
        ("status_details", [], "response/status_details/type", "an array"),
        ("enabled_events", "x", "response/enabled_events/type", "a string"),
        ("enabled_events", [1], "response/enabled_events/items", "an element is a number"),
        ("events_from", ["all"], "response/events_from/items", "another element"),
        ("events_from", "self", "response/events_from/type", "a string"),
        ("metadata", [], "response/metadata/type", "an array"),
        ("description", 1, "response/description/type", "a number"),
        ("snapshot_api_version", 1, "response/snapshot_api_version/type", "a number"),
        ("webhook_endpoint", "x", "response/webhook_endpoint/type", "a string"),
        ("amazon_eventbridge", {"aws_account_id": "1"}, "response/config-matches-type", "amazon_eventbridge present"),
    ],
)
def test_each_fault_of_a_webhook_answer_is_named(place, value, requirement, fault):
    """One member is wrong, and the finding names its requirement and fault."""
    run = Run()
    run.exchange(WEBHOOK, answered(changed(WEBHOOK, place, value)))
    assert (requirement, fault) in run.findings


@pytest.mark.parametrize(
    ("place", "value", "requirement", "fault"),
    [
        ("amazon_eventbridge", None, "config-matches-type", "amazon_eventbridge absent"),
        ("amazon_eventbridge", ..., "config-matches-type", "amazon_eventbridge absent"),
        ("amazon_eventbridge.aws_event_source_arn", ..., "amazon_eventbridge.aws_event_source_arn/required", "absent"),
        (
            "amazon_eventbridge.aws_event_source_status",
            "ok",
            "amazon_eventbridge.aws_event_source_status/enum",
            "another value",
        ),
        ("amazon_eventbridge.aws_account_id", 12345678901, "amazon_eventbridge.aws_account_id/type", "a number"),
        ("webhook_endpoint", {"url": "https://x.test"}, "config-matches-type", "webhook_endpoint present"),
    ],
)
def test_each_fault_of_an_eventbridge_answer_is_named(place, value, requirement, fault):
    """The same for the other type's configuration object."""
    run = Run()
    run.exchange(EVENTBRIDGE, answered(changed(EVENTBRIDGE, place, value)))
    assert (f"response/{requirement}", fault) in run.findings


def test_a_webhook_object_that_is_null_hides_what_was_included():
    """One finding says that the configuration object is absent; the include rows draw no conclusion from it."""
    run = Run()
    run.exchange(INCLUDED, answered(changed(INCLUDED, "webhook_endpoint", None)))
    assert run.findings == [("response/config-matches-type", "webhook_endpoint absent")]
    assert run.unclear("include/webhook_endpoint.url")


@pytest.mark.parametrize(
    ("document", "status", "media_type", "finding"),
    [
        (b"OK", 200, "text/plain", ("response/body", "a body that is no JSON")),
        (b"", 204, None, ("response/body", "a body that is no JSON")),
        (b'{"id": NaN}', 200, "application/json", ("response/body", "a body that is no JSON")),
        ([], 200, "application/json", ("response/body", "an array at the top level")),
        (destination(WEBHOOK), 200, "text/html; charset=utf-8", ("response/media-type", "text/html")),
        (destination(WEBHOOK), 200, None, ("response/media-type", "absent")),
        ({}, 302, "application/json", ("response/status", "302")),
        ({}, 304, "application/json", ("response/status", "304")),
    ],
)
def test_the_form_of_an_answer_is_judged(document, status, media_type, finding):
    """Status class, media type and body of an answer to a valid create."""
    run = Run()
    run.exchange(WEBHOOK, answered(document, status, media_type))
    assert run.findings[0] == finding


@pytest.mark.parametrize("probed", [True, False])
def test_a_redirect_is_a_finding_when_a_plain_create_gets_another_answer(probed):
    """Else everything may be redirected now, to a page to log in for example."""
    run = Run()
    moved = answered({}, 307, location="/login")
    run.exchange(WEBHOOK)
    sent = run.add(WEBHOOK, moved)
    run.add(WEBHOOK, None if probed else moved, phase=PROBE)
    run.judge(sent)
    assert run.findings == ([("response/status", "307")] if probed else [])
    assert bool(run.unclear("response/status")) is not probed


def test_two_destinations_with_one_id_are_a_finding():
    """The second destination's content is its own, so it is the id that is shared, not the key that is mixed up."""
    run = Run()
    other = WEBHOOK | {"name": "Other"}
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_9")))
    run.exchange(other, answered(destination(other, "ed_9")))
    assert run.findings == [("response/id/unique", "shared")]


def test_an_id_that_all_have_hides_nothing_of_what_is_shown():
    """Content, shape and what is withheld are judged as they are of destinations with ids of their own."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_9")))
    other = WEBHOOK | {"name": "Other", "description": "Feeds the ledger"}
    config = {"signing_secret": None, "url": "https://example.com/hook"}
    wrong = destination(other, "ed_9", description=None, status="on", webhook_endpoint=config)
    run.exchange(other, answered(wrong))
    assert run.findings == [
        ("response/status/enum", "another value"),
        ("include/webhook_endpoint.url", "not withheld"),
        ("echo/description", "lost"),
        ("response/id/unique", "shared"),
    ]
    assert run.held("echo/name")


def test_an_answer_that_never_changes_is_judged_for_what_it_shows():
    """It is no other key's destination that is looked up: no key and no name leads to it."""
    run = Run()
    static = answered(destination(WEBHOOK, "ed_9"))
    for number in range(6):
        run.exchange(WEBHOOK | {"name": f"Ledger {number}"} if number else WEBHOOK, static)
    assert run.findings == [
        *[("idempotency/keys-independent", "the same destination")] * 3,
        *[("echo/name", "changed"), ("response/id/unique", "shared")] * 2,
    ]


@pytest.mark.parametrize(
    "options",
    [{"form": NO_KEY}, {"form": Key(template="{fresh}-1"), "key": "0" * 36 + "-1"}],
    ids=["no key", "a key like it"],
)
def test_what_is_looked_up_by_a_key_like_it_or_by_none_is_judged_for_that_alone(options):
    """However often it comes, and whatever was asked for."""
    run = Run()
    first = answered(destination(WEBHOOK, "ed_9"))
    run.exchange(WEBHOOK, first, **(options if options["form"] is NO_KEY else {"form": Key(), "key": "0" * 36}))
    for number in range(6):
        run.exchange(WEBHOOK | {"name": f"Orders {number}"}, first, **options)
    row = "no-key" if options["form"] is NO_KEY else "keys-independent"
    assert run.findings[0] == (f"idempotency/{row}", "the same destination")
    assert not [one for one in run.findings if not one[0].startswith("idempotency/")]


def test_the_destination_of_another_key_is_judged_for_its_shape():
    """It is an answer like another; what it does not echo is the key's fault."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "ed_9")))
    other = WEBHOOK | {"name": "Other", "description": "Feeds the ledger"}
    run.exchange(other, answered(destination(WEBHOOK, "ed_9", status="on")))
    assert run.findings == [
        ("response/status/enum", "another value"),
        ("idempotency/keys-independent", "the same destination"),
    ]


def test_two_accounts_may_count_their_destinations_alike():
    """An id may be that of an account's destination; what is shown of another's is another row's matter."""
    run = Run()
    other = WEBHOOK | {"name": "Other"}
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, "5")), key="a")
    run.exchange(other, answered(destination(other, "5")), key="b", credential=Credential.SECOND)
    assert run.findings == []


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "application/vnd.api+json", "APPLICATION/JSON"]
)
def test_json_has_many_media_types(media_type):
    """Parameters, suffixes and case of the media type are the server's choice."""
    run = Run()
    run.exchange(WEBHOOK, answered(destination(WEBHOOK), media_type=media_type))
    assert run.findings == []


BODY = json.dumps(destination(WEBHOOK)).encode()
TWICE = "one object has two members named "


@pytest.mark.parametrize(
    ("body", "fault", "actual"),
    [
        (b"\xef\xbb\xbf" + BODY, "byte order mark", "the body begins with the bytes EF BB BF"),
        (BODY.decode().encode("utf-16"), "byte order mark", "the body begins with the bytes FF FE 7B"),
        (BODY[:-1] + b', "name": "Orders"}', "member twice", f'{TWICE}"name"'),
        (BODY[:-1] + b', "x": [{"y": {"z": 1, "\\u007a": 2}}]}', "member twice", f'{TWICE}"z"'),
        (BODY[:-1] + b', "x": ' + b"9" * 5000 + b', "x": 1}', "member twice", f'{TWICE}"x"'),
    ],
)
def test_json_that_some_readers_refuse_is_named(body, fault, actual):
    """It is read all the same, and judged by what it says."""
    run = Run()
    run.exchange(WEBHOOK, answered(body))
    (finding,) = (one for one in run.observations if isinstance(one, Finding))
    assert finding.identity == ("response/well-formed", fault)
    assert finding.actual == actual
    assert run.held("echo/name")


@pytest.mark.parametrize(
    "unknown",
    [
        b"9" * 4301,
        b"-" + b"9" * 5000,
        b"[" * 50_000 + b"]" * 50_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'[{"name": 1}, {"name": 2}]',
        b"1e999",
        b'"\xef\xbb\xbf"',
    ],
)
def test_what_python_does_not_read_is_json_all_the_same(unknown):
    """Integers of any length, any depth, and floats of any size, in a member that the page does not know."""
    run = Run()
    run.exchange(WEBHOOK, answered(BODY[:-1] + b', "unknown": ' + unknown + b"}"))
    assert run.findings == []
    assert run.held("response/well-formed")


def test_a_long_integer_is_a_number_where_another_type_is_expected():
    """It is read for that, and shown as it begins."""
    run = Run()
    run.exchange(WEBHOOK, answered(BODY.replace(b'"livemode": false', b'"livemode": ' + b"9" * 5000)))
    assert run.findings == [("response/livemode/type", "a number")]


def test_the_form_of_what_was_sent_in_a_questionable_form_is_not_judged():
    """Whoever sends a member twice may get it back twice."""
    run = Run()
    run.exchange(BODY[:-1] + b', "name": "x"}', answered(BODY[:-1] + b', "name": "x"}'), expectation=Expectation.EITHER)
    assert ("response/well-formed", "member twice") not in run.findings
