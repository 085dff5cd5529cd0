"""Fifteen correct servers, each using what the page leaves open in its own way."""
import json
import re
import secrets
import time
import unicodedata
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

from .base import KNOWN, TYPES, URL_FIELD, Refusal, Server, conflict, invalid

RIGHT = {}


def right(name, sentence):
    def add(cls):
        assert name not in RIGHT
        RIGHT[name] = (cls, sentence)
        return cls
    return add


def strings(value, at=""):
    """Each string of a JSON value, names of members too, with the place it stands."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from strings(v, "%s[%d]" % (at, i))
    elif isinstance(value, dict):
        for k, v in value.items():
            yield at, k
            yield from strings(v, "%s.%s" % (at, k) if at else k)


@right("strict-lengths",
       "Refuses with 400 names over 100 characters, descriptions over 500, URLs over 2048, more than 100 events, more "
       "than 50 metadata pairs, metadata keys over 40 and values over 500, and bodies over 64 KiB with 413.")
class StrictLengths(Server):
    def parse(self, raw):
        if len(raw) > 65536:
            raise Refusal(413, "request_too_large", "The request body may be at most 64 KiB.")
        return super().parse(raw)

    def validate_shape(self, p):
        super().validate_shape(p)

        def limit(param, value, n):
            if len(value) > n:
                raise invalid(param, "may be at most %d long." % n, "parameter_too_long")
        limit("name", p["name"], 100)
        limit("description", p.get("description", ""), 500)
        limit("snapshot_api_version", p.get("snapshot_api_version", ""), 40)
        limit("enabled_events", p["enabled_events"], 100)
        for event in p["enabled_events"]:
            limit("enabled_events", event, 200)
        limit("events_from", p.get("events_from", []), 2)
        limit("metadata", p.get("metadata", {}), 50)
        for k, v in p.get("metadata", {}).items():
            if not k:
                raise invalid("metadata", "a key may not be empty.")
            limit("metadata", k, 40)
            limit("metadata", v, 500)

    def check_url(self, value):
        super().check_url(value)
        if len(value) > 2048:
            raise invalid(URL_FIELD, "may be at most 2048 long.", "parameter_too_long")


@right("plain-unicode-only",
       "Refuses with 400 any text that is not in form NFC or holds control, format, surrogate, private-use or unassigned "
       "code points (so NUL, zero-width joiners, line ends); all else is kept as it is.")
class PlainUnicode(Server):
    def validate(self, p):
        for at, s in strings(p):
            if unicodedata.normalize("NFC", s) != s or any(unicodedata.category(c)[0] == "C" for c in s):
                raise invalid(at or "body", "holds text that is not supported.", "unsupported_text")
        super().validate(p)


@right("plain-metadata-keys",
       "Takes only metadata keys of letters, digits, _ and -, 1 to 40 long and not beginning with _ , and refuses others "
       "with 400; also empty metadata values and more than 20 pairs are refused.")
class PlainMetadataKeys(Server):
    def check_metadata(self, value):
        super().check_metadata(value)
        if len(value) > 20:
            raise invalid("metadata", "may hold at most 20 pairs.")
        for k, v in value.items():
            if not re.fullmatch(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,39}", k):
                raise invalid("metadata", "keys may hold only letters, digits, _ and -.", "invalid_metadata_key")
            if not v:
                raise invalid("metadata.%s" % k, "must not be empty.")


@right("created-201-sorted-members",
       "Answers 201 to a create and 200 to its idempotent retry, indents its JSON in ASCII with members in reverse "
       "alphabetical order, and shows null for the configuration of the other type.")
class Created201(Server):
    created_status = 201

    def render(self, row, p):
        obj = super().render(row, p)
        for kind in TYPES:
            obj.setdefault(kind, None)
        return obj

    def dump(self, obj):
        obj = {k: obj[k] for k in sorted(obj, reverse=True)}
        return (json.dumps(obj, indent=2) + "\n").encode("ascii")


@right("whole-second-offset-timestamps",
       "Writes timestamps in whole seconds with +00:00 instead of Z, and created and "
       "updated are always the same instant.")
class OffsetTimestamps(Server):
    def timestamp(self, t):
        return datetime.fromtimestamp(int(t), timezone.utc).isoformat()


@right("uuid-ids-microseconds",
       "Ids are bare UUIDs, secrets are 64 hex digits, timestamps have six decimals and Z, updated is a little after "
       "created, and a replayed answer carries the header Idempotent-Replayed: true.")
class UuidIds(Server):
    def new_id(self):
        return str(uuid.uuid4())

    def new_secret(self):
        return secrets.token_hex(32)

    def timestamp(self, t):
        return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def stored(self, row):
        row["updated"] = max(time.time(), row["created"])
        return row

    def replay_headers(self):
        return [("Idempotent-Replayed", "true")]


@right("uuid-keys-only",
       "Takes only an Idempotency-Key that is a UUID in 8-4-4-4-12 form and refuses any other with 400; a request without "
       "one is taken.")
class UuidKeys(Server):
    def idempotency_key(self, environ):
        key = super().idempotency_key(environ)
        if key and not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", key):
            raise Refusal(400, "invalid_idempotency_key", "The Idempotency-Key must be a UUID.")
        return key


@right("keys-at-most-255-printable",
       "Refuses with 400 an Idempotency-Key that is empty, over 255 characters or holds anything but visible ASCII "
       "(spaces too), before the body is looked at.")
class Keys255(Server):
    def idempotency_key(self, environ):
        if "HTTP_IDEMPOTENCY_KEY" not in environ:
            return None
        key = environ["HTTP_IDEMPOTENCY_KEY"].strip(" \t")
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
            raise Refusal(400, "invalid_idempotency_key", "The Idempotency-Key must be 1 to 255 visible characters.")
        return key


@right("refusals-kept-and-replayed",
       "A 400 for invalid parameters is kept under its key: the same request again gets the same refusal, and a corrected "
       "one under that key gets 409 idempotency_error, as does an invalid one under a key that succeeded.")
class RefusalsKept(Server):
    def __init__(self):
        super().__init__()
        self.refusals = {}

    def process(self, raw, account, key):
        p = self.parse(raw)
        if key is None:
            self.validate(p)
            return self.create(p, account, key)
        slot, fp = self.slot(account, key), self.fingerprint(p)
        with self.lock:
            kept = self.keys.get(slot)
            if kept is not None and kept.fp != fp:
                raise conflict()
            if slot in self.refusals:
                old, refusal = self.refusals[slot]
                if old != fp:
                    raise conflict()
                raise Refusal(refusal.status, refusal.code, refusal.message, refusal.type)
            try:
                self.validate(p)
            except Refusal as r:
                self.refusals[slot] = (fp, r)
                raise
            return self.create(p, account, key)


@right("twin-in-flight-409",
       "Takes about 25 ms for a keyed create; a twin that comes meanwhile gets 409 with the code idempotency_key_in_use "
       "and Retry-After: 1 (or idempotency_error if its parameters differ), later ones the same destination.")
class TwinInFlight(Server):
    def __init__(self):
        super().__init__()
        self.flying = {}

    def create(self, p, account, key):
        if key is None:
            return super().create(p, account, key)
        slot, fp = self.slot(account, key), self.fingerprint(p)
        with self.lock:
            done = slot in self.keys
            if not done:
                if slot in self.flying:
                    if self.flying[slot] != fp:
                        raise conflict()
                    raise Refusal(409, "idempotency_key_in_use", "A request with this key is still being worked on.",
                                  "idempotency_error", [("Retry-After", "1")])
                self.flying[slot] = fp
        if done:
            return super().create(p, account, key)
        try:
            time.sleep(0.025)
            return super().create(p, account, key)
        finally:
            with self.lock:
                self.flying.pop(slot, None)


@right("rate-limit-now-and-then",
       "Answers every 29th authenticated request with 429 and Retry-After: 1 before it is looked at; nothing is made or "
       "kept under its key, and the retry is taken.")
class RateLimit(Server):
    def __init__(self):
        super().__init__()
        self.seen = 0

    def admit(self, environ, account):
        with self.lock:
            self.seen += 1
            over = self.seen % 29 == 0
        if over:
            raise Refusal(429, "rate_limit", "Too many requests; slow down.", "rate_limit_error",
                          [("Retry-After", "1")])


@right("nulls-mean-omitted",
       "A null for an optional top-level parameter is the same as leaving it out, for the fingerprint too; a description "
       "that was not given is absent from the response.")
class NullsOmitted(Server):
    OPTIONAL = ("amazon_eventbridge", "description", "events_from", "include", "metadata", "snapshot_api_version",
                "webhook_endpoint")

    def parse(self, raw):
        p = super().parse(raw)
        return {k: v for k, v in p.items() if v is not None or k not in self.OPTIONAL}

    def render(self, row, p):
        obj = super().render(row, p)
        if "description" not in p:
            del obj["description"]
        return obj


@right("pedantic-json",
       "Refuses unknown parameters at every level, members named twice, values named twice in enabled_events, events_from "
       "or include, and an empty events_from (400), and a Content-Type other than application/json (415).")
class Pedantic(Server):
    def admit(self, environ, account):
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind and kind != "application/json":
            raise Refusal(415, "unsupported_media_type", "Send application/json.")

    def parse(self, raw):
        p = super().parse(raw)

        def pairs(items):
            if len({k for k, _ in items}) != len(items):
                raise Refusal(400, "invalid_json", "A member is named twice.")
            return dict(items)
        json.loads(raw.decode("utf-8"), object_pairs_hook=pairs)
        return p

    def validate_shape(self, p):
        self.known(p, KNOWN, "")
        super().validate_shape(p)

    def known(self, value, names, at):
        for k in value:
            if k not in names:
                raise invalid(at + k, "unknown parameter.", "parameter_unknown")

    def once(self, value, param):
        if len(set(value)) != len(value):
            raise invalid(param, "a value is given twice.")

    def check_events(self, value):
        super().check_events(value)
        self.once(value, "enabled_events")

    def check_enums(self, value, param, allowed):
        super().check_enums(value, param, allowed)
        self.once(value, param)
        if param == "events_from" and not value:
            raise invalid(param, "must not be empty.")

    def check_webhook(self, value):
        super().check_webhook(value)
        self.known(value, ("url",), "webhook_endpoint.")

    def check_eventbridge(self, value, p):
        super().check_eventbridge(value, p)
        self.known(value, ("aws_account_id", "aws_region"), "amazon_eventbridge.")


@right("effective-parameters-compared",
       "Compares what the parameters mean: unknown members are left out, defaults that are spelled out equal defaults "
       "left out (events_from, metadata, description), and the order and repeats in include do not count.")
class Effective(Server):
    def comparable(self, p):
        q = {k: v for k, v in p.items() if k in KNOWN}
        q.setdefault("events_from", ["self"])
        q.setdefault("metadata", {})
        q.setdefault("description", "")
        q["include"] = sorted(set(q.get("include", [])))
        if "webhook_endpoint" in q:
            q["webhook_endpoint"] = {"url": q["webhook_endpoint"]["url"]}
        if "amazon_eventbridge" in q:
            q["amazon_eventbridge"] = {k: q["amazon_eventbridge"][k] for k in ("aws_account_id", "aws_region")}
        return q


@right("production-formats",
       "Takes only https URLs with a dotted host name and without user, port or fragment, 12-digit AWS account ids, "
       "well-formed regions, dotted event names and dated API versions, fills in an API version for the snapshot payload, "
       "and shows an event source as active.")
class ProductionFormats(Server):
    def check_url(self, value):
        super().check_url(value)
        parts = urlsplit(value)
        if (parts.scheme != "https" or "@" in parts.netloc or ":" in parts.netloc or "#" in value
                or not re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]+", parts.netloc)):
            raise invalid(URL_FIELD, "must be a public https URL.", "url_invalid")

    def check_event(self, value, param):
        super().check_event(value, param)
        if not re.fullmatch(r"[a-z0-9_]+([.\[\]][a-z0-9_\[\]]+)+", value):
            raise invalid(param, "is not an event type.", "event_type_invalid")

    def check_aws_account(self, value):
        super().check_aws_account(value)
        if not re.fullmatch(r"[0-9]{12}", value["aws_account_id"]):
            raise invalid("amazon_eventbridge.aws_account_id", "must be 12 digits.")

    def check_aws_region(self, value, p):
        super().check_aws_region(value, p)
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}", value["aws_region"]):
            raise invalid("amazon_eventbridge.aws_region", "must be an AWS region.")

    def validate_shape(self, p):
        super().validate_shape(p)
        version = p.get("snapshot_api_version")
        if version is not None and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?", version):
            raise invalid("snapshot_api_version", "must be an API version.")

    def stored(self, row):
        if row["event_payload"] == "snapshot" and row["snapshot_api_version"] is None:
            row["snapshot_api_version"] = "2024-09-30.acacia"
        return row

    def render(self, row, p):
        obj = super().render(row, p)
        if "amazon_eventbridge" in obj:
            obj["amazon_eventbridge"]["aws_event_source_status"] = "active"
        return obj
