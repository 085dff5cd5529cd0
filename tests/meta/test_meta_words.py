"""What a requirement or a finding shows is written in whole, plain sentences of the trade's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import ed_contract
from ed_contract.contract import Contract, editions

PACKAGE = Path(ed_contract.__file__).parent
FOLDERS = ("contract", "checks", "record", "report/card")
MODULES = ("requirement", "finding", "verdict", "case", "interaction", "excerpt", "masking", "judging")
LOST = re.compile(
    r"(?<!there )\bis no (?!longer)|\bother ones\b|\bat once\b|\b(is|are|was|were) told\b|\bgiven again\b|\bso many\b"
    r"|\bthe like\b|\bmany a\b|\bmend(ed|s)?\b|\bholds now\b|\bbecame of\b|\bsomebody\b|\bnothing of what\b"
    r"|\bwhat is the\b|\bother parameters\b|\bone alone\b"
)
FROZEN = {
    "first given again": "a fault's text",
    "a body that is no JSON": "a fault's text",
    "a body that is no JSON object": "the name of a case",
}
"""Texts that records, reports and waivers hold, and so cannot be changed."""
LONGEST = {"statement": 110, "why": 110, "fix": 120}
"""Characters, without the places and values of a document."""
VERB = re.compile(
    r"\b(is|are|was|has|have|had|cannot|can|gets?|makes|leaves?|returns?|carries|works|comes|appears|share|separate"
    r"|contains|matches|reveals|fails?|miss|parse|read|decide|reject|raise|reach|retry|creates?|overwrite|sees|shows?"
    r"|reaches|encounter|ends? up|finds?|looks|takes?|reuses|believes|knows|tell)\b"
)
"""Those of statements and reasons; an order, as every fix is one, begins with its verb."""
ORDER = re.compile(
    r"(Accept|Answer|Authenticate|Check|Compare|Compute|Create|Do|Find|Finish|Generate|Handle|Include|Insert|Keep"
    r"|Limit|Look|Make|Parse|Release|Render|Return|Send|Serialise|Set|Store|Turn|Validate|Write) "
)
SEVERAL = {
    "operations": "one operation is not ambiguous",
    "creates": "a burst has several",
    "characters": "of one character, none is cut off; and a key of one is not long",
}
"""What is counted, and why there is never one of it."""
A_PLACE = re.compile(r"`[^`]*`(, `[^`]*`)*")


def sentences() -> Iterator[tuple[str, str, str]]:
    """Yield edition and id of each row, which of its sentences it is, and the sentence."""
    for edition in editions():
        for row in Contract.load(edition).requirements.values():
            for what in ("statement", "why", "fix"):
                yield f"{edition} {row.id}", what, getattr(row, what)


def texts() -> Iterator[tuple[str, str]]:
    """Yield every constant text of the modules, docstrings included, with its place."""
    modules = [PACKAGE / f"{name}.py" for name in MODULES]
    for path in (*modules, *(one for folder in FOLDERS for one in sorted((PACKAGE / folder).rglob("*.py")))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node.value


def counted() -> Iterator[tuple[str, str]]:
    """Yield each plural that follows a formatted length, with its place."""
    for path in (one for folder in FOLDERS for one in sorted((PACKAGE / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            for one, other in pairwise(parts):
                plural = isinstance(other, ast.Constant) and re.match(
                    r" ([a-z]+s)\b(?<!\bis)(?<!\bhas)", str(other.value)
                )
                if plural and isinstance(one, ast.FormattedValue) and ast.unparse(one.value).startswith("len("):
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", plural[1]


def test_every_row_says_whole_sentences():
    """Each begins with a capital or a place, has one full stop at its end, and a verb."""
    broken = [
        (row, what, said)
        for row, what, said in sentences()
        if not re.fullmatch(r"[A-Z`].*[^.\s]\.", said)
        or "  " in said
        or re.search(r"\.\s", A_PLACE.sub("", said))
        or not (ORDER.match(said) if what == "fix" else VERB.search(said))
    ]
    assert broken == []


def test_no_sentence_of_a_row_is_long():
    """It is read in a terminal, above the requests."""
    assert [(row, what, said) for row, what, said in sentences() if len(A_PLACE.sub("``", said)) > LONGEST[what]] == []


def test_rows_are_worded_as_engineers_word_them():
    """None has a turn of phrase that readers stumbled over."""
    assert [(row, said) for row, _, said in sentences() if LOST.search(said)] == []


def test_texts_are_worded_as_engineers_word_them():
    """Those of the checks, of the contract and of records: messages, and docstrings."""
    lost = [
        (place, line.strip())
        for place, text in texts()
        if text not in FROZEN
        for line in text.splitlines()
        if LOST.search(line)
    ]
    assert lost == []


def test_each_frozen_text_is_still_there():
    """An exemption goes with its text."""
    assert FROZEN.keys() - {text for _, text in texts()} == set()


def test_one_of_a_thing_is_not_many():
    """A length may be 1, so that a plural follows it only where there are always several."""
    assert [(place, what) for place, what in counted() if what not in SEVERAL] == []
