"""The HTML report in a real browser: filters, links, keys, copying, themes, and evidence that does not run."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager

import pytest
from common.pages import conflict_report, hostile_report, many_report
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from ed_contract.report import html
from ed_contract.report.redaction import Redactor

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here: apt-get install chromium chromium-driver"
)


@contextmanager
def chromium(folder, *arguments):
    """Start a headless chromium with a profile of its own, which tells every request that it makes."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    shared = ("headless=new", "no-sandbox", "disable-dev-shm-usage", "window-size=1200,900")
    for argument in (*shared, f"user-data-dir={folder}", *arguments):
        options.add_argument(f"--{argument}")
    driver = Chrome(options=options, service=ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """One browser for all tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture
def show(driver, tmp_path):
    """Write a report and open it, with nothing remembered of the one before."""

    def shown(report, anchor=""):
        path = tmp_path / "report.html"
        path.write_text(html.write(report, Redactor()), encoding="utf-8")
        driver.get("about:blank")
        driver.get(path.as_uri())
        driver.execute_script("localStorage.clear()")
        driver.get("about:blank")
        driver.get(f"{path.as_uri()}{anchor}")
        return driver

    return shown


def visible(driver, selector):
    """Return the ids of the elements that are shown, folded or not."""
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).map(one => one.id)",
        selector,
    )


def press(driver, *keys):
    """Press keys, one after the other, wherever the focus is."""
    chain = ActionChains(driver)
    for key in keys:
        chain.send_keys(key)
    chain.perform()


def focused(driver):
    """Return the id of the finding that has the focus, or of the element itself."""
    return driver.execute_script("const one = document.activeElement; return (one.closest('.finding') || one).id")


def until(driver, script):
    """Wait for a script to return what is true, and return it."""
    return WebDriverWait(driver, 30).until(lambda one: one.execute_script(f"return {script}"))


def chip(driver, value):
    """Press the filter of a verdict or a level."""
    driver.find_element(By.CSS_SELECTOR, f".chip[value='{value}']").click()


def test_filters_leave_what_was_chosen(show):
    """By verdict and by level; an area without rows goes too, and the count says what is left."""
    driver = show(many_report(9))
    everything = len(visible(driver, ".requirement"))
    assert driver.find_element(By.ID, "shown").text == ""
    chip(driver, "skipped")
    assert len(visible(driver, ".requirement")) == 3
    assert visible(driver, ".area") == ["area/request", "area/echo"]
    assert driver.find_element(By.ID, "shown").text == f"9 of 9 findings, 3 of {everything} requirements"
    chip(driver, "must")
    assert visible(driver, ".requirement") == ["echo/normalised"]
    assert visible(driver, ".finding") == [f"echo/normalised:fault-{number}" for number in (2, 5, 8)]
    chip(driver, "fail")
    assert visible(driver, ".finding, .requirement") == []
    press(driver, Keys.ESCAPE)
    assert len(visible(driver, ".requirement")) == everything
    assert len(visible(driver, ".finding")) == 9


def filters_of(driver):
    """Return what the filters say: the search, and the chips that are not pressed."""
    return driver.execute_script(
        "return [document.getElementById('search').value,"
        " [...document.querySelectorAll('.chip[aria-pressed=false]')].map(chip => chip.value)]"
    )


def fragment(driver):
    """Return the address behind the page's own."""
    return driver.execute_script("return location.hash")


def test_filters_are_kept_in_the_address(show):
    """They survive a reload, and the address shows another reader the same; without filters it is a plain one."""
    driver = show(many_report(9))
    chip(driver, "skipped")
    chip(driver, "should")
    press(driver, "/", "fault 3")
    kept = ["fault 3", ["skipped", "should"]]
    assert fragment(driver) == "#?q=fault+3&verdict=fail,error,inconclusive,pass&level=must"
    assert visible(driver, ".finding") == ["echo/name:fault-3"]
    driver.refresh()
    assert filters_of(driver) == kept
    assert visible(driver, ".finding") == ["echo/name:fault-3"]
    address = driver.current_url
    driver.switch_to.new_window("tab")
    driver.get(address)
    assert filters_of(driver) == kept
    driver.close()
    driver.switch_to.window(driver.window_handles[0])
    press(driver, Keys.ESCAPE)
    assert (filters_of(driver), fragment(driver)) == (["", []], "")


def test_an_address_holds_a_place_beside_the_filters(show):
    """A link within the page keeps the filters, and the way back is the one that was taken."""
    driver = show(many_report(9), "#echo/name:fault-3?level=must")
    assert until(driver, "document.activeElement.closest('.finding')?.id") == "echo/name:fault-3"
    assert filters_of(driver) == ["", ["should"]]
    driver.execute_script("document.querySelector('.finding .links a').click()")  # it may lie behind the filters
    assert until(driver, "location.hash") == "#echo/name?level=must"
    assert until(driver, "document.querySelector('.here').id") == "echo/name"
    assert filters_of(driver) == ["", ["should"]]
    driver.back()
    assert until(driver, "document.querySelector('.here').id") == "echo/name:fault-3"


@pytest.mark.parametrize(
    ("anchor", "filters"),
    [
        (
            "#?verdict=nonsense&level=must,nonsense",
            ["", ["fail", "error", "inconclusive", "pass", "skipped", "should"]],
        ),
        ("#?q=%3Cimg%20src%3Dx%20onerror%3D%22window.pwned%3D1%22%3E", ['<img src=x onerror="window.pwned=1">', []]),
        ("#?%%%&=&q", ["", []]),
        ("#nowhere", ["", []]),
    ],
)
def test_an_address_that_somebody_made_up_does_no_harm(show, anchor, filters):
    """What it says is text, and what it says wrongly is not there."""
    driver = show(many_report(3), anchor)
    assert filters_of(driver) == filters
    assert driver.execute_script("return typeof window.pwned") == "undefined"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pressed_chips_look_pressed(show, theme):
    """In both themes, and to a screen reader; the keyboard presses them too."""
    driver = show(many_report(3))
    driver.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
    one = driver.find_element(By.CSS_SELECTOR, ".chip[value=pass]")

    def look():
        return driver.execute_script(
            "const style = getComputedStyle(arguments[0]), mark = getComputedStyle(arguments[0], '::before');"
            "return [arguments[0].ariaPressed, style.backgroundColor, style.borderStyle, mark.content]",
            one,
        )

    pressed, background_pressed, border_pressed, mark_pressed = look()
    one.send_keys(Keys.SPACE)
    released, background_released, border_released, mark_released = look()
    assert (pressed, released) == ("true", "false")
    assert background_pressed != background_released == "rgba(0, 0, 0, 0)"
    assert (border_pressed, border_released) == ("solid", "dashed")
    assert (mark_pressed, mark_released) == ('"✓"', "none")
    one.send_keys(Keys.ENTER)
    assert look()[0] == "true"


def test_search_takes_all_its_words(show):
    """In any order, in ids, statements and evidence."""
    driver = show(many_report(9))
    press(driver, "/", "Name fault-3 ECHO")
    assert focused(driver) == "search"
    assert visible(driver, ".finding") == ["echo/name:fault-3"]
    assert visible(driver, ".requirement") == []
    press(driver, Keys.ESCAPE, "/", "EXACTLY metadata")
    assert visible(driver, ".requirement") == ["echo/metadata"]


@pytest.mark.parametrize("anchor", ["#echo/name:fault-150", "#echo%2Fname:fault-150"])
def test_a_link_leads_to_a_folded_finding(show, anchor):
    """It is unfolded, in the window, and has the focus."""
    driver = show(many_report(200), anchor)
    assert until(driver, "document.getElementById('echo/name:fault-150').open")
    assert until(driver, "document.activeElement.closest('.finding')?.id") == "echo/name:fault-150"
    top = "document.getElementById('echo/name:fault-150').getBoundingClientRect().top"
    assert driver.execute_script(f"return {top} >= 0 && {top} < innerHeight")


def test_a_link_leads_to_what_is_filtered_away(show):
    """The filters give way."""
    driver = show(conflict_report())
    press(driver, "/", "nothing has this word")
    assert visible(driver, ".requirement") == []
    driver.execute_script("location.hash = '#idempotency/replay'")
    assert until(driver, "document.getElementById('idempotency/replay').checkVisibility()")
    assert "idempotency/replay" in driver.execute_script("return document.querySelector(':target').id")


def test_keys_move_between_the_findings_that_are_shown(show):
    """And stop at both ends; Enter folds."""
    driver = show(many_report(12))
    names = visible(driver, ".finding")
    press(driver, "j")
    assert focused(driver) == names[0]
    press(driver, "j", "j", Keys.ARROW_DOWN)
    assert focused(driver) == names[3]
    press(driver, "k", Keys.ARROW_UP)
    assert focused(driver) == names[1]
    press(driver, *"k" * 5)
    assert focused(driver) == names[0]
    press(driver, Keys.ENTER)
    assert driver.execute_script("return document.activeElement.parentElement.open") is False
    press(driver, *"j" * 20)
    assert focused(driver) == names[-1]
    chip(driver, "must")
    press(driver, "j")
    assert focused(driver).startswith("echo/normalised:")


def test_everything_is_unfolded_and_folded(show):
    """By two buttons, and for print."""
    driver = show(many_report(12))
    count = "document.querySelectorAll('.finding[open]').length"
    assert until(driver, count) == 10
    driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert driver.execute_script(f"return {count}") == 12
    driver.execute_script("dispatchEvent(new Event('afterprint'))")
    assert driver.execute_script(f"return {count}") == 10
    driver.find_element(By.ID, "unfold").click()
    assert driver.execute_script(f"return {count}") == 12
    driver.find_element(By.ID, "fold").click()
    assert driver.execute_script(f"return {count}") == 0


@pytest.mark.parametrize("clipboard", [True, False])
@pytest.mark.parametrize("by_key", [True, False])
def test_the_requests_are_copied(show, clipboard, by_key):
    """To the character, from a button or by a key, whether or not the page is given the clipboard."""
    driver = show(conflict_report())
    driver.execute_script(
        "window.copied = []; document.addEventListener('copy', () => copied.push(document.activeElement.value));"
        "Object.defineProperty(navigator, 'clipboard', {value: arguments[0] ?"
        " {writeText: async text => { copied.push(text) }} : undefined})",
        clipboard,
    )
    if by_key:
        press(driver, "j", "c")
    else:
        driver.find_element(By.CSS_SELECTOR, ".copy").click()
    script = driver.execute_script("return document.querySelector('.script pre').textContent")
    assert script.startswith("K1=$(cat /proc")
    assert script.count("curl -sSi") == 2
    assert until(driver, "document.getElementById('said').textContent") == "Copied"
    assert driver.execute_script("return copied") == [script]


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
    path.write_text(html.write(many_report(12), Redactor()), encoding="utf-8")
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
