"""15 servers that are right by the page and differ in what it leaves open."""
import copy
import json
import re
import time
import unicodedata
import uuid

from .base import Refused, Server

RIGHT = {}


def right(sentence):
    def note(cls):
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", "_", cls.__name__).lower()
        assert name not in RIGHT
        RIGHT[name] = (cls, sentence)
        return cls
    return note


@right("Ids and secrets of another form; timestamps with microseconds; `updated` some milliseconds after `created`.")
class OtherIdsMicroseconds(Server):
    def new_id(self, account, params):
        return str(uuid.uuid4())

    def new_secret(self):
        return uuid.uuid4().hex + uuid.uuid4().hex

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def updated(self, moment):
        time.sleep(0.002)
        return self.stamp(self.now())


@right("Answers 201 with Location and Request-Id headers; timestamps in whole seconds.")
class Status201WholeSeconds(Server):
    ok_status = 201

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def more_headers(self, status, payload):
        headers = [("Request-Id", "req_" + uuid.uuid4().hex)]
        if status == 201:
            headers.append(("Location", "/v2/core/event_destinations/" + payload["id"]))
        return headers


@right("The configuration of the other type is shown as null; status_details is {\"disabled\": null}.")
class OtherTypeNull(Server):
    def render(self, row, include):
        answer = super().render(row, include)
        answer.setdefault("amazon_eventbridge", None)
        answer.setdefault("webhook_endpoint", None)
        answer["status_details"] = {"disabled": None}
        return answer


@right("The configuration of the other type is an object of nulls; events_from and metadata are null if not given.")
class OtherTypeAllNull(Server):
    def render(self, row, include):
        answer = super().render(row, include)
        answer.setdefault("amazon_eventbridge", {"aws_account_id": None, "aws_event_source_arn": None,
                                                 "aws_event_source_status": None})
        answer.setdefault("webhook_endpoint", {"signing_secret": None, "url": None})
        return answer

    def build(self, account, params):
        row = super().build(account, params)
        row["events_from"] = params["events_from"]
        return row

    def take_metadata(self, body):
        return None if body.get("metadata") is None else super().take_metadata(body)


@right("Refuses unknown fields, nulls for optional fields, duplicates in lists and a configuration of the other type.")
class StrictShape(Server):
    def validate(self, body):
        def known(holder, names, path):
            for name in holder:
                if name not in names:
                    self.bad(path + name, "is not a known parameter")
                if holder[name] is None:
                    self.bad(path + name, "must not be null")
        known(body, self.fields, "")
        params = super().validate(body)
        known(body[params["type"]], ("url",) if params["type"] == "webhook_endpoint" else
              ("aws_account_id", "aws_region"), params["type"] + ".")
        for name in ("enabled_events", "events_from", "include"):
            if params[name] and len(set(params[name])) < len(params[name]):
                self.bad(name, "has duplicates")
        for name in ("amazon_eventbridge", "webhook_endpoint"):
            if name != params["type"] and name in body:
                self.bad(name, "does not belong to this type")
        return params


@right("Refuses what no real destination has: empty names or lists, control characters and lone surrogates, urls "
       "that are not http(s), account ids that are not 12 digits, keys over 255 characters.")
class StrictFormats(Server):
    def text(self, holder, name, path, required):
        value = super().text(holder, name, path, required)
        if value is not None:
            self.clean(value, path)
            if required and not value:
                self.bad(path, "must not be empty")
        return value

    def clean(self, value, path):
        if any((c < " " and c not in "\t\r\n") or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in value):
            self.bad(path, "has characters that cannot be stored")

    def take_enabled_events(self, body):
        value = super().take_enabled_events(body)
        if not value:
            self.bad("enabled_events", "must not be empty")
        for i, item in enumerate(value):
            if not item:
                self.bad("enabled_events[%d]" % i, "must not be empty")
            self.clean(item, "enabled_events[%d]" % i)
        return value

    def take_metadata(self, body):
        value = super().take_metadata(body)
        for name, item in value.items():
            self.clean(name, "metadata")
            self.clean(item, "metadata")
        return value

    def take_url(self, body, value):
        url = super().take_url(body, value)
        if not re.match(r"https?://[^\s/]+", url):
            self.bad("webhook_endpoint.url", "must be an http(s) URL")
        return url

    def take_amazon_eventbridge(self, body):
        value = super().take_amazon_eventbridge(body)
        if value and not re.fullmatch(r"[0-9]{12}", value["aws_account_id"]):
            self.bad("amazon_eventbridge.aws_account_id", "must be 12 digits")
        return value

    def key(self, environ):
        key = super().key(environ)
        if key is not None and len(key) > 255:
            raise Refused(400, "invalid_key", "The Idempotency-Key is too long.")
        return key


@right("Lenient: [] is an empty metadata map, metadata values may be numbers or booleans and come back as such, the "
       "configuration of the other type is not looked at.")
class Lenient(Server):
    def take_metadata(self, body):
        value = body.get("metadata")
        if value == []:
            return {}
        if isinstance(value, dict) and all(isinstance(x, (str, int, float)) for x in value.values()):
            return dict(value)
        return super().take_metadata(body)

    def config(self, body, name):
        return super().config(body, name) if body.get("type") == name else None


@right("Lists of enums and of events lose duplicates, texts are stored in Unicode's form NFC.")
class Normalising(Server):
    def text(self, holder, name, path, required):
        value = super().text(holder, name, path, required)
        return value if value is None else unicodedata.normalize("NFC", value)

    def take_enabled_events(self, body):
        return list(dict.fromkeys(super().take_enabled_events(body)))

    def take_events_from(self, body):
        value = super().take_events_from(body)
        return value if value is None else list(dict.fromkeys(value))


@right("A refusal uses the key up: the same request is refused again with the same words, a corrected one with 409.")
class RefusalsStored(Server):
    def execute(self, account, body):
        try:
            return super().execute(account, body)
        except Refused as refusal:
            return self.refusal(refusal)


@right("The parameters are validated before the key is looked up: an invalid retry of a used key is refused with 400.")
class ValidatesFirst(Server):
    def keyed(self, account, key, body):
        self.validate(body)
        return super().keyed(account, key, body)


@right("A twin of a request in flight is refused with 409 and another code instead of waiting; creates are slow.")
class Inflight409(Server):
    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        with slot.lock:
            if getattr(slot, "busy", False):
                raise Refused(409, "idempotency_key_in_use", "A request with this key is in progress.",
                              "idempotency_error")
            if slot.answer is not None:
                return self.replay(slot) if self.same(slot, body) else self.conflict(slot, body)
            slot.busy = True
        try:
            answer = self.execute(account, body)
            self.remember(slot, body, answer)
            return answer
        finally:
            slot.busy = False

    def new_secret(self):
        time.sleep(0.02)
        return super().new_secret()


@right("Only UUIDs are accepted as idempotency keys; others are refused with 400.")
class UuidKeysOnly(Server):
    def key(self, environ):
        key = super().key(environ)
        if key is not None and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", key):
            raise Refused(400, "invalid_idempotency_key", "The Idempotency-Key must be a UUID.")
        return key


@right("The signing secret is shown by the first answer only; a replay has null for it (the URL stays).")
class SecretMaskedInReplay(Server):
    def replay(self, slot):
        status, payload = copy.deepcopy(slot.answer)
        if payload.get("webhook_endpoint"):
            payload["webhook_endpoint"]["signing_secret"] = None
        return status, payload


@right("Additional members in objects and errors, other codes and words, another order of members, indented raw UTF-8.")
class RichBodies(Server):
    def render(self, row, include):
        answer = dict(reversed(super().render(row, include).items()))
        answer["application"] = None
        answer["links"] = {"self": "/v2/core/event_destinations/" + row["id"]}
        if "webhook_endpoint" in answer:
            answer["webhook_endpoint"]["tls"] = True
        return answer

    def refusal(self, r):
        code = r.code if r.code in ("idempotency_error", "internal_error") else "E%d" % r.status
        return r.status, {"request_id": uuid.uuid4().hex,
                          "error": {"type": r.kind, "message": "Sorry – " + r.message, "param": r.param,
                                    "doc_url": "https://example.com/errors#" + code, "code": code}}

    def dump(self, payload):
        try:
            return json.dumps(payload, ensure_ascii=False, indent=2).encode("utf-8")
        except UnicodeEncodeError:
            return super().dump(payload)


@right("An EventBridge destination starts disabled, as its event source does not exist yet (status unknown).")
class EventbridgeStartsDisabled(Server):
    def render(self, row, include):
        answer = super().render(row, include)
        if row["type"] == "amazon_eventbridge":
            answer["status"] = "disabled"
            answer["status_details"] = {"disabled": {"reason": "no_aws_event_source_exists"}}
        return answer

    def aws_status(self):
        return "unknown"


assert len(RIGHT) == 15, len(RIGHT)
