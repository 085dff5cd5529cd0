"""Destinations that a run made: counted, deleted at the end, and before where there would be no room."""

from __future__ import annotations

import pytest
from common.interactions import WEBHOOK, answered, destination
from common.scripted import EXAMPLE, Scripted, sender

from ed_contract.case import Key, Sequence, Step, case, single
from ed_contract.engine import Phase, execute
from ed_contract.engine.events import End
from ed_contract.engine.made import CleanUp
from ed_contract.transport import Dropped

KEPT = Sequence(name="kept", steps=(Step(case=EXAMPLE, key=Key(label="@kept")),))


class Store(Scripted):
    """Makes destinations, deletes them, and knows how many there were at most."""

    def __init__(self, *, deleted=lambda _: answered({}, 204)):
        super().__init__(self.answer)
        self.there, self.most, self.asked = [], 0, []
        self._deleted = deleted

    def answer(self, number):
        """Answer a create or a deletion."""
        request = self.requests[-1]
        if request.method == "DELETE":
            self.asked.append(request.path)
            answer = self._deleted(len(self.asked))
            if getattr(answer, "status", 0) == 204:
                self.there.remove(request.path.rpartition("/")[2])
            return answer
        self.there.append(f"ed_{number}")
        self.most = max(self.most, len(self.there))
        return answered(destination(WEBHOOK, self.there[-1]))


def finished(store, sequences, **options):
    """Run one phase, and return its last event."""
    phase = Phase(name="smoke", sequences=tuple(sequences))
    *_, last = execute(
        [phase],
        sender(store),
        lambda *_: (),
        enough=lambda _: False,
        on_first=lambda _: None,
        probe=case("probe", WEBHOOK),
        **options,
    )
    return last


def test_what_was_made_is_deleted_at_the_end():
    """By its id, at the path of the create; deletions count towards no cap."""
    store = Store()
    last = finished(store, [single(EXAMPLE)] * 3, cleanup=True)
    assert last.clean_up == CleanUp(deleted=3, left=0)
    assert store.asked == [f"/v2/core/event_destinations/ed_{number}" for number in (1, 2, 3)]
    assert last.requests == 3


def test_nothing_is_deleted_unasked():
    """The destinations are the user's."""
    store = Store()
    assert finished(store, [single(EXAMPLE)]).clean_up is None
    assert store.there == ["ed_1"]


def test_an_id_cannot_lead_elsewhere():
    """Whatever a server calls an id is one segment of the path."""
    store = Scripted(lambda _: answered(destination(WEBHOOK, "../../v1/customers/cus_1?x")))
    finished(store, [single(EXAMPLE)], cleanup=True)
    assert store.requests[-1].path == "/v2/core/event_destinations/..%2F..%2Fv1%2Fcustomers%2Fcus_1%3Fx"


@pytest.mark.parametrize(
    ("answer", "reason"), [(answered({}, 404), "404"), (Dropped("reset"), "the connection ended: reset")]
)
def test_deletions_in_vain_are_given_up(answer, reason):
    """After three; what is left is told."""
    store = Store(deleted=lambda _: answer)
    assert finished(store, [single(EXAMPLE)] * 5, cleanup=True).clean_up == CleanUp(deleted=0, left=5, reason=reason)
    assert len(store.asked) == 3


def test_with_clean_up_the_oldest_make_room():
    """Less those that are asked for again at the end."""
    store = Store()
    last = finished(store, [KEPT, *[single(EXAMPLE)] * 20], cleanup=True, max_destinations=4)
    assert (last.end, last.clean_up, store.most) == (End.FINISHED, CleanUp(deleted=21, left=0), 4)
    assert "/v2/core/event_destinations/ed_1" in store.asked[-4:]


def test_a_sequence_keeps_what_it_made():
    """A replay after a deletion would be no replay."""
    long = Sequence(name="long", steps=tuple(Step(case=EXAMPLE, key=Key(label=label)) for label in "abcde"))
    store = Store()
    assert finished(store, [long], cleanup=True, max_destinations=4).end is End.MAX_DESTINATIONS
    assert store.asked == [f"/v2/core/event_destinations/ed_{number}" for number in (1, 2, 3, 4)]


def test_without_clean_up_the_run_ends():
    """And says so."""
    last = finished(Store(), [single(EXAMPLE)] * 20, max_destinations=4)
    assert (last.end, last.requests) == (End.MAX_DESTINATIONS, 4)


def test_an_answer_without_an_id_is_no_destination():
    """Nothing can be deleted of it."""
    store = Scripted(lambda _: answered({"id": 7}))
    assert finished(store, [single(EXAMPLE)], cleanup=True).clean_up == CleanUp(deleted=0, left=0)
