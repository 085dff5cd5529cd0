"""What a finding says of how a value came back: as much as is compared, and no more."""

from __future__ import annotations

from common.interactions import WEBHOOK, Run, answered, destination
from common.payments import EXAMPLE, OPERATION, changed

from ed_contract.contract import Contract
from ed_contract.finding import Finding

LEGS = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": {"type": "string"}, "to": {"type": "string", "x-echo": "exact"}}},
}


def actual(run):
    """Return what came, of each finding about what was sent."""
    found = (one for one in run.observations if isinstance(one, Finding) and one.requirement.startswith("echo/"))
    return [(one.requirement, one.actual) for one in found]


def test_the_order_of_a_set_is_not_told():
    """What is missing is, wherever the others stand."""
    run = Run()
    params = WEBHOOK | {"events_from": ["self", "other_accounts"]}
    run.exchange(params, answered(destination(params, events_from=["other_accounts"])))
    assert actual(run) == [("echo/events_from", '`events_from` is ["other_accounts"] (without "self")')]


def test_what_a_server_adds_to_an_element_is_not_told():
    """Only the members that come back are compared, so only they can differ."""
    made = f"{OPERATION}|responses|201|content|application/json|schema|properties|legs"
    contract = Contract.of(changed(made, LEGS), "payments.yaml", operation="createPayment")
    assert contract.parts.echo("legs").shape is not None
    run = Run(contract)
    params = EXAMPLE | {"legs": [{"to": "a"}, {"to": "b"}]}
    shown = [{"id": "l1", "to": "a"}, {"id": "l2", "to": "B"}]
    run.exchange(params, answered({"id": "1", **params, "legs": shown}, 201))
    ((row, came),) = actual(run)
    assert row == "echo/legs"
    assert came.endswith(' (element 2: "to": changed to upper case)')
