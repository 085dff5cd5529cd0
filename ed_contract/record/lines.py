"""Interactions as JSON objects, one per line of a record, and back. Secrets in them are written as placeholders."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from ed_contract.case import Case, Credential, Expectation, Fault, HangUp, Key, Mutation
from ed_contract.excerpt import Long
from ed_contract.interaction import (
    Answer,
    Excerpt,
    Glimpse,
    Headers,
    Interaction,
    NoAnswer,
    NotRead,
    NotSent,
    Request,
    Response,
    excerpt_of,
    masked_headers,
    response,
)
from ed_contract.parsing import object_of
from ed_contract.phases import phase_named
from ed_contract.record.values import canonical

WHOLE = 1024 * 1024  # bytes of a body that are written; of a longer answer, the documented members
_SIGNING = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")
_LONG = "$long"  # the only member of the object that stands for a value too long to be kept

Line: TypeAlias = dict[str, Any]
"""A JSON object with the member `kind`."""
Mask: TypeAlias = Callable[[str], str]
"""Replaces each credential in a text with a placeholder."""


class Secrets:
    """Writes signing secrets as keyed digests: equal ones stay equal, but they cannot be recovered."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(16) if key is None else key

    def hidden(self, text: str, known: str | None, sent: str) -> str:
        """Return a text without signing secrets: `known`, unless it was sent, and whatever looks like one."""
        text = _SIGNING.sub(lambda found: found[0] if found[0] in sent else self._digest(found[0]), text)
        if known and not known.startswith("whsec_") and known not in sent:
            text = text.replace(json.dumps(known)[1:-1], self._digest(known)).replace(known, self._digest(known))
        return text

    def _digest(self, secret: str) -> str:
        prefix = "whsec_" if secret.startswith("whsec_") else "secret_"
        return prefix + hmac.digest(self._key, secret.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def fault_of(said: Mapping[str, Any]) -> Fault:
    """Return what is special about a case, as a record holds it."""
    return Fault(**{**said, "parts": tuple(said.get("parts", ()))})


def line_of(interaction: Interaction, hidden: Secrets, mask: Mask = str) -> Line:
    """Return the line of an interaction: everything that is judged, without credentials and secrets."""
    case, request = interaction.case, interaction.request
    return {
        "kind": "interaction",
        "number": interaction.number,
        "phase": interaction.phase,
        "case": {
            "name": case.name,
            "expectation": str(case.expectation),
            "mutation": None if case.mutation is None else asdict(case.mutation),
            "media_type": case.media_type,
            "usual": case.usual,
            "special": None if case.special is None else asdict(case.special),
            **({} if case.headers is None else {"headers": [list(one) for one in case.headers]}),
            **_params(case),
        },
        "key": interaction.key,
        "key_form": None if interaction.form is None else asdict(interaction.form),
        "request": {
            "method": request.method,
            "path": request.path,
            "headers": [[name, value] for name, value in masked_headers(request.headers, interaction.contract)],
            "credential": f"<credential:{request.credential}>",
            "account": request.account,
            "body": _packed(request.body),
            **({} if request.hangs_up is None else {"hangs_up": str(request.hangs_up)}),
        },
        "answer": _answer_line(interaction, hidden, mask),
        "attempts": interaction.attempts,
        "unanswered": interaction.unanswered,
        "lost": interaction.lost,
        "burst": interaction.burst,
        **({} if request.schedule is None else {"schedule": request.schedule}),
        **({"spread": round(interaction.spread, 6)} if interaction.spread else {}),
        "seconds": round(interaction.seconds, 6),
        "began": round(interaction.began, 6),
        "ended": round(interaction.ended, 6),
        "connection": interaction.connection,
        "node": interaction.node,
    }


def _params(case: Case) -> Line:
    """Return how the params of a case are written: not at all if the body says them, else as they are, or as null."""
    if case.params is None:
        return {"params": None}
    return {} if canonical(object_of(case.body)) == canonical(case.params) else {"params": case.params}


def _answer_line(interaction: Interaction, hidden: Secrets, mask: Mask) -> Line:
    answer = interaction.answer
    if isinstance(answer, NoAnswer):
        return {"kind": "none", **asdict(answer), "reason": mask(answer.reason)}
    if isinstance(answer, NotSent | NotRead):
        return {"kind": "not-sent" if isinstance(answer, NotSent) else "not-read", "reason": answer.reason}
    if isinstance(answer, Glimpse):
        return {"kind": "hung-up", **asdict(answer)}
    contract = interaction.contract
    known = contract.secret(answer.document) if isinstance(answer.document, dict) else None
    secret = known if isinstance(known, str) else None
    sent = interaction.request.body.decode("utf-8", "replace")

    def clean(text: str) -> str:
        return hidden.hidden(mask(text), secret, sent)

    line: Line = {
        "kind": "response",
        "status": answer.status,
        "headers": [[name, clean(value)] for name, value in answer.headers],
        "shows_credential": answer.shows_credential,
    }
    if len(answer.body) > WHOLE or isinstance(answer, Excerpt):
        part = answer if isinstance(answer, Excerpt) else excerpt_of(answer, contract)
        return line | {
            "excerpt": {
                "start": _text_or_bytes(part.body, clean),
                "length": part.length,
                "characters": part.characters,
                "digest": part.digest,
                "document": _document_line(part.document, clean),
            }
        }
    return line | {"body": _text_or_bytes(answer.body, clean)}


def _document_line(value: Any, clean: Mask) -> Any:  # noqa: ANN401 - any JSON
    """Return a document with each value that is too long as an object with one member."""
    if isinstance(value, Long):
        return {_LONG: {**asdict(value), "start": clean(value.start)}}
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _document_line(one, clean) for name, one in value.items()}
    return [_document_line(one, clean) for one in value] if isinstance(value, list) else value


def _text_or_bytes(body: bytes, clean: Mask) -> Line:
    """Return bytes as text if they are UTF-8 that JSON can hold, else in base64."""
    try:
        return {"text": clean(body.decode())}
    except UnicodeDecodeError:
        text = clean(body.decode("latin-1"))
        return {"base64": base64.b64encode(text.encode("latin-1", "replace")).decode()}


def _packed(body: bytes) -> Line:
    """Return a request's body, of any size: a long one is compressed."""
    if len(body) > WHOLE:
        return {"zlib": base64.b64encode(zlib.compress(body, 9)).decode()}
    return _text_or_bytes(body, str)


class NotARecord(ValueError):  # noqa: N818 - reads as the state it names
    """A line is not a line of a record."""


def interaction_of(line: Mapping[str, Any]) -> Interaction:
    """Return the interaction of a line.

    Raises:
        NotARecord: the line lacks members, or has invalid ones.
    """
    try:
        return _interaction(line)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error, zlib.error) as error:
        lacks = "it lacks " if isinstance(error, KeyError) else ""
        raise NotARecord(f"{lacks}{error}") from error


def _interaction(line: Mapping[str, Any]) -> Interaction:
    case, request = line["case"], line["request"]
    body = _unpacked(request["body"])
    return Interaction(
        number=line["number"],
        phase=phase_named(line["phase"]),
        case=Case(
            name=case["name"],
            body=body,
            params=case["params"] if "params" in case else object_of(body),
            expectation=Expectation(case["expectation"]),
            mutation=None if case["mutation"] is None else Mutation(**case["mutation"]),
            media_type=case["media_type"],
            usual=case["usual"],
            special=None if case["special"] is None else fault_of(case["special"]),
            headers=_headers(case["headers"]) if "headers" in case else None,
        ),
        key=line["key"],
        form=None if line["key_form"] is None else Key(**line["key_form"]),
        request=Request(
            method=request["method"],
            path=request["path"],
            headers=_headers(request["headers"]),
            body=body,
            credential=Credential(request["credential"].removeprefix("<credential:").removesuffix(">")),
            account=request["account"],
            hangs_up=HangUp(request["hangs_up"]) if "hangs_up" in request else None,
            node=line["node"],
            schedule=line.get("schedule"),
        ),
        answer=_answer(line["answer"]),
        attempts=line["attempts"],
        unanswered=line["unanswered"],
        lost=line["lost"],
        burst=line["burst"],
        spread=line.get("spread", 0.0),
        seconds=line["seconds"],
        began=line["began"],
        ended=line["ended"],
        connection=line["connection"],
    )


def _answer(line: Mapping[str, Any]) -> Answer:
    match line["kind"]:
        case "none":
            return NoAnswer(reason=line["reason"], ended=line["ended"], late=line["late"], cut=line["cut"])
        case "not-sent":
            return NotSent(reason=line["reason"])
        case "not-read":
            return NotRead(reason=line["reason"])
        case "hung-up":
            return Glimpse(status=line["status"], id=line["id"])
        case "response":
            return _response(line)
        case other:
            raise ValueError(f"unknown kind of answer: {other!r}")


def _response(line: Mapping[str, Any]) -> Response:
    headers = _headers(line["headers"])
    if "body" in line:
        return response(line["status"], headers, _unpacked(line["body"]), shows_credential=line["shows_credential"])
    part = line["excerpt"]
    return Excerpt(
        status=line["status"],
        headers=headers,
        body=_unpacked(part["start"]),
        document=_document(part["document"]),
        shows_credential=line["shows_credential"],
        length=part["length"],
        characters=part["characters"],
        digest=part["digest"],
    )


def _document(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if value.keys() == {_LONG}:
            return Long(**value[_LONG])
        return {name: _document(one) for name, one in value.items()}
    return [_document(one) for one in value] if isinstance(value, list) else value


def _headers(given: object) -> Headers:
    if not isinstance(given, list):
        raise TypeError(f"headers are {given!r}")
    return tuple((str(name), str(value)) for name, value in given)


def _unpacked(body: Mapping[str, str]) -> bytes:
    if "text" in body:
        return body["text"].encode("utf-8", "surrogatepass")
    if "base64" in body:
        return base64.b64decode(body["base64"], validate=True)
    return zlib.decompress(base64.b64decode(body["zlib"], validate=True))
