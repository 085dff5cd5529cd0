"""What a whole run says of a broken server: the requirement by name, in every format, without a secret, and again.

As a command it does so for every mutant of the zoo, or for every Nth:

    uv run python tests/quality/test_quality_outputs.py [N]
"""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ed_contract import Target, run
from ed_contract.contract import SEED
from ed_contract.finding import Finding
from ed_contract.replay import load, replay
from ed_contract.report import curl
from ed_contract.report.redaction import Redactor
from ed_contract.report.text import report_lines
from ed_contract.report.writers import WRITERS
from ed_contract.strategies import PAGE_EXAMPLE
from ed_contract.verdict import Verdict
from ed_contract.zoo import MUTANTS, as_needed, serving

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))  # for the processes of the command, which pytest does not start
from common import schemas  # noqa: E402 - after the path
from common.recording import observed, recording  # noqa: E402 - after the path

SECRETS = re.compile(r"sk_test_[ab]\b|whsec_(?!\*)[A-Za-z0-9+/=]")
TRIES = 40  # of faults that depend on a race or a count: a script cannot release last bytes together
OTHERWISE = {"name-of-the-first", "crashes-at-a-second-name", "leaks-on-refusal", "key-as-one-byte"}
"""Servers whose answers depend on much earlier requests: their faults do not show on fresh ones."""
ROOM = 2000  # requests, so that each of ten findings can be seen again before it is written down
NAMED = {one.name: one for one in MUTANTS}
SAMPLE = [one.name for one in MUTANTS if one.edition == SEED][7::97]


def problems(name):
    """Return what is wrong with a whole run's output about a mutant, one line each."""
    one = NAMED[name]
    with as_needed(one) as (url, beside):
        report = run(target(url), strict=True, max_requests=ROOM, **beside)
    redact = Redactor.of(target(url))
    written = {form: write(report, redact) for form, write in WRITERS.items()}
    written["text"] = "\n".join(line.text for line in report_lines(report, redact))
    found = [*_misnamed(one, report), *_leaking(written), *_invalid(written)]
    return [f"{name}: {problem}" for problem in [*found, *_not_again(one, report, written["json"])]]


def target(url):
    """Return the target with both accounts' keys."""
    return Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b", request_timeout=2.0)


def _misnamed(one, report):
    failing = {bug.finding.requirement for bug in report.failing}
    if one.breaks not in failing:
        yield f"{one.breaks} is not among {sorted(failing)}"
    if report.exit_code != 1:
        yield f"exit code {report.exit_code}"


def _leaking(written):
    for form, text in written.items():
        if match := SECRETS.search(text):
            yield f"{form} shows {text[max(0, match.start() - 40) : match.end() + 10]!r}"


def _invalid(written):
    for form in ("json", "sarif", "ctrf", "junit"):
        yield from (f"{form}: {problem[:200]}" for problem in schemas.problems(form, written[form]))
    cases = list(ET.fromstring(written["junit"]).iter("testcase"))  # noqa: S314 - our own
    if not cases:
        yield "junit: no testcase"
    for form, mark in {"html": "</html>", "github": "| MUST |"}.items():
        if mark.lower() not in written[form].lower():
            yield f"{form}: no {mark}"


@contextmanager
def used(one):
    """Serve a mutant that has already created a destination, as any server has when a finding is replayed."""
    with serving(one) as url:
        httpx.post(
            f"{url}/v2/core/event_destinations",
            json=PAGE_EXAMPLE | {"name": "The first"},
            headers={"Authorization": "Bearer sk_test_a", "Idempotency-Key": "before"},
        )
        yield url


def _not_again(one, report, document):
    """Send each finding again, as `replay` and as a shell does; findings that do not repeat say so."""
    recorded = {(it.requirement, it.fault): it for it in load(document)[1]}
    for bug in report.bugs:
        finding = bug.finding
        if finding.repeats is False or one.needs or _is_of_before(one, finding.requirement):
            continue
        with used(one) as url:
            again = replay(recorded[finding.identity], target(url))
        if again.verdict is not Verdict.FAIL:
            yield f"replay of {finding.requirement} [{finding.fault}]: {again.verdict}, {again.reason}"
        if finding.requirement == one.breaks and not _shown_in_a_shell(one, finding):
            yield f"curl of {finding.requirement} [{finding.fault}] does not show it"


def _is_of_before(one, requirement):
    """Whether a mutant's finding depends on earlier requests that its evidence lacks."""
    if one.name in OTHERWISE:
        return True
    if one.breaks == "robustness/keeps-serving":
        return requirement != one.breaks  # it is reported for the cases after the one that caused it
    return one.name.startswith("forgets-at-") and requirement == "idempotency/remembers"


def _shown_in_a_shell(one, finding):
    if any(it.request.hangs_up for it in finding.evidence):
        return True  # curl cannot reset a connection when an id was seen, as its note says
    environment = {
        "PATH": "/usr/bin:/bin",
        "ED_CONTRACT_API_KEY": "sk_test_a",
        "ED_CONTRACT_SECOND_API_KEY": "sk_test_b",
    }
    with used(one) as served:
        for _ in range(TRIES if any(it.burst is not None for it in finding.evidence) else 1):
            with recording(served) as (url, passed):
                script = curl.script(finding.evidence, f"{url}/v2/core/event_destinations", between=finding.between)
                subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, check=False)
            if any(isinstance(it, Finding) for it in observed(passed, finding)):
                return True
    return False


@pytest.mark.parametrize("name", SAMPLE)
def test_all_that_a_run_says_is_true_and_can_be_seen_again(name):
    """Named by its requirement in a whole run, valid in each format, without secrets, and repeated in both ways."""
    assert problems(name) == []


def main() -> None:
    """Judge every mutant, or every Nth, and print what is wrong."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    names = [one.name for one in MUTANTS if one.edition == SEED][::every]
    wrong = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, lines in enumerate(pool.map(problems, names), 1):
            wrong += len(lines)
            for line in lines:
                print(line, flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(names)} servers, {wrong} problems", flush=True)
    print(f"{len(names)} servers, {wrong} problems")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
