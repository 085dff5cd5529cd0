"""The site as it is built: strictly, offline, and with nothing that a reader's browser would have to load."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from urllib.parse import unquote, urldefrag, urlsplit

import catalogue
import hooks
import pytest
from common.consoles import ROOT

import ed_contract
from ed_contract import strategies as ed
from ed_contract.contract import CONTRACT

LOADED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]+)"|<link\b[^>]*\bhref="([^"]+)"')
ANCHOR = re.compile(r'\b(?:id|name)="([^"]+)"')
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
IN_MARKDOWN = re.compile(r"\]\(([^)\s]+)\)")
NOWHERE = "http://127.0.0.1:9"  # the port of a service that throws away what it gets, which nobody offers


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a strict build, with a proxy that leads nowhere."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml", "--site-dir", str(folder)]
    offline = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    environment = {**os.environ, **offline, "SOURCE_DATE_EPOCH": "0"}
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


def test_each_clause_has_its_place(site):
    """A requirement leads to the clause that it comes from, and the clause to its requirements."""
    page = (site / "page.html").read_text(encoding="utf-8")
    anchors = ANCHOR.findall(page)
    for row in CONTRACT.requirements.values():
        assert catalogue.anchor(row.clause) in anchors, row.clause
        assert f'href="requirements/{row.area}.html#{row.id}"' in page
        of_area = (site / "requirements" / f"{row.area}.html").read_text(encoding="utf-8")
        assert f'href="../page.html#{catalogue.anchor(row.clause)}"' in of_area


def test_every_link_leads_somewhere(site):
    """To a page that there is, and to an anchor in it."""
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if path.name != "404.html"}
    anchors = {path: {html.unescape(one) for one in ANCHOR.findall(text)} for path, text in pages.items()}
    lost, fragments = [], 0
    for path, text in pages.items():
        for link in map(html.unescape, LINK.findall(text)):
            if urlsplit(link).scheme:
                continue
            fragments += "#" in link
            name, fragment = urldefrag(link)
            to = (path.parent / unquote(name)).resolve() if name else path
            to = to / "index.html" if to.is_dir() else to
            if not to.exists() or (fragment and to in anchors and unquote(fragment) not in anchors[to]):
                lost.append((path.name, link))
    assert lost == []
    assert fragments > 500


@pytest.mark.parametrize("name", ["README.md", "AGENTS.md", "CONTRIBUTING.md"])
def test_a_link_of_the_repository_leads_somewhere(site, name):
    """To a file that there is; one to an anchor of a page, to what the site has there."""
    for link in IN_MARKDOWN.findall((ROOT / name).read_text(encoding="utf-8")):
        path, fragment = urldefrag(link)
        if not urlsplit(link).scheme:
            assert (ROOT / path).exists(), link
            built = site / path.removeprefix("docs/").replace(".md", ".html")
            assert not fragment or f'id="{fragment}"' in built.read_text(encoding="utf-8"), link


def test_a_page_that_has_moved_leads_on(site):
    """Old addresses are kept."""
    for old, new in hooks.MOVED.items():
        text = (site / old.replace(".md", ".html")).read_text(encoding="utf-8")
        assert f'href="{new.replace(".md", ".html")}"' in text


def test_each_public_name_is_documented(site):
    """With a heading that can be linked to, and what its docstring begins with."""
    page = (site / "api.html").read_text(encoding="utf-8")
    headings = set(re.findall(r'<h3 id="(?:[\w.]*\.)?(\w+)"', page))
    assert {*ed_contract.__all__} - {"__version__"} <= headings
    assert {*ed.__all__} <= headings
    assert "Judge a server against the page, or a contract of your own" in page


def test_what_makes_the_site_is_no_part_of_it(site):
    """Scripts and kept findings stay where they are."""
    assert [path for path in site.rglob("*") if path.suffix in {".py", ".md"} or path.parent.name == "data"] == []
