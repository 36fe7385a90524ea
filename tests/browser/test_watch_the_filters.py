"""The film of the training: what it shows at each step, and how it is moved."""

import re

import numpy as np
import pytest
from convlens.convolution import cross_correlate
from playwright.sync_api import expect
from site_in_browser import PHONE

PAGE, NAME = "how-a-filter-learns", "watch-the-filters"
BOTH = [(PAGE, NAME), ("index", "watch-in-small")]


@pytest.fixture
def watched(piece):
    """Open the film."""
    return lambda **looks: piece(PAGE, NAME, **looks)


def exported(page, name):
    """The facts and the arrays of a part, as the page has them."""
    part = page.evaluate(
        """async (name) => {
          const { part } = await import("/_static/hands-on/files.js");
          const { facts, arrays } = await part(name);
          const plain = ([key, { shape, data }]) => [key, [shape, [...data]]];
          return [facts, Object.fromEntries(Object.entries(arrays).map(plain))];
        }""",
        name,
    )
    facts, arrays = part
    return facts, {k: np.reshape(data, shape) for k, (shape, data) in arrays.items()}


def painted(panels):
    """The colours of panels, shape (panels, height, width, 3)."""
    pixels = panels.evaluate_all(
        """(all) => all.map((e) => {
          const { data } = e.getContext("2d").getImageData(0, 0, e.width, e.height);
          return [e.height, e.width, [...data]];
        })"""
    )
    return np.array([np.reshape(p, (h, w, 4))[..., :3] for h, w, p in pixels])


def coloured(values, most, table):
    """The colours of values on a scale with white at zero."""
    places = np.floor((values / most + 1) / 2 * len(table)).astype(int)
    return table[places.clip(0, len(table) - 1)]


def last_first(stack):
    return np.moveaxis(stack, -1, 0)


def slide(found, at):
    found.get_by_role("slider").fill(f"{at}")


def step_shown(found):
    """The number of the step that stands beside the slider."""
    words = found.locator("output").inner_text()
    return int(re.match(r"step ([\d,]+) of", words)[1].replace(",", ""))


def shows(found, step):
    """Wait until a step is shown."""
    expect(found.locator("output")).to_contain_text(f"step {step:,} of")


def two(number):
    return f"{number:.2f}".replace("-", "−") if round(number, 2) else "0.00"


@pytest.mark.parametrize("share", [0, 0.2, 1])
def test_kernels_and_maps_are_those_of_the_step_on_one_scale(watched, share):
    page, found = watched()
    facts, film = exported(page, "film")
    table = exported(page, "looks")[1]["signed"]
    at = round(share * (len(facts["steps"]) - 1))
    slide(found, at)
    assert step_shown(found) == facts["steps"][at]
    image = film["seven"][np.newaxis, ..., np.newaxis] / 255
    maps = np.stack(
        [
            cross_correlate(image, one[:, :, np.newaxis], padding="same")[0]
            for one in film["kernels"]
        ]
    )
    for order, every in ((1, film["kernels"]), (2, maps)):
        panels = found.locator(f".pair .panel:nth-of-type({order + 1}) canvas")
        expected = coloured(last_first(every[at]), np.abs(every).max(), table)
        wrong = (painted(panels) != expected).any(axis=-1)
        assert wrong.mean() < 0.001  # a value between two colours may round either way


@pytest.mark.parametrize(("page_name", "name"), BOTH)
def test_the_film_begins_with_random_numbers_and_names_the_followed_kernel(
    piece, page_name, name
):
    page, found = piece(page_name, name)
    facts, film = exported(page, "film")
    assert step_shown(found) == 0
    assert found.get_by_role("listitem").count() == film["kernels"].shape[-1]
    assert found.locator(".followed .number").inner_text() == f"{facts['running']}"
    assert f"Framed: kernel {facts['running']}," in found.inner_text()
    frames = found.locator("[data-name=mark]")
    assert frames.count() == found.locator(".followed canvas").count()


def test_the_bars_reach_as_far_as_the_film(watched):
    page, found = watched()
    _, film = exported(page, "film")
    most = np.abs(film["kernels"]).max()
    ends = found.locator(".bar").first.locator(".ends span").all_inner_texts()
    assert ends == [two(-most), "0", two(most)]


def test_loss_and_order_are_written_drawn_and_announced(watched):
    page, found = watched()
    facts, _ = exported(page, "film")
    loss, order = found.locator(".curve").all()
    assert "none before the first step" in loss.inner_text()
    assert not loss.locator(".point").is_visible()
    assert found.locator("p[role=status]").inner_text() == ""
    at = len(facts["steps"]) // 3
    slide(found, at)
    said = [two(facts[name][at]) for name in ("losses", "order")]
    for curve, number in zip((loss, order), said, strict=True):
        assert curve.locator("b").inner_text() == number
        assert number in curve.get_by_role("img").get_attribute("aria-label")
        assert curve.locator(".point").is_visible()
    page.wait_for_timeout(400)
    told = found.locator("p[role=status]").inner_text()
    step, last = (f"{facts['steps'][k]:,}" for k in (at, -1))
    assert told == f"Step {step} of {last}. Loss: {said[0]}. Moran's I: {said[1]}."


def test_the_point_lies_on_the_stretched_axis_of_the_still_figure(watched):
    page, found = watched()
    facts, _ = exported(page, "film")
    x = np.log1p(np.array(facts["steps"]) / facts["steps"][1])
    point = found.locator(".curve").nth(1).locator(".point")
    places = []
    for at in (0, 3, len(x) - 1):
        slide(found, at)
        places.append(float(point.get_attribute("cx")))
    first, middle, last = places
    assert (middle - first) / (last - first) == pytest.approx(x[3] / x[-1])


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_curve_leads_to_the_step_under_the_pointer(watched, touch):
    width = PHONE if touch else 1280
    page, found = watched(width=width, has_touch=touch)
    facts, _ = exported(page, "film")
    for at, curve in enumerate(found.locator(".curve svg").all(), 5):
        slide(found, at)
        box, point = curve.bounding_box(), curve.locator(".point").bounding_box()
        x = point["x"] + point["width"] / 2 - box["x"]
        slide(found, 0)
        (curve.tap if touch else curve.click)(position={"x": x, "y": 20})
        assert step_shown(found) == facts["steps"][at]


def test_a_drag_along_a_curve_runs_through_the_steps(watched):
    page, found = watched()
    facts, _ = exported(page, "film")
    curve = found.locator(".curve svg").first
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 50, y, steps=5)
    page.mouse.up()
    assert step_shown(found) == facts["steps"][-1]
    page.mouse.move(box["x"] + 1, y)
    assert step_shown(found) == facts["steps"][-1]


@pytest.mark.parametrize(("page_name", "name"), BOTH)
def test_the_keyboard_moves_and_steps(piece, page_name, name):
    page, found = piece(page_name, name)
    facts, _ = exported(page, "film")
    steps = facts["steps"]
    slider = found.get_by_role("slider", name="Training")
    slider.focus()
    for key, step in (("ArrowRight", steps[1]), ("End", steps[-1]), ("Home", 0)):
        page.keyboard.press(key)
        assert step_shown(found) == step
        assert slider.get_attribute("aria-valuetext").startswith(f"step {step:,} of")
    for button, step in (("Step", steps[1]), ("Step back", 0), ("Step back", 0)):
        found.get_by_role("button", name=button, exact=True).focus()
        page.keyboard.press("Enter")
        assert step_shown(found) == step


@pytest.mark.parametrize(("page_name", "name"), BOTH)
def test_it_plays_to_the_end_and_again_from_the_start(piece, page_name, name):
    page, found = piece(page_name, name, has_touch=True)
    facts, _ = exported(page, "film")
    steps = facts["steps"]
    play = found.get_by_role("button", name="Play", exact=True)
    slide(found, len(steps) - 3)
    play.tap()
    shows(found, steps[-1])
    play.wait_for()  # it had become "Pause"
    play.tap()
    assert step_shown(found) == 0
    found.get_by_role("button", name="Pause").tap()
    slide(found, 4)
    play.tap()
    assert step_shown(found) == steps[4]
    shows(found, steps[5])


def test_moving_the_slider_stops_what_plays(watched):
    page, found = watched()
    facts, _ = exported(page, "film")
    found.get_by_role("button", name="Play", exact=True).click()
    slide(found, 7)
    page.wait_for_timeout(500)
    assert step_shown(found) == facts["steps"][7]
    assert found.get_by_role("button", name="Play", exact=True).is_visible()


def test_the_small_one_has_kernels_alone(piece):
    page, found = piece("index", "watch-in-small", width=PHONE)
    _, film = exported(page, "film")
    table = exported(page, "looks")[1]["signed"]
    slide(found, len(film["kernels"]) - 1)
    every = film["kernels"]
    expected = coloured(last_first(every[-1]), np.abs(every).max(), table)
    assert (painted(found.locator("canvas")) == expected).mean() > 0.999
    page.wait_for_timeout(400)
    assert found.locator("p[role=status]").inner_text().startswith("Step ")
