"""A sample of the table of faults, of the signals and of the soak; `faults.py`, `signals.py` and `soak.py` do all."""

from __future__ import annotations

import signal

import pytest
from common.faults.running import result
from common.faults.signalled import Moment, signalled
from common.faults.table import ROWS, SAMPLE


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_has_the_right_outcome(name):
    """Exit code, word, findings, time, memory and requests are those that the row says."""
    one = result(ROWS[name])
    assert one.problems == (), one.said


def test_the_table_is_of_all_kinds():
    """A hundred rows at least, each with a name of its own, and a sample of each kind."""
    assert len(ROWS) >= 100
    assert len(SAMPLE) == 25
    assert set(SAMPLE) <= set(ROWS)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("seconds", [0.05, 0.9, 2.3])
def test_a_signal_leaves_nothing_behind(number, seconds):
    """No process, no half report, and nothing of ours at the server that is not named."""
    assert signalled(number, Moment(seconds=seconds)).problems == ()
