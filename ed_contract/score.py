"""Runs against the zoo: is each broken server caught by the requirement it breaks, and no correct one accused?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from ed_contract import api
from ed_contract.exceptions import UsageError
from ed_contract.finding import Finding
from ed_contract.judging import Judged
from ed_contract.nearest import nearest
from ed_contract.options import DEFAULTS, Settings
from ed_contract.report import Report
from ed_contract.runner.events import Event
from ed_contract.transport import Target
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, RIGHT, Mutant, One, RightServer, as_needed, opened

ZOO: tuple[One, ...] = (*MUTANTS, *RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The result of a run against one server of the zoo."""

    name: str
    breaks: str | None  # the requirement that it breaks; None for a right server
    found: tuple[str, ...]  # the requirements that were found broken, in the order in which they were
    requests: int  # sent in all
    first: int | None  # the request that gave the first finding
    seconds: float
    problem: str  # why this is no good result, or ""


def named(names: Iterable[str]) -> list[str]:
    """Return the names; raise UsageError, with the nearest, for one that is not in the zoo."""
    zoo, names = [one.name for one in ZOO], list(names)
    for name in names:
        if name not in zoo:
            near = nearest(name, dict.fromkeys(zoo, ()), most=3)
            meant = " or ".join(filter(None, (", ".join(near[:-1]), *near[-1:])))
            hint = (
                f"did you mean {meant}?"
                if near
                else f"the zoo contains {', '.join(zoo[:5])}, …; `ed-contract list --zoo` shows them all."
            )
            raise UsageError(f"no server {name!r} in the zoo\n{hint}")
    return names


class _Watch:
    """Notes when the first finding came."""

    def __init__(self) -> None:
        self.first: int | None = None
        self.sent = 0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Judged):
            return
        self.sent += event.interaction.attempts
        if self.first is None and any(isinstance(one, Finding) for one in event.observations):
            self.first = self.sent


def score(
    names: Iterable[str] = (),
    settings: Settings = DEFAULTS,
    *,
    workers: int = 2,
    sockets: bool = False,
    on_score: Callable[[Score], None] = lambda _: None,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> list[Score]:
    """Run against the zoo, or the servers named, and return the score of each, in the order of the zoo.

    Args:
        names: servers of the zoo; none means all.
        settings: as in `run`; a run over the zoo is strict, shrinks nothing, and ends with the finding it is about.
        workers: processes; each runs one server at a time, and the tool against it.
        sockets: whether every server is reached over connections; right ones whose latitude needs none are otherwise
            called in process, which is four times as fast.
        on_score: called with each score as it comes.
        changes: settings that override those of `settings`, e.g. `seed=1`.
    """
    told = replace(settings, **changes)
    chosen = list(names) or [one.name for one in ZOO]
    scores: dict[str, Score] = {}
    with ProcessPoolExecutor(max_workers=workers) as pool:
        under_way = [pool.submit(score_one, name, told, sockets=sockets) for name in chosen]
        try:
            for done in as_completed(under_way):
                one = done.result()
                scores[one.name] = one
                on_score(one)
        except BaseException:  # an interrupt waits for those that run, and not for all the others
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [scores[name] for name in chosen]


def score_one(name: str, settings: Settings = DEFAULTS, *, sockets: bool = False) -> Score:
    """Run against one server of the zoo."""
    (server,) = (one for one in ZOO if one.name == name)
    breaks = server.breaks if isinstance(server, Mutant) else None
    watch = _Watch()
    began = time.monotonic()
    with reached(server, sockets=sockets) as (target, beside):
        report = api.run(
            replace(target, request_timeout=2.0),
            settings,
            edition=server.edition,
            strict=True,
            until=breaks,
            shrink=False,
            key_age=0.0 if target.app is not None else None,
            on_event=watch,
            **beside,
        )
    found = tuple(dict.fromkeys(finding.requirement for finding in report.findings))
    return Score(
        name=name,
        breaks=breaks,
        found=found,
        requests=report.requests,
        first=watch.first,
        seconds=round(time.monotonic() - began, 3),
        problem=_problem(server, report, found),
    )


@contextmanager
def reached(server: One, *, sockets: bool) -> Iterator[tuple[Target, dict[str, Any]]]:
    """Yield the server as a target, and what else a run needs: what restarts it, or another node."""
    first, second = api.EMBEDDED_KEYS
    if isinstance(server, RightServer) and not (sockets or server.sockets or server.needs):
        with opened(server) as app:
            yield Target.of_app(app, api_key=first, second_api_key=second), {}
    else:
        with as_needed(server) as (url, beside):
            yield Target(url=url, api_key=first, second_api_key=second), beside


def _problem(server: Mutant | RightServer, report: Report, found: tuple[str, ...]) -> str:
    """Return what is wrong with the result, or an empty text."""
    crashed = [row.requirement.id for row in report.requirements if row.verdict is Verdict.ERROR]
    if crashed:
        return f"a check crashed: {', '.join(crashed)}"
    if isinstance(server, RightServer):
        accused = [row for row in found if row not in server.should]
        return f"accused of {', '.join(accused)}" if accused else ""
    if server.breaks in found:
        return ""
    return f"killed only by {', '.join(found)}" if found else "survives"


def as_document(scores: Iterable[Score]) -> dict[str, Any]:
    """Return the scores as a JSON document."""
    scores = list(scores)
    mutants = [one for one in scores if one.breaks is not None]
    killed = [one for one in mutants if not one.problem]
    firsts = sorted(one.first for one in killed if one.first is not None)
    return {
        "mutants": len(mutants),
        "killed": len(killed),
        "score": round(len(killed) / len(mutants), 4) if mutants else None,
        "right_servers": len(scores) - len(mutants),
        "false_alarms": sum(1 for one in scores if one.breaks is None and one.problem),
        "first_finding": {
            "median": _at(firsts, 0.5),
            "p95": _at(firsts, 0.95),
            "max": firsts[-1] if firsts else None,
        },
        "servers": [asdict(one) for one in scores],
    }


def _at(ordered: list[int], share: float) -> int | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
