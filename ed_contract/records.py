"""Judges records, of runs or of other tools, with the checks of a run. Sends nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import Any

from ed_contract.checks import judge_selected, judged
from ed_contract.contract import CONTRACT, Contract, edition_of, settled
from ed_contract.exceptions import UsageError
from ed_contract.folding import Folding
from ed_contract.guarding import guarded
from ed_contract.interaction import Interaction, Response
from ed_contract.judging import Judging
from ed_contract.options import DEFAULTS, Settings
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import PHASE, Creates, documented_by, is_create
from ed_contract.record.har import looks_like_har, read_har
from ed_contract.record.history import Abandoned, Entry, History
from ed_contract.record.merging import merged
from ed_contract.recording import Item, read
from ed_contract.report import Report, ReportBuilder
from ed_contract.report.artifact import artifact
from ed_contract.report.showing import require_writable, write_asked
from ed_contract.runner.events import End, PhaseFinished, PhaseStarted, RunFinished, RunStarted
from ed_contract.sharding import missing
from ed_contract.waivers import Waivers, given

_DONE = {"POST": "posted"}
CUT_OFF = "the record has no end: its writer was stopped early"
NOTHING_TAKEN = "no create was accepted, so nothing can be judged"


def judge(
    *records: Path | str | Iterable[Item],
    contract: Contract | Path | str | None = None,
    settings: Settings = DEFAULTS,
    waivers: Waivers | Path | str | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Settings
) -> Report:
    """Judge records as if they were one run, and return the report.

    Why a request was sent is unknown in a record of another tool: whatever the page allows may be refused there.

    Args:
        records: files that `run --record` or `proxy --record` wrote, or HAR files; or what was read from them.
        contract: the contract of HAR files, if not the page, as in `run`; the record of a run names its own.
        settings: used here are `only`, `skip`, `strict`, `waivers`, `reports`, `fail_on_incomplete`, `path`, which
            is the path of creates, `clock_skew`, `url`, the server to judge where a HAR file holds
            several, and `edition`, that of the page, which otherwise follows from the record.
        waivers: known findings, which do not fail the run: a TOML file, or what `ed_contract.waivers.load` returned.
        changes: settings that override those of `settings`, e.g. `strict=True`.

    Raises:
        UsageError: a file cannot be read, or is not a record.
    """
    if not records:
        raise UsageError("there is nothing to judge\ngive a record or a HAR file.")
    # What others sent says itself which API version it was written for.
    chosen, meant = settled(replace(settings, api_version=None), contract, changes)
    require_writable(chosen.reports)
    reader = _HarReader(chosen, meant)
    loaded = [_loaded(one, reader, meant) for one in _different(records)]
    whole = loaded[0] if len(loaded) == 1 and loaded[0].started.ordered else _together(loaded, chosen.clock_skew)
    started, contract = whole.started, whole.contract
    waivers = given(chosen.waivers if waivers is None else waivers, contract)
    wanted = {row.id for row in contract.select(started.only, started.skip)}
    selected = tuple(row for row in contract.select(chosen.only, chosen.skip) if row.id in wanted)
    folding = Folding(
        ReportBuilder(
            selected,
            judged=judged(contract),
            strict=chosen.strict,
            waivers=waivers,
            whole=started.whole and started.shard is None and not (chosen.only or chosen.skip),
            left_out=[row for row in contract.requirements.values() if row not in selected],
            fail_on_incomplete=chosen.fail_on_incomplete,
        ),
        contract,
    )
    folding.add(started)
    judging = Judging(partial(judge_selected, frozenset(row.id for row in selected)))
    _fold(whole, judging, folding)
    report = replace(folding.report(started.strength, judging.history), artifact=artifact(chosen))
    write_asked(report, chosen)
    return report


def start_of(record: Path | str) -> RunStarted | None:
    """Return how the run began that a file is the record of; None if it is a HAR file."""
    first = next(iter(_lines(record)), None)
    return first if isinstance(first, RunStarted) else None


def _fold(whole: _Loaded, judging: Judging, folding: Folding) -> None:
    """Judge the entries of a record, and fold them with its events, in the order of a run."""
    end: RunFinished | None = None
    for item in whole.items:
        if isinstance(item, Entry):
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
    contract: Contract = CONTRACT


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


def _loaded(record: Path | str | Iterable[Item], reader: _HarReader, meant: Contract | None) -> _Loaded:
    if not isinstance(record, Path | str):
        return _begun(iter(record), "", meant)
    try:
        with Path(record).open("rb") as file:
            is_har = looks_like_har(file.read(4096))
        if is_har:
            return reader.read(Path(record).read_bytes(), str(record))
    except OSError as error:
        raise _unreadable(record, error) from error
    return _begun(_lines(record), str(record), meant)


def _begun(items: Iterator[Item], name: str, meant: Contract | None) -> _Loaded:
    """Return a record of ours, by its first event; what has none was cut off in front."""
    first = next(items, None)
    if isinstance(first, str | Path):
        raise UsageError("a list of files was given as one record\npass each one separately: judge(*files).")
    if isinstance(first, RunStarted):
        contract, own = first.contract, first.own
        if meant is not None and (meant.portable() if meant.is_own else meant.edition) != (own or first.edition):
            if first.ordered:  # a run sent what its contract says must become of it
                what = "the contract" if own else "the edition"
                advice = f"leave out {'--contract' if meant.is_own else '--edition'}."
                raise UsageError(f"{name} is the record of a run on {what} {first.edition}\n{advice}")
            contract, own = meant, meant.portable() if meant.is_own else None
        return _Loaded(
            started=replace(first, edition=contract.edition, own=own),
            items=(_documented(one, contract) for one in items),
            contract=contract,
        )
    if name:
        raise UsageError(
            f"{name} is not a record: it does not begin with a line of the kind `start`\n"
            "give a file that `ed-contract run --record FILE` wrote, or a HAR file."
        )
    contract = meant or CONTRACT
    started = RunStarted.about(contract, target=name, seed=0, phases=(), at_most=0, whole=False)
    rest = items if first is None else chain([first], items)
    return _Loaded(started=started, items=(_documented(one, contract) for one in rest), contract=contract)


def _documented(item: Item, contract: Contract) -> Item:
    """Return an item as a contract documents it: of what others sent, with what must become of it."""
    if not isinstance(item, Interaction) or item.contract is contract:
        return item
    return documented_by(contract, item) if item.phase == PHASE else replace(item, contract=contract)


def _lines(path: Path | str) -> Iterator[Item]:
    try:
        with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            yield from read(file, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path | str, error: OSError) -> UsageError:
    return UsageError(f"cannot read {path}: {error.strerror}\ngive a record or a HAR file.")


class _HarReader:
    """Reads the creates of HAR files; what several of them hold, as exports of one session do, is read once."""

    def __init__(self, settings: Settings, meant: Contract | None) -> None:
        self._meant, self._given = meant, settings.path
        self._url, self._key = (settings.url or "").rstrip("/"), (meant or CONTRACT).headers.key
        self._seen: set[Hashable] = set()

    @cached_property
    def _path(self) -> str:
        return (self._meant or CONTRACT).path(self._given).rstrip("/")

    @cached_property
    def _creates(self) -> Creates:
        """Those of all files: accounts are theirs."""
        return Creates(self._path, hides_credentials=True, guard=guarded)

    def read(self, text: bytes, name: str) -> _Loaded:
        """Return what a file holds of creates.

        Raises:
            UsageError: it is not a HAR, it holds no create, or creates that were sent to several servers.
        """
        capture = read_har(text, name, key=self._key)
        exchanges = [one for one in capture.exchanges if self._is_new(one)]
        server, elsewhere = self._server(exchanges, name)
        # A create that is not known exactly has used its key all the same: what else came under it cannot be judged.
        header = self._key.lower()
        used = {value for one in capture.left_out for name, value in one.headers if name.lower() == header}
        known = (one for one in exchanges if one.header(header) not in used)
        creates = self._creates
        creates.contract = self._meant or Contract.load(edition_of(None, _version(exchanges, self._path)))
        before, unnamed = len(creates.left_out), creates.unnamed
        here = (one for one in known if not is_create(one, self._path, creates.contract) or self._base(one) == server)
        entries = [entry for exchange in here if (entry := creates.of(exchange)) is not None]
        method = creates.contract.operation.method
        lost = [
            one for one in capture.left_out if one.method in {"", method} and self._path in (one.path or self._path)
        ]
        sent = [one for one in entries if isinstance(one, Interaction)]
        left_out, unnamed = creates.left_out[before:], creates.unnamed - unnamed
        if not (sent or lost or left_out or len(exchanges) < len(capture.exchanges)):
            where = f" of {self._url}" if self._url else ""
            raise UsageError(
                f"{name} holds no create: nothing was {_DONE.get(method, 'sent')} to {self._path}{where}\n"
                "set the path of creates with --path."
            )
        told = [*map(str, lost), *left_out]
        notes = [f"left out, since they are not known exactly: {len(told)} of {name}, e.g. {told[0]}"] if told else []
        if unnamed:
            notes.append(
                f"{name} shows no credential of {unnamed} of {len(sent)} creates, whose keys may belong to "
                "several accounts: they were not judged"
            )
        if elsewhere:
            notes.append(f"not judged: {elsewhere} create{'s' * (elsewhere != 1)} of {name} sent elsewhere")
        end = RunFinished(end=End.FINISHED, requests=len(sent), seconds=_seconds(sent), note="; ".join(notes))
        target = f"{server}{self._path}" if "://" in server else name
        started = RunStarted.about(
            creates.contract, target=target, seed=0, phases=(), at_most=0, whole=False, ordered=False
        )
        return _Loaded(started=started, items=[*entries, end], contract=creates.contract)

    def _is_new(self, one: Exchange) -> bool:
        """Whether an exchange was not read before, at the same moment and with the same answer."""
        said = (one.answer.status, one.answer.body) if isinstance(one.answer, Response) else one.answer
        seen = (one.began, one.method, one.origin, one.path, one.headers, one.body, said)
        new = seen not in self._seen
        self._seen.add(seen)
        return new

    def _base(self, create: Exchange) -> str:
        """Return the base URL that a create was sent to."""
        return create.origin + create.path.partition("?")[0].rstrip("/").removesuffix(self._path)

    def _server(self, exchanges: Iterable[Exchange], name: str) -> tuple[str, int]:
        """Return the base URL of the server that is judged, and how many creates were sent elsewhere."""
        bases = Counter(self._base(one) for one in exchanges if is_create(one, self._path, self._creates.contract))
        if len(bases) > 1 and not self._url:
            found = ", ".join(f"{base} ({count})" for base, count in bases.most_common())
            raise UsageError(f"{name} contains creates sent to several servers: {found}\nchoose one with --url.")
        server = self._url or next(iter(bases), "")
        return server, sum(count for base, count in bases.items() if base != server)


def _version(exchanges: Iterable[Exchange], path: str) -> str | None:
    """Return the newest API version that creates are written for, if any says it."""
    named = (one.header(CONTRACT.headers.version) for one in exchanges if is_create(one, path))
    return max((one for one in named if one), default=None)


def _together(records: Sequence[_Loaded], skew: float) -> _Loaded:
    """Return several records as one."""
    entries: list[list[Entry]] = []
    ends: list[RunFinished] = []
    for record in records:
        own: list[Entry] = []
        for item in record.items:
            if isinstance(item, Entry):
                own.append(item)
            elif isinstance(item, RunFinished):
                ends.append(item)
        entries.append(own)
    ordered = all(record.started.ordered for record in records)
    history = merged(entries, skew=skew, ordered=ordered)
    sent = [one for one in history if isinstance(one, Interaction)]
    first = records[0].started
    if any((record.started.edition, record.started.own) != (first.edition, first.own) for record in records):
        what = "contracts" if any(record.contract.is_own for record in records) else "editions of the page"
        option = "--contract" if what == "contracts" else "--edition"
        raise UsageError(f"the records are of several {what}\n{option} chooses one of them.")
    shards = [record.started.shard for record in records]
    known = [one for one in shards if one is not None]
    started = replace(
        first,
        shard=known[0] if known and (missing(known) or None in shards) else None,
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
    return _Loaded(started=started, items=items, contract=records[0].contract)


def _seconds(sent: Sequence[Interaction]) -> float:
    """Return how long it took from the first request to the last answer."""
    began = [one.began for one in sent]
    return max((one.ended for one in sent), default=0.0) - min(began) if began else 0.0
