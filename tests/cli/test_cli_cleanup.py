"""The command `cleanup` as a user meets it: it finishes what the clean-up of a run could not do."""

from __future__ import annotations

import json

import pytest
from common.bookkeeping import KeysIgnored, serving
from common.books import Books
from common.command import ed_contract
from common.servers import free_port

KEYS = {"ED_CONTRACT_API_KEY": "sk_test_a", "ED_CONTRACT_SECOND_API_KEY": "sk_test_b"}
CREATE = "/v2/core/event_destinations"


class Moody(KeysIgnored):
    """Deletes nothing as long as it is in a mood, and ignores keys: some of what it makes is in doubt."""

    mood: int | None = 500

    def on_deletion(self, name):
        """Refuse."""
        del name
        return self.mood


@pytest.fixture
def moody():
    """A server in a mood, and its URL."""
    books = Moody()
    with serving(books) as url:
        yield books, url


def run(url, path):
    """Run with clean-up, and return the report."""
    options = ["--phases", "auth,bursts", "--no-shrink", "--cleanup", "--report", f"json={path}"]
    ed_contract("run", url, *options, **KEYS)
    return json.loads(path.read_text())


def lines_of(done):
    """Return the lines of a command, and the last of them."""
    *lines, last = done.stdout.splitlines()
    return lines, last


def test_what_a_run_left_is_deleted_later(moody, tmp_path):
    """By its report; what is in doubt is listed and stays. A second time does no harm."""
    books, url = moody
    report = run(url, tmp_path / "report.json")
    doubtful = sorted(one["id"] for one in report["clean_up"]["remaining"] if one["doubtful"])
    ours = sorted(set(books.there) - set(doubtful))
    assert report["clean_up"]["left"] == len(books.there) > len(doubtful) > 0
    books.mood = None
    done = ed_contract("cleanup", str(tmp_path / "report.json"), **KEYS)
    lines, last = lines_of(done)
    assert (done.returncode, done.stderr, books.foreign) == (0, "", [])
    assert last == f"{len(ours)} deleted, {len(doubtful)} doubtful: {url}{CREATE}"
    assert sorted(lines) == sorted(
        [f"deleted   {name} (first)" for name in ours]
        + [f"doubtful  {name} (first): first seen under a key that had made another" for name in doubtful]
    )
    assert sorted(books.there) == doubtful
    again = ed_contract("cleanup", str(tmp_path / "report.json"), **KEYS)
    assert (again.returncode, lines_of(again)[1]) == (
        0,
        f"{len(ours)} gone, {len(doubtful)} doubtful: {url}{CREATE}",
    )


def test_what_is_still_there_is_told_with_exit_1(moody, tmp_path):
    """With what the server said."""
    books, url = moody
    run(url, tmp_path / "report.json")
    books.mood = 405
    done = ed_contract("cleanup", str(tmp_path / "report.json"), **KEYS)
    lines, last = lines_of(done)
    assert (done.returncode, done.stderr) == (1, "")
    assert any(line.startswith("left ") and line.endswith(" (first): 405") for line in lines)
    assert " left, " in last
    assert "the server seems not to offer DELETE: delete them in another way" in lines


def test_what_a_second_account_has_needs_its_key(tmp_path):
    """It is deleted by nobody else."""
    path = tmp_path / "report.json"
    with serving(Books()) as url:
        path.write_text(json.dumps(a_report(url, account="second")))
        done = ed_contract("cleanup", str(path), "--api-key", "sk_test_a")
    assert (done.returncode, done.stdout) == (
        1,
        f"left      ed_1 (second): needs --second-api-key\n1 left: {url}{CREATE}\n",
    )


def a_report(url, **changes):
    """Return what `cleanup` reads of a JSON report."""
    one = {"id": "ed_1", "account": "first", "reason": "429", "doubtful": False} | changes
    return {"target": f"{url}{CREATE}", "clean_up": {"remaining": [one], "unknown": 0}}


@pytest.mark.parametrize("name", ["..", ".", "a/b", "%2e%2e", "../../v1/customers/cus_1", "a?b"])
def test_a_report_leads_to_nothing_but_destinations(name, tmp_path):
    """Whatever a file lists."""
    books = Books()
    with serving(books) as url:
        (tmp_path / "report.json").write_text(json.dumps(a_report(url, id=name)))
        done = ed_contract("cleanup", str(tmp_path / "report.json"), **KEYS)
    assert (done.returncode, books.deletions) == (0, [])
    assert done.stdout.startswith(f"doubtful  {name} (first): its id is not one plain segment of a path\n")


def test_nothing_is_left(tmp_path):
    """Nor is anything sent."""
    document = a_report("http://127.0.0.1:1") | {"clean_up": {"remaining": [], "unknown": 2}}
    (tmp_path / "report.json").write_text(json.dumps(document))
    done = ed_contract("cleanup", str(tmp_path / "report.json"))
    assert (done.returncode, done.stdout) == (
        0,
        f"nothing left to delete; 2 creates returned no id: http://127.0.0.1:1{CREATE}\n",
    )


def test_what_cannot_be_done_is_told_with_exit_2(tmp_path):
    """In two lines: what it is, and what to do."""
    path = tmp_path / "report.json"

    def said(text, **environment):
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        done = ed_contract("cleanup", str(path), **environment)
        assert done.returncode == 2
        return done.stderr

    other = (
        "error: not a JSON report of this version of ed-contract\n"
        "`ed-contract run URL --cleanup --report json=PATH` writes one.\n"
    )
    for text in ("{", "[]", "{}", '{"target": "x", "clean_up": {"deleted": 1}}', "7"):
        assert said(text) == other
    assert said(a_report("http://127.0.0.1:1", account="somebody")) == other
    assert said({"target": "http://127.0.0.1:1", "clean_up": None}) == (
        "error: the report is of a run without --cleanup\nonly a run with --cleanup records what it leaves.\n"
    )
    assert said(a_report("http://127.0.0.1:1") | {"target": "shop.main:app"}) == (
        "error: the report is of an application in process\nwhat the run created ended with it.\n"
    )
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert said(a_report(nowhere)).startswith(f"error: {nowhere}{CREATE} does not answer (no connection: ")
    books = Moody()
    books.mood = 401
    with serving(books) as url:
        assert said(a_report(url)) == f"error: {url}{CREATE} refuses the credentials with 401\ncheck the key.\n"
