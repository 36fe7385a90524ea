"""Every page in a browser: no overflow, no console messages, no outside requests."""

import os

import pytest
from contact_sheet import LOOKS, join, shoot
from site_in_browser import PHONE, WIDE, browser, chromium, open_page, pages, served

missing = chromium() is None
if missing and os.environ.get("CI"):
    raise RuntimeError("CI must look at the pages: install Chromium")
pytestmark = pytest.mark.skipif(missing, reason="looks at the pages in Chromium")


@pytest.fixture(scope="module")
def place(site):
    """The address of the served site, and a browser."""
    with served(site) as address, browser() as started:
        yield address, started


@pytest.fixture
def opened(place):
    """Open a page; it tells what it printed and what it asked for."""
    address, started = place

    def look(name, width=WIDE, scheme="light"):
        url = f"{address}/{name}"
        return open_page(started, url, width=width, scheme=scheme), address

    return look


def test_a_long_address_in_a_banner_does_not_widen_the_page(opened):
    page, _ = opened("book/index.html", width=PHONE)
    page.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML("afterend",
        `<div class="data-banner">https://example.org/${"long".repeat(40)}</div>`)"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.close()


def faded_captions(page) -> list[str]:
    """Captions in another colour than the text around them: they can be hard to read.

    Only the browser knows the computed colours.
    """
    return page.evaluate(
        """() => {
          const colour = (e) => getComputedStyle(e).color;
          const text = colour(document.querySelector("article p"));
          const captions = [...document.querySelectorAll("figcaption .caption-text")];
          return captions.filter((e) => colour(e) != text).map((e) => e.innerText);
        }"""
    )


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_fit_are_readable_and_quiet_and_ask_nobody_else(
    opened, site, width, scheme
):
    """Each page is opened once in each look, which costs most of the time."""
    for name in pages(site):
        page, address = opened(name, width=width, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert faded_captions(page) == [], name
        assert page.said == [], name
        assert [url for url in page.asked if not url.startswith(address)] == []
        theme = page.evaluate("document.documentElement.dataset.theme")
        assert theme == scheme
        page.close()


def test_the_root_leads_to_the_book(opened):
    page, address = opened("index.html")
    page.wait_for_url(f"{address}/book/index.html")
    assert "How filters learn features" in page.title()
    page.close()


def test_code_and_solutions_unfold(opened):
    page, _ = opened("book/build-and-train.html")
    solution = page.locator(".solution .cell_output").first
    assert not solution.is_visible()
    page.locator(
        ".solution button.toggle-button, .solution .admonition-title"
    ).first.click()
    page.wait_for_timeout(500)
    assert solution.is_visible()
    page.close()


def test_a_faded_caption_is_found(opened):
    page, _ = opened("book/index.html")
    page.add_style_tag(content="figcaption .caption-text { color: #abc !important }")
    assert len(faded_captions(page)) == page.locator("figcaption").count() > 0
    page.close()


def test_the_contact_sheet_shows_every_look(place):
    (row,) = shoot(*place, ["book/colophon.html"])
    assert [picture.width for picture in row] == [WIDE, WIDE, PHONE]
    light, dark, _ = (picture.getpixel((5, 700)) for picture in row)
    assert sum(light) > 600 > 200 > sum(dark)
    assert join([row], 0.25).width > 700
