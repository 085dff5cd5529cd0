"""Does a larger budget find more? Runs of 900, 1,800 and 3,600 requests against servers with one bug in a nook each.

    uv run python benchmarks/budget.py [SERVERS] [SEED]

The bugs are drawn at random: their trigger (a trait of a text at some place, for one type and payload) and their
effect. Nothing here depends on what a run sends.
"""

from __future__ import annotations

import itertools
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from ed_contract import Target, run
from ed_contract.reference import Create, Destination, Params, Reference, Remembered, Scope

BUDGETS = (900, 1800, 3600)


def _longer(length: int, text: str) -> bool:
    return len(text) > length


TRAITS: Mapping[str, Callable[[str], object]] = {
    "a tab": lambda text: "\t" in text,
    "a newline": lambda text: "\n" in text,
    "a no-break space": lambda text: "\u00a0" in text,
    "a joiner": lambda text: "\u200d" in text,
    "an emoji": lambda text: any(char > "\uffff" for char in text),
    "a combining character": lambda text: any(unicodedata.combining(char) for char in text),
    "Hebrew or Arabic": lambda text: re.search("[\u0590-\u06ff]", text),
    "Chinese or Japanese": lambda text: re.search("[\u3040-\u9fff]", text),
    "a single quote": lambda text: "'" in text,
    "a double quote": lambda text: '"' in text,
    "a backslash": lambda text: "\\" in text,
    "a percent sign": lambda text: "%" in text,
    "a brace": lambda text: "{" in text,
    "an angle bracket": lambda text: "<" in text,
    "an ampersand": lambda text: "&" in text,
    "an equals sign in front": lambda text: text.startswith("="),
    "a semicolon": lambda text: ";" in text,
    "a plus sign": lambda text: "+" in text,
    "digits only": lambda text: text.isdigit(),
    "two blanks in a row": lambda text: "  " in text,
    "a blank at the end": lambda text: text.endswith(" "),
    **{f"more than {length:,} characters": partial(_longer, length) for length in (64, 255, 1000)},
    "no characters": lambda text: not text,
    "the word null": lambda text: text.lower() == "null",
}
PLACES: Mapping[str, Callable[[Params], Iterator[object]]] = {
    "name": lambda params: iter([params.get("name")]),
    "description": lambda params: iter([params.get("description")]),
    "the keys of metadata": lambda params: iter(params.get("metadata") or ()),
    "the values of metadata": lambda params: iter((params.get("metadata") or {}).values()),
}
SHAPES = tuple(itertools.product(("webhook_endpoint", "amazon_eventbridge"), ("thin", "snapshot")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nook:
    """The trigger of a bug."""

    trait: str
    place: str
    shape: tuple[str, str]

    def shows(self, params: Params) -> bool:
        """Whether a create triggers the bug."""
        if (params.get("type"), params.get("event_payload")) != self.shape:
            return False
        return any(isinstance(one, str) and TRAITS[self.trait](one) for one in PLACES[self.place](params))

    def __str__(self) -> str:
        """Return the trigger in words."""
        return f"{self.trait} in {self.place}, {' '.join(self.shape)}"


def crashing(nook: Nook) -> type[Reference]:
    """Return the server that answers 500."""

    class Crashes(Reference):
        def make(self, account: str, params: Params) -> Destination:
            if nook.shows(params):
                raise LookupError(str(nook))
            return super().make(account, params)

    return Crashes


def losing(nook: Nook) -> type[Reference]:
    """Return the server that loses the description and the metadata."""

    class Loses(Reference):
        def make(self, account: str, params: Params) -> Destination:
            made = super().make(account, params)
            return replace(made, description=None, metadata={}) if nook.shows(params) else made

    return Loses


def forgetting(nook: Nook) -> type[Reference]:
    """Return the server that forgets the key immediately."""

    class Forgets(Reference):
        def remember(self, scope: Scope, fingerprint: str, destination: Destination) -> None:
            if not fingerprint.endswith("/nook"):
                super().remember(scope, fingerprint, destination)

        def identity(self, create: Create) -> str:
            return super().identity(create) + ("/nook" if nook.shows(create.params) else "")

    return Forgets


def not_comparing(nook: Nook) -> type[Reference]:
    """Return the server that compares nothing under a key whose first create triggers the bug."""

    class ComparesNothing(Reference):
        def set_up(self) -> None:
            self._first: dict[Scope, Params] = {}

        def answer_once(self, create: Create, key: str) -> Response:
            self._first.setdefault(self.scope(create.account, key), create.params)
            return super().answer_once(create, key)

        def answer_known(self, known: Remembered, fingerprint: str, create: Create) -> Response:
            first = self._first.get(self.scope(create.account, create.key or ""), {})
            return super().answer_known(known, known.fingerprint if nook.shows(first) else fingerprint, create)

    return ComparesNothing


EFFECTS: Mapping[str, Callable[[Nook], type[Reference]]] = {
    "fails": crashing,
    "loses description and metadata": losing,
    "forgets the key": forgetting,
    "compares nothing under the key": not_comparing,
}


def drawn(seed: int, count: int) -> list[tuple[str, Nook]]:
    """Return `count` different pairs of an effect and a nook."""
    every = [
        (effect, Nook(trait=trait, place=place, shape=shape))
        for effect, trait, place, shape in itertools.product(EFFECTS, TRAITS, PLACES, SHAPES)
    ]
    return random.Random(seed).sample(every, count)  # noqa: S311 - no secret


def found(server: tuple[str, Nook]) -> list[bool]:
    """Return for each budget whether a run of that many requests finds the bug."""
    effect, nook = server
    return [_fails(EFFECTS[effect](nook), budget) for budget in BUDGETS]


def _fails(make: type[Reference], budget: int) -> bool:
    with make() as app:
        target = Target.of_app(app, api_key="sk_test_a", second_api_key="sk_test_b")
        how: dict[str, Any] = {"shrink": False, "key_age": 0.0, "fail_fast": True, "max_requests": budget}
        return run(target, **how).exit_code == 1


def main() -> None:
    """Print what was found, and the share by budget."""
    count, seed = (int(one) for one in (*sys.argv[1:], *("40", "0")[len(sys.argv) - 1 :]))
    servers = drawn(seed, count)
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(found, servers))
    for (effect, nook), by_budget in zip(servers, results, strict=True):
        print(" ".join("x" if one else "." for one in by_budget), f"{effect}: {nook}")
    for number, budget in enumerate(BUDGETS):
        killed = sum(one[number] for one in results)
        print(f"{budget:5} requests: {killed} of {count}, {killed / count:.2f}")


if __name__ == "__main__":
    main()
