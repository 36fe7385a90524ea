"""Serve a built site on this machine and open it in Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = 1280, 390


class Quiet(SimpleHTTPRequestHandler):
    """A file server that does not log."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def chromium() -> str | None:
    """Where Chromium is: ``CONVLENS_CHROMIUM``, else on the path, else not at all."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (shutil.which(name) for name in names)
    return os.environ.get("CONVLENS_CHROMIUM") or next(filter(None, found), None)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; yield its address."""
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium without a screen."""
    with sync_playwright() as playwright:
        options = {"executable_path": chromium(), "args": FLAGS}
        started = playwright.chromium.launch(**options)
        yield started
        started.close()


def pages(site: Path) -> list[str]:
    """Every page of the book, as paths relative to the site."""
    return sorted(
        str(page.relative_to(site)) for page in (site / "book").rglob("*.html")
    )


def open_page(
    started: Browser, url: str, *, width: int, scheme: str, **more: object
) -> Page:
    """Open one page at a width in a colour scheme, and wait until it is drawn.

    Its warnings and errors are in its ``said``, what it asked for in its ``asked``.
    ``more`` are options of Playwright's ``new_page``, such as ``has_touch``.
    """
    page = started.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, **more
    )
    page.said, page.asked = [], []
    page.on("console", partial(_note, page.said))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(300)
    return page


def _note(said: list[str], message: ConsoleMessage) -> None:
    if message.type in ("warning", "error"):
        said.append(message.text)
