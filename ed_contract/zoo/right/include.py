"""Right servers that return secrets in another form, at other times, or with a hint."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Json, Reference
from ed_contract.zoo.altering import altered, rendering
from ed_contract.zoo.specimen import right, right_in, right_of


@right()
class HintsAtSecrets(Reference):
    """Returns the last four characters of the secret in a member `signing_secret_hint`."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        shown = super().render_webhook(destination, include)
        if isinstance(shown, dict) and destination.signing_secret is not None:
            shown["signing_secret_hint"] = f"whsec_***{destination.signing_secret[-4:]}"
        return shown


@right()
class SecretOnce(Reference):
    """Shows the secret only in the first answer."""

    def replay_response(self, destination: Destination, create: Create) -> Response:
        return super().replay_response(replace(destination, signing_secret=None), create)


RENDERED = right_of(
    (
        (
            "secret-of-another-form",
            "Returns secrets without a prefix.",
            rendering(altered("webhook_endpoint.signing_secret", lambda value: value and value[6:])),
        ),
    )
)

RIGHT = (*right_in(globals()), *RENDERED)
