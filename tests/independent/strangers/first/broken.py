"""Forty servers, each the base with exactly one bug."""
import re
import time
import unicodedata
from collections import OrderedDict
from urllib.parse import urlsplit

from .base import INCLUDES, SECRET_FIELD, Kept, Refusal, Server, conflict

BROKEN = {}


def bug(name, sentence):
    def add(cls):
        assert name not in BROKEN
        BROKEN[name] = (cls, sentence)
        return cls
    return add


def changed(p, **members):
    return {**p, **members}


# ------------------------------------------------------ keys after a failure
@bug("refused-url-leaves-key-in-progress",
     "A keyed request refused for its webhook_endpoint or amazon_eventbridge object leaves the key in progress for ever: "
     "the corrected or repeated request gets 409 idempotency_key_in_use though nothing runs and the parameters are valid.")
class RefusedUrlStuck(Server):
    def __init__(self):
        super().__init__()
        self.in_progress = set()

    def process(self, raw, account, key):
        p = self.parse(raw)
        self.validate_shape(p)
        self.validate_include(p)
        slot = self.slot(account, key) if key else None
        if slot in self.in_progress:
            raise Refusal(409, "idempotency_key_in_use", "Another request with this key is in progress.",
                          "idempotency_error")
        try:
            self.validate_config(p)
        except Refusal:
            if slot:
                self.in_progress.add(slot)
            raise
        return self.create(p, account, key)


@bug("bad-include-retry-is-conflict",
     "A keyed request refused for its include is recorded without include, so the very same request again is answered "
     "409 idempotency_error although its parameters did not differ.")
class BadIncludeRetry(Server):
    def __init__(self):
        super().__init__()
        self.begun = {}

    def process(self, raw, account, key):
        p = self.parse(raw)
        slot = self.slot(account, key) if key else None
        if slot in self.begun and self.begun[slot] != self.fingerprint(p):
            raise conflict()
        try:
            self.validate_include(p)
        except Refusal:
            if slot:
                core = {k: v for k, v in p.items() if k != "include"}
                self.validate(core)  # any other fault is refused first, and not recorded
                self.begun[slot] = self.fingerprint(core)
            raise
        self.validate(p)
        self.begun.pop(slot, None)
        return self.create(p, account, key)


@bug("success-after-refusal-not-remembered",
     "When the first request under a key was refused, the later success under that key is not remembered (insert or "
     "ignore), so each retry makes another destination instead of giving the same one.")
class SuccessAfterRefusal(Server):
    def __init__(self):
        super().__init__()
        self.refused = set()

    def process(self, raw, account, key):
        p = self.parse(raw)
        try:
            self.validate(p)
        except Refusal:
            slot = self.slot(account, key) if key else None
            if slot and slot not in self.keys:
                self.refused.add(slot)
            raise
        return self.create(p, account, key)

    def remember(self, slot, kept):
        if slot not in self.refused:
            super().remember(slot, kept)


@bug("conflict-overwrites-fingerprint",
     "A 409 saves the conflicting request's fingerprint over the first one's: the true retry is then answered "
     "idempotency_error and the conflicting request, sent again, gets a destination with other parameters.")
class ConflictOverwrites(Server):
    def conflict(self, p, kept, fp):
        kept.fp = fp
        return conflict()


# ------------------------------------------------------- callers and accounts
@bug("replay-before-authentication",
     "The stored answer for a key and body is served before the API key is looked at when there is no Authorization "
     "header at all, where 401 is due.")
class ReplayBeforeAuth(Server):
    def unauthenticated(self, environ, raw):
        key = self.idempotency_key(environ)
        if key and "HTTP_AUTHORIZATION" not in environ:
            try:
                fp = self.fingerprint(self.parse(raw))
            except Refusal:
                fp = None
            with self.lock:
                for (_, k), kept in self.keys.items():
                    if k == key and kept.fp == fp:
                        return self.replay_status, [], self.dump(kept.obj)
        return super().unauthenticated(environ, raw)


@bug("same-key-and-body-shared-between-accounts",
     "Answers are looked up by key and body only, so a second account sending the same key and the same parameters is "
     "given the first account's destination instead of its own.")
class SharedBetweenAccounts(Server):
    def recall(self, slot, fp):
        kept = super().recall(slot, fp)
        if kept is None:
            for (_, key), other in self.keys.items():
                if key == slot[1] and other.fp == fp:
                    return other
        return kept


# -------------------------------------------------------------- shape of keys
@bug("key-cut-at-128",
     "Idempotency keys are cut at 128 characters, so two long keys that differ later are one: a new request is answered "
     "with an old destination or a false idempotency_error.")
class KeyCut(Server):
    def slot(self, account, key):
        return account, key[:128]


@bug("key-case-insensitive",
     "Idempotency keys are compared without regard to case (a case-insensitive collation), so two different keys are "
     "taken for an idempotent retry.")
class KeyCase(Server):
    def slot(self, account, key):
        return account, key.lower()


@bug("key-leading-zeros-dropped",
     "Runs of digits in idempotency keys lose their leading zeros, so order-007 and order-7 are taken for the same key "
     "and the second is not a request of its own.")
class KeyZeros(Server):
    def slot(self, account, key):
        return account, re.sub(r"[0-9]+", lambda m: m.group().lstrip("0") or "0", key)


# --------------------------------------------------------------- fingerprints
@bug("fingerprint-ignores-aws-region",
     "The fingerprint leaves out amazon_eventbridge.aws_region, so a retry with another region gets the old destination "
     "instead of 409 idempotency_error.")
class FpRegion(Server):
    def comparable(self, p):
        if isinstance(p.get("amazon_eventbridge"), dict):
            aws = {k: v for k, v in p["amazon_eventbridge"].items() if k != "aws_region"}
            return changed(p, amazon_eventbridge=aws)
        return p


@bug("fingerprint-joins-events-without-separator",
     "The fingerprint joins enabled_events with nothing between them, so ['a.b', 'c'] and ['a.', 'bc'] are the same "
     "parameters to it and the 409 is not given.")
class FpJoin(Server):
    def comparable(self, p):
        return changed(p, enabled_events="".join(p["enabled_events"]))


@bug("fingerprint-collapses-spaces-in-description",
     "The fingerprint trims description and collapses its white space, so a retry whose description differs in spaces or "
     "line ends gets the old destination instead of 409 idempotency_error.")
class FpSpaces(Server):
    def comparable(self, p):
        if "description" in p:
            return changed(p, description=" ".join(p["description"].split()))
        return p


@bug("fingerprint-cuts-url-at-255",
     "The fingerprint looks at the first 255 characters of webhook_endpoint.url only, so a retry with a long URL that "
     "differs at its end gets the old destination instead of 409 idempotency_error.")
class FpUrl(Server):
    def comparable(self, p):
        if "webhook_endpoint" in p:
            return changed(p, webhook_endpoint=changed(p["webhook_endpoint"],
                                                       url=p["webhook_endpoint"]["url"][:255]))
        return p


# -------------------------------------------------------------------- replays
@bug("retry-rotates-signing-secret",
     "An idempotent retry that includes webhook_endpoint.signing_secret runs the secret generation again and shows "
     "another secret for the same destination, so it is not the same answer.")
class RetryRotates(Server):
    def replay(self, kept, p, account):
        if p["type"] == "webhook_endpoint" and SECRET_FIELD in self.included(p):
            kept.row["secret"] = self.new_secret()
            return self.render(kept.row, p)
        return kept.obj


@bug("third-retry-shows-second-row",
     "Every retry inserts another row behind the first answer, and from the third retry on (cache gone) the newest row "
     "is shown: the same key and parameters give another destination.")
class ThirdRetry(Server):
    def replay(self, kept, p, account):
        row = self.make(p, account)
        kept.hits += 1
        return kept.obj if kept.hits < 3 else self.render(row, p)


@bug("remembers-96-keys",
     "Only the 96 most recent keys are remembered (by all accounts together), so a retry of an older one makes a second "
     "destination.")
class Remembers96(Server):
    def __init__(self):
        super().__init__()
        self.keys = OrderedDict()

    def remember(self, slot, kept):
        super().remember(slot, kept)
        while len(self.keys) > 96:
            self.keys.popitem(last=False)


@bug("conflict-is-400-on-snapshot",
     "When the request is for the snapshot payload the conflict is answered in v1 style, with status 400 instead of the "
     "409 that the page gives idempotency_error.")
class Conflict400(Server):
    def conflict(self, p, kept, fp):
        r = conflict()
        if p["event_payload"] == "snapshot":
            r.status = 400
        return r


# ---------------------------------------------------------------------- races
@bug("race-select-then-insert",
     "The key is looked up and, some 12 ms later, inserted with no lock: twins that arrive together each make a "
     "destination under one key.")
class RaceInsert(Server):
    def create(self, p, account, key):
        if key is None:
            return super().create(p, account, key)
        slot, fp = self.slot(account, key), self.fingerprint(p)
        kept = self.recall(slot, fp)
        if kept is not None:
            if kept.fp != fp:
                raise conflict()
            return self.replay_status, kept.obj, []
        time.sleep(0.012)
        row = self.make(p, account)
        obj = self.render(row, p)
        self.keys.setdefault(slot, Kept(fp, obj, row))
        return self.created_status, obj, []


@bug("race-include-on-shared-object",
     "The include list is parked on the shared handler for some 4 ms while the row is written, so of requests without a "
     "key that run together one is rendered with the other's include (a secret is shown unasked, or a URL is not shown).")
class RaceInclude(Server):
    def make(self, p, account):
        self.wanted = p.get("include", [])
        row = super().make(p, account)
        time.sleep(0.004)
        return row

    def included(self, p):
        return self.wanted


# -------------------------------------------------------------------- storage
@bug("description-cut-at-65535-bytes",
     "A description is cut at 65535 bytes of UTF-8 by its column without a word, so the response's description is not "
     "the one that was sent and accepted.")
class DescriptionCut(Server):
    def stored(self, row):
        row["description"] = row["description"].encode()[:65535].decode("utf-8", "ignore")
        return row


@bug("events-joined-by-commas",
     "enabled_events is stored as one comma-separated column, so an accepted event name that holds a comma comes back as "
     "two events.")
class EventsCommas(Server):
    def stored(self, row):
        row["enabled_events"] = ",".join(row["enabled_events"]).split(",")
        return row


@bug("formula-guard-on-name",
     "A name that begins with =, +, - or @ is stored with an apostrophe before it (a spreadsheet guard), so the response's "
     "name is not the one sent.")
class FormulaGuard(Server):
    def stored(self, row):
        if row["name"][0] in "=+-@":
            row["name"] = "'" + row["name"]
        return row


def luhn(digits):
    total = 0
    for i, d in enumerate(reversed(digits)):
        n = int(d) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


@bug("card-like-numbers-masked",
     "Metadata values that hold a run of 13 to 19 digits with a good Luhn sum are masked like card numbers, so metadata "
     "comes back changed.")
class Masked(Server):
    def stored(self, row):
        def mask(m):
            return "*" * (len(m.group()) - 4) + m.group()[-4:] if luhn(m.group()) else m.group()
        row["metadata"] = {k: re.sub(r"(?<![0-9])[0-9]{13,19}(?![0-9])", mask, v)
                           for k, v in row["metadata"].items()}
        return row


@bug("empty-description-to-null",
     "An empty description that was sent is stored as null and answered as null, though the page's description is a "
     "string that is not nullable.")
class EmptyToNull(Server):
    def make(self, p, account):
        row = super().make(p, account)
        if p.get("description") == "":
            row["description"] = None
        return row


@bug("metadata-values-nfc",
     "Metadata values are brought to Unicode form NFC in storage, so a decomposed value comes back as other code points "
     "than were sent.")
class Nfc(Server):
    def stored(self, row):
        row["metadata"] = {k: unicodedata.normalize("NFC", v) for k, v in row["metadata"].items()}
        return row


# -------------------------------------------------------------------- crashes
@bug("metadata-key-id-crashes",
     "Metadata is passed on as keyword arguments, so a metadata key named self, id or account is a 500 where the page "
     "allows any map.")
class MetadataKeyCrash(Server):
    def index(self, id, account, **tags):
        return id, account, tags

    def stored(self, row):
        self.index(row["id"], row["account"], **row["metadata"])
        return row


@bug("url-with-two-colons-crashes",
     "The URL's host and port are split at each colon, so a valid URL with an IPv6 host or with user:password is a 500.")
class UrlCrash(Server):
    def stored(self, row):
        if row["url"]:
            netloc = urlsplit(row["url"]).netloc
            if ":" in netloc:
                host, port = netloc.split(":")
                if port:
                    int(port)
        return row


@bug("duplicate-events-crash",
     "Each enabled event is a row with a unique index that nobody catches, so a repeated event in enabled_events is a "
     "500, neither accepted nor refused.")
class DuplicateCrash(Server):
    def stored(self, row):
        seen = set()
        for event in row["enabled_events"]:
            if event in seen:
                raise KeyError("UNIQUE constraint failed: destination_event")
            seen.add(event)
        return row


@bug("huge-float-crashes-the-refusal",
     "Where a string is due and a number beyond a double (1e999) is sent, writing the refusal fails: a 500 instead of the "
     "400 for an invalid parameter.")
class HugeFloat(Server):
    def wrong_type(self, value, param, wanted):
        if isinstance(value, float) and int(value) == value:
            value = int(value)
        return super().wrong_type(value, param, wanted)


# ----------------------------------------------------------- wrong acceptance
@bug("region-optional-with-thin",
     "amazon_eventbridge.aws_region, which the page requires, may be left out when event_payload is thin (a default is "
     "taken).")
class RegionOptional(Server):
    def check_aws_region(self, value, p):
        if "aws_region" not in value and p["event_payload"] == "thin":
            return
        super().check_aws_region(value, p)

    def make(self, p, account):
        if p["type"] == "amazon_eventbridge" and "aws_region" not in p["amazon_eventbridge"]:
            p = changed(p, amazon_eventbridge=changed(p["amazon_eventbridge"], aws_region="us-east-1"))
        return super().make(p, account)


@bug("null-event-dropped",
     "A null among strings in enabled_events, an array of strings, is dropped without a word instead of refused.")
class NullEvent(Server):
    def check_events(self, value):
        if isinstance(value, list) and any(v is not None for v in value):
            value = [v for v in value if v is not None]
        super().check_events(value)

    def make(self, p, account):
        return super().make(changed(p, enabled_events=[v for v in p["enabled_events"] if v is not None]), account)


@bug("aws-account-number-accepted",
     "amazon_eventbridge.aws_account_id, a string on the page, is taken as a JSON integer too and turned into a string.")
class AccountNumber(Server):
    def check_aws_account(self, value):
        if type(value.get("aws_account_id")) is int:
            return
        super().check_aws_account(value)

    def stored(self, row):
        if row["aws_account_id"] is not None:
            row["aws_account_id"] = str(row["aws_account_id"])
        return row


@bug("events-from-case-folded",
     "Values of events_from are folded to lower case before the check, so Self or OTHER_ACCOUNTS, which are no values of "
     "the enum, are accepted.")
class SourcesFolded(Server):
    def check_enums(self, value, param, allowed):
        if param == "events_from" and isinstance(value, list):
            value = [v.lower() if isinstance(v, str) else v for v in value]
        super().check_enums(value, param, allowed)

    def stored(self, row):
        row["events_from"] = [v.lower() for v in row["events_from"]]
        return row


@bug("include-unchecked-on-eventbridge",
     "For type amazon_eventbridge the strings in include are not checked against the enum, so an unknown one is accepted.")
class IncludeUnchecked(Server):
    def validate_include(self, p):
        if p.get("type") == "amazon_eventbridge" and isinstance(p.get("include"), list):
            for i, item in enumerate(p["include"]):
                self.check_string(item, "include[%d]" % i)
            return
        super().validate_include(p)


@bug("empty-array-accepted-as-metadata",
     "An empty JSON array is accepted for metadata (a PHP habit) and shown as {}, though the page says a map.")
class MetadataArray(Server):
    def check_metadata(self, value):
        if value != [] or not isinstance(value, list):
            super().check_metadata(value)


# ------------------------------------------------------------------- responses
@bug("only-first-include-shown",
     "When both values of include are given only the first of them is honoured; the other attribute stays null though it "
     "was asked for.")
class FirstInclude(Server):
    def included(self, p):
        return p.get("include", [])[:1]


@bug("empty-include-shows-everything",
     "An empty include list is taken for no filter, so the signing secret and the URL are shown though neither was "
     "included.")
class EmptyInclude(Server):
    def included(self, p):
        return INCLUDES if p.get("include") == [] else p.get("include", [])


COMMON_REGIONS = {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2",
                  "eu-central-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-south-1", "sa-east-1"}


@bug("arn-null-in-rarer-regions",
     "aws_event_source_arn, a string on the page, is null for regions that are not in a table of thirteen common ones.")
class ArnNull(Server):
    def aws_arn(self, row):
        return super().aws_arn(row) if row["aws_region"] in COMMON_REGIONS else None


@bug("created-is-a-number-on-eventbridge-snapshot",
     "For amazon_eventbridge with the snapshot payload, created is a Unix number in v1 style while updated and all others "
     "are timestamps as the page shows.")
class CreatedNumber(Server):
    def render(self, row, p):
        obj = super().render(row, p)
        if row["type"] == "amazon_eventbridge" and row["event_payload"] == "snapshot":
            obj["created"] = int(row["created"])
        return obj


@bug("ids-reused-after-128",
     "Ids come from a block of 128 that is not renewed, so the 129th destination has the id of the first, where the page "
     "says a unique identifier.")
class IdsReused(Server):
    def __init__(self):
        super().__init__()
        self.block = [super(IdsReused, self).new_id() for _ in range(128)]
        self.next = 0

    def new_id(self):
        with self.lock:
            self.next += 1
            return self.block[(self.next - 1) % 128]
