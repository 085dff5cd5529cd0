"""A real browser, and a reader's actions in it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
NEEDED = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium and chromedriver here: apt-get install chromium chromium-driver"
)


@contextmanager
def chromium(folder, *arguments):
    """Start a headless chromium with a fresh profile, which reports every request that it makes."""
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


def visible(driver, selector):
    """Return the ids of the elements that are shown, folded or not."""
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).map(one => one.id)",
        selector,
    )


def press(driver, *keys):
    """Press keys, one after another, wherever the focus is."""
    chain = ActionChains(driver)
    for key in keys:
        chain.send_keys(key)
    chain.perform()


def focused(driver):
    """Return the id of the finding that has the focus, or of the element itself."""
    return driver.execute_script("const one = document.activeElement; return (one.closest('.finding') || one).id")


def until(driver, script):
    """Wait until a script returns a true value, and return it."""
    return WebDriverWait(driver, 30).until(lambda one: one.execute_script(f"return {script}"))


def chip(driver, value):
    """Press the filter of a verdict or a level."""
    driver.find_element(By.CSS_SELECTOR, f".chip[value='{value}']").click()
