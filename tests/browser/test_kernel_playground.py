"""The kernel playground: kernels, images and places, typing, playing, drawing."""

import re

import numpy as np
import pytest
from convlens import cross_correlate
from playwright.sync_api import expect
from site_in_browser import PHONE

PAGE, NAME = "convolution-by-hand", "kernel-playground"
KERNELS = """async () => {
  const { part } = await import("/_static/hands-on/files.js");
  const { facts, arrays } = await part("kernels");
  const plain = ([name, { shape, data }]) => [name, [shape, [...data]]];
  return [facts, Object.fromEntries(Object.entries(arrays).map(plain))];
}"""
PAINTED = """canvas => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  return data.filter((value, k) => k % 4 === 3 && value > 0).length;
}"""

FITTED = """() => {
  const wide = [...document.querySelectorAll(".kernel-playground .cells span")]
    .filter((cell) => cell.scrollWidth > cell.clientWidth);
  const page = document.documentElement;
  return [...wide, ...(page.scrollWidth > innerWidth ? [page] : [])]
    .map((one) => one.textContent.slice(0, 20));
}"""


@pytest.fixture
def playground(piece):
    """Open the playground; also what the build exported for it."""

    def start(**looks):
        page, found = piece(PAGE, NAME, **looks)
        facts, arrays = page.evaluate(KERNELS)
        arrays = {
            name: np.reshape(values, shape) for name, (shape, values) in arrays.items()
        }
        return page, found, facts, arrays

    return start


def chooser(found):
    return found.get_by_role("application", name="Choose a value of the map")


def pick(found, label, text):
    found.get_by_label(label, exact=True).select_option(value=text)


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


def told(found):
    """Row, column, sum, bias and total, as the sentence says them."""
    words = found.locator("p.sum").inner_text().replace(". ", " ")
    found_numbers = re.findall(r"[\N{MINUS SIGN}\d][\d.]*", words.rstrip("."))
    return [number(one.rstrip(".")) for one in found_numbers[:5]]


def numbers_of(found, name):
    """What the cells of a grid say, row by row."""
    label = found.get_by_role("img", name=re.compile(f"^{name}, row by row"))
    return [number(one) for one in label.locator("span").all_inner_texts()]


def size_of_map(found):
    shape = found.locator(".filled canvas").evaluate("c => [c.height, c.width]")
    return tuple(shape)


def test_it_begins_where_the_still_figures_of_the_page_do(playground):
    _, found, facts, arrays = playground()
    kernel = arrays["kernels"][:, :, facts["running"]]
    whole = cross_correlate(arrays["pixels"][0] / 255, kernel)
    row, column, total, bias, answer = told(found)
    assert (row, column) == np.unravel_index(whole.argmax(), whole.shape)
    assert total == pytest.approx(whole.max(), abs=0.006)
    assert bias == pytest.approx(arrays["biases"][facts["running"]], abs=0.006)
    assert answer == pytest.approx(whole.max() + bias, abs=0.011)
    assert size_of_map(found) == whole.shape


@pytest.mark.parametrize(
    ("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)]
)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_every_setting_gives_the_sum_that_numpy_gives(
    playground, stride, dilation, padding
):
    _, found, _, arrays = playground()
    pick(found, "Kernel", "learned 3")
    pick(found, "Padding", padding)
    for name, value in (("Stride", stride), ("Dilation", dilation)):
        for _ in range(value - 1):
            found.get_by_role("slider", name=name).press("ArrowRight")
    whole = cross_correlate(
        arrays["pixels"][0] / 255,
        arrays["kernels"][:, :, 3],
        stride=stride,
        dilation=dilation,
        padding=padding,
    )
    assert size_of_map(found) == whole.shape
    row, column, total, *_ = told(found)
    assert total == pytest.approx(whole[int(row), int(column)], abs=0.006)


def test_a_place_is_chosen_by_mouse_and_shows_what_is_multiplied(playground):
    _, found, facts, arrays = playground()
    box = chooser(found).bounding_box()
    side = box["width"] / 24
    chooser(found).click(position={"x": 10.5 * side, "y": 7.5 * side})
    assert told(found)[:2] == [7, 10]
    patch = arrays["pixels"][0][7:12, 10:15] / 255
    products = patch * arrays["kernels"][:, :, facts["running"]]
    assert numbers_of(found, "Patch") == pytest.approx(patch.ravel(), abs=0.006)
    assert numbers_of(found, "Products") == pytest.approx(products.ravel(), abs=0.006)


def test_a_place_is_chosen_by_finger(playground):
    page, found, _, _ = playground(width=PHONE, has_touch=True)
    chooser(found).scroll_into_view_if_needed()
    box = chooser(found).bounding_box()
    side = box["width"] / 24
    page.touchscreen.tap(box["x"] + 3.5 * side, box["y"] + 2.5 * side)
    assert told(found)[:2] == [2, 3]


def test_a_place_is_chosen_by_keys_and_is_announced(playground):
    _, found, _, _ = playground()
    chooser(found).press("Control+Home")
    chooser(found).press("ArrowDown")
    chooser(found).press("ArrowRight")
    chooser(found).press("ArrowLeft")
    chooser(found).press("ArrowLeft")
    assert told(found)[:2] == [1, 0]
    said = found.locator("p.told.unseen[role=status]")
    expect(said.last).to_contain_text("Row 1, column 0. The products add up to")
    chooser(found).press("Control+End")
    assert told(found)[:2] == [23, 23]


def test_the_map_follows_what_is_typed(playground):
    _, found, facts, arrays = playground()
    middle = found.get_by_label("weight in row 2, column 2")
    middle.fill("\N{MINUS SIGN}0,5")
    kernel = arrays["kernels"][:, :, facts["running"]].copy()
    kernel[2, 2] = -0.5
    row, column, total, *_ = told(found)
    whole = cross_correlate(arrays["pixels"][0] / 255, kernel)
    assert total == pytest.approx(whole[int(row), int(column)], abs=0.006)
    assert found.get_by_label("Kernel", exact=True).input_value() == "own"


def test_what_is_no_number_is_named_and_changes_nothing(playground):
    _, found, _, _ = playground()
    before = told(found)
    field = found.get_by_label("weight in row 3, column 3")
    field.fill("x")
    trouble = found.locator("p.trouble", has_text="weight in row 3, column 3")
    assert "is not a number" in trouble.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert told(found) == before
    field.fill("1")
    assert field.get_attribute("aria-invalid") is None
    assert trouble.count() == 0


def test_a_weight_beyond_the_limit_changes_nothing_and_widens_nothing(playground):
    page, found, _, _ = playground(width=PHONE)
    before = told(found)
    field = found.get_by_label("weight in row 3, column 1")
    for text in ("100.5", "9" * 20, "9" * 400):
        field.fill(text)
        trouble = found.locator("p.trouble", has_text="weight in row 3, column 1")
        assert "is not a number from \N{MINUS SIGN}100 to 100" in trouble.inner_text()
        assert told(found) == before
    field.fill("-100")
    assert field.get_attribute("aria-invalid") is None
    wide = page.evaluate(FITTED)
    assert wide == []


def test_a_place_is_chosen_by_dragging(playground):
    page, found, _, _ = playground()
    box = chooser(found).bounding_box()
    side = box["width"] / 24
    page.mouse.move(box["x"] + 2.5 * side, box["y"] + 2.5 * side)
    page.mouse.down()
    page.mouse.move(box["x"] + 9.5 * side, box["y"] + 5.5 * side, steps=4)
    assert told(found)[:2] == [5, 9]
    page.mouse.move(box["x"] - 50, box["y"] + 5.5 * side, steps=4)
    page.mouse.up()
    page.mouse.move(box["x"] + 9.5 * side, box["y"] + 9.5 * side)
    assert told(found)[:2] == [5, 0]


def test_a_named_kernel_is_shown_and_one_of_another_size_keeps_its_middle(playground):
    _, found, facts, _ = playground()
    name = next(iter(facts["named"]))
    pick(found, "Kernel", name)
    fields = found.locator(".editable input")
    shown = [number(field.input_value()) for field in fields.all()]
    assert shown == pytest.approx(np.ravel(facts["named"][name]), abs=0.006)
    pick(found, "Weights", "5")
    assert fields.count() == 25
    inner = [number(fields.nth(k).input_value()) for k in (6, 7, 8, 11, 12, 13)]
    assert inner == shown[:6]


def test_bias_and_relu_change_the_map_and_its_scale(playground):
    _, found, _, _ = playground()
    assert "before bias and ReLU" in found.locator(".bar").first.inner_text()
    toggle = found.get_by_role("button", name="Bias and ReLU")
    toggle.press("Enter")
    assert toggle.get_attribute("aria-pressed") == "true"
    bar = found.locator(".bar").first.inner_text()
    assert "after bias and ReLU" in bar
    assert "\N{MINUS SIGN}" not in bar


def test_padding_is_told_apart_from_black_pixels(playground):
    _, found, _, _ = playground()
    pick(found, "Padding", "same")
    chooser(found).press("Control+Home")
    assert found.locator(".cells .padding").count() == 16
    assert "reaches 16 zeros of the padding" in found.locator("p.sum").inner_text()


def test_the_kernel_plays_and_fills_the_map_and_can_be_stepped(playground):
    page, found, _, _ = playground()
    canvas = found.locator(".filled canvas")
    assert canvas.evaluate(PAINTED) == 24 * 24
    found.get_by_role("button", name="Play").click()
    page.wait_for_timeout(300)
    found.get_by_role("button", name="Pause").click()
    row, column = told(found)[:2]
    assert canvas.evaluate(PAINTED) == 24 * row + column + 1 < 24 * 24
    found.get_by_role("button", name="Step", exact=True).click()
    assert canvas.evaluate(PAINTED) == 24 * row + column + 2
    found.get_by_role("button", name="Step back").click()
    assert told(found)[:2] == [row, column]
    chooser(found).press("End")
    assert canvas.evaluate(PAINTED) == 24 * 24


def test_choosing_a_place_ends_the_playing(playground):
    page, found, _, _ = playground()
    found.get_by_role("button", name="Play").click()
    page.wait_for_timeout(200)
    chooser(found).press("Control+Home")
    found.get_by_role("button", name="Play").wait_for()
    page.wait_for_timeout(200)
    assert told(found)[:2] == [0, 0]


def frames(found, name):
    """Column, row, width and height of the frames over the image."""
    boxes = found.locator(f"g[data-name^='{name}'] rect:last-child")
    sides = ("x", "y", "width", "height")
    return [[float(box.get_attribute(side)) for side in sides] for box in boxes.all()]


def test_frames_mark_the_patch_and_its_pixels_where_they_lie_apart(playground):
    _, found, _, _ = playground()
    chooser(found).press("Control+Home")
    assert frames(found, "patch") == [[0, 0, 5, 5]]
    assert frames(found, "pixel") == []
    found.get_by_role("slider", name="Dilation").press("ArrowRight")
    assert frames(found, "patch") == [[0, 0, 9, 9]]
    assert frames(found, "pixel") == [
        [2 * column, 2 * row, 1, 1] for row in range(5) for column in range(5)
    ]
    pick(found, "Weights", "3")
    assert frames(found, "patch") == [[0, 0, 5, 5]]
    assert len(frames(found, "pixel")) == 9


def test_nothing_plays_for_readers_who_ask_for_less_motion(playground):
    _, found, _, _ = playground(reduced_motion="reduce")
    assert found.get_by_role("button", name="Play").count() == 0
    found.get_by_role("button", name="Step", exact=True).click()
    assert told(found)[1] > 0


def test_a_drawing_goes_under_the_kernel(playground):
    page, found, _, _ = playground()
    pick(found, "Image", "draw")
    trouble = found.get_by_text("so the image is black")
    expect(trouble).to_be_visible()
    pad = found.get_by_role("application", name="Pad for a digit")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 220, steps=5)
    page.mouse.up()
    expect(trouble).to_have_count(0)
    chooser(found).press("Control+Home")
    for _ in range(11):
        chooser(found).press("ArrowDown")
        chooser(found).press("ArrowRight")
    assert max(numbers_of(found, "Patch")) > 0.9
    found.get_by_role("button", name="Clear").click()
    expect(trouble).to_be_visible()
    found.get_by_label("Image", exact=True).select_option(index=0)
    expect(trouble).to_have_count(0)
    assert not pad.is_visible()


def test_another_digit_goes_under_the_kernel(playground):
    _, found, facts, arrays = playground()
    found.get_by_label("Image", exact=True).select_option(label="0")
    zero = arrays["pixels"][arrays["labels"] == 0][0] / 255
    whole = cross_correlate(zero, arrays["kernels"][:, :, facts["running"]])
    row, column, total, *_ = told(found)
    assert total == pytest.approx(whole[int(row), int(column)], abs=0.006)
