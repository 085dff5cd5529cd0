"""Servers that store different events, or different sources of events, from those that were sent."""

from __future__ import annotations

import re
from dataclasses import replace

from ed_contract.zoo.altering import making_every, storing
from ed_contract.zoo.keeping import keeping
from ed_contract.zoo.predicates import FROM_BOTH, FROM_OTHERS, THIN, WEBHOOK, every_one
from ed_contract.zoo.specimen import Mutant, mutants_of

CUT = Mutant(
    name="event-names-cut-at-64",
    breaks="echo/enabled_events",
    sentence="Truncates event names to 64 characters.",
    make=storing("enabled_events", lambda value: [name[:64] for name in value]),
)

EVENTS = keeping(
    "enabled_events",
    (
        ("sorted", "Sorts the events.", sorted),
        ("reversed", "Returns the events in reverse order.", lambda events: events[::-1]),
        ("first-only", "Keeps only the first event.", lambda events: events[:1]),
        ("at-most-10", "Keeps at most ten events.", lambda events: events[:10]),
        ("at-most-20", "Keeps at most twenty events.", lambda events: events[:20]),
        ("with-ping", "Adds an event that was not sent.", lambda events: [*events, "v2.core.event_destination.ping"]),
        (
            "without-prefix",
            "Drops the prefixes `v1.` and `v2.` from event names.",
            lambda events: [re.sub(r"^v\d\.", "", one) for one in events],
        ),
        (
            "dots-to-underscores",
            "Replaces dots in event names with underscores.",
            lambda events: [one.replace(".", "_") for one in events],
        ),
        ("all-for-any", "Stores `*` as the only event, whichever events are sent.", lambda _: ["*"]),
        ("cut-at-40", "Truncates event names to 40 characters.", lambda events: [one[:40] for one in events]),
        ("none", "Returns an empty list of events.", lambda _: []),
    ),
    kind=list,
    prefix="events",
)

ORIGINS = keeping(
    "events_from",
    (
        ("default", "Returns `self` as `events_from`, whatever was sent.", lambda _: ["self"]),
        ("first-only", "Keeps only the first value of `events_from`.", lambda values: values[:1]),
        ("lost", "Stores an empty `events_from`.", lambda _: []),
        ("with-self", "Adds `self` to `events_from`.", lambda values: [*values, "self"]),
        ("both", "Returns both values of `events_from`, whichever was sent.", lambda _: ["other_accounts", "self"]),
        (
            "swapped",
            "Swaps `self` and `other_accounts` in `events_from`.",
            lambda values: ["self" if one == "other_accounts" else "other_accounts" for one in values],
        ),
    ),
    kind=list,
)

DEDUPLICATED = Mutant(
    name="events-deduplicated",
    breaks="echo/normalised",
    sentence="Drops duplicate events.",
    make=storing("enabled_events", lambda events: list(dict.fromkeys(events))),
)

SOMETIMES = mutants_of(
    "echo/events_from",
    (
        (
            "thin-others-default",
            "Returns `self` instead of `other_accounts` for thin payloads.",
            storing("events_from", lambda _: ["self"], every_one(THIN, FROM_OTHERS)),
        ),
        (
            "webhook-thin-both-reduced",
            "Keeps only the first of two `events_from` values for webhook endpoints with thin payloads.",
            storing("events_from", lambda values: values[:1], every_one(WEBHOOK, THIN, FROM_BOTH)),
        ),
    ),
)

FORGOTTEN = Mutant(
    name="every-60th-without-events",
    breaks="echo/enabled_events",
    sentence="Discards the events of every 60th destination.",
    make=making_every(60, lambda made: replace(made, enabled_events=[])),
)

MUTANTS = (CUT, *EVENTS, *ORIGINS, DEDUPLICATED, *SOMETIMES, FORGOTTEN)
