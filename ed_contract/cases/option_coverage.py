"""Coverage of the enum options: which combinations were sent, and which were accepted."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ed_contract.case import Case, Expectation
from ed_contract.cases.options import options_of
from ed_contract.contract import CONTRACT, Contract


def exercised(creates: Iterable[tuple[Case, bool]], *, contract: Contract = CONTRACT) -> tuple[dict[str, Any], ...]:
    """Return a row for each combination of the enum options, sent or not, in a fixed order.

    A row has the single-valued `choices`, "" for none, the `lists` of several values, `sent` and `accepted`, and
    `optional`: whether a right server may refuse it.

    Args:
        creates: valid creates, and whether each was accepted.
        contract: whose options.
    """
    options = options_of(contract)
    names = options.enums
    choices = {name for name in names if any(isinstance(one, str) for one in options.dimensions[name])}
    sent: Counter[tuple[Any, ...]] = Counter()
    accepted: Counter[tuple[Any, ...]] = Counter()
    optional: set[tuple[Any, ...]] = set()
    for case, taken in creates:
        place = options.place_of(case.params or {})
        if place is None:
            continue
        values = tuple(place[name] for name in names)
        sent[values] += 1
        accepted[values] += taken
        if case.expectation is Expectation.EITHER:
            optional.add(values)
    return tuple(
        {
            "choices": {name: one or "" for name, one in zip(names, values, strict=True) if name in choices},
            "lists": {name: one for name, one in zip(names, values, strict=True) if name not in choices},
            "sent": sent[values],
            "accepted": accepted[values],
            "optional": values in optional,
        }
        for values in itertools.product(*(options.dimensions[name] for name in names))
    )
