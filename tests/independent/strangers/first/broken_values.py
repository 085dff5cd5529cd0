"""What is wrong with values: stored, refused, taken and shown."""
import re
import unicodedata
from urllib.parse import urlsplit

from .base import INCLUDES, Server
from .bugs import bug, changed


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
