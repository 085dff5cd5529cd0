"""The create that stands behind each package: it validates and creates, and knows nothing of idempotency keys."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import UTC, datetime

PATH = "/v2/core/event_destinations"
ACCOUNTS = {"Bearer sk_test_a": "acct_a", "Bearer sk_test_b": "acct_b"}
CONFIGURATIONS = {"amazon_eventbridge": ("aws_account_id", "aws_region"), "webhook_endpoint": ("url",)}
SHOWN = {"webhook_endpoint.signing_secret", "webhook_endpoint.url"}
ENUMS = {"event_payload": {"snapshot", "thin"}, "type": set(CONFIGURATIONS)}
TEXTS = ("name", "description", "snapshot_api_version")
LISTS = {"enabled_events": None, "events_from": {"other_accounts", "self"}, "include": SHOWN}
REQUIRED = ("enabled_events", "event_payload", "name", "type")


class RefusedError(Exception):
    """The create is refused."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.body = status, {"error": {"code": code, "message": message}}


def account_of(authorization):
    """Return the account of a credential."""
    if authorization not in ACCOUNTS:
        raise RefusedError(401, "unauthenticated", "Send a known API key as `Authorization: Bearer KEY`.")
    return ACCOUNTS[authorization]


def create(body):
    """Return the destination that a create of an authenticated caller creates.

    Raises:
        RefusedError: its parameters are invalid.
    """
    return destination(checked(parsed(body)))


def parsed(body):
    """Return the parameters without those that are null."""
    try:
        params = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "invalid_json", "The body must be JSON.") from error
    if not isinstance(params, dict):
        raise RefusedError(400, "invalid_json", "The body must be an object.")
    return {name: value for name, value in params.items() if value is not None}


def checked(params):
    """Return the parameters if they are valid."""
    for name in REQUIRED:
        require(name in params, name)
    for name in TEXTS:
        require(is_text(params.get(name, "-")), name)
    for name, values in ENUMS.items():
        require(isinstance(params[name], str) and params[name] in values, name)
    for name, values in LISTS.items():
        given = params.get(name, [])
        require(isinstance(given, list) and all(is_text(one) and one in (values or {one}) for one in given), name)
    require(params["enabled_events"] and params["name"], "enabled_events, name")
    metadata = params.get("metadata", {})
    require(isinstance(metadata, dict) and all(map(is_text, (*metadata, *metadata.values()))), "metadata")
    given = [name for name in CONFIGURATIONS if name in params]
    require(given == [params["type"]], params["type"])
    configuration = params[params["type"]]
    require(isinstance(configuration, dict), params["type"])
    for name in CONFIGURATIONS[params["type"]]:
        require(is_text(configuration.get(name)) and configuration[name], f"{params['type']}.{name}")
    return params


def require(holds, name):
    """Refuse a create whose parameter is invalid."""
    if not holds:
        raise RefusedError(400, "invalid_fields", f"{name}: invalid.")


def is_text(value):
    """Return whether a value is a string that can be written as UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def destination(params):
    """Return what the create has created, as its answer shows it."""
    now, identifier = datetime.now(UTC).isoformat(), f"ed_test_{secrets.token_hex(20)}"
    print(f"created {identifier}", file=sys.stderr, flush=True)
    made = {
        "id": identifier,
        "object": "v2.core.event_destination",
        "created": now,
        "description": params.get("description"),
        "events_from": params.get("events_from", ["self"]),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "snapshot_api_version": params.get("snapshot_api_version"),
        "status": "enabled",
        "status_details": None,
        "updated": now,
    } | {name: params[name] for name in REQUIRED}
    if made["description"] is None:
        del made["description"]
    configuration = params[params["type"]]
    if params["type"] == "webhook_endpoint":
        values = {"signing_secret": f"whsec_{secrets.token_hex(16)}", "url": configuration["url"]}
        shown = {
            name: value for name, value in values.items() if f"webhook_endpoint.{name}" in params.get("include", [])
        }
        return made | {"webhook_endpoint": {"signing_secret": None, "url": None} | shown}
    arn = f"arn:aws:events:{configuration['aws_region']}::event-source/aws.partner/stripe.com/{identifier}"
    kept = {name: configuration[name] for name in CONFIGURATIONS["amazon_eventbridge"]}
    source = {"aws_event_source_arn": arn, "aws_event_source_status": "pending"}
    return made | {"amazon_eventbridge": kept | source}


def _no_constant(name):
    raise ValueError(name)
