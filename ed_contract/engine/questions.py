"""Asks the target for plain creates in the middle of a run, to tell what an answer was about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ed_contract.case import Case, Step
from ed_contract.checks.evidence import turns_away
from ed_contract.engine import retry
from ed_contract.engine.sender import Sender
from ed_contract.engine.watchers import Stop, credentials, quota
from ed_contract.exceptions import EdContractError
from ed_contract.history import History
from ed_contract.interaction import PROBE, Interaction

CREDENTIAL_PAUSE = 1.0  # seconds before a plain create is sent once more

Renew = Callable[[], None]
"""Puts a fresh credential in the place of the one that is refused; raises EdContractError if there is none."""


class Questions:
    """Sends plain creates, and says what the answers come to."""

    def __init__(
        self,
        sender: Sender,
        history: History,
        example: Case,
        *,
        make_room: Callable[[], None],
        add: Callable[[Interaction], None],
        renew: Renew | None = None,
    ) -> None:
        """Begin; `add` records what was sent, after `make_room`, and `example` is what every target takes."""
        self._sender, self._history, self._example = sender, history, example
        self._make_room, self._add, self._renew = make_room, add, renew
        self.renewed = False  # whether the last question gave the run a fresh credential

    def _ask(self, case: Case) -> Interaction:
        self._make_room()
        asked = self._sender.send(Step(case=case), phase=PROBE, values={}, tries=retry.USUALLY)
        self._add(asked)
        return asked

    def after(self, together: Sequence[Interaction]) -> Stop | None:
        """Ask what answers are about, if there is doubt, before they are judged; return why the run ends."""
        self.renewed = False
        if credentials.may_be_refused(self._history):
            probe, refuses = self._ask(self._example), False
        elif quota.may_be_reached(self._history):
            probe, refuses = self._asked_twice(self._example)
        else:
            return None
        if turns_away(probe):
            return self._of_the_credential()
        self._history.at_quota = refuses or any(map(self._runs_out, together))
        return None

    def keeps_serving(self, *, may_be_full: bool = True) -> tuple[Interaction, Stop | None]:
        """Ask for a plain create, and return it with why the run ends; a refusal may be that of a quota."""
        probe, refuses = self._asked_twice(self._example)
        if turns_away(probe):
            return probe, self._of_the_credential()
        self._history.at_quota = refuses and (may_be_full or quota.is_about_room(probe))
        return probe, None

    def _runs_out(self, interaction: Interaction) -> bool:
        """Whether there is no more room for creates of one type."""
        like = quota.of_its_type(self._history, interaction)
        return like is not None and self._asked_twice(like)[1]

    def _asked_twice(self, case: Case) -> tuple[Interaction, bool]:
        """Send a valid create, twice if it is refused; return the last, and whether any was accepted before."""
        served = self._history.facts.accepts
        for _ in range(2):  # a server may refuse one create now and then
            probe = self._ask(case)
            refuses = served and quota.refuses(probe)
            if not refuses or turns_away(probe):
                break
        return probe, refuses

    def _of_the_credential(self) -> Stop | None:
        """Ask once more, with a fresh credential or after a pause, when a plain create was refused too."""
        why = ""
        if self._renew is not None:
            try:
                self._renew()
            except EdContractError as failed:
                why = str(failed).replace("\n", "; ")
            else:
                if not turns_away(self._ask(self._example)):
                    self.renewed = True
                    return None
        self._sender.pause(CREDENTIAL_PAUSE)
        if turns_away(self._ask(self._example)):
            return credentials.refused(self._history, why=why)
        return None
