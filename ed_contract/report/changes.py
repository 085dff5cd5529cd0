"""What differs between the findings of a run and those of the last run against the same target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ed_contract.interaction import AGAIN
from ed_contract.phases import SHRINK

Identity: TypeAlias = tuple[str, str]
"""The requirement and the fault of a finding, as reports show them."""
_SUBJECT = ("target", "replicas", "edition", "contract")
_JUDGED = {"pass", "fail"}
_AS_NEEDED = {AGAIN, SHRINK}  # phases that depend on what was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Findings that the last run had not, and findings that only the last run had."""

    began: str | None  # when the last run began, as the JSON report has it; None where that is not known
    new: tuple[Identity, ...]
    gone: tuple[Identity, ...]
    alike: bool = True  # whether both runs found the same; where not, a run may have been too short to tell more

    @property
    def said(self) -> str:
        """How many there are, in a few words."""
        if not self.new and not self.gone:
            return "the same findings" if self.alike else "nothing known to be new or gone"
        return ", ".join(f"{len(some)} {what}" for some, what in ((self.new, "new"), (self.gone, "gone")) if some)


def changes(now: Mapping[str, Any], last: Mapping[str, Any]) -> Changes | None:
    """Return what changed between two JSON reports, or None where they are not about the same target and contract.

    A finding is new only if the last run judged its requirement, and gone only if this run did: whole, since a run
    of some phases, or one that ended early, says nothing of what it did not find.
    """
    if any(now.get(name) != last.get(name) for name in _SUBJECT):
        return None
    found, before = (dict.fromkeys(_identities(one)) for one in (now, last))
    return Changes(
        began=last.get("began"),
        alike=found.keys() == before.keys(),
        new=tuple(one for one in found if one not in before and _covers(last, now) and one[0] in _judged(last)),
        gone=tuple(one for one in before if one not in found and _covers(now, last) and one[0] in _judged(now)),
    )


def _covers(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a run sent all that it planned, in each phase in which the other one sent something."""
    phases, others = ({phase["name"] for phase in each["phases"]} for each in (one, other))
    return one["end"] == "finished" and others - _AS_NEEDED <= phases


def _identities(report: Mapping[str, Any]) -> Iterator[Identity]:
    for row in report["requirements"]:
        yield from ((one["requirement"], one["fault"]) for one in row["findings"])


def _judged(report: Mapping[str, Any]) -> set[str]:
    return {row["id"] for row in report["requirements"] if row["verdict"] in _JUDGED}
