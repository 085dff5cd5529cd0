"""Whether the members that are shown on request alone are shown then, and withheld otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ed_contract.case import Params
from ed_contract.checks.evidence import may_have_been_done
from ed_contract.checks.reading import Reading, check, held
from ed_contract.finding import Observation, Unclear
from ed_contract.interaction import secret_of
from ed_contract.masking import is_mask
from ed_contract.record.values import kind, member, shown

_PLACES = ("webhook_endpoint.url", "webhook_endpoint.signing_secret")
SECRET = _PLACES[1]
_SECRET = re.compile(r"whsec_[^\s\"'<>\\,;]+")
LONGEST_NAME = 100  # characters of a member's name in a message
_MASKS = "*•…"  # what stands for the signs of a secret that is not shown


@check(*(f"include/{place}" for place in _PLACES))
def includable_members_are_shown_when_asked_for_alone(reading: Reading) -> Iterator[Observation]:
    """Judge both includable members of a webhook endpoint, new or given again."""
    params = reading.params
    if params is None:
        return
    if reading.is_replay and reading.interaction.created is not None:
        yield from _given_again(reading, params, reading.interaction.created)
    elif reading.made is not None and params.get("type") == "webhook_endpoint":
        yield from _new(reading, params, reading.made)


def _given_again(reading: Reading, params: Params, again: dict[str, Any]) -> Iterator[Observation]:
    """Judge a replay: a secret that was asked for may be shown or hidden, another must not appear."""
    include = params.get("include") or []
    for place in _PLACES if isinstance(include, list) else ():
        if place not in include and member(again, place) is not None:
            yield reading.finding(
                f"include/{place}",
                "not withheld on replay",
                expected=f"`{place}` is absent or null, since `include` does not ask for it",
                actual=f"`{place}` is shown when the create is sent again",
            )


def _new(reading: Reading, params: Params, made: dict[str, Any]) -> Iterator[Observation]:
    include = params.get("include") or []
    for place in _PLACES if isinstance(include, list) else ():
        row, got = f"include/{place}", member(made, place)
        if place not in include:
            if got is None:
                yield held(row)
            else:
                yield reading.finding(
                    row,
                    "not withheld",
                    expected=f"`{place}` is absent or null, since `include` does not ask for it",
                    actual=f"`{place}` is {_masked(place, got)}",
                )
        elif got is not None and (got != "" or place != SECRET):
            yield held(row)  # a value that is no string is the schema's row, and a URL that is empty may be echoed
        elif made.get("webhook_endpoint") is None or not params.get("webhook_endpoint"):
            yield Unclear(requirement=row, reason="there is no webhook_endpoint object to show it in")
        elif place == SECRET and may_have_been_done(reading):
            yield Unclear(requirement=row, reason="it was asked for more than once, and a replay may hide the secret")
        else:
            yield reading.finding(
                row,
                "not returned",
                expected=f"`{place}` is returned, since `include` asks for it",
                actual=f"`{place}` is {'an empty string' if got == '' else 'null or absent'}",
            )


def _masked(place: str, got: object) -> str:
    return f"{kind(got)}, shown" if place == SECRET else shown(got)


@check("include/secret-elsewhere")
def the_secret_shows_at_its_place_only(reading: Reading) -> Iterator[Observation]:
    """Judge the other members of a destination, and those of a refusal."""
    refused = reading.answer is not None and reading.answer.refused
    document = reading.answer.document if reading.answer is not None and refused else reading.told
    if not isinstance(document, dict | list | str) or reading.params is None:
        return
    sent = shown_strings(reading.params)
    elsewhere = next(
        (
            place
            for place, value in _strings(document, "")
            if place != SECRET and value not in sent and _is_or_holds_a_secret(place, value, sent)
        ),
        None,
    )
    if elsewhere is not None:
        yield reading.finding(
            "include/secret-elsewhere",
            elsewhere,
            expected=f"the secret at `{SECRET}` only",
            actual=f"{f'`{elsewhere}`' if elsewhere else 'the answer'} holds a secret",
        )
    elif not refused:
        yield held("include/secret-elsewhere")


def _is_or_holds_a_secret(place: str, text: str, sent: set[str]) -> bool:
    """Whether a text is called a secret, or holds what looks like one, and that did not come with the request."""
    named = [text] if place.rpartition(".")[2] == "signing_secret" else []
    found = (*named, *(one[0] for one in _SECRET.finditer(text)))
    return any(
        not (any(sign in one for sign in _MASKS) or is_mask(one) or any(one in each for each in sent)) for one in found
    )


def shown_strings(document: object) -> set[str]:
    """Return all string values in a JSON document."""
    return {value for _, value in _strings(document, "")}


def _strings(document: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(document, str):
        yield place, document
    elif isinstance(document, dict):
        for name, value in document.items():
            known = name[:LONGEST_NAME]
            yield from _strings(value, f"{place}.{known}" if place else known)
    elif isinstance(document, list):
        for value in document:
            yield from _strings(value, place)


@check("include/secret-shared")
def destinations_do_not_share_a_secret(reading: Reading) -> Iterator[Observation]:
    """Judge that a new destination's secret was not shown before for another one."""
    secret = secret_of(reading.made) if reading.made is not None else None
    if secret is None or (isinstance(secret, str) and is_mask(secret)):
        return
    others = reading.history.facts.with_secret(secret, reading.interaction)
    if others:
        yield reading.finding(
            "include/secret-shared",
            "shared",
            expected="a signing secret of its own",
            actual="the secret of an earlier destination",
            before=(others[-1],),
        )
    else:
        yield held("include/secret-shared")
