"""Several records are one history: in order where that is known, and at once where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from common.interactions import WEBHOOK, Run

from ed_contract.interaction import PROBE, Interaction
from ed_contract.record.history import Changed, Restarted
from ed_contract.record.merging import merged


def sent(name: str, began: float, ended: float, **options) -> Interaction:
    """Return an interaction of a case by this name, under a key of its own unless there is another."""
    one = Run().add(WEBHOOK, **{"key": name, **options})
    return replace(one, case=replace(one.case, name=name), began=began, ended=ended)


def told(entries) -> list[tuple[str, int, int | None]]:
    """Return the names, numbers and bursts of interactions."""
    return [(one.case.name, one.number, one.burst) for one in entries if isinstance(one, Interaction)]


def test_two_records_are_put_in_the_order_of_their_moments():
    """The order within each is that of its own counter."""
    first = [sent("a", 1, 2), sent("c", 5, 6)]
    second = [sent("b", 3, 4), Restarted(), sent("d", 7, 8)]
    whole = merged([first, second], skew=2.0, ordered=True)
    assert told(whole) == [("a", 1, None), ("b", 2, None), ("c", 3, None), ("d", 4, None)]
    assert sum(isinstance(one, Restarted) for one in whole) == 1


@pytest.mark.parametrize(("gap", "together"), [(0.5, True), (1.9, True), (2.5, False)])
def test_of_two_records_requests_under_one_key_are_ordered_only_where_they_lie_apart(gap, together):
    """Their clocks may differ by two seconds."""
    first, second = [sent("a", 0, 1, key="k")], [sent("b", 1 + gap, 3 + gap, key="k"), sent("c", 9, 10)]
    burst = 1 if together else None
    assert told(merged([first, second], skew=2.0, ordered=True)) == [("a", 1, burst), ("b", 2, burst), ("c", 3, None)]


def test_a_record_of_our_own_is_in_order_whatever_its_clock_says():
    """A clock that was set back says nothing against its counter."""
    record = [sent("a", 5, 6, key="k"), sent("b", 1, 9, key="k")]
    assert told(merged([record], skew=2.0, ordered=True)) == [("a", 1, None), ("b", 2, None)]


def test_what_overlaps_under_one_key_was_sent_at_once_where_nobody_counted():
    """As in a browser's record: all that overlaps with any of it, but not under other keys, nor without one."""
    record = [
        sent("a", 0, 4, key="k"),
        sent("x", 1, 9),
        sent("b", 3, 7, key="k"),
        sent("y", 4, 5, key=None),
        sent("c", 6, 8, key="k"),
        sent("d", 8.5, 9, key="k"),
    ]
    assert told(merged([record], skew=2.0, ordered=False)) == [
        ("a", 1, 1),
        ("b", 2, 1),
        ("c", 3, 1),
        ("x", 4, None),
        ("y", 5, None),
        ("d", 6, None),
    ]


def test_accounts_have_keys_of_their_own():
    """What one sends says nothing of the other's order."""
    other = sent("b", 0, 4, key="k")
    other = replace(other, request=replace(other.request, account="1"))
    record = [sent("a", 0, 4, key="k"), other]
    assert [burst for _, _, burst in told(merged([record], skew=2.0, ordered=False))] == [None, None]


def test_what_was_asked_stays_behind_what_it_is_about():
    """And is no part of a burst."""
    first = [sent("a", 0, 1, key="k"), sent("probe", 1, 2, phase=PROBE)]
    second = [sent("b", 0.5, 1.5, key="k"), sent("c", 1.7, 1.8)]
    whole = merged([first, second], skew=2.0, ordered=True)
    assert told(whole) == [("a", 1, 1), ("b", 2, 1), ("probe", 3, None), ("c", 4, None)]


def test_bursts_stay_together():
    """Those of two records too; each has a number of its own."""
    first = [replace(sent(name, 0, 1, key="k"), burst=7) for name in ("a", "b")]
    second = [replace(sent(name, 8, 9, key="l"), burst=7) for name in ("c", "d")]
    whole = merged([first, second], skew=2.0, ordered=True)
    assert told(whole) == [("a", 1, 1), ("b", 2, 1), ("c", 3, 2), ("d", 4, 2)]


def test_what_others_changed_counts_from_the_beginning_of_several_records():
    """Nobody knows when: the order between records is that of their clocks, and a change has none."""
    changed = Changed(id="ed_1")
    whole = merged([[sent("a", 11, 12)], [sent("b", 10, 11), changed, sent("c", 15, 16)]], skew=1, ordered=True)
    assert whole[0] == changed


def test_a_restart_stays_where_it_was_in_its_record():
    """Several records are put in order by their times, and a restart has none."""
    first, again = sent("a", 10, 11), sent("c", 20, 21)
    other = sent("b", 12, 13)
    entries = merged([[first, Restarted(), again], [other]], skew=0.0, ordered=True)
    assert [type(one).__name__ for one in entries] == ["Interaction", "Restarted", "Interaction", "Interaction"]
