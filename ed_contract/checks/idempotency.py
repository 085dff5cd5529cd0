"""What a used key must do. Model-based: the run's history says what each key was used for, sequences carry no roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ed_contract.case import Credential, Expectation, Params
from ed_contract.checks.echo import PLACES, comes_back, is_echoed
from ed_contract.checks.evidence import may_have_been_done, no_evidence, turned_away
from ed_contract.checks.include import shown_strings
from ed_contract.checks.reading import Reading, check, held
from ed_contract.checks.request import near_key
from ed_contract.checks.response import is_the_same_destination
from ed_contract.checks.timestamps import is_same_moment
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import CONFLICT, NOT_JSON, Interaction, Response, secret_of
from ed_contract.record.answers import CODE, codes, said
from ed_contract.record.values import canonical, member, same, shown

DISTINCT = 8  # characters from which on a value stands nowhere by chance
MANY = 256  # other keys, after which a replay shows that the key is remembered
_ANOTHER = "another destination"
_SECRET = "webhook_endpoint.signing_secret"  # noqa: S105 - the name of a place
_CONFIGS = ("webhook_endpoint", "amazon_eventbridge")
_EMPTY: tuple[object, ...] = (None, "", [], {})


def changed_parameters(one: Params, other: Params) -> frozenset[str]:
    """Return the documented parameters in which two creates differ, as dotted names.

    A type that changes takes its configuration object with it, and an event payload its events: that is a
    change of `type`, and of `event_payload`.
    """
    changed = set()
    for name in {*one, *other}:
        before, after = one.get(name), other.get(name)
        if name in _CONFIGS and isinstance(before, dict) and isinstance(after, dict):
            for child in {*before, *after}:
                if not same(before.get(child), after.get(child)):
                    changed.add(f"{name}.{child}")
        elif name not in one or name not in other or not same(before, after):
            changed.add(name)
    if "type" in changed and all(name.partition(".")[0] in {"type", *_CONFIGS} for name in changed):
        return frozenset({"type"})
    if "event_payload" in changed and changed <= {"event_payload", "enabled_events", "snapshot_api_version"}:
        return frozenset({"event_payload"})
    return frozenset(changed)


def _is_open(place: str, before: object, after: object) -> bool:
    """Whether the page leaves open if this change makes the parameters other ones."""
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(canonical, before)) == sorted(map(canonical, after))  # only reordered
    if place == "metadata":
        values = [*_values(before), *_values(after)]
        return not all(isinstance(value, str) for value in values)
    return False


def _is_the_default(reading: Reading, place: str, before: object, after: object) -> bool:
    """Whether one of two values is absent, and the other is what the server shows to have put in such a place.

    Then the parameters may be the same to it, and it gives the first destination again.
    """
    first = reading.first
    if first is None or not same((reading.interaction.created or {}).get("id"), (first.created or {}).get("id")):
        return False
    if before is None:
        return same(member(first.created, place), after)
    return after is None and reading.history.facts.default_shown(place, before, first.key)


def _values(metadata: object) -> list[object]:
    return list(metadata.values()) if isinstance(metadata, dict) else []


@check(
    "idempotency/replay",
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/survives-restart",
    "idempotency/burst/one-destination",
)
def a_replay_gives_the_same_destination(reading: Reading) -> Iterator[Observation]:
    """Judge a used key with the same parameters; after a conflict that is `keeps-first`."""
    first, answer = reading.first, reading.answer
    if first is None or answer is None or reading.params is None or first.case.params is None:
        return
    if not same(first.case.params, reading.params):
        return
    between = [one for one in reading.history.under_key_before(reading.interaction) if one.number > first.number]
    conflicts = [one for one in between if not same(one.case.params, reading.params)]
    mates = reading.history.burst_of(first)
    conflict = [one for one in conflicts[-1:] if one not in mates]
    row, before = _replayed(reading, first, conflicts), (*(mates or (first,)), *conflict)
    others = reading.history.keys_between(first, reading.interaction) if row == "idempotency/remembers" else 0
    if answer.says_nothing or answer.failed:
        yield Unclear(requirement=row, reason=f"answered {answer.status}")
    elif doubt := _doubt(reading, answer):
        yield Unclear(requirement=row, reason=doubt)
    elif not answer.successful:
        yield reading.finding(
            row,
            "refused",
            expected=f"the destination {_name(first)} again",
            actual=said(answer),
            before=before,
            between=others,
        )
    elif (difference := _difference(first, reading.interaction)) is not None:
        fault, actual = difference
        if fault == _ANOTHER and len({_name(one) for one in mates if one.created is not None}) > 1:
            return  # several came of the burst, and that is told there
        yield reading.finding(
            row,
            fault,
            expected=f"the destination {_name(first)} again",
            actual=actual,
            before=before,
            between=others,
        )
    else:
        yield held(row)


def _doubt(reading: Reading, answer: Response) -> str:
    """Return why a refusal says nothing of the key, or ""."""
    if answer.refused and reading.history.facts.is_full_for(reading.interaction):
        return "plain creates are refused from here on"
    if answer.status != CONFLICT:
        return turned_away(reading.interaction, reading.history)
    if CODE not in codes(answer.document) and may_have_been_done(reading):
        return "answered 409 when an answer under this key was lost: that request may be under way"
    return no_evidence(reading)


def _replayed(reading: Reading, first: Interaction, conflicts: list[Interaction]) -> str:
    """Return the requirement that a replay is about, by what lies between it and the first create."""
    if first.case.body != reading.interaction.case.body:
        return "idempotency/same-parameters"
    if reading.history.restarted_between(first, reading.interaction):
        return "idempotency/survives-restart"
    if reading.history.keys_between(first, reading.interaction) >= MANY:
        return "idempotency/remembers"
    if first.burst is not None:
        return "idempotency/burst/one-destination"
    return "idempotency/conflict/keeps-first" if conflicts else "idempotency/replay"


def _name(interaction: Interaction) -> str:
    return shown((interaction.created or {}).get("id"))


def _difference(first: Interaction, again: Interaction) -> tuple[str, str] | None:
    """Return the fault and what came, if `again` is not the destination that `first` made."""
    one, other = first.created or {}, again.created
    if other is None:
        return "no destination", "a success without a JSON object"
    if not same(one.get("id"), other.get("id")):
        return _ANOTHER, f"`id` is {shown(other.get('id'))}"
    before, after = one.get("created"), other.get("created")
    if not same(before, after) and not (
        isinstance(before, str) and isinstance(after, str) and is_same_moment(before, after)
    ):
        return "created", f"the same `id`, but `created` was {shown(before)} and is {shown(after)}"
    for place in PLACES:
        before, after = member(one, place), member(other, place)
        if member(first.case.params, place) in _EMPTY and (before in _EMPTY or after in _EMPTY):
            continue  # what was not sent may be told as nothing, in one way or another, or as a default
        if is_echoed(place, first.case.params or {}) and not comes_back(place, before, after):
            return place, f"the same `id`, but `{place}` was {shown(before)} and is {shown(after)}"
    before, after = secret_of(one), secret_of(other)
    if before is not None and after is not None and not same(before, after):
        return _SECRET, f"the same `id`, but `{_SECRET}` is another one"
    return None


@check("include/webhook_endpoint.url", "include/webhook_endpoint.signing_secret")
def a_replay_shows_nothing_unasked(reading: Reading) -> Iterator[Observation]:
    """Judge URL and secret on a replay: a secret that was asked for may be shown or hidden, another must not appear."""
    if reading.first is None or reading.interaction.created is None or reading.params is None:
        return
    if not same(reading.first.case.params, reading.params):
        return
    include = reading.params.get("include") or []
    for place in ("webhook_endpoint.url", _SECRET) if isinstance(include, list) else ():
        if place not in include and member(reading.interaction.created, place) is not None:
            yield reading.finding(
                f"include/{place}",
                "not withheld on replay",
                expected=f"`{place}` is absent or null, since `include` does not ask for it",
                actual=f"`{place}` is shown when the create is sent again",
                before=(reading.first,),
            )


@check(
    "idempotency/conflict/status",
    "idempotency/conflict/code",
    "idempotency/conflict/every-parameter",
    "idempotency/conflict/absent-or-empty",
)
def other_parameters_under_a_used_key_conflict(reading: Reading) -> Iterator[Observation]:
    """Judge a used key with other parameters."""
    first, answer = reading.first, reading.answer
    if first is None or answer is None or reading.params is None or first.case.params is None:
        return
    changed = changed_parameters(first.case.params, reading.params)
    if not changed or reading.expectation is Expectation.REJECT:
        return  # what is to be refused anyway may be refused for what it is, or as a conflict
    place, alone = min(changed), len(changed) == 1
    before, after = member(first.case.params, place), member(reading.params, place)
    if alone and before in _EMPTY and after in _EMPTY and not _doubt(reading, answer):
        yield from _absent_or_empty(reading, answer, place)
    elif not (alone and (_is_open(place, before, after) or _is_the_default(reading, place, before, after))):
        yield from _conflict(reading, first, answer, place if alone else None)


def _conflict(reading: Reading, first: Interaction, answer: Response, place: str | None) -> Iterator[Observation]:
    """Judge the answer to a conflict; `place` is the one parameter that differs, None if there are several."""
    if answer.says_nothing or answer.failed:
        yield Unclear(requirement="idempotency/conflict/status", reason=f"answered {answer.status}")
    elif doubt := _doubt(reading, answer):
        yield Unclear(requirement="idempotency/conflict/status", reason=doubt)
    elif answer.status == CONFLICT:
        yield held("idempotency/conflict/status")
        if place is not None:
            yield held("idempotency/conflict/every-parameter")
        yield from _code(reading, answer)
    elif answer.successful:
        yield from _not_refused(reading, first, place)
    elif reading.expectation is Expectation.ACCEPT:
        yield reading.finding(
            "idempotency/conflict/status",
            str(answer.status),
            expected="409: the key was used before with other parameters",
            actual=said(answer),
            before=(first,),
        )


def _not_refused(reading: Reading, first: Interaction, place: str | None) -> Iterator[Observation]:
    came = _what_came(reading, first)
    if place is None or not reading.history.conflicted_before(reading.interaction):
        yield reading.finding(
            "idempotency/conflict/status",
            "first given again" if _is_the_first(reading, first) else "another made",
            expected="409: the key was used before with other parameters",
            actual=f"{reading.interaction.status}: {came}",
            before=(first,),
        )
        return
    yield reading.finding(
        "idempotency/conflict/every-parameter",
        place,
        expected=f"409: `{place}` is not what it was when the key was used first",
        actual=f"{reading.interaction.status}: {came}",
        before=(first,),
    )


def _is_the_first(reading: Reading, first: Interaction) -> bool:
    return same((reading.interaction.created or {}).get("id"), (first.created or {}).get("id"))


def _what_came(reading: Reading, first: Interaction) -> str:
    return "the first destination is given again" if _is_the_first(reading, first) else "another destination is made"


def _absent_or_empty(reading: Reading, answer: Response, place: str) -> Iterator[Observation]:
    row = "idempotency/conflict/absent-or-empty"
    if answer.status == CONFLICT:
        yield held(row)
    elif answer.successful and reading.first is not None:
        yield reading.finding(
            row,
            place,
            expected=f"409: `{place}` was absent when the key was used first, and is empty now",
            actual=f"{answer.status}: {_what_came(reading, reading.first)}",
            before=(reading.first,),
        )


def _code(reading: Reading, answer: Response) -> Iterator[Observation]:
    row = "idempotency/conflict/code"
    found = codes(answer.document)
    if CODE in found:
        yield held(row)
        return
    came = "a body that is no JSON" if answer.document is NOT_JSON else f"{shown(answer.document)}"
    yield reading.finding(
        row,
        "another code" if found else "no code",
        expected=f"`error.code` is {shown(CODE)}",
        actual=f"409 with {came}",
        before=(reading.first,) if reading.first else (),
    )


@check("idempotency/account-scoped")
def no_account_is_shown_what_is_anothers(reading: Reading) -> Iterator[Observation]:
    """Judge a second account's create under a key of the first account's: a 409 alone shows nothing."""
    interaction, answer = reading.interaction, reading.answer
    if interaction.request.credential is not Credential.SECOND or interaction.key is None or answer is None:
        return
    theirs = reading.history.under_key_of(Credential.FIRST, interaction)
    if not theirs or theirs[0].created is None:
        return
    if _shows(answer, interaction.created, theirs[0].created):
        yield reading.finding(
            "idempotency/account-scoped",
            "shown",
            expected="nothing of another account's destination",
            actual=f"{answer.status} with {_name(theirs[0])}, which the first account made under the same key",
            before=(theirs[0],),
        )
    elif answer.successful or answer.status == CONFLICT:
        yield held("idempotency/account-scoped")


def _shows(answer: Response, created: dict[str, Any] | None, theirs: dict[str, Any]) -> bool:
    """Whether an answer shows another's destination; one with its id but content of its own only shares the id."""
    if created is not None:
        identifier = created.get("id")
        if (secret := secret_of(theirs)) is not None and same(secret, secret_of(created)):
            return True
        return (
            isinstance(identifier, str)
            and same(identifier, theirs.get("id"))
            and is_the_same_destination(theirs, created)
        )
    shown_or_not = [value for value in (theirs.get("id"), secret_of(theirs)) if isinstance(value, str)]
    told = shown_strings(answer.document)
    return any(value in told or (len(value) >= DISTINCT and value.encode() in answer.body) for value in shown_or_not)


@check("idempotency/keys-independent", "idempotency/no-key")
def another_key_gives_another_destination(reading: Reading) -> Iterator[Observation]:
    """Judge that a fresh key, or none, never gives a destination that was made before."""
    interaction, owner = reading.interaction, reading.owner
    if reading.first is not None or interaction.created is None or reading.expectation is Expectation.REJECT:
        return
    if interaction.request.credential is not Credential.FIRST:
        return
    without = interaction.key is None
    row = "idempotency/no-key" if without else "idempotency/keys-independent"
    if owner is not None:
        if is_the_same_destination(owner.created or {}, interaction.created):
            yield reading.finding(
                row,
                "the same destination",
                expected="a destination of its own",
                actual=f"the destination {_name(owner)}, which was made before "
                + ("without a key" if owner.key is None else f"under the key {owner.key}"),
                before=(owner,),
            )
    elif reading.history.facts.made_without_key(reading.params, interaction) if without else near_key(reading):
        yield held(row)
