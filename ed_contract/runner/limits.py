"""Why no further request may be sent."""

from __future__ import annotations


class NoMore(Exception):  # noqa: N818 - reads as the state it names
    """The run may send no more."""


class CapReached(NoMore):
    """No further request may be sent."""


class TimeIsUp(NoMore):
    """The run may take no more time."""
