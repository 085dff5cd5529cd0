"""What an answer says by itself, before anything is judged: its words, its codes, whether it turns requests away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ed_contract.case import Credential
from ed_contract.contract import Contract
from ed_contract.contract.schemas import member
from ed_contract.interaction import NOT_JSON, Interaction, Response
from ed_contract.record.values import shown

_OF_CREDENTIALS = {401, 403}
_ROOM = re.compile(r"quota|limit|exceed|too.?many|maxim|capacity|full", re.IGNORECASE)


def said(answer: Response) -> str:
    """Return what a refusal said, for a message."""
    if answer.document is NOT_JSON:
        return f"{answer.status} with a body that is not JSON"
    return f"{answer.status} {shown(answer.document)}"


def in_turns(interaction: Interaction) -> str:
    """Return which schedule a burst ran under, for the end of a message; "" for none."""
    schedule = interaction.request.schedule
    return "" if schedule is None else f"; schedule {schedule}"


def codes(document: object) -> list[object]:
    """Return the codes of an error answer: in `error`, in `errors`, or at the top, since the page shows no envelope."""
    several = member(document, "errors")
    holders = [member(document, "error"), document, *(several if isinstance(several, list) else ())]
    return [code for holder in holders if (code := member(holder, "code")) is not None]


def carries(answer: Response, code: str, contract: Contract) -> bool:
    """Whether an error answer carries a code; in a contract of one's own, as the value of any member."""
    return code in codes(answer.document) or (contract.is_own and code in texts_of(answer.document))


def texts_of(document: object, deepest: int = 4) -> Iterator[str]:
    """Yield the strings that are values of members or elements of lists, down to a depth."""
    inside = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for one in inside if deepest else ():
        if isinstance(one, str):
            yield one
        yield from texts_of(one, deepest - 1)


def names_the_conflict(interaction: Interaction) -> bool:
    """Whether an answer carries the code of a conflict, where the contract names one."""
    code, answer = interaction.contract.parts.idempotency.code, interaction.answer
    return bool(code) and isinstance(answer, Response) and carries(answer, code, interaction.contract)


def speaks_of_room(answer: Response) -> bool:
    """Whether a refusal mentions a limit."""
    return _ROOM.search(answer.body.decode("utf-8", "replace")) is not None


def turns_away(interaction: Interaction) -> bool:
    """Whether every request may get this answer now: a redirect elsewhere, or a 401 or 403 that mentions no limit."""
    answer = interaction.answer
    if interaction.request.credential is not Credential.FIRST or not isinstance(answer, Response):
        return False
    elsewhere = answer.redirects and answer.header("location") != interaction.request.path
    return elsewhere or (answer.status in _OF_CREDENTIALS and not speaks_of_room(answer))


def about(interaction: Interaction) -> str:
    """Return what an answer that turns requests away may be about, after "which may be"."""
    redirected = isinstance(interaction.answer, Response) and interaction.answer.redirects
    return "about every request, not just this one" if redirected else "about the credential, not this request"


_OF_ROOM = {401, 402, 403, 429}


def refuses(interaction: Interaction) -> bool:
    """Whether an answer may come from a quota: a conflict is about its key, and 429 says nothing."""
    answer = interaction.answer
    if not isinstance(answer, Response):
        return False
    conflict = interaction.may_be_refused_for_its_key and names_the_conflict(interaction)
    return answer.refused and not answer.says_nothing and not conflict


def is_about_room(interaction: Interaction) -> bool:
    """Whether a refusal is about a limit, payment or permissions: the last accepted create may have used it up."""
    answer = interaction.answer
    return isinstance(answer, Response) and (answer.status in _OF_ROOM or speaks_of_room(answer))
