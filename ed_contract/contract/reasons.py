"""Why each requirement matters to clients, and the usual fix of a server that breaks it: one line each.

The first pattern that matches a requirement's id counts.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from ed_contract.contract.noun import Noun
from ed_contract.requirement import Requirement

_VALIDATE = "Validate {place} before creating anything, and answer 400 if it is invalid."
_BY_ACCOUNT = "Look keys up by account and key, never by key only."
_TIME = "Write timestamps in UTC as 2026-01-31T12:00:00.000Z; most languages have an RFC 3339 formatter."

_REASONS: tuple[tuple[str, str, str], ...] = (  # pattern, why, fix
    (
        "request/valid",
        "Clients that follow the documentation to the letter cannot create {noun.an}.",
        "Accept every documented field and value; the refusal's message says which one was rejected.",
    ),
    (
        "request/*/required",
        "A client that forgets {place} gets {noun.an} it did not intend instead of an error it can fix.",
        "Make {place} required when validating the request, and answer 400 without it.",
    ),
    (
        "request/*/type",
        "A value of the wrong type is stored or silently converted, and the client never learns of its mistake.",
        "Check the JSON type of {place} without coercion (strict mode in most validators), and answer 400.",
    ),
    (
        "request/*/enum",
        "A misspelt value seems to be accepted, and fails later, far from its cause.",
        "Compare {place} with the documented values exactly (case and spaces included), and answer 400 for any other.",
    ),
    (
        "request/*/items",
        "An invalid element is stored or dropped, and the client believes that it took effect.",
        "Validate every element of {place}, not only the first, and answer 400 if one is invalid.",
    ),
    ("request/*", "Values that the documentation rules out reach code that relies on it.", _VALIDATE),
    (
        "response/status",
        "Generated clients raise an error for an undocumented status.",
        "Answer a successful create with the documented status, a refused one with 4xx, and never redirect.",
    ),
    (
        "response/media-type",
        "Clients decide by the Content-Type whether to parse the body; many parse nothing but JSON.",
        "Send `Content-Type: application/json` with every JSON answer.",
    ),
    (
        "response/body",
        "Clients fail to parse the answer to a successful create, and do not know what was created.",
        "Return the created {noun.one} as one JSON object.",
    ),
    (
        "response/well-formed",
        "Strict JSON parsers reject the answer; lenient ones disagree about its meaning.",
        "Serialise the answer with a JSON library, as UTF-8 without a byte order mark, naming each member once.",
    ),
    (
        "response/config-matches-*",
        "A client looks for the configuration object that it sent, and finds none, or a second one beside it.",
        "Return the configuration object that the request chose, and omit the others or set them to null.",
    ),
    (
        "response/*/unique",
        "Clients that store {noun.many} by id overwrite one with another.",
        "Generate ids that cannot repeat: 128 random bits, or a database sequence.",
    ),
    (
        "response/*/not-before-*",
        "Clients that synchronise by last-update time miss {noun.the}.",
        "Set both timestamps from one reading of the clock when {noun.the} is created.",
    ),
    ("response/timestamp-separator", "Many strict RFC 3339 parsers fail without the `T`.", _TIME),
    ("response/*/format of timestamps", "Typed clients fail to parse the answer to a successful create.", _TIME),
    (
        "response/*/required",
        "Typed clients fail to parse an answer without {place}, even though the create succeeded.",
        "Include {place} in every successful answer.",
    ),
    (
        "response/*/type",
        "Typed clients fail to parse the answer to a successful create.",
        "Serialise {place} as its documented JSON type: quotes around strings only, and null only where documented.",
    ),
    (
        "response/*/enum",
        "Clients that switch on {place} encounter an unknown value.",
        "Return one of the documented values, spelt exactly as documented.",
    ),
    (
        "response/*",
        "Typed clients fail to parse the answer to a successful create.",
        "Serialise {place} as documented; a test that validates the answer against the schema keeps it so.",
    ),
    (
        "echo/normalised",
        "Clients that compare what they sent with what is stored see a difference, and resend it forever.",
        "Store values unchanged, and answer 400 to those that cannot be stored.",
    ),
    (
        "echo/*",
        "The stored {noun.one} is not the one the client asked for, and the answer is the only sign of it.",
        "Store {place} exactly as sent; check column widths, encodings, trimming, escaping and shared state.",
    ),
    (
        "include/secret-elsewhere",
        "The secret reaches logs and caches that redact only its documented place.",
        "Return the secret in its documented place, and nowhere else.",
    ),
    (
        "include/secret-shared",
        "The owner of one {noun.one} can forge the signatures of another.",
        "Generate a random secret for each {noun.one}.",
    ),
    (
        "include/*",
        "Clients cannot read {place} when they ask for it, or it leaks to clients that did not ask.",
        "Return {place} if, and only if, the request asks for it.",
    ),
    (
        "idempotency/replay",
        "A client that retries after a timeout ends up with two {noun.many}.",
        "Store the key and the answer in the transaction that creates {noun.the}; answer a known key from there.",
    ),
    (
        "idempotency/conflict/status",
        "A client that reuses a key by mistake is not warned, or mistakes the error for another.",
        "Store a fingerprint of the parameters with the key; answer {conflict} if a later request differs.",
    ),
    (
        "idempotency/conflict/code",
        "Clients tell this mistake from other errors by its code.",
        "Return the documented code in the error object.",
    ),
    (
        "idempotency/conflict/every-parameter",
        "A client that reuses a key for a changed request believes that the change took effect.",
        "Compute the fingerprint over the whole parsed body, nested objects included.",
    ),
    (
        "idempotency/conflict/absent-or-empty",
        "A client that clears a parameter under a used key believes that it was cleared.",
        "Compute the fingerprint over the parsed body before filling in defaults.",
    ),
    (
        "idempotency/conflict/keeps-first",
        "Once its key was reused by mistake, the first request can no longer be retried safely.",
        "Do not store a conflict's answer under the key; only the first request owns it.",
    ),
    (
        "idempotency/keys-independent",
        "Clients whose keys look alike get each other's {noun.many}.",
        "Compare keys exactly: case-sensitive, untrimmed, at full length (check the column's collation and width).",
    ),
    (
        "idempotency/no-key",
        "Two separate creates become one.",
        "Do not look up, derive or store a key for a request without one.",
    ),
    (
        "idempotency/refused/retry",
        "A client whose request was refused cannot correct it and retry under its key.",
        "Release the key when a request is refused, in a `finally` block or by rolling back the transaction.",
    ),
    (
        "idempotency/refused/remembers",
        "A client that corrects a refused request, and then retries it, ends up with two {noun.many}.",
        "Store the answer of whichever request creates {noun.the}, even if an earlier one under its key was refused.",
    ),
    (
        "idempotency/refused/owner",
        "Anyone who guesses a key can keep its owner from using it.",
        "Authenticate before looking up or storing the key.",
    ),
    (
        "idempotency/lost-answer",
        "A client that loses the answer and retries, which is what keys are for, ends up with two {noun.many}.",
        "Insert the key first, as for `idempotency/burst/*`; store the answer, whether or not the client waits for it.",
    ),
    (
        "idempotency/remembers",
        "A client that retries after a while ends up with two {noun.many}.",
        "Keep keys for at least a day, in storage without a limit on the number of entries.",
    ),
    (
        "idempotency/burst/one-body",
        "Two different requests that share a key by mistake both take effect, and nobody is warned.",
        "Insert the key first, under a unique constraint or a lock, and compare later requests with it.",
    ),
    (
        "idempotency/burst/*",
        "A client that retries while its first request is in progress ends up with two {noun.many}.",
        "Insert the key first, under a unique constraint or a lock; let later requests wait, or answer 409.",
    ),
    (
        "idempotency/one-effect",
        "The answer looks right, but more than one {noun.one} was created.",
        "Insert the key first, as for `idempotency/burst/*`, in the transaction that creates {noun.the}.",
    ),
    (
        "idempotency/same-parameters",
        "A retry by another client, or after an upgrade, fails although it asks for the same thing.",
        "Compute the fingerprint over the parsed parameters with sorted keys, not over bytes or headers.",
    ),
    ("idempotency/account-scoped", "One customer sees another customer's {noun.one}.", _BY_ACCOUNT),
    (
        "idempotency/credential-scoped",
        "Anyone who guesses a key can read {noun.the} without a credential.",
        "Authenticate before looking up the key.",
    ),
    (
        "idempotency/survives-restart",
        "A client that retries after a deployment ends up with two {noun.many}.",
        "Store keys where {noun.many} are stored, not in process memory.",
    ),
    (
        "idempotency/across-replicas",
        "A client whose retry reaches another node ends up with two {noun.many}.",
        "Keep keys in storage that all nodes share, and insert the key first, under a unique constraint.",
    ),
    (
        "robustness/no-server-error",
        "Clients retry after a 5xx: it says that the server, not the request, is at fault.",
        "Find the exception in the server's log; answer 400 to requests that it cannot handle.",
    ),
    (
        "robustness/answers",
        "The client cannot know whether anything was created.",
        "Limit what a request may cost (size, depth, time), and answer 4xx beyond that.",
    ),
    (
        "robustness/malformed-refused",
        "A client whose body was damaged in transit gets {noun.an} it did not ask for.",
        "Parse the whole body strictly, and answer 400 if it is not one JSON object.",
    ),
    (
        "robustness/keeps-serving",
        "One bad request takes the service down for everybody.",
        "Handle one request's errors without losing the worker; look for the crash in the server's log.",
    ),
    (
        "robustness/not-mixed-up",
        "One customer's data shows up in another customer's {noun.one}.",
        "Keep request state out of globals, singletons and attributes that concurrent requests share.",
    ),
    (
        "robustness/error-envelope",
        "Clients cannot show or log why the request was refused.",
        "Render every error, including the framework's own, as the documented JSON object.",
    ),
    (
        "robustness/no-leak",
        "Stack traces and credentials in answers end up in logs and help attackers.",
        "Turn off debug mode, and answer with your own error message.",
    ),
    (
        "auth/*",
        "Anyone who can reach the server can create {noun.many}.",
        "Check the credential first, and answer 401 with `WWW-Authenticate`.",
    ),
)


def reasoned(row: Requirement, *, noun: Noun, conflict: str) -> Requirement:
    """Return a requirement with why it matters and how to fix it.

    Args:
        row: the requirement.
        noun: what a create makes.
        conflict: the status of a conflict, as sentences name it.
    """
    _, _, rest = row.id.partition("/")
    place = rest if row.area in {"echo", "include"} else rest.rpartition("/")[0]
    words = {"noun": noun, "place": f"`{place}`" if place else "the body", "conflict": conflict}
    name = f"{row.id} of timestamps" if row.id.endswith("/format") and "RFC 3339 timestamp" in row.statement else row.id
    why, fix = next((why, fix) for pattern, why, fix in _REASONS if fnmatchcase(name, pattern))
    return replace(row, why=why.format(**words), fix=fix.format(**words))
