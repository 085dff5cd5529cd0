"""Judges records: what a run wrote down, or what others saw go by, with the checks of a run. Sends nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from ed_contract.checks import judge_selected, judged
from ed_contract.contract import CONTRACT
from ed_contract.engine.events import End, PhaseFinished, PhaseStarted, RunFinished, RunStarted
from ed_contract.exceptions import UsageError
from ed_contract.folding import Folding
from ed_contract.guarding import guarded
from ed_contract.interaction import Interaction
from ed_contract.judging import Judging
from ed_contract.options import DEFAULTS, Settings
from ed_contract.record.foreign import PHASE, Creates, shows_credentials
from ed_contract.record.har import looks_like_har, read_har
from ed_contract.record.history import Abandoned, Entry, History, Restarted
from ed_contract.record.merging import merged
from ed_contract.recording import Item, read
from ed_contract.report import Report, ReportBuilder
from ed_contract.waivers import Waivers
from ed_contract.waivers import load as load_waivers

CUT_OFF = "the record has no end: whoever wrote it was ended before"
NOTHING_TAKEN = "no create was accepted, so that nothing can be told apart"


def judge(
    *records: Path | str | Iterable[Item],
    settings: Settings = DEFAULTS,
    waivers: Waivers | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> Report:
    """Judge records as if they were one run, and return the report.

    Of a record that is not ours nothing is known of why anything was sent: whatever the page allows may be refused.

    Args:
        records: files that `run --record` or `proxy --record` wrote, or HAR files; or what was read of them.
        settings: of use here are `only`, `skip`, `strict`, `waivers`, `fail_on_incomplete`, `path`, which says where
            creates are posted to, and `clock_skew`.
        waivers: known findings, which do not fail the run, from `ed_contract.waivers.load`.
        changes: settings that go before those of `settings`, e.g. `strict=True`.

    Raises:
        UsageError: a file cannot be read, or is no record.
    """
    if not records:
        raise UsageError("there is nothing to judge\ngive a record or a HAR file.")
    chosen = replace(settings, **changes)
    waivers = waivers or (None if chosen.waivers is None else load_waivers(chosen.waivers))
    loaded = [_loaded(one, chosen.path) for one in _different(records)]
    whole = loaded[0] if len(loaded) == 1 and loaded[0].started.ordered else _together(loaded, chosen.clock_skew)
    started = whole.started
    wanted = {row.id for row in CONTRACT.select(started.only, started.skip)}
    selected = tuple(row for row in CONTRACT.select(chosen.only, chosen.skip) if row.id in wanted)
    folding = Folding(
        ReportBuilder(
            selected,
            judged=judged(CONTRACT),
            strict=chosen.strict,
            waivers=waivers,
            whole=started.whole and not (chosen.only or chosen.skip),
            left_out=[row for row in CONTRACT.requirements.values() if row not in selected],
            fail_on_incomplete=chosen.fail_on_incomplete,
        )
    )
    folding.add(started)
    _fold(whole, Judging(partial(judge_selected, frozenset(row.id for row in selected))), folding)
    return folding.report(started.strength)


def _fold(whole: _Loaded, judging: Judging, folding: Folding) -> None:
    """Judge the entries of a record, and fold them with its events, in the order of a run."""
    end: RunFinished | None = None
    for item in whole.items:
        if isinstance(item, Interaction | Restarted | Abandoned):
            for one in judging.add(item):
                folding.add(one)
            continue
        for one in judging.judged():
            folding.add(one)
        if isinstance(item, RunFinished):
            end = item
        else:
            folding.add(item)
    if end is None and whole.started.ordered:
        judging.add(Abandoned())  # what the last answers are about may have been asked, and not been recorded
    for one in judging.judged():
        folding.add(one)
    folding.add(_end(whole.started, end, judging.history))


def _end(started: RunStarted, end: RunFinished | None, history: History) -> RunFinished:
    """Return how a record ends: as it says, or in the middle, or with no create that was accepted."""
    if end is None:
        sent = history.interactions()
        return RunFinished(
            end=End.CUT_OFF, requests=sum(one.attempts for one in sent), seconds=_seconds(sent), note=CUT_OFF
        )
    if not started.ordered and len(history) and not history.facts.takes:
        return replace(end, end=End.NOTHING_TAKEN, note="; ".join(filter(None, (NOTHING_TAKEN, end.note))))
    return end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """A record: its first event, and what follows, which is read as it is judged."""

    started: RunStarted
    items: Iterable[Item]


def _different(records: Iterable[Path | str | Iterable[Item]]) -> Iterator[Path | str | Iterable[Item]]:
    """Yield the records without files that are there twice: they would be requests that were sent twice."""
    seen: set[bytes] = set()
    for record in records:
        if isinstance(record, Path | str):
            try:
                with Path(record).open("rb") as file:
                    content = hashlib.file_digest(file, "sha256").digest()
            except OSError as error:
                raise _unreadable(record, error) from error
            if content in seen:
                continue
            seen.add(content)
        yield record


def _loaded(record: Path | str | Iterable[Item], path: str) -> _Loaded:
    if not isinstance(record, Path | str):
        return _begun(iter(record), "")
    try:
        with Path(record).open("rb") as file:
            is_har = looks_like_har(file.read(4096))
        if is_har:
            return _of_others(Path(record).read_bytes(), str(record), path)
    except OSError as error:
        raise _unreadable(record, error) from error
    return _begun(_lines(record), str(record))


def _begun(items: Iterator[Item], name: str) -> _Loaded:
    """Return a record of ours, by its first event; what has none was cut off in front."""
    first = next(items, None)
    if isinstance(first, RunStarted):
        return _Loaded(started=first, items=items)
    if name:
        raise UsageError(
            f"{name} is no record: it does not begin with a line of the kind `start`\n"
            "give a file that `ed-contract run --record FILE` wrote, or a HAR file."
        )
    started = RunStarted(target=name, seed=0, phases=(), at_most=0, whole=False)
    return _Loaded(started=started, items=items if first is None else chain([first], items))


def _lines(path: Path | str) -> Iterator[Item]:
    try:
        with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield from read(file, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path | str, error: OSError) -> UsageError:
    return UsageError(f"cannot read {path}: {error.strerror}\ngive a record or a HAR file.")


def _of_others(text: bytes, name: str, path: str) -> _Loaded:
    """Return what a HAR file holds of creates."""
    capture = read_har(text, name)
    # A create that is not known exactly has used its key all the same: what else came under it cannot be judged.
    used = {value for one in capture.left_out for name, value in one.headers if name.lower() == "idempotency-key"}
    known = (one for one in capture.exchanges if one.header("idempotency-key") not in used)
    shown = shows_credentials(capture.exchanges, path)
    reader = Creates(path, shows_credentials=shown, guard=guarded)
    creates = [one for exchange in known if (one := reader.of(exchange)) is not None]
    left_out = [one for one in capture.left_out if one.method in {"", "POST"} and path in (one.path or path)]
    notes = [f"not known exactly, and left out: {len(left_out)} of {name}, e.g. {left_out[0]}"] if left_out else []
    if not shown:
        notes.append(f"{name} shows no credential, so that keys may be of several accounts: they were not judged")
    note = "; ".join(notes)
    if not creates and not left_out:
        raise UsageError(
            f"{name} holds no create: nothing was posted to {path}\n--path says where creates are posted to."
        )
    end = RunFinished(end=End.FINISHED, requests=len(creates), seconds=_seconds(creates), note=note)
    started = RunStarted(target=name, seed=0, phases=(), at_most=0, whole=False, ordered=False)
    return _Loaded(started=started, items=[*creates, end])


def _together(records: Sequence[_Loaded], skew: float) -> _Loaded:
    """Return several records as one."""
    entries: list[list[Entry]] = []
    ends: list[RunFinished] = []
    for record in records:
        own: list[Entry] = []
        for item in record.items:
            if isinstance(item, Interaction | Restarted | Abandoned):
                own.append(item)
            elif isinstance(item, RunFinished):
                ends.append(item)
        entries.append(own)
    ordered = all(record.started.ordered for record in records)
    history = merged(entries, skew=skew, ordered=ordered)
    sent = [one for one in history if isinstance(one, Interaction)]
    first = records[0].started
    started = replace(
        first,
        target=", ".join(dict.fromkeys(record.started.target for record in records)),
        met=first.met.union(*(record.started.met for record in records)),
        whole=any(record.started.whole for record in records),
    )
    seconds = _seconds(sent)
    items: list[Item] = [
        PhaseStarted(phase=PHASE, requests=len(sent)),
        *history,
        PhaseFinished(phase=PHASE, requests=len(sent), seconds=seconds),
    ]
    if len(ends) == len(records):
        end = next((one for one in ends if one.end is not End.FINISHED), ends[0])
        notes = "; ".join(one.note for one in ends if one.note)
        items.append(replace(end, requests=sum(one.requests for one in ends), seconds=seconds, note=notes))
    return _Loaded(started=started, items=items)


def _seconds(sent: Sequence[Interaction]) -> float:
    """Return how long it took from the first request to the last answer."""
    began = [one.began for one in sent]
    return max((one.ended for one in sent), default=0.0) - min(began) if began else 0.0
