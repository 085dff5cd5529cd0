"""Asks a target for plain creates when answers may be about more than their cases: a credential, a quota, an end.

What asks is decided by the watchers, and what the answers come to is read from the history; here it is only sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ed_contract.case import Case, Step
from ed_contract.exceptions import EdContractError
from ed_contract.interaction import CHECKUP, PROBE, Interaction
from ed_contract.record.answers import is_about_room, refuses, turns_away
from ed_contract.record.history import History
from ed_contract.runner import retry
from ed_contract.runner.sender import Sender
from ed_contract.runner.watchers import Stop, credentials, down, quota

CREDENTIAL_PAUSE = 1.0  # seconds before a plain create is sent once more

Renew: TypeAlias = Callable[[], None]
"""Replaces the refused credential with a fresh one; raises EdContractError if there is none."""


class Questions:
    """Sends plain creates where the watchers want to know more."""

    def __init__(
        self,
        sender: Sender,
        history: History,
        example: Case,
        *,
        make_room: Callable[[], None],
        add: Callable[[Interaction], object],
        renew: Renew | None = None,
    ) -> None:
        """Begin; `add` records what was sent, after `make_room`, and `example` is what every target takes."""
        self._sender, self._history, self._example = sender, history, example
        self._make_room, self._add, self._renew = make_room, add, renew
        self.renewed = False  # whether the last question gave the run a fresh credential

    def about(self, together: Sequence[Interaction]) -> Stop | None:
        """Ask what the last answers are about, if there is doubt, before they are judged; return why the run ends."""
        self.renewed = False
        if credentials.may_be_refused(self._history):
            return self._of_the_credential(self._ask(self._example))
        if quota.may_be_reached(self._history):
            stop = self._of_the_credential(self._asked_twice(self._example))
            if stop is None and not self._history.facts.full:
                self._ask_for_its_type(together)
            return stop
        if down.may_be_down(self._history) or down.may_be_failing(self._history):
            return self._of_the_credential(self._asked_twice(self._example))
        return None

    def still_serves(self) -> Stop | None:
        """Ask for a plain create at the end of a hostile phase; return why the run ends."""
        return self._of_the_credential(self._asked_twice(self._example, phase=CHECKUP))

    def _ask(self, case: Case, *, phase: str = PROBE) -> Interaction:
        self._make_room()
        asked = self._sender.send(Step(case=case), phase=phase, values={}, tries=retry.USUALLY)
        self._add(asked)
        return asked

    def _ask_for_its_type(self, together: Sequence[Interaction]) -> None:
        """Ask for what was accepted of the type that was refused: there may be a quota for each."""
        for one in together:
            like = quota.of_its_type(self._history, one)
            if like is not None:
                self._asked_twice(like)
                return

    def _asked_twice(self, case: Case, *, phase: str = PROBE) -> Interaction:
        """Send a valid create, and once more if it is refused: a server may refuse one now and then."""
        probe = self._ask(case, phase=phase)
        may_be_full = self._history.facts.accepts or is_about_room(probe)
        return self._ask(case, phase=phase) if may_be_full and refuses(probe) and not turns_away(probe) else probe

    def _of_the_credential(self, probe: Interaction) -> Stop | None:
        """Ask once more, with a fresh credential or after a pause, when a plain create was turned away too."""
        if not turns_away(probe):
            return None
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
