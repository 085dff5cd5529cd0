"""What messages and requirements call the thing that a create makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A word with its article."""

    article: str
    one: str

    @property
    def an(self) -> str:
        """One of them."""
        return f"{self.article} {self.one}"

    @property
    def the(self) -> str:
        """The one already mentioned."""
        return f"the {self.one}"

    @property
    def many(self) -> str:
        """Several of them."""
        return f"{self.one}s"


def noun_of(*, is_own: bool) -> Noun:
    """Return the page's word; for a document of one's own, whose word is unknown, one that fits anything."""
    return Noun(article="an", one="object") if is_own else Noun(article="a", one="destination")
