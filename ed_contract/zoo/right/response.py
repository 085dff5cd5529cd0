"""Right servers that return more or fewer members, other values of their own, or other ids."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Document, Json, Params, Reference
from ed_contract.zoo.altering import Edit, altered, rendering
from ed_contract.zoo.specimen import right, right_in, right_of

_NULLABLE = (
    "amazon_eventbridge",
    "description",
    "events_from",
    "metadata",
    "snapshot_api_version",
    "status_details",
    "webhook_endpoint",
)


def _without_nulls(document: Document) -> None:
    for name in _NULLABLE:
        if document[name] is None:
            del document[name]
    for name in ("signing_secret", "url"):
        if name in document.get("webhook_endpoint", {}) and document["webhook_endpoint"][name] is None:
            del document["webhook_endpoint"][name]


def _other_configuration(document: Document) -> None:
    if document["webhook_endpoint"] is None:
        document["webhook_endpoint"] = {"signing_secret": None, "url": None}
    else:
        arn, status = "aws_event_source_arn", "aws_event_source_status"
        document["amazon_eventbridge"] = {"aws_account_id": None, arn: None, status: None}


def _endpoint_only_if_asked(document: Document) -> None:
    if not any((document["webhook_endpoint"] or {}).values()):
        document["webhook_endpoint"] = None


def _endpoint_absent(document: Document) -> None:
    if not any((document["webhook_endpoint"] or {}).values()):
        del document["webhook_endpoint"]


def _more(document: Document) -> None:
    document.update(azure_event_grid=None, api_version=3, _links={"self": "/"}, tags=[], created_by=None)
    for config in (document["webhook_endpoint"], document["amazon_eventbridge"]):
        if config is not None:
            config["healthy"] = True


_STATUS = "amazon_eventbridge.aws_event_source_status"
_ARN = "amazon_eventbridge.aws_event_source_arn"
_RENDERED: tuple[tuple[str, str, Edit], ...] = (
    ("nulls-left-out", "Leaves out members that are null.", _without_nulls),
    (
        "empty-other-configuration",
        "Returns the other type's configuration as an object of nulls.",
        _other_configuration,
    ),
    (
        "endpoint-null",
        "Returns null for a webhook endpoint if none of its fields are asked for.",
        _endpoint_only_if_asked,
    ),
    ("endpoint-left-out", "Leaves out a webhook endpoint if none of its fields are asked for.", _endpoint_absent),
    ("more-members", "Returns members that the page does not list.", _more),
    ("live-mode", "Runs in live mode.", altered("livemode", lambda _: True)),
    ("source-active", "Returns `active` as the status of the AWS event source.", altered(_STATUS, lambda _: "active")),
    (
        "source-unknown",
        "Returns `unknown` as the status of the AWS event source.",
        altered(_STATUS, lambda _: "unknown"),
    ),
    (
        "source-deleted",
        "Returns `deleted` as the status of the AWS event source.",
        altered(_STATUS, lambda _: "deleted"),
    ),
    (
        "arn-of-another-form",
        "Returns the ARN of an event bus in another AWS partition.",
        altered(_ARN, lambda _: "arn:aws-cn:events:cn-north-1:1:event-bus/x"),
    ),
    ("arn-empty", "Returns an empty ARN until there is a source.", altered(_ARN, lambda _: "")),
    (
        "disabled-by-user",
        "Returns every destination as disabled by its user.",
        lambda document: document.update(status="disabled", status_details={"disabled": {"reason": "user"}}),
    ),
    (
        "disabled-without-source",
        "Returns every destination as disabled because its AWS event source does not exist.",
        lambda document: document.update(
            status="disabled", status_details={"disabled": {"reason": "no_aws_event_source_exists"}}
        ),
    ),
    (
        "disabled-without-details",
        "Returns every destination as disabled without details.",
        lambda document: document.update(status="disabled", status_details=None),
    ),
    (
        "details-of-nothing",
        "Returns status details whose `disabled` is null.",
        lambda document: document.update(status_details={"disabled": None}),
    ),
    ("details-empty", "Returns empty status details.", lambda document: document.update(status_details={})),
)

RENDERED = right_of((name, sentence, rendering(edit)) for name, sentence, edit in _RENDERED)


@right()
class ConfigurationAbsentThenNull(Reference):
    """Leaves out the other type's configuration at first but returns null for it in replays."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        document = self.render(destination, self.included(create.params))
        return self.respond(201, {name: value for name, value in document.items() if value is not None})


def identifying(identify: Callable[[], str]) -> type[Reference]:
    """Return the server that makes ids in another form."""

    class Identifies(Reference):
        def new_id(self) -> str:
            return identify()

    return Identifies


IDS = right_of(
    (
        ("ids-are-uuids", "Uses UUIDs as ids.", identifying(lambda: str(uuid.uuid4()))),
        ("ids-are-digits", "Uses integers in strings as ids.", identifying(lambda: str(uuid.uuid4().int))),
        (
            "ids-are-long",
            "Uses ids of two hundred characters.",
            identifying(lambda: f"{uuid.uuid4().hex * 6}{'=' * 8}"),
        ),
    )
)


@right()
class CountsWithinAnAccount(Reference):
    """Numbers the destinations of each account and uses the numbers as ids."""

    def set_up(self) -> None:
        self._counts: Counter[str] = Counter()
        self._numbers: dict[str, str] = {}
        self._counting = threading.Lock()

    def make(self, account: str, params: Params) -> Destination:
        destination = super().make(account, params)
        with self._counting:
            self._counts[account] += 1
            self._numbers[destination.id] = str(self._counts[account])
        return destination

    def render_id(self, destination: Destination) -> Json:
        return self._numbers[destination.id]


RIGHT = (*right_in(globals()), *RENDERED, *IDS)
