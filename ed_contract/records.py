"""Judges records: what a run wrote down, or what others saw go by, with the checks of a run. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from ed_contract.checks import judge_selected, judged
from ed_contract.contract import CONTRACT
from ed_contract.engine.events import RunStarted
from ed_contract.exceptions import UsageError
from ed_contract.folding import Folding
from ed_contract.interaction import Interaction
from ed_contract.judging import Judging
from ed_contract.options import DEFAULTS, Settings
from ed_contract.record.history import Abandoned, Restarted
from ed_contract.recording import Item, read
from ed_contract.report import Report, ReportBuilder
from ed_contract.waivers import Waivers
from ed_contract.waivers import load as load_waivers


def judge(
    *records: Path | str | Iterable[Item],
    settings: Settings = DEFAULTS,
    waivers: Waivers | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> Report:
    """Judge records as if they were one run, and return the report.

    Args:
        records: files, or what was read of them.
        settings: of use here are `only`, `skip`, `strict`, `waivers` and `fail_on_incomplete`.
        waivers: known findings, which do not fail the run, from `ed_contract.waivers.load`.
        changes: settings that go before those of `settings`, e.g. `strict=True`.

    Raises:
        UsageError: a file cannot be read, or is no record.
    """
    chosen = replace(settings, **changes)
    waivers = waivers or (None if chosen.waivers is None else load_waivers(chosen.waivers))
    (items,) = map(_items, records)
    first = next(items, None)
    started = first if isinstance(first, RunStarted) else RunStarted(target="", seed=0, phases=(), at_most=0)
    rest = items if first is None or first is started else chain([first], items)
    wanted = {row.id for row in CONTRACT.select(started.only, started.skip)}
    selected = tuple(row for row in CONTRACT.select(chosen.only, chosen.skip) if row.id in wanted)
    folding = Folding(
        ReportBuilder(
            selected,
            judged=judged,
            strict=chosen.strict,
            waivers=waivers,
            whole=started.whole and not (chosen.only or chosen.skip),
            left_out=[row for row in CONTRACT.requirements.values() if row not in selected],
            fail_on_incomplete=chosen.fail_on_incomplete,
        )
    )
    folding.add(started)
    _fold(rest, Judging(partial(judge_selected, frozenset(row.id for row in selected))), folding)
    return folding.report(started.strength)


def _fold(items: Iterable[Item], judging: Judging, folding: Folding) -> None:
    """Judge the entries of a record, and fold them with its events, in the order of a run."""
    for item in items:
        if isinstance(item, Interaction | Restarted | Abandoned):
            for one in judging.add(item):
                folding.add(one)
        else:
            for one in judging.judged():
                folding.add(one)
            folding.add(item)
    for one in judging.judged():
        folding.add(one)


def _items(record: Path | str | Iterable[Item]) -> Iterator[Item]:
    """Yield what a record holds."""
    if not isinstance(record, Path | str):
        yield from record
        return
    try:
        with Path(record).open(encoding="utf-8", errors="surrogateescape") as file:
            yield from read(file, str(record))
    except OSError as error:
        raise UsageError(f"cannot read {record}: {error.strerror}\ngive a record or a HAR file.") from error
