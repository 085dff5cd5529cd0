"""Decides from the first interaction of a run whether the target can be judged at all, and says why if not.

Each stop has two lines: what came, with the server's own words, and what to do about that cause.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from ed_contract.exceptions import CredentialsRefused, NoSuchRoute, TargetError, Unreachable
from ed_contract.excerpt import json_start
from ed_contract.interaction import CONFLICT, Interaction, NoAnswer, NotSent, Response
from ed_contract.runner.dates import http_date
from ed_contract.runner.keys import Keys
from ed_contract.runner.ledger import DestinationLedger
from ed_contract.runner.words import is_web_page, own_words, plain, saying
from ed_contract.transport import Target
from ed_contract.transport.proxies import route_of

LONGEST = 100  # characters of a timestamp that are read
FRESH = 5.0  # seconds between a destination's creation and the answer that tells it, at most
_WANTS_CERTIFICATE = re.compile(r"(ssl|tls|client) certificate", re.IGNORECASE)
_WANTS_TLS = re.compile(r"plain HTTP|HTTP request to an HTTPS", re.IGNORECASE)
_EXISTS = re.compile(
    r"already (been )?(exist|taken|in use|registered|used|created)|duplicate|(must be|not) unique", re.IGNORECASE
)
_ABOUT_KEYS = re.compile(r"idempotency[-_ ]?key", re.IGNORECASE)
_KEY_HEADER = re.compile(r"\bX-(?:[A-Za-z]+-)*(?:Key|Token)\b", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,20})(?=[\s,]|$)")
_PREFIX = re.compile(r"(bearer|basic|token)\s", re.IGNORECASE)


def meet(
    first: Interaction, *, nodes: Mapping[str, Target], keys: Keys | None, ledger: DestinationLedger | None
) -> None:
    """Raise if the first answer of a node shows that judging is pointless; renew seeded keys that were used before."""
    try:
        require_judgeable(first, nodes[first.node])
    except TargetError:
        if ledger is not None and first.number > 1:  # another node made something
            ledger.clean_up(interrupted=True)
        raise
    if keys is not None and meets_used_keys(first):
        keys.renew(secrets.token_hex(8))


def require_judgeable(first: Interaction, target: Target) -> None:
    """Raise a TargetError that says why if `first`, the page's own example, shows that judging is pointless.

    Any answer that is not named here, however wrong, is the contract's matter.
    """
    answer = first.answer
    if isinstance(answer, NotSent):
        raise TargetError(f"the request to {target} cannot be sent: {answer.reason}\ncheck the URL and the headers.")
    if isinstance(answer, NoAnswer):
        reason = plain(answer.reason, target)
        raise Unreachable(f"{target} does not answer ({reason})\n{_advice(answer.reason, target)}")
    if not isinstance(answer, Response):
        return
    for stops in _STOPS:
        if (error := stops(answer, target)) is not None:
            raise error


def meets_used_keys(first: Interaction) -> bool:
    """Whether the page's own example was answered with a destination that is older than the answer.

    Then the keys of this seed were used here before, and this run would get the answers of an earlier one. Both times
    are the server's own: no clock of ours is compared with it.
    """
    answer = first.answer
    if first.created is None or not isinstance(answer, Response):
        return False
    if (answer.header("idempotent-replayed") or "").lower() == "true":
        return True
    answered = http_date(answer.header("date") or "")
    try:
        created = datetime.fromisoformat(json_start(first.contract.created(first.created), LONGEST).strip('"'))
    except ValueError:
        return False
    if answered is None or created.tzinfo is None:
        return False
    return (answered - created).total_seconds() > FRESH


def _points_elsewhere(answer: Response, target: Target) -> TargetError | None:
    location = answer.header("location")
    if not answer.redirects or not location:
        return None
    try:
        parts = urlsplit(urljoin(target.endpoint, location))
        place = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        place = ""
    if place == target.endpoint:
        return None  # no other place
    if not (shown := plain(place, target)):
        return TargetError(f"{target} answers {answer.status} and redirects nowhere\ncheck the URL.")
    if parts.path.rstrip("/").endswith("/" + target.create_path.strip("/")):
        hint = "give that URL."
    elif answer.status in {301, 308}:
        hint = "give the URL of that server, and the path of its creates with --path."
    else:
        hint = "is that a login page? check the URL and the credentials."
    return TargetError(f"{target} answers {answer.status} and redirects to {shown}\n{hint}")


def _speaks_tls(answer: Response, target: Target) -> TargetError | None:
    if answer.status != 400 or not _WANTS_TLS.search(_whole(answer)):  # noqa: PLR2004 - bad request
        return None
    return TargetError(f"{target} answers 400{saying(answer, target)}\nit speaks TLS: try {_other(target)}")


def _wants_certificate(answer: Response, target: Target) -> TargetError | None:
    if answer.status not in {400, 401, 403} or not _WANTS_CERTIFICATE.search(_whole(answer)):
        return None
    return CredentialsRefused(f"{target} answers {answer.status}{saying(answer, target)}\n{_certificate(target)}")


def _proxy_refuses(answer: Response, target: Target) -> TargetError | None:
    route = route_of(target)
    if answer.status != 407 or route.proxy is None:  # noqa: PLR2004 - proxy authentication required
        return None
    return TargetError(
        f"the proxy {route.shown} answers 407{saying(answer, target)}\n"
        f"give its user and password in the URL of {route.given_by}."
    )


def _firewall(answer: Response, target: Target) -> TargetError | None:
    if answer.status != 403 or not is_web_page(answer):  # noqa: PLR2004 - forbidden
        return None
    return TargetError(
        f"{target} answers 403 with a web page, not JSON{saying(answer, target)}\n"
        "is that a firewall in front of it? let this client through, or bypass it."
    )


def _credentials(answer: Response, target: Target) -> TargetError | None:
    if answer.status not in {401, 403}:
        return None
    return CredentialsRefused(
        f"{target} refuses the credentials with {answer.status}{saying(answer, target)}\n"
        f"{_about_credentials(answer, target)}"
    )


def _about_credentials(answer: Response, target: Target) -> str:
    """Return what to do about a refused credential."""
    asked = _SCHEME.match(answer.header("www-authenticate") or "")
    in_words = _KEY_HEADER.search(own_words(answer, target))
    if target.scheme and target.api_key and (prefix := _PREFIX.match(target.api_key)):
        return f'the key begins with "{prefix[1]} ": leave that out, it is added.'
    if in_words and in_words[0].lower() != target.credential_header.lower():
        return f"does the key belong in another header? try --auth-header {in_words[0]}"
    if asked and asked[1].lower() != (target.scheme.strip() or "Bearer").lower():
        return f'the server wants the scheme {asked[1]}: give it with -H "Authorization: {asked[1]} …".'
    if target.credential_command:
        return "check what --credential-command prints: it is sent instead of --api-key."
    return "check the key." if target.api_key else "no key was given: set $ED_CONTRACT_API_KEY, or give --api-key."


def _no_route(answer: Response, target: Target) -> TargetError | None:
    if answer.status not in {404, 405}:
        return None
    return NoSuchRoute(
        f"{target} answers {answer.status}: no create there{saying(answer, target)}\n"
        f"check the URL; set --path if creates are not at {target.contract.operation.path}."
    )


def _web_page(answer: Response, target: Target) -> TargetError | None:
    if not is_web_page(answer):
        return None
    return TargetError(
        f"{target} answers {answer.status} with a web page, not JSON{saying(answer, target)}\n"
        "check that the URL is the API's base URL."
    )


def _exists(answer: Response, target: Target) -> TargetError | None:
    words = own_words(answer, target)
    if answer.status not in {400, CONFLICT, 422} or "idempoten" in words.lower() or not _EXISTS.search(words):
        return None
    return TargetError(
        f"{target} refuses the {target.contract.source}'s example with {answer.status}{saying(answer, target)}\n"
        f"delete the {target.contract.noun.one} it refers to, or use an account without any."
    )


def _key_form(answer: Response, target: Target) -> TargetError | None:
    words, header = own_words(answer, target), target.contract.headers.key
    about_keys = _ABOUT_KEYS.search(words) or (header and header.lower() in words.lower())
    if answer.status not in {400, 422} or not about_keys:
        return None
    return TargetError(
        f"{target} refuses the {target.contract.source}'s example with {answer.status}{saying(answer, target)}\n"
        "does it accept only one form of key? set --key-format, e.g. prefix:key_ or 'regex:[a-z0-9]{20,40}'."
    )


_STOPS: tuple[Callable[[Response, Target], TargetError | None], ...] = (
    _points_elsewhere,
    _speaks_tls,
    _wants_certificate,
    _proxy_refuses,
    _firewall,
    _credentials,
    _no_route,
    _web_page,
    _exists,
    _key_form,
)
"""The first that returns an error says why the target cannot be judged."""


def _advice(reason: str, target: Target) -> str:
    """Return what to do where no answer came."""
    for pattern, hint in _CAUSES:
        if re.search(pattern, reason, re.IGNORECASE):
            return hint(target)
    route = route_of(target)
    if "no connection" in reason:
        if route.proxy is None:
            return "is the server running, and is the port right?"
        ignored = "".join(f"; {one!r} in NO_PROXY is invalid" for one in route.ignored)
        return f"is the proxy {route.shown}, set by {route.given_by}, right?{ignored}"
    return "is it an HTTP server, and is the port right?"


def _certificate(target: Target) -> str:
    if target.cert is None:
        return "give the client certificate it requires with --cert, and its key with --cert-key."
    return "it refuses the client certificate: check --cert and --cert-key."


def _other(target: Target) -> str:
    """Return the target's URL with the other scheme."""
    scheme, _, rest = target.url.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}://{rest}"


_TRUST = (
    "trust it with --tls-verify FILE, a file or a folder of PEM certificates, or skip verification: --tls-verify no."
)
_CAUSES: tuple[tuple[str, Callable[[Target], str]], ...] = (
    ("certificate has expired", lambda _: "renew the certificate, or skip verification: --tls-verify no."),
    ("not yet valid", lambda _: "is a clock wrong? else skip verification: --tls-verify no."),
    (
        "(hostname|ip address) mismatch|is not valid for",
        lambda _: (
            "the certificate is for another host: use its name in the URL, or skip verification: --tls-verify no."
        ),
    ),
    ("certificate verify failed", lambda _: _TRUST),
    ("certificate.required|alert.(bad|unknown|handshake|access|certificate)|handshake.failure", _certificate),
    ("protocol.version", lambda _: "the server supports only obsolete versions of TLS: update it."),
    ("ssl", lambda target: f"does it speak plain HTTP? try {_other(target)}"),
    (
        "illegal request line|illegal status line: bytearray\\(b'\\\\x15",
        lambda target: f"does it speak TLS? try {_other(target)}",
    ),
)
"""What a reason says, and what to do then; the first that fits."""


def _whole(answer: Response) -> str:
    return answer.body[:4096].decode("utf-8", "replace")
