"""Folds the events of a run, or of a record, into a report: what was judged, and which options were combined."""

from __future__ import annotations

from dataclasses import replace

from ed_contract.case import Case, Expectation, Params
from ed_contract.cases import coverage, exercised, size_of_search
from ed_contract.contract import CONTRACT, Contract
from ed_contract.interaction import Glimpse, Interaction, Response
from ed_contract.judging import Judged
from ed_contract.phases import SEARCH
from ed_contract.record.history import History
from ed_contract.report import Combination, Report, ReportBuilder
from ed_contract.report.card.fold import card_of
from ed_contract.report.showing import Showing
from ed_contract.runner.events import Event, RunStarted


class Folding:
    """The report of a run as far as it has come, and what was sent of the options."""

    def __init__(self, builder: ReportBuilder, contract: Contract = CONTRACT, showing: Showing | None = None) -> None:
        """Begin; `showing` is what the report is shown with, if not as a record's."""
        self._builder, self._contract = builder, contract
        self._showing = Showing() if showing is None else showing
        self._sent: list[Params] = []
        self._plain: list[tuple[Case, bool]] = []
        self._searched: set[str | None] = set()  # the keys of phase search, of which each sequence has one
        self._seed = 0

    def add(self, event: Event) -> None:
        """Fold one event."""
        self._builder.add(event)
        if isinstance(event, RunStarted):
            self._seed = event.seed
        if isinstance(event, Judged) and event.interaction.phase == SEARCH:
            self._searched.add(event.interaction.key)
        if isinstance(event, Judged) and (params := _combined(event.interaction)) is not None:
            self._sent.append(params)
            if _tries_options(event.interaction):
                self._plain.append((event.interaction.case, event.interaction.created is not None))

    def verdicts(self) -> Report:
        """Return the report of all events so far, without the combinations."""
        return replace(self._builder.report(), showing=self._showing)

    def report(self, strength: int, history: History) -> Report:
        """Return the report of all events so far.

        Args:
            strength: of how many options the combinations are counted that were sent.
            history: of the run, which the behaviour card is made of.
        """
        reached, possible = coverage(self._sent, strength, contract=self._contract)
        search = None
        if self._searched:
            search = {"reached": len(self._searched), "of": size_of_search(self._seed, contract=self._contract)}
        report = self._builder.report(
            combinations={"strength": strength, "reached": reached, "of": possible},
            options=_options_of(self._contract, self._plain),
            search=search,
        )
        return replace(report, card=card_of(history, self._contract), showing=self._showing)


def _combined(interaction: Interaction) -> Params | None:
    """Return the params of a create that is not to be refused: those combine the options."""
    one = interaction.case
    return None if one.expectation is Expectation.REJECT else one.params


def _tries_options(interaction: Interaction) -> bool:
    """Whether the answer says if the combination of options is accepted: nothing else about the create is unusual."""
    answer = interaction.answer
    if isinstance(answer, Glimpse):
        return False
    if isinstance(answer, Response) and (answer.says_nothing or interaction.may_be_refused_for_its_key):
        return False
    return interaction.case.expectation is Expectation.ACCEPT or interaction.phase == "combinations"


def _options_of(contract: Contract, creates: list[tuple[Case, bool]]) -> tuple[Combination, ...]:
    """Return what became of each combination of the enum options."""
    return tuple(Combination(**row) for row in exercised(creates, contract=contract))
