"""The text in a finding's brackets is an identifier that waivers hold: `faults.txt` keeps what was ever sent."""

from __future__ import annotations

from pathlib import Path

from common.operators import MUTATIONS

from ed_contract.cases.boundaries import unusual_keys
from ed_contract.strategies import bodies, boundaries

KEPT = Path(__file__).with_name("faults.txt")


def test_no_fault_of_what_is_sent_has_another_text():
    """What is new is added to the list; what is there is never changed."""
    mutations = {f"{one.requirement} [{one.operator}]" for one in MUTATIONS}
    of_keys = (case for sequence in unusual_keys() for case in sequence.cases())
    cases = {f"robustness/… [{one.fault.text}]" for one in (*bodies(), *boundaries(), *of_keys)}
    assert sorted(mutations | cases) == KEPT.read_text(encoding="utf-8").splitlines()
