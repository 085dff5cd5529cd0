"""The five verdicts of a requirement, and the one place where they are merged."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Verdict(enum.IntEnum):
    """What a run says about a requirement; the members are ordered, and the greatest wins."""

    SKIPPED = 0  # nothing was observed: not exercised, never counted as passed
    INCONCLUSIVE = 1  # something was observed, but proved nothing
    PASS = 2  # at least one observation says that the requirement held, and none that it was broken
    FAIL = 3  # at least one finding
    ERROR = 4  # a check of ours crashed: the target is not to blame

    def __str__(self) -> str:
        """Return the word that reports use, in lower case."""
        return self.name.lower()


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict for all of `verdicts` together; SKIPPED if there are none."""
    return max(verdicts, default=Verdict.SKIPPED)
