"""Whether a key has one effect, counted in the list of what was created."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.checks.context import Context, check, held
from ed_contract.contract.schemas import member
from ed_contract.finding import Observation, Unclear
from ed_contract.record.values import canonical, shown

_ROW = "idempotency/one-effect"


@check(_ROW)
def a_key_has_one_effect(context: Context) -> Iterator[Observation]:
    """Judge how many destinations have the name that only the creates under one key used.

    None proves nothing: a list may lag. If the creates were themselves answered with several, or nothing conflicts
    under the key, that is reported there.
    """
    listed, first = context.history.listed, context.first
    if listed is None or first is None:
        return
    name = member(first.case.params, context.contract.parts.identity.label)
    under = [one for one in context.history.under_key_before(context.interaction) if one.created is not None]
    if not isinstance(name, str) or (listed.ids is not None and name not in listed.ids):
        return
    if len({canonical(one.id) for one in under}) > 1:
        return
    ids = () if listed.ids is None else listed.ids[name]
    if len(ids) > 1:
        yield context.finding(
            _ROW,
            f"several {context.noun.many}",
            expected=f"one {context.noun.one} named {shown(name)} in the list",
            actual=f"the list shows {len(ids)}: {', '.join(map(shown, ids))}",
            before=tuple(under),
        )
    elif ids:
        yield held(_ROW)
    else:
        nothing = "there is no list" if listed.ids is None else f"the list does not show the {context.noun.one}"
        yield Unclear(requirement=_ROW, reason=nothing, applies=False)
