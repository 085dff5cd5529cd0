"""One browser for all tests of the HTML report."""

from __future__ import annotations

import pytest
from common.browser import chromium

from ed_contract.report import html_report
from ed_contract.report.redaction import Redactor


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """One browser for all tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture
def show(driver, tmp_path):
    """Write a report and open it, with nothing remembered of the one before."""

    def shown(report, anchor=""):
        path = tmp_path / "report.html"
        path.write_text(html_report.write(report, Redactor()), encoding="utf-8")
        driver.get("about:blank")
        driver.get(path.as_uri())
        driver.execute_script("localStorage.clear()")
        driver.get("about:blank")
        driver.get(f"{path.as_uri()}{anchor}")
        return driver

    return shown
