"""Ten servers with one fault each: the reference with one behaviour replaced by hand."""

# ruff: noqa: ARG002, D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from ed_contract.reference import Reference


class NameNotRequired(Reference):
    """Accepts a create without a name."""

    def problems(self, params):
        return (one for one in super().problems(params) if (one.place, one.rule) != ("name", "required"))


class OpenEnum(Reference):
    """Accepts any event payload."""

    def problems(self, params):
        return (one for one in super().problems(params) if (one.place, one.rule) != ("event_payload", "enum"))


class SecretLeaks(Reference):
    """Shows the signing secret unasked."""

    def render_webhook(self, destination, include):
        return super().render_webhook(destination, [*include, "webhook_endpoint.signing_secret"])


class UrlNeverIncluded(Reference):
    """Ignores the request to include the URL."""

    def render_url(self, destination):
        return None


class UnixTimestamps(Reference):
    """Writes timestamps as Unix times."""

    def format_timestamp(self, moment):
        return int(moment.timestamp())


class KeyIgnored(Reference):
    """Creates a destination for each request."""

    def answer_once(self, create, key):
        return self.answer_always(create)


class ConflictReplays(Reference):
    """Answers a conflict with the first destination."""

    def answer_known(self, known, fingerprint, create):
        return self.replay_response(known.destination, create)


class ConflictIs400(Reference):
    """Answers a conflict with 400."""

    conflict_status = 400


class MetadataNotCompared(Reference):
    """Leaves metadata out of the fingerprint."""

    def fingerprint(self, params):
        return super().fingerprint({name: value for name, value in params.items() if name != "metadata"})


class LeadingZerosLost(Reference):
    """Stores account ids as numbers."""

    def stored(self, place, value):
        return value.lstrip("0") if place == "amazon_eventbridge.aws_account_id" and value else value


BROKEN = {
    NameNotRequired: ("request/name/required", "removed"),
    OpenEnum: ("request/event_payload/enum", "unrelated"),
    SecretLeaks: ("include/webhook_endpoint.signing_secret", "not withheld"),
    UrlNeverIncluded: ("include/webhook_endpoint.url", "not returned"),
    UnixTimestamps: ("response/created/type", "a number"),
    KeyIgnored: ("idempotency/replay", "another destination"),
    ConflictReplays: ("idempotency/conflict/status", "first given again"),
    ConflictIs400: ("idempotency/conflict/status", "400"),
    MetadataNotCompared: ("idempotency/conflict/every-parameter", "metadata"),
    LeadingZerosLost: ("echo/amazon_eventbridge.aws_account_id", "changed"),
}
"""The servers, with the finding that names each one's fault."""
