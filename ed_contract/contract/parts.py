"""What a document says beyond its schemas: what comes back, what is returned on request, what a choice selects.

Read from the annotations, whose names begin with `x-`; knows no requests and no answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any, TypeAlias

from ed_contract.contract.document import Operation
from ed_contract.contract.keys import Form, form_named, form_of, pattern_named, takes
from ed_contract.contract.schemas import Place, bare, places
from ed_contract.contract.variants import condition_of, is_needed

_KEY = "idempoten"  # in the name of the header that carries a key
_UNDOCUMENTED = (400, 409, 422)  # with which other servers refuse a used key


Shape: TypeAlias = Mapping[str, "Shape"] | None
"""The members of an object that are compared, `[]` for the elements of a list; None compares everything."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Echo:
    """A member of the response that shows what the request had at the same place."""

    place: str  # a dotted name
    shown: str  # where it is shown: the same place, but for an object that wraps the answer
    as_set: bool  # a list whose order does not matter
    shown_as: Mapping[str, str]  # values that come back under other names
    when: Mapping[str, Any] | None  # the JSON Schema of the params for which it holds; None: for all
    said: str  # what `when` says, as the end of a sentence
    required: bool  # in its object of the response: the schema's row reports it if missing
    on_request: bool
    selected: str  # the selected object that it is part of, or ""
    kind: str  # of the request's field
    is_list: bool
    optional: bool  # the request may omit it
    shape: Shape = None  # of the objects in which only documented members are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRequest:
    """A member of the response that is returned only if a list in the request names it."""

    place: str
    asked_in: str  # the request's list
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A field of the request that selects one of several objects."""

    place: str
    objects: Mapping[str, str]  # by the value
    shows: frozenset[str]  # the objects of the response that show something even without a request


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The members of the response that tell one object from another; "" if there is none."""

    id: str = "id"
    created: str = ""
    updated: str = ""
    label: str = ""  # a text of the request that comes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """How keys are sent, and how a used one is refused."""

    header: str  # "" if creates have no key
    statuses: tuple[int, ...]  # of a conflict
    in_flight: tuple[int, ...]  # while the first request under the key may be in progress
    code: str = ""  # of a conflict; "" if the document names none
    required: bool = False  # whether a create without a key may be refused
    documented: bool = True  # whether the document says that a key reused with different parameters is refused
    schema: Mapping[str, Any] = made_by(default_factory=dict)  # of a key; {} if the document does not say
    example: Any = None  # of a key

    named: str = ""  # the requested form of fresh keys, if any: `uuid`, `prefix:TEXT` or `regex:RE`

    @property
    def form(self) -> Form:
        """The form of fresh keys."""
        return form_named(self.named) if self.named else form_of(self.schema, self.example)

    def takes(self, template: str) -> bool:
        """Whether a key made from a `Key` template is allowed, as far as the document describes keys."""
        schema = {"pattern": pattern_named(self.named)} if self.named else self.schema
        return takes(schema, self.form, template) if schema.keys() - {"type"} else True

    def with_keys(self, named: str | None) -> Idempotency:
        """Return the same with keys of another form, if one is requested."""
        return replace(self, named=named) if named else self

    @property
    def said(self) -> str:
        """The statuses of a conflict, as a sentence names them."""
        return " or ".join(map(str, self.statuses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where the list that a GET at the operation's path returns shows what was created."""

    items: str
    next: str = ""  # the address of the next page; "" if there is only one page


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Discouraged:
    """Creates that should be refused, although the documented schema allows them."""

    id: str  # after `request/`
    statement: str
    when: Mapping[str, Any]  # the JSON Schema of their params
    live: str = ""  # the member of the response that shows live mode, if it holds only there


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that one operation says beyond its schemas."""

    echoes: tuple[Echo, ...] = ()
    on_request: tuple[OnRequest, ...] = ()
    choice: Choice | None = None
    identity: Identity = made_by(default_factory=Identity)
    idempotency: Idempotency
    listing: Listing | None = None
    secret: str = ""  # the place of the member that is never printed
    secret_prefix: str = ""
    successes: tuple[int, ...] = ()  # the statuses of a successful create; none: any 2xx
    envelope: tuple[str, ...] = ()  # the strings that a refusal must have
    discouraged: tuple[Discouraged, ...] = ()
    kinds: Mapping[str, str] = made_by(default_factory=dict)
    """The kinds that fields of the request name, by place."""
    goes_with: Mapping[str, frozenset[str]] = made_by(default_factory=dict)
    """By a field with few values, the fields that a realistic create has to change with it."""
    excludes: Mapping[tuple[str, str], frozenset[str]] = made_by(default_factory=dict)
    """By a field and its value, the fields that a realistic create does not combine with it."""

    def echo(self, place: str) -> Echo | None:
        """Return how a member comes back, or None if the document does not say."""
        return next((one for one in self.echoes if one.place == place), None)


def parts_of(operation: Operation) -> Parts:
    """Return what an operation and its annotations say beyond its schemas."""
    request, response = operation.request, operation.response
    sent = {one.place: one for one in places(request)}
    choice = next((_choice(one, response) for one in sent.values() if "x-selects" in one.schema), None)
    selected = frozenset() if choice is None else frozenset(choice.objects.values())
    shown = tuple(places(response))
    secrets = [one for one in shown if "x-secret" in one.schema]
    return Parts(
        echoes=tuple(_echoes(operation, selected)),
        on_request=tuple(
            OnRequest(place=one.place, asked_in=one.schema["x-on-request"], secret="x-secret" in one.schema)
            for one in sorted(shown, key=lambda one: "x-secret" in one.schema)
            if "x-on-request" in one.schema
        ),
        choice=choice,
        identity=Identity(**response.get("x-identity", {"id": _identifier(operation)})),
        idempotency=_idempotency(operation),
        listing=Listing(**operation.node["x-list"]) if "x-list" in operation.node else None,
        secret=secrets[0].place if secrets else "",
        secret_prefix=str(secrets[0].schema["x-secret"]) if secrets else "",
        successes=_successes(operation.statuses),
        envelope=tuple(_texts(operation.error)),
        discouraged=tuple(Discouraged(**one) for one in request.get("x-should", ())),
        kinds={place: one.schema["x-kind"] for place, one in sent.items() if "x-kind" in one.schema},
        goes_with={
            name: others for name, others in _going_with(request).items() if choice is None or name != choice.place
        },
        excludes=dict(_excluding(request)),
    )


def _identifier(operation: Operation) -> str:
    """Return the place of the member that may tell one object from another, "" if none looks like it.

    It is `id`, or is named after the path: `ticketId` or `ticket_id` for `/tickets`; at the top level, or in the
    object that wraps the response's content.
    """
    members = operation.response.get("properties", {})
    noun = operation.path.rstrip("/").rpartition("/")[2].removesuffix("s")
    names = ("id", f"{noun}Id", f"{noun}_id", "uuid", "guid")
    if found := next((name for name in names if name in members), ""):
        return found
    wrapped = [(name, one) for name, one in members.items() if name in ("data", noun) and isinstance(one, Mapping)]
    inside = (f"{name}.{own}" for name, one in wrapped for own in names if own in one.get("properties", {}))
    return next(inside, "")


def _successes(statuses: Iterable[str]) -> tuple[int, ...]:
    found = [one for one in statuses if one.startswith("2")]
    return tuple(sorted(int(one) for one in found)) if all(one.isdecimal() for one in found) else ()


def _texts(schema: Mapping[str, Any], parent: str = "") -> Iterator[str]:
    """Yield the places of the strings that an object must have, including those in objects that it must have."""
    for name, child in schema.get("properties", {}).items():
        if name in schema.get("required", ()) and isinstance(child, Mapping):
            if child.get("type") == "string":
                yield f"{parent}{name}"
            yield from _texts(child, f"{parent}{name}.")


def _idempotency(operation: Operation) -> Idempotency:
    """Return how keys are sent, and refused.

    If the document names no status, 409 counts if it has an answer for it; otherwise 422 counts too. 422 is often
    documented for any invalid body, so by itself it says nothing against 409. If it has neither, every status counts
    that other servers use for a conflict, and that there is a conflict at all is only a SHOULD.
    """
    said = operation.node.get("x-idempotency", {})
    named = (name for name in operation.headers if _KEY in name.lower())
    known = operation.statuses & {"409", "422"}
    if "status" in said:
        statuses: tuple[int, ...] = (said["status"],)
    else:
        statuses = (409,) if known == {"409"} else (409, 422) if known else _UNDOCUMENTED
    usual = (409,) if statuses == _UNDOCUMENTED else (409, *statuses)
    in_flight = (said["in_flight"],) if "in_flight" in said else tuple(dict.fromkeys(usual))
    header = said.get("header") or next(named, "")
    of_key = operation.headers.get(header, {})
    return Idempotency(
        header=header,
        statuses=statuses,
        in_flight=in_flight,
        code=said.get("code", ""),
        required=of_key.get("required") is True,
        documented=bool(known or said.keys() & {"status", "code"}),
        schema=bare(of_key.get("schema", {})),
        example=of_key.get("example"),
    )


def _excluding(request: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    for one in request.get("x-realistic", {}).get("allOf", ()):
        then = one.get("then", {}).get("properties", {})
        names = frozenset(name for name, schema in then.items() if schema is False)
        for name, schema in one.get("if", {}).get("properties", {}).items():
            if names and "const" in schema:
                yield (name, schema["const"]), names


def _choice(one: Place, response: Mapping[str, Any]) -> Choice:
    objects: Mapping[str, str] = one.schema["x-selects"]
    members = {shown.place: shown.schema for shown in places(response)}
    shows = frozenset(name for name in objects.values() if _shows(members.get(name, {})))
    return Choice(place=one.place, objects=objects, shows=shows)


def _shows(schema: Mapping[str, Any]) -> bool:
    """Whether an object has a member that is returned whatever is requested."""
    members = schema.get("properties", {}).values()
    return any("x-on-request" not in child for child in members if isinstance(child, Mapping))


def _echoes(operation: Operation, selected: frozenset[str]) -> Iterator[Echo]:
    request, response = operation.request, operation.response
    sent, shown = {one.place: one for one in places(request)}, tuple(places(response))
    order = list(sent)
    echoed = {of: one for one in shown if (of := sent_as(one.place, sent)) and _comes_back(one.schema)}
    for place, one in sorted(echoed.items(), key=lambda pair: (pair[0].count("."), order.index(pair[0]))):
        said = one.schema.get("x-echo", "exact")
        how: Mapping[str, Any] = said if isinstance(said, Mapping) else {"as": said}
        head = place.partition(".")[0]
        field = sent[place]
        when, where = condition_of(request, place)
        yield Echo(
            place=place,
            shown=one.place,
            as_set=how["as"] == "set",
            shown_as=how.get("values", {}),
            when=_both(when, how.get("when")),
            said=" and ".join(filter(None, (where, how.get("said", "")))),
            required=one.required or is_needed(response, one.place),
            on_request="x-on-request" in one.schema,
            selected=head if head in selected and "." in place else "",
            kind=field.schema.get("x-kind", "enum" if "enum" in field.schema else ""),
            is_list=field.schema.get("type") == "array",
            optional=not field.required,
            shape=_shape(field.schema, one.schema, every="x-echo" in one.schema),
        )


def sent_as(shown: str, sent: Mapping[str, Any]) -> str:
    """Return the place of the request that a place of the response shows, "" for none.

    It is the same place, or the place within an object that wraps the answer.
    """
    wrapper, _, inner = shown.partition(".")
    return shown if shown in sent else inner if inner in sent and wrapper not in sent else ""


def _comes_back(schema: Mapping[str, Any]) -> bool:
    """Whether a member of the response, or a member of a list's elements, is annotated as coming back."""
    if "x-echo" in schema:
        return schema["x-echo"] is not False
    item = schema.get("items")
    return isinstance(item, Mapping) and any(map(_comes_back, (item, *_members(item).values())))


def _members(schema: Any) -> Mapping[str, Any]:  # noqa: ANN401 - a schema
    members = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return {name: one for name, one in members.items() if isinstance(one, Mapping)}


def _shape(sent: Any, shown: Any, *, every: bool) -> Shape:  # noqa: ANN401 - schemas
    """Return what is compared of values: the members that both sides know, or only the annotated ones if some are."""
    if not isinstance(sent, Mapping) or not isinstance(shown, Mapping):
        return None
    if "items" in sent and "items" in shown:
        inside = _shape(sent["items"], shown["items"], every=every)
        return None if inside is None else {"[]": inside}
    ours, theirs = _members(sent), _members(shown)
    if not ours or not theirs:
        return None
    known = {name: one for name, one in theirs.items() if name in ours and one.get("x-echo") is not False}
    return {name: _shape(ours[name], one, every=every) for name, one in known.items() if every or _comes_back(one)}


def _both(*said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the schema that combines all of these, None if there are none."""
    several = [one for one in said if one]
    return {"allOf": several} if several[1:] else several[0] if several else None


def _going_with(request: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return, by the field of each condition of the realistic schema, the fields that depend on it."""
    found: dict[str, set[str]] = {}
    for one in request.get("x-realistic", {}).get("allOf", ()):
        for name in one.get("if", {}).get("properties", {}):
            then = one.get("then", {})
            found.setdefault(name, {name}).update(then.get("properties", {}), then.get("required", ()))
    return {name: frozenset(others) for name, others in found.items()}
