"""Whether the target now turns all requests away: what asks it for a plain create, and what ends the run."""

from __future__ import annotations

from ed_contract.case import Credential
from ed_contract.interaction import Interaction, Response
from ed_contract.phases import SHRINK
from ed_contract.record.answers import said, turns_away
from ed_contract.record.history import History
from ed_contract.runner.events import End
from ed_contract.runner.watchers import Stop, in_a_row, latest, times_asked

REFUSED_IN_A_ROW = 3  # cases answered 401, 403 or a redirect, where one was the case's own; then twice as many

LONGEST = 160  # characters of a place that is shown


def may_be_refused(history: History) -> bool:
    """Decide whether to ask for a plain create, since the last answer may be what all get now.

    Firewalls answer 403 to one body after the other, and then the target is asked ever less often. It is asked each
    time while findings are made smaller, where a refusal that nobody asked about would show nothing.
    """
    together = latest(history)
    if not any(map(turns_away, together)):
        return False
    asked = times_asked(history, turns_away, lambda probe: not turns_away(probe))
    most = REFUSED_IN_A_ROW * 2 ** (asked - 1) if asked else 1
    return together[0].phase == SHRINK or len(_refused(history)) >= most


def refused(history: History, *, why: str = "") -> Stop:
    """Return the decision to end the run, when plain creates were refused too; `why` is what came of a fresh one."""
    first = _refused(history)[-1]
    answer = first.answer
    more = f"; {why}" if why else ""
    if isinstance(answer, Response) and answer.redirects:
        place = (answer.header("location") or "")[:LONGEST]
        note = f"redirected since request {first.number}: {answer.status}, Location: {place}{more}"
        return Stop(end=End.REDIRECTED, note=note)
    words = said(answer) if isinstance(answer, Response) else ""
    return Stop(end=End.CREDENTIALS, note=f"credentials refused since request {first.number}: {words}{more}")


def _refused(history: History) -> list[Interaction]:
    together = latest(history)

    def counts(one: Interaction) -> bool | None:
        return _counts(one) or (None if one.burst is not None and one in together else _counts(one))

    return in_a_row(history, counts) or [one for one in history.backwards() if one.is_probe][:1]


def _counts(interaction: Interaction) -> bool | None:
    answer, credential = interaction.answer, interaction.request.credential
    if interaction.is_probe or credential is not Credential.FIRST or not isinstance(answer, Response):
        return None
    return None if answer.says_nothing else turns_away(interaction)
