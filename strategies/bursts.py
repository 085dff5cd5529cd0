"""Sequences about who sends and when: at once, under another account, with a wrong credential, and much later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ed_contract.case import Burst, Credential, Expectation, Key, Params, Sequence, Step, case

SIZES = (4, 6)
"""Requests of each burst of equal bodies; measured, one of 4 finds a race of 0.1 ms in 95 of 100, four miss none."""

_BASES: tuple[Params, ...] = (
    {
        "name": "Orders at once",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": ["v1.billing.meter.error_report_triggered"],
        "webhook_endpoint": {"url": "https://example.com/my/webhook/endpoint"},
        "include": ["webhook_endpoint.url"],
    },
    {
        "name": "Ledger at once",
        "type": "amazon_eventbridge",
        "event_payload": "snapshot",
        "enabled_events": ["customer.created"],
        "amazon_eventbridge": {"aws_account_id": "012345678901", "aws_region": "eu-west-1"},
    },
)
_WRONG = (Credential.NONE, Credential.EMPTY, Credential.OTHER_SCHEME, Credential.UNKNOWN)
KEPT = 3  # keys that are made at the beginning, to be looked back on at the end


def bursts() -> tuple[Sequence, ...]:
    """Return the bursts: equal bodies of several sizes, then different bodies, on both types, then different keys."""
    equal = [
        Sequence(
            name=f"{size} times {base['type']} at once",
            steps=(
                Burst(steps=(Step(case=case(f"{base['type']}, {size} at once", base)),) * size),
                Step(case=case(f"{base['type']}, after a burst", base), patient=True),
            ),
        )
        for base in _BASES
        for size in SIZES
    ]
    different = [
        Sequence(name=f"different {base['type']} at once", steps=(Burst(steps=tuple(_different(base))),))
        for base in _BASES
        for _ in range(2)
    ]
    return (*equal, *different, _of_several())


def _of_several() -> Sequence:
    """Return the burst of creates that have nothing to do with each other: each key is another's."""
    steps = tuple(
        Step(
            case=case(
                f"{base['type']}, one of 6 under other keys", {**base, "name": f"{base['name']}, by itself {number}"}
            ),
            key=Key(label=f"key {number}"),
        )
        for number, base in enumerate(_BASES * 3)
    )
    return Sequence(name="6 creates at once, each under its own key", steps=(Burst(steps=steps),))


def _different(base: Params) -> Iterator[Step]:
    for number in range(4):
        yield Step(case=case(f"{base['type']}, one of 4 bodies at once", {**base, "name": f"{base['name']} {number}"}))


def authentication() -> tuple[Sequence, ...]:
    """Return the creates without a right credential, at last two under keys that were used with one."""
    wrong = [
        Sequence(name=credential.value, steps=(_uncredited(_BASES[number % len(_BASES)], credential),))
        for number, credential in enumerate(_WRONG)
    ]
    used = [
        Sequence(
            name=f"a used key, credential: {credential.value}",
            steps=(Step(case=case("under a right credential", _BASES[0])), _uncredited(_BASES[0], credential)),
        )
        for credential in (Credential.NONE, Credential.UNKNOWN)
    ]
    return (*wrong, *used)


def _uncredited(params: Params, credential: Credential) -> Step:
    return Step(
        case=case(f"credential: {credential.value}", params, Expectation.EITHER),
        credential=credential,
    )


def accounts() -> tuple[Sequence, ...]:
    """Return the creates of a second account under keys of the first."""
    made = []
    for base in _BASES:
        include = {"include": ["webhook_endpoint.signing_secret"]} if base["type"] == "webhook_endpoint" else {}
        first = {**base, **include}
        for name, second in (("the same", first), ("other", {**first, "name": "Another account's"})):
            theirs = case(f"{name} params under another account's key", second, Expectation.EITHER)
            steps: tuple[Step, ...] = (
                Step(case=case("of the first account", first)),
                Step(case=theirs, credential=Credential.SECOND),
            )
            if name == "other":  # what the second account does changes nothing for the first
                steps += (Step(case=case("of the first account, again", first)),)
            made.append(Sequence(name=f"{base['type']}: {name} params from two accounts", steps=steps))
    return tuple(made)


def _kept() -> Iterator[Step]:
    for number in range(KEPT):
        base = _BASES[number % len(_BASES)]
        params = {**base, "name": f"{base['name']}, kept {number}"}
        yield Step(case=case(f"{base['type']}, to be remembered", params), key=Key(label=f"@kept-{number}"))


def keeping() -> tuple[Sequence, ...]:
    """Return the creates whose keys are asked for again at the end of a run."""
    return tuple(Sequence(name=step.case.name, steps=(step,)) for step in _kept())


def afterwards() -> tuple[Sequence, ...]:
    """Return the replays of what `keeping` made, and then other parameters under two of the keys."""
    again = tuple(Sequence(name=f"{step.case.name}: asked for again", steps=(step,)) for step in _kept())
    return (*again, *map(_with_another_name, list(_kept())[:2]))


def _with_another_name(step: Step) -> Sequence:
    params = {**(step.case.params or {}), "name": "Not what is remembered"}
    other = replace(step, case=case(f"{step.case.name}: other parameters", params))
    return Sequence(name=other.case.name, steps=(other,))


def restarted() -> tuple[Sequence, ...]:
    """Return the replays of what `keeping` made, for after a restart."""
    return tuple(Sequence(name=f"{step.case.name}: after a restart", steps=(step,)) for step in _kept())
