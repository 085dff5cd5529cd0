"""Why each requirement matters to clients, and how a server that breaks it is usually fixed: one line each.

The first pattern that matches the id of a requirement is the one that counts.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from ed_contract.contract.noun import Noun
from ed_contract.requirement import Requirement

_VALIDATE = "Validate {place} before creating anything, and answer 400 if it does not fit."
_BY_ACCOUNT = "Look keys up by account and key, never by the key only."
_TIME = "Write timestamps in UTC as 2026-01-31T12:00:00.000Z; most languages have a formatter for RFC 3339."

_REASONS: tuple[tuple[str, str, str], ...] = (  # pattern, why, fix
    (
        "request/valid",
        "Clients that follow the documentation to the letter cannot create {noun.an}.",
        "Accept every documented field and value; the message of the refusal says which one the server rejects.",
    ),
    (
        "request/*/required",
        "A client that forgets {place} gets {noun.an} it did not mean instead of an error it can correct.",
        "Make {place} required in the request's validation, and answer 400 without it.",
    ),
    (
        "request/*/type",
        "A value of the wrong type is stored or silently converted, and the client never learns of its mistake.",
        "Check the JSON type of {place} without converting it (strict mode in most validators), and answer 400.",
    ),
    (
        "request/*/enum",
        "A misspelt value looks accepted and fails later, where nobody looks for it.",
        "Compare {place} with the documented values exactly (case and blanks included), and answer 400 for any other.",
    ),
    (
        "request/*/items",
        "An invalid element is stored or dropped, and the client believes that it is in force.",
        "Validate every element of {place}, not only the first, and answer 400 if one does not fit.",
    ),
    ("request/*", "Values that the documentation excludes reach whatever relies on it.", _VALIDATE),
    (
        "response/status",
        "Generated clients raise an error for a status that is not documented.",
        "Answer a create with the documented status and a refusal with 4xx; redirect neither.",
    ),
    (
        "response/media-type",
        "Clients decide by the Content-Type whether to parse the body; many refuse to parse any other.",
        "Send `Content-Type: application/json` with every JSON answer.",
    ),
    (
        "response/body",
        "Clients fail to parse the answer of a create that succeeded, and do not know what was created.",
        "Return the created {noun.one} as one JSON object.",
    ),
    (
        "response/well-formed",
        "Strict JSON parsers reject the answer; lenient ones disagree about its meaning.",
        "Serialise the answer with a JSON library as UTF-8, without a byte order mark, naming each member once.",
    ),
    (
        "response/config-matches-*",
        "Clients pick the configuration object by the chosen value, and find nothing or the wrong one.",
        "Return the configuration object of the chosen value, and leave the others out or null.",
    ),
    (
        "response/*/unique",
        "Clients that store {noun.many} by id overwrite one with another.",
        "Generate ids that cannot repeat: random ones of 128 bits, or a sequence of the database.",
    ),
    (
        "response/*/not-before-*",
        "Clients that synchronise by the time of the last update miss {noun.the}.",
        "Set both timestamps from one reading of the clock when {noun.the} is created.",
    ),
    ("response/timestamp-separator", "Many strict parsers of RFC 3339 fail without the `T`.", _TIME),
    ("response/*/format of timestamps", "Typed clients fail to parse the answer of a create that succeeded.", _TIME),
    (
        "response/*/required",
        "Typed clients fail to parse an answer without {place}, though the create succeeded.",
        "Serialise {place} in every successful answer.",
    ),
    (
        "response/*/type",
        "Typed clients fail to parse the answer of a create that succeeded.",
        "Serialise {place} as the documented JSON type: not a number as a string, nor null where that is excluded.",
    ),
    (
        "response/*/enum",
        "Clients that switch on {place} meet a value that they do not know.",
        "Return one of the documented values, spelt exactly as documented.",
    ),
    (
        "response/*",
        "Typed clients fail to parse the answer of a create that succeeded.",
        "Serialise {place} as documented; a test that validates the answer by the schema keeps it so.",
    ),
    (
        "echo/normalised",
        "Clients that compare what they sent with what is stored see a difference, and send it again forever.",
        "Store what was sent unchanged, or refuse with 400 what cannot be stored.",
    ),
    (
        "echo/*",
        "The stored {noun.one} is not the one the client asked for, and the answer is the only sign of it.",
        "Store {place} as sent, and nothing of another request; check widths, encodings, trimming and escaping.",
    ),
    (
        "include/secret-elsewhere",
        "The secret reaches logs and caches that redact its documented place only.",
        "Return the secret at its documented place, and nowhere else.",
    ),
    (
        "include/secret-shared",
        "Whoever owns one {noun.one} can forge what another one signs.",
        "Generate a random secret for each {noun.one}.",
    ),
    (
        "include/*",
        "Clients cannot read {place} when they ask for it, or it leaks to those that did not ask.",
        "Return {place} exactly if the request asks to include it.",
    ),
    (
        "idempotency/replay",
        "A client that retries after a timeout creates {noun.an} twice.",
        "Store key and answer in the transaction that creates {noun.the}; answer a known key with what is stored.",
    ),
    (
        "idempotency/conflict/status",
        "A client that reuses a key by mistake is not warned, or takes the error for another one.",
        "Store a fingerprint of the parameters with the key; answer {conflict} if a later request differs.",
    ),
    (
        "idempotency/conflict/code",
        "Clients tell this mistake from other errors by its code.",
        "Return the documented code in the error object.",
    ),
    (
        "idempotency/conflict/every-parameter",
        "A client that reuses a key for a changed request believes that the change is in force.",
        "Take the fingerprint over the whole parsed body, nested objects included.",
    ),
    (
        "idempotency/conflict/absent-or-empty",
        "A client that clears a parameter under a used key believes that it was cleared.",
        "Take the fingerprint over the parsed body before defaults are filled in.",
    ),
    (
        "idempotency/conflict/keeps-first",
        "A retry of the first request fails, or creates again, because another request used its key by mistake.",
        "Do not store the answer of a conflict under the key; only the first request owns it.",
    ),
    (
        "idempotency/keys-independent",
        "Clients whose keys look alike get each other's {noun.many}.",
        "Compare keys exactly: case-sensitive, untrimmed, in full length (check the column's collation and width).",
    ),
    (
        "idempotency/no-key",
        "Two creates that are meant to be two become one.",
        "Do not look up, derive or store a key for a request that has none.",
    ),
    (
        "idempotency/refused/retry",
        "A client whose request was refused cannot correct it and try again under its key.",
        "Release the key when a request is refused, in a `finally` block or by rolling the transaction back.",
    ),
    (
        "idempotency/refused/remembers",
        "A client that corrected a refused request and retries creates {noun.an} twice.",
        "Store the answer of whichever request creates {noun.the}, also if an earlier one under its key was refused.",
    ),
    (
        "idempotency/refused/owner",
        "Anybody who guesses a key can keep its owner from using it.",
        "Authenticate before the key is looked up or stored.",
    ),
    (
        "idempotency/lost-answer",
        "A client that lost the answer and retries, which is what keys are for, creates {noun.an} twice.",
        "Finish a request and store its answer even if the client hangs up.",
    ),
    (
        "idempotency/remembers",
        "A client that retries after a while creates {noun.an} twice.",
        "Keep keys for at least a day, in storage that is not bounded by a number of entries.",
    ),
    (
        "idempotency/burst/one-body",
        "Two different requests that share a key by mistake both take effect, and nobody is warned.",
        "Insert the key first, under a unique constraint or a lock, and compare the later request with it.",
    ),
    (
        "idempotency/burst/*",
        "A client that retries while its first request is under way creates {noun.an} twice.",
        "Insert the key first, under a unique constraint or a lock; let the later request wait, or answer 409.",
    ),
    (
        "idempotency/one-effect",
        "The answer looks right, but more than one {noun.one} was created.",
        "Create {noun.the} only after the key was claimed, in the same transaction.",
    ),
    (
        "idempotency/same-parameters",
        "A retry by another client, or after an upgrade, fails although it asks for the same.",
        "Take the fingerprint over the parsed parameters with sorted keys, not over bytes or headers.",
    ),
    ("idempotency/account-scoped", "One customer sees another customer's {noun.one}.", _BY_ACCOUNT),
    (
        "idempotency/credential-scoped",
        "Whoever guesses a key reads the {noun.one} without a credential.",
        "Authenticate before the key is looked up.",
    ),
    (
        "idempotency/survives-restart",
        "Every deployment makes the retries that it interrupts create {noun.an} twice.",
        "Store keys where {noun.many} are stored, not in the memory of the process.",
    ),
    (
        "idempotency/across-replicas",
        "A retry that the load balancer sends to another node creates {noun.an} twice.",
        "Store keys in storage that all nodes share, under a unique constraint.",
    ),
    (
        "robustness/no-server-error",
        "Clients retry a 5xx: it says that the request may be right and the server is at fault.",
        "Find the exception in the server's log; answer 400 for what it cannot take.",
    ),
    (
        "robustness/answers",
        "The client does not know whether anything was created.",
        "Bound what a request may cost (size, depth, time), and answer 4xx beyond it.",
    ),
    (
        "robustness/malformed-refused",
        "A client whose body was damaged on the way gets {noun.an} it did not ask for.",
        "Parse the whole body strictly, and answer 400 if it is not one JSON object.",
    ),
    (
        "robustness/keeps-serving",
        "One bad request takes the service down for everybody.",
        "Handle errors of one request without losing the worker; look for the crash in the server's log.",
    ),
    (
        "robustness/not-mixed-up",
        "One customer's data shows up in another customer's {noun.one}.",
        "Keep the state of a request out of globals, singletons and attributes that concurrent requests share.",
    ),
    (
        "robustness/error-envelope",
        "Clients cannot show or log why the request was refused.",
        "Render every error, those of the framework included, as the documented JSON object.",
    ),
    (
        "robustness/no-leak",
        "Stack traces and credentials in answers end up in logs, and help attackers.",
        "Turn debug mode off, and answer with a message of your own.",
    ),
    (
        "auth/*",
        "Whoever reaches the server can create {noun.many}.",
        "Check the credential before anything else, and answer 401 with `WWW-Authenticate`.",
    ),
)


def reasoned(row: Requirement, *, noun: Noun, conflict: str) -> Requirement:
    """Return a requirement with why it matters and how it is fixed.

    Args:
        row: the requirement.
        noun: what a create makes.
        conflict: the status of a conflict, as sentences have it.
    """
    _, _, rest = row.id.partition("/")
    place = rest if row.area in {"echo", "include"} else rest.rpartition("/")[0]
    words = {"noun": noun, "place": f"`{place}`" if place else "the body", "conflict": conflict}
    name = f"{row.id} of timestamps" if row.id.endswith("/format") and "timestamp" in row.statement else row.id
    why, fix = next((why, fix) for pattern, why, fix in _REASONS if fnmatchcase(name, pattern))
    return replace(row, why=why.format(**words), fix=fix.format(**words))
