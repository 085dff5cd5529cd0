"""Creates made from a contract and the kinds of its values, sent to a server in process and judged.

Less than a run, without its phases, but enough to show whether a server of the zoo follows an edition of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, islice
from typing import Any, TypeAlias
from wsgiref.types import WSGIApplication

from ed_contract.case import Key, Step, case
from ed_contract.checks import judge
from ed_contract.contract import CONTRACT, Contract
from ed_contract.expecting import expected
from ed_contract.finding import Crash, Finding, Observation
from ed_contract.judging import Judging
from ed_contract.kinds import kind_of
from ed_contract.options import DEFAULTS
from ed_contract.runner import Keys, Sender
from ed_contract.transport import Target, open_transport

MOST_UNUSUAL = 40  # values of a field
Sent: TypeAlias = tuple[str, Mapping[str, Any]]
"""The label of a key, and params."""


def own_fields(contract: Contract) -> set[str]:
    """Return the fields whose schemas differ from the first edition's; "" is the whole create."""
    before = CONTRACT.request_schema["properties"]
    return {name for name, said in contract.request_schema["properties"].items() if said != before.get(name)} | {""}


def creates(contract: Contract) -> Iterator[Sent]:
    """Yield usual creates, each twice; then twins of one of each choice, unusual values, and wrong ones."""
    spec, fields, fresh = contract.request_spec, own_fields(contract), (f"key {number}" for number in count(1))
    usual = kind_of(spec).usual(spec)
    for params in usual:
        key = next(fresh)
        yield from ((key, params), (key, params))
    fullest = {contract.chosen(one): one for one in sorted(usual, key=len)}.values()
    for params in fullest:
        for twin in kind_of(spec).near(spec, params):
            if twin.place.partition(".")[0] in fields:
                key = next(fresh)
                yield from ((key, params), (key, twin.value), (key, params))
    unusual = tuple(kind_of(spec).unusual(spec))
    for field in sorted(fields):
        those = (one.value for one in unusual if one.place.partition(".")[0] == field)
        yield from ((next(fresh), params) for params in islice(those, MOST_UNUSUAL))
    for params in fullest:
        foreign = {name: value for one in fullest for name, value in one.items() if name not in params}
        yield from ((next(fresh), {**params, name: value}) for name, value in foreign.items())
    yield from ((next(fresh), params) for params in discouraged(contract))
    for params in fullest:
        yield from (
            (next(fresh), one.value) for one in kind_of(spec).wrong(spec, params) if _field(one.place) in fields
        )


def discouraged(contract: Contract) -> Iterator[Mapping[str, Any]]:
    """Yield creates that the prose of the edition 2026-09 forbids."""
    thin = next(
        one for one in kind_of(contract.request_spec).usual(contract.request_spec) if one["event_payload"] == "thin"
    )
    yield {**thin, "snapshot_api_version": "2024-09-30.acacia"}
    yield {**thin, "webhook_endpoint": {"url": "http://example.com/my/webhook/endpoint"}}


def _field(place: str) -> str:
    return place.partition(".")[0].removesuffix("[]")


def observed(contract: Contract, app: WSGIApplication, sent: Iterator[Sent] | None = None) -> Iterator[Observation]:
    """Send creates to an application, by default the contract's, and yield what the checks observe of each."""
    target = Target.of_app(app, api_key="sk_test_a")
    transport = open_transport(target)
    sender = Sender(transport, target, Keys(seed=0, salt=""), replace(DEFAULTS, max_requests=1_000_000))
    judging, values = Judging(judge), dict[str, str]()
    try:
        for label, params in creates(contract) if sent is None else sent:
            expectation, mutation = expected(contract, params)
            step = Step(case=case("a create", params, expectation, mutation=mutation), key=Key(label=label))
            judging.add(replace(sender.send(step, phase="test", values=values), contract=contract))
            for one in judging.judged():
                yield from one.observations
    finally:
        transport.close()


def findings(contract: Contract, app: WSGIApplication, sent: Iterator[Sent] | None = None) -> Iterator[Finding]:
    """Yield the findings of `observed`; raise if a check crashes."""
    for one in observed(contract, app, sent):
        assert not isinstance(one, Crash), one
        if isinstance(one, Finding):
            yield one
