"""The table of the states of a key: a run meets each cell, and each cell catches a broken server."""

from __future__ import annotations

import pytest
from common.key_cells import cell_of

from ed_contract import api
from ed_contract.contract import CONTRACT
from ed_contract.finding import Finding
from ed_contract.judging import Judged
from ed_contract.record.history import History, Restarted
from ed_contract.record.key_table import TABLE, State, Then
from ed_contract.reference import Reference
from ed_contract.score import ZOO, reached
from ed_contract.zoo import RIGHT

APART = {"idempotency/no-key", "idempotency/one-effect"}  # about no key, and about the list
NOT_HAD = {State.RESTARTED, State.LOST, State.ELSEWHERE}  # of an application in process
BROKEN = {
    (State.UNUSED, Then.SAME): "key-cut-at-128",
    (State.UNUSED, Then.STRANGER): "unknown-is-invalid",
    (State.MADE, Then.SAME): "key-serves-once",
    (State.MADE, Then.REWORDED): "compares-order",
    (State.MADE, Then.TWIN): "payload-not-compared",
    (State.MADE, Then.STRANGER): "replays-without-credential",
    (State.MADE, Then.OTHER_ACCOUNT): "keys-of-all-accounts",
    (State.CONFLICTED, Then.SAME): "conflict-blocks-the-key",
    (State.REFUSED_SINCE, Then.SAME): "refusal-frees-a-used-key",
    (State.REFUSED, Then.SAME): "refused-retry-is-a-conflict",
    (State.MADE_SINCE, Then.SAME): "forgets-what-came-after-a-refusal",
    (State.STRANGERS, Then.SAME): "strangers-take-keys",
    (State.IN_FLIGHT, Then.SAME): "twin-makes-another",
    (State.IN_FLIGHT, Then.TWIN): "twin-is-not-compared",
    (State.LOST, Then.SAME): "rolled-back-with-its-answer",
    (State.ELSEWHERE, Then.SAME): "keys-belong-to-a-node",
    (State.ELSEWHERE, Then.TWIN): "compares-at-one-node",
    (State.LATER, Then.SAME): "forgets-after-256-keys",
    (State.LATER, Then.TWIN): "compares-recent-keys-only",
    (State.RESTARTED, Then.SAME): "keys-in-memory",
}
"""A server for each judged cell that breaks only requirements that judge the cell."""
EITHER = {
    (State.REFUSED, Then.SAME): "failures-replayed",  # it executes again
    (State.REFUSED, Then.TWIN): "refused-keys-are-bound",  # it makes another
    (State.IN_FLIGHT, Then.SAME): "twin-is-refused",  # it waits for the first
    (State.IN_FLIGHT, Then.TWIN): "twin-is-a-conflict",
    (State.LOST, Then.TWIN): "nothing-for-the-gone",  # it makes what the client does not wait for
}
"""Right servers that answer differently from the reference, where both are right."""


def cells_of(target, *, restart=None, **options):
    """Return the cells that a run met, each with the chosen type, and those in which rows were broken."""
    met, found, history = set(), set(), History()

    def watch(event):
        if isinstance(event, Judged):
            history.add(event.interaction)
            cell = cell_of(event.interaction, history)
            met.add((event.interaction.chosen, cell))
            found.update((cell, one.requirement) for one in event.observations if isinstance(one, Finding))

    def restarted():
        restart()
        history.add(Restarted())

    how = {} if restart is None else {"restart": restarted}
    api.run(target, shrink=False, on_event=watch, strict=True, **how, **options)
    return met, found


def test_every_requirement_of_keys_stands_in_the_table():
    """And meets no combination outside the table."""
    rows = {row for some in TABLE.values() for row in some}
    assert rows <= CONTRACT.requirements.keys()
    assert {row for row in CONTRACT.requirements if row.startswith("idempotency/")} - rows == APART


@pytest.mark.parametrize("seed", [1])
def test_a_run_meets_every_cell_with_each_type(seed):
    """Except those that an application in process cannot have: a restart, a connection, other nodes."""
    with Reference() as app:
        target = api.Target.of_app(app, api_key="sk_test_a", second_api_key="sk_test_b")
        met, found = cells_of(target, seed=seed, key_age=0.0)
    assert found == set()
    types = CONTRACT.parts.choice.objects
    assert {(one, cell) for one in types for cell in TABLE if cell[0] not in NOT_HAD} - met == set()


@pytest.mark.parametrize("cell", BROKEN, ids=" ".join)
def test_a_broken_server_shows_in_its_cell(cell):
    """And it breaks no other row, except those that it declares."""
    (server,) = (one for one in ZOO if one.name == BROKEN[cell])
    with reached(server, sockets=False) as (target, beside):
        _, found = cells_of(target, key_age=0.0, **beside)
    assert (cell, server.breaks) in found
    assert {row for _, row in found} <= {*TABLE[cell], *server.also}


def test_there_is_a_broken_server_for_every_judged_cell():
    """And no server stands for a cell in which any answer is right."""
    assert BROKEN.keys() == {cell for cell, rows in TABLE.items() if rows}


def test_where_a_cell_leaves_a_choice_the_zoo_has_the_other_side():
    """A run treats them like all others and finds nothing."""
    assert EITHER.keys() <= TABLE.keys()
    assert {*EITHER.values()} <= {one.name for one in RIGHT}
