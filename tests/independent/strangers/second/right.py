"""Fifteen correct servers that use the latitude of the page (RIGHT: name -> (factory, sentence))."""
import copy
import json
import re
import uuid
from datetime import timedelta

from .base import Refusal, Server, bad

RIGHT = {}


def right(sentence):
    def register(cls):
        RIGHT[cls.__name__] = (cls, sentence)
        return cls
    return register


@right("Answers 201 with a Location header: the page names no success status.")
class created_201(Server):
    ok = 201

    def handle(self, environ):
        status, payload, headers = super().handle(environ)
        return status, payload, headers + [("Location", "/v2/core/event_destinations/"
                                            + payload["id"])]


@right("Ids are bare UUIDs, secrets have another form, timestamps are RFC 3339 in microseconds "
       "with a numeric offset, and updated is a little later than created.")
class uuid_ids(Server):
    def new_id(self):
        return str(uuid.uuid4())

    def new_secret(self):
        return uuid.uuid4().hex

    def timestamp(self, t):
        return t.isoformat(timespec="microseconds")

    def build(self, account, p):
        obj = super().build(account, p)
        obj["updated"] = obj["created"] + timedelta(milliseconds=6)
        return obj


@right("Like the page's example it leaves out the other type's configuration, and a description "
       "that was not given; timestamps in whole seconds.")
class sparse_members(Server):
    def build(self, account, p):
        obj = super().build(account, p)
        obj["described"] = p["description"] is not None
        return obj

    def timestamp(self, t):
        return t.strftime("%Y-%m-%dT%H:%M:%SZ")

    def render(self, obj, include):
        answer = super().render(obj, include)
        if not obj["described"]:
            del answer["description"]
        del answer["amazon_eventbridge" if obj["type"] == "webhook_endpoint"
                   else "webhook_endpoint"]
        return answer


@right("webhook_endpoint (nullable) is null as a whole as long as nothing of it is included.")
class webhook_null_unless_included(Server):
    def render_webhook(self, obj, include):
        return super().render_webhook(obj, include) if include else None


@right("Lenient: unknown fields, the other type's configuration and an API version with thin are "
       "ignored; empty texts and lists, and metadata values of any JSON type are taken.")
class lenient(Server):
    def check_unknown(self, mapping, known, where):
        pass

    def string(self, mapping, field, where="", empty=True):
        return super().string(mapping, field, where, True)

    def check_events(self, body):
        value = body.get("enabled_events")
        if not isinstance(value, list) or not all(isinstance(e, str) for e in value):
            raise bad("enabled_events: array of strings expected")
        return list(value)

    def check_metadata(self, body):
        value = body.get("metadata")
        if value is not None and not isinstance(value, dict):
            raise bad("metadata: map expected")
        return copy.deepcopy(value)

    def check_version(self, body, payload):
        value = body.get("snapshot_api_version")
        if value is not None and not isinstance(value, str):
            raise bad("snapshot_api_version: string expected")
        return value if payload == "snapshot" else None

    def check_configs(self, body, type_):
        super().check_configs({k: v for k, v in body.items()
                               if k == type_ or not isinstance(v, dict)}, type_)


@right("Strict where the page is silent: nulls, duplicates, control and lone characters, plain "
       "http, odd event names, AWS ids that are not 12 digits and over-long values are refused.")
class strict(Server):
    def drop_nulls(self, body):
        if any(v is None for v in body.values()):
            raise bad("null is not accepted")
        return body

    def string(self, mapping, field, where="", empty=False):
        value = super().string(mapping, field, where, empty)
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise bad("%s%s: control characters" % (where, field))
        if len(value) > 1000:
            raise bad("%s%s: too long" % (where, field))
        return value

    def unique(self, values):
        if len(set(values)) != len(values):
            raise bad("duplicate values")
        return values

    def check_events(self, body):
        events = super().check_events(body)
        if len(events) > 200 or not all(re.fullmatch(r"[a-z0-9_.\[\]]{1,200}|\*", e) for e in events):
            raise bad("enabled_events: no such event")
        return self.unique(events)

    def check_events_from(self, body):
        value = super().check_events_from(body)
        if value == []:
            raise bad("events_from must not be empty")
        return value and self.unique(value)

    def check_include(self, body):
        return self.unique(super().check_include(body))

    def check_metadata(self, body):
        value = super().check_metadata(body)
        if value and (len(value) > 50 or any(len(k) > 40 or not k or len(v) > 500
                                             for k, v in value.items())):
            raise bad("metadata: too large")
        return value

    def check_url(self, url):
        if not url.startswith("https://"):
            raise bad("webhook_endpoint.url must use https")
        return super().check_url(url)

    def check_aws_account(self, config):
        value = super().check_aws_account(config)
        if not re.fullmatch("[0-9]{12}", value):
            raise bad("aws_account_id: 12 digits")
        return value

    def check_aws_region(self, config):
        value = super().check_aws_region(config)
        if not re.fullmatch("[a-z]{2}(-[a-z]+)+-[0-9]", value):
            raise bad("aws_region: no such region")
        return value


@right("A refusal is kept under its key: the same request gets the same 400 again, another one "
       "409.")
class refusal_keeps_key(Server):
    def failed(self, scope, rec, exception):
        if isinstance(exception, Refusal):
            rec.answer = (exception.status, self.error(exception))
        else:
            super().failed(scope, rec, exception)


@right("Validates before it looks at the key: an invalid request under a used key gets 400 and "
       "leaves the key as it was.")
class validates_before_key(Server):
    def idempotent(self, account, key, body):
        self.validate(body)
        return super().idempotent(account, key, body)


@right("Does not wait: the twin of a request in flight gets 409 with a code of its own, and a "
       "retry later gets the stored answer.")
class twin_gets_409(Server):
    latency = 0.02

    def await_twin(self, rec):
        if not rec.done.is_set():
            raise Refusal(409, "idempotency_key_in_use", "A request with this key is in progress.",
                          "idempotency_error")


@right("Only UUIDs are accepted as Idempotency-Key (in any letter case, which does not matter); "
       "anything else is 400.")
class uuid_keys_only(Server):
    def read_key(self, environ):
        key = super().read_key(environ)
        if key is None:
            return None
        if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", key):
            raise bad("Idempotency-Key must be a UUID.", "idempotency_key_invalid")
        return key.lower()


@right("Indented JSON escaped to ASCII in reverse key order, with additional members in objects "
       "and errors, other codes and messages, and a charset in the content type.")
class verbose_json(Server):
    def content_type(self):
        return "application/json; charset=utf-8"

    def encode(self, payload):
        return json.dumps(payload, indent=2, ensure_ascii=True).encode("ascii")

    def check_text(self, body):
        pass                                   # escapes can carry lone surrogates

    def error(self, r):
        code = "invalid_fields" if r.status == 400 else r.code
        return {"error": {"type": r.type, "message": "Oh dear: " + r.message, "code": code,
                          "doc_url": "https://example.com/docs", "param": None,
                          "user_message": None}, "request_id": uuid.uuid4().hex}

    def render(self, obj, include):
        answer = dict(reversed(list(super().render(obj, include).items())))
        answer["api_version"] = "v2"
        answer["_links"] = {"self": "/v2/core/event_destinations/" + obj["id"]}
        return answer


@right("Secrets are shown on the creation alone: a replay has signing_secret null, and says in a "
       "header that it is one.")
class secret_masked_in_replay(Server):
    def replay(self, rec):
        status, payload, headers = super().replay(rec)
        if payload.get("webhook_endpoint"):
            payload["webhook_endpoint"]["signing_secret"] = None
        return status, payload, headers + [("Idempotent-Replayed", "true")]


@right("A replay renders the object as it is now: the event source has become active meanwhile "
       "and updated has moved.")
class live_replay(Server):
    def replay(self, rec):
        status, payload = rec.answer[0], self.render(dict(rec.obj, updated=self.now()), rec.include)
        if payload["amazon_eventbridge"]:
            payload["amazon_eventbridge"]["aws_event_source_status"] = "active"
        return status, payload, []


@right("What was not given is null where the page says nullable (events_from, metadata), a "
       "snapshot destination gets the account's API version, and event source states are unknown.")
class null_defaults(Server):
    def build(self, account, p):
        obj = super().build(account, p)
        obj["events_from"], obj["metadata"] = p["events_from"], p["metadata"]
        if p["event_payload"] == "snapshot" and p["snapshot_api_version"] is None:
            obj["snapshot_api_version"] = "2024-09-30.acacia"
        return obj

    def render_eventbridge(self, obj):
        c = super().render_eventbridge(obj)
        return c and dict(c, aws_event_source_status="unknown")


@right("Compares meanings under a key: null or an empty include equal absence, defaults written "
       "out equal defaults left out, and the order and repetition of include do not matter.")
class normalised_fingerprint(Server):
    def fingerprint(self, body):
        b = {k: v for k, v in body.items() if v is not None}
        if b.get("include") == []:
            del b["include"]
        elif isinstance(b.get("include"), list):
            b["include"] = sorted({json.dumps(i) for i in b["include"]})
        if b.get("events_from") == ["self"]:
            del b["events_from"]
        if b.get("metadata") == {}:
            del b["metadata"]
        return super().fingerprint(b)
