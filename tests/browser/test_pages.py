"""Every page in a browser: no overflow, no console messages, no outside requests."""

import pytest
from contact_sheet import LOOKS, TALLEST, join, shoot
from site_in_browser import PHONE, WIDE, pages


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
          const shown = captions.filter((e) => e.checkVisibility());
          return shown.filter((e) => colour(e) != text).map((e) => e.innerText);
        }"""
    )


def clipped_code(page) -> list[str]:
    """Blocks of code or of printed text that are wider than the page shows."""
    return page.evaluate(
        """() => [...document.querySelectorAll("article pre")]
          .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
          .map((e) => e.innerText.slice(0, 60))"""
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
        assert clipped_code(page) == [], name
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


def shown_images(page) -> list[str]:
    """The files of the first figure that a reader sees."""
    return page.evaluate(
        """() => [...document.querySelector("figure").querySelectorAll("img")]
          .filter((e) => e.checkVisibility()).map((e) => e.className)"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_kernel_slides_for_readers_who_do_not_ask_for_less_motion(
    place, scheme, motion
):
    address, started = place
    page = started.new_page(color_scheme=scheme, reduced_motion=motion)
    page.goto(f"{address}/book/index.html")
    moves = "still" if motion == "reduce" else "moving"
    assert shown_images(page) == [f"only-{scheme} {moves}"]
    page.emulate_media(media="print")
    assert shown_images(page) == [f"only-{scheme} still"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_version_of_a_figure_that_is_shown_is_loaded(opened, scheme):
    page, _ = opened("book/index.html", scheme=scheme)
    loaded = {url for url in page.asked if "/_images/" in url}
    version = f"figure img.only-{scheme}:not(.still)"
    wanted = page.locator(version).evaluate_all("all => all.map((e) => e.src)")
    assert loaded
    assert loaded <= {*wanted}
    assert shown_images(page) == [f"only-{scheme} moving"]
    page.close()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_figure_is_enlarged_and_put_back_by_mouse_and_keyboard(opened, width):
    page, _ = opened("book/convolution-by-hand.html", width=width)
    link = page.locator("figure a.image-reference:visible").first
    caption = page.locator("figure .caption-text").first.inner_text()
    link.click()
    dialog = page.locator("dialog.enlarged")
    assert " ".join(caption.split())[:40] in " ".join(dialog.inner_text().split())
    assert "MIT licence" in dialog.inner_text()
    assert dialog.locator("img").bounding_box()["width"] > 700
    assert dialog.locator("a.save").get_attribute("download") is not None
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert link.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    assert dialog.count() == 1
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.close()


def test_the_fonts_of_the_book_are_used(opened):
    page, _ = opened("book/convolution-by-hand.html")
    faces = page.evaluate(
        """async () => {
          await document.fonts.ready;
          return [...document.fonts].filter((e) => e.status == "loaded")
            .map((e) => e.family.replaceAll('"', ""));
        }"""
    )
    ours = {"Atkinson Hyperlegible Next", "Iosevka", "STIX Two Math"}
    assert {*faces} - {"Font Awesome 6 Free"} == ours
    page.close()


def test_the_contact_sheet_shows_every_look_and_can_be_looked_at(place):
    pictures = shoot(*place, "book/colophon.html")
    assert [picture.width for picture in pictures] == [WIDE, WIDE, PHONE, PHONE]
    light, dark, *phone = (picture.getpixel((5, 700)) for picture in pictures)
    for bright, black in ((light, dark), phone):
        assert sum(bright) > 600 > 200 > sum(black)
    sheet = join(pictures, 0.25)
    assert sheet.height <= TALLEST
    area = sum(picture.width * picture.height for picture in pictures) * 0.25**2
    assert sheet.width * sheet.height > 0.98 * area
