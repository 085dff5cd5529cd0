"""A sample of the table of faults and of the signals; the commands `faults.py` and `signals.py` do all."""

from __future__ import annotations

import signal

import pytest
from common.faults.running import result
from common.faults.signalled import Moment, signalled
from common.faults.table import ROWS, SAMPLE


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_has_the_right_outcome(name):
    """Exit code, verdict, findings, time, memory and requests are as the row says."""
    one = result(ROWS[name])
    assert one.problems == (), one.said


def test_the_table_is_of_all_kinds():
    """At least a hundred rows, each with a unique name, and a sample of each kind."""
    assert len(ROWS) >= 100
    assert len(SAMPLE) == 25
    assert set(SAMPLE) <= set(ROWS)


SIGNALS = [(signal.SIGTERM, 0.05), (signal.SIGTERM, 0.9), (signal.SIGTERM, 2.3)]
SIGNALS += [(signal.SIGINT, 0.1), (signal.SIGINT, 0.7), (signal.SIGINT, 1.9), (signal.SIGKILL, 1.0)]


@pytest.mark.parametrize(("number", "seconds"), SIGNALS)
def test_a_signal_leaves_nothing_behind(number, seconds):
    """No process, no partial report, and nothing unnamed at the server; only SIGKILL may leave something."""
    assert signalled(number, Moment(seconds=seconds)).problems == ()
