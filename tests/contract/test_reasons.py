"""Why each requirement matters, and how it is fixed."""

from __future__ import annotations

import pytest

from ed_contract.contract import Contract, editions


@pytest.mark.parametrize("edition", editions())
def test_every_requirement_has_a_reason_and_a_fix(edition):
    """Each a sentence of its own, without a place that was not filled in."""
    for row in Contract.load(edition).requirements.values():
        for said in (row.why, row.fix):
            assert said.endswith(".")
            assert said[0].isupper() or said.startswith("`")
            assert not {"{", "}"} & {*said}, row.id


def test_they_name_the_place_and_what_is_made():
    """The place comes from the id, the noun and the status of a conflict from the document."""
    rows = Contract.load().requirements
    assert rows["request/name/required"].fix == (
        "Make `name` required when validating the request, and answer 400 without it."
    )
    assert rows["echo/webhook_endpoint.url"].fix.startswith("Store `webhook_endpoint.url` exactly as sent")
    assert rows["idempotency/conflict/status"].fix == (
        "Store a fingerprint of the parameters with the key; answer 409 if a later request differs."
    )


def test_of_formats_only_timestamps_are_said_to_be_timestamps():
    """A UUID is another format."""
    rows = Contract.load().requirements
    assert "RFC 3339" in rows["response/created/format"].fix
    assert "RFC 3339" not in rows["response/id/type"].fix
