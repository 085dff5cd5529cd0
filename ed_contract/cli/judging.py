"""What `judge` and `proxy` end with: the report of a record, printed and written as that of a run is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ed_contract.cli import crash, streams
from ed_contract.cli.console import Console
from ed_contract.exceptions import UsageError
from ed_contract.options import Settings
from ed_contract.recording import Item, Recorder
from ed_contract.records import judge, start_of
from ed_contract.report import Report, writers
from ed_contract.report.artifact import WORKSPACE, artifact
from ed_contract.report.card.lines import card_lines
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import Reproduce, report_lines
from ed_contract.sharding import require_all


def require_writable(settings: Settings) -> None:
    """Raise UsageError if a report that is asked for cannot be written, or not as it is asked for."""
    writers.require_all_writable(settings.reports)
    artifact(settings, workspace=os.environ.get(WORKSPACE))


def require_all_shards(records: Iterable[Path]) -> None:
    """Raise UsageError unless these are the records of all shards of one run."""
    starts = [one for one in map(start_of, records) if one is not None]
    require_all(one.shard for one in starts)
    if len(seeds := {one.seed for one in starts if one.shard is not None}) > 1:
        told = ", ".join(map(str, sorted(seeds)))
        raise UsageError(f"the records are shards of different runs: their seeds are {told}\ngive those of one run.")


def told(
    records: Sequence[Path | Iterable[Item]], settings: Settings, file: Path | None, recorder: Recorder | None = None
) -> int:
    """Judge records, print and write what is asked for, and return the exit code.

    Args:
        records: files, or what was read of them.
        settings: as in `run`.
        file: the one that they are read from.
        recorder: what wrote the record, if any did: a requested record that could not be written is reported.
    """
    return shown(partial(judge, *records, settings=replace(settings, reports=())), settings, file, recorder)


def shown(
    judging: Callable[[], Report],
    settings: Settings,
    file: Path | None,
    recorder: Recorder | None = None,
    reproduce: Reproduce | None = None,
) -> int:
    """Judge, print and write what is asked for, and return the exit code.

    Args:
        judging: returns the report.
        settings: as in `run`.
        file: the one that they are read from.
        recorder: as in `told`.
        reproduce: says how a finding is seen again.
    """
    redact = Redactor()
    to_stderr = any(path == writers.STDOUT for _, path in settings.reports)
    console = Console(quiet=settings.quiet, verbose=False, plain=settings.no_color, to_stderr=to_stderr, redact=redact)
    report, crashed = crash.survived(judging)
    report = replace(report, artifact=artifact(settings, file, workspace=os.environ.get(WORKSPACE)))
    unwritten = writers.write(report, settings.reports, redact, console.document)
    unwritten += writers.unrecorded(settings.record, None if recorder is None else recorder.problem)
    missing = {writers.STDOUT, *(one.path for one in unwritten)}
    paths = tuple(path for _, path in settings.reports if path not in missing)
    console.report(report, report_lines(report, redact, paths=paths, reproduce=reproduce), paths=paths, embedded=False)
    if settings.card:
        console.lines(card_lines(report, redact))
    code = streams.settled(writers.exit_code(report.exit_code, unwritten), asked=to_stderr)
    for line in writers.told(unwritten):
        streams.say(line)
    return code if crashed is None else crash.tell(crashed, redact)
