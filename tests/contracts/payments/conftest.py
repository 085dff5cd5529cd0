"""What the tests of the payments share: their contract, and the same without annotations."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ed_contract.contract import Contract
from ed_contract.contract.schemas import bare

DOCUMENT = Path(__file__).with_name("payments.yaml")


@pytest.fixture(scope="session")
def contract():
    """The contract, fully annotated."""
    return Contract.load(DOCUMENT)


@pytest.fixture(scope="session")
def bare_document(tmp_path_factory):
    """The path of the same document without annotations."""
    path = tmp_path_factory.mktemp("bare") / "payments.yaml"
    path.write_text(yaml.safe_dump(bare(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))), sort_keys=False))
    return path


@pytest.fixture(scope="session")
def bare_contract(bare_document):
    """The contract that a document without annotations makes."""
    return Contract.load(bare_document)
