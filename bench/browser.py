"""The board in Chromium: until it can be used, against a static file of the same first cards, styled but dead."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Figure
from bench.ground import Ground

ROUNDS = 15

# From the start of the navigation until the page is laid out and (`ready`) every behaviour is connected.
_UNTIL = """ready => new Promise(done => {
  const look = () => {
    if (document.readyState === "loading" || (ready && document.documentElement.dataset.ready === undefined)) {
      return requestAnimationFrame(look);
    }
    requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  };
  look();
})"""


def run(ground: Ground) -> Iterator[Figure]:
    token = ground.sign_in(ground.administrator)
    html = ground.client(ground.administrator).page("/board").text
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        Path(folder, "index.html").write_text(_plain(html, ground.product))
        static = _served(folder)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        first = _times(browser, ground.product, token, static, fresh=True)
        again = _times(browser, ground.product, token, static, fresh=False)
        browser.close()
    yield Figure("usable, with what the browser has kept", again[0], 1.5, floor=again[1], floor_name="static file")
    yield Figure("usable, the very first visit", first[0], 1.5, floor=first[1], floor_name="static file")


def _plain(html: str, product: str) -> str:
    """The page as a file: the same first cards under the same style sheet, and no script."""
    html = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return html.replace('href="/assets/', f'href="{product}/assets/')


def _served(folder: str) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/index.html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def _times(browser: Browser, product: str, token: str, static: str, *, fresh: bool) -> tuple[float, float]:
    """Medians in milliseconds of the product and of the file, in turn; each in a new profile, or all in one."""
    board: list[float] = []
    plain: list[float] = []
    kept = _page(browser, product, token)
    for _ in range(ROUNDS):
        for page_of, address, into, ready in (
            (product, f"{product}/board", board, True),
            (product, static, plain, False),
        ):
            page = _page(browser, page_of, token) if fresh else kept
            page.goto(address, wait_until="commit")
            into.append(page.evaluate(_UNTIL, ready))
            if fresh:
                page.context.close()
    kept.context.close()
    skip = 0 if fresh else 2
    return statistics.median(board[skip:]), statistics.median(plain[skip:])


def _page(browser: Browser, product: str, token: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "turns_session", "value": token, "url": product}])
    return context.new_page()
