"""A correct in-memory server for POST /v2/core/event_destinations, written from the page alone."""
import copy
import hashlib
import io
import json
import secrets
import string
import threading
import time
from datetime import datetime, timezone
from urllib.parse import urlsplit

PATH = "/v2/core/event_destinations"
URL_FIELD = "webhook_endpoint.url"
SECRET_FIELD = "webhook_endpoint.signing_secret"
INCLUDES = (SECRET_FIELD, URL_FIELD)
TYPES = ("amazon_eventbridge", "webhook_endpoint")
PAYLOADS = ("snapshot", "thin")
SOURCES = ("other_accounts", "self")
KNOWN = ("enabled_events", "event_payload", "name", "type", "amazon_eventbridge", "description",
         "events_from", "include", "metadata", "snapshot_api_version", "webhook_endpoint")
REQUIRED = ("enabled_events", "event_payload", "name", "type")
REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
           405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
           415: "Unsupported Media Type", 429: "Too Many Requests", 500: "Internal Server Error"}
ALPHABET = string.ascii_letters + string.digits
MAX_BODY = 8 * 1024 * 1024


class Refusal(Exception):
    def __init__(self, status, code, message, type="invalid_request_error", headers=()):
        super().__init__(message)
        self.status, self.code, self.message, self.type = status, code, message, type
        self.headers = list(headers)


def invalid(param, message, code="parameter_invalid"):
    return Refusal(400, code, "%s: %s" % (param, message))


def missing(param):
    return invalid(param, "this parameter is required.", "parameter_missing")


def conflict():
    return Refusal(409, "idempotency_error",
                   "An idempotent retry occurred with different request parameters.",
                   "idempotency_error")


class Kept:
    """What is remembered under an idempotency key."""
    __slots__ = ("fp", "obj", "row", "hits")

    def __init__(self, fp, obj, row):
        self.fp, self.obj, self.row, self.hits = fp, obj, row, 0


class Server:
    created_status = 200
    replay_status = 200

    def __init__(self):
        self.lock = threading.RLock()
        self.keys = {}
        self.rows = []

    # ------------------------------------------------------------------ WSGI
    def __call__(self, environ, start_response):
        try:
            status, headers, body = self.handle(environ)
        except Refusal as r:
            status, headers, body = self.refuse(r)
        except Exception:
            status, headers, body = self.refuse(
                Refusal(500, "api_error", "Something went wrong on our end.", "api_error"))
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))] + headers
        start_response("%d %s" % (status, REASONS.get(status, "Unknown")), headers)
        return [body] if environ.get("REQUEST_METHOD") != "HEAD" else [b""]

    def refuse(self, r):
        body = {"error": {"code": r.code, "message": r.message, "type": r.type}}
        return r.status, r.headers, json.dumps(body).encode()

    def handle(self, environ):
        raw = self.read_body(environ)
        if environ.get("PATH_INFO", "") != PATH:
            raise Refusal(404, "not_found", "Unrecognized request URL.")
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refusal(405, "method_not_allowed", "Use POST.", headers=[("Allow", "POST")])
        account = self.authenticate(environ)
        if account is None:
            return self.unauthenticated(environ, raw)
        self.admit(environ, account)
        key = self.idempotency_key(environ)
        status, obj, headers = self.process(raw, account, key)
        return status, headers, self.dump(obj)

    def read_body(self, environ):
        stream = environ.get("wsgi.input") or io.BytesIO(b"")
        length = environ.get("CONTENT_LENGTH") or ""
        if length:
            try:
                n = int(length)
            except ValueError:
                raise Refusal(400, "invalid_request", "Bad Content-Length.")
            if n > MAX_BODY:
                raise Refusal(413, "request_too_large", "The request body is too large.",
                              headers=[("Connection", "close")])
            return stream.read(n) if n > 0 else b""
        if environ.get("wsgi.input_terminated") or isinstance(stream, io.BytesIO):
            return stream.read()
        return b""

    def authenticate(self, environ):
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and token.startswith("sk_test_") and len(token) > 8:
            return token
        return None

    def unauthenticated(self, environ, raw):
        raise Refusal(401, "invalid_api_key", "No valid API key was provided.",
                      "authentication_error", [("WWW-Authenticate", "Bearer")])

    def admit(self, environ, account):
        """Hook for checks between the API key and the body."""

    def idempotency_key(self, environ):
        return environ.get("HTTP_IDEMPOTENCY_KEY", "").strip(" \t") or None

    def process(self, raw, account, key):
        p = self.parse(raw)
        self.validate(p)
        return self.create(p, account, key)

    def dump(self, obj):
        return json.dumps(obj, ensure_ascii=False).encode("utf-8")

    # --------------------------------------------------------------- parsing
    def parse(self, raw):
        def constant(name):
            raise ValueError("not JSON: " + name)
        try:
            p = json.loads(raw.decode("utf-8"), parse_constant=constant)
        except (ValueError, RecursionError):
            raise Refusal(400, "invalid_json", "The request body is not valid JSON.")
        if not isinstance(p, dict):
            raise Refusal(400, "invalid_json", "The request body must be a JSON object.")
        try:
            json.dumps(p, ensure_ascii=False).encode("utf-8")
        except (UnicodeEncodeError, RecursionError):
            raise Refusal(400, "invalid_json", "The request body holds text that is not valid Unicode.")
        return p

    # ------------------------------------------------------------ validation
    def validate(self, p):
        self.validate_shape(p)
        self.validate_include(p)
        self.validate_config(p)

    def validate_shape(self, p):
        for param in REQUIRED:
            if param not in p:
                raise missing(param)
        self.check_events(p["enabled_events"])
        self.check_enum(p["event_payload"], "event_payload", PAYLOADS)
        self.check_string(p["name"], "name", empty=False)
        self.check_enum(p["type"], "type", TYPES)
        if "description" in p:
            self.check_string(p["description"], "description")
        if "events_from" in p:
            self.check_enums(p["events_from"], "events_from", SOURCES)
        if "metadata" in p:
            self.check_metadata(p["metadata"])
        if "snapshot_api_version" in p:
            self.check_string(p["snapshot_api_version"], "snapshot_api_version", empty=False)
            if p["event_payload"] != "snapshot":
                raise invalid("snapshot_api_version", "only allowed with the snapshot event payload.")

    def validate_include(self, p):
        if "include" in p:
            self.check_enums(p["include"], "include", INCLUDES)

    def validate_config(self, p):
        if "webhook_endpoint" in p:
            self.check_webhook(p["webhook_endpoint"])
        if "amazon_eventbridge" in p:
            self.check_eventbridge(p["amazon_eventbridge"], p)
        for kind in TYPES:
            if kind == p["type"] and kind not in p:
                raise missing(kind)
            if kind != p["type"] and kind in p:
                raise invalid(kind, "not allowed with type %s." % p["type"])

    def wrong_type(self, value, param, wanted):
        return invalid(param, "must be %s." % wanted)

    def check_string(self, value, param, empty=True):
        if not isinstance(value, str):
            raise self.wrong_type(value, param, "a string")
        if not empty and not value:
            raise invalid(param, "must not be empty.")

    def check_enum(self, value, param, allowed):
        self.check_string(value, param)
        if value not in allowed:
            raise invalid(param, "must be one of %s." % ", ".join(allowed))

    def check_enums(self, value, param, allowed):
        if not isinstance(value, list):
            raise self.wrong_type(value, param, "an array")
        for i, item in enumerate(value):
            self.check_enum(item, "%s[%d]" % (param, i), allowed)

    def check_events(self, value):
        if not isinstance(value, list):
            raise self.wrong_type(value, "enabled_events", "an array")
        if not value:
            raise invalid("enabled_events", "must not be empty.")
        for i, item in enumerate(value):
            self.check_event(item, "enabled_events[%d]" % i)

    def check_event(self, value, param):
        self.check_string(value, param, empty=False)

    def check_metadata(self, value):
        if not isinstance(value, dict):
            raise self.wrong_type(value, "metadata", "a map")
        for k, v in value.items():
            self.check_string(v, "metadata.%s" % k)

    def check_webhook(self, value):
        if not isinstance(value, dict):
            raise self.wrong_type(value, "webhook_endpoint", "an object")
        if "url" not in value:
            raise missing(URL_FIELD)
        self.check_url(value["url"])

    def check_url(self, value):
        self.check_string(value, URL_FIELD, empty=False)
        if any(c.isspace() or ord(c) < 32 or ord(c) == 127 for c in value):
            raise invalid(URL_FIELD, "must be a valid URL.")
        try:
            parts = urlsplit(value)
            parts.port
            ok = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            ok = False
        if not ok:
            raise invalid(URL_FIELD, "must be a valid URL.")

    def check_eventbridge(self, value, p):
        if not isinstance(value, dict):
            raise self.wrong_type(value, "amazon_eventbridge", "an object")
        self.check_aws_account(value)
        self.check_aws_region(value, p)

    def check_aws_account(self, value):
        if "aws_account_id" not in value:
            raise missing("amazon_eventbridge.aws_account_id")
        self.check_string(value["aws_account_id"], "amazon_eventbridge.aws_account_id", empty=False)

    def check_aws_region(self, value, p):
        if "aws_region" not in value:
            raise missing("amazon_eventbridge.aws_region")
        self.check_string(value["aws_region"], "amazon_eventbridge.aws_region", empty=False)

    # ----------------------------------------------------------- idempotency
    def slot(self, account, key):
        return account, key

    def comparable(self, p):
        return p

    def fingerprint(self, p):
        text = json.dumps(self.comparable(p), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def recall(self, slot, fp):
        return self.keys.get(slot)

    def remember(self, slot, kept):
        self.keys[slot] = kept

    def conflict(self, p, kept, fp):
        return conflict()

    def replay(self, kept, p, account):
        return kept.obj

    def replay_headers(self):
        return []

    def create(self, p, account, key):
        if key is None:
            row = self.make(p, account)
            return self.created_status, self.render(row, p), []
        slot, fp = self.slot(account, key), self.fingerprint(p)
        with self.lock:
            kept = self.recall(slot, fp)
            if kept is not None:
                if kept.fp != fp:
                    raise self.conflict(p, kept, fp)
                return self.replay_status, self.replay(kept, p, account), self.replay_headers()
            row = self.make(p, account)
            obj = self.render(row, p)
            self.remember(slot, Kept(fp, obj, row))
            return self.created_status, obj, []

    # ------------------------------------------------------------ the object
    def new_id(self):
        return "ed_test_" + "".join(secrets.choice(ALPHABET) for _ in range(44))

    def new_secret(self):
        return "whsec_" + "".join(secrets.choice(ALPHABET) for _ in range(32))

    def timestamp(self, t):
        d = datetime.fromtimestamp(t, timezone.utc)
        return d.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (d.microsecond // 1000)

    def make(self, p, account):
        """Insert one row and give it back as stored."""
        now = time.time()
        row = {
            "id": self.new_id(), "account": account, "created": now, "updated": now,
            "name": p["name"], "type": p["type"], "event_payload": p["event_payload"],
            "description": p.get("description", ""),
            "enabled_events": list(p["enabled_events"]),
            "events_from": list(p.get("events_from", ["self"])),
            "metadata": dict(p.get("metadata", {})),
            "snapshot_api_version": p.get("snapshot_api_version"),
            "url": None, "secret": None, "aws_account_id": None, "aws_region": None,
        }
        if p["type"] == "webhook_endpoint":
            row["url"], row["secret"] = p["webhook_endpoint"]["url"], self.new_secret()
        else:
            row["aws_account_id"] = p["amazon_eventbridge"]["aws_account_id"]
            row["aws_region"] = p["amazon_eventbridge"]["aws_region"]
        row = self.stored(row)
        self.rows.append(row)
        return row

    def stored(self, row):
        return row

    def included(self, p):
        return p.get("include", [])

    def aws_arn(self, row):
        return "arn:aws:events:%s::event-source/aws.partner/stripe.com/%s" % (row["aws_region"], row["id"])

    def render(self, row, p):
        obj = {
            "id": row["id"],
            "object": "v2.core.event_destination",
            "created": self.timestamp(row["created"]),
            "description": row["description"],
            "enabled_events": list(row["enabled_events"]),
            "event_payload": row["event_payload"],
            "events_from": list(row["events_from"]),
            "livemode": False,
            "metadata": copy.copy(row["metadata"]),
            "name": row["name"],
            "snapshot_api_version": row["snapshot_api_version"],
            "status": "enabled",
            "status_details": None,
            "type": row["type"],
            "updated": self.timestamp(row["updated"]),
        }
        if row["type"] == "webhook_endpoint":
            shown = self.included(p)
            obj["webhook_endpoint"] = {
                "signing_secret": row["secret"] if SECRET_FIELD in shown else None,
                "url": row["url"] if URL_FIELD in shown else None,
            }
        else:
            obj["amazon_eventbridge"] = {
                "aws_account_id": row["aws_account_id"],
                "aws_event_source_arn": self.aws_arn(row),
                "aws_event_source_status": "pending",
            }
        return obj
