"""What the tests in a browser share: the served site, and a page opened at a piece."""

import os
import re

import pytest
from site_in_browser import WIDE, browser, chromium, open_page, served

missing = chromium() is None
if missing and os.environ.get("CI"):
    raise RuntimeError("CI must look at the pages: install Chromium")


def pytest_collection_modifyitems(items):
    """Without a browser, none of these tests can look at a page."""
    for item in items:
        if missing and item.path.parent.name == "browser":
            item.add_marker(pytest.mark.skip(reason="looks at the pages in Chromium"))


@pytest.fixture(scope="session")
def place(site):
    """The address of the served site, and a browser."""
    with served(site) as address, browser() as started:
        yield address, started


@pytest.fixture
def opened(place):
    """Open a page; it tells what it printed and what it asked for."""
    address, started = place

    def look(name, width=WIDE, scheme="light", **more):
        url = f"{address}/{name}"
        return open_page(started, url, width=width, scheme=scheme, **more), address

    return look


@pytest.fixture
def piece(opened):
    """Open a page, come near a piece, and wait until it stands in its figure's place.

    In the end the page must have said nothing, and asked nobody else.
    """
    pages = []

    def come_near(page_name, name, **looks):
        page, address = opened(f"book/{page_name}.html", **looks)
        pages.append((page, address))
        page.locator(f".cell.tag_{name}").scroll_into_view_if_needed()
        found = page.locator(f".hands-on.{name}")
        found.wait_for()
        return page, found

    yield come_near
    for page, address in pages:
        assert page.said == []
        assert [
            url for url in page.asked if not re.match(f"{address}|blob:", url)
        ] == []
        page.close()
