"""The text in a finding's brackets is an identifier that waivers hold: `faults.txt` keeps what was ever sent."""

from __future__ import annotations

from pathlib import Path

from common.operators import MUTATIONS

from ed_contract.cases import bodies, boundaries, unusual_keys
from ed_contract.cases.boundaries import boundaries_phase
from ed_contract.contract.renamed_faults import RENAMED_FAULTS

KEPT = Path(__file__).with_name("faults.txt")
MOST_OF_A_RUN = 424
"""Boundary cases that a run makes; the catalogue goes on."""
AN_OPTION = "options that not every server takes together are combined in creates, which are told as valid ones"
GONE = {
    "both sources with snapshot": AN_OPTION,
    "include on EventBridge": AN_OPTION,
    "events: a name of the other family": "sent as a change of the payload alone, under a used key",
    "events: names of both families": "sent as a change of the payload alone, under a used key",
    "description empty": "sent with every optional parameter empty, and alone under a used key",
    "the other type's configuration empty": "sent as null and in full; an empty object lacks what is required",
    "with a later edition's configuration": "its edition sends it; an unknown object stands for it in the others",
    "with a secret of one's own": "sent as another unknown member of the object",
}
"""Texts whose case is sent no more, and what has taken its place. No other text covers just this."""


def told(cases):
    """Return the texts of cases that any requirement of robustness can be about."""
    return {f"robustness/… [{one.fault.text}]" for one in cases}


def kept():
    """Return what was ever sent."""
    return KEPT.read_text(encoding="utf-8").splitlines()


def sent():
    """Return the texts of everything that can be sent."""
    of_keys = (case for sequence in unusual_keys() for case in sequence.cases())
    mutations = {f"{one.requirement} [{one.operator}]" for one in MUTATIONS}
    return mutations | told((*bodies(), *boundaries(), *of_keys))


def test_each_text_that_was_ever_sent_is_sent_or_has_another():
    """A waiver that holds it goes on matching, but for those whose case is gone."""
    old = {f"robustness/… [{text}]" for text in (*RENAMED_FAULTS, *GONE)}
    assert set(kept()) - sent() == old
    assert not RENAMED_FAULTS.keys() & GONE.keys()


def test_each_text_that_has_another_is_told_by_one_that_is_sent():
    """In one step."""
    assert {f"robustness/… [{text}]" for text in RENAMED_FAULTS.values()} <= sent()


def test_what_a_run_sends_is_kept():
    """What is new is added to the list; what is there is never changed."""
    run = (case for sequence in boundaries_phase(MOST_OF_A_RUN) for case in sequence.cases())
    mutations = {f"{one.requirement} [{one.operator}]" for one in MUTATIONS}
    assert (mutations | told((*bodies(), *run))) - set(kept()) == set()
    assert kept() == sorted(set(kept()))
