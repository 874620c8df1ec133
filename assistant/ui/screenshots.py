"""`python -m assistant.ui.screenshots`: pictures of the chat over the sample corpus, for the README.

Needs the `test` extra (Playwright) and a Chromium on the PATH. Uses the data folder as configured and fills it with
the sample corpus if it is empty.
"""

from __future__ import annotations

import argparse
import io
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from assistant.server import open_server
from assistant.settings import Settings, load_settings
from assistant.wiring import ingest_paths, open_store

FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
ANSWERED = "Tổng kinh phí thực hiện Kế hoạch 186/KH-UBND là bao nhiêu?"
NOT_THERE = "Năm 2023 tỉnh có bao nhiêu doanh nghiệp phá sản?"
WITHIN = "Quyết định 22/2023/QĐ-UBND có hiệu lực từ ngày nào?"
FOLLOW_UP = "Kiến nghị, phản ánh được tiếp nhận qua những hình thức nào theo Quyết định 31/2022/QĐ-UBND?"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what is asked in a window of that size, and what is opened then."""

    name: str
    questions: tuple[str, ...]
    width: int = 1440
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    open_source: bool = False
    within: str = ""  # kind of document that the questions are narrowed to
    library: str = ""  # document opened in the library


SHOTS = (
    Shot("start", ()),
    Shot("answer", (ANSWERED,)),
    Shot("source", (ANSWERED,), open_source=True),
    Shot("abstained", (NOT_THERE,)),
    Shot("narrow", (WITHIN,), within="Quyết định"),
    Shot("library", (), library="31/2022/QĐ-UBND"),
    Shot("dark", (ANSWERED, FOLLOW_UP), scheme="dark", open_source=True),
    Shot("tablet", (ANSWERED,), width=768, height=1024),
    Shot("phone", (ANSWERED,), width=360, height=740),
    Shot("phone-source", (ANSWERED,), width=360, height=740, open_source=True),
)


def main() -> None:
    """Take every picture into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "screenshots")
    parser.add_argument("--documents", type=Path, default=Path("eval/sample/documents"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with serving(load_settings(), arguments.documents) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        for shot in SHOTS:
            path = arguments.out / f"{shot.name}.png"
            path.write_bytes(small(take(browser, address, shot)))
            print(f"{path} {path.stat().st_size // 1024} KB")
        browser.close()


@contextmanager
def serving(settings: Settings, documents: Path) -> Iterator[str]:
    """The whole assistant on a free port; gives its address."""
    store = open_store(settings)
    if not store.documents():
        ingest_paths(settings, [documents], store=store)
    store.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(open_server(settings).app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """The PNG of one picture."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme, locale="vi-VN"
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#pa-greeting h2")
    if shot.within:
        page.locator(".scope-open").click()
        page.locator("#pa-filters [name=doc_type]").select_option(shot.within)
        page.locator("#pa-filters [type=submit]").click()
        page.wait_for_selector(".chip")
    for number, question in enumerate(shot.questions, start=1):
        ask(page, question, number)
    if shot.open_source:
        page.locator("#pa-current button.cite").first.click()
        page.wait_for_selector("#pa-viewer mark")
    if shot.library:
        page.locator(".tabs [data-view=library]").click()
        page.locator(".library .row-main", has_text=f"· {shot.library}").first.click()
        page.wait_for_selector("#pa-viewer .detail")
    page.wait_for_timeout(900)  # fonts, the sheet's transition, questions to go on with
    picture = page.screenshot()
    context.close()
    return picture


def ask(page: Page, question: str, number: int) -> None:
    """Send a question and wait for its whole answer."""
    page.locator("#pa-box textarea").fill(question)
    page.locator("#pa-box textarea").press("Enter")
    page.wait_for_selector(f'#pa-current .exchange[data-number="{number}"]:not(.working)')


def small(png: bytes) -> bytes:
    """The same picture in 256 colours, which flat pages do not miss."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        palette = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        palette.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
