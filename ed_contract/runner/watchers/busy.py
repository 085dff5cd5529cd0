"""Whether the target answers 429 or 503 whenever it is asked, so that a run would wait for hours."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ed_contract.interaction import Interaction, Response
from ed_contract.record.answers import said
from ed_contract.record.history import History
from ed_contract.runner.events import End
from ed_contract.runner.watchers import Stop, in_a_row

BUSY_IN_A_ROW = 3  # so many cases that were still answered 429 or 503 when they were given up

_HINTS = {
    429: "is there a rate limit? set --rate-limit",
    503: "is it overloaded, or in maintenance? try again later",
}


def always_busy(history: History) -> Stop | None:
    """Decide whether to end the run, after the last interaction; what was under way together counts once."""
    busy = in_a_row(history, _is_busy)
    if len(busy) < BUSY_IN_A_ROW or _one_after_the_other(busy) < BUSY_IN_A_ROW:
        return None
    answer = busy[0].answer
    words = said(answer) if isinstance(answer, Response) else ""
    hint = _HINTS.get(busy[0].status or 0, "")
    return Stop(end=End.BUSY, note=f"every answer since request {busy[-1].number}: {words}; {hint}")


def _one_after_the_other(backwards: Iterable[Interaction]) -> int:
    """Return how many of some interactions, the last first, began when the one counted before had ended."""
    count, began = 0, math.inf
    for one in backwards:
        if one.ended <= began:
            count, began = count + 1, one.began
    return count


def _is_busy(interaction: Interaction) -> bool | None:
    if interaction.burst is not None or interaction.is_probe:
        return None  # of a burst each is sent once, and a server may take one request at a time
    return isinstance(interaction.answer, Response) and interaction.answer.says_nothing
