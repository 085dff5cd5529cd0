"""The page about contracts of one's own: each excerpt goes into its document, and adds what stands below it."""

from __future__ import annotations

import copy
import re

import pytest
import yaml
from common.consoles import ROOT, blocks
from openapi_spec_validator import validate

from ed_contract.contract import Contract
from ed_contract.contract.advice import advice
from ed_contract.contract.references import ANNOTATIONS

PAGE = ROOT / "docs" / "contracts.md"
BLOCKS = blocks(PAGE)
(DOCUMENT,) = (yaml.safe_load(block.text) for block in BLOCKS if block.title)
EXCERPTS = [
    (yaml.safe_load(block.text), following.text.split() if following.language == "text" else [])
    for block, following in zip(BLOCKS, (*BLOCKS[1:], BLOCKS[0]), strict=True)
    if block.language == "yaml" and not block.title
]


def merged(node, more):
    """Return a part of a document with what an excerpt adds."""
    if not isinstance(node, dict) or not isinstance(more, dict):
        return more
    return {**node, **{name: merged(node.get(name), value) for name, value in more.items()}}


def annotated(*excerpts):
    """Return the page's document with excerpts in it."""
    document = copy.deepcopy(DOCUMENT)
    schemas, create = document["components"]["schemas"], document["paths"]["/payments"]["post"]
    for excerpt in excerpts:
        for name, more in excerpt.items():
            if name == create["operationId"]:
                document["paths"]["/payments"]["post"] = create = merged(create, more)
            else:
                schemas[name] = merged(schemas[name], more)
    return document


@pytest.fixture
def loaded(tmp_path):
    """Returns what loads a document."""

    def load(document):
        path = tmp_path / "payments.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        return Contract.load(path)

    return load


@pytest.mark.parametrize(("excerpt", "adds"), EXCERPTS)
def test_an_excerpt_adds_what_the_page_says(loaded, excerpt, adds):
    """These requirements, and no others."""
    before, after = loaded(DOCUMENT).requirements, loaded(annotated(excerpt)).requirements
    assert [row for row in after if row not in before] == adds
    assert [row for row in before if row not in after] == []


def test_all_excerpts_together_make_a_full_document(loaded):
    """With every annotation that there is, and nothing more to advise."""
    document = annotated(*(excerpt for excerpt, _ in EXCERPTS))
    validate(document)
    assert {name for name in ANNOTATIONS if name not in yaml.safe_dump(document)} == set()
    assert advice(loaded(document)) == ()


def test_the_document_of_the_page_annotates_nothing(loaded):
    """And is valid OpenAPI."""
    validate(DOCUMENT)
    assert [name for name in ANNOTATIONS if name in yaml.safe_dump(DOCUMENT)] == []
    assert loaded(DOCUMENT).operation.path == "/payments"


def test_what_annotations_would_add_is_what_is_advised(loaded):
    """Row by row."""
    rows = re.findall(r"^\| `(x-[a-z-]+)` \| (.*?) ?\| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = [(name, tuple(re.findall(r"`(.*?)`", at)), adds) for name, at, adds in rows]
    assert told == [(one.annotation, one.places, one.adds) for one in advice(loaded(DOCUMENT))]


def test_each_annotation_is_on_the_page():
    """By its name."""
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in ANNOTATIONS if f"`{name}`" not in page] == []
