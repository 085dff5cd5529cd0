"""Which keys a target takes, told from those that it took and refused."""

from __future__ import annotations

import pytest
from common.interactions import EVENTBRIDGE, WEBHOOK, Run, answered

from ed_contract.case import Expectation, Key
from ed_contract.record.key_forms import KeyForms

FRESH = "a0025bdd-d666-4ade-aa76-b480419c0ccb"
JUDGED = ": creates under other keys prove nothing"
TEMPLATES = ("{fresh}", "{FRESH}", "a-{fresh}", "{fresh}-1", "{fresh}_1", "{fresh}.1", "{fresh}" + "-" * 28)


def said(takes, *templates, params=WEBHOOK, **options):
    """Return what is said of a target after creates under keys, of which it takes some."""
    run, forms = Run(), KeyForms()
    for template in templates:
        key = Key(template=template)
        answer = None if takes(key.filled(FRESH)) else answered({"error": {"code": "key", "message": "no"}}, 400)
        forms.add(run.add(params, answer, key=key.filled(FRESH), form=key, **options))
    return forms.said


@pytest.mark.parametrize(
    ("takes", "what"),
    [
        (lambda key: key == FRESH, "that are lower-case UUIDs"),
        (lambda key: key.lower() == FRESH, "that are UUIDs"),
        (lambda key: not set(key) - {*"0123456789abcdef-"}, "of lower-case letters, digits and hyphens"),
        (lambda key: key.replace("-", "").isalnum(), "of letters, digits and hyphens"),
        (lambda key: key == key.lower(), "without upper-case letters"),
        (lambda key: "." not in key, "of letters, digits, hyphens and underscores"),
        (lambda key: len(key) <= 40, "of fewer than 64 characters"),
        (
            lambda key: not set(key) - {*"0123456789abcdef-"} and len(key) <= 40,
            "of lower-case letters, digits and hyphens, of fewer than 64 characters",
        ),
    ],
)
def test_the_narrowest_form_that_explains_it_is_told(takes, what):
    """Once, in a sentence."""
    assert said(takes, *TEMPLATES) == f"accepts only idempotency keys {what}{JUDGED}"


def test_what_has_no_form_is_told_by_an_example():
    """The first key that was refused."""
    assert said(lambda key: not key.startswith("a-"), *TEMPLATES) == (
        f"accepts only some idempotency keys, but not e.g. a-{FRESH}{JUDGED}"
    )


def test_nothing_is_told_where_nothing_is_known():
    """Keys that few servers take, all taken or none, creates that are to be refused, types that are never made."""
    assert said(lambda _: True, *TEMPLATES) == ""
    assert said(lambda _: False, *TEMPLATES) == ""
    assert said(lambda key: len(key) <= 64, "{fresh}", "{fresh}" + "-" * 100, "<{fresh}>") == ""
    assert said(lambda key: key == FRESH, *TEMPLATES, expectation=Expectation.REJECT) == ""
    run, forms = Run(), KeyForms()
    forms.add(run.add(WEBHOOK, key=FRESH, form=Key()))
    refused = answered({"error": {"code": "type", "message": "no"}}, 400)
    forms.add(run.add(EVENTBRIDGE, refused, key=f"{FRESH}-1", form=Key(template="{fresh}-1")))
    assert forms.said == ""
