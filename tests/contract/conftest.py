"""Loads documents of one's own."""

from __future__ import annotations

import pytest
import yaml
from common.documents import FILE

from ed_contract.contract import Contract


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Returns what loads a document from a file in the current folder."""
    monkeypatch.chdir(tmp_path)

    def load(document, operation=None):
        text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
        path = tmp_path / FILE
        path.write_text(text, encoding="utf-8")
        return Contract.load(path.relative_to(tmp_path), operation=operation)

    return load
