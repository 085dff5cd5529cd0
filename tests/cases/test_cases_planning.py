"""A run's plan: within its cap, the same for a seed, and without Hypothesis until it draws something."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ed_contract import cases
from ed_contract.case import Expectation
from ed_contract.cases.key_states import refused
from ed_contract.contract import CONTRACT, Contract, editions
from ed_contract.exceptions import UsageError
from ed_contract.expecting import expected
from ed_contract.options import DEFAULTS
from ed_contract.planning import as_needed, plan

SEEDS = pytest.mark.parametrize("seed", range(5))
EACH = pytest.mark.parametrize(
    ("edition", "seed"), [*((CONTRACT.edition, seed) for seed in range(5)), *((one, 0) for one in editions()[1:])]
)
"""Five seeds of the first edition, and one of each other."""


def planned(seed, contract=CONTRACT, *, max_examples=DEFAULTS.max_examples, **options):
    """Return the phases of a default run of a seed."""
    plan.cache_clear()
    given = {"two_accounts": True, "restarts": False, "phases": None, **options}
    rows = tuple(contract.requirements.values())
    return plan(contract, rows, seed=seed, strength=DEFAULTS.strength, max_examples=max_examples, **given)


def sent(phases):
    """Return everything that phases send."""
    return [
        (
            phase.name,
            [(step if step.__class__.__name__ == "Burst" else (step.case.body, step.key)) for step in one.steps],
        )
        for phase in phases
        for one in phase.sequences
    ]


@EACH
def test_a_default_run_keeps_to_its_cap(edition, seed):
    """Before any finding is shrunk."""
    phases = planned(seed, Contract.load(edition))
    assert sum(phase.requests for phase in phases) <= DEFAULTS.max_requests


@pytest.mark.parametrize(("at_most", "more"), [(900, 6), (1300, 6 + 25)])
def test_where_bursts_have_schedules_there_are_more_of_them(at_most, more):
    """A quarter of what a longer run may send; a usual one keeps to its cap, and loses nothing but endless phases."""
    plain, scheduled = (planned(0, at_most=at_most, scheduled=one) for one in (False, True))
    usual, further = (
        sum(len(phase.sequences) for phase in some if phase.name == "bursts") for some in (plain, scheduled)
    )
    assert further == usual + more
    assert at_most - 20 <= sum(phase.requests for phase in scheduled) <= at_most


@SEEDS
def test_the_same_seed_sends_the_same_in_the_same_order(seed):
    """All phases, random ones included; another seed sends others."""
    once, again, other = (sent(planned(one)) for one in (seed, seed, seed + 1))
    assert once == again
    assert once != other


@EACH
def test_what_is_expected_of_every_case_follows_from_the_document(edition, seed):
    """ACCEPT cases are acceptable, REJECT cases break the one requirement that they name."""
    contract = Contract.load(edition)
    counted = 0
    for phase in planned(seed, contract, phases=("smoke", "combinations", "mutations", "keys", "bursts")):
        for case in (case for one in phase.sequences for case in one.cases()):
            if case.params is None or case.expectation is Expectation.EITHER:
                continue
            counted += 1
            expectation, mutation = expected(contract, case.params)
            assert expectation is case.expectation, case
            if case.mutation is not None:
                assert mutation.requirement == case.mutation.requirement, case
    assert counted > 400


PLANNING = """
import sys
from ed_contract.contract import CONTRACT
from ed_contract.options import DEFAULTS
from ed_contract.planning import plan

rows = tuple(CONTRACT.requirements.values())
common = dict(seed=0, strength=3, max_examples=4, two_accounts=True, restarts=False)
phases = plan(CONTRACT, rows, None, **common)
for phase in phases:
    if phase.name in {"fuzz", "stateful"}:
        continue
    assert list(phase.sequences), phase.name
print(sorted(name for name in sys.modules if name.partition(".")[0] == "hypothesis")[:3])
assert next(iter(next(one for one in phases if one.name == "fuzz").sequences))
print("hypothesis" in sys.modules)
"""


def test_hypothesis_is_not_imported_before_something_is_drawn():
    """Every tenth of a second counts until a run's first finding."""
    done = subprocess.run([sys.executable, "-c", PLANNING], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (["[]", "True"], "")


def test_all_of_a_sequence_about_a_key_is_sent_for_its_requirement():
    """Although each of its creates is wrong: only the second is judged."""
    plan.cache_clear()
    row = CONTRACT.requirement("idempotency/refused/retry")
    phases = plan(CONTRACT, (row,), None, seed=0, strength=3, max_examples=0, two_accounts=False, restarts=False)
    names = [one.name for phase in phases for one in phase.sequences]
    assert sum(name.startswith("refused, then again") for name in names) == len(refused())


HOW = {"seed": 0, "strength": 3, "max_examples": 4, "two_accounts": True, "restarts": False, "key_format": None}


@pytest.mark.parametrize("phases", [None, ("smoke",), ("keys", "afterwards"), ("combinations",)])
def test_what_is_planned_as_needed_is_what_is_planned_at_once(phases):
    """All of it, in the same order; of the first phase the first request comes by itself."""
    rows = CONTRACT.select()
    whole = plan(CONTRACT, rows, phases, **HOW)
    first, rest, *others = as_needed(CONTRACT, rows, phases, **HOW)
    assert (first.goes_on, len(first.sequences)) == (True, 1)
    assert first.name == rest.name == whole[0].name
    assert (*first.sequences, *rest.sequences) == whole[0].sequences
    assert tuple(others) == whole[1:]


def test_nothing_else_is_planned_before_the_first_request(monkeypatch):
    """A run that stops at a finding in it pays for no other."""
    monkeypatch.setattr(cases, "smoke", None)
    plan.cache_clear()
    phases = iter(as_needed(CONTRACT, CONTRACT.select(), None, **HOW))
    (one,) = next(phases).sequences
    assert [step.case.name for step in one.steps] == ["the page's example"]
    with pytest.raises(TypeError):
        next(phases)


def test_a_strength_that_is_impossible_is_refused_before_the_first_request():
    """As where all is planned at once."""
    with pytest.raises(UsageError, match="strength=9"):
        as_needed(CONTRACT, CONTRACT.select(), None, **HOW | {"strength": 9})


def test_a_phase_that_needs_a_restart_is_refused_before_the_first_request():
    """The same."""
    with pytest.raises(UsageError, match="--restart-command"):
        as_needed(CONTRACT, CONTRACT.select(), ("restart",), **HOW)
