"""What answers show by themselves: their status, their headers, their members, and a quota."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Credential, Expectation
from ed_contract.contract.schemas import member
from ed_contract.expecting import expected
from ed_contract.interaction import Excerpt, Headers, Interaction, Response
from ed_contract.record.answers import is_about_room, refuses
from ed_contract.record.history import History

LONGEST_NAME = 40  # characters of a name or a value that the server chose
_OF_HTTP = {
    "age",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "last-modified",
    "pragma",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "x-content-type-options",
    "x-frame-options",
}
"""Headers that say nothing about creates."""


def cut(text: str) -> str:
    """Return a name or a value that the server chose, cut when long."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def refused_with(answer: Response) -> str:
    """Return in words how an answer refuses, or fails."""
    return f"{'refused with' if answer.refused else 'answered'} {answer.status}"


def of_its_own(one: Interaction) -> Headers:
    """Return an answer's headers that are not common to all HTTP answers, cut when long."""
    headers = one.answer.headers if isinstance(one.answer, Response) else ()
    return tuple((cut(name), cut(value)) for name, value in headers if name not in _OF_HTTP)


def is_first(one: Interaction, history: History) -> bool:
    """Whether a create of the first account is answered for itself: its key was not used before or concurrently."""
    return one.request.credential is Credential.FIRST and one.burst is None and not history.is_used_before(one)


def status_of_creates(one: Interaction, history: History) -> Iterator[str]:
    """Yield the status with which something was created."""
    if one.created is not None and is_first(one, history):
        yield str(one.status)


def invalid_values(one: Interaction, history: History) -> Iterator[str]:
    """Yield the status with which a create with one invalid value was refused."""
    answer = one.answer
    if one.case.expectation is not Expectation.REJECT or one.case.params is None or not is_first(one, history):
        return
    if isinstance(answer, Response) and answer.refused and not answer.says_nothing:
        yield str(answer.status)


def no_object(one: Interaction, history: History) -> Iterator[str]:
    """Yield the status with which a body that is not a JSON object was refused."""
    answer = one.answer
    if one.case.params is None and isinstance(answer, Response) and answer.refused and is_first(one, history):
        yield str(answer.status)


def media_types(one: Interaction, history: History) -> Iterator[str]:
    """Yield whether a valid create was accepted although it is declared as something other than JSON."""
    answer, said = one.answer, one.case.media_type
    if said == "application/json" or one.case.headers is not None or one.case.params is None:
        return
    if not isinstance(answer, Response) or answer.says_nothing or not is_first(one, history):
        return
    if expected(one.contract, one.case.params)[0] is Expectation.ACCEPT:
        what = "no media type" if said is None else f"`{cut(said)}`"
        yield f"{what}: {'accepted' if one.created is not None else refused_with(answer)}"


def extra_members(one: Interaction, history: History) -> Iterator[str]:
    """Yield the undocumented members of a create's answer; a long answer's are not kept."""
    made = one.created
    if made is None or isinstance(one.answer, Excerpt) or not is_first(one, history):
        return
    contract = one.contract
    objects = [("", contract.response_schema), *((at.place, at.schema) for at in contract.response_places)]
    names = [
        f"{place}.{name}".lstrip(".")
        for place, said in objects
        if said.get("properties") and isinstance(holder := member(made, place) if place else made, dict)
        for name in holder
        if name not in said["properties"]
    ]
    yield from (f"`{cut(name)}`" for name in names) if names else ("none",)


def headers(one: Interaction, history: History) -> Iterator[str]:
    """Yield the names of a create's headers that are not common to all HTTP answers."""
    if one.created is not None and is_first(one, history):
        names = dict.fromkeys(name for name, _ in of_its_own(one))
        yield from (f"`{name}`" for name in names) if names else ("none",)


def quota(answered: tuple[Interaction, ...], history: History) -> Iterator[str]:
    """Yield after how many creates a plain one was refused by a quota, or that none was, once for each create."""
    made: set[object] = set()
    for one in answered:
        if one.request.credential is not Credential.FIRST:
            continue
        if one.created is not None and history.first_made(one) is None:
            made.add(str(one.id))
        if made and one.is_probe and refuses(one) and is_about_room(one):
            yield f"reached after {_creates(len(made))}: a valid one was answered with {one.status}"
            return
    yield from (f"not reached after {_creates(len(made))}" for _ in made)


def _creates(count: int) -> str:
    return f"{count} create{'' if count == 1 else 's'}"
