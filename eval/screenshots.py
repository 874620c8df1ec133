"""`python -m eval.screenshots RESULTS`: pictures of a report as a browser shows it, for eval/README.md.

Needs the `test` extra (Playwright) and a Chromium on the PATH; loads nothing from a network.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

FOLDER = Path(__file__).with_name("screenshots")
WIDTH, HEIGHT = 1100, 1500


def main() -> None:
    """Write `report.png`, the top of the report, and `report-failures.png`, the first failures opened."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="python -m eval.screenshots", description=main.__doc__)
    parser.add_argument("results", type=Path, help="the folder of a finished run")
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto((given.results / "report.html").resolve().as_uri())
        page.screenshot(path=given.out / "report.png")
        failures = page.locator("details.failure")
        if failures.count():
            failures.first.evaluate("element => { element.open = true; element.scrollIntoView(); }")
            page.screenshot(path=given.out / "report-failures.png")
        browser.close()


if __name__ == "__main__":
    main()
