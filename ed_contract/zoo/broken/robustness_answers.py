"""Servers that do not answer, or do not keep serving."""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from ed_contract.reference import Create, Destination, Params, Reference
from ed_contract.zoo.altering import text_at
from ed_contract.zoo.bases import Parked
from ed_contract.zoo.failing import Failing, crash, drop, failing_at_bodies, failing_at_params, failing_for_good, hang
from ed_contract.zoo.predicates import EVENTBRIDGE, SNAPSHOT, depth, every_one, is_known, not_json, not_utf8, surrogates
from ed_contract.zoo.specimen import mutant, mutants_in, mutants_of

_CRASHES = "robustness/no-server-error"
_ANSWERS = "robustness/answers"
_SERVES = "robustness/keeps-serving"
_AUTH = ("auth/no-key", "auth/empty-key", "auth/other-scheme", "auth/unknown-key")

UNANSWERED = mutants_of(
    _ANSWERS,
    (
        (
            "hangs-at-depth",
            "Never answers a body nested more than fifty levels deep.",
            failing_at_bodies(lambda body: depth(body) > 50, hang),
        ),
        ("hangs-at-surrogates", "Never answers a create with a lone surrogate.", failing_at_params(surrogates, hang)),
        ("hangs-at-an-empty-body", "Never answers an empty body.", failing_at_bodies(lambda body: not body, hang)),
        (
            "hangs-at-nul",
            "Never answers a name with a NUL.",
            failing_at_params(lambda params: "\0" in text_at("name", params), hang),
        ),
        ("drops-bad-utf-8", "Closes the connection on a body that is not UTF-8.", failing_at_bodies(not_utf8, drop)),
        (
            "drops-lists",
            "Closes the connection on an array at the top level.",
            failing_at_bodies(lambda body: body.lstrip()[:1] == b"[", drop),
        ),
        (
            "drops-the-unknown",
            "Closes the connection on an unknown field.",
            failing_at_params(lambda params: not is_known(params), drop),
        ),
        (
            "drops-long-names",
            "Closes the connection on a name of more than 255 characters.",
            failing_at_params(lambda params: len(text_at("name", params)) > 255, drop),
        ),
        (
            "drops-snapshots-to-eventbridge",
            "Closes the connection on an EventBridge destination with snapshot payloads.",
            failing_at_params(every_one(EVENTBRIDGE, SNAPSHOT), drop),
        ),
    ),
    sockets=True,
)


@mutant(breaks=_ANSWERS, sockets=True)
class AnswersHalf(Reference):
    """Closes the connection halfway through its answers about EventBridge destinations."""

    def created_response(self, destination: Destination, create: Create) -> Response:
        response = super().created_response(destination, create)
        if destination.type != "amazon_eventbridge":
            return response
        body = response.get_data()
        response.response = [body[: len(body) // 2]]  # with the Content-Length of the whole
        response.headers["Content-Length"] = str(len(body))
        response.automatically_set_content_length = False
        return response


_FOR_GOOD = (_CRASHES, _ANSWERS, *_AUTH)
FAILING = mutants_of(
    _SERVES,
    (
        (
            "fails-for-good-after-depth",
            "Fails with 500 on every request after a body nested more than fifty levels deep.",
            failing_for_good(lambda body: depth(body) > 50),
        ),
        (
            "fails-for-good-after-bad-utf-8",
            "Fails with 500 on every request after a body that is not UTF-8.",
            failing_for_good(not_utf8),
        ),
    ),
    also=_FOR_GOOD,
)

SILENT = mutants_of(
    _SERVES,
    (
        (
            "drops-all-after-nan",
            "Closes every connection after it has seen NaN.",
            failing_for_good(lambda body: b"NaN" in body, drop),
        ),
        (
            "hangs-after-big-numbers",
            "Stops answering after a number of more than four thousand digits.",
            failing_for_good(lambda body: re.search(rb"\d{4001}", body) is not None, hang),
        ),
        (
            "drops-all-after-a-large-body",
            "Closes every connection after a body of more than a hundred thousand bytes.",
            failing_for_good(lambda body: len(body) > 100_000, drop),
        ),
    ),
    also=_FOR_GOOD,
    sockets=True,
)


@mutant(breaks=_SERVES, also=(_CRASHES,))
class LeaksOnRefusal(Failing):
    """Fails with 500 on every create after five bodies that are not JSON."""

    _refused = 0

    def parse(self, body: bytes) -> Params:
        if self._refused >= 5:
            crash(self)
        self._refused += not_json(body)
        return super().parse(body)


_BURSTS = ("idempotency/burst/one-destination", "idempotency/burst/one-body")


@mutant(
    breaks="robustness/not-mixed-up",
    also=_BURSTS,
    sockets=True,
)
class NamesMixedUp(Parked):
    """Gives concurrent creates each other's names."""

    def taken_up(self, parked: Params) -> Params:
        return {name: parked[name] for name in ("name",) if name in parked}


MUTANTS = (*UNANSWERED, *FAILING, *SILENT, *mutants_in(globals()))
