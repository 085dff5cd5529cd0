"""The requirements that no schema can express: what must hold between requests, and between request and answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ed_contract.contract.noun import Noun
from ed_contract.contract.parts import Idempotency, Parts
from ed_contract.requirement import Level, Need, Requirement

MUST, SHOULD = Level.MUST, Level.SHOULD


_TIMESTAMP = "an RFC 3339 timestamp"  # in the statements of rows


def _row(identifier: str, level: Level, clause: str, statement: str, need: Need | None = None) -> Requirement:
    return Requirement(id=identifier, level=level, clause=clause, statement=statement, need=need)


_PLATFORM = "Platform convention"
_SENSE = "Expected of any server"


def rows(
    parts: Parts, request: tuple[Requirement, ...], response: tuple[Requirement, ...], *, noun: Noun, secured: bool
) -> Iterator[Requirement]:
    """Yield the requirements of an operation, in the order of the page; those of its schemas are given.

    Args:
        parts: what the document says beyond its schemas.
        request: the rows of the request's schema.
        response: the rows of the response's schema.
        noun: what a create makes.
        secured: whether creates need a credential.
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
    """Yield what holds for any successful answer."""
    identity = parts.identity
    success = _either(parts.successes) or "2xx"
    said = f"A create is answered with {success} or an error status, never with a redirect."
    yield _row("response/status", MUST, "Returns", said)
    yield _row("response/media-type", MUST, "Returns", "A successful answer has a JSON content type.")
    yield _row("response/body", MUST, "Returns", "A successful answer is one JSON object.")
    if parts.choice is not None:
        others = "the other" if len(parts.choice.objects) == 2 else "every other"  # noqa: PLR2004 - the chosen and one
        yield _row(
            f"response/config-matches-{parts.choice.place}",
            MUST,
            f"Response attributes › {parts.choice.place}",
            f"The configuration object that `{parts.choice.place}` names is present, and {others} is absent or null.",
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
            f"`{identity.updated}` is not earlier than `{identity.created}`.",
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
        "A successful answer has no byte order mark and no duplicate member names.",
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
            "An unusual value, if accepted, comes back as sent: not trimmed, folded or normalised.",
        )


def _include(parts: Parts, noun: Noun) -> Iterator[Requirement]:
    """Yield a row for each member that is returned on request, and those of the secret."""
    for one in parts.on_request:
        when = " on creation" if one.secret else ""
        yield _row(
            f"include/{one.place}",
            MUST,
            f"Parameters › {one.asked_in}",
            f"`{one.place}` is returned{when} when requested, and withheld otherwise.",
        )
    if parts.secret:
        where = f"Response attributes › {parts.secret}"
        secret = parts.secret.rpartition(".")[2].replace("_", " ")
        yield _row("include/secret-elsewhere", SHOULD, where, f"The {secret} appears only in `{parts.secret}`.")
        yield _row("include/secret-shared", SHOULD, where, f"No two {noun.many} share a {secret}.")


OF_CREDENTIALS = {"idempotency/credential-scoped", "idempotency/refused/owner"}
"""The rows about keys and credentials."""


OF_LISTS = {"idempotency/one-effect"}
"""The rows that need a list of what was created."""


def idempotency(how: Idempotency, noun: Noun) -> Iterator[Requirement]:
    """Yield what must hold for keys, if creates have any."""
    if not how.header:
        return
    clause = f"Error Codes › {f'{how.said} {how.code}'.strip()}"
    said = f"Reusing a key with different parameters is answered with {how.said}."
    refused = MUST if how.documented else SHOULD  # many servers that document nothing return the first again
    for row in (
        _row(
            "idempotency/replay",
            MUST,
            clause,
            f"Resending a create under its key returns the same {noun.one}.",
        ),
        _row(
            "idempotency/conflict/status",
            refused,
            clause,
            said,
        ),
        _row("idempotency/conflict/code", MUST, clause, f"A conflict carries the error code `{how.code}`."),
        _row(
            "idempotency/conflict/every-parameter",
            refused,
            clause,
            "Reusing a key with any one documented parameter changed, at any depth, is a conflict.",
        ),
        _row(
            "idempotency/conflict/keeps-first",
            MUST,
            clause,
            f"After a conflict, the key still returns its first {noun.one}.",
        ),
        _row(
            "idempotency/keys-independent",
            MUST,
            clause,
            "Keys that differ, even only in case or in one character, are independent of each other.",
        ),
        *(
            ()
            if how.required
            else (_row("idempotency/no-key", MUST, clause, f"Every create without a key makes a new {noun.one}."),)
        ),
        _row(
            "idempotency/refused/retry",
            MUST,
            clause,
            "Resending a refused create under its key is not a conflict.",
        ),
        _row(
            "idempotency/refused/remembers",
            MUST,
            clause,
            "A create that succeeds under a key after a refusal is replayed like any other.",
        ),
        _row(
            "idempotency/refused/owner",
            SHOULD,
            clause,
            "A key first used without a valid credential still works for its owner.",
        ),
        _row(
            "idempotency/lost-answer",
            MUST,
            clause,
            "A create whose answer was lost is replayed when resent under its key.",
            Need.CONNECTION,
        ),
        _row("idempotency/remembers", MUST, clause, "A key is still known after hundreds of others were used."),
        _row(
            "idempotency/burst/one-destination",
            MUST,
            clause,
            f"Identical concurrent creates under one key make only one {noun.one}.",
        ),
        _row(
            "idempotency/burst/one-body",
            refused,
            clause,
            f"When different creates under one key run concurrently, only one makes {noun.an}.",
        ),
        _row(
            "idempotency/one-effect",
            SHOULD,
            clause,
            f"Creates under one key leave only one {noun.one} in the list, however often they are sent.",
        ),
        _row(
            "idempotency/same-parameters",
            SHOULD,
            clause,
            "Resending a create with other key order, white space, escapes or client headers is still a replay.",
        ),
        _row(
            "idempotency/conflict/absent-or-empty",
            SHOULD,
            clause,
            "Reusing a key with a parameter changed from absent to empty is a conflict.",
        ),
        _row(
            "idempotency/account-scoped",
            MUST,
            clause,
            f"A key used by one account never returns another account's {noun.one}.",
            Need.SECOND_ACCOUNT,
        ),
        _row(
            "idempotency/credential-scoped",
            MUST,
            clause,
            f"A used key reveals nothing about its {noun.one} to a caller without a valid credential.",
        ),
        _row(
            "idempotency/survives-restart",
            MUST,
            clause,
            "A key is still known after a restart of the server.",
            Need.RESTART_COMMAND,
        ),
        _row(
            "idempotency/across-replicas",
            MUST,
            clause,
            "A key used at one node of the service is known at every other node.",
            Need.SECOND_NODE,
        ),
    ):
        if how.code or row.id != "idempotency/conflict/code":
            yield row


def _either(statuses: Iterable[int]) -> str:
    return " or ".join(map(str, statuses))


def _robustness(parts: Parts, noun: Noun) -> Iterator[Requirement]:
    """Yield what holds for any request; a refusal has the texts of the documented one."""
    envelope = parts.envelope
    yield _row("robustness/no-server-error", MUST, _SENSE, "No request is answered with 5xx.")
    yield _row("robustness/answers", MUST, _SENSE, "Every request gets an answer: no hang, no dropped connection.")
    yield _row("robustness/malformed-refused", MUST, _SENSE, "A body that is not a JSON object is refused.")
    yield _row("robustness/keeps-serving", MUST, _SENSE, "After hostile requests, a valid create still works.")
    if parts.echoes and parts.idempotency.header:
        said = f"Concurrent creates under different keys are each answered with their own {noun.one}."
        yield _row("robustness/not-mixed-up", MUST, _SENSE, said)
    if envelope:
        texts = " and ".join(f"`{one}`" for one in envelope)
        said = f"A refusal is a JSON object with {texts}."
        yield _row("robustness/error-envelope", SHOULD, _PLATFORM, said)
    yield _row("robustness/no-leak", SHOULD, _SENSE, "No answer contains a stack trace or a credential.")


AUTH = (
    _row("auth/no-key", SHOULD, _PLATFORM, "A request without credentials is refused with 401."),
    _row("auth/empty-key", SHOULD, _PLATFORM, "A request with an empty API key is refused with 401."),
    _row("auth/other-scheme", SHOULD, _PLATFORM, "A request with another authentication scheme is refused with 401."),
    _row("auth/unknown-key", SHOULD, _PLATFORM, "A request with an unknown API key is refused with 401."),
)
