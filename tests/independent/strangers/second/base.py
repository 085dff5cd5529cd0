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

from .validation import Validation
from .words import ACCOUNTS, FIELDS, INCLUDES, ORIGINS, PATH, PAYLOADS, REASONS, Record, Refusal, SECRET, TYPES, URL, bad


class Server(Validation):
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
