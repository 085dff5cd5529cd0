"""Makes the example findings of the requirement catalogue in docs/data: `uv run python docs/findings.py [ID]…`.

Runs against one broken server of the zoo for each requirement, and keeps what is printed of the finding. The site is
built from what is kept, so that its build needs no server.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

from ed_contract import CONTRACT, Target, run
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import finding_lines
from ed_contract.zoo import MUTANTS, Mutant, as_needed

FILE = Path(__file__).parent / "data" / "findings.json"
KEYS = ("sk_test_a", "sk_test_b")
MORE_TELLING = (
    # mutants to show where another than the first of their requirement shows more, or shows it each time
    "name-coerced",
    "one-source-wrapped",
    "one-include-wrapped",
    "url-wrapped",
    "type-open",
    "event-payload-open",
    "answers-id-as-number",
    "answers-object-event-destination",
    "answers-name-as-array",
    "answers-type-in-capitals",
    "answers-event-payload-capitalised",
    "answers-enabled-events-as-joined",
    "answers-livemode-as-string",
    "answers-status-active",
    "answers-created-as-unix",
    "answers-updated-as-unix",
    "answers-amazon-eventbridge-aws-account-id-as-number",
    "answers-amazon-eventbridge-aws-event-source-status-creating",
    "description-html-escaped",
    "conflict-422",
    "metadata-not-compared",
    "race-of-10-milliseconds",
)
WHOLE_RUNS = {"idempotency/remembers"}  # a run for this requirement alone uses too few other keys
THE_PAGES_TIME = datetime(2024, 10, 22, 16, 20, 9, 931000, tzinfo=UTC)
_CHANGING = (
    (r"\A\d+\. ", ""),  # which number it has depends on what else is found
    (r", seen \d+ times", ""),
    (r" --request-timeout 2\Z", ""),  # with which examples are made
    (r"whsec_[0-9A-Za-z]+", "whsec_…"),
)
_ADDRESS = re.compile(r"127\.0\.0\.1:\d+")
_ID = re.compile(r"\bed_test_[0-9A-Za-z]+")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(\.\d{3,6})?")
_UNIX_TIME = re.compile(r"\b1[789]\d{8}\b")

Example: TypeAlias = dict[str, str]


def mutant_of(identifier: str) -> Mutant:
    """Return the broken server that shows a requirement."""
    breaking = [one for one in MUTANTS if one.breaks == identifier and one.edition == CONTRACT.edition]
    return next((one for one in breaking if one.name in MORE_TELLING), breaking[0])


def example_of(identifier: str) -> Example:
    """Return the mutant's name, and its finding as it is printed, but for what differs from run to run."""
    mutant = mutant_of(identifier)
    with as_needed(mutant) as (url, beside):
        report = run(
            Target(url=url, api_key=KEYS[0], second_api_key=KEYS[1], request_timeout=2.0),
            only=() if identifier in WHOLE_RUNS else [identifier],
            seed=0,
            **beside,
        )
    bugs = [bug for bug in report.bugs if bug.finding.requirement == identifier]
    if not bugs:
        raise SystemExit(f"{mutant.name} shows no finding of {identifier}")
    requirement = CONTRACT.requirements[identifier]
    lines = finding_lines(bugs[0], requirement, report, Redactor(KEYS))
    return {"mutant": mutant.name, "finding": normalised("\n".join(line.text for line in lines))}


def normalised(text: str) -> str:
    """Return the text with what differs from run to run replaced: port, count, ids, times and secrets."""
    for pattern, replacement in _CHANGING:
        text = re.sub(pattern, replacement, text)
    nodes = {one: f"127.0.0.1:{8000 + n}" for n, one in enumerate(dict.fromkeys(_ADDRESS.findall(text)))}
    text = _ADDRESS.sub(lambda found: nodes[found[0]], text)
    ids = {one: f"ed_test_{number}" for number, one in enumerate(dict.fromkeys(_ID.findall(text)), 1)}
    text = _ID.sub(lambda found: ids[found[0]], text)
    text = _UNIX_TIME.sub(str(int(THE_PAGES_TIME.timestamp())), text)
    return _as_on_the_page(text)


def _as_on_the_page(text: str) -> str:
    """Return the text with its first time, and the others as much as that, moved to the page's; a fix tells none."""
    came = [line for line in text.splitlines() if not line.startswith("  Fix:")]
    first = _TIME.search("\n".join(came))
    if first is None:
        return text
    moved = partial(_TIME.sub, partial(_moved, THE_PAGES_TIME - _time(first)))
    return "\n".join(moved(line) if line in came else line for line in text.splitlines())


def _moved(by: timedelta, found: re.Match[str]) -> str:
    """Return a time that is later by so much, written as it was."""
    moved = _time(found) + by
    fraction = f".{moved.microsecond:06}"[: len(found[4])] if found[4] else ""
    return f"{moved:%Y-%m-%d}{found[2]}{moved:%H:%M:%S}{fraction}"


def _time(found: re.Match[str]) -> datetime:
    return datetime.fromisoformat(f"{found[1]}T{found[3]}{found[4] or ''}+00:00")


def kept() -> Mapping[str, Example]:
    """Return the examples that are kept, by requirement."""
    examples: dict[str, Example] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return examples


def main() -> None:
    """Write the examples of the requirements that are named, or of all."""
    wanted = sys.argv[1:] or list(CONTRACT.requirements)
    examples = dict(kept())
    with ProcessPoolExecutor(max_workers=2) as pool:
        for identifier, example in zip(wanted, pool.map(example_of, wanted), strict=True):
            examples[identifier] = example
            print(f"{identifier}: {example['mutant']}", flush=True)
    ordered = {identifier: examples[identifier] for identifier in CONTRACT.requirements if identifier in examples}
    FILE.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
