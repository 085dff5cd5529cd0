"""What a run sends: the phases that were chosen, with what can show something about the wanted requirements.

And what it sends after them, to shrink what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import accumulate
from threading import Lock
from types import ModuleType
from typing import Any

from ed_contract import cases
from ed_contract.case import Case, CaseSequence, Key, Step, single
from ed_contract.cases.bursts import FURTHER, SIZE
from ed_contract.contract import Contract
from ed_contract.contract.parts import Idempotency
from ed_contract.contract.resending import resending
from ed_contract.exceptions import UsageError
from ed_contract.expecting import expected
from ed_contract.first_use import found
from ed_contract.phases import PHASES, SEARCH
from ed_contract.pruning import pruned
from ed_contract.record.history import History
from ed_contract.record.steps import flat
from ed_contract.requirement import Requirement
from ed_contract.runner import AsNeeded, Drawn, Phases, PlannedPhase
from ed_contract.runner.dedup import Group
from ed_contract.shrink import Moves, Shrinking

STATEFUL_REQUESTS = 16
_USUAL = 886  # requests of a whole run of the usual length
_LENGTH = 900
_MOST = {"mutations": 214, "boundaries": 211}
"""Requests of the phases that have no end, in a run of the usual length; a longer one has more boundary cases."""
_GIVEN = {"mutations": 1, "boundaries": 3}  # quarters of what others take more than usual
_OF_BURSTS = 4  # where bursts have schedules, one in so many requests of a longer run is for more of them
_SPARE = 12  # requests that are left for what is asked again
_KEPT = 128  # drawn requests of a phase that are kept for the next run of the plan
_FEWEST = 60  # however little room there is
_TELLING = {"mutations": 80, "combinations": 16, "boundaries": 48, "bursts": 17, "bodies": 43, "keys": 70}
"""Requests of these phases that come before what is left of all: measured over the zoo, the most telling first."""
ACROSS = "idempotency/across-replicas"  # what is sent to several nodes is about this alone
PREFLIGHT = "preflight"  # the phase of the first request, where smoke is not sent
HOSTILE = {"boundaries", "bodies", SEARCH}  # phases after which a probe asks whether the target still serves
_LOOKS_BACK = {"afterwards", "restart"}  # at what was made at the beginning


@lru_cache(maxsize=4)  # a session often runs the same plan again
def plan(
    contract: Contract,
    selected: tuple[Requirement, ...],
    phases: tuple[str, ...] | None,
    *,
    seed: int,
    strength: int,
    max_examples: int,
    two_accounts: bool,
    restarts: bool,
    direct: bool = False,
    scheduled: bool = False,
    nodes: tuple[str, ...] = (),
    key_age: float = 0.0,
    key_format: str | None = None,
    at_most: int = 0,
    shares: bool = False,
) -> tuple[PlannedPhase, ...]:
    """Return the phases to send, the document's own example always first.

    `direct` says that there is a connection to the target which we can end before its answer, `scheduled` that bursts
    run in the order of a schedule; `nodes` are the base URLs of a service that has several, that of the target first.
    Mutations and boundary cases have no end: they are as many as the other phases leave room for in a usual run. What a
    longer one may send besides, or one of chosen phases, is what the phase search sends. `shares`: with the creates
    that every shard of a divided run sends.
    """
    has_keys, wanted = bool(contract.parts.idempotency.header), frozenset(row.id for row in selected)
    across = cases.replicas(nodes, contract=contract) if nodes and has_keys and ACROSS in wanted else ()
    loses = direct and has_keys

    makers: dict[str, Callable[[], tuple[CaseSequence, ...] | Drawn]] = {
        "smoke": lambda: cases.smoke(seed, contract=contract),
        "combinations": lambda: tuple(map(single, cases.combinations(strength=strength, seed=seed, contract=contract))),
        "mutations": lambda: cases.mutations_phase(seed, contract=contract),
        "keys": lambda: (
            *(cases.accounts(contract=contract) if two_accounts else ()),
            *across,
            *(cases.idempotency(seed, contract=contract) if has_keys else ()),
            *(cases.lost(contract=contract) if loses else ()),
        ),
        "bursts": lambda: (
            *cases.bursts(contract=contract),
            *(cases.further_bursts(FURTHER, contract=contract) if scheduled else ()),
        ),
        "boundaries": lambda: cases.boundaries_phase(_LENGTH, contract=contract),
        "bodies": lambda: tuple(map(single, cases.bodies(contract=contract))),
        "auth": lambda: cases.authentication(contract=contract),
        "fuzz": lambda: Drawn(
            draw=_once(
                lambda: _strategies().fuzz(seed=seed, max_examples=max_examples, strength=strength, contract=contract),
                max_examples,
            ),
            requests=max_examples,
        ),
        "stateful": lambda: Drawn(
            draw=_once(
                lambda: iter(_strategies().stateful(seed=seed, requests=STATEFUL_REQUESTS, contract=contract)),
                STATEFUL_REQUESTS,
            ),
            requests=STATEFUL_REQUESTS,
            spare=False,
        ),
        SEARCH: lambda: Drawn(draw=lambda: iter(cases.search(seed, contract=contract)), requests=1),
        "afterwards": lambda: (
            *(cases.found_again(contract=contract) if loses and "keys" in chosen else ()),
            *cases.afterwards(contract=contract),
            *(cases.shared(again=True, contract=contract) if shares and has_keys else ()),
        ),
        "restart": lambda: (
            *cases.restarted(contract=contract),
            *(cases.after_restart(contract=contract) if loses else ()),
        ),
    }
    chosen = _chosen(phases, restarts=restarts)
    planned = [
        PlannedPhase(
            name=name,
            sequences=makers[name](),
            hostile=name in HOSTILE,
            apart=name in _LOOKS_BACK,
            restarts=name == "restart",
            age=key_age if name == "afterwards" else 0.0,
        )
        for name in PHASES
        if name in chosen
    ]
    if "afterwards" in chosen:
        place = [phase.name for phase in planned].index("afterwards") + 1
        lists = contract.parts.listing is not None
        planned.insert(
            place, PlannedPhase(name="afterwards", sequences=cases.counted(contract=contract), lists=lists, apart=True)
        )
    if "restart" in chosen and loses:
        killed = PlannedPhase(name="restart", sequences=cases.before_restart(contract=contract), apart=True)
        planned.insert([phase.restarts for phase in planned].index(True), killed)
    planned = [_with_keys_taken(contract.parts.idempotency.with_keys(key_format), phase) for phase in planned]
    planned = [
        phase for phase in (pruned(phase, wanted) for phase in planned) if phase.requests > phase.hostile + phase.lists
    ]
    if "smoke" in chosen:
        planned = _without_repeats(contract, planned)
    planned = _with_room(_without_refused(planned))
    if scheduled and (more := max(at_most - _LENGTH, 0) // (_OF_BURSTS * SIZE)):
        planned = _changed(planned, {"bursts"}, lambda some: (*some, *cases.further_bursts(more, contract=contract)))
    planned = _telling_first(_new_first(planned))
    if "smoke" not in chosen:
        planned.insert(0, PlannedPhase(name=PREFLIGHT, sequences=(single(example(contract)),)))
    if any(phase.name in _LOOKS_BACK for phase in planned):
        # What is looked back on at the end is made at the beginning, but after the page's own example.
        first, *rest = planned[0].sequences
        planned[0] = replace(planned[0], sequences=(first, *rest, *cases.keeping(contract=contract)))
    if shares and has_keys:
        first, *rest = planned[0].sequences
        planned[0] = replace(planned[0], sequences=(first, *rest, *cases.shared(contract=contract)))
    if across and any(phase.name == "keys" for phase in planned):
        planned[0] = _meeting(planned[0], nodes, example(contract))
    return tuple(_searching(planned, at_most if at_most > _LENGTH or phases is not None else 0))


def _chosen(phases: tuple[str, ...] | None, *, restarts: bool) -> tuple[str, ...]:
    if phases is None:
        return tuple(name for name in PHASES if restarts or name != "restart")
    if "restart" in phases and not restarts:
        raise UsageError("the phase restart cannot restart the target\ngive --restart-command.")
    return phases


def as_needed(
    contract: Contract,
    selected: tuple[Requirement, ...],
    phases: tuple[str, ...] | None,
    **how: Any,  # noqa: ANN401 - those of plan
) -> Phases:
    """Return what `plan` returns; what comes after the first request is planned once that is answered."""
    chosen = _chosen(phases, restarts=how["restarts"])
    if "combinations" in chosen:
        cases.strength_within(how["strength"], contract)
    first, key = single(example(contract)), contract.parts.idempotency.with_keys(how["key_format"])
    planned = partial(plan, contract, selected, phases, **how)
    if not key.takes(Key().template):
        return planned()
    name = "smoke" if "smoke" in chosen else PREFLIGHT
    return AsNeeded(PlannedPhase(name=name, sequences=(first,), goes_on=True), lambda: _after_the_first(planned()))


def _after_the_first(planned: tuple[PlannedPhase, ...]) -> Iterator[PlannedPhase]:
    begun, *others = planned
    yield replace(begun, sequences=tuple(begun.sequences)[1:])
    yield from others


def _searching(planned: list[PlannedPhase], at_most: int) -> Iterator[PlannedPhase]:
    """Yield the phases, search with what room they leave; none if there is none."""
    room = at_most - _SPARE - sum(phase.requests for phase in planned if phase.name != SEARCH)
    for phase in planned:
        if phase.name != SEARCH:
            yield phase
        elif room > 0 and isinstance(phase.sequences, Drawn):
            draw = partial(_as_many, phase.sequences.draw, room)
            yield replace(phase, sequences=replace(phase.sequences, draw=draw, requests=room))


def _as_many(draw: Callable[[], Iterator[CaseSequence]], requests: int) -> Iterator[CaseSequence]:
    """Yield sequences of at most this many requests."""
    for sequence in draw():
        requests -= len(sequence)
        if requests < 0:
            return
        yield sequence


def _meeting(phase: PlannedPhase, nodes: tuple[str, ...], known: Case) -> PlannedPhase:
    """Return the first phase with a create at each further node, after that at the target: can it be judged?"""
    first, *rest = phase.sequences
    others = (CaseSequence(name=f"the example at {node}", steps=(Step(case=known, node=node),)) for node in nodes[1:])
    return replace(phase, sequences=(first, *others, *rest))


def _with_keys_taken(how: Idempotency, phase: PlannedPhase) -> PlannedPhase:
    """Return a phase without sequences whose keys are not taken, as far as is said of keys."""
    if isinstance(phase.sequences, Drawn):
        return phase
    taken = cache(lambda key: key is None or how.takes(key.template))
    kept = (one for one in phase.sequences if all(taken(step.key) for step in flat(one.steps)))
    return replace(phase, sequences=tuple(kept))


def _once(draw: Callable[[], Iterator[CaseSequence]], requests: int) -> Callable[[], Iterator[CaseSequence]]:
    """Return what yields the same as `draw`, which is asked once: a session that runs the plan again draws nothing.

    Of many requests each is drawn when its turn comes.
    """
    if requests > _KEPT:
        return draw
    lock, drawn = Lock(), list[tuple[CaseSequence, ...]]()

    def again() -> Iterator[CaseSequence]:
        with lock:  # runs of several threads may share the plan
            if not drawn:
                drawn.append(tuple(draw()))
        return iter(drawn[0])

    return again


def _strategies() -> ModuleType:
    """Return what draws: Hypothesis is not loaded before the phase that needs it."""
    strategies: ModuleType = found("ed_contract.strategies.random_cases")
    return strategies


def _with_room(planned: list[PlannedPhase]) -> list[PlannedPhase]:
    """Cut the phases without an end: where the others take more than usual, they give way, mutations least."""
    endless = [phase for phase in planned if phase.name in _MOST and not isinstance(phase.sequences, Drawn)]
    others = sum(phase.requests for phase in planned if phase not in endless)
    most = dict(_MOST)
    if len(endless) == len(_MOST):
        too_many = max(others + sum(_MOST.values()) - _USUAL, 0)
        most = {name: max(number - too_many * _GIVEN[name] // 4, _FEWEST) for name, number in _MOST.items()}
    return [
        replace(phase, sequences=tuple(phase.sequences)[: most[phase.name]]) if phase in endless else phase
        for phase in planned
    ]


def _telling_first(planned: list[PlannedPhase]) -> list[PlannedPhase]:
    """Put the beginnings of some phases before the first of them, and the rest of each where the phase stands."""
    parts = {phase.name: _cut(phase, _TELLING[phase.name]) for phase in planned if phase.name in _TELLING}
    rest = [one for phase in planned for one in (parts[phase.name][1:] if phase.name in parts else (phase,))]
    place = next((number for number, phase in enumerate(planned) if phase.name in parts), 0)
    return [*rest[:place], *(one for name in _TELLING for one in parts.get(name, ())[:1]), *rest[place:]]


def _cut(phase: PlannedPhase, most: int) -> tuple[PlannedPhase, ...]:
    """Return the first requests of a phase, this many, and the rest if there is one."""
    sequences = tuple(phase.sequences)
    sums = list(accumulate(map(len, sequences)))
    first = sum(one <= most for one in sums)
    parts = (sequences[:first], sequences[first:])
    return tuple(replace(phase, sequences=part) for part in parts if part)


def _without_repeats(contract: Contract, planned: list[PlannedPhase]) -> list[PlannedPhase]:
    """Leave out what smoke has done: of mutations what was done to the same requirement, type and options."""
    smoke = [one for phase in planned if phase.name == "smoke" for one in phase.sequences]
    done = {_did(contract, one) for one in smoke}
    left = _changed(
        planned,
        {"mutations", "auth", "boundaries", "bodies"},
        lambda some: (one for one in some if one not in smoke and _did(contract, one) not in done),
    )
    return [phase for phase in left if phase.sequences]


def _changed(
    planned: list[PlannedPhase], names: set[str], change: Callable[[Iterable[CaseSequence]], Iterable[CaseSequence]]
) -> list[PlannedPhase]:
    """Return the phases, those of these names with other sequences."""
    return [
        replace(phase, sequences=tuple(change(phase.sequences))) if phase.name in names else phase for phase in planned
    ]


def _without_refused(planned: list[PlannedPhase]) -> list[PlannedPhase]:
    """Leave out of mutations what is sent as the first of a sequence about keys too."""
    first = {next(one.cases()).body for phase in planned if phase.name == "keys" for one in phase.sequences}
    return _changed(planned, {"mutations"}, lambda some: (one for one in some if next(one.cases()).body not in first))


def _new_first(planned: list[PlannedPhase]) -> list[PlannedPhase]:
    """Put mutations that were done to no create before those that were done to another, in smoke or here."""
    done = {
        case.mutation for phase in planned if phase.name == "smoke" for one in phase.sequences for case in one.cases()
    }

    def is_new(one: CaseSequence) -> bool:
        mutation = next(one.cases()).mutation
        new = mutation not in done
        done.add(mutation)
        return new

    return _changed(planned, {"mutations"}, lambda some: sorted(some, key=lambda one: not is_new(one)))


def _did(contract: Contract, sequence: CaseSequence) -> object:
    """Return what a single mutated case does, or the sequence itself."""
    (first, *others) = sequence.cases()
    if others or first.mutation is None or first.params is None:
        return id(sequence)
    parts, params = contract.parts, first.params
    selected = (name for name in (parts.choice.objects.values() if parts.choice else ()) if name in params)
    done = first.mutation, *selected, *(str(params.get(name)) for name in parts.goes_with)
    # Of what a type has for itself, and of what is left out, other options say something more.
    return (
        done if first.mutation.operator != "removed" and "." not in first.mutation.place else (*done, *sorted(params))
    )


def example(contract: Contract) -> Case:
    """Return the document's own example, or what is plain where it has none."""
    return cases.example_case(contract)


def shrinking(contract: Contract, history: History, group: Group) -> Shrinking:
    """Return what shrinks the findings of a run, of which these may be reported together."""
    moves = Moves(contract.request_schema, cases.plainest(contract), lambda params: expected(contract, params)[0])
    return Shrinking(history, moves, resending(contract.parts.idempotency), group)
