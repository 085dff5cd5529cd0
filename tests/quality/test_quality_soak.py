"""A short soak: run after run over lines with random faults; `soak.py` does it for ten minutes."""

from __future__ import annotations

import time

from common.faults.soaking import soaked, told

SECONDS = 30.0


def test_nothing_is_found_that_is_not_there():
    """Over as many lines with random faults as there is time for: no finding, no harm, no growing memory."""
    began, seed, wrong = time.monotonic(), 0, []
    while time.monotonic() - began < SECONDS - 10:
        one = soaked(seed)
        wrong += told(one) if one.problems else ()
        seed += 1
    assert wrong == []
    assert seed > 1
