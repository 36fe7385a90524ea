"""Draw every built page, light, dark and on a phone, into one picture.

Run it after a build: ``python tests/browser/contact_sheet.py``. It writes
``_build/contact-sheet.png``, or the file named as its argument; ``--page NAME`` draws
one page at full size.
"""

from __future__ import annotations

import argparse
import io
import sys

import numpy as np
from PIL import Image
from playwright.sync_api import Browser
from site_in_browser import (
    PHONE,
    ROOT,
    WIDE,
    browser,
    chromium,
    open_page,
    pages,
    served,
)

WIDEST = 4000  # pixels
LOOKS = ((WIDE, "light"), (WIDE, "dark"), (PHONE, "light"))


def shoot(address: str, started: Browser, names: list[str]) -> list[list[Image.Image]]:
    """Take a picture of the whole of every page in every look."""
    return [
        [_picture(started, f"{address}/{name}", *look) for look in LOOKS]
        for name in names
    ]


def _picture(started: Browser, url: str, width: int, scheme: str) -> Image.Image:
    page = open_page(started, url, width=width, scheme=scheme)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    page.close()
    return picture.convert("RGB")


def join(rows: list[list[Image.Image]], scale: float, gap: int = 16) -> Image.Image:
    """Lay the looks of a page side by side, and as many pages beside it as fit."""
    shelves, used = [[]], 0
    for row in rows:
        small = [one.resize([int(side * scale) for side in one.size]) for one in row]
        width = sum(one.width + gap for one in small)
        if used and used + width > WIDEST:
            shelves.append([])
            used = 0
        shelves[-1] += small
        used += width
    heights = [max(one.height for one in shelf) + gap for shelf in shelves]
    widths = [sum(one.width + gap for one in shelf) for shelf in shelves]
    sheet = Image.new("RGB", (max(widths), sum(heights)), "#888")
    for shelf, top in zip(shelves, np.cumsum([0, *heights]), strict=False):
        lefts = np.cumsum([0, *(one.width + gap for one in shelf)])
        for one, left in zip(shelf, lefts, strict=False):
            sheet.paste(one, (int(left), int(top)))
    return sheet


def main() -> None:
    """Read the command line, look at the site, write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", default=ROOT / "_build/contact-sheet.png")
    parser.add_argument("--page", help="only this page, such as book/index.html")
    options = parser.parse_args()
    site = ROOT / "_build" / "html"
    if not (site / "index.html").exists():
        sys.exit(f"{site}: expected a built book, found none; run jupyter-book build .")
    if chromium() is None:
        sys.exit("Chromium was not found; install it or set CONVLENS_CHROMIUM")
    names = [options.page] if options.page else pages(site)
    with served(site) as address, browser() as started:
        rows = shoot(address, started, names)
    join(rows, 1.0 if options.page else 0.4).save(options.target)
    print(f"{options.target}: {', '.join(names)}")


if __name__ == "__main__":
    main()
