"""What must become of params: the documented schema and the realistic one decide, and nothing else does.

Valid under both, they are taken by any real server; invalid under the documented one, they are refused. Between the
two the page is silent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from ed_contract.case import Expectation, Mutation, Params
from ed_contract.contract import Contract, row_of
from ed_contract.contract.validator import validator
from ed_contract.kinds.broken import Broken
from ed_contract.kinds.predicates import Checked

AS_GIVEN = "as given"
"""What was done to params that others made: nothing that we know of."""
SEVERAL = "several"
"""What was done to params that break several requirements."""
_EMPTY: tuple[object, ...] = (None, "", [], {})


@cache
def _validator(contract: Contract, *, realistic: bool) -> Checked:
    if not realistic:
        return validator(contract.request_schema)
    # That it is valid is known by then, but for numbers: 100.0 is an integer to JSON Schema, and not to some servers.
    documented = [contract.request_schema] if '"integer"' in json.dumps(contract.request_schema) else []
    return validator({"allOf": [*documented, contract.realistic_schema]}, points=False)


def expected(contract: Contract, params: Params) -> tuple[Expectation, Mutation | None]:
    """Return what must become of params, and for REJECT the requirement that they break, the first if there are more.

    What breaks a keyword that no requirement is about is EITHER: no sentence could say what is wrong with the answer.
    An optional parameter that is null or empty may be treated as not given; so may an object that the create does
    not choose. What is wrong in there is EITHER.
    """
    errors = list(_validator(contract, realistic=False).broken(params))
    if not errors:
        taken = _validator(contract, realistic=True).is_valid(params)
        return Expectation.ACCEPT if taken else Expectation.EITHER, None
    rows = (row for error in errors if not _may_be_left_out(contract, params, error) for row in _rows(error))
    broken = [row for row in dict.fromkeys(rows) if row in contract.requirements]  # of `oneOf` there is no sentence
    if not broken:
        return Expectation.EITHER, None
    place = broken[0].removeprefix("request/").rpartition("/")[0]
    operator = SEVERAL if broken[1:] else AS_GIVEN
    return Expectation.REJECT, Mutation(requirement=broken[0], operator=operator, place=place)


def _rows(error: Broken) -> Iterator[str]:
    """Yield the requirements that an error is about."""
    path = error.words
    if error.keyword != "required":
        yield row_of("request", path)
        return
    # An error of `required` is about one member, and does not say which.
    yield from (row_of("request", path, missing=name) for name in error.said if name not in error.value)


def _may_be_left_out(contract: Contract, params: Params, error: Broken) -> bool:
    """Whether what is wrong may be treated as if it were not there."""
    path = error.path
    if not path:
        return False
    head, choice = path[0], contract.parts.choice
    if choice is not None and head in choice.objects.values():
        if choice.objects.get(contract.chosen(params) or "") != head:
            return True
        if error.keyword == "required":
            return False  # the object is there, and empty
    schema: Any = contract.request_schema
    for step in path[:-1]:
        schema = schema.get("properties", {}).get(step, {}) if isinstance(step, str) else schema.get("items") or {}
    optional = isinstance(path[-1], str) and path[-1] not in schema.get("required", ())
    return optional and error.value in _EMPTY
