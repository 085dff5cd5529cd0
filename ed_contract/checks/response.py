"""Whether a successful answer has the documented shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ed_contract.case import Expectation
from ed_contract.checks.carried import carried
from ed_contract.checks.context import Context, check, held, id_shown, is_identifier
from ed_contract.checks.evidence import turned_away
from ed_contract.checks.timestamps import LONGEST, compare, has_separator, is_rfc3339, what_is_wrong
from ed_contract.contract import Choice, Contract, row_of
from ed_contract.contract.schema_rows import schema_rows
from ed_contract.contract.schemas import member, places
from ed_contract.contract.validator import validator
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import NOT_JSON, Excerpt, Response
from ed_contract.kinds.broken import Broken
from ed_contract.kinds.predicates import Checked
from ed_contract.kinds.rfc3339 import is_date
from ed_contract.parsing import has_byte_order_mark, repeated_member
from ed_contract.record.values import LONGEST_SHOWN, kind, shown, start

_FORMATS = {"date-time": is_rfc3339, "date": is_date}
_WRONG_FORMATS = {"date-time": "no RFC 3339 timestamp", "date": "no RFC 3339 date"}
LONGEST_READ = 1024 * 1024  # bytes of a body that is parsed again for its form; a record holds it whole


@check("response/status")
def the_status_is_final(context: Context) -> Iterator[Observation]:
    """Judge the status of any answer: the page documents no redirect or other 3xx."""
    answer = context.answer
    if answer is None:
        return
    if doubt := answer.redirects and turned_away(context.interaction, context.history):
        yield Unclear(requirement="response/status", reason=doubt)
    elif not (answer.successful or answer.refused or answer.failed):
        location = answer.header("location")
        yield context.finding(
            "response/status",
            str(answer.status),
            expected="2xx or a refusal",
            actual=f"{answer.status}, {'no Location' if location is None else f'Location: {location}'}",
        )
    elif answer.successful and _is_another_success(context, answer.status):
        documented = " or ".join(map(str, context.contract.parts.successes))
        yield context.finding(
            "response/status", str(answer.status), expected=documented, actual=f"{answer.status} for a new create"
        )
    elif answer.successful:
        yield held("response/status")


def _is_another_success(context: Context, status: int) -> bool:
    """Whether a create that is not a replay is answered with an undocumented success."""
    successes = context.contract.parts.successes
    return bool(successes) and status not in successes and context.first is None and not context.burst


@check("response/body", "response/media-type")
def a_success_is_a_json_object(context: Context) -> Iterator[Observation]:
    """Judge the form of a successful answer to a create that need not be refused."""
    answer = context.answer
    if (
        answer is None
        or not answer.successful
        or context.unlike is not None
        or context.interaction.case.mutation is not None
        or context.params is None
    ):
        return
    if isinstance(answer.document, dict):
        yield held("response/body")
    else:
        is_json, what = answer.document is not NOT_JSON, f"{kind(answer.document)} at the top level"
        came = what if is_json else f"a body that is not JSON{_why_not_json(answer)}"
        yield context.finding(
            "response/body",
            what if is_json else "a body that is no JSON",
            expected="a JSON object",
            actual=f"{came}: {start(answer.body, 60)}" if answer.body else "an empty body",
        )
    media = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if media == "application/json" or (media.startswith("application/") and media.endswith("+json")):
        yield held("response/media-type")
    else:
        yield context.finding(
            "response/media-type",
            media[:LONGEST_SHOWN] or "absent",
            expected="Content-Type: application/json",
            actual=f"Content-Type: {media[:LONGEST_SHOWN]}" if media else "no Content-Type",
        )


def _why_not_json(answer: Response) -> str:
    """Return the error of a JSON parser for a body, if all of it is known."""
    if answer.document is not NOT_JSON or isinstance(answer, Excerpt):
        return ""
    try:
        json.loads(answer.body)
    except json.JSONDecodeError as error:
        return f" ({error.msg[:1].lower()}{error.msg[1:]} at character {error.pos + 1:,})"
    except (ValueError, RecursionError):
        pass
    return ""


@check("response/well-formed")
def a_success_is_json_to_every_reader(context: Context) -> Iterator[Observation]:
    """Judge what some JSON parsers reject, and others read differently."""
    answer = context.answer
    if context.judgeable_document is None or context.params is None or answer is None or isinstance(answer, Excerpt):
        return
    if len(answer.body) > LONGEST_READ:
        return
    if has_byte_order_mark(answer.body):
        yield context.finding(
            "response/well-formed",
            "byte order mark",
            expected="JSON in UTF-8 without a byte order mark",
            actual=f"the body begins with the bytes {answer.body[:3].hex(' ').upper()}",
        )
    elif (name := repeated_member(answer.body)) is not None:
        yield context.finding(
            "response/well-formed",
            "member twice",
            expected="objects without duplicate member names",
            actual=f"one object has two members named {shown(name)}",
        )
    else:
        yield held("response/well-formed")


def _schema_rows(contract: Contract) -> Iterator[str]:
    return (row.id for row in schema_rows("response", contract.response_schema))


@cache
def _validator(contract: Contract) -> Checked:
    return validator(contract.response_schema, formats=_FORMATS)


@check(_schema_rows)
def the_object_satisfies_the_schema(context: Context) -> Iterator[Observation]:
    """Judge every keyword at every place that the answer has."""
    answer = context.answer
    if context.judgeable_document is None:
        return
    broken = set()
    document = _without_hollow(context, context.judgeable_document)
    whole = answer is not None and not isinstance(answer, Excerpt) and len(answer.body) <= LONGEST
    looked_at = document if whole else _outlined(document, _depth_of(context.contract))
    for error in _validator(context.contract).broken(looked_at):
        for finding in _findings(context, error):
            if finding.requirement not in broken:
                yield finding
            broken.add(finding.requirement)
    for row in carried(context.contract).rows(document):
        if row not in broken:
            yield held(row)


@cache
def _depth_of(contract: Contract) -> int:
    """Return how many nested objects and arrays the schema looks into, plus one."""

    def levels(node: object) -> int:
        if not isinstance(node, Mapping | list):
            return 0
        inner = node.values() if isinstance(node, Mapping) else node
        return max((levels(one) for one in inner), default=0) + 1

    return levels(contract.response_schema)


def _outlined(value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON
    """Return as much of a value as the schema looks at: an error's message would contain all of it, however large."""
    if isinstance(value, str):
        return value[:LONGEST]
    if not isinstance(value, dict | list):
        return value
    if not depth:
        return None
    if isinstance(value, list):
        return [_outlined(one, depth - 1) for one in value]
    return {name: _outlined(one, depth - 1) for name, one in value.items()}


def _without_hollow(context: Context, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without another choice's object that has nothing in it, which is not judged."""
    choice = context.contract.parts.choice
    if choice is None:
        return {**document}
    chosen = context.contract.chosen(context.params or document)  # for a raw body, the answer says it
    mine = choice.objects.get(chosen or "")
    foreign = {name for name in choice.objects.values() if name != mine}
    return {
        name: value
        for name, value in document.items()
        if name not in foreign or value is None or _says_something(value)
    }


def _findings(context: Context, error: Broken) -> Iterator[Finding]:
    path = error.words
    if error.keyword == "required":
        for name in (name for name in error.said if name not in error.value):
            row = row_of("response", path, missing=name)
            place = row.split("/")[1]
            yield context.finding(row, "absent", expected=f"`{place}` is present", actual=f"`{place}` is absent")
        return
    row = row_of("response", path)
    if row not in context.contract.requirements:
        return  # a keyword without a sentence, e.g. `oneOf`
    place = row.split("/")[1]
    faults = {"type": kind(error.value), "format": _WRONG_FORMATS.get(str(error.said), "another format")}
    fault = faults.get(error.keyword, "another value")
    if row.endswith("/items"):
        fault = f"an element is {kind(error.value)}" if not isinstance(error.value, str) else "another element"
    yield context.finding(
        row,
        fault,
        expected=context.contract.requirements[row].statement.rstrip("."),
        actual=_came(place, error, context.judgeable_document),
    )


def _came(place: str, error: Broken, document: object) -> str:
    """Return what came at a place: for a list the wrong element, for a timestamp what is wrong with it."""
    where = error.path[-1] if error.path else None
    if isinstance(where, int):
        return f"element {where + 1} of `{place}` is {shown(error.value)}"
    came = error.value if "[]" in place else member(document, place)
    if error.keyword == "format" and error.said == "date-time" and isinstance(came, str):
        return f"`{place}` {what_is_wrong(came)}: {shown(came)}"
    return f"`{place}` is {shown(came)}"


def _of_the_choice(contract: Contract) -> Iterator[str]:
    if (choice := contract.parts.choice) is not None:
        yield f"response/config-matches-{choice.place}"


@check(_of_the_choice)
def the_configuration_is_that_of_the_type(context: Context) -> Iterator[Observation]:
    """Judge which of the objects that a field selects are present; what a foreign one in the request does is not."""
    choice, made, params = context.contract.parts.choice, context.created_document, context.params
    chosen = context.contract.chosen(params)
    if choice is None or made is None or params is None or chosen is None or chosen not in choice.objects:
        return
    (row,), own = _of_the_choice(context.contract), choice.objects[chosen]
    foreign = [
        name
        for name in choice.objects.values()
        if name != own and _says_something(made.get(name)) and params.get(name) is None
    ]
    since = f"since `{choice.place}` is {chosen}"
    if params.get(own) is not None and made.get(own) is None and _is_shown(context, choice, own):
        yield context.finding(
            row,
            f"{own} absent",
            expected=f"`{own}` is an object, {since}",
            actual=f"`{own}` is {'null' if own in made else 'absent'}",
        )
    elif foreign:
        yield context.finding(
            row,
            f"{foreign[0]} present",
            expected=f"`{foreign[0]}` is absent or null, {since}",
            actual=f"`{foreign[0]}` is {shown(made[foreign[0]])}",
        )
    else:
        yield held(row)


def _is_shown(context: Context, choice: Choice, own: str) -> bool:
    """Whether the chosen object has something to show: members always present, or requested ones."""
    lists = {one.asked_in for one in context.contract.parts.on_request}
    return own in choice.shows or any(member(context.params, one) for one in lists)


def _says_something(config: object) -> bool:
    return config is not None and not (isinstance(config, dict) and all(value is None for value in config.values()))


def _of_the_id(contract: Contract) -> Iterator[str]:
    yield f"response/{contract.parts.identity.id}/unique"


@check(_of_the_id)
def an_id_names_one_destination(context: Context) -> Iterator[Observation]:
    """Judge that a destination's id was not given to another one before."""
    (row,), identity = _of_the_id(context.contract), context.contract.parts.identity
    if context.sharing is not None and context.expectation is not Expectation.REJECT:
        yield context.finding(
            row,
            "shared",
            expected=f"an id that no other {context.noun.one} has",
            actual=f"`{identity.id}` is {id_shown(context.interaction)}, which an earlier {context.noun.one} has",
            before=(context.sharing,),
        )
    elif (
        context.created_document is not None
        and is_identifier(context.interaction.id, context.contract)
        and len(context.history) > 1
    ):
        yield held(row)


def _of_the_times(contract: Contract) -> Iterator[str]:
    identity = contract.parts.identity
    if identity.created and identity.updated:
        yield f"response/{identity.updated}/not-before-{identity.created}"


@check(_of_the_times)
def it_is_not_updated_before_it_is_created(context: Context) -> Iterator[Observation]:
    """Judge the time of the last update against that of creation, at the coarser precision of the two."""
    rows, identity = tuple(_of_the_times(context.contract)), context.contract.parts.identity
    if context.judgeable_document is None or not rows:
        return
    created, updated = (
        member(context.judgeable_document, identity.created),
        member(context.judgeable_document, identity.updated),
    )
    if not (isinstance(created, str) and isinstance(updated, str) and is_rfc3339(created) and is_rfc3339(updated)):
        return
    order = compare(updated, created)
    if order is not None and order < 0:
        yield context.finding(
            rows[0],
            "before",
            expected=f"`{identity.updated}` is at or after `{identity.created}`",
            actual=f"`{identity.created}` is {shown(created)}, `{identity.updated}` is {shown(updated)}",
        )
    elif order is not None:
        yield held(rows[0])


@cache
def _times(contract: Contract) -> tuple[str, ...]:
    """Return the places of timestamps."""
    return tuple(one.place for one in places(contract.response_schema) if one.schema.get("format") == "date-time")


@check("response/timestamp-separator")
def timestamps_have_their_separator(context: Context) -> Iterator[Observation]:
    """Judge the `T` of otherwise valid timestamps."""
    for name in _times(context.contract):
        value = member(context.created_document, name)
        if not isinstance(value, str) or not is_rfc3339(value):
            continue
        if has_separator(value):
            yield held("response/timestamp-separator")
        else:
            yield context.finding(
                "response/timestamp-separator",
                name,
                expected=f"`T` between the date and the time of `{name}`",
                actual=f"`{name}` is {shown(value)}",
            )
