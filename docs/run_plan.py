"""Writes what a run sends, phase by phase, from the plan of a run against a server that has all a run can use."""

from __future__ import annotations

from itertools import islice

from ed_contract import CONTRACT
from ed_contract.options import DEFAULTS
from ed_contract.phases import PHASES, SEARCH, SENDS
from ed_contract.planning import plan
from ed_contract.requirement import Requirement
from ed_contract.runner.planned_phases import Drawn, PlannedPhase, requests_of

SHOWN = 3  # names of cases


def planned() -> tuple[PlannedPhase, ...]:
    """Return the phases of a default run with two accounts and a restart command."""
    rows: tuple[Requirement, ...] = tuple(CONTRACT.requirements.values())
    return plan(
        CONTRACT,
        rows,
        None,
        seed=0,
        strength=DEFAULTS.strength,
        max_examples=DEFAULTS.max_examples,
        two_accounts=True,
        restarts=True,
        direct=True,
        at_most=DEFAULTS.max_requests,
    )


def phases() -> str:
    """Return a table of the phases: how many requests each sends, and what they are."""
    requests = dict(requests_of(planned()))
    lines = ["| phase | requests | what it sends |", "|---|---:|---|"]
    for name in PHASES:
        number = "the rest" if name == SEARCH else requests.get(name, 0)
        lines.append(f"| `{name}` | {number} | {SENDS[name]} |")
    lines.append(f"| | {sum(requests.values())} | of at most {DEFAULTS.max_requests} |")
    return "\n".join(lines)


def order() -> str:
    """Return a table of the parts of phases in the order in which they are sent, and what each begins with."""
    lines = ["| | phase | requests | begins with |", "|---:|---|---:|---|"]
    for number, phase in enumerate(planned(), 1):
        lines.append(f"| {number} | `{phase.name}` | {phase.requests} | {_begins(phase)} |")
    return "\n".join(lines)


def _begins(phase: PlannedPhase) -> str:
    """Return the names of the first cases; of drawn ones there are none."""
    if isinstance(phase.sequences, Drawn):
        return "drawn from the seed"
    names = dict.fromkeys(one.name.replace("|", "\\|") for one in phase.sequences)
    return "; ".join(f"`{name}`" for name in islice(names, SHOWN))
