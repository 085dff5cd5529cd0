"""A transport that answers from a script, and a runner run over it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from common.interactions import WEBHOOK, answered, destination

from ed_contract.case import CaseSequence, case, single
from ed_contract.finding import Observation
from ed_contract.interaction import Interaction, Request, Response
from ed_contract.judging import Judging
from ed_contract.options import Settings
from ed_contract.record.history import History
from ed_contract.runner import Keys, PlannedPhase, Sender, execute
from ed_contract.runner.events import Event
from ed_contract.transport import Lost, Target

TARGET = Target(url="http://127.0.0.1:1", api_key="sk_test_a")
EXAMPLE = case("an example", WEBHOOK)
CREATED = answered(destination(WEBHOOK))


class Scripted:
    """Answers with what `script` returns for the number of the request: a response, or a Lost to raise."""

    def __init__(self, script: Callable[[int], object]) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.until: list[float] = []

    def send(self, request: Request, *, until: float = math.inf) -> Response:
        """Answer from the script."""
        self.requests.append(request)
        self.until.append(until)
        answer = self.script(len(self.requests))
        if isinstance(answer, Lost):
            raise answer
        assert isinstance(answer, Response)
        return answer

    def disconnect(self) -> None:
        """Nothing is kept alive."""

    def close(self) -> None:
        """Nothing is open."""


def sender(
    transport: Scripted,
    *,
    seed: int = 0,
    most: int = 100,
    waits: list[float] | None = None,
    deadline: float = math.inf,
) -> Sender:
    """Return a sender that notes its waits instead of waiting."""
    waited = [] if waits is None else waits
    keys = Keys(seed=seed, salt="")
    return Sender(transport, TARGET, keys, Settings(max_requests=most), deadline=deadline, sleep=waited.append)


def events_of(
    transport: Scripted,
    sequences: Iterable[CaseSequence] | None = None,
    *,
    most: int = 100,
    judge: Callable[[Interaction, History], tuple[Observation, ...]] = lambda *_: (),
    enough: Callable[[Iterable[Observation]], bool] = lambda _: False,
    on_first: Callable[[Interaction], None] = lambda _: None,
    waits: list[float] | None = None,
    **options: Any,
) -> list[Event]:
    """Run one phase of `sequences` (three plain creates unless given) and return its events."""
    planned = tuple(sequences) if sequences is not None else (single(EXAMPLE),) * 3
    phase = PlannedPhase(name="smoke", sequences=planned)
    return list(
        execute(
            [phase],
            sender(transport, most=most, waits=waits),
            Judging(judge),
            enough=enough,
            on_first=on_first,
            probe=case("probe", WEBHOOK),
            **options,
        )
    )
