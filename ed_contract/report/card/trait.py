"""A line of the behaviour card. Knows no requests and no answers."""

from __future__ import annotations

from dataclasses import dataclass

NOT_SEEN = "not seen"
MOST_SEEN = 8  # different things that one line names


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that answers showed, and how many did."""

    what: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What was seen of a server's choice."""

    topic: str  # an identifier
    title: str
    seen: tuple[Seen, ...]  # the most frequent first; of very many only those
    answers: int  # that showed any of it
    further: int = 0  # more things that were seen

    @property
    def said(self) -> str:
        """What was seen, in one line; with counts only if several things were."""
        if not self.seen:
            return NOT_SEEN
        several = self.seen[1:] or self.seen[0].answers != self.answers
        shown = [f"{one.what} ({one.answers})" if several else one.what for one in self.seen]
        return ", ".join([*shown, *([f"and {self.further} more"] if self.further else [])])
