"""What is wrong with values: taken, stored, shown, and included."""
import json
import time

from .base import FROM, SECRET, URL, Refused, Server, digest
from .bugs import bug


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
