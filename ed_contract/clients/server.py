"""The fake server for tests of clients: what a test tells it, what it saw, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, cycle
from typing import TYPE_CHECKING, TypeAlias

from ed_contract.clients.judging import judge_played
from ed_contract.clients.played import Exited, Played
from ed_contract.clients.requirements import REQUIREMENTS
from ed_contract.clients.scenarios import SCENARIOS, Scenario, scenario
from ed_contract.contract import Contract, edition_of
from ed_contract.exceptions import UsageError
from ed_contract.first_use import found
from ed_contract.options import DEFAULTS, Settings
from ed_contract.reference import SEED
from ed_contract.reference.destination import Document
from ed_contract.reference.fake import Act, Canned, Cue, FakeServer, Received
from ed_contract.report import Report

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

DRAWN = 100
"""Documents that are drawn of a strategy; after the last, the first comes again."""
_OWN = Scenario(name="test", sentence="What a test told the server.", wants=tuple(REQUIREMENTS))

Failure: TypeAlias = int | str | Act | Canned
"""A status, the name of a scenario or of an act, an act, or a whole answer."""


class ScriptedServer(FakeServer):
    """The reference server on a free port, which errs when a test says so; stop it, or use it as a context manager."""

    def __init__(self, *, edition: str = SEED) -> None:
        """Start answering, on an edition of the page."""
        super().__init__(edition=edition)
        self._contract = Contract.load(edition)
        self._begun: list[tuple[Scenario, int]] = [(_OWN, 0)]

    @property
    def api_key(self) -> str:
        """A credential that the server takes."""
        return next(iter(self.app.keys))

    @property
    def requests(self) -> tuple[Received, ...]:
        """What it received, in the order in which it was answered: `method`, `path`, `header(name)`, `body`, `json`."""
        return self.app.received

    @property
    def destinations(self) -> tuple[Document, ...]:
        """The destinations that exist, as a retrieve shows them with their URLs."""
        return self.app.destinations

    def scenario(self, name: str) -> None:
        """Play a scenario from here on, e.g. "lost-answer"; raise UsageError if there is none of that name."""
        one = scenario(name)
        self._begun.append((one, len(self.requests)))
        self.app.play(one.cues())

    def fail_next(self, *failures: Failure, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next creates so, one failure a create, and those after them as usual.

        Args:
            failures: a status, e.g. 503; the name of a scenario, e.g. "lost-answer"; or an act or an answer of
                `ed_contract.clients`.
            headers: of answers that are given by their status.
        """
        self.app.play([*chain.from_iterable(_cues(one, headers or {}) for one in failures)])

    def answers(self, documents: SearchStrategy[Document] | Iterable[Document], *, status: int = 200) -> None:
        """Answer creates with these documents, in turn: those of a list, or of a strategy such as `ed.responses()`."""
        drawn = list(documents) if isinstance(documents, Iterable) else _drawn(documents)
        self.app.play(cycle(Canned(status=status, document=one) for one in drawn))

    def report(self, settings: Settings = DEFAULTS, *, exit_code: int | None = None) -> Report:
        """Judge the client by all that was received, and return the report.

        Args:
            settings: of use are `only`, `skip` and `strict`.
            exit_code: of the client, if it was a command.
        """
        self.app.settle()
        received = self.requests
        ended = None if exit_code is None else Exited(code=exit_code)
        starts = [start for _, start in self._begun]
        ends = [*starts[1:], len(received)]
        played = [
            Played(scenario=one, received=received[start:end], ended=ended)
            for (one, start), end in zip(self._begun, ends, strict=True)
            if end > start
        ]
        return judge_played(played, name="the client", contract=self._contract, settings=settings)


def serving(settings: Settings) -> ScriptedServer:
    """Return a server on the edition of the page that settings name, or that their API version belongs to.

    Raises:
        UsageError: there is no such edition.
    """
    return ScriptedServer(edition=edition_of(settings.edition, settings.api_version))


def _cues(failure: Failure, headers: Mapping[str, str]) -> Iterable[Cue]:
    """Return what a failure is to the script."""
    if isinstance(failure, Act | Canned):
        return [failure]
    if isinstance(failure, int):
        error = {"code": f"status_{failure}", "message": f"Answered {failure} on cue."}
        return [Canned(status=failure, document={"error": error}, headers=headers)]
    if failure in SCENARIOS:
        return SCENARIOS[failure].script
    if failure in {one.value for one in Act}:
        return [Act(failure)]
    known = ", ".join(dict.fromkeys([*SCENARIOS, *(one.value for one in Act)]))
    raise UsageError(f"unknown failure {failure!r}\ngive a status, or one of {known}.")


def _drawn(strategy: SearchStrategy[Document]) -> list[Document]:
    """Return documents of a strategy, the same ones each time."""
    hypothesis = found("hypothesis")
    documents: list[Document] = []
    how = hypothesis.settings(
        max_examples=DRAWN,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )

    def keep(document: Document) -> None:
        documents.append(document)

    how(hypothesis.given(strategy)(keep))()
    return documents
