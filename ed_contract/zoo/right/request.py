"""Right servers that accept or refuse unusual requests where the page is silent."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from ed_contract.reference import Create, Destination, Json, Params, Problem, Reference, RefusedError
from ed_contract.zoo.altering import refusing, text_at
from ed_contract.zoo.bases import TakesAll
from ed_contract.zoo.predicates import Test
from ed_contract.zoo.specimen import right, right_in, right_of


@right()
class LenientAboutValues(TakesAll):
    """Accepts every value that the page does not forbid."""


@right()
class LenientAboutEverything(TakesAll):
    """Accepts everything that the page does not forbid, in any JSON that a lenient parser reads."""

    def check_media_type(self, request: Request) -> None:
        """Accept any."""

    def is_key(self, key: str) -> bool:
        return True

    def decode(self, body: bytes) -> str:
        try:
            return body.decode(json.detect_encoding(body))
        except UnicodeDecodeError:
            return body.decode(errors="replace")

    def load(self, text: str) -> object:
        # Duplicate names, NaN and raw control characters are accepted; syntax errors are not.
        try:
            return json.loads(text, strict=False)
        except RecursionError:
            raise self.malformed("The body is nested too deeply.") from None
        except ValueError as fault:
            raise self.malformed(f"The body is not JSON: {fault}.") from None

    def encode(self, document: Json) -> bytes:
        return json.dumps(_finite(document)).encode()


def _finite(value: Json) -> Json:
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list) else value


@right()
class ConfigurationMayBeMissing(TakesAll):
    """Accepts creates without the configuration of their type and still returns a webhook endpoint."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        return Reference.render_webhook(self, destination, include)


@right()
class UnknownFieldsIgnored(Reference):
    """Ignores unknown fields."""

    def check_unknown(self, place: str, members: Params) -> Iterator[Problem]:
        return iter(())


_THIN = re.compile(r"v[12]\.[a-z_]+(\.[a-z_]+)+")
_SNAPSHOT = re.compile(r"[a-uw-z][a-z_]*(\.[a-z_]+)+")
_VERSION = re.compile(r"20\d\d-\d\d-\d\d(\.[a-z]+)?")
_REGION = re.compile(r"(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|southeast)-\d")
_URL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d{2,5})?(/[A-Za-z0-9._~%/-]*)?(\?[^\s#]*)?")


def _unusual_text(text: str) -> bool:
    return (
        text != text.strip()
        or "  " in text
        or text != unicodedata.normalize("NFC", text)
        or any(unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn"} for one in text)
    )


class Unusual:
    """Knows what a strict server refuses, place by place."""

    @staticmethod
    def events(params: Params) -> bool:
        """Return whether events are unusual: of unknown or mixed families, duplicate, or very many."""
        family = _THIN if params["event_payload"] == "thin" else _SNAPSHOT
        events = params["enabled_events"]
        return len(events) > 20 or len({*events}) < len(events) or not all(map(family.fullmatch, events))

    @staticmethod
    def texts(params: Params) -> bool:
        """Return whether the name or description is unusual."""
        name, description = params["name"], params.get("description", "x")
        shown = name[:64] == name and description[:255] == description
        return not shown or not name or not description or _unusual_text(name) or _unusual_text(description)

    @staticmethod
    def metadata(params: Params) -> bool:
        """Return whether the metadata is unusual."""
        entries = params.get("metadata", {"a": "b"})
        return (
            not 0 < len(entries) <= 16
            or not all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", key) for key in entries)
            or not all(isinstance(one, str) and one and not _unusual_text(one) for one in entries.values())
        )

    @staticmethod
    def options(params: Params) -> bool:
        """Return whether the platform is known to refuse these options, or their combination."""
        origins, include = params.get("events_from", ["self"]), params.get("include", ["?"])
        version = params.get("snapshot_api_version")
        return (
            any(value is None for value in params.values())
            or len({*origins}) != len(origins)
            or len({*include}) != len(include)
            or not origins
            or not include
            or (len(origins) > 1 and params["event_payload"] == "snapshot")
            or ("include" in params and params["type"] == "amazon_eventbridge")
            or (version is not None and not _VERSION.fullmatch(version))
        )

    @staticmethod
    def configuration(params: Params) -> bool:
        """Return whether the configuration is unusual."""
        url, region = text_at("webhook_endpoint.url", params), text_at("amazon_eventbridge.aws_region", params)
        return (bool(url) and not _URL.fullmatch(url)) or (bool(region) and not _REGION.fullmatch(region))


@right()
class StrictAboutEverything(Reference):
    """Refuses everything unusual that the page does not promise to accept."""

    key_length = 64

    def check_media_type(self, request: Request) -> None:
        is_json = re.fullmatch("application/json(; *charset=utf-8)?", request.headers.get("Content-Type", "").lower())
        if not is_json or "Stripe-Version" not in request.headers:
            raise RefusedError(415, "unsupported_media_type", "Send application/json, and the API version.")

    def validate(self, params: Params) -> None:
        super().validate(params)
        rules: tuple[Test, ...] = (
            Unusual.options,
            Unusual.events,
            Unusual.texts,
            Unusual.metadata,
            Unusual.configuration,
        )
        for unusual in rules:
            if unusual(params):
                raise RefusedError(400, "invalid_fields", f"Unusual {unusual.__name__} are not taken here.")


def _with_others(params: Params) -> bool:
    return params["event_payload"] == "snapshot" and len(params.get("events_from") or ()) > 1


def _include_for_eventbridge(params: Params) -> bool:
    return params["type"] == "amazon_eventbridge" and bool(params.get("include"))


def _insecure(params: Params) -> bool:
    return not (text_at("webhook_endpoint.url", params) or "https://").startswith("https://")


def _unreachable(params: Params) -> bool:
    host = urlsplit(text_at("webhook_endpoint.url", params) or "//example.com").hostname or ""
    return "." not in host or host.replace(".", "").isdigit() or ":" in host


def _mixed(params: Params) -> bool:
    return len({bool(re.match(r"v\d\.", event)) for event in params["enabled_events"]}) > 1


REFUSALS = right_of(
    (name, sentence, refusing(when))
    for name, sentence, when in (
        ("no-snapshots-from-both", "Refuses snapshot payloads with both values of `events_from`.", _with_others),
        ("no-include-for-eventbridge", "Refuses `include` for EventBridge destinations.", _include_for_eventbridge),
        ("https-alone", "Refuses URLs that are not https.", _insecure),
        ("public-hosts-alone", "Refuses URLs without a public host name.", _unreachable),
        ("known-events-alone", "Refuses events that do not match the payload.", Unusual.events),
        ("one-family-of-events", "Refuses thin and snapshot events together.", _mixed),
        (
            "no-repeated-origins",
            "Refuses duplicate values of `events_from`.",
            lambda params: len({*(params.get("events_from") or ())}) < len(params.get("events_from") or ()),
        ),
        ("known-regions-alone", "Refuses unknown AWS regions.", Unusual.configuration),
        (
            "no-nulls",
            "Refuses null for optional parameters.",
            lambda params: any(one is None for one in params.values()),
        ),
        (
            "no-ports",
            "Refuses URLs with a port.",
            lambda params: ":" in text_at("webhook_endpoint.url", params).partition("://")[2],
        ),
    )
)


class Quota(Reference):
    """Accepts only so many destinations."""

    most = 16
    refusal = (400, "limit_exceeded")

    def set_up(self) -> None:
        self._made = 0
        self._counting = threading.Lock()

    def counts(self, params: Params) -> bool:
        """Return whether such a destination counts towards the quota."""
        return True

    def answer_once(self, create: Create, key: str) -> Response:
        if self.lookup(self.scope(create.account, key)) is None:
            self._count(create)
        return super().answer_once(create, key)

    def answer_always(self, create: Create) -> Response:
        self._count(create)
        return super().answer_always(create)

    def _count(self, create: Create) -> None:
        if not self.counts(create.params):
            return
        with self._counting:
            self._made += 1
            if self._made > self.most:
                raise RefusedError(*self.refusal, f"There are {self.most} destinations already.")


@right(inconclusive=True)
class SixteenDestinations(Quota):
    """Accepts sixteen destinations and refuses more with 400."""


@right(inconclusive=True)
class HundredDestinations(Quota):
    """Accepts a hundred destinations and refuses more with 403."""

    most = 100
    refusal = (403, "quota_exceeded")


@right(inconclusive=True)
class TwoEventBuses(Quota):
    """Accepts only two EventBridge destinations but any number of webhook endpoints."""

    most = 2

    def counts(self, params: Params) -> bool:
        return bool(params["type"] == "amazon_eventbridge")


@right(inconclusive=True)
class SixteenOrAConflict(Quota):
    """Accepts sixteen destinations and refuses more with 409."""

    refusal = (409, "limit_exceeded")


RIGHT = (*right_in(globals()), *REFUSALS)
