"""What a used key must do with the same parameters: return its first destination again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.case import Fault
from ed_contract.checks.context import Context, are_apart, check, held, id_shown
from ed_contract.checks.echo import agree, is_echoed
from ed_contract.checks.evidence import changed_by_others, no_word_of_the_key
from ed_contract.checks.refused import REMEMBERS
from ed_contract.checks.timestamps import is_same_moment
from ed_contract.contract.schemas import member
from ed_contract.finding import Finding, Observation, Unclear
from ed_contract.interaction import NOT_JSON, NOT_PARSED, Interaction, Response
from ed_contract.record.answers import said
from ed_contract.record.key_table import MANY
from ed_contract.record.values import same, shown, start

AFTER_A_BURST = "idempotency/burst/one-destination"
"""The requirement of a replay of what a burst created."""
LOST = "idempotency/lost-answer"
"""The requirement of a replay of what was created after we hung up and lost an answer."""
ACROSS = "idempotency/across-replicas"
"""The requirement of a key that was used at another node of the service."""
_UNREAD = (NOT_JSON, NOT_PARSED)
_EMPTY: tuple[object, ...] = (None, "", [], {})


@check(
    "idempotency/replay",
    "idempotency/conflict/keeps-first",
    "idempotency/same-parameters",
    "idempotency/remembers",
    "idempotency/survives-restart",
    REMEMBERS,
)
def a_replay_gives_the_same_destination(context: Context) -> Iterator[Observation]:
    """Judge a used key with the same parameters; after a conflict that is `keeps-first`."""
    if context.answer is not None and context.unlike is not None and not changed_by_others(context):
        yield _unlike(context, context.unlike, context.answer)
    elif (row := row_of_a_replay(context)) not in {AFTER_A_BURST, LOST, ACROSS}:
        yield from judged_replay(context, row)


def judged_replay(context: Context, row: str) -> Iterator[Observation]:
    """Judge a used key with the same parameters for a requirement, if it is such a key."""
    first, answer = context.first, context.answer
    if first is None or answer is None or not context.is_replay:
        return
    conflict, mates = context.history.last_changed(first, context.interaction), context.history.burst_of(first)
    before = (*(mates or (first,)), *([conflict] if conflict is not None and conflict not in mates else ()))
    history = context.history
    of_the_key = {REMEMBERS: history.refused_first, LOST: history.hung_up_before}
    earlier = of_the_key[row](first) if row in of_the_key else None
    before = before if earlier is None else (earlier, *before)
    others = context.history.keys_between(first, context.interaction) if row == "idempotency/remembers" else 0
    expected = f"the {context.noun.one} {id_shown(first)} again"
    if row == ACROSS:
        expected += f": created at {first.node}, requested at {context.interaction.node}"
    if answer.says_nothing or answer.failed:
        yield Unclear(requirement=row, reason=f"answered {answer.status}")
    elif doubt := no_word_of_the_key(context, answer):
        yield Unclear(requirement=row, reason=doubt)
    elif not answer.successful:
        yield context.finding(
            row,
            "refused",
            expected=expected,
            actual=said(answer),
            before=before,
            between=others,
        )
    elif (difference := _difference(first, context.interaction)) is not None:
        fault, actual = difference
        differs = fault == another(context.interaction)
        if differs and len({id_shown(one) for one in mates if one.created is not None}) > 1:
            return  # the burst created several, and that is reported there
        yield context.finding(
            row,
            unknown_elsewhere(fault) if differs and row == ACROSS else fault,
            expected=expected,
            actual=actual,
            before=before,
            between=others,
        )
    else:
        yield held(row)


def _unlike(context: Context, twin: Interaction, answer: Response) -> Finding:
    """Return the finding of a success that shows no destination, or a wrapped one, whatever came in between."""
    came = (
        "no body"
        if not answer.body
        else start(answer.body, 80)
        if answer.document in _UNREAD
        else shown(answer.document)
    )
    return context.finding(
        "idempotency/replay",
        f"no {context.noun.one}",
        expected=f"the {context.noun.one} {id_shown(twin)} again",
        actual=f"{answer.status} with {came}",
    )


def unknown_elsewhere(text: str, *, requests: int = 2) -> Fault:
    """Return the fault of a key unknown to another node, shown by this many requests: one bug, reported once."""
    return Fault(text=text, family=ACROSS, size=requests)


def another(again: Interaction) -> str:
    """Return the fault of a replay that returns something else."""
    return f"another {again.contract.noun.one}"


def row_of_a_replay(context: Context) -> str:
    """Return the requirement of a replay, by what came between it and the first create; "" if it is not a replay."""
    first = context.first
    if first is None or not context.is_replay or context.unlike is not None:
        return ""
    if _said(first) != _said(context.interaction):
        return "idempotency/same-parameters"
    if are_apart(first, context.interaction, *context.history.burst_of(first)):
        return ACROSS
    if context.history.restarted_between(first, context.interaction):
        return "idempotency/survives-restart"
    if context.history.keys_between(first, context.interaction) >= MANY:
        return "idempotency/remembers"
    if first.burst is not None:
        return AFTER_A_BURST
    if context.history.hung_up_before(first) is not None:
        return LOST
    if context.history.refused_first(first) is not None:
        return REMEMBERS
    changed = context.history.last_changed(first, context.interaction)
    return "idempotency/replay" if changed is None else "idempotency/conflict/keeps-first"


def _said(interaction: Interaction) -> object:
    """Return the body and the headers as written, except for the case of the headers' names."""
    written = interaction.case.headers or interaction.contract.headers.ours
    return interaction.case.body, frozenset((name.lower(), value) for name, value in written)


def _difference(first: Interaction, again: Interaction) -> tuple[str, str] | None:
    """Return the fault and what came, if `again` is not the destination that `first` created."""
    one, other, parts = first.created or {}, again.created or {}, again.contract.parts
    identity, params = parts.identity, first.case.params or {}
    if not same(first.id, again.id):
        return another(again), f"another {again.contract.noun.one}: `{identity.id}` is {shown(again.id)}"
    before, after = (member(made, identity.created) for made in (one, other))
    if not same(before, after) and not (
        isinstance(before, str) and isinstance(after, str) and is_same_moment(before, after)
    ):
        return identity.created, _but(identity.id, identity.created, before, after)
    for echo in parts.echoes:
        before, after = member(one, echo.shown), member(other, echo.shown)
        if member(params, echo.place) in _EMPTY and (before in _EMPTY or after in _EMPTY):
            continue  # what was not sent may be absent, null or empty, or have a default
        if is_echoed(again.contract, echo, params) and not agree(echo, before, after):
            return echo.place, _but(identity.id, echo.place, before, after)
    if first.secret is not None and again.secret is not None and not same(first.secret, again.secret):
        return parts.secret, f"the same `{identity.id}`, but another `{parts.secret}`"
    return None


def _but(identifier: str, place: str, before: object, after: object) -> str:
    return f"the same `{identifier}`, but `{place}` was {shown(before)} and is now {shown(after)}"
