"""How often a request is sent until it has an answer, and how long is waited in between. Sends nothing."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from ed_contract.interaction import Answer, NoAnswer, Request, Response, lost_refusal
from ed_contract.runner.dates import http_date

PAUSE = 0.25  # seconds between two requests under a key that is in use
LONG_PAUSE = 2.0  # seconds between two of them later on, so that a key in use costs few requests
SOON = 1.0  # seconds for which the pauses are short
LONGEST_WAIT = 30.0  # seconds; a longer Retry-After is not waited for
_SECONDS = re.compile(r"\s*-?[0-9]+(\.[0-9]*)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How often a request is sent again that got no answer."""

    pauses: tuple[float, ...]  # seconds before each further try, after the connection failed
    late: int  # how many further tries there are after a time-out; it has taken long enough


AT_FIRST = Tries(pauses=(0.0, 0.1, 0.2), late=1)
"""Until anything was answered: a wrong address is to be reported soon."""
USUALLY = Tries(pauses=(0.1, 0.9, 2.5), late=1)
"""A restart of the target passes meanwhile."""
HURRIED = Tries(pauses=(0.0,), late=0)
"""Where some cases are known to stay unanswered, and where a refusal may have been lost; what it was is asked later."""
IN_PROCESS = Tries(pauses=(0.0,), late=1)
"""Where there is no line that could be at fault."""
AT_LAST = Tries(pauses=(0.0, 0.0), late=0)
"""At the end of a run, for the first of the cases that got no answer."""


def wait_for(answer: Response, tries: int) -> float | None:
    """Return for how many seconds to wait after a 429 or 503: what Retry-After says, else ever longer.

    None means that it would take too long.
    """
    seconds = retry_after(answer, datetime.now(UTC))
    if seconds is None:
        seconds = min(0.1 * 2.0 ** min(tries, 9), LONGEST_WAIT)
    return seconds if seconds <= LONGEST_WAIT else None


def retry_after(answer: Response, now: datetime) -> float | None:
    """Return for how many seconds Retry-After asks to wait, or None where it says nothing that can be read."""
    said = answer.header("retry-after") or ""
    if _SECONDS.fullmatch(said):
        return max(float(said), 0.0)
    moment = http_date(said)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of a request, and how many attempts it took."""

    answer: Answer
    attempts: int = 1
    unanswered: int = 0  # attempts that may have reached the target
    lost: bool = False  # whether an attempt came to nothing that may have been done all the same
    seconds: float = 0.0
    began: float = 0.0  # when the first attempt was sent, in seconds since the epoch
    ended: float = 0.0  # when the last had come to its end


class Attempts:
    """Counts the attempts at one request, and says whether there is another."""

    def __init__(self, tries: Tries, *, retries: int) -> None:
        """Begin; `retries` is how often a request is sent again after 429 or 503."""
        self._tries, self._retries = tries, retries
        self._began = time.time()
        self._made = self._dropped = self._unreached = self._late = self._busy = 0
        self.waited = 0.0  # seconds, for a key that was in use

    @property
    def lost(self) -> bool:
        """Whether an attempt came to nothing that may have been done all the same."""
        return bool(self._dropped or self._late or self._busy)

    def pause_after(self, came: Answer, request: Request, *, patience: float) -> float | None:
        """Return for how many seconds to wait before the next attempt, or None if this answer stands.

        `patience` is for how many seconds this answer is asked for again, all in all.
        """
        self._made += 1
        if isinstance(came, NoAnswer):
            key = next((value for _, value in request.headers if not value.isascii()), None)  # no other header is
            return self._pause_after_none(came, HURRIED if lost_refusal(request, key, came) else self._tries)
        if isinstance(came, Response) and came.says_nothing:
            if self._busy >= self._retries or (pause := wait_for(came, self._busy)) is None:
                return None
            self._busy += 1
            return pause
        if self.waited >= patience:
            return None
        pause = PAUSE if self.waited < SOON else LONG_PAUSE
        self.waited += pause
        return pause

    def _pause_after_none(self, came: NoAnswer, tries: Tries) -> float | None:
        if came.late:
            self._late += 1
            return 0.0 if self._late <= tries.late and not came.cut else None
        if came.ended:
            self._dropped += 1
        else:  # what could not connect came to nothing
            self._unreached += 1
        failed = self._dropped + self._unreached
        return tries.pauses[failed - 1] if failed <= len(tries.pauses) else None

    def delivery(self, answer: Answer, seconds: float) -> Delivery:
        """Return what came of the request, and how long the last attempt took."""
        unanswered = self._dropped + self._late
        return Delivery(
            answer=answer,
            attempts=self._made,
            unanswered=unanswered,
            lost=self.lost,
            seconds=seconds,
            began=self._began,
            ended=time.time(),
        )
