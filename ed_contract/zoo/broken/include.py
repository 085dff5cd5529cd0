"""Servers that show fields that were not asked for, or hide fields that were."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Params, Reference, RefusedError, Remembered
from ed_contract.zoo.altering import Edit, altered, at, rendering, rendering_when, where
from ed_contract.zoo.bases import Parked
from ed_contract.zoo.predicates import FROM_OTHERS, SNAPSHOT, WEBHOOK, every_one, given
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of

URL = "webhook_endpoint.url"
SECRET = "webhook_endpoint.signing_secret"  # noqa: S105 - the name of a place

Asked: TypeAlias = Callable[[list[str], Params], Collection[str]]
"""From the fields that are asked for, and all parameters, to the fields that are shown."""


def showing(asked: Asked) -> type[Reference]:
    """Return the server that shows different fields from those that are asked for."""

    class Shows(Reference):
        def included(self, params: Params) -> Collection[str]:
            return asked(list(super().included(params)), params)

    return Shows


URLS = mutants_of(
    f"include/{URL}",
    (
        ("url-never", "Never shows the URL.", showing(lambda asked, _: {*asked} - {URL})),
        ("url-always", "Always shows the URL.", showing(lambda asked, _: {*asked, URL})),
        ("include-ignored", "Ignores `include`.", showing(lambda _, __: ()), f"include/{SECRET}"),
        (
            "url-with-the-secret",
            "Shows the URL whenever the secret is asked for.",
            showing(lambda asked, _: {*asked, URL} if SECRET in asked else asked),
        ),
        (
            "url-alone-only",
            "Shows the URL only when nothing else is asked for.",
            showing(lambda asked, _: {*asked} - {URL} if len(asked) > 1 else asked),
        ),
        (
            "include-last-only",
            "Shows only the last field that is asked for.",
            showing(lambda asked, _: asked[-1:]),
            f"include/{SECRET}",
        ),
        (
            "include-inverted",
            "Shows the fields that are not asked for and hides those that are.",
            showing(lambda asked, _: {URL, SECRET} - {*asked}),
            f"include/{SECRET}",
        ),
        (
            "include-for-thin-only",
            "Ignores `include` unless the payload is thin.",
            showing(lambda asked, params: asked if params.get("event_payload") == "thin" else ()),
            f"include/{SECRET}",
        ),
        (
            "include-swapped",
            "Shows the secret when the URL is asked for, and the URL when the secret is.",
            showing(lambda asked, _: {{URL: SECRET, SECRET: URL}[one] for one in asked}),
            f"include/{SECRET}",
        ),
    ),
)

SECRETS = mutants_of(
    f"include/{SECRET}",
    (
        ("secret-never", "Never shows the secret.", showing(lambda asked, _: {*asked} - {SECRET})),
        ("secret-always", "Always shows the secret.", showing(lambda asked, _: {*asked, SECRET})),
        (
            "both-always",
            "Always shows both the URL and the secret.",
            showing(lambda _, __: {URL, SECRET}),
            f"include/{URL}",
        ),
        (
            "secret-with-the-url",
            "Shows the secret whenever the URL is asked for.",
            showing(lambda asked, _: {*asked, SECRET} if URL in asked else asked),
        ),
        (
            "secret-with-both-only",
            "Shows the secret only when the URL is asked for too.",
            showing(lambda asked, _: asked if URL in asked else {*asked} - {SECRET}),
        ),
        (
            "include-first-only",
            "Shows only the first field that is asked for.",
            showing(lambda asked, _: asked[:1]),
            f"include/{URL}",
        ),
        (
            "all-for-any",
            "Shows both the URL and the secret if either is asked for.",
            showing(lambda asked, _: {URL, SECRET} if asked else ()),
            f"include/{URL}",
        ),
    ),
)


def _copied(name: str) -> Edit:
    def copy(document: Document) -> None:
        if secret := at(SECRET, document):
            document[name] = secret

    return copy


def keeping_secrets(secret: Callable[[Destination], str]) -> type[Reference]:
    """Return the server that derives the secrets of webhook endpoints."""

    class Makes(Reference):
        def make(self, account: str, params: Params) -> Destination:
            made = super().make(account, params)
            return replace(made, signing_secret=f"whsec_{sha256(secret(made).encode()).hexdigest()[:32]}")

    return Makes


_EMPTY = rendering(altered(SECRET, where(str, lambda _: "")))
_MASKED = rendering(altered(SECRET, where(str, lambda _: "whsec_****************")))

EMPTY = mutants_of(
    f"include/{SECRET}", (("secret-empty", "Returns an empty string as the secret that is asked for.", _EMPTY),)
)

SHARED = mutants_of(
    "include/secret-shared",
    (
        ("secret-masked", "Masks every secret, even one that is asked for.", _MASKED),
        ("secret-for-all", "Gives all destinations the same secret.", keeping_secrets(lambda _: "")),
        (
            "secret-of-the-account",
            "Gives all destinations of an account the same secret.",
            keeping_secrets(lambda made: str(made.account)),
        ),
        ("secret-of-the-url", "Derives the secret from the URL.", keeping_secrets(lambda made: repr(made.url))),
    ),
    also=("idempotency/account-scoped",),
)


@mutant(breaks="include/secret-elsewhere", also=("echo/metadata",))
class SecretInMetadata(Reference):
    """Copies the secret into the metadata."""

    def make(self, account: str, params: Params) -> Destination:
        made = super().make(account, params)
        if made.signing_secret is None:
            return made
        return replace(made, metadata={**made.metadata, "signing_secret": made.signing_secret})


ELSEWHERE = mutants_of(
    "include/secret-elsewhere",
    (
        (
            "secret-at-the-top",
            "Copies a secret that is asked for to the top level.",
            rendering(_copied("signing_secret")),
        ),
        (
            "secret-in-a-member-of-its-own",
            "Copies a secret that is asked for to the member `webhook_secret`.",
            rendering(_copied("webhook_secret")),
        ),
    ),
)


@mutant(breaks="include/secret-elsewhere")
class SecretInTheClear(Reference):
    """Shows the secret in a debug member, even if it is not asked for."""

    def render(self, destination: Destination, include: Collection[str]) -> Document:
        document = super().render(destination, include)
        if destination.signing_secret is not None:
            document["debug"] = {"headers": {"secret": destination.signing_secret}}
        return document


@mutant(breaks="include/secret-elsewhere")
class SecretInTheMessageOfAConflict(Reference):
    """Reveals the first destination's secret in the error message of a conflict."""

    def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
        secret = known.destination.signing_secret
        if known.fingerprint == fingerprint or secret is None:
            return super().answer_known(known, fingerprint, create)
        message = f"This key made the destination whose secret is {secret}."
        return self.refusal_response(
            RefusedError(self.conflict_status, self.conflict_code, message, kind="idempotency_error")
        )


@mutant(breaks=f"include/{SECRET}")
class SecretShownOnReplay(Reference):
    """Shows the secret in replays even if it was not asked for."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return self.respond(200, self.render(destination, {*self.included(create.params), SECRET}))


SOMETIMES = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=make)
    for name, breaks, sentence, make in (
        (
            "secret-with-version-hidden",
            "include/webhook_endpoint.signing_secret",
            "Hides the secret if a snapshot version is sent.",
            rendering_when(
                every_one(WEBHOOK, given("snapshot_api_version")),
                altered("webhook_endpoint.signing_secret", lambda _: None),
            ),
        ),
        (
            "snapshot-url-leaks",
            "include/webhook_endpoint.url",
            "Always shows the URL of webhook endpoints with snapshot payloads from other accounts.",
            rendering_when(
                every_one(WEBHOOK, SNAPSHOT, FROM_OTHERS),
                altered("webhook_endpoint", lambda value: {**value, "url": value["url"] or "https://example.com"}),
            ),
        ),
    )
)


@mutant(breaks="include/webhook_endpoint.url", also=("include/webhook_endpoint.signing_secret",), sockets=True)
class IncludesMixedUp(Parked):
    """Answers a create with the fields that a concurrent create asked for."""

    def taken_up(self, parked: Params) -> Params:
        return {"include": parked.get("include")}


MUTANTS = (*URLS, *SECRETS, *EMPTY, *SHARED, *ELSEWHERE, *mutants_in(globals()), *SOMETIMES)
