"""`python -m eval bench chat`: what a reader waits for in a real browser, over a server of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from eval.bench.load import build, serving
from eval.bench.output import emit, parser
from vectorstore.errors import ConfigurationError

FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
WARM = 3  # questions that are not measured
PAUSE_MS = 1000  # a reader reads: the suggestions of one answer are not still being worked on when the next is asked
# Time from what the reader does to the frame in which the page shows what it was done for, in the browser's own clock.
_PROBE = """([event, number]) => {
  const shown = {
    keydown: () => document.querySelector(`#pa-current .exchange[data-number="${number}"] .answer`)?.textContent.trim(),
    click: () => document.querySelector('#pa-side[data-view] #pa-viewer mark')?.getClientRects().length,
  };
  window.taken = new Promise((done) => document.addEventListener(event, () => {
    const begun = performance.now();
    const look = () => shown[event]()
      ? requestAnimationFrame(() => done(performance.now() - begun))
      : requestAnimationFrame(look);
    look();
  }, { capture: true, once: true }));
}"""


def main(arguments: Sequence[str]) -> int:
    """Time from Enter to the first words of an extractive answer, and from a click to the marked sentence."""
    options = parser("chat", main.__doc__ or "")
    options.add_argument("--chunks", type=int, default=600, help="passages in the index, about; the full one: 10000")
    options.add_argument("--questions", type=int, default=40, help="questions asked, one after the other")
    options.add_argument("--cache", type=Path, default=Path("eval-results/cache"), help="where the index is kept")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args(arguments)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise ConfigurationError("Cần có Chromium trên máy.", "A Chromium on the PATH is needed.")
    folder, questions = build(given.cache, given.chunks, given.seed)
    asked = [question for question, _ in questions[: given.questions + WARM]]
    with serving(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="vi-VN")
        page.goto(server.address)
        page.wait_for_selector("#pa-greeting h2")
        rows = measure(page, asked)
        browser.close()
    emit("chat", rows, given.json, chunks=given.chunks, questions=len(asked) - WARM)
    return 0


def measure(page: Page, questions: Sequence[str]) -> list[dict[str, Any]]:
    """A row for first words and one for opening a source, in milliseconds."""
    words, sources = [], []
    for number, question in enumerate(questions, start=1):
        box = page.locator("#pa-box textarea")
        box.fill(question)
        page.evaluate(_PROBE, ["keydown", number])
        box.press("Enter")
        words.append(page.evaluate("() => window.taken"))
        page.wait_for_selector(f'#pa-current .exchange[data-number="{number}"]:not(.working)')
        mark = page.locator("#pa-current button.cite").first
        if mark.count():
            page.evaluate(_PROBE, ["click", number])
            mark.click()
            sources.append(page.evaluate("() => window.taken"))
            page.keyboard.press("Escape")
        page.wait_for_timeout(PAUSE_MS)
    return [_row("first words", words[WARM:]), _row("source opened", sources[WARM:])]


def _row(name: str, taken: Sequence[float]) -> dict[str, Any]:
    percentiles = {f"p{share}_ms": float(np.percentile(taken, share)) if taken else None for share in (50, 95, 99)}
    return {"stack": name, "measured": len(taken), **percentiles}
