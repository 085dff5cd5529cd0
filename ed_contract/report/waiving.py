"""What a run says of its waivers: which no longer hold, and which it cannot say anything of."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ed_contract.waivers import Identity, Waiver, Waivers

NOW_AND_THEN = "now and then"
"""The fault of server errors that did not show again."""
_UNSEEN = "not seen, which proves nothing, since it depends on timing"
_OF_TIMING = {"idempotency/burst/one-destination", "idempotency/burst/one-body", "robustness/not-mixed-up"}
_OF_TIMING |= {"idempotency/lost-answer", "idempotency/across-replicas", "idempotency/one-effect"}
"""Requirements whose findings a run may miss: what they show depends on who is faster."""
_FAULTS_OF_TIMING = (NOW_AND_THEN, "concurrent creates under ", "one of a burst")
"""How such faults of other requirements begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """How far a run went, so that what it did not find is known not to be there."""

    finished: bool  # everything that was planned was sent
    whole: bool  # and that was all phases
    shrunk: bool  # findings were shrunk, which names the causes of those that have many
    judged: Collection[str]  # requirements with a conclusive observation
    why_not: Mapping[str, str]  # of the others that were selected: why nothing is known of them
    mutations: Collection[Identity]  # mutations that were judged, by requirement and operator


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverReview:
    """The waivers that fail a run, those of which something is to be said, and those that are not needed."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unneeded: tuple[Waiver, ...] = ()


def review(waivers: Waivers, found: Iterable[Identity], exercise: Exercise) -> WaiverReview:
    """Return what a run that found these says of its waivers.

    A waiver that matches nothing is no longer needed only where the run looked for what it names.
    """
    found = tuple(found)
    used = {waivers.covering(*identity) for identity in found}
    problems, notes, unneeded = [], [], []
    renamed = [
        f"{one}: the fault is now called [{one.renamed.fault}]: write that, or let --waivers-update do it"
        for one in waivers.entries
        if one in used and one.renamed != one
    ]
    for waiver in waivers.entries:
        others = [fault for requirement, fault in found if requirement == waiver.requirement]
        if waiver in used:
            if waivers.expired(waiver):
                problems.append(f"{waiver}: the waiver expired on {waiver.expires}: fix it, or set a later date")
        elif why := _not_looked_for(waiver, exercise, found_others=bool(others)):
            notes.append(f"{waiver}: {why}: the waiver may still be needed")
        elif _depends_on_timing(waiver):
            notes.append(f"{waiver}: {_UNSEEN}: remove the waiver when the bug is fixed")
        else:
            unneeded.append(waiver)
            near = difflib.get_close_matches(waiver.fault or "", others, n=1, cutoff=0.7)
            hint = f", or did you mean [{near[0]}]?" if near else ""
            problems.append(f"{waiver}: the waiver is no longer needed: remove it{hint}")
    return WaiverReview(problems=tuple(problems), notes=(*renamed, *notes), unneeded=tuple(unneeded))


def _not_looked_for(waiver: Waiver, exercise: Exercise, *, found_others: bool) -> str:
    """Return why a run that did not find what the waiver names says nothing, or an empty text."""
    if not exercise.finished:
        return "the run ended early"
    if waiver.requirement not in exercise.judged:
        return exercise.why_not.get(waiver.requirement, "left out of this run")
    # Of some phases alone it is known which mutations they sent, and of nothing else.
    if not exercise.whole and (waiver.requirement, waiver.fault) not in exercise.mutations:
        return "this run left out requests that may show it"
    if found_others and not exercise.shrunk:
        return "findings were not shrunk, so the fault may have another name"
    return ""


def _depends_on_timing(waiver: Waiver) -> bool:
    """Whether a run may miss what the waiver names although it is still there."""
    return waiver.requirement in _OF_TIMING or (waiver.fault or "").startswith(_FAULTS_OF_TIMING)
