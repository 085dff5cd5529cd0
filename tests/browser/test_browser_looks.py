"""The HTML report in a real browser: themes, phones, paper, no script, and evidence that does not run."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from common.browser import NEEDED, chromium, press, until, visible
from common.pages import conflict_report, hostile_report, many_report
from selenium.webdriver.common.by import By

from ed_contract.report import html_report
from ed_contract.report.redaction import Redactor

pytestmark = NEEDED


def background(driver):
    """Return how light the page is, from 0 to 255."""
    colour = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    return int(colour.removeprefix("rgb(").partition(",")[0])


@pytest.mark.parametrize("preferred", ["light", "dark"])
def test_the_theme_is_the_readers(show, preferred):
    """As the system prefers, the other one on request, and remembered."""
    driver = show(conflict_report())
    media = {"features": [{"name": "prefers-color-scheme", "value": preferred}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        assert (background(driver) > 127) is (preferred == "light")
        driver.find_element(By.ID, "theme").click()
        assert (background(driver) > 127) is (preferred == "dark")
        driver.refresh()
        assert (background(driver) > 127) is (preferred == "dark")
        press(driver, "t")
        assert (background(driver) > 127) is (preferred == "light")
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def requested(driver):
    """Return the URLs of all requests since the last call, and what the console said."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if not url.startswith("about:")], driver.get_log("browser")


def test_hostile_evidence_neither_runs_nor_loads(show):
    """Not when everything is unfolded and each link in it is where it is; the policy had nothing to forbid."""
    requested(show(conflict_report()))
    driver = show(hostile_report())
    driver.find_element(By.ID, "unfold").click()
    driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    until(driver, "document.readyState === 'complete'")
    assert driver.execute_script("return typeof window.pwned") == "undefined"
    assert driver.execute_script("return document.querySelectorAll('iframe, img, base, link, object').length") == 0
    assert driver.execute_script("return document.scripts.length") == 1
    urls, console = requested(driver)
    assert {url.partition("#")[0] for url in urls} == {driver.current_url.partition("#")[0]}
    assert console == []


def test_the_policy_stops_a_script_that_got_in(show):
    """If ever a string were not escaped."""
    driver = show(conflict_report())
    driver.execute_script(
        "const one = document.createElement('div');"
        'one.innerHTML = \'<img src=x onerror="window.pwned = 1"><svg onload="window.pwned = 2">\';'
        "document.addEventListener('securitypolicyviolation', () => { window.stopped = true });"
        "document.body.append(one)"
    )
    assert until(driver, "window.stopped")
    assert driver.execute_script("return typeof window.pwned") == "undefined"


def test_it_is_read_without_its_script(tmp_path):
    """Nothing that needs the script is offered; everything else is there, and folds."""
    path = tmp_path / "report.html"
    path.write_text(html_report.write(many_report(12), Redactor()), encoding="utf-8")
    with chromium(tmp_path / "profile") as driver:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        driver.get(path.as_uri())
        assert not driver.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
        assert not driver.find_element(By.CSS_SELECTOR, ".copy").is_displayed()
        folded = driver.find_elements(By.CSS_SELECTOR, ".finding")[11]
        assert not folded.find_element(By.CSS_SELECTOR, ".told").is_displayed()
        folded.find_element(By.CSS_SELECTOR, "summary").click()
        assert folded.find_element(By.CSS_SELECTOR, ".told").is_displayed()


@contextmanager
def screen(driver, width):
    """Show the page on a screen of so many pixels."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield driver
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize(("width", "stacked"), [(1200, False), (481, False), (480, True), (390, True)])
def test_a_phone_stacks_label_and_value(show, width, stacked):
    """Each value of a row below the one before, under its label; in columns on anything wider."""
    with screen(show(hostile_report()), width) as driver:
        driver.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
        for row in (".diff tbody tr.differs", ".card tbody tr"):
            tops, labels = driver.execute_script(
                "const cells = [...document.querySelector(arguments[0]).querySelectorAll('td')];"
                "return [cells.map(cell => cell.getBoundingClientRect().top),"
                " cells.map(cell => getComputedStyle(cell, '::before').content)]",
                row,
            )
            assert (tops[1] > tops[0]) is stacked
            assert (labels != ["none"] * len(labels)) is stacked
        labels = driver.execute_script(
            "return [...document.querySelectorAll('.rows tbody tr:first-child td')].slice(2, 5)"
            ".map(cell => getComputedStyle(cell, '::before').content)"
        )
        assert labels == (['"level"', '"clause"', '"observed"'] if stacked else ["none"] * 3)


def opened(driver):
    """Return the findings that are unfolded."""
    return driver.execute_script("return [...document.querySelectorAll('.finding[open]')].map(one => one.id)")


def test_a_phone_unfolds_one_finding_at_a_time(show):
    """The first at first; another that is touched, or led to, takes its place, at the top of the window."""
    page = show(many_report(12))
    with screen(page, 390) as driver:
        driver.refresh()
        names = visible(driver, ".finding")
        assert opened(driver) == names[:1]
        assert visible(driver, "#unfold, #fold") == []
        driver.find_elements(By.CSS_SELECTOR, ".finding > summary")[4].click()
        assert until(driver, "document.querySelectorAll('.finding[open]').length === 1")
        assert opened(driver) == [names[4]]
        top = f"document.getElementById('{names[4]}').getBoundingClientRect().top"
        assert until(driver, f"{top} >= 0 && {top} < 200")
        driver.execute_script("location.hash = arguments[0]", f"#{names[9]}")
        assert until(driver, f"document.getElementById('{names[9]}').open")
        assert opened(driver) == [names[9]]
        driver.find_elements(By.CSS_SELECTOR, ".finding > summary")[9].click()
        assert opened(driver) == []


def test_a_phone_folds_the_areas_in_which_nothing_was_found(show):
    """A search unfolds those that hold what it looks for."""
    page = show(many_report(3))
    with screen(page, 390) as driver:
        driver.refresh()
        areas = "return [...document.querySelectorAll('.area[open]')].map(one => one.id)"
        assert driver.execute_script(areas) == ["area/request", "area/echo"]
        press(driver, "/", "idempotency/replay")
        assert "area/idempotency" in driver.execute_script(areas)
        assert visible(driver, ".requirement") == ["idempotency/replay"]


@pytest.mark.parametrize("width", [1200, 390])
def test_no_page_is_wider_than_its_window(show, width):
    """On a phone too, whatever the evidence; tables scroll by themselves."""
    with screen(show(hostile_report()), width) as driver:
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width


def test_it_is_printed_light_and_unfolded(show):
    """Whatever the theme on the screen; what is for the mouse is left out."""
    driver = show(many_report(12))
    driver.execute_script("document.documentElement.dataset.theme = 'dark'")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert background(driver) == 255
        assert visible(driver, ".filters, .copy, .actions, .keys, button, input") == []
        told = "[...document.querySelectorAll('.finding .told')].every(one => one.checkVisibility())"
        driver.execute_script("dispatchEvent(new Event('beforeprint'))")
        assert driver.execute_script(f"return {told}")
        assert driver.execute_script("return document.querySelectorAll('details:not([open])').length") == 0
        assert visible(driver, ".exchanges .body, #card, .area .requirement") != []
        assert driver.execute_cdp_cmd("Page.printToPDF", {})["data"]
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
