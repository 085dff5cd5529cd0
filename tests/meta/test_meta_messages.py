"""What users read of the command, the plugin and the library is in the words of the trade."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("cli", "options", "runner", "transport", "proxy", "pytest_plugin", "report", "shrink")
OTHERS = {"case", "interaction", "finding", "requirement", "verdict", "excerpt", "masking", "judging"}
"""Modules at the top that hold no messages of their own."""
CARD = ROOT / "ed_contract" / "report" / "card"
PAGE = ROOT / "ed_contract" / "report" / "page"
MODULES = sorted(
    {
        *(ROOT / "action").glob("*.py"),
        *(one for one in (ROOT / "ed_contract").glob("*.py") if one.stem not in OTHERS),
        *(
            one
            for folder in FOLDERS
            for one in (ROOT / "ed_contract" / folder).rglob("*.py")
            if CARD not in one.parents
        ),
    }
)
COUNTED = "cases|creates|destinations|findings|members|requests|requirements|servers|waivers|warnings"
STUMBLES = {
    "`is no X`: write `invalid X: expected …`, or `is not an X`": r"(?<![Tt]here )\bis no (?!longer\b)",
    "`are none`, `is none`: say what is missing or invalid": r"(?<!there )\b(?:is|are) none\b",
    "`none of them`: write `no …`": r"\bnone of them\b",
    "`holds now`: write `no longer reproduces`": r"\bholds now\b",
    "`mend`: write `fix`": r"\bmend(?:s|ed|ing)?\b",
    "`so many` for a number: write `this many`": r"\bso many\b",
    "`is of no use`: write `cannot be used`, or `needs …`": r"\bof no use\b",
    "`is told` for a call: write `is called with`": r"\b(?:is|are) told (?:the|every|each|what|of)\b",
    "`other parameters`: write `different parameters`": r"\bother parameters\b",
    "`a mistake of ours`, `a check of ours`: write `a bug in ed-contract`": r"\b(?:mistake|bug|check) of ours\b",
}
EXPRESSION = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
"""What a template says to its engine."""
ONE = re.compile(rf"(?<!of )\{{}} (?:{COUNTED})\b")
"""A count whose noun is always a plural: `1 findings`."""
PLURALS = {
    "a run sends at most {} requests with a wrong credential",
    "{} requests planned, at most {}",
    "{} requirements are not judged for this reason; it is reported once.",
    "{} requirements: ",
}
"""Counts that are never one."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each text with a blank in it, with its line; what an f-string fills in is written as {}."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            text = node.value
        else:
            continue
        if " " in text.strip():
            yield node.lineno, text


ALL = [(f"{path.relative_to(ROOT)}:{line}", text) for path in MODULES for line, text in texts(path)]


@pytest.mark.parametrize(("advice", "pattern"), STUMBLES.items())
def test_a_message_needs_no_second_reading(advice, pattern):
    """Each pattern is one that a native reader stumbles over; the name of the test says what to write instead."""
    wrong = [f"{where}: {text!r}" for where, text in ALL if re.search(pattern, text)]
    assert wrong == [], advice


def test_a_count_of_one_is_a_singular():
    """Unless it is a count that is never one."""
    wrong = [
        f"{where}: {text!r}" for where, text in ALL if ONE.search(text) and not any(known in text for known in PLURALS)
    ]
    assert wrong == []


def test_the_page_of_a_report_is_read_aloud_too():
    """The templates of the HTML report, and its script."""
    pages = [*PAGE.glob("*.jinja"), *PAGE.glob("*.js")]
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]!r}"
        for path in pages
        for pattern in STUMBLES.values()
        for found in re.finditer(pattern, EXPRESSION.sub("", path.read_text(encoding="utf-8")))
    ]
    assert len(pages) > 1
    assert wrong == []


def test_every_module_with_messages_is_read():
    """A folder that is renamed would be read no more."""
    assert {path.parts[len(ROOT.parts)] for path in MODULES} == {"action", "ed_contract"}
    assert all((ROOT / "ed_contract" / folder).is_dir() for folder in FOLDERS)
    assert all((ROOT / "ed_contract" / f"{one}.py").is_file() for one in OTHERS)


def errors(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the message of each error that a module makes, with its line; what is filled in is written as {}."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not call.args or not isinstance(call.func, ast.Name):
            continue
        parts = call.args[0].values if isinstance(call.args[0], ast.JoinedStr) else call.args[:1]
        texts = [part.value if isinstance(part, ast.Constant) else "{}" for part in parts]
        if re.search(r"Error$|^Unreachable$|^RestartFailed$|Refused$", call.func.id) and all(
            isinstance(text, str) for text in texts
        ):
            yield call.lineno, "".join(texts)


def test_what_to_do_is_a_sentence_and_what_is_wrong_is_not():
    """The second line of an error ends with a full stop or a question mark, the first with neither."""
    paths = sorted((ROOT / "ed_contract").rglob("*.py"))
    found = [(path.name, line, text) for path in paths for line, text in errors(path) if "\n" in text]
    assert len(found) > 100
    odd = [one for one in found if re.search(r"[.!]\n", one[2]) or not re.search(r"(?:[.?]|\{\})$", one[2])]
    assert odd == []
