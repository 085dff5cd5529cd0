"""What mkdocs asks while it builds the site: pages that are generated, and marks in pages that are filled in."""

from __future__ import annotations

import re

import catalogue
import command_line
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

MARKS = {
    "<!-- the requirements -->": catalogue.overview,
    "<!-- the commands -->": command_line.commands,
    "<!-- the settings -->": command_line.settings,
    "<!-- the states of a key -->": catalogue.key_states,
}
_NOT_RUN = re.compile(r"^```python no-run$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each area of requirements."""
    for area in catalogue.AREAS:
        files.append(File.generated(config, f"requirements/{area}.md", content=catalogue.area_page(area)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - as mkdocs calls it
    """Fill in the marks; that an example is not run is for the tests to know."""
    for mark, make in MARKS.items():
        if mark in markdown:
            markdown = markdown.replace(mark, make())
    return _NOT_RUN.sub("```python", markdown)
