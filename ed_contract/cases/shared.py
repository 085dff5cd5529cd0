"""Creates that all shards of a run send under the same keys: what one of them made, the others must be given."""

from __future__ import annotations

from ed_contract.case import SHARED, CaseSequence, Key, Step
from ed_contract.cases.creates import Creates, one_of_each
from ed_contract.cases.valid import summary, valid_case
from ed_contract.contract import CONTRACT, Contract

_KEYS = 8


def shared(*, again: bool = False, contract: Contract = CONTRACT) -> tuple[CaseSequence, ...]:
    """Return the creates; `again`: the same ones, for the end of the run.

    They ask for no secret, which a replay may hide, and wait while another shard's create is in progress.
    """
    creates, shapes = Creates(contract, seed=8), one_of_each(contract)
    made = []
    for number in range(_KEYS):
        params = creates.plain(shapes[number % len(shapes)])
        named = f"{summary(params, contract=contract)}, from every shard{', again' if again else ''}"
        step = Step(case=valid_case(params, named, contract=contract), key=Key(label=f"{SHARED}{number}"), patient=True)
        made.append(CaseSequence(name=named, steps=(step,)))
    return tuple(made)
