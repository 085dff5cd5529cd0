"""The library in a notebook: a run in its kernel, the report below the cell, and a file beside it."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

CELLS = (
    "from ed_contract import Target, run\nfrom ed_contract.reference import Reference",
    'report = run(phases="smoke")\nreport',
    "print(report)",
    'report.write("html", "report.html")',
    'with Reference() as app:\n    shown = run(Target.of_app(app), api_key="sk_test_a", phases="smoke")\nshown',
)
EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("judge.ipynb", as_version=4)
NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": "."}}).execute()
nbformat.write(notebook, "judged.ipynb")
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The folder of a notebook that was executed, and its cells with what they show."""
    folder = tmp_path_factory.mktemp("notebook")
    cells = [nbformat.v4.new_code_cell(one) for one in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "judge.ipynb")
    variables = {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_PLATFORM_DIRS": "1"}
    subprocess.run([sys.executable, "-c", EXECUTE], check=True, cwd=folder, env=variables)
    return folder, nbformat.read(folder / "judged.ipynb", as_version=4).cells


def test_a_report_is_shown_as_a_table(executed):
    """Of the bundled server, and of an application in the kernel itself, whose event loop runs."""
    _, cells = executed
    for cell, target in ((cells[1], "http://127.0.0.1:"), (cells[4], "Reference")):
        (output,) = cell.outputs
        html = output.data["text/html"]
        assert html.startswith("<div>\n<p><strong>CONFORMS AS FAR AS JUDGED: ")
        assert target in html
        assert "<table>" in html


def test_a_report_is_printed_without_colours(executed):
    """As the command prints it, with what the bundled server is."""
    _, cells = executed
    (output,) = cells[2].outputs
    assert output.text.startswith("CONFORMS AS FAR AS JUDGED: ")
    assert output.text.endswith("`ed-contract run URL --api-key KEY` judges yours\n")
    assert "\x1b" not in output.text


def test_a_report_is_written_beside_the_notebook(executed):
    """And nothing is said about it."""
    folder, cells = executed
    assert cells[3].outputs == []
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
