"""What happens to values that the contract leaves open: as sent, in another form, in another order, or ignored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ed_contract.case import Expectation, Params
from ed_contract.checks.echo import as_shown, is_echoed, is_left_open
from ed_contract.contract import Contract, Echo
from ed_contract.contract.schemas import member
from ed_contract.excerpt import Long
from ed_contract.expecting import expected
from ed_contract.interaction import Interaction, Response
from ed_contract.kinds.forms import is_normalised, is_same_url, is_unusual
from ed_contract.record.history import History
from ed_contract.record.values import canonical, same, shown
from ed_contract.report.card.answers import cut, is_first, refused_with

_AS_SENT = "as sent"
_NEWLINES = re.compile(r"\s*[\r\n]\s*")
_FORMS = (
    ("trimmed", str.strip),
    ("in NFC", lambda text: unicodedata.normalize("NFC", text)),
    ("with newlines as spaces", lambda text: _NEWLINES.sub(" ", text)),
    ("in lower case", str.lower),
)
"""What servers do to texts, alone or combined."""


def is_text(echo: Echo) -> bool:
    """Whether a member that comes back is a text of any form, or holds such texts."""
    return echo.kind in {"text", "map"}


def is_url(echo: Echo) -> bool:
    """Whether a member that comes back is a URL."""
    return echo.kind == "url"


def is_list(echo: Echo) -> bool:
    """Whether a member that comes back is a list."""
    return echo.is_list


def is_map(echo: Echo) -> bool:
    """Whether a member that comes back is a map."""
    return echo.kind == "map"


def _shown_of(one: Interaction, history: History, wanted: Callable[[Echo], bool]) -> Iterator[tuple[Echo, Any, Any]]:
    """Yield each wanted echoed member of a first create, as sent and as it came back; long ones are left out."""
    made, params = one.created, one.case.params
    if made is None or params is None or not is_first(one, history):
        return
    for echo in filter(wanted, one.contract.parts.echoes):
        sent, got = as_shown(echo, member(params, echo.place)), member(made, echo.shown)
        if sent in (None, "", [], {}) or got is None or isinstance(got, Long):
            continue
        if is_echoed(one.contract, echo, params) and not is_left_open(echo, sent):
            yield echo, sent, got


def texts(one: Interaction, history: History) -> Iterator[str]:
    """Yield in which form unusual texts come back."""
    for echo, sent, got in _shown_of(one, history, is_text):
        if is_unusual(sent):
            yield f"`{echo.place}` {_form(sent, got)}"


def _form(sent: object, got: object) -> str:
    """Return what happened to a text, or to the texts of a map."""
    if same(sent, got):
        return _AS_SENT
    if isinstance(sent, dict) and isinstance(got, dict):
        pairs = [(value, got[key]) for key, value in sent.items() if key in got and not same(value, got[key])]
        forms = {_form(*pair) for pair in pairs} if pairs and sent.keys() == got.keys() else {""}
        if len(forms) == 1 and (form := forms.pop()):
            return form
    if isinstance(sent, str) and isinstance(got, str):
        done = [name for name, make in _FORMS if make(sent) != sent and make(got) == got]
        if done and is_normalised(sent, got):
            return " and ".join(done)
    return "in another form" if is_normalised(sent, got) else "changed"


def urls(one: Interaction, history: History) -> Iterator[str]:
    """Yield in which form URLs come back."""
    for echo, sent, got in _shown_of(one, history, is_url):
        form = _AS_SENT if same(sent, got) else "rewritten" if is_same_url(sent, got) else "changed"
        yield f"`{echo.place}` {form}"


def order_of_lists(one: Interaction, history: History) -> Iterator[str]:
    """Yield in which order the elements of lists come back; if sent sorted, the order shows nothing."""
    for echo, sent, got in _shown_of(one, history, is_list):
        if not (isinstance(sent, list) and isinstance(got, list)):
            continue
        kept = list(dict.fromkeys(map(canonical, sent)))
        order = _order(kept, list(dict.fromkeys(map(canonical, got))))
        if order:
            yield f"`{echo.place}` {order}"


def duplicate_elements(one: Interaction, history: History) -> Iterator[str]:
    """Yield whether elements that were sent twice come back twice."""
    for echo, sent, got in _shown_of(one, history, is_list):
        if not (isinstance(sent, list) and isinstance(got, list)):
            continue
        if len(set(map(canonical, sent))) < len(sent):
            yield f"`{echo.place}` {'kept' if len(got) == len(sent) else 'dropped'}"


def order_of_maps(one: Interaction, history: History) -> Iterator[str]:
    """Yield in which order the keys of maps come back."""
    for echo, sent, got in _shown_of(one, history, is_map):
        if isinstance(sent, dict) and isinstance(got, dict):
            order = _order(list(sent), list(got))
            if order:
                yield f"`{echo.place}` {order}"


def _order(sent: list[str], got: list[str]) -> str:
    """Return the order in which the same elements came back, or "" if it shows nothing."""
    if sent == sorted(sent) or sorted(sent) != sorted(got):
        return ""
    return _AS_SENT if got == sent else "sorted" if got == sorted(got) else "in another order"


def unknown_fields(one: Interaction, history: History) -> Iterator[str]:
    """Yield what happened to a single unknown field in an otherwise valid create."""
    for place, answer in _odd(one, history, lambda params: _unknown(params, one.contract)):
        if one.created is None:
            yield refused_with(answer)
        else:
            yield "accepted and shown" if member(one.created, place) is not None else "accepted but not shown"


def _odd(
    one: Interaction, history: History, places_of: Callable[[Params], Iterable[str]]
) -> Iterator[tuple[str, Response]]:
    """Yield the one odd place of a create that would be accepted without it, and the answer."""
    params, answer = one.case.params, one.answer
    if params is None or one.case.expectation is not Expectation.EITHER or not is_first(one, history):
        return
    if not isinstance(answer, Response) or answer.says_nothing:
        return
    found = list(places_of(params))
    if len(found) == 1 and expected(one.contract, _without(params, found[0]))[0] is Expectation.ACCEPT:
        yield found[0], answer


def _unknown(params: Params, contract: Contract) -> Iterator[str]:
    """Yield the places of fields that a request's schema does not name, in objects whose members it does name."""
    objects = [("", contract.request_schema), *((one.place, one.schema) for one in contract.request_places)]
    for place, said in objects:
        holder = member(params, place) if place else params
        if said.get("properties") and isinstance(holder, Mapping):
            yield from (f"{place}.{name}".lstrip(".") for name in holder if name not in said["properties"])


def _without(params: Params, place: str) -> dict[str, Any]:
    """Return params without what is at a place."""
    head, _, rest = place.partition(".")
    if not rest:
        return {name: value for name, value in params.items() if name != head}
    return {name: _without(value, rest) if name == head else value for name, value in params.items()}


def nulls(one: Interaction, history: History) -> Iterator[str]:
    """Yield whether an otherwise valid create with null in an optional field was accepted."""

    def null(params: Params) -> Iterator[str]:
        optional = (place.place for place in one.contract.request_places if not place.required)
        return (place for place in optional if _is_null(params, place))

    for place, answer in _odd(one, history, null):
        yield f"`{place}`: {'accepted' if one.created is not None else refused_with(answer)}"


def _is_null(params: Params, place: str) -> bool:
    parent, _, name = place.rpartition(".")
    holder = member(params, parent) if parent else params
    return isinstance(holder, Mapping) and name in holder and holder[name] is None


def defaults(one: Interaction, history: History) -> Iterator[str]:
    """Yield what a first answer shows at places where nothing was sent."""
    made, params, contract = one.created, one.case.params, one.contract
    if made is None or params is None or one.case.expectation is Expectation.REJECT or not is_first(one, history):
        return
    for echo in contract.parts.echoes:
        name, parent = echo.place.rpartition(".")[2], echo.place.rpartition(".")[0]
        holder = member(params, parent) if parent else params
        if not echo.optional or echo.on_request or not isinstance(holder, Mapping) or name in holder:
            continue
        above, _, own = echo.shown.rpartition(".")
        showing = member(made, above) if above else made
        if isinstance(showing, Mapping):
            yield f"`{echo.place}`: {cut(shown(showing[own])) if own in showing else 'absent'}"
