"""One bug is told once, whatever it lets through."""

from __future__ import annotations

import pytest
from common.operators import MUTATIONS

from ed_contract.cases import bodies, boundaries
from ed_contract.runner.dedup import representatives

ROW = "robustness/no-server-error"
FAULTS = {
    **{one.fault.text: one.fault for one in (*bodies(), *boundaries())},
    **{one.operator: one.fault for one in MUTATIONS},
}
"""All that can be done to a create, and what is special about one."""


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (["unrelated", "upper case", "padded left", "number"], ["unrelated"]),
        (["upper case", "unrelated last", "plural"], ["unrelated last"]),
        (["upper case", "capitalised"], ["upper case"]),
        (["upper case", "padded right", "padded left"], ["upper case", "padded right"]),
        (["number", "null", "true", "array"], ["number", "null"]),
        (["number in the middle", "number first", "number last"], ["number in the middle"]),
        (["removed"], ["removed"]),
        (["name of 5001 characters", "name of 257 characters"], ["name of 257 characters"]),
        (
            ["name of 256 characters", "name of 5001 characters", "10,000 levels deep"],
            ["name of 256 characters", "10,000 levels deep"],
        ),
        (
            ["metadata of 0 entries", "metadata of 9 entries", "metadata of 51 entries"],
            ["metadata of 0 entries", "metadata of 9 entries"],
        ),
        (
            ["webhook_endpoint.url with an IPv4 address", "webhook_endpoint.url with an IPv6 address"],
            ["webhook_endpoint.url with an IPv4 address", "webhook_endpoint.url with an IPv6 address"],
        ),
    ],
)
def test_faults_of_one_cause_are_told_under_one(faults, told):
    """An open enum, folded case, trimmed blanks, an unchecked type, a position that is not looked at, a size."""
    led = representatives({(ROW, fault): FAULTS[fault] for fault in faults})
    assert list(led) == [(ROW, fault) for fault in faults]
    assert [fault for fault in faults if led[ROW, fault] == (ROW, fault)] == told
    assert set(led.values()) == {(ROW, fault) for fault in told}


def test_what_came_back_is_told_as_it_is():
    """There a fault is no name of what was sent."""
    found = [("echo/name", "number"), ("echo/name", "array")]
    assert representatives(dict.fromkeys(found)) == {one: one for one in found}


def test_what_belongs_to_different_groups_is_told_apart():
    """And what belongs to different requirements."""
    found = [(ROW, "number"), (ROW, "true"), (ROW, "array"), ("request/name/type", "true")]
    led = representatives({one: FAULTS[one[1]] for one in found}, lambda _, fault: fault == "true")
    assert [led[one] for one in found] == [found[0], found[1], found[0], found[3]]
