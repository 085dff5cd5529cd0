"""Servers whose fault shows for one combination of options, or once in a while."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from werkzeug.wrappers import Response

from ed_contract.mutants.failing import failing_at_params
from ed_contract.mutants.seams import Edit, Test, altered, edited, refusing, storing, texts, without
from ed_contract.mutants.words import Mutant, mutant, mutants_in
from ed_contract.reference import Create, Destination, Document, Params, Reference

Part = Callable[[Params], bool]

_URL, _SECRET = "webhook_endpoint.url", "webhook_endpoint.signing_secret"


def _is(name: str, *values: object) -> Part:
    return lambda params: params.get(name) in values


def _all(*parts: Part) -> Test:
    return lambda params: all(part(params) for part in parts)


def _there(name: str) -> Part:
    return lambda params: bool(params.get(name))


def _absent(name: str) -> Part:
    return lambda params: not params.get(name)


_EVENTBRIDGE, _WEBHOOK = _is("type", "amazon_eventbridge"), _is("type", "webhook_endpoint")
_THIN, _SNAPSHOT = _is("event_payload", "thin"), _is("event_payload", "snapshot")
_OTHERS, _SELF = _is("events_from", ["other_accounts"]), _is("events_from", ["self"])
_BOTH = _is("events_from", ["other_accounts", "self"], ["self", "other_accounts"])


def rendering_when(when: Test, edit: Edit) -> type[Reference]:
    """Return the server that edits the answer to some creates, and to their replays."""

    class Renders(Reference):
        def created_response(self, destination: Destination, create: Create) -> Response:
            return self._edited(super().created_response(destination, create), create)

        def replay_response(self, destination: Destination, create: Create) -> Response:
            return self._edited(super().replay_response(destination, create), create)

        def _edited(self, response: Response, create: Create) -> Response:
            if when(create.params):
                document: Document = response.get_json()
                response.set_data(self.encode(edited(document, edit)))
            return response

    return Renders


_FAULTY: tuple[tuple[str, str, str, type[Reference]], ...] = (
    (
        "eventbridge-snapshot-fails",
        "robustness/no-server-error",
        "Fails for EventBridge with snapshots.",
        failing_at_params(_all(_EVENTBRIDGE, _SNAPSHOT)),
    ),
    (
        "eventbridge-thin-refused",
        "request/valid",
        "Refuses EventBridge with thin payloads.",
        refusing(_all(_EVENTBRIDGE, _THIN)),
    ),
    (
        "webhook-others-refused",
        "request/valid",
        "Refuses webhook endpoints for other accounts.",
        refusing(_all(_WEBHOOK, _OTHERS)),
    ),
    (
        "thin-others-default",
        "echo/events_from",
        "Answers self for other_accounts with thin payloads.",
        storing("events_from", lambda _: ["self"], _all(_THIN, _OTHERS)),
    ),
    (
        "eventbridge-version-lost",
        "echo/snapshot_api_version",
        "Forgets the snapshot version for EventBridge.",
        storing("snapshot_api_version", lambda _: None, _EVENTBRIDGE),
    ),
    (
        "eventbridge-metadata-lost",
        "echo/metadata",
        "Forgets metadata for EventBridge.",
        storing("metadata", lambda _: {}, _EVENTBRIDGE),
    ),
    (
        "metadata-without-description-fails",
        "robustness/no-server-error",
        "Fails at metadata without a description.",
        failing_at_params(_all(_there("metadata"), _absent("description"))),
    ),
    (
        "secret-with-version-hidden",
        "include/webhook_endpoint.signing_secret",
        "Does not show the secret where a snapshot version is sent.",
        rendering_when(_all(_WEBHOOK, _there("snapshot_api_version")), altered(_SECRET, lambda _: None)),
    ),
    (
        "snapshot-url-leaks",
        "include/webhook_endpoint.url",
        "Shows the URL of webhook endpoints for snapshots from other accounts, whether asked for or not.",
        rendering_when(
            _all(_WEBHOOK, _SNAPSHOT, _OTHERS),
            altered("webhook_endpoint", lambda value: {**value, "url": value["url"] or "https://example.com"}),
        ),
    ),
    (
        "eventbridge-snapshot-others-fails",
        "robustness/no-server-error",
        "Fails for EventBridge with snapshots from other accounts.",
        failing_at_params(_all(_EVENTBRIDGE, _SNAPSHOT, _OTHERS)),
    ),
    (
        "eventbridge-thin-self-without-arn",
        "response/amazon_eventbridge.aws_event_source_arn/required",
        "Leaves the ARN out for EventBridge with thin payloads from the own account.",
        rendering_when(_all(_EVENTBRIDGE, _THIN, _SELF), without("amazon_eventbridge.aws_event_source_arn")),
    ),
    (
        "webhook-thin-both-reduced",
        "echo/events_from",
        "Keeps the first origin alone for webhook endpoints with thin payloads from both.",
        storing("events_from", lambda values: values[:1], _all(_WEBHOOK, _THIN, _BOTH)),
    ),
    (
        "secret-first-fails",
        "robustness/no-server-error",
        "Fails at the secret before the URL in what is asked for, with a description.",
        failing_at_params(_all(_is("include", [_SECRET, _URL]), _there("description"))),
    ),
    (
        "eventbridge-snapshot-versioned-described-cut",
        "echo/description",
        "Cuts descriptions for EventBridge with a snapshot version and metadata.",
        storing(
            "description",
            texts(lambda text: text[:8]),
            _all(_EVENTBRIDGE, _there("snapshot_api_version"), _there("metadata")),
        ),
    ),
    (
        "webhook-secret-others-status",
        "response/status/enum",
        "Answers another status for webhook endpoints for other accounts of which the secret alone is asked for.",
        rendering_when(_all(_WEBHOOK, _OTHERS, _is("include", [_SECRET])), altered("status", lambda _: "creating")),
    ),
    (
        "webhook-thin-url-self-created",
        "response/created/format",
        "Writes `created` without an offset for thin webhooks from the own account that ask for the URL alone.",
        rendering_when(
            _all(_WEBHOOK, _THIN, _SELF, _is("include", [_URL])), altered("created", lambda text: text.rstrip("Z"))
        ),
    ),
    (
        "eventbridge-others-described-tagged-fails",
        "robustness/no-server-error",
        "Fails for EventBridge from other accounts with a description and metadata.",
        failing_at_params(_all(_EVENTBRIDGE, _OTHERS, _there("description"), _there("metadata"))),
    ),
    (
        "webhook-snapshot-bare-tagged-refused",
        "request/valid",
        "Refuses webhook endpoints for unversioned snapshots with metadata and without a description.",
        refusing(
            _all(_WEBHOOK, _SNAPSHOT, _absent("snapshot_api_version"), _there("metadata"), _absent("description"))
        ),
    ),
    (
        "webhook-thin-secret-others-fails",
        "robustness/no-server-error",
        "Fails for thin webhooks from other accounts of which the secret alone is asked for.",
        failing_at_params(_all(_WEBHOOK, _THIN, _OTHERS, _is("include", [_SECRET]))),
    ),
    (
        "eventbridge-versioned-self-plain-name",
        "echo/name",
        "Keeps undescribed EventBridge destinations with a version from the own account under a name in capitals.",
        storing(
            "name", texts(str.upper), _all(_EVENTBRIDGE, _there("snapshot_api_version"), _SELF, _absent("description"))
        ),
    ),
)

_FOLLOWS = {"request/valid": ("idempotency/conflict/status",)}  # what is refused for itself is no conflict

FAULTY = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=make, also=_FOLLOWS.get(breaks, ()))
    for name, breaks, sentence, make in _FAULTY
)


def every(count: int, change: Callable[[Destination], Destination]) -> type[Reference]:
    """Return the server that makes every so-many-th destination otherwise."""

    class Rarely(Reference):
        def set_up(self) -> None:
            self._count = itertools.count(1)

        def make(self, account: str, params: Params) -> Destination:
            destination = super().make(account, params)
            return change(destination) if next(self._count) % count == 0 else destination

    return Rarely


RARE = tuple(
    Mutant(name=name, breaks=breaks, sentence=sentence, make=make)
    for name, breaks, sentence, make in (
        (
            "every-40th-name-cut",
            "echo/name",
            "Drops the last letter of every 40th name.",
            every(40, lambda made: replace(made, name=made.name[:-1])),
        ),
        (
            "every-40th-payload",
            "echo/event_payload",
            "Keeps the other payload of every 40th destination.",
            every(
                40, lambda made: replace(made, event_payload="thin" if made.event_payload == "snapshot" else "snapshot")
            ),
        ),
        (
            "every-60th-without-events",
            "echo/enabled_events",
            "Forgets the events of every 60th destination.",
            every(60, lambda made: replace(made, enabled_events=[])),
        ),
        (
            "every-100th-name-lost",
            "echo/name",
            "Forgets the name of every 100th destination.",
            every(100, lambda made: replace(made, name="")),
        ),
    )
)


@mutant(
    breaks="request/valid",
    also=(
        "idempotency/replay",
        "idempotency/same-parameters",
        "idempotency/remembers",
        "idempotency/conflict/status",
        "idempotency/conflict/keeps-first",
        "idempotency/burst/one-destination",
    ),
)
class Every45thRefused(Reference):
    """Refuses every 45th create that is in order."""

    def set_up(self) -> None:
        self._count = itertools.count(1)

    def answer_once(self, create: Create, key: str) -> Response:
        if next(self._count) % 45 == 0:
            raise self.no_such_destination()
        return super().answer_once(create, key)


MUTANTS = (*FAULTY, *RARE, *mutants_in(globals()))
