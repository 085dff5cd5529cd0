"""The list of what was made, read page by page for the names of a run."""

from __future__ import annotations

import json

import pytest
from common.interactions import answered

from ed_contract import judge, run
from ed_contract.contract import CONTRACT
from ed_contract.interaction import NoAnswer
from ed_contract.reference import Reference
from ed_contract.runner.listing import PAGES, listed
from ed_contract.transport import Target

ENDPOINT = "http://h/v2/core/event_destinations"
PATH = "/v2/core/event_destinations"


def reading(pages, names=("Orders 1",)):
    """Return what a list of pages shows, and the paths that were asked for."""
    asked = []

    def page(path):
        asked.append(path)
        return pages(path) if callable(pages) else pages[len(asked) - 1]

    return listed(CONTRACT, ENDPOINT, names, page).ids, asked


def of(*items, following=None):
    """Return a page with these names and ids."""
    data = [{"name": name, "id": identifier} for name, identifier in items]
    return answered({"data": data, "next_page_url": following})


def test_the_ids_of_the_names_of_the_run_are_found_on_any_page():
    """Each once, in order; the next page may be told relative to this one or in full."""
    pages = [
        of(("Orders 1", "ed_1"), ("Orders 2", "ed_2"), following="?page=2"),
        of(("Orders 1", "ed_1"), following=f"{ENDPOINT}?page=3"),
        of(("Orders 1", "ed_3"), ("Orders 1", 7)),
    ]
    ids, asked = reading(pages, ("Orders 1", "Orders 3"))
    assert ids == {"Orders 1": ("ed_1", "ed_3"), "Orders 3": ()}
    assert asked == [PATH, f"{PATH}?page=2", f"{PATH}?page=3"]


def test_ten_pages_are_read_at_most():
    """A list may have no end."""
    _, asked = reading(lambda path: of(following=f"{path}&x" if "?" in path else f"{path}?x"))
    assert len(asked) == PAGES == 10


@pytest.mark.parametrize("following", ["http://other/list", "", 7, PATH, "https://h/v2/core/event_destinations?page=2"])
def test_a_next_page_elsewhere_or_nowhere_is_not_asked_for(following):
    """The credential is for this server."""
    assert reading([of(following=following)])[1] == [PATH]


@pytest.mark.parametrize(
    "answer",
    [
        answered({"error": {}}, 404),
        answered({"error": {}}, 405),
        answered({"items": []}),
        answered([]),
        answered({"data": {}}),
        NoAnswer(reason="late"),
    ],
)
def test_what_is_no_list_is_none(answer):
    """Its status and its schema are not judged."""
    assert reading([answer])[0] is None


def test_items_of_any_shape_are_passed_over():
    """Nothing is said of them."""
    assert reading([answered({"data": [1, None, {}, {"name": 3, "id": "x"}, {"name": "Orders 1"}]})])[0] == {
        "Orders 1": ()
    }


def test_a_run_lists_once_and_its_record_gives_the_same_verdict(tmp_path):
    """In process as over a line; answers of the list are not recorded."""
    asked = []

    class Twice(Reference):
        def replay_response(self, destination, create):
            self.insert(self.make(create.account, create.params))
            return super().replay_response(destination, create)

        def list_all(self, request):
            asked.append(request.full_path)
            return super().list_all(request)

    target = Target.of_app(Twice(), api_key="sk_test_a")
    record = tmp_path / "run.ndjson"
    live = run(target, phases=("bursts", "afterwards"), key_age=0.0, record=str(record))
    assert {one.requirement for one in live.findings} == {"idempotency/one-effect"}
    assert live.exit_code == 0
    again = judge(record)
    assert [one.identity for one in again.findings] == [one.identity for one in live.findings]
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    (line,) = (one for one in lines if one["kind"] == "listed")
    assert max(map(len, line["ids"].values())) > 1
    assert asked == [f"{PATH}?"]
    assert not any(one["kind"] == "interaction" and one["request"]["method"] == "GET" for one in lines)
