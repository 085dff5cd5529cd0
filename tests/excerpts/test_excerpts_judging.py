"""A history of excerpts shows what one of whole answers does."""

from __future__ import annotations

import json

import pytest
from common.interactions import WEBHOOK, Run, answered, destination
from common.scripted import CREATED, Scripted, events_of

from ed_contract import api, checks, excerpt, interaction, parsing
from ed_contract import score as scoring
from ed_contract.checks import echo, judge
from ed_contract.finding import Finding, Unclear
from ed_contract.interaction import Excerpt, NotRead, Response, response
from ed_contract.judging import Judging
from ed_contract.record.history import Entry
from ed_contract.runner.events import Judged
from ed_contract.transport import TooLong

SERVERS = (
    "id-twice",
    "secret-of-the-account",
    "replay-created-a-second-earlier",
    "replay-without-metadata",
    "replay-events-reversed",
    "replay-with-another-secret",
    "replay-of-the-last",
    "conflict-gives-the-first",
    "keys-of-all-accounts",
    "name-of-the-first",
    "replays-200-after-201",
    "counts-within-an-account",
    "sources-on-replay",
    "defaults-compared",
    "ids-are-long",
)


def recorded(name: str) -> list[Entry]:
    """Return the record of a run against a server of the zoo, the interactions whole."""
    (server,) = (one for one in scoring.ZOO if one.name == name)
    record: list[Entry] = []

    class Recording(Judging):
        def add(self, entry: Entry) -> tuple[Judged, ...]:
            record.append(entry)
            return super().add(entry)

    with pytest.MonkeyPatch.context() as patch, scoring.reached(server, sockets=False) as (target, _):
        patch.setattr(api, "Judging", Recording)
        api.run(target, seed=0, shrink=False, key_age=0.0, phases=("smoke", "bursts", "boundaries", "keys"))
    return record


def observed(record: list[Entry]) -> list[object]:
    """Return what the checks say of a record, the evidence by its numbers."""
    judging = Judging(judge)
    judged = [one for entry in record for one in judging.add(entry)]
    judged += judging.judged()
    return [(_plain(each), one.interaction.number) for one in judged for each in one.observations]


def _plain(one: object) -> object:
    if not isinstance(one, Finding):
        return one
    numbers = [each.number for each in one.evidence]
    return one.requirement, one.fault, one.expected, one.actual, numbers, one.between


@pytest.mark.parametrize("name", SERVERS)
def test_excerpts_show_what_whole_answers_show(name, monkeypatch):
    """Over right and broken servers, were every answer long, and every value."""
    record = recorded(name)
    monkeypatch.setattr(echo, "difference", lambda *_: "")  # which says as much as is known of a value
    with monkeypatch.context() as patch:
        patch.setattr(interaction, "KEPT_WHOLE", parsing.LARGEST_BODY)
        whole = observed(record)
    monkeypatch.setattr(interaction, "KEPT_WHOLE", -1)
    monkeypatch.setattr(excerpt, "LONGEST_VALUE", 2)
    assert observed(record) == whole
    if name in {one.name for one in scoring.MUTANTS}:
        assert any(isinstance(one, tuple) for one, _ in whole)


LONG = "x" * 100_000


def test_the_whole_of_a_long_answer_is_judged():
    """What nobody has documented too, and what stands behind the start that is kept."""
    run = Run()
    events = ["a"] * 50_000
    run.exchange(WEBHOOK, answered(destination(WEBHOOK, padding=LONG, last="whsec_abc", enabled_events=[*events, 1])))
    run.exchange(WEBHOOK, answered({"error": LONG + "Traceback (most recent call last)"}, 400))
    assert ("include/secret-elsewhere", "last") in run.findings
    assert ("response/enabled_events/items", "an element is a number") in run.findings
    assert ("robustness/no-leak", "stack trace") in run.findings
    assert run.crashes == []


@pytest.mark.parametrize("place", ["id", "created", "name", "description", "enabled_events", "metadata"])
@pytest.mark.parametrize("long", [LONG, [LONG], {LONG: LONG}])
def test_a_replay_of_long_values_is_compared_to_the_last_letter(place, long):
    """The end of a value that is kept by start, length and digest counts as much as its beginning."""
    changed = json.loads(json.dumps(long).replace("x" * 100_000, "x" * 99_999 + "y"))
    for again, found in ((long, False), (changed, True)):
        run = Run()
        params = WEBHOOK | {"description": "d", "metadata": {"a": "b"}}
        run.exchange(params, answered(destination(params, **{place: long})), key="a")
        run.exchange(params, answered(destination(params, **{place: again})), key="a")
        assert any(row == "idempotency/replay" for row, _ in run.findings) is found
        assert run.crashes == []


def test_long_ids_and_secrets_are_known_again():
    """Two destinations with one secret, and with one id, of a hundred thousand characters."""
    run = Run()
    params = WEBHOOK | {"include": ["webhook_endpoint.signing_secret"]}
    for identifier, name in (("1", "Orders"), ("1", "Others"), ("2", "Others")):
        config = {"url": None, "signing_secret": LONG}
        run.exchange(
            params | {"name": name},
            answered(destination(params, LONG + identifier, webhook_endpoint=config, name=name)),
        )
    assert ("response/id/unique", "shared") in run.findings
    assert ("include/secret-shared", "shared") in run.findings
    ids = [one.created["id"] for one in run.history.interactions()]
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_ids_of_a_burst_are_compared_to_the_last_letter(size):
    """Whether the answers that carry them are short or long."""
    one, same, other = (destination(WEBHOOK, "x" * size + end) for end in "112")
    for answers, found in (((one, same | {"more": LONG}), []), ((one, other), ["several destinations"])):
        run = Run()
        run.burst([(WEBHOOK, answered(document)) for document in answers])
        assert [fault for row, fault in run.findings if row == "idempotency/burst/one-destination"] == found


def test_a_deep_answer_crashes_no_check():
    """Every member as deep as is read."""
    deep = b"[" * 499 + b"]" * 499
    for status in (200, 400):
        run = Run()
        names = destination(WEBHOOK)
        body = b"{" + b",".join(json.dumps(name).encode() + b":" + deep for name in names) + b"}"
        run.exchange(WEBHOOK, response(status, (), body))
        assert run.crashes == []


def test_events_and_evidence_hold_no_whole_answer():
    """Nobody who listens to a run is handed what memory should let go."""
    long = answered(destination(WEBHOOK, more=LONG))
    events = events_of(Scripted(lambda _: long), judge=checks.judge)
    judged = [event for event in events if isinstance(event, Judged)]
    assert len(judged) >= 3
    assert any(isinstance(one, Finding) for event in judged for one in event.observations)
    for event in judged:
        assert isinstance(event.interaction.answer, Excerpt)
        for one in event.observations:
            if isinstance(one, Finding):
                assert all(isinstance(each.answer, Excerpt) for each in one.evidence)


TOO_MANY = response(200, (), b"[" + b"{}," * 400_000 + b"{}]")


@pytest.mark.parametrize("answer", [TooLong(), TOO_MANY])
def test_what_is_larger_than_we_read_is_inconclusive(answer):
    """It is no finding, is not asked for again, and is no sign that the target is down."""
    transport = Scripted(lambda number: CREATED if number == 1 else answer)
    events = events_of(transport, judge=checks.judge)
    judged = [event for event in events if isinstance(event, Judged)]
    assert len(transport.requests) == len(judged) == 3
    assert not [one for event in judged[1:] for one in event.observations if isinstance(one, Finding)]
    for event in judged[1:]:
        assert isinstance(event.interaction.answer, NotRead)
        (said,) = event.observations
        assert isinstance(said, Unclear)
        assert said.requirement == "robustness/answers"
        assert said.reason.startswith("larger than we read: the answer ")


def test_an_answer_is_no_excerpt_while_it_is_judged():
    """The current one is whole, and those before it are not."""
    long, seen = answered(destination(WEBHOOK, more=LONG)), []

    def listen(one, history):
        seen.append((one.answer, history.kept(one).answer))
        return ()

    events_of(Scripted(lambda _: long), judge=listen)
    assert [(type(answer), type(kept)) for answer, kept in seen] == [(Response, Excerpt)] * 3
