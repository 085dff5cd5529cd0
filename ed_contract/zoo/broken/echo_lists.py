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
        ("reversed", "Answers events in reverse.", lambda events: events[::-1]),
        ("first-only", "Keeps the first event alone.", lambda events: events[:1]),
        ("last-only", "Keeps the last event alone.", lambda events: events[-1:]),
        ("at-most-10", "Keeps ten events at most.", lambda events: events[:10]),
        ("at-most-20", "Keeps twenty events at most.", lambda events: events[:20]),
        ("with-ping", "Adds an event of its own.", lambda events: [*events, "v2.core.event_destination.ping"]),
        (
            "without-prefix",
            "Drops the v1. and v2. of events.",
            lambda events: [re.sub(r"^v\d\.", "", one) for one in events],
        ),
        (
            "dots-to-underscores",
            "Keeps underscores for the dots of events.",
            lambda events: [one.replace(".", "_") for one in events],
        ),
        ("all-for-any", "Enables all events whichever are sent.", lambda _: ["*"]),
        ("cut-at-40", "Cuts events after 40 characters.", lambda events: [one[:40] for one in events]),
        ("none", "Answers no events.", lambda _: []),
    ),
    kind=list,
    prefix="events",
)

ORIGINS = keeping(
    "events_from",
    (
        ("default", "Answers self whatever `events_from` was.", lambda _: ["self"]),
        ("first-only", "Keeps the first of `events_from` alone.", lambda values: values[:1]),
        ("last-only", "Keeps the last of `events_from` alone.", lambda values: values[-1:]),
        ("lost", "Forgets `events_from`.", lambda _: []),
        ("with-self", "Adds self to `events_from`.", lambda values: [*values, "self"]),
        ("both", "Answers both origins whichever was sent.", lambda _: ["other_accounts", "self"]),
        (
            "swapped",
            "Takes each origin for the other.",
            lambda values: ["self" if one == "other_accounts" else "other_accounts" for one in values],
        ),
    ),
    kind=list,
)

DEDUPLICATED = Mutant(
    name="events-deduplicated",
    breaks="echo/normalised",
    sentence="Keeps one of several equal events.",
    make=storing("enabled_events", lambda events: list(dict.fromkeys(events))),
)

SOMETIMES = mutants_of(
    "echo/events_from",
    (
        (
            "thin-others-default",
            "Answers self for other_accounts with thin payloads.",
            storing("events_from", lambda _: ["self"], every_one(THIN, FROM_OTHERS)),
        ),
        (
            "webhook-thin-both-reduced",
            "Keeps the first origin alone for webhook endpoints with thin payloads from both.",
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
