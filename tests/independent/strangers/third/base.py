"""A correct in-memory server of POST /v2/core/event_destinations (WSGI, standard library only).

Every step is a method, so that a variant overrides as little as possible:
credentials, key handling, fingerprints, validation (one ``take_…`` per field), build, storage, render, errors.
"""
import copy
import datetime
import hashlib
import json
import secrets
import string
import threading

PATH = "/v2/core/event_destinations"
TYPES = ("amazon_eventbridge", "webhook_endpoint")
PAYLOADS = ("snapshot", "thin")
FROM = ("other_accounts", "self")
URL = "webhook_endpoint.url"
SECRET = "webhook_endpoint.signing_secret"
INCLUDES = (SECRET, URL)
ALNUM = string.ascii_letters + string.digits
REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
           405: "Method Not Allowed", 409: "Conflict", 500: "Internal Server Error"}


class Refused(Exception):
    def __init__(self, status, code, message, kind="invalid_request_error", param=None):
        super().__init__(message)
        self.status, self.code, self.message, self.kind, self.param = status, code, message, kind, param


class Slot:
    """What is known of one idempotency key."""

    def __init__(self):
        self.lock = threading.Lock()
        self.body = None
        self.print = None
        self.answer = None


class Server:
    keys = {"sk_test_a": "acct_a", "sk_test_b": "acct_b"}
    ok_status = 200

    def __init__(self):
        self.lock = threading.Lock()
        self.slots = {}
        self.rows = {}

    # ---- WSGI -----------------------------------------------------------------------------------
    def __call__(self, environ, start_response):
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        raw = environ["wsgi.input"].read(length) if length > 0 else b""
        try:
            status, payload = self.route(environ, raw)
        except Refused as refusal:
            status, payload = self.refusal(refusal)
        except Exception:  # what a framework's last handler does
            status, payload = self.refusal(Refused(500, "internal_error", "Something went wrong.", "api_error"))
        data = self.dump(payload)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
        headers += self.more_headers(status, payload)
        start_response("%d %s" % (status, REASONS.get(status, "Unknown")), headers)
        return [data]

    def dump(self, payload):
        return json.dumps(payload).encode("ascii")

    def more_headers(self, status, payload):
        return []

    def refusal(self, r):
        return r.status, {"error": {"code": r.code, "message": r.message, "type": r.kind}}

    def route(self, environ, raw):
        if environ.get("PATH_INFO", "").rstrip("/") != PATH:
            raise Refused(404, "not_found", "Unrecognized request URL.")
        if environ.get("REQUEST_METHOD") != "POST":
            raise Refused(405, "method_not_allowed", "Only POST is served here.")
        account = self.account(environ)
        if account is None:
            return self.unknown_caller(environ, raw)
        key = self.key(environ)
        body = self.parse(raw)
        if key is None:
            return self.execute(account, body)
        return self.keyed(account, key, body)

    # ---- credentials and keys -------------------------------------------------------------------
    def account(self, environ):
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self.keys.get(token.strip())

    def unknown_caller(self, environ, raw):
        raise Refused(401, "unauthorized", "No valid API key was given.", "authentication_error")

    def key(self, environ):
        value = environ.get("HTTP_IDEMPOTENCY_KEY", "").strip()
        return value or None

    def place(self, account, key, body):
        """Under which name the key is remembered."""
        return (account, key)

    def slot(self, account, key, body):
        place = self.place(account, key, body)
        with self.lock:
            if place not in self.slots:
                self.slots[place] = Slot()
            return self.slots[place]

    def fingerprint(self, body):
        return json.dumps(body, sort_keys=True)

    def same(self, slot, body):
        return slot.print == self.fingerprint(body)

    def conflict(self, slot, body):
        raise Refused(409, "idempotency_error",
                      "This Idempotency-Key was used before with different request parameters.", "idempotency_error")

    def replay(self, slot):
        return copy.deepcopy(slot.answer)

    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        with slot.lock:
            if slot.answer is not None:
                if not self.same(slot, body):
                    return self.conflict(slot, body)
                return self.replay(slot)
            answer = self.execute(account, body)
            self.remember(slot, body, answer)
            return answer

    def remember(self, slot, body, answer):
        slot.body, slot.print, slot.answer = body, self.fingerprint(body), copy.deepcopy(answer)

    # ---- validation -----------------------------------------------------------------------------
    def parse(self, raw):
        def constant(name):
            raise ValueError(name)
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=constant)
        except (ValueError, RecursionError):
            raise Refused(400, "invalid_json", "The body is not valid JSON.")
        if not isinstance(body, dict):
            raise Refused(400, "invalid_json", "The body must be a JSON object.")
        return body

    def bad(self, path, why):
        raise Refused(400, "invalid_parameter", "%s: %s" % (path, why), param=path)

    def text(self, holder, name, path, required):
        value = holder.get(name)
        if value is None:
            if required:
                self.bad(path, "is required")
            return None
        if not isinstance(value, str):
            self.bad(path, "must be a string")
        return value

    def enum(self, value, allowed, path):
        if not isinstance(value, str) or value not in allowed:
            self.bad(path, "must be one of " + ", ".join(allowed))
        return value

    def enums(self, value, allowed, path):
        if not isinstance(value, list):
            self.bad(path, "must be an array")
        return [self.enum(item, allowed, "%s[%d]" % (path, i)) for i, item in enumerate(value)]

    def take_name(self, body):
        return self.text(body, "name", "name", True)

    def take_description(self, body):
        return self.text(body, "description", "description", False)

    def take_snapshot_api_version(self, body):
        return self.text(body, "snapshot_api_version", "snapshot_api_version", False)

    def take_type(self, body):
        if body.get("type") is None:
            self.bad("type", "is required")
        return self.enum(body["type"], TYPES, "type")

    def take_event_payload(self, body):
        if body.get("event_payload") is None:
            self.bad("event_payload", "is required")
        return self.enum(body["event_payload"], PAYLOADS, "event_payload")

    def take_enabled_events(self, body):
        value = body.get("enabled_events")
        if value is None:
            self.bad("enabled_events", "is required")
        if not isinstance(value, list):
            self.bad("enabled_events", "must be an array")
        for i, item in enumerate(value):
            if not isinstance(item, str):
                self.bad("enabled_events[%d]" % i, "must be a string")
        return list(value)

    def take_events_from(self, body):
        value = body.get("events_from")
        return None if value is None else self.enums(value, FROM, "events_from")

    def take_include(self, body):
        value = body.get("include")
        return [] if value is None else self.enums(value, INCLUDES, "include")

    def take_metadata(self, body):
        value = body.get("metadata")
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.bad("metadata", "must be a map")
        for name, item in value.items():
            if not isinstance(item, str):
                self.bad("metadata." + name, "must be a string")
        return dict(value)

    def config(self, body, name):
        value = body.get(name)
        if value is not None and not isinstance(value, dict):
            self.bad(name, "must be an object")
        if value is None and body.get("type") == name:
            self.bad(name, "is required for this type")
        return value

    def take_amazon_eventbridge(self, body):
        value = self.config(body, "amazon_eventbridge")
        if value is None:
            return None
        return {name: self.text(value, name, "amazon_eventbridge." + name, True)
                for name in ("aws_account_id", "aws_region")}

    def take_webhook_endpoint(self, body):
        value = self.config(body, "webhook_endpoint")
        if value is None:
            return None
        return {"url": self.take_url(body, value)}

    def take_url(self, body, value):
        return self.text(value, "url", URL, True)

    fields = ("name", "type", "event_payload", "enabled_events", "description", "events_from", "include", "metadata",
              "snapshot_api_version", "amazon_eventbridge", "webhook_endpoint")

    def validate(self, body):
        return {field: getattr(self, "take_" + field)(body) for field in self.fields}

    # ---- build, storage -------------------------------------------------------------------------
    def now(self):
        return datetime.datetime.now(datetime.timezone.utc)

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)

    def new_id(self, account, params):
        return "ed_test_" + "".join(secrets.choice(ALNUM) for _ in range(48))

    def new_secret(self):
        return "whsec_" + "".join(secrets.choice(ALNUM) for _ in range(32))

    def build(self, account, params):
        moment = self.now()
        row = {name: params[name] for name in
               ("name", "type", "event_payload", "enabled_events", "description", "metadata", "snapshot_api_version")}
        row["id"] = self.new_id(account, params)
        row["account"] = account
        row["events_from"] = ["self"] if params["events_from"] is None else params["events_from"]
        row["created"] = self.created(moment)
        row["updated"] = self.updated(moment)
        row["config"] = dict(params[params["type"]])
        if row["type"] == "webhook_endpoint":
            row["config"]["signing_secret"] = self.new_secret()
        return row

    def created(self, moment):
        return self.stamp(moment)

    def updated(self, moment):
        return self.stamp(moment)

    def store(self, row):
        with self.lock:
            self.rows[row["id"]] = copy.deepcopy(row)

    def load(self, ident):
        with self.lock:
            return copy.deepcopy(self.rows[ident])

    def execute(self, account, body):
        params = self.validate(body)
        row = self.build(account, params)
        self.store(row)
        row = self.load(row["id"])
        return self.ok_status, self.render(row, params["include"])

    # ---- render ---------------------------------------------------------------------------------
    def wanted(self, include):
        return set(include)

    def aws_status(self):
        return "pending"

    def render_config(self, row, include):
        config, wanted = row["config"], self.wanted(include)
        if row["type"] == "webhook_endpoint":
            return {"signing_secret": config["signing_secret"] if SECRET in wanted else None,
                    "url": config["url"] if URL in wanted else None}
        return {"aws_account_id": config["aws_account_id"],
                "aws_event_source_arn": "arn:aws:events:%s::event-source/aws.partner/stripe.com/%s"
                                        % (config["aws_region"], row["id"]),
                "aws_event_source_status": self.aws_status()}

    def render(self, row, include):
        answer = {"id": row["id"], "object": "v2.core.event_destination", "created": row["created"],
                  "description": row["description"], "enabled_events": row["enabled_events"],
                  "event_payload": row["event_payload"], "events_from": row["events_from"], "livemode": False,
                  "metadata": row["metadata"], "name": row["name"],
                  "snapshot_api_version": row["snapshot_api_version"], "status": "enabled", "status_details": None,
                  "type": row["type"], "updated": row["updated"]}
        answer[row["type"]] = self.render_config(row, include)
        return answer


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
