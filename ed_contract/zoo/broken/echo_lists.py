"""Servers that keep other events, or other origins of events, than were sent."""

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
    sentence="Cuts the names of events at 64 characters.",
    make=storing("enabled_events", lambda value: [name[:64] for name in value]),
)

EVENTS = keeping(
    "enabled_events",
    (
        ("sorted", "Sorts events.", sorted),
        ("reversed", "Returns events in reverse order.", lambda events: events[::-1]),
        ("first-only", "Keeps only the first event.", lambda events: events[:1]),
        ("at-most-10", "Keeps at most ten events.", lambda events: events[:10]),
        ("at-most-20", "Keeps at most twenty events.", lambda events: events[:20]),
        ("with-ping", "Adds an event of its own.", lambda events: [*events, "v2.core.event_destination.ping"]),
        (
            "without-prefix",
            "Drops the prefixes v1. and v2. from events.",
            lambda events: [re.sub(r"^v\d\.", "", one) for one in events],
        ),
        (
            "dots-to-underscores",
            "Replaces dots in events with underscores.",
            lambda events: [one.replace(".", "_") for one in events],
        ),
        ("all-for-any", "Enables all events, whichever are sent.", lambda _: ["*"]),
        ("cut-at-40", "Cuts events after 40 characters.", lambda events: [one[:40] for one in events]),
        ("none", "Returns no events.", lambda _: []),
    ),
    kind=list,
    prefix="events",
)

ORIGINS = keeping(
    "events_from",
    (
        ("default", "Returns self, whatever `events_from` was.", lambda _: ["self"]),
        ("first-only", "Keeps only the first value of `events_from`.", lambda values: values[:1]),
        ("lost", "Forgets `events_from`.", lambda _: []),
        ("with-self", "Adds self to `events_from`.", lambda values: [*values, "self"]),
        ("both", "Returns both origins, whichever was sent.", lambda _: ["other_accounts", "self"]),
        (
            "swapped",
            "Swaps the two origins.",
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
            "Returns self for other_accounts with thin payloads.",
            storing("events_from", lambda _: ["self"], every_one(THIN, FROM_OTHERS)),
        ),
        (
            "webhook-thin-both-reduced",
            "Keeps only the first origin for webhook endpoints with thin payloads from both.",
            storing("events_from", lambda values: values[:1], every_one(WEBHOOK, THIN, FROM_BOTH)),
        ),
    ),
)

FORGOTTEN = Mutant(
    name="every-60th-without-events",
    breaks="echo/enabled_events",
    sentence="Forgets the events of every 60th destination.",
    make=making_every(60, lambda made: replace(made, enabled_events=[])),
)

MUTANTS = (CUT, *EVENTS, *ORIGINS, DEDUPLICATED, *SOMETIMES, FORGOTTEN)
