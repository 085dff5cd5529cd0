"""The site as it is built: strictly, offline, and with nothing that a reader's browser would have to load."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from common.consoles import ROOT

from ed_contract.contract import CONTRACT

LOADED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]+)"|<link\b[^>]*\bhref="([^"]+)"')
NOWHERE = "http://127.0.0.1:9"  # the port of a service that throws away what it gets, which nobody offers


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a strict build, with a proxy that leads nowhere."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    offline = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    environment = {**os.environ, **offline, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    said = [line for line in done.stderr.splitlines() if not line.startswith("INFO ")]
    assert (done.returncode, done.stdout, said) == (0, "", [])
    return folder


def test_a_reader_loads_nothing_from_elsewhere(site):
    """Neither a script nor a style nor a picture, and no font."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loaded = ["".join(found) for found in LOADED.findall(page.read_text(encoding="utf-8"))]
        assert loaded
        assert [one for one in loaded if "://" in one or one.startswith("//")] == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_each_requirement_has_its_place(site):
    """The ids that the catalogue's pages have as anchors are the ids of the contract."""
    anchors = [
        found
        for page in sorted((site / "requirements").glob("*.html"))
        for found in re.findall(r'<h2 id="([^"]+)"', page.read_text(encoding="utf-8"))
    ]
    assert sorted(anchors) == sorted(CONTRACT.requirements)


def test_what_makes_the_site_is_no_part_of_it(site):
    """Scripts and kept findings stay where they are."""
    assert [path for path in site.rglob("*") if path.suffix in {".py", ".md"} or path.name == "findings.json"] == []
