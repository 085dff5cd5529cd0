"""Servers that show what was not asked for, or do not show what was."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

from werkzeug.wrappers import Response

from ed_contract.mutants.seams import altered, at, rendering
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Destination, Document, Json, Params, Reference

URL = "webhook_endpoint.url"
SECRET = "webhook_endpoint.signing_secret"  # noqa: S105 - the name of a place

Asked: TypeAlias = Callable[[list[str], Params], Collection[str]]
"""From what is asked for, and all parameters, to what is shown."""


def showing(asked: Asked) -> type[Reference]:
    """Return the server that shows other fields than are asked for."""

    class Shows(Reference):
        def included(self, params: Params) -> Collection[str]:
            return asked(list(super().included(params)), params)

    return Shows


_SHOWN: tuple[tuple[str, str, str, tuple[str, ...], Asked], ...] = (
    ("url-never", URL, "Never shows the URL.", (), lambda asked, _: {*asked} - {URL}),
    ("url-always", URL, "Always shows the URL.", (), lambda asked, _: {*asked, URL}),
    ("secret-never", SECRET, "Never shows the secret.", (), lambda asked, _: {*asked} - {SECRET}),
    ("secret-always", SECRET, "Always shows the secret.", (), lambda asked, _: {*asked, SECRET}),
    (
        "both-always",
        SECRET,
        "Shows all that can be included, always.",
        (f"include/{URL}",),
        lambda _, __: {URL, SECRET},
    ),
    ("include-ignored", URL, "Ignores what is asked for.", (f"include/{SECRET}",), lambda _, __: ()),
    (
        "secret-with-the-url",
        SECRET,
        "Shows the secret where the URL is asked for.",
        (),
        lambda asked, _: {*asked, SECRET} if URL in asked else asked,
    ),
    (
        "url-with-the-secret",
        URL,
        "Shows the URL where the secret is asked for.",
        (),
        lambda asked, _: {*asked, URL} if SECRET in asked else asked,
    ),
    (
        "secret-with-both-only",
        SECRET,
        "Shows the secret only if the URL is asked for too.",
        (),
        lambda asked, _: asked if URL in asked else {*asked} - {SECRET},
    ),
    (
        "url-alone-only",
        URL,
        "Shows the URL only if nothing else is asked for.",
        (),
        lambda asked, _: {*asked} - {URL} if len(asked) > 1 else asked,
    ),
    (
        "include-first-only",
        SECRET,
        "Shows the first of what is asked for alone.",
        (f"include/{URL}",),
        lambda asked, _: asked[:1],
    ),
    (
        "include-last-only",
        URL,
        "Shows the last of what is asked for alone.",
        (f"include/{SECRET}",),
        lambda asked, _: asked[-1:],
    ),
    (
        "include-inverted",
        URL,
        "Shows what is not asked for.",
        (f"include/{SECRET}",),
        lambda asked, _: {URL, SECRET} - {*asked},
    ),
    (
        "include-for-thin-only",
        URL,
        "Shows what is asked for with thin payloads alone.",
        (f"include/{SECRET}",),
        lambda asked, params: asked if params.get("event_payload") == "thin" else (),
    ),
    (
        "all-for-any",
        SECRET,
        "Shows everything as soon as anything is asked for.",
        (f"include/{URL}",),
        lambda asked, _: {URL, SECRET} if asked else (),
    ),
    (
        "include-swapped",
        URL,
        "Shows the secret for the URL and the URL for the secret.",
        (f"include/{SECRET}",),
        lambda asked, _: {{URL: SECRET, SECRET: URL}[one] for one in asked},
    ),
)

SHOWN = tuple(
    Mutant(name=name, breaks=f"include/{place}", sentence=sentence, make=showing(asked), also=also)
    for name, place, sentence, also, asked in _SHOWN
)


def _where_shown(change: Callable[[str], Json]) -> Callable[[Document], object]:
    return altered(SECRET, lambda value: change(value) if isinstance(value, str) else value)


def _copied(name: str) -> Callable[[Document], object]:
    def copy(document: Document) -> None:
        if secret := at(SECRET, document):
            document[name] = secret

    return copy


EMPTY = Mutant(
    name="secret-empty",
    breaks=f"include/{SECRET}",
    sentence="Answers an empty string for the secret that is asked for.",
    make=rendering(_where_shown(lambda _: "")),
)
MASKED = Mutant(
    name="secret-masked",
    breaks="include/secret-shared",
    sentence="Answers every secret masked.",
    make=rendering(_where_shown(lambda _: "whsec_****************")),
    also=("idempotency/account-scoped",),
)


def keeping_secrets(secret: Callable[[Destination], str]) -> type[Reference]:
    """Return the server that makes the secrets of webhook endpoints from something."""

    class Makes(Reference):
        def make(self, account: str, params: Params) -> Destination:
            made = super().make(account, params)
            return replace(made, signing_secret=f"whsec_{sha256(secret(made).encode()).hexdigest()[:32]}")

    return Makes


SHARED = tuple(
    Mutant(
        name=name,
        breaks="include/secret-shared",
        sentence=sentence,
        make=keeping_secrets(secret),
        also=("idempotency/account-scoped",),
    )
    for name, sentence, secret in (
        ("secret-for-all", "Gives all destinations one secret.", lambda _: ""),
        ("secret-of-the-account", "Gives all destinations of an account one secret.", lambda made: str(made.account)),
        ("secret-of-the-url", "Makes the secret from the URL.", lambda made: repr(made.url)),
        ("secret-of-the-day", "Makes the secret from the date.", lambda made: f"{made.created:%Y-%m-%d}"),
    )
)


@mutant(breaks="include/secret-elsewhere", also=("echo/metadata",))
class SecretInMetadata(Reference):
    """Keeps the secret in the metadata too."""

    def make(self, account: str, params: Params) -> Destination:
        made = super().make(account, params)
        if made.signing_secret is None:
            return made
        return replace(made, metadata={**made.metadata, "signing_secret": made.signing_secret})


ELSEWHERE = tuple(
    Mutant(name=name, breaks="include/secret-elsewhere", sentence=sentence, make=make)
    for name, sentence, make in (
        (
            "secret-at-the-top",
            "Answers the secret that is asked for at the top level too.",
            rendering(_copied("signing_secret")),
        ),
        (
            "secret-in-a-member-of-its-own",
            "Answers the secret that is asked for as `webhook_secret` too.",
            rendering(_copied("webhook_secret")),
        ),
    )
)


@mutant(breaks="include/secret-elsewhere")
class SecretInTheClear(Reference):
    """Answers the secret in a member that nobody asked for."""

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        if destination.signing_secret is not None:
            document["debug"] = {"headers": {"secret": destination.signing_secret}}
        return document


@mutant(breaks=f"include/{SECRET}")
class SecretShownOnReplay(Reference):
    """Shows the secret on a replay, though it was not asked for."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return self.respond(200, self.render(destination, {*self.included(create.params), SECRET}))


MUTANTS = (*SHOWN, EMPTY, MASKED, *SHARED, *ELSEWHERE, *mutants_in(globals()))
