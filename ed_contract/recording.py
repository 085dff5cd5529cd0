"""A record as a file: what was sent and what came, with the events around it, one JSON object a line.

`record.schema.json` beside this module describes the lines. A file that was cut off is still a record: whoever reads
it takes it up to where it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any, TypeAlias

from ed_contract.case import Credential
from ed_contract.exceptions import TargetError, UsageError
from ed_contract.finding import Finding
from ed_contract.installed import tool_version
from ed_contract.interaction import Interaction, excerpted
from ed_contract.judging import Judged
from ed_contract.masking import Masking
from ed_contract.options import Settings
from ed_contract.phases import phase_named
from ed_contract.record.history import Abandoned, Changed, Entry, Listed, Restarted
from ed_contract.record.lines import Line, NotARecord, Secrets, fault_of, interaction_of, line_of
from ed_contract.requirement import Need
from ed_contract.runner.events import End, Event, PhaseFinished, PhaseStarted, RunFinished, RunStarted, Shrunk
from ed_contract.runner.ledger import CleanUp, Remaining
from ed_contract.shard import Shard
from ed_contract.transport import Target
from ed_contract.transport.credentials import secrets_of

VERSION = "1"
FOLDER, LAST = ".ed_contract", "last.ndjson"
_PRIVATE = 0o600

Item: TypeAlias = Entry | Event
"""What a line stands for: an entry of the record, or an event around it."""


class Recorder:
    """Writes a record as it grows: into a file beside its place, which takes that place when it is closed."""

    def __init__(self, path: Path | str, target: Target | None = None) -> None:
        """Open the file.

        Args:
            path: where the record is to be when it is closed.
            target: whose credentials are to be written as stand-ins.

        Raises:
            OSError: the file cannot be written.
        """
        self.path = Path(path)
        if self.path.is_symlink() and self.path.is_file():
            self.path = self.path.resolve()
        self._target = target
        self._hidden = Secrets()
        self._beside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}.part")
        if self.path.exists() and not self.path.is_file():  # a pipe or a device: nothing takes its place
            self._beside = self.path
        new = 0 if self._beside == self.path else os.O_CREAT | os.O_EXCL
        descriptor = os.open(self._beside, os.O_WRONLY | new, _PRIVATE)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
        self._over = False
        self.problem: OSError | None = None  # why it could not be written to its end

    def of(self, target: Target) -> None:
        """Say whose credentials are written as stand-ins from now on."""
        self._target = target

    def entry(self, entry: Entry) -> None:
        """Write an entry."""
        if isinstance(entry, Interaction):
            self._write(line_of(entry, self._hidden, self._masked))
        else:
            self._write({"kind": type(entry).__name__.lower(), **asdict(entry)})

    def event(self, event: Event) -> None:
        """Write an event; what was judged is not: it follows from the rest."""
        if not isinstance(event, Judged):
            self._write(_line_of_event(event))

    def abandon(self) -> None:
        """Leave what is in its place as it is: nothing was judged."""
        with contextlib.suppress(OSError):
            self._file.close()
        if self._beside != self.path:
            self._beside.unlink(missing_ok=True)
        self._over = True

    def close(self) -> None:
        """Put the record into its place."""
        if self._over:
            return
        self._over = True
        with contextlib.suppress(OSError):
            self._file.close()
        if self._beside == self.path:
            return
        if self.problem is None:
            try:
                self._beside.replace(self.path)
            except OSError as error:
                self.problem = error
        if self.problem is not None:
            self._beside.unlink(missing_ok=True)

    def _write(self, line: Line) -> None:
        if self.problem is not None:
            return
        try:
            self._file.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")
            self._file.flush()
        except OSError as error:
            self.problem = error

    def _masked(self, text: str) -> str:
        """Return a text with stand-ins for the credentials; the target may have been given fresh ones."""
        if self._target is None:
            return text
        for credential, value in _credentials(self._target):
            text = text.replace(value, f"<credential:{credential}>")
        return Masking(secrets_of(self._target), signing=False)(text)


def _credentials(target: Target) -> Iterator[tuple[Credential, str]]:
    firsts = (target.api_key, *target.renewed)
    yield from ((Credential.FIRST, one) for one in firsts if one)
    if target.second_api_key:
        yield Credential.SECOND, target.second_api_key


@contextlib.contextmanager
def recorder(settings: Settings, folder: Path) -> Iterator[Recorder | None]:
    """Yield what writes the record that the settings ask for, else the last run's in `.ed_contract/` of a folder.

    The latter is best effort: if it cannot be written, there is none.

    Raises:
        UsageError: the requested file cannot be written.
    """
    writes = _asked_for(settings.record) if settings.record else _last(folder) if _keeps(settings) else None
    try:
        yield writes
    except (UsageError, TargetError):  # nothing was judged: what an earlier run left is worth more
        if writes is not None:
            writes.abandon()
        raise
    finally:
        if writes is not None:
            writes.close()


def _keeps(settings: Settings) -> bool:
    return settings.keep_record and settings.record is None


def _asked_for(path: str) -> Recorder:
    try:
        return Recorder(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}\ngive a writable path.") from error


def _last(folder: Path) -> Recorder | None:
    try:
        return Recorder(kept_in(folder) / LAST)
    except OSError:
        return None


def kept_in(folder: Path) -> Path:
    """Return where the last run is kept, made if it is not there; raise OSError if it cannot be."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    ignore = place / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return place


def _line_of_event(event: Event) -> Line:
    match event:
        case RunStarted():
            names = [one.name for one in fields(RunStarted)]
            line = {name: getattr(event, name) for name in names}
            met, shard = sorted(map(str, event.met)), event.shard and str(event.shard)
            return {"kind": "start", "version": VERSION, "tool": tool_version(), **line, "met": met, "shard": shard}
        case PhaseStarted():
            return {"kind": "phase-started", **asdict(event)}
        case PhaseFinished():
            return {"kind": "phase-finished", **asdict(event)}
        case Shrunk():
            found = event.finding
            told = {one.name: getattr(found, one.name) for one in fields(Finding) if one.name != "evidence"}
            told["about"] = None if found.about is None else asdict(found.about)
            evidence = [one.number for one in found.evidence]
            return {"kind": "result", "of": event.identity, "count": event.count, **told, "evidence": evidence}
        case RunFinished():
            cleaned = None if event.clean_up is None else asdict(event.clean_up)
            more = {"requests": event.requests, "seconds": event.seconds, "note": event.note, "clean_up": cleaned}
            return {"kind": "end", "end": str(event.end), **more}
        case _:
            raise TypeError(f"no line stands for {type(event).__name__}")


def _wrong(name: str, number: int, problem: object) -> UsageError:
    return UsageError(
        f"{name}, line {number}: invalid record line: {problem}\n"
        "give a file that `ed-contract run --record FILE` wrote, or a HAR file."
    )


def read(lines: Iterable[str], name: str) -> Iterator[Item]:
    """Yield what the lines of a record stand for; a last line that was cut off is left out.

    Args:
        lines: of the file, in order.
        name: of the file, for messages.

    Raises:
        UsageError: a line is not a record line, or the record is of a later version.
    """
    known: dict[int, Interaction] = {}
    for number, text in enumerate(lines, 1):
        if not text.endswith("\n"):
            return  # whoever wrote it was ended in between
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise NotARecord("it is not a JSON object")
            if line.get("kind") == "start" and line["version"] != VERSION:
                raise UsageError(
                    f"{name} is a record of version {line['version']}; this ed-contract reads {VERSION}\n"
                    "judge it with the ed-contract that wrote it, or a newer one."
                )
            item = _item(line, known.get)
        except KeyError as error:
            raise _wrong(name, number, f"it lacks {error}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise _wrong(name, number, error) from error
        if isinstance(item, Interaction):
            known[item.number] = excerpted(item)
        yield item


_MARKS: Mapping[str, type[Restarted | Abandoned | Changed]] = {
    one.__name__.lower(): one for one in (Restarted, Abandoned, Changed)
}


def _item(line: Mapping[str, Any], numbered: Callable[[int], Interaction | None]) -> Item:
    rest = {name: value for name, value in line.items() if name != "kind"}
    match line.get("kind"):
        case "interaction":
            return interaction_of(line)
        case "restarted" | "abandoned" | "changed" as kind:
            return _MARKS[kind](**rest)
        case "listed":
            ids = rest["ids"]
            return Listed(ids=None if ids is None else {name: tuple(some) for name, some in ids.items()})
        case "start":
            return _started(rest)
        case "phase-started":
            return PhaseStarted(**_of_phase(rest))
        case "phase-finished":
            return PhaseFinished(**_of_phase(rest))
        case "result":
            return _shrunk(rest, numbered)
        case "end":
            cleaned = rest["clean_up"]
            if cleaned is not None:
                remaining = tuple(Remaining(**one) for one in cleaned["remaining"])
                cleaned = CleanUp(**{**cleaned, "remaining": remaining})
            return RunFinished(**{**rest, "end": End(rest["end"]), "clean_up": cleaned})
        case other:
            raise NotARecord(f"unknown kind {other!r}")


def _of_phase(rest: dict[str, Any]) -> dict[str, Any]:
    return {**rest, "phase": phase_named(rest["phase"])}


def _started(rest: dict[str, Any]) -> RunStarted:
    names = {one.name for one in fields(RunStarted)}
    given = {name: value for name, value in rest.items() if name in names}
    lists = {name: tuple(given[name]) for name in ("only", "skip")}
    lists["replicas"] = tuple(given.get("replicas", ()))
    phases = tuple((name, count) for name, count in given["phases"])
    if (own := given.get("own")) is not None and own.keys() != {"operation", "document"}:
        raise NotARecord("its contract is not an operation of a document")
    shard = given.get("shard") and Shard.of_text(given["shard"])
    return RunStarted(**{**given, **lists, "phases": phases, "met": frozenset(map(Need, given["met"])), "shard": shard})


def _shrunk(rest: dict[str, Any], numbered: Callable[[int], Interaction | None]) -> Shrunk:
    evidence = tuple(one for number in rest["evidence"] if (one := numbered(number)) is not None)
    if len(evidence) != len(rest["evidence"]):
        raise NotARecord("its evidence does not come before it")
    told = {one.name: rest[one.name] for one in fields(Finding) if one.name not in {"about", "evidence", "matters"}}
    about = None if rest["about"] is None else fault_of(rest["about"])
    finding = Finding(**told, about=about, evidence=evidence, matters=tuple(rest["matters"]))
    requirement, fault = rest["of"]
    return Shrunk(identity=(requirement, fault), finding=finding, count=rest["count"])
