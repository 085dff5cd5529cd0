"""The requirement catalogue says what the contract, the checks and the zoo say, and its findings are those of today."""

from __future__ import annotations

import catalogue
import findings
import pytest
import right_answers

from ed_contract.contract import CONTRACT
from ed_contract.zoo import MUTANTS

WITHOUT_EXAMPLE = {}  # requirement: why none can be shown
SAMPLE = (
    "request/webhook_endpoint.url/required",
    "response/created/type",
    "echo/enabled_events",
    "include/webhook_endpoint.url",
    "idempotency/conflict/every-parameter",
    "robustness/error-envelope",
    "auth/no-key",
)


def test_each_requirement_has_an_example():
    """In the order of the contract; `uv run python docs/findings.py` makes those that are missing."""
    assert [*findings.kept(), *WITHOUT_EXAMPLE] == list(CONTRACT.requirements)


def test_an_example_is_of_a_mutant_that_breaks_its_requirement():
    """And its finding is of that requirement."""
    breaks = {one.name: one.breaks for one in MUTANTS}
    for identifier, example in findings.kept().items():
        assert breaks[example["mutant"]] == identifier
        assert example["finding"].split(" ")[1] == identifier
        row = CONTRACT.requirements[identifier]
        for said in (row.statement, row.why, row.fix):
            assert said in example["finding"]


@pytest.mark.parametrize("identifier", SAMPLE)
def test_an_example_is_what_is_printed_today(identifier):
    """To the letter, but for what differs from run to run."""
    assert findings.example_of(identifier) == findings.kept()[identifier]


@pytest.mark.parametrize("identifier", SAMPLE)
def test_a_right_answer_is_what_the_reference_says_today(identifier):
    """To the requests of the example."""
    assert right_answers.made(identifier) == right_answers.right_answers()[identifier]


def test_each_requirement_has_a_right_answer():
    """In the order of the contract; `uv run python docs/right_answers.py` makes those that are missing."""
    assert list(right_answers.right_answers()) == list(CONTRACT.requirements)


def test_a_right_answer_is_right():
    """A create that must be refused is; no answer is a server error."""
    for identifier, answers in right_answers.right_answers().items():
        statuses = [int(one[:3]) for one in answers]
        assert max(statuses) < 500
        if identifier.startswith("request/") and identifier != "request/valid":
            assert statuses == [400]
        if identifier.startswith("idempotency/conflict/"):
            assert 409 in statuses


def test_the_sample_has_every_area():
    """One requirement of each at least."""
    assert {identifier.partition("/")[0] for identifier in SAMPLE} == set(catalogue.AREAS)


def test_each_area_of_the_contract_has_a_page():
    """In the order of the contract."""
    assert list(catalogue.AREAS) == list(dict.fromkeys(row.area for row in CONTRACT.requirements.values()))


def test_a_requirement_is_shown_with_all_there_is_to_say():
    """Level, clause, check, phases, need, why, fix, a right answer and a wrong one, and mutants."""
    _, _, shown = catalogue.area_page("auth").partition("## `auth/no-key`")
    shown, _, _ = shown.partition("\n## ")
    row = CONTRACT.requirements["auth/no-key"]
    head, _, rest = shown.partition("\n  Request:")
    assert head == (
        " { #auth/no-key }\n"
        "\n"
        f"{row.statement}\n"
        "\n"
        "- Level: SHOULD\n"
        "- Clause: [Platform convention](../page.md#platform-convention)\n"
        "- Judged by: wrong credentials are refused\n"
        "- Shown by: the [phases](../phases.md) smoke, auth\n"
        "\n"
        f"**Why it matters**: {row.why}\n"
        "\n"
        f"**How to fix it**: {row.fix}\n"
        "\n"
        "**A correct answer**\n"
        "\n"
        f"```text\n{right_answers.right_answers()[row.id][0]}\n```\n"
        "\n"
        "**A wrong answer**, of `ed-contract serve --mutant anonymous-is-the-first`\n"
        "\n"
        "```text\n"
        "WARN auth/no-key [accepted] (SHOULD)\n"
        f"  {row.statement} (Platform convention)\n"
        "  Expected:   401\n"
        "  Actual:     200"
    )
    (mutant,) = (one for one in MUTANTS if one.name == "anonymous-is-the-first")
    assert rest.endswith(
        "**Servers that break it**\n"
        "\n"
        "| mutant | what it does |\n"
        "|---|---|\n"
        f"| `anonymous-is-the-first` | {mutant.sentence} |\n"
    )
    assert "\n- Needs: `--second-api-key`\n" in catalogue.area_page("idempotency")


def test_every_mutant_is_told():
    """Each of the first edition once, in the area of what it breaks; many of one requirement are folded away."""
    mutants = [one for one in MUTANTS if one.edition == CONTRACT.edition]
    for area in catalogue.AREAS:
        page = catalogue.area_page(area)
        for one in mutants:
            row = f"| `{one.name}` | {one.sentence} |\n"
            assert page.count(row) == (CONTRACT.requirements[one.breaks].area == area), one.name
    assert '\n??? note "60 more"\n\n    | mutant | what it does |\n    |---|---|\n' in catalogue.area_page("robustness")


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("http://127.0.0.1:43495/v2", "http://127.0.0.1:8000/v2"),
        ("FAIL a/b [c] (MUST, seen 13 times)", "FAIL a/b [c] (MUST)"),
        ('"ed_test_aB", "ed_test_c1", "ed_test_aB"', '"ed_test_1", "ed_test_2", "ed_test_1"'),
        ("2026-01-02T03:04:05.678Z, 2026-01-02 03:04:04.678", "2024-10-22T16:20:09.931Z, 2024-10-22 16:20:08.931"),
        ("2026-01-02T03:04:05.678000", "2024-10-22T16:20:09.931000"),
        ("`created` is 1789000000", "`created` is 1729614009"),
        ("whsec_abc", "whsec_…"),
    ],
)
def test_what_differs_from_run_to_run_is_replaced(printed, kept):
    """Port, count, ids, times by what lies between them, and secrets."""
    assert findings.normalised(printed) == kept
