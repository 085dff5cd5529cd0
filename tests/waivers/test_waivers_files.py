"""A file of waivers: what it may hold, what it covers, and how it is written back."""

from __future__ import annotations

from datetime import date

import pytest

from ed_contract.exceptions import UsageError
from ed_contract.waivers import Waiver, Waivers, dump, load

DAY = date(2026, 11, 23)
ENUM = "request/type/enum"


def waivers(*entries, on=DAY):
    """Return waivers on a day."""
    return Waivers(entries=entries, today=on)


def entry(requirement=ENUM, fault=None, **options):
    """Return a waiver."""
    return Waiver(requirement=requirement, fault=fault, **({"reason": "BUG-1"} | options))


def test_a_file_is_read(tmp_path):
    """Fault and expiry are optional."""
    path = tmp_path / "waivers.toml"
    path.write_text(
        '[[waiver]]\nrequirement = "request/type/enum"\nfault = "upper case"\nreason = "fixed in 2.4"\n'
        'expires = 2027-03-31\n[[waiver]]\nrequirement = "echo/name"\nreason = "BUG-2"\n',
        encoding="utf-8",
    )
    assert load(path, on=DAY) == waivers(
        entry(fault="upper case", reason="fixed in 2.4", expires=date(2027, 3, 31)),
        entry("echo/name", reason="BUG-2"),
    )


GOOD = 'requirement = "request/type/enum"\nreason = "BUG-1"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[waivers]]\n", "FILE: unknown key `waivers`\ndid you mean `waiver`?"),
        ("x = 1\n", "FILE: unknown key `x`\nthe keys are `waiver`."),
        ("waiver = 1\n", "FILE: `waiver` is not a list of tables\nbegin each waiver with a line [[waiver]]."),
        (
            f'[[waiver]]\n{GOOD}expire = "x"\n',
            "FILE, waiver 1: unknown key `expire`\ndid you mean `expires`?",
        ),
        (
            f"[[waiver]]\n{GOOD}until = 1\n",
            "FILE, waiver 1: unknown key `until`\nthe keys are `requirement`, `fault`, `reason`, `expires`.",
        ),
        (
            '[[waiver]]\nrequirement = "request/type/enum"\n',
            "FILE, waiver 1: `reason` is missing\n"
            'a waiver looks like: requirement = "request/type/enum", fault = "upper case", reason = "BUG-123".',
        ),
        (
            f'[[waiver]]\n{GOOD}fault = " "\n',
            "FILE, waiver 1: `fault` must be non-empty text\n"
            'a waiver looks like: requirement = "request/type/enum", fault = "upper case", reason = "BUG-123".',
        ),
        (
            f'[[waiver]]\n{GOOD}expires = "2027-03-31"\n',
            "FILE, waiver 1: `expires` is not a date\ngive the last day without quotes: 2027-03-31.",
        ),
        (
            f"[[waiver]]\n{GOOD}expires = 2027-03-31T00:00:00Z\n",
            "FILE, waiver 1: `expires` is not a date\ngive the last day without quotes: 2027-03-31.",
        ),
        (
            '[[waiver]]\nrequirement = "request/type/enumm"\nreason = "x"\n',
            "FILE, waiver 1: no requirement 'request/type/enumm'\n"
            "did you mean request/type/enum? `ed-contract list` shows them all.",
        ),
        (
            f"[[waiver]]\n{GOOD}[[waiver]]\n{GOOD}",
            "FILE, waiver 2: request/type/enum is waived twice\nremove one of the two.",
        ),
        (
            "[[waiver]\n",
            "FILE is not valid TOML: Expected ']]' at the end of an array declaration (at line 1, column 9)\n"
            'a waiver looks like: requirement = "request/type/enum", fault = "upper case", reason = "BUG-123".',
        ),
    ],
)
def test_what_is_no_waiver_is_refused(tmp_path, text, message):
    """In two lines, with the nearest name."""
    path = tmp_path / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load(path)
    assert str(refused.value).replace(str(path), "FILE") == message


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    """One that is not there, and one that is no UTF-8."""
    with pytest.raises(UsageError, match="No such file or directory\ngive a waivers file; "):
        load(tmp_path / "nothing.toml")
    (tmp_path / "latin.toml").write_bytes(b'"\xe9"')
    with pytest.raises(UsageError, match=r"latin\.toml is not valid TOML: 'utf-8' codec can't decode byte 0xe9"):
        load(tmp_path / "latin.toml")


def test_a_waiver_covers_its_fault_alone():
    """Nothing that resembles it; without a fault, every fault of its requirement."""
    one = waivers(entry(fault="upper case"))
    assert one.excuses(ENUM, "upper case")
    assert not one.excuses(ENUM, "capitalised")
    assert not one.excuses("request/type/required", "upper case")
    assert waivers(entry()).excuses(ENUM, "capitalised")
    assert not waivers(entry()).excuses("request/type/required", "removed")


def test_a_waiver_holds_on_its_last_day_and_not_after_it():
    """The day is given; nothing asks a clock."""
    one = entry(fault="upper case", expires=date(2027, 3, 31))
    assert waivers(one, on=date(2027, 3, 31)).excuses(ENUM, "upper case")
    assert not waivers(one, on=date(2027, 4, 1)).excuses(ENUM, "upper case")


def test_the_waiver_that_names_the_fault_decides():
    """One for all faults does not make up for one that has expired."""
    named, wide = entry(fault="upper case", expires=date(2026, 1, 1)), entry()
    assert waivers(wide, named).covering(ENUM, "upper case") == named
    assert waivers(wide, named).covering(ENUM, "plural") == wide
    assert not waivers(wide, named).excuses(ENUM, "upper case")


SERVER = "robustness/no-server-error"
OLD, NEW = "URL with a port", "webhook_endpoint.url with a port"


def test_a_waiver_with_an_old_text_goes_on_matching():
    """And a fault that still has the old text, in a record of before, is matched by it too."""
    one = waivers(entry(SERVER, OLD))
    assert one.excuses(SERVER, NEW)
    assert one.excuses(SERVER, OLD)
    assert not one.excuses(SERVER, "webhook_endpoint.url with the default port")
    assert not one.excuses("robustness/answers", NEW)
    assert not waivers(entry(SERVER, NEW)).excuses(SERVER, OLD)


def test_an_update_writes_the_present_text():
    """Once, with the first reason; a waiver that is dropped is not renamed, and others stay as they are."""
    old, both = entry(SERVER, OLD, reason="known"), entry(SERVER, NEW, reason="known too")
    other = entry(fault="upper case")
    assert waivers(other, old).updated([(SERVER, NEW)], []).entries == (other, entry(SERVER, NEW, reason="known"))
    assert waivers(old, both).updated([], []).entries == (entry(SERVER, NEW, reason="known"),)
    assert waivers(old, other).updated([], [old]).entries == (other,)


HOSTILE = 'a"b\\c\n\x00\x7f\u202e\U0001f680\U000e0001é'


def test_a_file_that_was_written_is_read_back(tmp_path):
    """In the order of the contract, whatever a fault holds; half a surrogate pair is a question mark."""
    found = [("echo/name", HOSTILE), (ENUM, "upper case"), ("echo/name", "cut\ud800"), (ENUM, "plural")]
    kept, gone = entry(fault="plural", reason="known", expires=date(2027, 1, 1)), entry(fault="prefix")
    after = waivers(gone, kept).updated(found, [gone])
    path = tmp_path / "waivers.toml"
    path.write_text(dump(after), encoding="utf-8")
    reason = "found on 2026-11-23; say why it is accepted"
    assert load(path, on=DAY) == after
    assert after.entries == (
        kept,
        entry(fault="upper case", reason=reason),
        entry("echo/name", HOSTILE, reason=reason),
        entry("echo/name", "cut?", reason=reason),
    )
    assert after.excuses("echo/name", "cut\ud800")
    assert "\u202e" not in dump(after)
    assert dump(after.updated(found, [])) == dump(after)
