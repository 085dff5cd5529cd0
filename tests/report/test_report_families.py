"""One bug is told once, whatever it lets through."""

from __future__ import annotations

import pytest

from ed_contract.report.families import leaders


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
        (["refused", "metadata"], ["refused", "metadata"]),
    ],
)
def test_faults_of_one_cause_are_told_under_one(faults, told):
    """An open enum, folded case, trimmed blanks, an unchecked type, a position that is not looked at."""
    led = leaders(faults)
    assert list(led) == faults
    assert [fault for fault in faults if led[fault] == fault] == told
    assert set(led.values()) == set(told)
