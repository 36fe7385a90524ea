"""The digit that a reader draws: the pad, the answer, the maps and what they read."""

import base64
import os
import re

import numpy as np
import pytest
from convlens import feature_maps, receptive_field
from exported_data import exported, network_of
from playwright.sync_api import expect
from scipy import ndimage
from scipy.special import softmax
from site_in_browser import PHONE

PAGE, NAME = "feature-maps", "draw-a-digit"
EMPTY = "Draw a digit: the canvas is empty."
SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]  # across and down, in parts of the pad
STAGES = {
    "conv1": "first layer, before ReLU",
    "relu1": "first layer, after ReLU",
    "pool1": "after the first pooling",
    "conv2": "second layer, before ReLU",
    "relu2": "second layer, after ReLU",
    "pool2": "after the second pooling",
}
SHADES = 2 / 255  # by so much a painted value may be off
every_stage = pytest.mark.parametrize("stage", STAGES)


@pytest.fixture
def drawing(piece):
    """Open the page; the piece and its page."""

    def look(**looks):
        page, found = piece(PAGE, NAME, **looks)
        rest(page)
        return found, page

    return look


@pytest.fixture(scope="module")
def network(site):
    """The network of the page in Keras."""
    return network_of(site)[0]


@pytest.fixture(scope="module")
def digits(site):
    """The test digits of the page, from 0 to 1, and their labels."""
    arrays = exported(site, "digits")[1]
    return arrays["pixels"] / 255, arrays["labels"]


def rest(page):
    """Wait until the page has drawn twice."""
    page.evaluate(
        "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )


def clear(found):
    found.get_by_role("button", name="Clear").click()
    expect(found.locator(".read")).to_have_text(EMPTY)


def places(found, points):
    """Where points of the pad lie on the page."""
    pad = found.locator(".pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    return [
        (box["x"] + across * box["width"], box["y"] + down * box["height"])
        for across, down in points
    ]


def stroke(found, points):
    """Draw along points with the mouse."""
    page = found.page
    first, *others = places(found, points)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=6)
    page.mouse.up()
    rest(page)


def put(found, label):
    """Put a test digit on the pad."""
    found.get_by_role("combobox", name="Test digit").select_option(f"{label}")
    rest(found.page)


def slide(found, **amounts):
    for name, amount in amounts.items():
        found.get_by_role("slider", name=name).fill(f"{amount}")
    rest(found.page)


PIXELS = """(shown) => {
  const { width, height } = shown;
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(shown, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const text = [];
  for (let k = 0; k < data.length; k += 8192)
    text.push(String.fromCharCode(...data.subarray(k, k + 8192)));
  return [height, width, btoa(text.join(""))];
}"""


def canvas(one):
    """The colours of a canvas, shape (height, width, 3)."""
    height, width, content = one.evaluate(PIXELS)
    pixels = np.frombuffer(base64.b64decode(content), np.uint8)
    return pixels.reshape(height, width, 4)[..., :3]


def ink(found):
    return canvas(found.locator(".pad canvas"))[..., 0] / 255


def received(found):
    """What the page shows that the network receives, to a shade of grey."""
    return canvas(found.locator(".short canvas"))[..., 0] / 255


def cells(size, cell):
    """The share that each pixel has in each cell of a side, shape (cells, pixels)."""
    first = cell * np.arange(np.ceil(size / cell - 1e-9))[:, np.newaxis]
    pixel = np.arange(size)
    common = np.minimum(first + cell, pixel + 1) - np.maximum(first, pixel)
    return common.clip(0) / cell


def prepared(drawn):
    """Ink as the digits of MNIST were prepared, in NumPy."""
    rows, columns = (np.flatnonzero(drawn.any(axis)) for axis in (1, 0))
    box = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    down, across = (cells(size, max(box.shape) / 20) for size in box.shape)
    small = down @ box @ across.T
    mass = np.array(ndimage.center_of_mass(small))
    top, left = np.clip(
        np.floor(14.5 - mass).astype(int), 0, 28 - np.array(small.shape)
    )
    field = np.zeros((28, 28))
    field[top : top + len(small), left : left + small.shape[1]] = small
    return field


def answer(network, image):
    """The probabilities that Keras computes for one image."""
    return network.predict(batch(image), verbose=0)[0]


def batch(image):
    return np.asarray(image, "float32")[np.newaxis, ..., np.newaxis]


def probabilities(found):
    texts = found.locator(".bars .number").all_inner_texts()
    return np.array([float(text.split(",")[0]) for text in texts])


def assert_answers(found, expected):
    """The page shows these probabilities, and tells and marks the largest."""
    np.testing.assert_allclose(probabilities(found), expected, atol=0.0051)
    told = re.fullmatch(
        r"Read as (\d), probability (\d\.\d\d)\.", found.locator(".read").inner_text()
    )
    assert int(told[1]) == expected.argmax()
    assert float(told[2]) == probabilities(found).max()
    assert found.locator(".most .digit").all_inner_texts() == [told[1]]


def choose_map(found, stage, filter_):
    """Look at a map, in a layer that may be folded away."""
    title = STAGES[stage]
    layer = found.locator("details").nth([*STAGES].index(stage))
    if layer.get_attribute("open") is None:
        layer.locator("summary").click()
    layer.get_by_role("button", name=re.compile(f"^Map {filter_}, {title}")).click()
    return found.locator(".looked .chooses")


def words(found):
    return found.locator(".looked .words").inner_text()


def value_told(found):
    """Row, column and value of the chosen value, as the page says them."""
    told = re.search(r"Row (\d+), column (\d+): (−?[\d.]+)\.(?=\s)", words(found))
    return int(told[1]), int(told[2]), float(told[3].replace("−", "-"))


def frame(panel):
    """The framed patch of a panel: row, column, height and width."""
    box = panel.locator("[data-name=field] rect").first
    return tuple(int(box.get_attribute(one)) for one in ("y", "x", "height", "width"))


def field_of(network, stage, place):
    """The patch of the image that a value reads, without the zeros around it."""
    top, left, height, width = receptive_field(network, stage).patch(*place)
    first = np.maximum((top, left), 0)
    size = np.minimum((top + height, left + width), 28) - first
    return (*first, *size)


def shifted(image, down, across):
    return ndimage.shift(image, (down, across), order=0)


def likeness(one, other):
    """The correlation of two images, of which one may lie a pixel aside."""
    asides = (np.roll(other, (k // 3 - 1, k % 3 - 1), (0, 1)) for k in range(9))
    return max(np.corrcoef(one.ravel(), aside.ravel())[0, 1] for aside in asides)


def test_a_stroke_of_the_mouse_changes_the_answer(drawing, network):
    found, _ = drawing()
    before = probabilities(found)
    clear(found)
    stroke(found, SEVEN)
    assert np.abs(probabilities(found) - before).max() > 0.1
    assert probabilities(found).sum() == pytest.approx(1, abs=0.02)
    assert_answers(found, answer(network, prepared(ink(found))))
    stroke(found, [(0.35, 0.5), (0.72, 0.55)])
    assert_answers(found, answer(network, prepared(ink(found))))


def test_a_stroke_lies_where_the_mouse_was(drawing):
    found, _ = drawing()
    clear(found)
    stroke(found, [(0.2, 0.3), (0.8, 0.3)])
    drawn = ink(found) > 0.5
    rows, columns = np.nonzero(drawn)
    assert rows.mean() == pytest.approx(0.3 * 280, abs=1.5)
    assert columns.mean() == pytest.approx(0.5 * 280, abs=1.5)
    assert drawn[:, 140].sum() == pytest.approx(280 / 13, abs=1.5)


def test_a_mouse_that_only_passes_draws_nothing(drawing):
    found, page = drawing()
    clear(found)
    for point in places(found, SEVEN):
        page.mouse.move(*point, steps=4)
    rest(page)
    assert not ink(found).any()


def finger(page, points):
    """Draw along points with a finger, as a touch screen tells it."""
    session = page.context.new_cdp_session(page)
    kinds = ["touchStart"] + ["touchMove"] * (len(points) - 1)
    for kind, (x, y) in zip(kinds, points, strict=True):
        event = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        session.send("Input.dispatchTouchEvent", event)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(200)


def test_a_finger_draws_and_does_not_scroll_the_page(drawing, network):
    found, page = drawing(width=PHONE, has_touch=True)
    found.get_by_role("button", name="Clear").tap()
    expect(found.locator(".read")).to_have_text(EMPTY)
    line = places(found, [(0.5, 0.9 - 0.1 * k) for k in range(9)])
    before = page.evaluate("scrollY")
    finger(page, line)
    assert page.evaluate("scrollY") == before
    rows, columns = np.nonzero(ink(found) > 0.5)
    assert np.ptp(rows) > 0.7 * 280
    assert columns.mean() == pytest.approx(140, abs=2)
    assert_answers(found, answer(network, prepared(ink(found))))


def test_a_finger_beside_the_pad_scrolls_the_page(drawing):
    found, page = drawing(width=PHONE, has_touch=True)
    (x, y), *_ = places(found, [(0.5, 0.9)])
    box = found.locator(".drawing .title").bounding_box()
    before = page.evaluate("scrollY")
    finger(page, [(x, box["y"] + 5 - 40 * k) for k in range(6)])
    assert page.evaluate("scrollY") != before


def test_keys_draw_and_clear(drawing, network):
    found, page = drawing()
    pad = found.get_by_role("application", name="Pad for a digit")
    pad.focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Delete")
    expect(found.locator(".read")).to_have_text(EMPTY)
    for key in ["ArrowUp"] * 8 + ["Space"] + ["ArrowDown"] * 14 + ["ArrowRight"]:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    rest(page)
    rows, columns = np.nonzero(ink(found) > 0.5)
    assert np.ptp(rows) == pytest.approx(140 + 280 / 13, abs=2)
    assert np.ptp(columns) < 40
    assert_answers(found, answer(network, prepared(ink(found))))
    page.wait_for_timeout(400)
    told = found.locator(".pad .told").inner_text()
    assert told == "Pen lifted, 75 percent across, 71 percent down."
    page.keyboard.press("Backspace")
    expect(found.locator(".read")).to_have_text(EMPTY)
    assert page.evaluate("scrollY") == before


def test_the_pen_of_the_keys_stays_on_the_pad(drawing):
    found, page = drawing()
    clear(found)
    found.locator(".pad canvas").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(400)
    assert "lifted, 0 percent across" in found.locator(".pad .told").inner_text()
    page.keyboard.press("Space")
    rest(page)
    assert ink(found)[140, 0] == 1
    assert found.locator(".read").inner_text().startswith("Read as")


def test_arrow_keys_walk_through_a_map(drawing, network):
    found, page = drawing()
    grid = choose_map(found, "relu1", 3)
    maps = feature_maps(network, batch(prepared(ink(found))), layers=["relu1"])
    grid.focus()
    page.keyboard.press("Control+Home")
    for key, place in (
        ("ArrowUp", (0, 0)),
        ("ArrowDown", (1, 0)),
        ("ArrowRight", (1, 1)),
        ("End", (1, 27)),
        ("Control+End", (27, 27)),
        ("ArrowLeft", (27, 26)),
        ("Home", (27, 0)),
    ):
        page.keyboard.press(key)
        *told, value = value_told(found)
        assert tuple(told) == place, key
        assert value == pytest.approx(maps["relu1"][0, *place, 3], abs=0.0051)
        assert frame(found.locator(".short")) == field_of(network, "relu1", place)
    page.wait_for_timeout(400)
    assert words(found).split() == found.locator("> .told").inner_text().split()


def test_a_layer_is_opened_and_its_maps_are_passed_with_keys(drawing):
    found, page = drawing()
    found.locator("summary").nth(5).focus()
    page.keyboard.press("Enter")
    expect(found.get_by_role("button", name="Map 1, after the second")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    pressed = found.get_by_role("button", pressed=True)
    name = pressed.first.get_attribute("aria-label")
    assert name == "Map 1, after the second pooling"
    assert found.locator("details").nth(5).locator(".looked").count() == 1


@pytest.mark.parametrize("label", [0, 4, 9])
def test_a_test_digit_is_read_as_keras_reads_it(drawing, network, digits, label):
    found, _ = drawing()
    pixels, labels = digits
    put(found, label)
    image = prepared(np.kron(pixels[labels == label][0], np.ones((10, 10))))
    np.testing.assert_allclose(received(found), image, atol=SHADES)
    assert_answers(found, answer(network, image))


def test_another_test_digit_follows_and_after_the_last_the_first(drawing, digits):
    found, page = drawing()
    pixels, labels = digits
    put(found, 5)
    fives = pixels[labels == 5]
    for image in (*fives[1:], fives[0]):
        found.get_by_role("button", name="Another test digit").click()
        rest(page)
        np.testing.assert_allclose(ink(found)[5::10, 5::10], image, atol=1e-6)


@every_stage
def test_a_value_and_its_receptive_field_are_those_of_the_package(
    drawing, network, stage
):
    found, page = drawing()
    grid = choose_map(found, stage, 5)
    maps = feature_maps(network, batch(prepared(ink(found))), layers=[stage])[stage]
    rows, columns = maps.shape[1:3]
    for place in [(0, 0), (rows - 1, columns // 2), (rows // 2, columns // 3)]:
        across, down = (place[1] + 0.5) / columns, (place[0] + 0.5) / rows
        box = grid.bounding_box()
        at = {"x": across * box["width"], "y": down * box["height"]}
        grid.click(position=at)
        *told, value = value_told(found)
        assert tuple(told) == place
        assert value == pytest.approx(maps[0, *place, 5], abs=0.0051)
        field = field_of(network, stage, place)
        assert frame(found.locator(".short")) == field
        assert frame(found.locator(".looked .panel").first) == field
        assert f"It reads {field[2]} by {field[3]} pixels of" in words(found)


def test_frames_show_which_values_of_later_layers_read_a_value(drawing, network):
    found, _ = drawing()
    choose_map(found, "relu1", 2)
    row, column, _ = value_told(found)
    pooled = [row // 2, column // 2]
    reach = network.get_layer("conv2").kernel_size[0] // 2
    first = np.maximum(np.subtract(pooled, reach), 0)
    size = np.minimum(np.add(pooled, reach), 13) - first + 1
    same = found.get_by_role("group", name="After the first pooling")
    found.locator("summary").nth(2).click()
    assert frame(same.locator("button").nth(2)) == (*pooled, 1, 1)
    assert same.locator("[data-name=field]").count() == 1
    later = found.get_by_role("group", name="Second layer, after ReLU")
    assert later.locator("[data-name=field]").count() == 32
    assert frame(later.locator("button").first) == (*first, *size)


def without_the_largest(network, image):
    """How probable each filter leaves the digit, without its largest value."""
    kernel, bias = network.get_layer("digit").get_weights()
    pooled = feature_maps(network, batch(image), layers=["pool2"])["pool2"][0]
    digit = answer(network, image).argmax()
    left = []
    for filter_ in range(pooled.shape[-1]):
        rest = pooled.copy()
        rest[..., filter_].flat[pooled[..., filter_].argmax()] = 0
        left.append(softmax(rest.ravel() @ kernel + bias)[digit])
    return np.array(left)


def test_it_says_what_the_answer_would_be_without_a_value(drawing, network, digits):
    found, _ = drawing()
    pixels, labels = digits
    firsts = [pixels[labels == label][0] for label in range(10)]
    images = [prepared(np.kron(one, np.ones((10, 10)))) for one in firsts]
    left = np.array([without_the_largest(network, image) for image in images])
    most = [answer(network, image).max() for image in images]
    label, filter_ = np.unravel_index((np.array(most) - left.T).T.argmax(), left.shape)
    put(found, label)
    choose_map(found, "pool2", filter_)
    told = re.search(
        r"Without it, the probability of \d is ([\d.]+) instead of ([\d.]+)\.",
        words(found),
    )
    expected = [left[label, filter_], most[label]]
    exact = 0.51 * 0.1 ** len(told[1].partition(".")[2])
    np.testing.assert_allclose(
        [float(one) for one in told.groups()], expected, atol=exact
    )


def test_an_empty_pad_has_no_answer(drawing):
    found, page = drawing()
    clear(found)
    assert found.locator(".read").inner_text() == EMPTY
    assert found.locator(".bars:visible, .key:visible").count() == 0
    assert not received(found).any()
    assert "probability" not in found.inner_text()
    slide(found, Rotation=30, Strokes=2, Across=4)
    assert found.locator(".read").inner_text() == EMPTY
    assert found.locator(".bars:visible").count() == 0
    page.wait_for_timeout(400)
    assert found.locator("> .told").inner_text() == EMPTY


def test_a_stroke_may_leave_the_pad_and_come_back(drawing, network):
    found, _ = drawing()
    clear(found)
    stroke(found, [(0.6, 0.5), (1.15, 0.4), (1.15, 0.7), (0.5, 0.75)])
    drawn = ink(found)
    assert drawn[:, -1].any()
    assert not drawn[:, 0].any()
    np.testing.assert_allclose(received(found), prepared(drawn), atol=SHADES)
    assert_answers(found, answer(network, prepared(drawn)))


def test_after_a_stroke_has_ended_outside_the_mouse_draws_no_more(drawing):
    found, page = drawing()
    clear(found)
    stroke(found, [(0.5, 0.5), (0.5, -0.1)])
    before = ink(found)
    for point in places(found, SEVEN):
        page.mouse.move(*point, steps=4)
    rest(page)
    assert (ink(found) == before).all()


def test_a_dot_is_read_as_well(drawing, network):
    found, page = drawing()
    clear(found)
    stroke(found, [(0.3, 0.6)])
    drawn = ink(found)
    assert (drawn > 0.5).sum() == pytest.approx(np.pi / 4 * (280 / 13) ** 2, rel=0.05)
    assert_answers(found, answer(network, prepared(drawn)))
    page.wait_for_timeout(400)
    assert found.locator(".read").inner_text() in found.locator("> .told").inner_text()


def test_ink_that_is_thinned_away_is_told(drawing):
    found, page = drawing()
    clear(found)
    page.evaluate(
        """() => {
          const paper = document.querySelector(".pad canvas").getContext("2d");
          paper.fillStyle = "white";
          paper.fillRect(100, 60, 4, 150);
        }"""
    )
    slide(found, Strokes=-3)
    told = "Nothing is left of the ink. Make the strokes thicker again."
    assert found.locator(".read").inner_text() == told
    assert found.locator(".bars:visible").count() == 0
    found.get_by_role("button", name="Undo changes").click()
    expect(found.locator(".read")).to_contain_text("Read as")


def test_a_shift_moves_the_image_by_whole_pixels(drawing, network):
    found, _ = drawing()
    image = prepared(ink(found))
    slide(found, Across=4, Down=-3)
    expected = shifted(image, -3, 4)
    np.testing.assert_allclose(received(found), expected, atol=SHADES)
    assert_answers(found, answer(network, expected))
    said = found.locator(".changes output").all_inner_texts()
    assert said[:2] == ["4 pixels right", "3 pixels up"]
    assert_told_change(found, network, image, expected)


def assert_told_change(found, network, before, now):
    """The page tells the change of the digit that was read before."""
    old, new = answer(network, before), answer(network, now)
    told = found.locator(".change").inner_text()
    digit, *shares = re.search(
        r"probability of (\d) is ([\d.]+) instead of ([\d.]+)\.", told
    ).groups()
    assert int(digit) == old.argmax()
    expected = (new[old.argmax()], old.max())
    np.testing.assert_allclose([float(one) for one in shares], expected, atol=0.0051)
    was = found.locator(".bars .was").all_inner_texts()
    np.testing.assert_allclose([float(one[6:]) for one in was], old, atol=0.0051)


def test_a_quarter_turn_is_that_of_numpy(drawing, network):
    found, _ = drawing()
    drawn = ink(found)
    slide(found, Rotation=90)
    expected = prepared(np.rot90(drawn, -1))
    assert np.abs(received(found) - expected).mean() < 0.01
    assert np.abs(probabilities(found) - answer(network, expected)).max() < 0.05
    assert "90° right" in found.locator(".changes output").all_inner_texts()


@pytest.mark.parametrize("degrees", [-60, -25, 25, 60])
def test_a_rotation_is_that_of_scipy(drawing, degrees):
    found, _ = drawing()
    clear(found)
    stroke(found, SEVEN)
    drawn = ink(found)
    slide(found, Rotation=degrees)
    turned, other = (
        prepared(ndimage.rotate(drawn, way * degrees, order=1).clip(0))
        for way in (-1, 1)
    )
    assert likeness(received(found), turned) > 0.97
    assert likeness(received(found), other) < 0.8


@pytest.mark.parametrize("steps", [-3, 2, 4])
def test_strokes_grow_and_shrink_as_in_scipy(drawing, steps):
    found, _ = drawing()
    clear(found)
    stroke(found, SEVEN)
    drawn, before = ink(found), received(found)
    slide(found, Strokes=steps)
    down, across = np.ogrid[-8:9, -8:9]
    disc = np.hypot(down, across) <= 2 * abs(steps)  # a step is two pixels of the pad
    change = ndimage.grey_dilation if steps > 0 else ndimage.grey_erosion
    expected = prepared(change(drawn, footprint=disc))
    assert likeness(received(found), expected) > 0.97
    assert (received(found).sum() > before.sum()) == (steps > 0)


def test_changes_are_undone_together(drawing):
    found, page = drawing()
    before, old = received(found), probabilities(found)
    slide(found, Across=3, Down=2, Rotation=40, Strokes=1)
    assert (received(found) != before).any()
    found.get_by_role("button", name="Undo changes").click()
    rest(page)
    assert (received(found) == before).all()
    assert (probabilities(found) == old).all()
    assert found.locator(".change").inner_text() == ""
    values = [one.input_value() for one in found.get_by_role("slider").all()]
    assert values == ["0"] * 4


def without(site, layer, filters):
    """The network in Keras, with filters whose maps are zero."""
    model, _ = network_of(site)
    kernel, bias = (one.copy() for one in model.get_layer(layer).get_weights())
    kernel[..., filters], bias[filters] = 0, 0
    model.get_layer(layer).set_weights([kernel, bias])
    return model


def right(model, digits):
    pixels, labels = digits
    x = pixels[..., np.newaxis].astype("float32")
    return int((model.predict(x, verbose=0).argmax(1) == labels).sum())


@pytest.mark.parametrize(("layer", "stage"), [("conv1", "relu1"), ("conv2", "pool2")])
def test_filters_are_switched_off_as_in_keras(
    drawing, network, site, digits, layer, stage
):
    found, page = drawing()
    off = [2, 7]
    for filter_ in off:
        choose_map(found, stage, filter_)
        found.get_by_role("button", name=f"Switch filter {filter_} off").click()
    rest(page)
    lacking = without(site, layer, off)
    image = prepared(ink(found))
    assert_answers(found, answer(lacking, image))
    assert "It is 0 because its filter is off." in words(found)
    black = exported(site, "looks")[1]["from zero"][0]
    assert (canvas(found.locator(".looked canvas").last) == black).all()
    counted = found.locator(".counted")
    expect(counted).to_contain_text("the network reads")
    where = "first" if layer == "conv1" else "second"
    assert counted.inner_text() == (
        f"Of the 200 test digits the network reads {right(network, digits)} right with "
        f"all filters, and {right(lacking, digits)} without filters 2 and 7 of the "
        f"{where} layer."
    )


def test_filters_are_switched_on_again(drawing, network):
    found, page = drawing()
    image = prepared(ink(found))
    toggle = found.locator(".looked .about").get_by_role("button")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    toggle.click()
    assert not found.locator(".filters").is_visible()
    for filter_ in (0, 1, 2):
        choose_map(found, "relu2", filter_)
        toggle.click()
    assert found.locator("details").nth(4).locator("button.off").count() == 3
    found.get_by_role("button", name="Switch all on").click()
    rest(page)
    assert found.locator("button.off").count() == 0
    assert not found.locator(".filters").is_visible()
    assert_answers(found, answer(network, image))


def test_drawings_are_centred_as_those_of_mnist(drawing):
    found, _ = drawing()
    for points in (
        [(0.1, 0.1), (0.3, 0.1), (0.15, 0.3)],
        [(0.6, 0.5), (0.9, 0.55), (0.9, 0.9)],
        [(0.2, 0.9), (0.9, 0.8)],
    ):
        clear(found)
        stroke(found, points)
        image = received(found)
        sides = [np.ptp(np.flatnonzero(image.any(axis))) + 1 for axis in (0, 1)]
        assert max(sides) == 20
        mass = ndimage.center_of_mass(image)
        np.testing.assert_allclose(mass, 14, atol=0.6)


PREPARE = """async (images) => {
  const { prepare } = await import("/_static/hands-on/preparation.js");
  const { tensor } = await import("/_static/hands-on/arithmetic.js");
  const one = ([shape, values]) => [...prepare(tensor(shape, values)).image.data];
  return images.map(one);
}"""


def prepared_by_page(page, images):
    given = [[[*one.shape], one.ravel().tolist()] for one in images]
    return np.reshape(page.evaluate(PREPARE, given), (-1, 28, 28))


def test_ink_is_prepared_as_in_numpy(drawing):
    _, page = drawing()
    rng = np.random.default_rng(0)
    blobs = [ndimage.gaussian_filter(rng.normal(size=(90, 90)), 9) for _ in range(8)]
    images = [
        (blob * 30).clip(0, 1)[k * 4 :, : 90 - k * 7] for k, blob in enumerate(blobs)
    ]
    expected = [prepared(one) for one in images]
    np.testing.assert_allclose(prepared_by_page(page, images), expected, atol=1e-4)


# The eight pixels around one, in a circle that begins above it.
AROUND = [(1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1)]


def thinned(drawn):
    """Ink thinned to lines as wide as a pixel, by the rules of Zhang and Suen."""
    lines = np.pad(drawn, 1)
    while True:
        before = lines
        for first in (True, False):
            lines = lines & ~border(lines, first)
        if (lines == before).all():
            return lines[1:-1, 1:-1]


def border(drawn, first):
    """The pixels that a half of a step of the thinning takes away."""
    around = np.array([np.roll(drawn, way, (0, 1)) for way in AROUND])
    above, _, right_, _, below, _, left, _ = around
    count = around.sum(0)
    begun = (~around & np.roll(around, -1, 0)).sum(0)
    inner = (
        right_ & below & (above | left) if first else above & left & (right_ | below)
    )
    return drawn & (count >= 2) & (count <= 6) & (begun == 1) & ~inner


def strokes_of(image):
    """The strokes of a digit that fills three quarters of the pad, as short lines.

    Returns:
        One row for each line: across and down where it begins, the same where it ends,
        and how wide the stroke is there, in pixels of the pad.
    """
    scale = 0.75 * 280 / 20
    big = ndimage.zoom(image, 4, order=1, grid_mode=True, mode="nearest") > 0.5
    thin = thinned(big)
    half = ndimage.distance_transform_edt(np.pad(big, 1))[1:-1, 1:-1] - 0.5
    found = []
    for step in [(0, 0), (0, 1), (1, 0), (1, 1), (1, -1)]:
        both = thin & np.roll(thin, np.negative(step), (0, 1))
        begins = np.argwhere(both)
        ends = begins + step
        found.append(np.hstack([begins[:, ::-1], ends[:, ::-1], 2 * half[both, None]]))
    lines = np.concatenate(found) / 4 * scale
    points = lines[:, :4].reshape(-1, 2)
    middle = (points.min(0) + points.max(0)) / 2
    lines[:, :4] += np.tile(140 - middle, 2)
    return lines


READ = """async (drawings) => {
  const base = "/_static/hands-on";
  const { pad } = await import(`${base}/pad.js`);
  const { part } = await import(`${base}/files.js`);
  const { UNCHANGED } = await import(`${base}/transform.js`);
  const { readInk } = await import(`${base}/draw-a-digit-state.js`);
  const { digitRead } = await import(`${base}/draw-a-digit-words.js`);
  const { facts: { layers }, arrays } = await part("network");
  const paper = pad({ label: "", changed() {} });
  return drawings.map((lines) => {
    paper.clear();
    for (const [left, top, right, bottom, wide] of lines) {
      paper.paper.lineWidth = wide;
      paper.line([left, top], [right, bottom]);
    }
    const { now } = readInk({ layers, arrays }, paper.ink(), UNCHANGED, {});
    return digitRead(now.data);
  });
}"""


@pytest.fixture
def mnist(site, request):
    """A thousand test digits of MNIST and their labels, for a site built from MNIST."""
    if exported(site, "digits")[0]["facts"]["data"] != "MNIST":
        published = os.environ.get("CI") and os.environ.get("CONVLENS_SITE")
        assert not published, "CI publishes a site that was built from MNIST"
        pytest.skip("the site was built from other digits than MNIST's")
    images = request.getfixturevalue("asked_images")
    assert images.is_mnist
    return images.x_test[:1000, :, :, 0], images.y_test[:1000]


def test_redrawn_digits_are_read_nearly_as_well_as_the_originals(
    drawing, network, mnist, capsys
):
    _, page = drawing()
    images, labels = mnist
    drawings = [strokes_of(image).round(2).tolist() for image in images]
    drawn = np.mean(page.evaluate(READ, drawings) == labels)
    x = images[..., np.newaxis]
    original = np.mean(network.predict(x, verbose=0).argmax(1) == labels)
    with capsys.disabled():
        print(
            f"\nread right: {drawn:.1%} as drawn on the pad, {original:.1%} originals"
        )
    assert drawn >= original - 0.01


def test_digits_that_are_prepared_already_stay_as_they_are(drawing, mnist):
    _, page = drawing()
    images, _ = mnist
    sides = [max(np.ptp(places) for places in np.nonzero(one)) + 1 for one in images]
    whole = images[np.array(sides) == 20]
    found = prepared_by_page(page, whole)
    same = np.abs(found - whole).max((1, 2)) < 1e-5
    assert same.mean() > 0.95
