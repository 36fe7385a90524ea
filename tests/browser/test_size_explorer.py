"""The places of a kernel on its page: numbers, lines and sentences."""

import itertools

import numpy as np
import pytest
from convlens import output_size, same_padding
from site_in_browser import PHONE

NUMBERS = ("size", "kernel", "stride", "dilation")
LABELS = dict(zip(NUMBERS, ("Pixels", "Weights", "Stride", "Dilation"), strict=True))
WAYS = ("Previous", "Next")
EXAMPLES = {  # pixels, weights, stride, dilation, padding
    "valid": (8, 3, 1, 1, "valid"),
    "same": (8, 3, 1, 1, "same"),
    "same, stride 2": (8, 3, 2, 1, "same"),
    "valid, dilation 2": (8, 3, 1, 2, "valid"),
}


@pytest.fixture
def explorer(piece):
    """Open the page; the piece and its page."""

    def look(**looks):
        page, found = piece("stride-padding-kernel-size", "size-explorer", **looks)
        return found, page

    return look


def choose(found, *numbers):
    """Set pixels, weights, stride and dilation, and the padding if there is a fifth."""
    for label, number in zip(LABELS.values(), numbers, strict=False):
        found.get_by_role("slider", name=label).fill(f"{number}")
    if len(numbers) > len(LABELS):
        found.get_by_role("combobox").select_option(numbers[-1])


def zeros_of(size, kernel, stride, dilation, padding):
    if padding == "same":
        return same_padding(size, kernel, stride=stride, dilation=dilation)
    return (0, 0) if padding == "valid" else (int(padding), int(padding))


def places_of(size, kernel, stride, dilation, padding):
    """The pixels of each place, found by walking along a padded row."""
    before, after = zeros_of(size, kernel, stride, dilation, padding)
    row = np.arange(-before, size + after)
    reach = dilation * (kernel - 1) + 1
    starts = range(0, len(row) - reach + 1, stride)
    return [row[first : first + reach : dilation].tolist() for first in starts]


def reads_of(size, *others):
    """How often each pixel is read."""
    read = np.array(places_of(size, *others)).ravel()
    return np.bincount(read[(read >= 0) & (read < size)], minlength=size).tolist()


def drawn_places(found):
    """The columns of the dots of each line, in boxes of the row of pixels."""
    return found.evaluate(
        """(piece) => {
          const middle = (e) => { const b = e.getBoundingClientRect();
                                  return b.left + b.width / 2; };
          const boxes = [...piece.querySelectorAll(".pixels [data-pixel]")].map((box) =>
            [Number(box.dataset.pixel), middle(box.querySelector("rect"))]);
          const nearest = (x) => boxes.reduce((one, other) =>
            Math.abs(other[1] - x) < Math.abs(one[1] - x) ? other : one)[0];
          return [...piece.querySelectorAll("[role=option]")].map((line) =>
            [...line.querySelectorAll("circle")].map((dot) => nearest(middle(dot))));
        }"""
    )


def lines(found):
    return found.get_by_role("listbox").get_by_role("option")


def chosen(found):
    """The name of the chosen line."""
    line = found.get_by_role("listbox").get_by_role("option", selected=True)
    return line.get_attribute("aria-label")


def sentences(found):
    return found.locator(".words").inner_text()


def test_it_starts_with_the_first_panel_of_the_still_figure(explorer):
    found, _ = explorer()
    assert drawn_places(found) == places_of(*EXAMPLES["valid"])
    pressed = found.get_by_role("button", pressed=True)
    assert pressed.all_inner_texts() == ["valid"]
    assert chosen(found) == "Place 0 multiplies pixels 0 to 2."


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_examples_show_the_panels_of_the_still_figure(explorer, width):
    found, _ = explorer(width=width)
    for name, numbers in EXAMPLES.items():
        found.get_by_role("button", name=name, exact=True).click()
        assert drawn_places(found) == places_of(*numbers), name
        pressed = found.get_by_role("button", pressed=True)
        assert pressed.all_inner_texts() == [name]
    values = [found.get_by_role("slider", name=one) for one in LABELS.values()]
    assert [int(one.input_value()) for one in values] == list(numbers[:4])


@pytest.mark.parametrize(
    "numbers",
    [
        (32, 9, 1, 4, "same"),
        (32, 1, 5, 1, "4"),
        (7, 2, 3, 3, "valid"),
        (1, 1, 1, 1, "valid"),
        (1, 9, 5, 4, "same"),
        (2, 1, 1, 1, "4"),
    ],
)
def test_lines_and_counts_are_those_of_any_setting(explorer, numbers):
    found, _ = explorer()
    choose(found, *numbers)
    assert drawn_places(found) == places_of(*numbers)
    told = found.locator(".reads").get_attribute("aria-label")
    counts = reads_of(*numbers)
    assert told.endswith(f": {', '.join(map(str, counts))}")
    never = [pixel for pixel, count in enumerate(counts) if not count]
    hatched = found.locator(".pixels .never").evaluate_all(
        "(boxes) => boxes.map((box) => Number(box.dataset.pixel))"
    )
    assert hatched == never
    assert ("never read" in sentences(found)) == bool(never)


def test_sizes_and_zeros_are_those_of_the_package(explorer):
    _, page = explorer()
    grid = itertools.product(
        (1, 2, 7, 8, 13, 28, 32), range(1, 10), (1, 2, 3, 5), (1, 4)
    )
    settings = [dict(zip(NUMBERS, numbers, strict=True)) for numbers in grid]
    found = page.evaluate(
        """async (settings) => {
          const sizes = await import("/_static/hands-on/sizes.js");
          return settings.map((one) => {
            const zeros = sizes.samePadding(one);
            const count = (zeros) => sizes.outputSize(one, zeros);
            return [zeros, count([0, 0]), count(zeros)];
          });
        }""",
        settings,
    )
    expected = [
        [
            list(same_padding(**one)),
            output_size(**one),
            output_size(**one, padding="same"),
        ]
        for one in settings
    ]
    assert len(expected) == 504
    assert found == expected


def test_the_formula_has_the_numbers_of_the_sliders(explorer):
    found, _ = explorer()
    choose(found, 28, 5, 2, 1, "same")
    letters = found.locator("munder").evaluate_all(
        "(all) => Object.fromEntries(all.map((e) => [e.children[1].textContent,"
        " e.children[0].textContent]))"
    )
    places = output_size(28, 5, stride=2, padding="same")
    zeros = sum(same_padding(28, 5, stride=2))
    assert letters == {
        "n": "28",
        "p": f"{zeros}",
        "d": "1",
        "k": "5",
        "s": "2",
        "places": f"{places}",
    }
    spoken = found.locator(".formula .unseen").inner_text()
    assert spoken.startswith(f"28 pixels plus {zeros} zeros, minus 1 times")
    assert spoken.endswith(f"divided by 2 and rounded down; plus 1: {places}.")


def test_a_place_is_chosen_by_mouse_and_marks_its_pixels(explorer):
    found, page = explorer()
    found.get_by_role("button", name="valid, dilation 2").click()
    lines(found).nth(2).click()
    assert chosen(found) == "Place 2 multiplies pixels 2, 4 and 6."
    assert "Place 2 multiplies pixels 2, 4 and 6." in sentences(found)
    marked = found.locator(".pixels .multiplied").evaluate_all(
        "(boxes) => boxes.map((box) => Number(box.dataset.pixel))"
    )
    assert marked == [2, 4, 6]
    page.wait_for_timeout(400)
    assert (
        found.locator(".told").inner_text() == "Place 2 multiplies pixels 2, 4 and 6."
    )


def test_a_place_is_chosen_by_a_finger(explorer):
    found, _ = explorer(width=PHONE, has_touch=True)
    found.get_by_role("button", name="same", exact=True).tap()
    lines(found).nth(7).tap()
    assert chosen(found) == "Place 7 multiplies pixels 6 and 7, then 1 zero."
    found.get_by_role("button", name="Previous place").tap()
    assert chosen(found) == "Place 6 multiplies pixels 5 to 7."


def test_places_are_chosen_with_keys(explorer):
    found, page = explorer()
    places = found.get_by_role("listbox", name="Places of the kernel")
    places.focus()
    for key, place in (
        ("ArrowUp", 0),
        ("ArrowDown", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 5),
        ("ArrowDown", 5),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        assert chosen(found).startswith(f"Place {place} "), key
        active = places.get_attribute("aria-activedescendant")
        option = lines(found).nth(place)
        assert option.get_attribute("id") == active


def test_the_numbers_are_set_with_keys(explorer):
    found, page = explorer()
    found.get_by_role("slider", name="Stride").focus()
    page.keyboard.press("ArrowRight")
    assert drawn_places(found) == places_of(8, 3, 2, 1, "valid")
    found.get_by_role("combobox").focus()
    page.keyboard.press("ArrowDown")
    assert drawn_places(found) == places_of(8, 3, 2, 1, "same")
    page.wait_for_timeout(400)
    assert found.locator(".told").inner_text().startswith("4 places. ")


def test_the_buttons_stop_at_the_first_and_at_the_last_place(explorer):
    found, _ = explorer()
    back, on = (found.get_by_role("button", name=f"{way} place") for way in WAYS)
    assert back.get_attribute("aria-disabled") == "true"
    back.click(force=True)
    assert chosen(found).startswith("Place 0 ")
    for _ in range(7):
        on.click(force=True)
    assert chosen(found).startswith("Place 5 ")
    assert on.get_attribute("aria-disabled") == "true"
    assert back.get_attribute("aria-disabled") == "false"


def test_a_chosen_place_that_is_gone_gives_way_to_the_last(explorer):
    found, _ = explorer()
    lines(found).last.click()
    choose(found, 5)
    assert chosen(found) == "Place 2 multiplies pixels 2 to 4."


def test_it_says_where_the_odd_zero_lies(explorer):
    found, _ = explorer()
    choose(found, 8, 5, 2, 1, "same")
    before, after = same_padding(8, 5, stride=2)
    assert f"adds 3 zeros: {before} before, {after} after. The odd" in sentences(found)
    assert found.locator(".pixels .zero").count() == before + after
    assert "a zero that padding adds" in found.inner_text()
    choose(found, 8, 5, 1)
    assert "The odd" not in sentences(found)


def test_a_kernel_that_does_not_fit_has_no_place_and_comes_back(explorer):
    found, _ = explorer()
    choose(found, 8, 9, 5, 4, "2")
    trouble = found.locator(".trouble")
    assert trouble.inner_text().startswith(
        "The kernel covers 33 pixels, but there are only 12, zeros included."
    )
    assert trouble.get_attribute("role") == "status"
    assert lines(found).count() == 0
    assert found.locator(".pixels .zero").count() == 4
    for way in WAYS:
        found.get_by_role("button", name=way).click(force=True)
    choose(found, 8, 3, 1, 1, "valid")
    assert trouble.inner_text() == ""
    assert drawn_places(found) == places_of(*EXAMPLES["valid"])


def test_the_drawing_follows_the_width_of_the_page(explorer):
    found, page = explorer()
    wide = found.locator(".pixels").bounding_box()["width"]
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.wait_for_function(
        "document.querySelector('.size-explorer .pixels').clientWidth < 390"
    )
    assert wide > PHONE
    assert drawn_places(found) == places_of(*EXAMPLES["valid"])


def test_the_choice_is_kept_while_the_still_figure_is_looked_at(explorer):
    found, page = explorer()
    found.get_by_role("button", name="same, stride 2").click()
    figure = page.locator(".cell.tag_size-explorer figure")
    figure.get_by_role("button", name="Show the still figure").click()
    assert not found.is_visible()
    figure.get_by_role("button", name="Show the moving figure").click()
    assert drawn_places(found) == places_of(*EXAMPLES["same, stride 2"])
