"""Specs of every kind: bare ones, and ones with every keyword that a schema can have for the kind."""

from __future__ import annotations

from functools import cache
from itertools import islice

from ed_contract.kinds import Spec, kind_of
from ed_contract.kinds.forms import written

TEXT = {"type": "string"}
TIDY = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"^\S(.*\S)?$"}


def when(member, value, then):
    """Return the schema that requires `then` if a member has a value."""
    return {"if": {"properties": {member: {"const": value}}, "required": [member]}, "then": then}


def text(**more):
    """Return a spec of a text."""
    return Spec(**{"kind": "text", "schema": TEXT, **more})


def whole(kind, members, required=(), **more):
    """Return a spec of an object whose schema follows from its members."""
    schema = {
        "type": "object",
        "required": sorted(required),
        "properties": {name: member.schema for name, member in members.items()},
    }
    return Spec(**{"kind": kind, "schema": schema, "members": members, "required": frozenset(required), **more})


EVENT = Spec(
    kind="token",
    schema=TEXT,
    realistic={"pattern": "^[a-z0-9_]+([.][a-z0-9_]+)+$"},
    values=("v1.orders.placed", "v2.orders.ping", "v1.orders.lost", "order.placed", "order.paid", "order.lost"),
)
REGION = Spec(
    kind="token",
    schema=TEXT,
    realistic={"enum": ["us-east-1", "eu-west-1", "ap-south-1"]},
    values=("us-east-1", "eu-west-1", "ap-south-1"),
)
VERSION = Spec(kind="token", schema=TEXT, values=("2024-09-30.maple", "2024-06-20", "2023-10-16"), optional=True)
SOURCE = Spec(kind="enum", schema={"enum": ["self", "others"]}, later=("@self", "@others"))
ACCOUNT = Spec(kind="digits", schema=TEXT, realistic={"pattern": "^[0-9]{12}$"}, values=("123456789012",))
HOOK = Spec(kind="url", schema=TEXT, realistic={"pattern": r"^https://[a-z.]*example\.(com|org|net)/[!-~]*$"})
COUNT = Spec(kind="number", schema={"type": "integer", "minimum": 1, "maximum": 999})
AMOUNT = Spec(kind="number", schema={"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.25})
ENTRIES = Spec(
    kind="map",
    schema={"type": "object"},
    realistic={
        "minProperties": 1,
        "maxProperties": 8,
        "propertyNames": {"pattern": "^[A-Za-z0-9_-]{1,40}$"},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    optional=True,
)
OF_ONE_FAMILY = {
    "minItems": 1,
    "maxItems": 8,
    "uniqueItems": True,
    "anyOf": [{"items": {"pattern": "^v[12][.]"}}, {"items": {"not": {"pattern": "^v[12][.]"}}}],
}
EVENTS = Spec(kind="list", schema={"type": "array", "items": TEXT}, realistic=OF_ONE_FAMILY, item=EVENT)
SOURCES = Spec(
    kind="set",
    schema={"type": "array", "items": SOURCE.schema},
    realistic={"minItems": 1, "uniqueItems": True},
    item=SOURCE,
    optional=True,
)
WEB = whole("object", {"address": HOOK}, {"address"}, optional=True)
BUS = whole("object", {"account": ACCOUNT, "region": REGION}, {"account", "region"}, optional=True)
ORDER = whole(
    "object",
    {
        "title": text(realistic=TIDY),
        "way": Spec(kind="enum", schema={"enum": ["web", "bus"]}, later=("grid",)),
        "form": Spec(kind="enum", schema={"enum": ["thin", "full"]}),
        "events": EVENTS,
        "note": text(realistic=TIDY, optional=True),
        "sources": SOURCES,
        "entries": ENTRIES,
        "version": VERSION,
        "web": WEB,
        "bus": BUS,
    },
    {"title", "way", "form", "events"},
    realistic={
        "allOf": [
            when("way", "web", {"required": ["web"], "properties": {"bus": False}}),
            when("way", "bus", {"required": ["bus"], "properties": {"web": False}}),
            when("form", "thin", {"properties": {"events": {"items": {"pattern": "^v"}}, "version": False}}),
            when("form", "full", {"properties": {"events": {"items": {"pattern": "^o"}}}}),
        ]
    },
)
LINE = whole(
    "object",
    {"label": text(), "count": COUNT, "taxed": Spec(kind="boolean", schema={"type": "boolean"}, optional=True)},
    {"label", "count"},
)
PAYMENT = whole(
    "object",
    {
        "amountMinor": Spec(kind="number", schema={"type": "integer", "minimum": 1}),
        "currency": text(schema={"type": "string", "pattern": "^[A-Z]{3}$"}, values=("EUR", "JPY", "USD")),
        "lines": Spec(
            kind="list",
            schema={"type": "array", "items": LINE.schema, "minItems": 1, "maxItems": 5},
            item=LINE,
        ),
        "capture": Spec(kind="boolean", schema={"type": "boolean"}),
        "dueAt": Spec(kind="timestamp", schema={"type": "string", "format": "date-time"}, optional=True),
    },
    {"amountMinor", "currency", "lines", "capture"},
    schema={
        "type": "object",
        "required": ["amountMinor", "capture", "currency", "lines"],
        "additionalProperties": False,
        "properties": {
            "amountMinor": {"type": "integer", "minimum": 1},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "lines": {"type": "array", "items": LINE.schema, "minItems": 1, "maxItems": 5},
            "capture": {"type": "boolean"},
            "dueAt": {"type": "string", "format": "date-time"},
        },
    },
)

SPECS = {
    "a text": text(),
    "a tidy text": text(realistic=TIDY, values=("Orders", "Returns & more")),
    "an optional text": text(optional=True),
    "a text of some length": text(schema={"type": "string", "minLength": 3, "maxLength": 40}),
    "a text of a pattern": text(schema={"type": "string", "pattern": "^ord_[a-z0-9]{8,12}$"}),
    "a text of a format": text(schema={"type": "string", "format": "uuid"}),
    "an e-mail address": text(schema={"type": "string", "format": "email"}),
    "a text with examples only": text(realistic={"enum": ["EUR", "JPY"]}, values=("EUR", "JPY")),
    "a text or null": text(schema={"type": ["string", "null"]}),
    "a URL": Spec(kind="url", schema=TEXT),
    "a hook": HOOK,
    "digits": Spec(kind="digits", schema=TEXT),
    "an account": ACCOUNT,
    "digits of a pattern": Spec(kind="digits", schema={"type": "string", "pattern": "^[0-9]{6}$"}),
    "an event": EVENT,
    "a region": REGION,
    "a version": VERSION,
    "a token that nobody names": Spec(kind="token", schema=TEXT),
    "an enum": SOURCE,
    "a typed enum": Spec(kind="enum", schema={"type": "string", "enum": ["web_hook", "bus.queue", "Mail"]}),
    "an optional enum": Spec(kind="enum", schema={"enum": ["thin", "full"]}, optional=True),
    "an enum of which one is not realistic": Spec(
        kind="enum", schema={"enum": ["old", "new"]}, realistic={"enum": ["new"]}
    ),
    "nothing": Spec(kind="enum", schema={"type": "null"}, values=(None,), optional=True),
    "a number or a text": Spec(kind="number", schema={"anyOf": [{"type": "number", "minimum": 0}, TEXT]}),
    "a constant": Spec(kind="enum", schema={"const": "orders.order"}),
    "a count": COUNT,
    "an amount": AMOUNT,
    "a whole number": Spec(kind="number", schema={"type": "integer"}),
    "any number": Spec(kind="number", schema={"type": "number"}, optional=True),
    "a boolean": Spec(kind="boolean", schema={"type": "boolean"}),
    "an optional boolean": Spec(kind="boolean", schema={"type": "boolean"}, optional=True, values=(True,)),
    "a timestamp": Spec(kind="timestamp", schema={"type": "string", "format": "date-time"}),
    "a timestamp by its name only": Spec(kind="timestamp", schema=TEXT),
    "events": EVENTS,
    "a list of texts": Spec(kind="list", schema={"type": "array", "items": TEXT}, item=text(), optional=True),
    "a list of enums": Spec(kind="list", schema={"type": "array", "items": SOURCE.schema}, item=SOURCE),
    "a short list": Spec(
        kind="list",
        schema={"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 4, "uniqueItems": True},
        item=Spec(kind="number", schema={"type": "integer"}),
    ),
    "a full list": Spec(
        kind="list",
        schema={"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        item=Spec(kind="number", schema={"type": "number"}),
    ),
    "a pair": Spec(
        kind="list",
        schema={"type": "array", "prefixItems": [{"type": "integer"}, TEXT], "minItems": 2, "maxItems": 2},
        places=(Spec(kind="number", schema={"type": "integer"}), text()),
    ),
    "a list that stays empty": Spec(kind="list", schema={"type": "array"}, realistic={"maxItems": 0}, optional=True),
    "a list of objects": PAYMENT.members["lines"],
    "a set": SOURCES,
    "a large set": Spec(
        kind="set", schema={"type": "array", "items": TEXT}, realistic={"uniqueItems": True, "minItems": 1}, item=EVENT
    ),
    "a map": Spec(kind="map", schema={"type": "object"}),
    "entries": ENTRIES,
    "a map of rules": Spec(
        kind="map",
        schema={
            "type": "object",
            "maxProperties": 10,
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z_A-Z0-9-]+$", "maxLength": 40},
            "additionalProperties": TEXT,
        },
        item=text(),
    ),
    "a map of numbers": Spec(
        kind="map", schema={"type": "object", "additionalProperties": COUNT.schema}, item=COUNT, optional=True
    ),
    "an object": LINE,
    "an order": ORDER,
    "a payment": PAYMENT,
}
"""By their names in test messages."""


@cache
def some_values(spec, *, usual=6, unusual=40, longest=6000):
    """Return some values of a spec: usual ones, then unusual ones from across the catalogue."""
    kind = kind_of(spec)
    odd = [one.value for one in islice(kind.unusual(spec), 1000) if len(written(one.value)) < longest]
    return [*kind.usual(spec)[:usual], *odd[:: max(1, len(odd) // unusual)]]
