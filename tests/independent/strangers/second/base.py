"""A correct in-memory server of POST /v2/core/event_destinations (WSGI), made to be varied.

Everything is decided by small methods; subclasses override one of them.
Where the page is silent, this server: answers 200, refuses unknown fields, takes null for an
optional field as absent, wants at least one event, string metadata values, exactly the
configuration of the chosen type, refuses snapshot_api_version with thin, releases a key after a
refusal, lets a twin in flight wait, and compares parsed parameters (not bytes) under a key.
"""
import copy
import json
import secrets
import threading
import time
from datetime import datetime, timezone
from urllib.parse import urlsplit

PATH = "/v2/core/event_destinations"
ACCOUNTS = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}
URL, SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"
INCLUDES = (SECRET, URL)
PAYLOADS = ("snapshot", "thin")
TYPES = ("amazon_eventbridge", "webhook_endpoint")
ORIGINS = ("other_accounts", "self")
FIELDS = ("amazon_eventbridge", "description", "enabled_events", "event_payload", "events_from",
          "include", "metadata", "name", "snapshot_api_version", "type", "webhook_endpoint")
REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
           405: "Method Not Allowed", 409: "Conflict", 500: "Internal Server Error"}


class Refusal(Exception):
    def __init__(self, status, code, message, type_="invalid_request_error"):
        super().__init__(message)
        self.status, self.code, self.message, self.type = status, code, message, type_


def bad(message, code="parameter_invalid"):
    return Refusal(400, code, message)


class Record:
    """What is known of one idempotency key."""

    def __init__(self, fingerprint):
        self.fingerprint = fingerprint
        self.done = threading.Event()
        self.answer = None      # (status, payload) once finished
        self.obj = None         # the created object
        self.include = ()


class Server:
    ok = 200
    latency = 0.0               # seconds that the "database" takes inside a create

    def __init__(self):
        self.lock = threading.RLock()
        self.keys = {}
        self.objects = {}

    # ---- HTTP -------------------------------------------------------------------------------
    def __call__(self, environ, start_response):
        try:
            try:
                status, payload, headers = self.handle(environ)
            except Refusal as r:
                status, payload, headers = r.status, self.error(r), []
            data = self.encode(payload)
        except Exception:
            status, headers = 500, []
            data = self.encode(self.error(Refusal(500, "internal_error", "Something went wrong.",
                                                  "api_error")))
        start_response("%d %s" % (status, REASONS.get(status, "Status")),
                       [("Content-Type", self.content_type()),
                        ("Content-Length", str(len(data)))] + headers)
        return [data]

    def content_type(self):
        return "application/json"

    def encode(self, payload):
        return json.dumps(payload, ensure_ascii=False).encode("utf-8")

    def error(self, r):
        return {"error": {"code": r.code, "message": r.message, "type": r.type}}

    def handle(self, environ):
        """-> status, payload, extra headers"""
        if environ.get("PATH_INFO", "").rstrip("/") != PATH:
            raise Refusal(404, "not_found", "No such path.")
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refusal(405, "method_not_allowed", "Only POST is served here.")
        account = self.authenticate(environ)
        body = self.parse(environ)
        key = self.read_key(environ)
        if key is None:
            status, payload = self.execute(account, body)[:2]
            return status, payload, []
        return self.idempotent(account, key, body)

    # ---- credentials ------------------------------------------------------------------------
    def authenticate(self, environ):
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        account = self.account_of(token.strip()) if scheme.lower() == "bearer" else None
        if account is None:
            raise Refusal(401, "unauthorized", "No valid API key provided.",
                          "authentication_error")
        return account

    def account_of(self, token):
        return ACCOUNTS.get(token)

    # ---- body -------------------------------------------------------------------------------
    def parse(self, environ):
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        raw = environ["wsgi.input"].read(length) if length > 0 else b""

        def constant(name):
            raise ValueError(name)

        def number(text):
            value = float(text)
            if value in (float("inf"), float("-inf")):
                raise ValueError(text)
            return value
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=constant, parse_float=number)
        except (ValueError, RecursionError):
            raise bad("The request body is not valid JSON.", "invalid_json")
        if not isinstance(body, dict):
            raise bad("The request body must be a JSON object.", "invalid_json")
        self.check_depth(body)
        self.check_text(body)
        return body

    def check_depth(self, body, limit=64):
        level = [body]
        for _ in range(limit):
            level = [x for v in level if isinstance(v, (dict, list))
                     for x in (v.values() if isinstance(v, dict) else v)]
            if not level:
                return
        raise bad("The request body is nested too deeply.", "invalid_json")

    def check_text(self, body):
        """Lone surrogates cannot be written as UTF-8: refused."""
        try:
            json.dumps(body, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise bad("The request body holds unpaired surrogates.", "invalid_json")

    # ---- idempotency ------------------------------------------------------------------------
    def read_key(self, environ):
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is None:
            return None
        if not 1 <= len(key) <= 255:
            raise bad("Idempotency-Key must have 1 to 255 characters.", "idempotency_key_invalid")
        return key

    def scope(self, account, key):
        return (account, key)

    def fingerprint(self, body):
        return json.dumps(body, sort_keys=True)

    def conflict(self):
        return Refusal(409, "idempotency_error",
                       "Keys for idempotent requests can only be used with the same parameters "
                       "they were first used with.", "idempotency_error")

    def idempotent(self, account, key, body):
        scope, fp = self.scope(account, key), self.fingerprint(body)
        while True:
            with self.lock:
                rec = self.keys.get(scope)
                mine = rec is None
                if mine:
                    rec = self.keys[scope] = Record(fp)
            if mine:
                return self.first(scope, rec, account, body)
            self.compare(rec, fp)
            self.await_twin(rec)
            if rec.answer is not None:
                return self.replay(rec)

    def first(self, scope, rec, account, body):
        try:
            status, payload, obj, include = self.execute(account, body)
            rec.obj, rec.include = obj, include
            rec.answer = (status, copy.deepcopy(payload))
            return status, payload, []
        except BaseException as e:
            self.failed(scope, rec, e)
            raise
        finally:
            rec.done.set()

    def failed(self, scope, rec, exception):
        with self.lock:
            if self.keys.get(scope) is rec:
                del self.keys[scope]

    def compare(self, rec, fp):
        if rec.fingerprint != fp:
            raise self.conflict()

    def await_twin(self, rec):
        rec.done.wait(30)

    def replay(self, rec):
        status, payload = rec.answer
        return status, copy.deepcopy(payload), []

    # ---- creation ---------------------------------------------------------------------------
    def execute(self, account, body):
        """-> status, payload, object, include"""
        params = self.validate(body)
        obj = self.build(account, params)
        if self.latency:
            time.sleep(self.latency)
        obj = self.store(account, obj)
        return self.ok, self.render(obj, params["include"]), obj, params["include"]

    # ---- validation -------------------------------------------------------------------------
    def validate(self, body):
        self.check_unknown(body, FIELDS, "")
        body = self.drop_nulls(body)
        out = {
            "name": self.check_name(body),
            "type": self.check_type(body),
            "event_payload": self.check_payload(body),
            "enabled_events": self.check_events(body),
            "description": self.check_description(body),
            "events_from": self.check_events_from(body),
            "include": self.check_include(body),
            "metadata": self.check_metadata(body),
        }
        out["snapshot_api_version"] = self.check_version(body, out["event_payload"])
        self.check_configs(body, out["type"])
        out["webhook_endpoint"] = out["amazon_eventbridge"] = None
        if out["type"] == "webhook_endpoint":
            out["webhook_endpoint"] = self.check_webhook(body["webhook_endpoint"])
        else:
            out["amazon_eventbridge"] = self.check_eventbridge(body["amazon_eventbridge"])
        return out

    def check_unknown(self, mapping, known, where):
        for field in mapping:
            if field not in known:
                raise bad("Unknown field: %s%s" % (where, field), "parameter_unknown")

    def drop_nulls(self, body):
        required = ("name", "type", "event_payload", "enabled_events")
        return {k: v for k, v in body.items() if v is not None or k in required}

    def string(self, mapping, field, where="", empty=False):
        if field not in mapping:
            raise bad("Missing required field: %s%s" % (where, field), "parameter_missing")
        value = mapping[field]
        if not isinstance(value, str):
            raise bad("%s%s must be a string." % (where, field))
        if not value and not empty:
            raise bad("%s%s must not be empty." % (where, field))
        return value

    def enum(self, value, allowed, field):
        if not isinstance(value, str) or value not in allowed:
            raise bad("%s must be one of %s." % (field, ", ".join(allowed)))
        return value

    def check_name(self, body):
        return self.string(body, "name")

    def check_type(self, body):
        return self.enum(self.string(body, "type"), TYPES, "type")

    def check_payload(self, body):
        return self.enum(self.string(body, "event_payload"), PAYLOADS, "event_payload")

    def check_events(self, body):
        if "enabled_events" not in body:
            raise bad("Missing required field: enabled_events", "parameter_missing")
        value = body["enabled_events"]
        if not isinstance(value, list) or not value:
            raise bad("enabled_events must be a non-empty array of strings.")
        if not all(isinstance(e, str) and e for e in value):
            raise bad("enabled_events must hold non-empty strings.")
        return list(value)

    def check_description(self, body):
        return self.string(body, "description", empty=True) if "description" in body else None

    def check_events_from(self, body):
        if "events_from" not in body:
            return None
        value = body["events_from"]
        if not isinstance(value, list):
            raise bad("events_from must be an array.")
        for v in value:
            self.enum(v, ORIGINS, "events_from")
        return list(value)

    def check_include(self, body):
        value = body.get("include", [])
        if not isinstance(value, list):
            raise bad("include must be an array.")
        for v in value:
            self.enum(v, INCLUDES, "include")
        return list(value)

    def check_metadata(self, body):
        if "metadata" not in body:
            return None
        value = body["metadata"]
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise bad("metadata must be a map of strings.")
        return dict(value)

    def check_version(self, body, payload):
        if "snapshot_api_version" not in body:
            return None
        value = self.string(body, "snapshot_api_version")
        if payload != "snapshot":
            raise bad("snapshot_api_version goes with event_payload snapshot only.")
        return value

    def check_configs(self, body, type_):
        for field in TYPES:
            if field in body and not isinstance(body[field], dict):
                raise bad("%s must be an object." % field)
            if field in body and field != type_:
                raise bad("%s does not go with type %s." % (field, type_))
        if type_ not in body:
            raise bad("Missing configuration: %s" % type_, "parameter_missing")

    def check_webhook(self, config):
        self.check_unknown(config, ("url",), "webhook_endpoint.")
        return {"url": self.check_url(self.string(config, "url", "webhook_endpoint."))}

    def check_url(self, url):
        try:
            parts = urlsplit(url)
            parts.port
            good = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            good = False
        if not good or any(c.isspace() for c in url):
            raise bad("webhook_endpoint.url must be a valid URL.")
        return url

    def check_eventbridge(self, config):
        self.check_unknown(config, ("aws_account_id", "aws_region"), "amazon_eventbridge.")
        return {"aws_account_id": self.check_aws_account(config),
                "aws_region": self.check_aws_region(config)}

    def check_aws_account(self, config):
        return self.string(config, "aws_account_id", "amazon_eventbridge.")

    def check_aws_region(self, config):
        return self.string(config, "aws_region", "amazon_eventbridge.")

    # ---- object -----------------------------------------------------------------------------
    def new_id(self):
        return "ed_test_" + secrets.token_urlsafe(33).replace("-", "x").replace("_", "y")

    def new_secret(self):
        return "whsec_" + secrets.token_hex(16)

    def now(self):
        return datetime.now(timezone.utc)

    def timestamp(self, t):
        return t.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (t.microsecond // 1000)

    def build(self, account, p):
        now = self.now()
        obj = {"id": self.new_id(), "created": now, "updated": now, "status": "enabled",
               "signing_secret": self.new_secret()}
        obj.update({k: copy.deepcopy(v) for k, v in p.items() if k != "include"})
        if obj["description"] is None:
            obj["description"] = ""
        if obj["events_from"] is None:
            obj["events_from"] = ["self"]
        if obj["metadata"] is None:
            obj["metadata"] = {}
        return obj

    def store(self, account, obj):
        """Writes the object and reads it back."""
        obj = self.columns(obj)
        with self.lock:
            self.objects[(account, obj["id"])] = obj
        return obj

    def columns(self, obj):
        """What writing and reading does to the values: nothing."""
        return obj

    # ---- answer -----------------------------------------------------------------------------
    def render(self, obj, include):
        return {
            "id": obj["id"],
            "object": "v2.core.event_destination",
            "amazon_eventbridge": self.render_eventbridge(obj),
            "created": self.timestamp(obj["created"]),
            "description": obj["description"],
            "enabled_events": list(obj["enabled_events"]),
            "event_payload": obj["event_payload"],
            "events_from": copy.copy(obj["events_from"]),
            "livemode": False,
            "metadata": copy.deepcopy(obj["metadata"]),
            "name": obj["name"],
            "snapshot_api_version": obj["snapshot_api_version"],
            "status": obj["status"],
            "status_details": None,
            "type": obj["type"],
            "updated": self.timestamp(obj["updated"]),
            "webhook_endpoint": self.render_webhook(obj, include),
        }

    def render_eventbridge(self, obj):
        c = obj["amazon_eventbridge"]
        if c is None:
            return None
        return {"aws_account_id": c["aws_account_id"],
                "aws_event_source_arn": "arn:aws:events:%s::event-source/aws.partner/stripe.com/%s"
                                        % (c["aws_region"], obj["id"]),
                "aws_event_source_status": "pending"}

    def render_webhook(self, obj, include):
        c = obj["webhook_endpoint"]
        if c is None:
            return None
        return {"signing_secret": obj["signing_secret"] if SECRET in include else None,
                "url": c["url"] if URL in include else None}


def make():
    return Server()
