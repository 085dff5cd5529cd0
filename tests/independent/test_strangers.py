"""Servers that others wrote from the page alone, in three sets of 40 broken ones and 15 right ones.

Whoever wrote them had seen neither the checks nor the zoo; but for being split they are kept as they were written. How
many were told at first sight, before anything was changed for them, stands in `FIRST_SIGHT`. As a command, over all:

    uv run python tests/independent/test_strangers.py
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from ed_contract import Target, run
from ed_contract.requirement import Level

sys.path.insert(0, str(Path(__file__).parent / "strangers"))
SETS = {name: importlib.import_module(name) for name in ("first", "second", "third")}
FIRST_SIGHT = {"first": 25, "second": 33, "third": 39}
"""Of 40."""
OPEN = {
    "first": {
        "race-include-on-shared-object",
        "empty-description-to-null",
        "empty-array-accepted-as-metadata",
        "metadata-values-nfc",
    },
    "second": {"metadata_empty_list", "eventbridge_hollow", "milliseconds_unpadded", "name_nfc"},
    "third": {"created_frozen"},
}
"""What is not told: a race that takes connections, clocks, and what we take the page to leave open."""


def found(of, make):
    """Return the requirements of level MUST, or about credentials, that a run finds broken; the first set has none."""
    target = Target.of_app(make(), api_key="sk_test_a", second_api_key="sk_test_b")
    report = run(target, shrink=False, key_age=0.0)
    rows = ((bug.finding.requirement, bug.level) for bug in report.bugs)
    return {row for row, level in rows if level is Level.MUST or (row.startswith("auth/") and of != "first")}


SLOW = {"rate-limit-now-and-then"}  # each of its refusals is waited for: left to the command


def servers(attribute, step=1):
    """Return every so-manyth server, with the set that it is of."""
    every = [(one, name) for one, made in SETS.items() for name in getattr(made, attribute) if name not in SLOW]
    return [pytest.param(*one, id="-".join(one)) for one in every[::step]]


@pytest.mark.parametrize(("of", "name"), servers("RIGHT"))
def test_a_right_server_is_not_accused(of, name):
    """Whatever it makes of what the page leaves open."""
    make, _ = SETS[of].RIGHT[name]
    assert found(of, make) == set()


@pytest.mark.parametrize(("of", "name"), servers("BROKEN", 13))
def test_a_broken_server_is_told(of, name):
    """A sample; the command runs all."""
    make, _ = SETS[of].BROKEN[name]
    assert bool(found(of, make)) is (name not in OPEN[of])


def main() -> None:
    """Print the servers that are told otherwise than they should be."""
    for of, made in SETS.items():
        missed = {name for name, (make, _) in made.BROKEN.items() if not found(of, make)}
        accused = {name: rows for name, (make, _) in made.RIGHT.items() if (rows := found(of, make))}
        print(f"{of}: {len(made.BROKEN) - len(missed)} of {len(made.BROKEN)} told, at first sight {FIRST_SIGHT[of]}")
        print(f"  not told: {', '.join(sorted(missed)) or 'none'}; as expected: {missed == OPEN[of]}")
        print(f"  right ones accused, of {len(made.RIGHT)}: {accused or 'none'}")


if __name__ == "__main__":
    main()
