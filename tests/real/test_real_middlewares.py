"""Published packages for idempotency keys, judged as their users would: what is found is what was seen by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from real.expected import EXPECTED, SOMETIMES
from real.middlewares import NONE, PACKAGES, SERVED, outcome, readme
from real.promises import PROMISES

PAGE = Path(__file__).parents[2] / "docs" / "data" / "middlewares.json"


def text(finding):
    """Return a finding as the table of those expected has it."""
    return f"{finding['requirement']} [{finding['fault']}]"


@pytest.mark.real
@pytest.mark.parametrize("name", SERVED)
def test_what_is_found_is_what_was_seen_by_hand(name, request):
    """Nothing else, and nothing less but what a burst shows by chance."""
    request.getfixturevalue("python" if SERVED[name].file.endswith(".py") else "node_modules")
    found, by_chance = {text(one) for one in outcome(name)}, SOMETIMES.get(name, set())
    assert found - by_chance == {*EXPECTED[name]} - by_chance


@pytest.mark.real
@pytest.mark.parametrize("name", PROMISES)
def test_what_a_readme_says_stands_there(name, request):
    """Word for word, in the version that is judged."""
    request.getfixturevalue("node_modules" if name == "express-idempotency" else "python")
    assert [said for _, said in PROMISES[name].values() if said not in readme(name)] == []


def test_the_page_shows_what_is_expected():
    """Of each package, in the version that is judged."""
    kept = json.loads(PAGE.read_text(encoding="utf-8"))["packages"]
    assert [*kept] == [*EXPECTED] == [*NONE, *PACKAGES]
    for name, one in kept.items():
        by_chance = SOMETIMES.get(name, set())
        assert {text(found) for found in one["findings"]} - by_chance == {*EXPECTED[name]} - by_chance
        assert one["version"] == SERVED[name].version
        assert {row: [*saying] for row, saying in PROMISES.get(name, {}).items()}.items() >= one["promises"].items()
