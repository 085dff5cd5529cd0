"""What every test of this repository shares: pytester, and Hypothesis without deadlines and without luck."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["pytester"]

# No test depends on speed, and the same commit gives the same verdict twice.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")
