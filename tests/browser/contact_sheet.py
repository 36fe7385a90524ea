"""Draw every built page and every piece that moves: one picture for each of them.

A page is drawn light, dark and on a phone, a piece in five states of use. Run it after
a build: ``python tests/browser/contact_sheet.py``. It writes into
``_build/contact-sheets``, or into the folder named as its argument; ``--page NAME``
draws one page and its pieces. A long page is cut into columns.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from pieces_in_use import PIECES, STATES, picture
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

TALLEST = 1800  # pixels: a screen shows it without much scrolling
SCALE = 0.5
BEGUN = """[...document.querySelectorAll(".tag_hands-on figure")]
  .every((one) => one.matches(".live, :has(.hands-on-trouble)"))"""
LOOKS = ((WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark"))


def shoot(address: str, started: Browser, name: str) -> list[Image.Image]:
    """Take a picture of the whole of one page in every look."""
    return [_picture(started, f"{address}/{name}", *look) for look in LOOKS]


def shoot_piece(
    address: str, started: Browser, piece: tuple[str, str]
) -> list[Image.Image]:
    """Take a picture of one piece in every state."""
    taken = (picture(address, started, piece, state) for state in STATES)
    return [Image.open(io.BytesIO(one)).convert("RGB") for one in taken]


def _picture(started: Browser, url: str, width: int, scheme: str) -> Image.Image:
    page = open_page(started, url, width=width, scheme=scheme)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})  # loads every image
    page.wait_for_function(BEGUN)
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture.convert("RGB")


def join(pictures: list[Image.Image], scale: float, gap: int = 16) -> Image.Image:
    """Lay pictures side by side, each cut into columns of a height that fits."""
    columns = [
        column
        for picture in pictures
        for column in _cut(picture.resize([int(side * scale) for side in picture.size]))
    ]
    width = sum(column.width + gap for column in columns)
    height = max(column.height for column in columns)
    sheet = Image.new("RGB", (width, height), "#888")
    lefts = np.cumsum([0, *(column.width + gap for column in columns)])
    for column, left in zip(columns, lefts, strict=False):
        sheet.paste(column, (int(left), 0))
    return sheet


def _cut(picture: Image.Image) -> list[Image.Image]:
    width, height = picture.size
    return [
        picture.crop((0, top, width, min(top + TALLEST, height)))
        for top in range(0, height, TALLEST)
    ]


def main() -> None:
    """Read the command line, look at the site, write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__)
    folder = ROOT / "_build" / "contact-sheets"
    parser.add_argument("target", nargs="?", type=Path, default=folder)
    parser.add_argument("--page", help="only this page, such as book/index.html")
    options = parser.parse_args()
    site = ROOT / "_build" / "html"
    if not (site / "index.html").exists():
        sys.exit(f"{site}: expected a built book, found none; run jupyter-book build .")
    if chromium() is None:
        sys.exit("Chromium was not found; install it or set CONVLENS_CHROMIUM")
    options.target.mkdir(parents=True, exist_ok=True)
    names = [options.page] if options.page else pages(site)
    pieces = [one for one in PIECES if f"book/{one[0]}.html" in names]
    with served(site) as address, browser() as started:
        for name in names:
            sheet = join(shoot(address, started, name), SCALE)
            _save(sheet, options.target / f"{Path(name).stem}.png")
        for piece in pieces:
            sheet = join(shoot_piece(address, started, piece), SCALE)
            _save(sheet, options.target / f"piece-{piece[1]}.png")


def _save(sheet: Image.Image, file: Path) -> None:
    sheet.save(file)
    print(file)


if __name__ == "__main__":
    main()
