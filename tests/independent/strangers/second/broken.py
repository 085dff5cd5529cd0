"""Forty servers with exactly one realistic bug each (BROKEN: name -> (factory, sentence))."""
import html
import json
import re
import time
import unicodedata
from urllib.parse import unquote, urlsplit

from .base import ACCOUNTS, INCLUDES, ORIGINS, Refusal, Server, bad

BROKEN = {}


def broken(sentence):
    def register(cls):
        BROKEN[cls.__name__] = (cls, sentence)
        return cls
    return register


# ==== validation (8) =========================================================================

@broken("aws_account_id given as a JSON number is silently turned into a string (coercing model "
        "field) instead of being refused.")
class account_number_coerced(Server):
    def check_aws_account(self, config):
        value = config.get("aws_account_id")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            config = dict(config, aws_account_id=str(value))
        return super().check_aws_account(config)


@broken("Only the first value of events_from is checked against the enum; later ones may be "
        "anything.")
class events_from_first_only(Server):
    def check_events_from(self, body):
        value = body.get("events_from")
        if isinstance(value, list) and value:
            self.enum(value[0], ORIGINS, "events_from")
            return list(value)
        return super().check_events_from(body)


@broken("enabled_events is checked with all(isinstance(e, str) for e in value), so that a bare "
        "string passes and is taken apart into its letters.")
class enabled_events_string(Server):
    def check_events(self, body):
        value = body.get("enabled_events")
        if isinstance(value, str) and value:
            return [e for e in value]
        return super().check_events(body)


@broken("event_payload is matched with an unanchored regular expression: values that merely begin "
        "with snapshot or thin pass.")
class payload_unanchored(Server):
    def check_payload(self, body):
        value = self.string(body, "event_payload")
        if not re.match(r"snapshot|thin", value):
            raise bad("event_payload must be one of snapshot, thin.")
        return value


@broken("The hand-written URL expression knows no query string: legal webhook URLs with one are "
        "refused.")
class url_query_refused(Server):
    PATTERN = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?(#\S*)?\Z")

    def check_url(self, url):
        if not self.PATTERN.match(url):
            raise bad("webhook_endpoint.url must be a valid URL.")
        return super().check_url(url)


@broken("A missing amazon_eventbridge.aws_region (required) is filled in with us-east-1 rather "
        "than refused.")
class region_defaulted(Server):
    def check_aws_region(self, config):
        return super().check_aws_region({"aws_region": config.get("aws_region", "us-east-1")})


@broken("An empty array is accepted as metadata (the language's empty list and empty map are the "
        "same thing), though metadata is a map.")
class metadata_empty_list(Server):
    def check_metadata(self, body):
        if body.get("metadata") == []:
            return {}
        return super().check_metadata(body)


@broken("The type of description is checked only `if body.get('description')`: false, 0, [] and "
        "{} are accepted.")
class description_falsy(Server):
    def check_description(self, body):
        if "description" in body and not body["description"]:
            return ""
        return super().check_description(body)


# ==== echo and storage (8) ===================================================================

@broken("enabled_events is read back with GROUP_CONCAT, which cuts at 1024 characters: long lists "
        "lose their tail.")
class events_group_concat(Server):
    def columns(self, obj):
        joined = "\x1f".join(obj["enabled_events"])[:1024]
        return dict(obj, enabled_events=[e for e in joined.split("\x1f") if e])


@broken("description sits in a three-byte utf8 column in non-strict mode: it ends before the first "
        "character beyond U+FFFF.")
class description_utf8mb3(Server):
    def columns(self, obj):
        return dict(obj, description=re.split("[\U00010000-\U0010ffff]", obj["description"])[0])


@broken("Names are brought to Unicode NFC when stored: a decomposed name comes back composed.")
class name_nfc(Server):
    def columns(self, obj):
        return dict(obj, name=unicodedata.normalize("NFC", obj["name"]))


@broken("The camelCase-to-snake_case middleware also rewrites the customer's metadata keys.")
class metadata_keys_snaked(Server):
    def columns(self, obj):
        snake = lambda k: re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), k)
        return dict(obj, metadata={snake(k): v for k, v in obj["metadata"].items()})


@broken("description goes through the HTML sanitiser on its way in: & < > and quotes come back as "
        "entities.")
class description_html_escaped(Server):
    def columns(self, obj):
        return dict(obj, description=html.escape(obj["description"]))


@broken("Metadata values are kept in a typed document: texts that look like numbers, booleans or "
        "null come back as such.")
class metadata_values_typed(Server):
    def columns(self, obj):
        def typed(text):
            try:
                value = json.loads(text, parse_constant=lambda c: text)
            except (ValueError, RecursionError):
                return text
            return text if isinstance(value, (list, dict)) else value
        return dict(obj, metadata={k: typed(v) for k, v in obj["metadata"].items()})


@broken("The webhook URL is stored percent-decoded: %20 or %2F in it come back as other "
        "characters.")
class url_percent_decoded(Server):
    def columns(self, obj):
        if obj["webhook_endpoint"]:
            obj = dict(obj, webhook_endpoint={"url": unquote(obj["webhook_endpoint"]["url"])})
        return obj


@broken("aws_account_id sits in a BIGINT column: leading zeros are lost.")
class account_id_bigint(Server):
    def columns(self, obj):
        c = obj["amazon_eventbridge"]
        if c and re.fullmatch(r"[0-9]{1,18}", c["aws_account_id"]):
            obj = dict(obj, amazon_eventbridge=dict(c, aws_account_id=str(int(c["aws_account_id"]))))
        return obj


# ==== form of the answer (5) =================================================================

@broken("Milliseconds are not padded to three digits: 7 ms past the second is written .7, so that "
        "a tenth of all timestamps are wrong by up to 0.9 s.")
class milliseconds_unpadded(Server):
    def timestamp(self, t):
        return t.strftime("%Y-%m-%dT%H:%M:%S.") + "%dZ" % (t.microsecond // 1000)


@broken("A key reused with other parameters is answered with the right code but status 400 (habit "
        "of the older API) instead of 409.")
class conflict_400(Server):
    def conflict(self):
        r = super().conflict()
        r.status = 400
        return r


@broken("For webhook destinations the unmatched outer join is rendered as an amazon_eventbridge "
        "object with null members (declared string and enum) instead of null.")
class eventbridge_hollow(Server):
    def render_eventbridge(self, obj):
        return super().render_eventbridge(obj) or {
            "aws_account_id": None, "aws_event_source_arn": None, "aws_event_source_status": None}


@broken("livemode comes out of an integer column as 0 instead of false.")
class livemode_integer(Server):
    def render(self, obj, include):
        return dict(super().render(obj, include), livemode=0)


@broken("Content-Length counts characters, not bytes: an answer with non-ASCII text is cut short "
        "and no longer parses.")
class length_in_characters(Server):
    def encode(self, payload):
        text = json.dumps(payload, ensure_ascii=False)
        return text.encode("utf-8")[:len(text)]     # what arrives with such a Content-Length


# ==== include (5) ============================================================================

@broken("Only the first entry of include is honoured; each works alone, not both together.")
class include_first_only(Server):
    def render_webhook(self, obj, include):
        return super().render_webhook(obj, include[:1])


@broken("include is refused only if no entry is known (any instead of all): an unknown value next "
        "to a known one is accepted.")
class include_any_known(Server):
    def check_include(self, body):
        value = body.get("include")
        if isinstance(value, list) and any(isinstance(v, str) and v in INCLUDES for v in value):
            return [v for v in value if isinstance(v, str) and v in INCLUDES]
        return super().check_include(body)


@broken("The signing secret is generated while rendering: the replay of a create shows another "
        "secret for the same object.")
class secret_anew_on_replay(Server):
    def replay(self, rec):
        status, payload, headers = super().replay(rec)
        if payload.get("webhook_endpoint") and payload["webhook_endpoint"]["signing_secret"]:
            payload["webhook_endpoint"]["signing_secret"] = self.new_secret()
        return status, payload, headers


@broken("The serializer's list of extra fields is shared and only ever extended: once somebody has "
        "included something, every later answer exposes it.")
class include_sticks(Server):
    def __init__(self):
        super().__init__()
        self.extra = []

    def render_webhook(self, obj, include):
        self.extra += [i for i in include if i not in self.extra]
        return super().render_webhook(obj, self.extra)


@broken("An empty include list is taken for `no filter` and exposes everything, secret and all.")
class include_empty_means_all(Server):
    def check_include(self, body):
        if body.get("include") == []:
            return list(INCLUDES)
        return super().check_include(body)


# ==== idempotency (10) =======================================================================

@broken("The EventBridge branch was added as a handler of its own, without the idempotency "
        "wrapper: a retry creates a second destination.")
class eventbridge_unkeyed(Server):
    def idempotent(self, account, key, body):
        if body.get("type") == "amazon_eventbridge":
            status, payload = self.execute(account, body)[:2]
            return status, payload, []
        return super().idempotent(account, key, body)


@broken("Cleaning up after a refused request deletes the key's record even when it belongs to an "
        "earlier success: create, invalid request under the same key, retry -> second object.")
class refusal_frees_used_key(Server):
    def idempotent(self, account, key, body):
        try:
            self.validate(body)
        except Refusal:
            with self.lock:
                self.keys.pop(self.scope(account, key), None)
            raise
        return super().idempotent(account, key, body)


@broken("The key's row is inserted before validation and its fingerprint written only on success: "
        "retrying a refused request unchanged answers 409 idempotency_error.")
class refusal_leaves_stub(Server):
    def failed(self, scope, rec, exception):
        rec.fingerprint = None


@broken("The fingerprint joins the leaf values and leaves out their names: moving a value to "
        "another metadata key (or such) passes as the same request.")
class fingerprint_without_names(Server):
    def fingerprint(self, body):
        def leaves(v):
            if isinstance(v, dict):
                return [x for k in sorted(v) for x in leaves(v[k])]
            if isinstance(v, list):
                return [x for e in v for x in leaves(e)]
            return [json.dumps(v)]
        return "|".join(leaves(body))


@broken("Idempotency keys are kept in a CHAR(36) column: longer keys that share their first 36 "
        "characters are one key.")
class key_char_36(Server):
    def scope(self, account, key):
        return (account, key[:36])


@broken("API keys are looked up by their indexed first nine characters and never compared in "
        "full: sk_test_a with anything after it is let in.")
class credential_prefix(Server):
    def account_of(self, token):
        return ACCOUNTS.get(token[:9])


@broken("The table of keys is unique on the key alone and upserted: when another account uses the "
        "same key, the first account's record is gone and its retry creates a second object.")
class other_account_evicts_key(Server):
    def idempotent(self, account, key, body):
        with self.lock:
            for scope in [s for s in self.keys if s[1] == key and s[0] != account]:
                del self.keys[scope]
        return super().idempotent(account, key, body)


@broken("Requests under a key in flight are coalesced by the key alone: a concurrent request with "
        "other parameters gets the first one's object instead of a conflict.")
class single_flight(Server):
    latency = 0.03

    def compare(self, rec, fp):
        if rec.done.is_set():
            super().compare(rec, fp)


@broken("The controller is a singleton that keeps the request's parameters in an attribute across "
        "the database call: concurrent creates get each other's values.")
class shared_controller(Server):
    def execute(self, account, body):
        self.params = self.validate(body)
        time.sleep(0.01)                       # the account is loaded
        p = self.params
        obj = self.store(account, self.build(account, p))
        return self.ok, self.render(obj, p["include"]), obj, p["include"]


@broken("A conflicting request overwrites the key's stored fingerprint before answering 409: "
        "afterwards the genuine retry conflicts.")
class conflict_overwrites(Server):
    def compare(self, rec, fp):
        if rec.fingerprint != fp:
            rec.fingerprint = fp
            raise self.conflict()


# ==== crashes (4) ============================================================================

@broken("A log line is put together from the name and then %-formatted: names with a percent sign "
        "answer 500.")
class crash_percent_in_name(Server):
    def store(self, account, obj):
        self.last_log = ("created destination " + obj["name"] + " for %s") % account
        return super().store(account, obj)


@broken("Included paths are read off the object without asking whether it has a webhook: include "
        "with type amazon_eventbridge answers 500.")
class crash_include_eventbridge(Server):
    def render(self, obj, include):
        answer = super().render(obj, include)
        for path in include:
            parent, child = path.split(".")
            answer[parent][child]
        return answer


@broken("A lone surrogate (\\ud800 in the JSON text) passes validation and blows up when the "
        "answer is encoded: 500.")
class crash_lone_surrogate(Server):
    def check_text(self, body):
        pass


@broken("The URL's port is read without catching the parser's ValueError: a port beyond 65535 or "
        "not a number answers 500 instead of 400.")
class crash_url_port(Server):
    def check_url(self, url):
        try:
            parts = urlsplit(url)
        except ValueError:
            raise bad("webhook_endpoint.url must be a valid URL.")
        if parts.port == 0:
            raise bad("webhook_endpoint.url must be a valid URL.")
        return super().check_url(url)
