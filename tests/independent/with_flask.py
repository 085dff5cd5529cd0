"""`POST /v2/core/event_destinations` as a Flask application."""

import contextlib
import re
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, Unauthorized
from werkzeug.serving import WSGIRequestHandler, make_server

ACCOUNTS = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}
REQUIRED = {"name", "type", "event_payload", "enabled_events"}
STRINGS = ("name", "description", "snapshot_api_version")
ENUMS = {"type": ("amazon_eventbridge", "webhook_endpoint"), "event_payload": ("snapshot", "thin")}
ARRAYS = {
    "enabled_events": (),
    "events_from": ("other_accounts", "self"),
    "include": ("webhook_endpoint.signing_secret", "webhook_endpoint.url"),
}
OBJECTS = {"amazon_eventbridge": ("aws_account_id", "aws_region"), "webhook_endpoint": ("url",), "metadata": ()}

api = Blueprint("event_destinations", __name__, url_prefix="/v2/core")


class StrictJSON(DefaultJSONProvider):
    """JSON as the RFC has it: UTF-8, no NaN, no infinities."""

    sort_keys = False

    def loads(self, s, **kwargs):
        """Parse text; int() refuses the names of the constants with the ValueError that Flask expects."""
        try:
            return super().loads(s.decode() if isinstance(s, bytes) else s, parse_constant=int, **kwargs)
        except RecursionError as error:
            raise ValueError("the document is nested too deeply") from error


class Store:
    """The destinations, and the requests that made them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.destinations, self.requests = {}, {}

    def create(self, account, key, params):
        """Return a destination and whether it is a replay."""
        with self.lock:
            known, destination = self.requests.get((account, key), (None, None))
            if known is None:
                destination = build(params)
                self.destinations[account, destination["id"]] = destination
                if key:
                    self.requests[account, key] = params, destination
            elif known != params:
                raise Conflict("An idempotent retry occurred with different request parameters.")
            return destination, known is not None


def expect(condition, message):
    """Refuse the request unless the condition holds."""
    if not condition:
        raise BadRequest(message)


def is_url(text):
    """Say whether a string is an absolute http or https URL."""
    with contextlib.suppress(ValueError):
        return urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).hostname)
    return False


def validated(body):
    """Return the parameters that the page knows; others are ignored."""
    expect(isinstance(body, dict), "The body must be an object.")
    expect(body.keys() >= REQUIRED, f"{', '.join(sorted(REQUIRED))} are required.")
    params = {field: body[field] for field in body if field in {*STRINGS, *ENUMS, *ARRAYS, *OBJECTS}}
    for field, value in params.items():
        if field in STRINGS:
            expect(isinstance(value, str), f"{field} must be a string.")
        elif field in ENUMS:
            expect(value in ENUMS[field], f"{field} must be one of {', '.join(ENUMS[field])}.")
        elif field in ARRAYS:
            strings = isinstance(value, list) and all(isinstance(item, str) for item in value)
            expect(strings, f"{field} must be an array of strings.")
            expect(set(value) <= set(ARRAYS[field] or value), f"{field} has an unknown value.")
        else:
            expect(isinstance(value, dict), f"{field} must be an object.")
            params[field] = {key: value.get(key) for key in OBJECTS[field] or value}
            expect(all(isinstance(text, str) for text in params[field].values()), f"{field} must hold strings.")
    expect(params["name"] and params["enabled_events"], "name and enabled_events must not be empty.")
    expect(params["type"] in params, f"{params['type']} is required for this type.")
    if params["type"] == "webhook_endpoint":
        expect(is_url(params["webhook_endpoint"]["url"]), "webhook_endpoint.url must be an http or https URL.")
    else:
        aws_account_id = params["amazon_eventbridge"]["aws_account_id"]
        expect(re.fullmatch("[0-9]{12}", aws_account_id), "amazon_eventbridge.aws_account_id must have 12 digits.")
    return params


def build(params):
    """Build a destination with everything that can be included."""
    identifier, now, config = f"ed_{uuid.uuid4().hex}", datetime.now(UTC).isoformat(), params[params["type"]]
    destination = {
        "id": identifier,
        "object": "v2.core.event_destination",
        "created": now,
        "enabled_events": params["enabled_events"],
        "event_payload": params["event_payload"],
        "events_from": params.get("events_from", ["self"]),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "name": params["name"],
        "snapshot_api_version": params.get("snapshot_api_version") if params["event_payload"] == "snapshot" else None,
        "status": "enabled",
        "status_details": None,
        "type": params["type"],
        "updated": now,
    }
    destination |= {"description": params["description"]} if "description" in params else {}
    if params["type"] == "webhook_endpoint":
        destination["webhook_endpoint"] = {"signing_secret": f"whsec_{uuid.uuid4().hex}", "url": config["url"]}
    else:
        arn = f"arn:aws:events:{config['aws_region']}::event-source/aws.partner/stripe.com/{identifier}"
        source = {"aws_event_source_arn": arn, "aws_event_source_status": "pending"}
        destination["amazon_eventbridge"] = {"aws_account_id": config["aws_account_id"], **source}
    return destination


@api.before_app_request
def authenticate():
    """Find the account of the bearer token."""
    credentials = request.authorization
    g.account = ACCOUNTS.get(credentials.token) if credentials and credentials.type == "bearer" else None
    if g.account is None:
        raise Unauthorized("Invalid API key.", www_authenticate=WWWAuthenticate("bearer"))


@api.post("/event_destinations")
def create_event_destination():
    """Create a destination: 201 at first, 200 without the secret when it is a replay."""
    params = validated(request.get_json())
    store, key = current_app.extensions["store"], request.headers.get("Idempotency-Key")
    destination, replayed = store.create(g.account, key, params)
    if "webhook_endpoint" in destination:
        shown = set(params.get("include", [])) - ({"webhook_endpoint.signing_secret"} if replayed else set())
        every = destination["webhook_endpoint"].items()
        webhook = {child: value if f"webhook_endpoint.{child}" in shown else None for child, value in every}
        destination = destination | {"webhook_endpoint": webhook}
    return (jsonify(destination), 200, {"Idempotent-Replayed": "true"}) if replayed else (jsonify(destination), 201)


@api.app_errorhandler(OSError)  # werkzeug's answer to broken chunks
@api.app_errorhandler(HTTPException)
def envelope(error):
    """Put every HTTP error into the error envelope and keep its headers."""
    error = error if isinstance(error, HTTPException) else BadRequest("The body cannot be read.")
    response = error.get_response()
    code = {400: "invalid_fields", 409: "idempotency_error"}.get(error.code, error.name.lower().replace(" ", "_"))
    response.data = current_app.json.dumps({"error": {"code": code, "message": error.description}})
    response.content_type = "application/json"
    return response


def create_app():
    """Make an application with an empty store."""
    application = Flask(__name__)
    application.json = StrictJSON(application)
    application.extensions["store"] = Store()
    application.register_blueprint(api)
    return application


app = create_app()


class QuietHandler(WSGIRequestHandler):
    """A request handler that keeps no log and gives up on a stalled client."""

    timeout = 10
    log_request = log = lambda *_args: None


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Serve a fresh application on a free port of 127.0.0.1 and yield the base URL."""
    server = make_server("127.0.0.1", 0, create_app(), threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
