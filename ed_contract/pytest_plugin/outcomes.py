"""How the test of a requirement ends: a small record, which processes can hand on. Knows no report and no run."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


class Word(enum.StrEnum):
    """How a requirement's test ends."""

    PASSED = "passed"
    FAILED = "failed"  # a finding that fails the run
    XFAILED = "xfailed"  # findings, all of them waived
    SKIPPED = "skipped"  # not exercised, or not decided where that does not fail a run
    ERROR = "error"  # it cannot be judged, which is reported once for each cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the test of one requirement ends, and what it prints."""

    word: Word
    text: str = ""  # the finding as printed, or why it was not judged
    brief: str = ""  # for the short summary, where that is not the first line of the text
    reason: str = ""  # of a waiver
    common: bool = False  # whether the text is about the run, and not about this requirement

    @property
    def line(self) -> str:
        """What the short summary shows."""
        return self.brief or self.text.partition("\n")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run says: an outcome for each requirement that was asked for, and lines for the end of the session."""

    outcomes: dict[str, Outcome]
    lines: tuple[str, ...] = ()

    def dumped(self) -> str:
        """Return the record as text for another process."""
        return json.dumps({"outcomes": {row: asdict(one) for row, one in self.outcomes.items()}, "lines": self.lines})

    @classmethod
    def loaded(cls, text: str) -> Told:
        """Return the record that was dumped."""
        document = json.loads(text)
        outcomes = {row: Outcome(**{**one, "word": Word(one["word"])}) for row, one in document["outcomes"].items()}
        return cls(outcomes=outcomes, lines=tuple(document["lines"]))


def refused(wanted: Sequence[str], first: str, why: str, lines: Sequence[str] = ()) -> Told:
    """Return what is said when a run says nothing: the test of `first` tells why, the others name it."""
    told = Outcome(word=Word.ERROR, text=counted(why, len(wanted)))
    skipped = Outcome(word=Word.SKIPPED, text=why.partition("\n")[0], common=True)
    return Told(outcomes={**dict.fromkeys(wanted, skipped), first: told}, lines=tuple(lines))


def counted(why: str, requirements: int) -> str:
    """Return a reason with how many requirements it stands for."""
    if requirements == 1:
        return why
    return f"{why}\n{requirements} requirements are not judged for this reason; it is reported once."
