"""What others call our options, and how the nearest name is found."""

from __future__ import annotations

from collections import Counter

import pytest

from ed_contract.nearest import about, nearest
from ed_contract.options import OPTIONS, misspelt
from ed_contract.options.other_names import OF_OPTIONS, OF_PHASES, OF_REPORTS
from ed_contract.options.values import REPORTS
from ed_contract.phases import PHASES


def test_each_option_phase_and_format_has_its_other_names():
    """In the order of the tables."""
    assert list(OF_OPTIONS) == [option.name for option in OPTIONS]
    assert list(OF_PHASES) == list(PHASES)
    assert list(OF_REPORTS) == list(REPORTS)


@pytest.mark.parametrize("table", [OF_OPTIONS, OF_PHASES, OF_REPORTS], ids=["options", "phases", "reports"])
def test_another_name_is_one_thing_and_no_name_of_ours(table):
    """So that a suggestion does not hang on an order."""
    others = Counter(one for some in table.values() for one in some)
    assert [one for one, count in others.items() if count > 1 or one in table] == []
    assert [
        (one, nearest(one, table)) for name, some in table.items() for one in some if nearest(one, table) != [name]
    ] == []


@pytest.mark.parametrize(
    ("wanted", "known", "found"),
    [
        ("API_KEY", {"api-key": ()}, ["api-key"]),
        ("aip-key", {"api-key": (), "path": ()}, ["api-key"]),
        ("timeout", {"max-time": (), "request-timeout": ()}, ["request-timeout"]),
        ("quietly", {"verbose": (), "silent": ("quiet",)}, ["silent"]),
        ("zzz", {"seed": ()}, []),
        ("x", {}, []),
    ],
)
def test_the_nearest_name(wanted, known, found):
    """By letters, whatever separates them; by words; by other names."""
    assert nearest(wanted, known) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("walking", ["feet"]), ("stroll", ["feet"]), ("hands/walk", ["hands"]), ("swim sea deep", [])],
)
def test_names_that_are_about_it(wanted, found):
    """By words of the name, of its sentence, and by their forms; where most words are of none, there are none."""
    sentences = {"hands": "What holds.", "feet": "What one can walk with."}
    assert sorted(about(wanted, sentences, {"stroll": ("walk",)}, most=2)) == sorted(found)


def test_a_variable_is_found_by_its_meaning():
    """As options and settings are."""
    assert list(misspelt(["ED_CONTRACT_TOKEN", "ED_CONTRACT_MAX_FINDINGS"])) == [
        "$ED_CONTRACT_MAX_FINDINGS is ignored: did you mean $ED_CONTRACT_MAXFAIL?",
        "$ED_CONTRACT_TOKEN is ignored: did you mean $ED_CONTRACT_API_KEY?",
    ]
