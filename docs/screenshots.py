"""Makes the pictures of the HTML report in docs/images: `uv run python docs/screenshots.py`.

Runs against broken servers of the zoo, and needs Debian's chromium and chromium-driver.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from ed_contract import Report, Target, run
from ed_contract.report import html_report
from ed_contract.report.redaction import Redactor
from ed_contract.zoo import MUTANTS
from ed_contract.zoo.serving import serving

IMAGES = Path(__file__).parent / "images"
PICTURES = (
    # picture, mutant, theme, the part of the page that it begins with, height
    ("light", "replay-renamed", "light", "body", 960),
    ("dark", "no-other-accounts", "dark", "#combinations", 1220),
    ("findings", "urls-compared-by-host", "light", "#findings", 1220),
)
WIDTH = 1180
LARGEST = 300_000  # bytes of a picture


def report_on(name: str) -> Report:
    """Return what a run says of a mutant."""
    (one,) = (one for one in MUTANTS if one.name == name)
    with serving(one) as url:
        return run(Target(url=url, api_key="sk_test_a", second_api_key="sk_test_b"))


@contextmanager
def browser(folder: Path) -> Iterator[Chrome]:
    """Yield a headless chromium that keeps its profile in `folder`."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in ("headless=new", "no-sandbox", "hide-scrollbars", f"user-data-dir={folder / 'profile'}"):
        options.add_argument(f"--{argument}")
    driver = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, browser(Path(folder)) as driver:
        page = Path(folder) / "report.html"
        for name, mutant, theme, anchor, height in PICTURES:
            screen = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
            text = html_report.write(report_on(mutant), Redactor())
            page.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", text), encoding="utf-8")
            driver.get(page.as_uri())
            driver.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
            driver.execute_script("document.querySelector(arguments[0]).scrollIntoView()", anchor)
            path = IMAGES / f"report-{name}.png"
            driver.save_screenshot(str(path))
            size = path.stat().st_size
            if size > LARGEST:
                raise SystemExit(f"{path.name} has {size} bytes, more than {LARGEST}")
            print(f"{path.name}: {size} bytes")


if __name__ == "__main__":
    main()
