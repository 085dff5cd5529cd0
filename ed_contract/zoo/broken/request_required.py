"""Servers that accept creates without a parameter that the page requires."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Document, Json, Params, Problem, Reference
from ed_contract.zoo.altering import edited, overlooking, reading
from ed_contract.zoo.predicates import SNAPSHOT, Test, given, missing
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, slug


def _absent(place: str, when: Test = lambda _: True) -> Callable[[Problem, Params], bool]:
    return lambda problem, params: problem.place == place and problem.rule == "required" and when(params)


OPTIONAL = tuple(
    Mutant(
        name=f"{slug(place)}-optional",
        breaks=f"request/{place}/required",
        sentence=f"Accepts creates without `{place}`.",
        make=overlooking(_absent(place)),
    )
    for place in (
        "enabled_events",
        "event_payload",
        "name",
        "type",
        "amazon_eventbridge.aws_account_id",
        "amazon_eventbridge.aws_region",
        "webhook_endpoint.url",
    )
)

_FILLED: tuple[tuple[str, str, str, Callable[[Document], Json]], ...] = (
    (
        "type-guessed",
        "type",
        "Infers a missing type from the configuration object that is sent.",
        lambda params: next((one for one in ("amazon_eventbridge", "webhook_endpoint") if one in params), ""),
    ),
)


def filling(place: str, default: Callable[[Document], Json]) -> type[Reference]:
    """Return the server that fills in a default for an absent parameter."""
    return reading(lambda params: params.setdefault(place, default(params)))


FILLED = tuple(
    Mutant(name=name, breaks=f"request/{place}/required", sentence=sentence, make=filling(place, default))
    for name, place, sentence, default in _FILLED
)


def _filled(params: Document) -> None:
    params.setdefault("name", "Untitled")
    if params.get("event_payload") not in {"thin", "snapshot"}:
        params["event_payload"] = "thin"


@mutant(breaks="request/name/required", also=("request/event_payload/enum",))
class LaxWithoutKey(Reference):
    """Fills in missing or invalid parameters when a create has no idempotency key."""

    def answer(self, create: Create) -> Response:
        if create.key is None:
            create = Create(account=create.account, key=None, body=create.body, params=edited(create.params, _filled))
        return super().answer(create)


def _eventbridge(params: Params) -> bool:
    return params.get("type") == "amazon_eventbridge" or "amazon_eventbridge" in params


_REQUIRED: tuple[tuple[str, str, str, Test], ...] = (
    (
        "webhook_endpoint.url",
        "for-snapshots",
        "Accepts webhook endpoints without a URL if the payload is snapshot.",
        SNAPSHOT,
    ),
    (
        "webhook_endpoint.url",
        "unless-included",
        "Requires the URL of a webhook endpoint only if `include` asks for it.",
        lambda params: "webhook_endpoint.url" not in (params.get("include") or []),
    ),
    (
        "amazon_eventbridge.aws_region",
        "for-snapshots",
        "Accepts EventBridge destinations without a region if the payload is snapshot.",
        SNAPSHOT,
    ),
    (
        "amazon_eventbridge.aws_account_id",
        "without-metadata",
        "Requires an AWS account id only if metadata is sent.",
        missing("metadata"),
    ),
    (
        "type",
        "for-eventbridge",
        "Accepts creates without `type` if an EventBridge configuration is sent.",
        _eventbridge,
    ),
    ("name", "for-eventbridge", "Accepts EventBridge destinations without a name.", _eventbridge),
    (
        "enabled_events",
        "for-snapshots",
        "Accepts creates without `enabled_events` if the payload is snapshot.",
        SNAPSHOT,
    ),
    (
        "event_payload",
        "with-a-version",
        "Accepts creates without `event_payload` if a snapshot version is sent.",
        given("snapshot_api_version"),
    ),
)

SOMETIMES = tuple(
    Mutant(
        name=f"{slug(place)}-optional-{name}",
        breaks=f"request/{place}/required",
        sentence=sentence,
        make=overlooking(_absent(place, when)),
    )
    for place, name, sentence, when in _REQUIRED
)

MUTANTS = (*OPTIONAL, *FILLED, *mutants_in(globals()), *SOMETIMES)
