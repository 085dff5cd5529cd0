"""Where settings come from, and which source goes before which."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ed_contract.exceptions import UsageError
from ed_contract.nearest import nearest
from ed_contract.options.option import ENVIRONMENT, PREFIX, Option
from ed_contract.options.other_names import OF_OPTIONS
from ed_contract.options.table import BY_NAME, Settings, at


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the places that settings come from."""

    name: str  # as `config` shows it, e.g. "command line"; "" for what `said` says
    door: str
    said: Callable[[Option], str]  # how the user knows an option there
    given: Callable[[Option], object]  # what was given; None for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Settings, and where each that was given comes from, by name."""

    settings: Settings
    origins: Mapping[str, str]
    names: Mapping[str, str]  # how the user knows the option there

    def first_given(self, options: Iterable[Option]) -> str | None:
        """Return how the user knows the first of these options that was given, or None."""
        return next((self.names[one.name] for one in options if one.name in self.names), None)


_RIVALS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (frozenset({"url", "app"}), frozenset(), "a URL and an application"),
    (
        frozenset({"edition", "contract"}),
        frozenset({"operation"}),
        "an edition of the page and a contract of your own",
    ),
)
"""Options that exclude each other, with what belongs to them, and what they are called."""


def resolve(sources: Sequence[Source]) -> Resolved:
    """Return the settings of these sources; what an earlier one gives goes before a later one.

    A URL and an application exclude each other, and so do an edition and a contract: the first source that gives either
    decides. The operation is that of the contract.

    Raises:
        UsageError: a value cannot be used, or one source gives both.
    """
    chosen: dict[str, Any] = {}
    origins: dict[str, str] = {}
    names: dict[str, str] = {}
    for source in sources:
        given = {option: one for option in at(source.door) if (one := source.given(option)) is not None}
        named = {option.name for option in given}
        for rivals, _, problem in _RIVALS:
            if rivals <= named:
                raise UsageError(f"{problem} were both given\ngive one of them.")
        decided = {one for rivals, more, _ in _RIVALS if rivals & origins.keys() for one in rivals | more}
        for option, one in given.items():
            value = option.read(one, source.said(option))
            if option.name in origins or option.name in decided:
                continue
            chosen[option.attribute] = value
            names[option.name] = source.said(option)
            origins[option.name] = source.name or source.said(option)
    return Resolved(settings=Settings(**chosen), origins=origins, names=names)


def environment(variables: Mapping[str, str]) -> Source:
    """Return the source that a process environment is; lists stand there one a line, and what is empty is not given."""

    def given(option: Option) -> object:
        said = variables.get(option.variable) or None
        return said.splitlines() if said and option.many else said

    return Source(name="", door=ENVIRONMENT, said=lambda option: f"${option.variable}", given=given)


APART = ("CONFIG", "PROFILE")
"""What the command reads beside its options, without the prefix."""


def misspelt(variables: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each variable of an environment that no option reads, and that resembles one that does."""
    known = {option.variable.removeprefix(PREFIX): OF_OPTIONS.get(option.name, ()) for option in at(ENVIRONMENT)}
    known |= dict.fromkeys(APART, ())
    for variable in sorted(variables):
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in known and (near := nearest(name, known)):
            yield f"${variable} is ignored: did you mean ${PREFIX}{near[0]}?"


_OF_A_COMMAND = re.compile(r"--(?=[a-z])")


def for_pytest(words: str) -> str:
    """Return a text in which options are named as pytest knows them."""
    return _OF_A_COMMAND.sub("--ed-", words)


def unset(settings: Settings, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield the variables of credentials that came by another way: what is to be pasted reads them."""
    for option in (BY_NAME["api-key"], BY_NAME["second-api-key"]):
        if getattr(settings, option.attribute) and not variables.get(option.variable):
            yield option.variable


def again(settings: object, names: Iterable[str]) -> Iterator[str]:
    """Yield the options, of these names, without which a run would send something else, as the command takes them.

    Settings may be any record that has their fields.
    """
    for name in names:
        option = BY_NAME[name]
        value = getattr(settings, option.attribute)
        if option.shapes and value != option.default:
            said = f"{value:g}" if isinstance(value, float) else str(value)
            yield f"--{name} {shlex.quote(said)}"
