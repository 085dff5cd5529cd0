"""The HTML report in a real browser: filters, search, links, keys and copying."""

from __future__ import annotations

import pytest
from common.browser import NEEDED, chip, focused, press, until, visible
from common.pages import conflict_report, many_report
from selenium.webdriver import Keys
from selenium.webdriver.common.by import By

pytestmark = NEEDED


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
