"""40 servers with one realistic bug each. A factory is the class itself."""
import json
import time

from .base import FROM, PAYLOADS, SECRET, URL, Refused, Server, digest

BROKEN = {}


def bug(sentence):
    def note(cls):
        name = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).strip("_")
        assert name not in BROKEN
        BROKEN[name] = (cls, sentence)
        return cls
    return note


# ---- validation -------------------------------------------------------------------------------------
@bug("Only the first element of `events_from` is checked against the enum; what follows is accepted and echoed.")
class EventsFromFirstOnly(Server):
    def take_events_from(self, body):
        value = body.get("events_from")
        if isinstance(value, list) and value:
            self.enum(value[0], FROM, "events_from[0]")
            return list(value)
        return super().take_events_from(body)


@bug("`amazon_eventbridge.aws_region` counts as given when the name is there: an explicit null is accepted.")
class RegionNullAccepted(Server):
    def take_amazon_eventbridge(self, body):
        value = self.config(body, "amazon_eventbridge")
        if value is not None and "aws_region" in value and value["aws_region"] is None:
            return {"aws_account_id": self.text(value, "aws_account_id", "amazon_eventbridge.aws_account_id", True),
                    "aws_region": None}
        return super().take_amazon_eventbridge(body)


@bug("`if description and not a string`: falsy values of other types (false, 0, [], {}) pass and become null.")
class DescriptionFalsyTypes(Server):
    def take_description(self, body):
        value = body.get("description")
        if not value and not isinstance(value, str):
            return None
        return super().take_description(body)


@bug("Nulls among `enabled_events` are compacted away before the elements are checked, so they are not refused.")
class EnabledEventsNullDropped(Server):
    def take_enabled_events(self, body):
        value = body.get("enabled_events")
        if isinstance(value, list):
            body = dict(body, enabled_events=[item for item in value if item is not None])
        return super().take_enabled_events(body)


@bug("A missing `type` is inferred when exactly one configuration object is given, though it is required.")
class TypeInferred(Server):
    def validate(self, body):
        if "type" not in body:
            given = [name for name in ("amazon_eventbridge", "webhook_endpoint") if body.get(name) is not None]
            if len(given) == 1:
                body = dict(body, type=given[0])
        return super().validate(body)


@bug("A non-empty list of strings as `metadata` is taken for a map with the keys 0, 1, … (as PHP arrays are).")
class MetadataListAsMap(Server):
    def take_metadata(self, body):
        value = body.get("metadata")
        if isinstance(value, list) and value:
            body = dict(body, metadata={str(i): item for i, item in enumerate(value)})
        return super().take_metadata(body)


@bug("With `event_payload` snapshot the old (form-encoded) validator runs: a numeric webhook url is made a string.")
class SnapshotUrlUntyped(Server):
    def take_url(self, body, value):
        url = value.get("url")
        if body.get("event_payload") == "snapshot" and isinstance(url, (int, float)):
            return str(url)
        return super().take_url(body, value)


# ---- echo, storage ----------------------------------------------------------------------------------
class Stored(Server):
    def column(self, row):
        raise NotImplementedError

    def store(self, row):
        row = dict(row)
        self.column(row)
        super().store(row)


@bug("Every metadata value is read back with a JSON decoder if it can be: \"12\" becomes 12 and \"true\" true.")
class MetadataValuesDecoded(Stored):
    def column(self, row):
        def read(text):
            try:
                return json.loads(text)
            except (ValueError, RecursionError):
                return text
        row["metadata"] = {name: read(text) for name, text in row["metadata"].items()}


@bug("`aws_account_id` lives in a BIGINT column: leading zeros are lost.")
class AccountIdBigint(Stored):
    def column(self, row):
        text = row["config"].get("aws_account_id")
        if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 18:
            row["config"] = dict(row["config"], aws_account_id=str(int(text)))


@bug("The child table of enabled events is read back with the default page size: only the first 20 come back.")
class EventsLimitTwenty(Stored):
    def column(self, row):
        row["enabled_events"] = row["enabled_events"][:20]


@bug("`events_from` is stored as a bit mask that is decoded with if/elif: with both values only `self` comes back.")
class EventsFromBitmask(Stored):
    def column(self, row):
        if set(row["events_from"]) == set(FROM):
            row["events_from"] = ["self"]


@bug("Metadata is saved in a document store by path: a key with a dot comes back as a nested object.")
class MetadataDottedKeys(Stored):
    def column(self, row):
        out = {}
        for name, text in row["metadata"].items():
            head, dot, tail = name.partition(".")
            if dot and head and tail and isinstance(out.get(head, {}), dict):
                out.setdefault(head, {})[tail] = text
            else:
                out[name] = text
        row["metadata"] = out


@bug("`snapshot_api_version` lives in a DATE column: the release name after the date (\".acacia\") is lost.")
class ApiVersionAsDate(Stored):
    def column(self, row):
        text = row["snapshot_api_version"]
        if text and len(text) > 10 and text[4] == text[7] == "-" and text[:10].replace("-", "").isdigit():
            row["snapshot_api_version"] = text[:10]


@bug("`description` is cut silently after 255 bytes of UTF-8 (so 200 accented letters are cut, 200 plain ones not).")
class DescriptionByteColumn(Stored):
    def column(self, row):
        if row["description"] is not None:
            data = row["description"].encode("utf-8", "surrogatepass")
            if len(data) > 255:
                row["description"] = data[:255].decode("utf-8", "ignore")


@bug("One draft per account is filled before validation and cleared only by a success: after a refused create, "
     "the next create that omits `description` or `metadata` gets those of the refused one.")
class DraftLeftByRefusal(Server):
    def __init__(self):
        super().__init__()
        self.drafts = {}

    def execute(self, account, body):
        with self.lock:
            draft = dict(self.drafts.get(account, {}))
            for name in ("description", "metadata"):
                try:  # the form takes over what it can read
                    value = getattr(self, "take_" + name)(body)
                except Refused:
                    continue
                if value:
                    draft[name] = value
            self.drafts[account] = draft
        answer = super().execute(account, {**draft, **body})
        with self.lock:
            self.drafts.pop(account, None)
        return answer


# ---- response form ----------------------------------------------------------------------------------
@bug("`updated` is cut to whole seconds while `created` has milliseconds: new objects were updated before creation.")
class UpdatedTruncated(Server):
    def updated(self, moment):
        return self.stamp(moment.replace(microsecond=0))


@bug("`created` is a default argument that was evaluated once, at start: every object has the same creation time.")
class CreatedFrozen(Server):
    def __init__(self):
        super().__init__()
        self.started = self.now()

    def created(self, moment):
        return self.stamp(self.started)


@bug("The id is a hash of account and parameters: two creates with equal bodies (no or other key) get one id.")
class IdByContent(Server):
    def new_id(self, account, params):
        return "ed_test_" + digest([account, params])[:48]


@bug("An empty metadata map comes back as an empty list (as PHP encodes an empty array).")
class MetadataEmptyList(Server):
    def render(self, row, include):
        answer = super().render(row, include)
        answer["metadata"] = answer["metadata"] or []
        return answer


@bug("`aws_event_source_status` is passed through in the spelling of the AWS SDK: PENDING instead of pending.")
class AwsStatusUpper(Server):
    def aws_status(self):
        return "PENDING"


# ---- include ----------------------------------------------------------------------------------------
@bug("With two `include`s only the first is honoured.")
class IncludeFirstOnly(Server):
    def wanted(self, include):
        return set(include[:1])


@bug("Including only the signing secret shows the URL too (the other way round is right).")
class SecretRevealsUrl(Server):
    def wanted(self, include):
        return set(include) | ({URL} if SECRET in include else set())


@bug("The serializer's set of fields is shared and only grows: once a secret was included, later creates show theirs.")
class IncludeSticky(Server):
    def __init__(self):
        super().__init__()
        self.shown = set()

    def wanted(self, include):
        with self.lock:
            self.shown.update(include)
            return set(self.shown)


@bug("Includes are added up as flags (url 1, secret 2): the URL named twice gives the secret and no URL.")
class IncludeFlagsSummed(Server):
    def wanted(self, include):
        flags = sum({URL: 1, SECRET: 2}[item] for item in include)
        return {name for name, bit in ((URL, 1), (SECRET, 2)) if flags & bit}


@bug("A replay is rendered anew without the includes: an included URL is null in the replay.")
class ReplayLosesUrl(Server):
    def replay(self, slot):
        status, payload = super().replay(slot)
        if payload.get("webhook_endpoint"):
            payload["webhook_endpoint"] = {"signing_secret": None, "url": None}
        return status, payload


# ---- idempotency ------------------------------------------------------------------------------------
@bug("The fingerprint is taken of what the object shows, so `aws_region` is not in it: another region is replayed.")
class FingerprintWithoutRegion(Server):
    def fingerprint(self, body):
        body = dict(body)
        if isinstance(body.get("amazon_eventbridge"), dict):
            body["amazon_eventbridge"] = dict(body["amazon_eventbridge"], aws_region=None)
        return super().fingerprint(body)


@bug("The fingerprint joins name and description without separator: ab + c is taken for a + bc.")
class FingerprintConcatenated(Server):
    def fingerprint(self, body):
        name, description = body.get("name"), body.get("description")
        if not isinstance(name, str) or not isinstance(description, str):
            return super().fingerprint(body)
        rest = {n: v for n, v in body.items() if n not in ("name", "description")}
        return name + description + json.dumps(rest, sort_keys=True)


@bug("A retry is compared field by field over the retry's own fields: one that leaves a field out is replayed.")
class CompareOneSided(Server):
    def same(self, slot, body):
        return all(name in slot.body and digest(slot.body[name]) == digest(value) for name, value in body.items())


@bug("Idempotency keys are lower-cased: Key-A and key-a are one key.")
class KeyLowercased(Server):
    def place(self, account, key, body):
        return (account, key.lower())


@bug("Idempotency keys are cut to 64 characters: long keys with a common beginning are one key.")
class KeyTruncated(Server):
    def place(self, account, key, body):
        return (account, key[:64])


@bug("The replay cache is found by a hash of key and body without the account: account B, with A's key and A's body, "
     "is given A's object.")
class ReplayAcrossAccounts(Server):
    def keyed(self, account, key, body):
        if account in self.keys.values():
            with self.lock:
                others = [slot for (owner, name), slot in self.slots.items() if name == key and owner != account]
                own = self.slots.get((account, key))
            if own is None or own.answer is None:
                for slot in others:
                    if slot.answer is not None and self.same(slot, body):
                        return self.replay(slot)
        return super().keyed(account, key, body)


@bug("Replays are served by a layer in front of authentication: a used key and its body get the object with a "
     "wrong or without API key.")
class ReplayBeforeAuth(Server):
    def unknown_caller(self, environ, raw):
        key = self.key(environ)
        if key is not None:
            try:
                body = self.parse(raw)
            except Refused:
                return super().unknown_caller(environ, raw)
            with self.lock:
                slots = [slot for (_, name), slot in self.slots.items() if name == key]
            for slot in slots:
                if slot.answer is not None and self.same(slot, body):
                    return self.replay(slot)
        return super().unknown_caller(environ, raw)


@bug("A conflicting retry overwrites the stored fingerprint: the original request is then refused with 409.")
class ConflictOverwrites(Server):
    def conflict(self, slot, body):
        slot.body, slot.print = body, self.fingerprint(body)
        return super().conflict(slot, body)


@bug("The row that a refused create left for its key is never updated: the corrected create succeeds, but is not "
     "remembered, and each repetition makes another object.")
class RefusalSpoilsKey(Server):
    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        try:
            return super().keyed(account, key, body)
        except Refused as refusal:
            if refusal.status == 400:
                slot.spoiled = True
            raise

    def remember(self, slot, body, answer):
        if not getattr(slot, "spoiled", False):
            super().remember(slot, body, answer)


@bug("Look-up and insertion of a key are not atomic: twins in flight together make two objects.")
class TwinsRace(Server):
    def keyed(self, account, key, body):
        slot = self.slot(account, key, body)
        if slot.answer is not None:
            if not self.same(slot, body):
                return self.conflict(slot, body)
            return self.replay(slot)
        answer = self.execute(account, body)
        self.remember(slot, body, answer)
        return answer

    def remember(self, slot, body, answer):
        with slot.lock:
            super().remember(slot, body, answer)

    def new_secret(self):
        time.sleep(0.04)  # the key service
        return super().new_secret()


@bug("The handler is a singleton that keeps the current request's parameters in an attribute: creates in flight "
     "together (no key needed) get each other's values.")
class SharedHandlerMixup(Server):
    def execute(self, account, body):
        self.params = self.validate(body)
        time.sleep(0.02)  # a connection from the pool
        row = self.build(account, self.params)
        self.store(row)
        row = self.load(row["id"])
        return self.ok_status, self.render(row, self.params["include"])


# ---- crashes ----------------------------------------------------------------------------------------
@bug("`value in {…}` with an unhashable value: `event_payload` as a list or object gives 500 instead of 400.")
class UnhashableEnumCrash(Server):
    def take_event_payload(self, body):
        value = body.get("event_payload")
        if value is not None and value not in set(PAYLOADS):
            self.bad("event_payload", "must be one of " + ", ".join(PAYLOADS))
        return super().take_event_payload(body)


@bug("The replay reads `webhook_endpoint` of every stored answer: replaying an EventBridge create gives 500.")
class ReplayEventbridgeCrash(Server):
    def replay(self, slot):
        status, payload = super().replay(slot)
        payload["webhook_endpoint"] = dict(payload["webhook_endpoint"])
        return status, payload


@bug("The audit line is a format string that already holds the description: braces in a description give 500.")
class BracesCrash(Server):
    def build(self, account, params):
        ("created " + (params["description"] or "") + " for {account}").format(account=account)
        return super().build(account, params)


@bug("A name of more than 255 characters is neither accepted nor refused: the database error gives 500.")
class LongNameCrash(Stored):
    def column(self, row):
        if len(row["name"]) > 255:
            raise RuntimeError("Data too long for column 'name'")


assert len(BROKEN) == 40, len(BROKEN)
