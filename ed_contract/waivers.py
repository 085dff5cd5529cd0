"""Known findings that do not fail a run for a while: read from a file, matched, and written back.

A waiver names a requirement and, usually, one fault of it. It excuses findings of exactly that identity and nothing
similar, since that may be another bug. Knows no run and no report.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.renamed_faults import RENAMED_FAULTS
from ed_contract.exceptions import UsageError

TABLE = "waiver"
_EXAMPLE = 'a waiver looks like: requirement = "request/type/enum", fault = "upper case", reason = "BUG-123".'

Identity = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that does not fail a run, why, and until when."""

    requirement: str
    fault: str | None = None  # None stands for every fault of the requirement
    reason: str
    expires: date | None = None  # the last day on which it holds

    def __str__(self) -> str:
        """Return what it covers, as findings are named."""
        return self.requirement if self.fault is None else f"{self.requirement} [{self.fault}]"

    @property
    def renamed(self) -> Waiver:
        """The waiver with the present text of its fault, or itself where that was never changed."""
        return self if self.fault is None else replace(self, fault=RENAMED_FAULTS.get(self.fault, self.fault))

    def covers(self, requirement: str, fault: str) -> bool:
        """Whether a finding of this identity is meant, by its present text or by an old one."""
        return requirement == self.requirement and (
            self.fault in {None, _written(fault)} or self.renamed.fault == _written(fault)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers of a run, and the day on which they are applied."""

    entries: tuple[Waiver, ...] = ()
    today: date
    contract: Contract = field(default=CONTRACT, repr=False)  # whose requirements they name

    def covering(self, requirement: str, fault: str) -> Waiver | None:
        """Return the waiver for a finding, expired or not: one that names the fault before one for all of them."""
        found = [one for one in self.entries if one.covers(requirement, fault)]
        return next((one for one in found if one.fault is not None), found[0] if found else None)

    def expired(self, waiver: Waiver) -> bool:
        """Whether the waiver's last day is over."""
        return waiver.expires is not None and waiver.expires < self.today

    def excuses(self, requirement: str, fault: str) -> bool:
        """Whether a finding is waived today."""
        waiver = self.covering(requirement, fault)
        return waiver is not None and not self.expired(waiver)

    def updated(self, found: Iterable[Identity], unneeded: Iterable[Waiver]) -> Waivers:
        """Return these waivers without the unneeded ones, and with a new one for each finding that none covers.

        Faults have their present texts.
        """
        dropped = set(unneeded)
        reason = f"found on {self.today.isoformat()}; say why it is accepted"
        new = {
            Waiver(requirement=requirement, fault=_written(fault), reason=reason)
            for requirement, fault in found
            if self.covering(requirement, fault) is None
        }
        kept = _each_once(one.renamed for one in self.entries if one not in dropped)
        order = list(self.contract.requirements)
        entries = sorted((*kept, *new), key=lambda one: (order.index(one.requirement), one.fault or ""))
        return replace(self, entries=tuple(entries))


def _each_once(entries: Iterable[Waiver]) -> list[Waiver]:
    """Return the first waiver of each finding: an old and the present text of one fault may stand in a file."""
    found: dict[str, Waiver] = {}
    for one in entries:
        found.setdefault(str(one), one)
    return list(found.values())


def today() -> date:
    """Return the present day, the same in all time zones."""
    return datetime.now(UTC).date()


def given(waivers: Waivers | str | Path | None, contract: Contract) -> Waivers | None:
    """Return the waivers that a call was given, those of a file for its contract; raise what `load` raises."""
    return load(waivers, contract) if isinstance(waivers, str | Path) else waivers


def load(path: str | Path, contract: Contract = CONTRACT, *, on: date | None = None) -> Waivers:
    """Return the waivers of a TOML file for a contract, to be applied on a day (default: today).

    Raises:
        UsageError: the file cannot be read, or holds anything but waivers; nothing in it is ignored.
    """
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}\ngive a waivers file; --waivers-update creates it if it is missing."
        ) from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise UsageError(f"{path} is not valid TOML: {error}\n{_EXAMPLE}") from error
    _refuse_unknown(document, (TABLE,), f"{path}")
    tables = document.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{path}: `{TABLE}` is not a list of tables\nbegin each waiver with a line [[{TABLE}]].")
    entries = tuple(_waiver(contract, table, f"{path}, waiver {number}") for number, table in enumerate(tables, 1))
    seen: set[tuple[str, str | None]] = set()
    for number, entry in enumerate(entries, 1):
        if (entry.requirement, entry.fault) in seen:
            raise UsageError(f"{path}, waiver {number}: {entry} is waived twice\nremove one of the two.")
        seen.add((entry.requirement, entry.fault))
    return Waivers(entries=entries, today=on or today(), contract=contract)


def dump(waivers: Waivers) -> str:
    """Return the waivers as a file that `load` reads."""
    return "\n".join("".join(_lines(one)) for one in waivers.entries)


def _waiver(contract: Contract, table: Mapping[str, Any], where: str) -> Waiver:
    """Return the waiver that a table holds."""
    _refuse_unknown(table, tuple(one.name for one in fields(Waiver)), where)
    for name in ("requirement", "reason"):
        if name not in table:
            raise UsageError(f"{where}: `{name}` is missing\n{_EXAMPLE}")
    for name in ("requirement", "fault", "reason"):
        if name in table and not (isinstance(table[name], str) and table[name].strip()):
            raise UsageError(f"{where}: `{name}` must be non-empty text\n{_EXAMPLE}")
    expires = table.get("expires")
    if expires is not None and type(expires) is not date:  # a date with a time is a kind of date in Python
        raise UsageError(f"{where}: `expires` is not a date\ngive the last day without quotes: 2027-03-31.")
    try:
        contract.requirement(table["requirement"])
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    return Waiver(**table)


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"did you mean `{near[0]}`?" if near else f"the keys are {', '.join(f'`{one}`' for one in known)}."
            raise UsageError(f"{where}: unknown key `{name}`\n{hint}")


def _lines(waiver: Waiver) -> Iterator[str]:
    yield f"[[{TABLE}]]\n"
    for name in ("requirement", "fault", "reason"):
        if (value := getattr(waiver, name)) is not None:
            yield f"{name} = {_quoted(value)}\n"
    if waiver.expires is not None:
        yield f"expires = {waiver.expires.isoformat()}\n"


def _quoted(text: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's, but for what JSON writes as two surrogates."""
    quoted = json.dumps(_written(text), ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the first plane


def _written(fault: str) -> str:
    """Return a fault as a file can hold it: a server may put half a surrogate pair into a name."""
    return fault.encode(errors="replace").decode()
