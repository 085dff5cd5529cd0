"""What every test of this repository shares: pytester, and Hypothesis without deadlines and without luck."""

from __future__ import annotations

import contextlib
import signal

from hypothesis import settings

pytest_plugins = ["pytester"]

# No test depends on speed, and the same commit gives the same verdict twice.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

# Started in the background, as by a shell or by nohup, we would hand on to our children that they ignore signals.
with contextlib.suppress(AttributeError, ValueError):
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
