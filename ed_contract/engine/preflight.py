"""Decides from the first interaction of a run whether the target can be judged at all."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from ed_contract.exceptions import CredentialsRefused, NoSuchRoute, TargetError, Unreachable
from ed_contract.excerpt import json_start
from ed_contract.interaction import NOT_JSON, Interaction, NoAnswer, NotRead, NotSent, Response
from ed_contract.transport import Target

LONGEST = 100  # characters of a timestamp that are read
FRESH = 5.0  # seconds between a destination's creation and the answer that tells it, at most


def require_judgeable(first: Interaction, target: Target) -> None:
    """Raise a TargetError that says why if `first`, the page's own example, shows that judging is no use.

    Any answer that is not named here, however wrong, is the contract's matter.
    """
    answer = first.answer
    if isinstance(answer, NotSent):
        raise TargetError(f"the request to {target} cannot be sent: {answer.reason}\ncheck the URL and the headers.")
    if isinstance(answer, NoAnswer):
        raise Unreachable(f"{target} gives no answer ({answer.reason})\n{_advice(answer.reason, target)}")
    if isinstance(answer, NotRead):
        return
    if answer.status in {401, 403}:
        hint = "check the key." if target.api_key else "give one with --api-key, or in ED_CONTRACT_API_KEY."
        raise CredentialsRefused(f"{target} refuses the credentials with {answer.status}\n{hint}")
    if answer.status in {404, 405}:
        raise NoSuchRoute(
            f"{target} answers {answer.status}: no create there\n"
            "check the URL; --path says where creates are posted to if not at /v2/core/event_destinations.",
        )
    if _is_web_page(answer):
        raise TargetError(
            f"{target} answers {answer.status} with a web page, not with JSON\n"
            "check that the URL is the API's base URL.",
        )


def meets_used_keys(first: Interaction) -> bool:
    """Whether the page's own example was answered with a destination that is older than the answer.

    Then the keys of this seed were used here before, and this run would be told what an earlier one was. Both times
    are the server's own: no clock of ours is compared with it.
    """
    answer = first.answer
    if first.created is None or not isinstance(answer, Response):
        return False
    if (answer.header("idempotent-replayed") or "").lower() == "true":
        return True
    try:
        created = datetime.fromisoformat(json_start(first.created.get("created"), LONGEST).strip('"'))
        answered = parsedate_to_datetime(answer.header("date") or "")
    except ValueError:
        return False
    if created.tzinfo is None or answered.tzinfo is None:
        return False
    return (answered - created).total_seconds() > FRESH


def _is_web_page(answer: Response) -> bool:
    start = answer.body.lstrip()[:15].lower()
    return answer.document is NOT_JSON and start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _advice(reason: str, target: Target) -> str:
    if "ssl" in reason.lower() and "certificate" not in reason.lower():
        return (
            f"does it speak plain HTTP? try {re.sub('//[^/@]*@', '//', target.url).replace('https://', 'http://', 1)}"
        )
    if "no connection" in reason:
        return "is the server running, and is the port right?"
    return "is it an HTTP server, and is the port right?"
