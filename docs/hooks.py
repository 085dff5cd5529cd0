"""What properdocs asks while it builds the site: pages that are generated, and marks in pages that are filled in."""

from __future__ import annotations

import re
from pathlib import Path

import catalogue
import command_line
import figures
import names
import packages
import run_plan
from properdocs.config.defaults import ProperDocsConfig
from properdocs.structure.files import File, Files, InclusionLevel
from properdocs.structure.pages import Page

IMAGES = Path(__file__).parent / "images"
MARKS = {
    "<!-- the requirements -->": catalogue.overview,
    "<!-- the commands -->": command_line.commands,
    "<!-- the settings -->": command_line.settings,
    "<!-- the states of a key -->": catalogue.key_states,
    "<!-- the picture of a key -->": lambda: f"<figure>\n{drawing('key-states')}\n</figure>",
    "<!-- a finding -->": lambda: f"```text\n{catalogue.finding('idempotency/conflict/status')}\n```",
    "<!-- the phases -->": run_plan.phases,
    "<!-- the order -->": run_plan.order,
    "<!-- the figures -->": figures.shown,
    "<!-- the published packages -->": packages.tables,
    "<!-- the create without a package -->": packages.without_package,
    "<!-- the mocks -->": packages.mocks,
    "<!-- the public names -->": names.package,
    "<!-- the strategies -->": names.strategies,
}
MOVED = {"design.md": "architecture.md"}
"""Old addresses that links from outside may still have."""
_IN_A_CLONE = re.compile(r"(?<= -->)\n> Not in this file.*")
_NOT_RUN = re.compile(r"^```python no-run$", re.MULTILINE)


def on_files(files: Files, config: ProperDocsConfig) -> Files:
    """Add a page for each area of requirements, and one that leads on for each that has moved."""
    for area in catalogue.AREAS:
        files.append(File.generated(config, f"requirements/{area}.md", content=catalogue.area_page(area)))
    for old, new in MOVED.items():
        text = f"# Moved\n\nThis page is now [{new.removesuffix('.md')}]({new}).\n"
        files.append(File.generated(config, old, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_page_markdown(markdown: str, page: Page, config: ProperDocsConfig, files: Files) -> str:  # noqa: ARG001 - as properdocs calls it
    """Fill in the marks; that an example is not run is for the tests to know."""
    if page.file.src_uri == "page.md":
        markdown = catalogue.with_requirements(markdown)
    markdown = _IN_A_CLONE.sub("", markdown)
    for mark, make in MARKS.items():
        if mark in markdown:
            markdown = markdown.replace(mark, make())
    return _NOT_RUN.sub("```python", markdown)


def drawing(name: str) -> str:
    """Return a picture of ours as it stands in a page: it takes the colours of the text around it."""
    return (IMAGES / f"{name}.svg").read_text(encoding="utf-8").strip()
