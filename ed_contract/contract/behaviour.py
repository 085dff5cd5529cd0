"""The requirements that no schema can say: what must hold between requests, and between request and answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ed_contract.contract.noun import Noun
from ed_contract.contract.parts import Idempotency, Parts
from ed_contract.requirement import Level, Need, Requirement

MUST, SHOULD = Level.MUST, Level.SHOULD


_TIMESTAMP = "a timestamp"  # in the sentences of rows


def _row(identifier: str, level: Level, clause: str, statement: str, need: Need | None = None) -> Requirement:
    return Requirement(id=identifier, level=level, clause=clause, statement=statement, need=need)


_PLATFORM = "Platform convention"
_SENSE = "No server may do otherwise"


def rows(
    parts: Parts, request: tuple[Requirement, ...], response: tuple[Requirement, ...], *, noun: Noun, secured: bool
) -> Iterator[Requirement]:
    """Yield the requirements of an operation, in the order of the page; those of its schemas are given.

    Args:
        parts: what the document says beyond its schemas.
        request: the rows of the request's schema.
        response: those of the response's.
        noun: what a create makes.
        secured: whether creates ask for a credential.
    """
    yield _row("request/valid", MUST, "Parameters", "A create with documented fields and realistic values is accepted.")
    yield from request
    for one in parts.discouraged:
        place = one.id.partition("/")[0]
        yield _row(f"request/{one.id}", SHOULD, f"Parameters › {place}", one.statement)
    yield from _response(parts, noun, has_times=any(_TIMESTAMP in row.statement for row in response))
    yield from response
    yield from _echo(parts)
    yield from _include(parts, noun)
    left_out = {
        *(() if secured else OF_CREDENTIALS),
        *(() if parts.listing and parts.identity.id and parts.identity.label else OF_LISTS),
    }
    yield from (row for row in idempotency(parts.idempotency, noun) if row.id not in left_out)
    yield from _robustness(parts, noun)
    yield from AUTH if secured else ()


def _response(parts: Parts, noun: Noun, *, has_times: bool) -> Iterator[Requirement]:
    """Yield what any successful answer has to be."""
    identity = parts.identity
    success = _either(parts.successes) or "2xx"
    said = f"A create is answered with a final status, and success with {success}."
    yield _row("response/status", MUST, "Returns", said)
    yield _row("response/media-type", MUST, "Returns", "A successful answer says that it is JSON.")
    yield _row("response/body", MUST, "Returns", "A successful answer is one JSON object.")
    if parts.choice is not None:
        others = "the other" if len(parts.choice.objects) == 2 else "every other"  # noqa: PLR2004 - the chosen and one
        yield _row(
            f"response/config-matches-{parts.choice.place}",
            MUST,
            f"Response attributes › {parts.choice.place}",
            f"The chosen {parts.choice.place}'s configuration object is there, and {others} {parts.choice.place}'s is "
            "absent or null.",
        )
    if identity.id:
        yield _row(
            f"response/{identity.id}/unique",
            MUST,
            f"Response attributes › {identity.id}",
            f"No two {noun.many} share an id.",
        )
    if identity.created and identity.updated:
        yield _row(
            f"response/{identity.updated}/not-before-{identity.created}",
            MUST,
            f"Response attributes › {identity.updated}",
            f"{noun.an.capitalize()} is not updated before it is created.",
        )
    if has_times:
        yield _row(
            "response/timestamp-separator",
            SHOULD,
            f"Response attributes › {identity.created}".rstrip(" ›"),
            "Timestamps separate date and time with `T`.",
        )
    yield _row(
        "response/well-formed",
        SHOULD,
        "Returns",
        "The JSON of an answer has no byte order mark, and no object in it names a member twice.",
    )


def _echo(parts: Parts) -> Iterator[Requirement]:
    """Yield a row for each member that comes back."""
    for one in parts.echoes:
        asked = ", when included," if one.on_request else ""
        how = "with the same elements" if one.as_set else "as sent" if one.kind == "enum" else "exactly as sent"
        order = ", in the same order" if one.is_list and not one.as_set else ""
        under = f" {one.said}" if one.said else ""
        said = f"`{one.place}`{asked} comes back {how}{under}{order}."
        yield _row(f"echo/{one.place}", MUST, f"Response attributes › {one.place}", said)
    if parts.echoes:
        yield _row(
            "echo/normalised",
            SHOULD,
            "Response attributes",
            "An unusual value that is accepted comes back as sent, not trimmed, folded or normalised.",
        )


def _include(parts: Parts, noun: Noun) -> Iterator[Requirement]:
    """Yield a row for each member that is shown on request, and those of the secret."""
    for one in parts.on_request:
        when = " on creation" if one.secret else ""
        yield _row(
            f"include/{one.place}",
            MUST,
            f"Parameters › {one.asked_in}",
            f"`{one.place}` is returned{when} when it is asked for, and withheld when it is not.",
        )
    if parts.secret:
        where = f"Response attributes › {parts.secret}"
        secret = parts.secret.rpartition(".")[2].replace("_", " ")
        yield _row("include/secret-elsewhere", SHOULD, where, f"The {secret} shows at its own place only.")
        yield _row("include/secret-shared", SHOULD, where, f"Two {noun.many} do not share a {secret}.")


OF_CREDENTIALS = {"idempotency/credential-scoped", "idempotency/refused/owner"}
"""What keys have to do with credentials."""


OF_LISTS = {"idempotency/one-effect"}
"""What is counted in the list of what was made."""


def idempotency(how: Idempotency, noun: Noun) -> Iterator[Requirement]:
    """Yield what keys have to do, where there are any."""
    if not how.header:
        return
    clause = f"Error Codes › {f'{how.said} {how.code}'.strip()}"
    said = f"The same key with other parameters is answered {how.said}."
    refused = MUST if how.documented else SHOULD  # many servers without a word about it give the first again
    for row in (
        _row(
            "idempotency/replay",
            MUST,
            clause,
            f"The same key with the same parameters gives the same {noun.one} again.",
        ),
        _row(
            "idempotency/conflict/status",
            refused,
            clause,
            said,
        ),
        _row("idempotency/conflict/code", MUST, clause, f"That answer carries the code `{how.code}`."),
        _row(
            "idempotency/conflict/every-parameter",
            refused,
            clause,
            "A change in any one documented parameter, at any depth, makes the parameters other ones.",
        ),
        _row(
            "idempotency/conflict/keeps-first",
            MUST,
            clause,
            f"After a conflict the key still gives the {noun.one} that it gave first.",
        ),
        _row(
            "idempotency/keys-independent",
            MUST,
            clause,
            "Keys that differ, if only in case or in one character, have nothing to do with each other.",
        ),
        *(
            ()
            if how.required
            else (_row("idempotency/no-key", MUST, clause, f"Each create without a key makes its own {noun.one}."),)
        ),
        _row(
            "idempotency/refused/retry",
            MUST,
            clause,
            "A create that was refused may be sent again under its key: the same refused create is no conflict.",
        ),
        _row(
            "idempotency/refused/remembers",
            MUST,
            clause,
            f"The {noun.one} that is made under a key after a refusal is given again.",
        ),
        _row(
            "idempotency/refused/owner",
            SHOULD,
            clause,
            "A key that was first used by a caller with an unknown credential still serves its owner.",
        ),
        _row(
            "idempotency/lost-answer",
            MUST,
            clause,
            "A create whose answer was lost is replayed when it is sent again under its key.",
            Need.CONNECTION,
        ),
        _row("idempotency/remembers", MUST, clause, "A key is still known after hundreds of others."),
        _row(
            "idempotency/burst/one-destination",
            MUST,
            clause,
            f"Equal creates that arrive at once under one key make one {noun.one}.",
        ),
        _row(
            "idempotency/burst/one-body",
            refused,
            clause,
            f"Of different creates that arrive at once under one key, one alone makes {noun.an}.",
        ),
        _row(
            "idempotency/one-effect",
            SHOULD,
            clause,
            f"Creates under one key leave one {noun.one} in the list, however often they were sent.",
        ),
        _row(
            "idempotency/same-parameters",
            SHOULD,
            clause,
            "Key order, white space and escapes of the JSON, or another client's headers, do not make the parameters "
            "other ones.",
        ),
        _row(
            "idempotency/conflict/absent-or-empty",
            SHOULD,
            clause,
            "A parameter that is absent first and empty then is another parameter.",
        ),
        _row(
            "idempotency/account-scoped",
            MUST,
            clause,
            f"A key of one account never gives another account's {noun.one}.",
            Need.SECOND_ACCOUNT,
        ),
        _row(
            "idempotency/credential-scoped",
            MUST,
            clause,
            f"A used key shows nothing of its {noun.one} to a caller with no credential or an unknown one.",
        ),
        _row(
            "idempotency/survives-restart",
            MUST,
            clause,
            "A key is still known after the server was restarted.",
            Need.RESTART_COMMAND,
        ),
        _row(
            "idempotency/across-replicas",
            MUST,
            clause,
            "A key that was used at one node of the service is known at every other node.",
            Need.SECOND_NODE,
        ),
    ):
        if how.code or row.id != "idempotency/conflict/code":
            yield row


def _either(statuses: Iterable[int]) -> str:
    return " or ".join(map(str, statuses))


def _robustness(parts: Parts, noun: Noun) -> Iterator[Requirement]:
    """Yield what holds of any request; a refusal has the texts of the documented one."""
    envelope = parts.envelope
    yield _row("robustness/no-server-error", MUST, _SENSE, "No request is answered 5xx.")
    yield _row("robustness/answers", MUST, _SENSE, "Every request is answered: no hang, no dropped connection.")
    yield _row("robustness/malformed-refused", MUST, _SENSE, "A body that is no JSON object is refused.")
    yield _row("robustness/keeps-serving", MUST, _SENSE, "After hostile requests a valid create still works.")
    if parts.echoes and parts.idempotency.header:
        said = f"Creates that arrive at once under keys of their own are each answered with their own {noun.one}."
        yield _row("robustness/not-mixed-up", MUST, _SENSE, said)
    if envelope:
        texts = " and ".join(f"`{one}`" for one in envelope)
        said = f"A refusal is a JSON object with {texts}."
        yield _row("robustness/error-envelope", SHOULD, _PLATFORM, said)
    yield _row("robustness/no-leak", SHOULD, _SENSE, "No answer shows a stack trace or a credential.")


AUTH = (
    _row("auth/no-key", SHOULD, _PLATFORM, "A request without credentials is refused with 401."),
    _row("auth/empty-key", SHOULD, _PLATFORM, "A request with an empty key is refused with 401."),
    _row("auth/other-scheme", SHOULD, _PLATFORM, "A request with another authentication scheme is refused with 401."),
    _row("auth/unknown-key", SHOULD, _PLATFORM, "A request with a key that nobody has is refused with 401."),
)
