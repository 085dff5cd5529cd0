"""Creates as the clients of a contract send them: with their headers, or with headers spelled otherwise than ours."""

from __future__ import annotations

from dataclasses import replace

from ed_contract.case import Case, CaseSequence, Expectation, Key, Params, Step, single
from ed_contract.cases.valid import example_case, valid_case
from ed_contract.contract import Contract
from ed_contract.contract.headers import KEY, VERSION, Written

_OTHERS = {"Accept": "*/*", "User-Agent": "another-client/1.0"}


def in_lower_case(written: Written, *names: str) -> Written:
    """Return headers with some names, or all if none are given, in lower case: HTTP treats them as the same."""
    return tuple((name.lower() if name in names or not names else name, value) for name, value in written)


def from_another(contract: Contract, params: Params) -> Case:
    """Return the case that sends valid params as a client other than ours does."""
    headers = tuple((name, _OTHERS.get(name, value)) for name, value in contract.headers.ours)
    return replace(valid_case(params, "the same, from another client", contract=contract), headers=headers)


def without_key(contract: Contract) -> tuple[Step, ...]:
    """Return the document's example as clients without idempotency keys send it."""
    if contract.parts.idempotency.required:
        return ()
    return tuple(_sent_by(contract, name) for name in contract.headers.clients if not _has_key(contract, name))


def with_key(contract: Contract) -> tuple[CaseSequence, ...]:
    """Return the document's example as clients with idempotency keys send it, and in two more ways.

    Header names in lower case mean the same. Whether a create needs the API version header is unspecified.
    """
    headers = contract.headers
    found = [CaseSequence(name=step.case.name, steps=(step,)) for step in _by_clients_with_key(contract)]
    if not headers.clients:
        return ()
    lower = _written(contract, "header names in lower case", in_lower_case(headers.ours))
    found.append(single(lower))
    if headers.version:
        unversioned = tuple((name, value) for name, value in headers.ours if VERSION not in value)
        left_open = _written(contract, "without an API version", unversioned)
        found.append(single(replace(left_open, expectation=Expectation.EITHER)))
    return tuple(found)


def _by_clients_with_key(contract: Contract) -> list[Step]:
    return [_sent_by(contract, name) for name in contract.headers.clients if _has_key(contract, name)]


def _sent_by(contract: Contract, client: str) -> Step:
    headers = contract.headers.clients[client]
    case = _written(contract, f"as {client} sends it", headers)
    media_type = next((value for name, value in headers if name.lower() == "content-type"), None)
    return Step(case=replace(case, media_type=media_type), key=Key() if _has_key(contract, client) else None)


def _written(contract: Contract, how: str, headers: Written) -> Case:
    example = example_case(contract)
    return replace(example, name=f"{example.name}, {how}", headers=headers)


def _has_key(contract: Contract, client: str) -> bool:
    return any(KEY in value for _, value in contract.headers.clients[client])
