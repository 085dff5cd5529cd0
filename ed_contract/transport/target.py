"""What a run points at, and how a request to it looks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ed_contract.case import Credential
from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.headers import BASIC, in_base64
from ed_contract.exceptions import UsageError
from ed_contract.interaction import Headers
from ed_contract.masking import MASK
from ed_contract.options import BY_NAME, DEFAULTS, OPTIONS, Settings
from ed_contract.transport.application import Application, Callback, application_of
from ed_contract.transport.credentials import refuse_live

HOST = "localhost"  # of applications; what frameworks that check the host accept while one develops
UNKNOWN_KEY = "sk_test_nobody_has_this_key"
NOBODYS = "_nobodys"
"""What makes a key one that nobody has, however much it resembles the right one: what looks at its start is fooled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server's base URL, and everything needed to talk to it.

    The path is appended to `url` unless the URL already ends with it. Raises UsageError for a URL that is not
    an absolute http or https URL or has more than a path, for headers that HTTP cannot carry, and for a live key
    without `allow_live`. None stands for what the contract says.

    `renewed` is shared by all copies of the target, so each of them knows every key.
    """

    url: str
    api_key: str | None = field(default=None, repr=False)
    second_api_key: str | None = field(default=None, repr=False)  # another account's
    headers: Headers = ()  # sent with every request; a mapping, or NAME:VALUE, is taken too
    api_version: str | None = None  # that creates are written for; "" sends none
    path: str | None = None  # where creates are posted to, below the URL
    key_format: str | None = None  # what keys look like: `uuid`, `prefix:TEXT` or `regex:RE`
    request_timeout: float = DEFAULTS.request_timeout  # seconds for one whole answer
    auth_header: str | None = None  # where the key goes: by itself, if the header is not `Authorization`
    tls_verify: bool | str = True  # whether certificates are checked, or the file or folder of those that are trusted
    cert: str | None = None  # the client certificate, a file in PEM
    cert_key: str | None = None  # its key, if it is in another file
    proxy: str | None = field(default=None, repr=False)  # the URL of an HTTP proxy, before the environment's
    allow_live: bool = False  # whether a run may make its hundreds of destinations with a live key
    credential_command: str | None = field(default=None, repr=False)  # prints a fresh `api_key`, for the shell
    renewed: list[str] = field(default_factory=list, repr=False, compare=False)  # took the place of `api_key`, in turn
    app: Application | None = None  # is called in process in the server's place; `of_app` gives it
    contract: Contract = field(default=CONTRACT, repr=False)  # documents the creates

    @classmethod
    def of_app(cls, app: str | Callback, *, api_key: str | None = None, second_api_key: str | None = None) -> Target:
        """Return the target that is an ASGI or WSGI application, called in process, without a socket.

        Args:
            app: the application, or MODULE:ATTR; a name that ends with `()` is called to make it.
            api_key: as of any target.
            second_api_key: the same.

        Raises:
            UsageError: it cannot be imported, or is not an application.
        """
        found = application_of(app)
        return cls(url=f"http://{HOST}", app=found, api_key=api_key, second_api_key=second_api_key)

    def __post_init__(self) -> None:
        """Check what the user gave."""
        _check_url(self.url)
        _check_base(self.url, self.create_path)
        if self.proxy is not None:
            _check_url(self.proxy)
        if not 0 < self.request_timeout < float("inf"):
            raise UsageError(f"invalid request timeout {self.request_timeout:g}\ngive seconds above 0.")
        if self.cert_key is not None and self.cert is None:
            raise UsageError("--cert-key without --cert\ngive the certificate too.")
        object.__setattr__(self, "headers", BY_NAME["header"].read(self.headers, "headers"))
        for name, value in self.headers:
            _check_header(name, value)
        header = self.credential_header
        if not _is_token(header) or header.lower() in _FRAMING | self.contract.headers.own:
            raise UsageError(f"--auth-header: invalid name {header!r}: expected a header name, e.g. X-Api-Key")
        for option, given in (
            ("--api-key", self.api_key),
            ("--second-api-key", self.second_api_key),
            ("--api-version", self.api_version),
        ):
            if given and not (given.isascii() and given.isprintable()):
                raise UsageError(f"{option} holds characters that a header cannot carry\nuse only visible ASCII.")
        if self.second_api_key and self.second_api_key == self.api_key:
            raise UsageError("--second-api-key is the same as --api-key\ngive that of another account, or none.")
        refuse_live(self)

    def __repr__(self) -> str:
        """Show what was given, but nothing that may be a credential: it stands in tracebacks."""
        masked: dict[str, object] = {one.name: MASK for one in fields(self) if not one.repr and getattr(self, one.name)}
        masked |= {"url": shown_url(self.url), "headers": tuple((name, MASK) for name, _ in self.headers)}
        shown = ((one.name, masked.get(one.name, getattr(self, one.name))) for one in fields(self))
        return f"Target({', '.join(f'{name}={value!r}' for name, value in shown)})"

    def __str__(self) -> str:
        """Return the URL that creates are posted to, without any user information, or the application's name."""
        if self.app is not None:
            return str(self.app)
        parts = urlsplit(self.endpoint)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    @property
    def endpoint(self) -> str:
        """The URL that creates are posted to."""
        path = "/" + self.create_path.lstrip("/")
        base = self.url.rstrip("/")
        if not base.endswith(path.rstrip("/")):
            return base + path
        return f"{base}/" if path.endswith("/") else self.url

    @property
    def create_path(self) -> str:
        """The path of creates, below the URL."""
        return self.contract.path(self.path)

    @property
    def credential_header(self) -> str:
        """The name of the header that carries the credential."""
        return self.contract.headers.credential if self.auth_header is None else self.auth_header

    @property
    def scheme(self) -> str:
        """The word before the credential, with a blank behind it; "" for none."""
        return self.contract.headers.scheme_in(self.credential_header)

    @property
    def version_header(self) -> tuple[str, str] | None:
        """The header that says which API version creates are written for, or None."""
        headers = self.contract.headers
        value = headers.version_value if self.api_version is None else self.api_version
        return (headers.version, value) if headers.version and value else None

    @property
    def key(self) -> str | None:
        """The first account's key: the one given, or the newest that replaced it."""
        return self.renewed[-1] if self.renewed else self.api_key

    @property
    def has_own_authorization(self) -> bool:
        """Whether a header of the user's carries the credential, so that every request has it."""
        return any(name.lower() == self.credential_header.lower() for name, _ in self.headers)

    def authorization(self, credential: Credential) -> str | None:
        """Return the value of the credential's header for `credential`, or None for no such header."""
        if credential is Credential.NONE or (credential is Credential.FIRST and not self.key):
            return None
        scheme, first, second = self.scheme, self.key, self.second_api_key
        unknown = f"{first}{NOBODYS}" if first else UNKNOWN_KEY
        if scheme == BASIC:
            first, second = (one and in_base64(one) for one in (first, second))
            unknown = in_base64(f"{UNKNOWN_KEY}:{UNKNOWN_KEY}")  # a user's wrong passwords may lock them out
        return {
            Credential.FIRST: f"{scheme}{first}",
            Credential.SECOND: f"{scheme}{second}",
            Credential.EMPTY: scheme.strip(),
            Credential.OTHER_SCHEME: f"Digest {first}",
            Credential.UNKNOWN: f"{scheme}{unknown}",
            Credential.FURTHER: f"{scheme}{second or first}",
        }[credential]


def target_of(target: Target | str, *, api_key: str | None = None) -> Target:
    """Return `target` as a Target; a string is its URL."""
    given = Target(url=target) if isinstance(target, str) else target
    return given if api_key is None else replace(given, api_key=api_key)


def shown_url(url: str) -> str:
    """Return a URL, or what was given as one, without a user, and without a query, which may hold a token."""
    return re.split(r"[?#]", re.sub(r"^([^/?#]*//)?.*@", r"\1", url, flags=re.DOTALL))[0]


_BASE_URL = "give the server's base URL, e.g. http://127.0.0.1:8000."
_ADDRESS = re.compile(
    r"(?:[A-Za-z0-9-]+:\d+|localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?)(?:/|$)"
)
"""What is most likely the address of a server, without a scheme."""


def _check_url(url: str) -> None:
    shown = shown_url(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(f"invalid URL {shown!r}\n{_BASE_URL}") from None
    if parts.scheme not in {"http", "https"}:
        hint = _BASE_URL
        if "://" not in shown and _ADDRESS.match(shown):
            hint = f"write http://{shown}, or https if the server uses TLS."
        raise UsageError(f"{shown!r} is not an http or https URL\n{hint}")
    if not parts.hostname or port == 0 or any(ord(char) <= 32 for char in url):  # noqa: PLR2004 - blanks and controls
        raise UsageError(f"{shown!r} has no host\n{_BASE_URL}")


def _check_base(url: str, path: str) -> None:
    """Refuse what a base URL may not have, and do not repeat it: it may be a password or a token."""
    if "@" in urlsplit(url).netloc:
        raise UsageError(
            'the URL contains a user name\ngive the credential as a header, e.g. -H "Authorization: Basic …".'
        )
    for name, given in (("URL", url), ("path", path)):
        for mark, part in (("#", "fragment"), ("?", "query")):
            if mark in given:
                raise UsageError(
                    f'the {name} has a {part}\nleave it out; a token goes into a header, e.g. -H "X-Token: …".'
                )


def _is_token(name: str) -> bool:
    return bool(name) and all(char.isascii() and (char.isalnum() or char in "!#$%&'*+-.^_`|~") for char in name)


_FRAMING = {"content-length", "transfer-encoding", "connection"}  # of each request its own


def _check_header(name: str, value: str) -> None:
    if name.lower() in _FRAMING:
        raise UsageError(f"the header {name} cannot be set\nit is generated for each request.")
    if not _is_token(name):
        raise UsageError(f"invalid header name {name!r}\ngive a header as NAME:VALUE, e.g. X-Tenant:acme.")
    if not (value.isascii() and (value.isprintable() or not value)):
        raise UsageError(f"the value of header {name} holds characters that HTTP cannot carry\nuse only visible ASCII.")


def target_from(
    settings: Settings, given: Target | str | None = None, contract: Contract | None = None
) -> Target | None:
    """Return the target that settings name, or `given` with what they say of credentials, headers and the like.

    A Target with a URL is as it is, but for the contract, if one is given: whoever made it has said everything else.
    None: there is nothing to judge.
    """
    if given is None:
        given = Target.of_app(settings.app) if settings.app is not None else settings.url
    if given is None:
        return None
    about: dict[str, Any] = {} if contract is None else {"contract": contract}
    if isinstance(given, Target) and given.app is None:
        return replace(given, **about)
    said = {option.attribute: getattr(settings, option.attribute) for option in OPTIONS if option.needs_target}
    names = {field.name for field in fields(Target)}
    told = {name: value for name, value in said.items() if name in names and value != getattr(DEFAULTS, name)}
    return Target(url=given, **told, **about) if isinstance(given, str) else replace(given, **told, **about)
