"""`POST /v2/core/event_destinations` on the standard library's http.server alone."""

import contextlib
import json
import re
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/v2/core/event_destinations"
ACCOUNTS = {"Bearer sk_test_a": "acct_a", "Bearer sk_test_b": "acct_b"}


class ApiError(Exception):
    """An answer other than a destination."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


def texts(values):
    """Say whether all values are JSON strings."""
    return all(isinstance(value, str) for value in values)


def array_of(*choices):
    """Make a check for an array of strings, or of these strings."""
    return lambda value: isinstance(value, list) and texts(value) and set(value) <= set(choices or value)


def object_with(*names):
    """Make a check for an object that has these strings."""
    return lambda value: isinstance(value, dict) and texts(map(value.get, names))


REQUIRED = {
    "name": lambda value: texts([value]),
    "type": lambda value: value in ("amazon_eventbridge", "webhook_endpoint"),
    "event_payload": lambda value: value in ("snapshot", "thin"),
    "enabled_events": array_of(),
}
OPTIONAL = {
    "amazon_eventbridge": object_with("aws_account_id", "aws_region"),
    "webhook_endpoint": object_with("url"),
    "description": lambda value: texts([value]),
    "events_from": array_of("other_accounts", "self"),
    "include": array_of("webhook_endpoint.signing_secret", "webhook_endpoint.url"),
    "metadata": lambda value: isinstance(value, dict) and texts(value.values()),
    "snapshot_api_version": lambda value: texts([value]),
}


def parse(raw):
    """Return the body and its canonical text, by which requests are compared."""
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=int)  # int("NaN") is a ValueError
        return body, json.dumps(body, sort_keys=True)
    except (ValueError, RecursionError) as error:
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_json", f"The body is not valid JSON: {error}") from error


def validate(body):
    """Refuse a body that does not have the documented fields, types and enums; an optional null stands for absent."""
    body = body if isinstance(body, dict) else {}
    wrong = [field for field, check in REQUIRED.items() if not check(body.get(field))]
    wrong += [field for field, check in OPTIONAL.items() if body.get(field) is not None and not check(body[field])]
    if wrong:
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_fields", f"Missing or invalid: {', '.join(wrong)}.")
    other = "webhook_endpoint" if body["type"] == "amazon_eventbridge" else "amazon_eventbridge"
    if body.get(body["type"]) is None or body.get(other) is not None:
        raise ApiError(HTTPStatus.BAD_REQUEST, "invalid_fields", f"`{body['type']}` and no `{other}` is required.")


def new_destination(body):
    """Build the answer for a valid body, with a null wherever the page allows one."""
    identifier = f"ed_test_{secrets.token_hex(24)}"
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    bridge, webhook = body.get("amazon_eventbridge"), body.get("webhook_endpoint")
    if bridge is not None:
        arn = f"arn:aws:events:{bridge['aws_region']}::event-source/aws.partner/stripe.com/{identifier}"
        source = {"aws_event_source_arn": arn, "aws_event_source_status": "pending"}
        bridge = {"aws_account_id": bridge["aws_account_id"], **source}
    if webhook is not None:
        shown = {"signing_secret": f"whsec_{secrets.token_hex(16)}", "url": webhook["url"]}
        include = body.get("include") or []
        webhook = {name: value if f"webhook_endpoint.{name}" in include else None for name, value in shown.items()}
    return {
        "id": identifier,
        "object": "v2.core.event_destination",
        "amazon_eventbridge": bridge,
        "created": now,
        "description": body.get("description") or "",
        "enabled_events": body["enabled_events"],
        "event_payload": body["event_payload"],
        "events_from": ["self"] if body.get("events_from") is None else body["events_from"],
        "livemode": False,
        "metadata": body.get("metadata") or {},
        "name": body["name"],
        "snapshot_api_version": body.get("snapshot_api_version") if body["event_payload"] == "snapshot" else None,
        "status": "enabled",
        "status_details": None,
        "type": body["type"],
        "updated": now,
        "webhook_endpoint": webhook,
    }


class Server(ThreadingHTTPServer):
    """A server with its destinations."""

    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.destinations, self.first_requests = {}, {}

    def create(self, account, key, raw):
        """Create a destination, or return the one that the key has already made."""
        body, canonical = parse(raw)
        with self.lock:
            if key and (account, key) in self.first_requests:
                first, destination = self.first_requests[account, key]
                if first != canonical:
                    raise ApiError(HTTPStatus.CONFLICT, "idempotency_error", "The key came with other parameters.")
                return destination
            validate(body)
            destination = new_destination(body)
            self.destinations[account, destination["id"]] = destination
            if key:
                self.first_requests[account, key] = canonical, destination
            return destination


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10
    log_message = lambda *_args: None  # noqa: E731 - silence needs no docstring

    def answer(self, status, content):
        """Send a JSON answer."""
        payload = json.dumps(content).encode("ascii")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Connection", "close" if self.close_connection else "keep-alive")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def route(self, raw):
        """Return the answer to a request."""
        account = ACCOUNTS.get(self.headers.get("Authorization", ""))
        if account is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "unauthorized", "Invalid API key.")
        if self.path.partition("?")[0] != PATH or self.command != "POST":
            raise ApiError(HTTPStatus.NOT_FOUND, "not_found", f"There is only POST {PATH}.")
        return self.server.create(account, self.headers.get("Idempotency-Key"), raw)

    def handle_operation(self):
        """Read a whole request, so that the next one finds the connection clean, and answer it."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif not re.fullmatch("[0-9]{1,8}", length):
            self.send_error(HTTPStatus.BAD_REQUEST, "The Content-Length is no sane number.")
        else:
            try:
                self.answer(HTTPStatus.OK, self.route(self.rfile.read(int(length))))
            except ApiError as error:
                self.answer(error.status, {"error": {"code": error.code, "message": str(error)}})

    do_POST = do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_operation  # noqa: N815 - http.server looks methods up by these names

    def send_error(self, code, message=None, explain=None):  # noqa: ARG002 - the signature of http.server
        """Answer what http.server itself refuses, which is the client's fault even where it says 501 or 505."""
        self.close_connection = True
        status = code if code < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.BAD_REQUEST
        self.answer(status, {"error": {"code": "bad_request", "message": message or HTTPStatus(code).phrase}})


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 and yield the base URL."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
