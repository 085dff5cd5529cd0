"""A type is added to a document, and the commands, the strategies and a run know it, from the outside."""

from __future__ import annotations

import re

import pytest
from common.command import ed_contract
from contracts.azure import AZURE, FIELDS, with_azure
from hypothesis import HealthCheck, Phase, find, settings

from ed_contract import Target, run
from ed_contract import strategies as ed
from ed_contract.contract import Contract
from ed_contract.reference import DEFAULT_KEYS, Reference
from ed_contract.verdict import Verdict

MOST = 900
FIRST, SECOND = DEFAULT_KEYS
OF_REQUESTS = [f"request/{AZURE}/type", *(f"request/{AZURE}.{name}/required" for name in FIELDS)]
OF_ANSWERS = [f"response/{AZURE}.{name}/required" for name in FIELDS]
FAST = settings(database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), max_examples=2000)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The document."""
    path = tmp_path_factory.mktemp("azure") / "with-azure.yaml"
    path.write_text(with_azure(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def contract(path):
    """Its contract."""
    return Contract.load(path)


def is_new(params):
    """Whether a create has the new type and its object."""
    return params["type"] == AZURE and {*params[AZURE]} == {*FIELDS}


def test_the_rows_are_listed(path):
    """By the command, the new ones too."""
    done = ed_contract("list", "--contract", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert {*OF_REQUESTS, *OF_ANSWERS} <= {line.split()[0] for line in done.stdout.splitlines()}


def test_a_plan_is_within_the_cap(path):
    """As every plan says beforehand."""
    done = ed_contract("run", "--dry-run", "--contract", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    (planned,) = re.findall(r"(\d+) requests planned", done.stdout)
    assert int(planned) <= MOST


def test_creates_have_the_new_type(contract):
    """With its object."""
    assert is_new(find(ed.create_params(contract=contract), is_new, settings=FAST))


@pytest.mark.parametrize("requirement", OF_REQUESTS)
def test_the_new_rows_are_mutated(contract, requirement):
    """Each, from creates of the new type."""
    case = find(ed.mutated_cases(requirement, contract=contract), lambda _: True, settings=FAST)
    assert case.mutation.requirement == requirement
    assert case.params["type"] == AZURE


def test_answers_show_the_new_object(contract):
    """As it was sent."""
    exchange = find(ed.exchanges(contract=contract), lambda one: is_new(one[0]) and one[1].get(AZURE), settings=FAST)
    sent, shown = exchange
    assert {name: shown[AZURE][name] for name in FIELDS} == sent[AZURE]


@pytest.mark.parametrize("requirement", OF_ANSWERS)
def test_the_new_rows_of_answers_are_mutated(contract, requirement):
    """Each, in answers to creates of the new type."""
    broken = find(ed.mutated_responses(requirement, contract=contract), lambda _: True, settings=FAST)
    assert broken.requirement == requirement
    assert broken.params["type"] == AZURE


def test_the_covering_array_holds_the_new_type(contract):
    """Beside every value of every other option."""
    cases = ed.combinations(contract=contract)
    assert {case.params["event_payload"] for case in cases if case.params["type"] == AZURE} == {"thin", "snapshot"}


def test_the_reference_of_the_edition_conforms(path, contract):
    """In a run of all phases, in which each row of the new type was judged."""
    with Reference(edition="2026-04") as reference:
        target = Target.of_app(reference, api_key=FIRST, second_api_key=SECOND)
        report = run(target, contract=path, seed=1, key_age=0)
    assert report.findings == ()
    assert report.verdict is Verdict.PASS
    assert report.complete
    assert report.requests <= MOST
    rows = {row.requirement.id: row.verdict for row in report.requirements if AZURE in row.requirement.id}
    assert {*rows} == {name for name in contract.requirements if AZURE in name}
    assert {*rows.values()} == {Verdict.PASS}
