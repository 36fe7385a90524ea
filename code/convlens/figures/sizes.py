"""Drawings of sizes: the places of a kernel along an axis, receptive fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Polygon, Rectangle

from convlens.colours import BLUE, GREY, ORANGE, SKY
from convlens.convolution.sizes import output_size
from convlens.figures._canvas import (
    BRIGHTNESS,
    SMALL,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
    frame,
    show,
    size,
)
from convlens.words import counted, heading, listed, signed


def places_of_a_kernel(
    cases: Mapping[str, Mapping[str, Any]],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw, for one axis, the pixels of an image and every place that a kernel takes.

    Args:
        cases: By title: ``size`` (pixels), ``kernel`` (weights), ``stride``,
            ``dilation``, and ``zeros``, the numbers of zeros before and after.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per case: a row of pixels, the added zeros hatched, and below it a
        line for each place, with a dot on every pixel that is multiplied.

    Raises:
        ValueError: There is no case, or the kernel of a case has no place.

    Example:
        >>> case = {"size": 4, "kernel": 3, "stride": 1, "dilation": 1, "zeros": (0, 1)}
        >>> print(places_of_a_kernel({"odd zero": case}).alt[:78])
        The places of a kernel along an axis, below its pixels, in 1 case. Odd zero: 4
    """
    check_some("cases", cases)
    placed = {name: _places(name, **case) for name, case in cases.items()}
    heights = [0.62 + 0.13 * len(places) for places in placed.values()]
    figure = canvas((WIDTH, sum(heights)), into)
    grid = axes_grid(figure, len(cases), 1, height_ratios=heights).ravel()
    left = min(-case["zeros"][0] for case in cases.values())
    right = max(case["size"] + case["zeros"][1] for case in cases.values())
    for axes, (name, case) in zip(grid, cases.items(), strict=True):
        places = placed[name]
        _draw_places(axes, case["size"], case["zeros"], places)
        title = f"{name}: {counted(len(places), 'place')}"
        axes.set_title(title, fontsize=10, loc="left")
        axes.set(xlim=(left - 0.6, right - 0.4), ylim=(len(places) + 0.3, -1.7))
        axes.set_gid(f"panel:{name}")
    told = [_tell_places(name, case, placed[name]) for name, case in cases.items()]
    alt = "The places of a kernel along an axis, below its pixels, in "
    alt += f"{counted(len(cases), 'case')}. {' '.join(told)}"
    return Drawing(figure, alt, "svg")


def receptive_fields(
    image: np.ndarray,
    layers: Sequence[tuple[str, int, int]],
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw what one value sees, through a stack of layers down to the image.

    The stack is drawn from the side: one column of boxes for each layer, beside the
    rows of the image. A value stands at the height of the middle of what it sees.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        layers: From the image on: name, kernel size and stride of each. None of them
            pads, and height and width are treated alike.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel: the image with the receptive field framed, the stack with the boxes
        that the middle value of the last layer depends on, and below each layer its
        number of values, how many pixels a value sees, and how far apart two are.

    Raises:
        ValueError: There is no layer, or one of them is larger than its input.

    Example:
        >>> layers = [("conv", 3, 1), ("pool", 2, 2)]
        >>> print(receptive_fields(np.eye(8), layers).alt[-66:])
        4 by 4 pixels from row 2, column 2, which are framed in the image.
    """
    check_some("layers", layers)
    levels = _levels(image.shape[0], layers)
    across = _levels(image.shape[1], layers)
    (top, bottom), (left, right) = levels[0].seen, across[0].seen
    sides = (top, left, bottom - top + 1, right - left + 1)
    height, width = image.shape
    gap, scale = width / 4, height / 28
    figure = canvas((WIDTH, 0.7 * WIDTH), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    show(axes, image, BRIGHTNESS, "image")
    axes.spines[:].set_visible(False)
    frame(axes, sides, "field")
    places = [width + gap * (0.45 + index) for index in range(len(levels))]
    _draw_stack(axes, levels, places, gap / 4)
    names = ["pixels", *(f"{name}\n{kernel}x{kernel}" for name, kernel, _ in layers)]
    axes.text(width / 2 - 0.5, -1.2 * scale, "image", fontsize=10, ha="center")
    for place, name in zip(places, names, strict=True):
        axes.text(place, -1.2 * scale, name, fontsize=SMALL, ha="center")
    _write_numbers(axes, levels, places, scale)
    axes.set(xlim=(-0.6, places[-1] + gap / 2))
    axes.set(ylim=(height + 6.2 * scale, -4.5 * scale))
    told = "; ".join(
        f"{name.replace(chr(10), ' ')}: {counted(level.count, 'value')}, each sees "
        f"{counted(level.field, 'pixel')}"
        for name, level in zip(names[1:], levels[1:], strict=True)
    )
    alt = (
        f"{heading(subject)} of {size(image)} pixels and beside it, from the side, "
        f"{counted(len(layers), 'layer')}. Along one side, {told}. The cone of what "
        "one value in the middle of the last layer depends on widens towards the "
        f"image, from {listed([_boxes(level) for level in reversed(levels)])}: "
        f"{sides[2]} by {sides[3]} pixels from row {top}, column {left}, which are "
        "framed in the image."
    )
    return Drawing(figure, alt, "png")


def _write_numbers(
    axes: Axes, levels: Sequence[_Level], places: Sequence[float], scale: float
) -> None:
    """Write three lines of numbers below the stack, one number below each layer."""
    rows = {
        "values along one side": [level.count for level in levels],
        "pixels that one value sees": [level.field for level in levels],
        "pixels from one to the next": [level.step for level in levels],
    }
    top = levels[0].count + 1.2 * scale
    edge = places[0] - 0.6 * (places[1] - places[0])
    for line, (told, numbers) in enumerate(rows.items()):
        y = top + 2 * line * scale
        axes.text(edge, y, told, fontsize=SMALL, ha="right", va="center")
        for place, number in zip(places, numbers, strict=True):
            text = axes.text(place, y, f"{number}", fontsize=SMALL, va="center")
            text.set(ha="center", gid=f"number:{line}")


@dataclass(frozen=True)
class _Level:
    """The values of a layer along one side of the image.

    Attributes:
        count: How many there are.
        field: How many pixels one of them sees.
        step: Distance, in pixels, between what neighbours see.
        seen: The first and the last that the middle value of the last layer needs.
    """

    count: int
    field: int
    step: int
    seen: tuple[int, int]

    def middle(self, index: int) -> float:
        """The middle of what a value sees, in pixels."""
        return index * self.step + (self.field - 1) / 2


def _levels(pixels: int, layers: Sequence[tuple[str, int, int]]) -> list[_Level]:
    """Count values, fields and steps from the image on, then what the last one needs.

    Without padding, value i of a layer begins i steps from the first pixel.
    """
    counts, fields, steps = [pixels], [1], [1]
    for name, kernel, stride in layers:
        counts.append(output_size(counts[-1], kernel, stride=stride))
        if not counts[-1]:
            raise ValueError(
                f"layers: expected kernels that fit, got {kernel} weights in {name!r} "
                f"on {counted(counts[-2], 'value')}"
            )
        fields.append(fields[-1] + (kernel - 1) * steps[-1])
        steps.append(steps[-1] * stride)
    low = high = counts[-1] // 2
    seen = [(low, high)]
    for _, kernel, stride in reversed(layers):
        low, high = low * stride, high * stride + kernel - 1
        seen.append((low, high))
    columns = zip(counts, fields, steps, reversed(seen), strict=True)
    return [_Level(*column) for column in columns]


def _boxes(level: _Level) -> str:
    return f"{level.seen[1] - level.seen[0] + 1} of {level.count}"


def _draw_stack(
    axes: Axes, levels: Sequence[_Level], places: Sequence[float], half: float
) -> None:
    """Draw a column of boxes for each layer, and the cone between neighbours."""
    sides = []
    for index, (level, place) in enumerate(zip(levels, places, strict=True)):
        low, high = level.seen
        tall = 0.8 * level.step
        for one in range(level.count):
            corner = (place - half, level.middle(one) - tall / 2)
            needed = low <= one <= high
            box = Rectangle(corner, 2 * half, tall, ec=GREY, lw=0.4, zorder=2)
            box.set(fc=BLUE if needed else "#d9d9d9", clip_on=False)
            box.set_gid(f"{'needed' if needed else 'other'}:{index}:{one}")
            axes.add_patch(box)
        sides.append((level.middle(low) - tall / 2, level.middle(high) + tall / 2))
    for index, ((left, right), (wide, narrow)) in enumerate(
        zip(pairwise(places), pairwise(sides), strict=True)
    ):
        corners = [(left + half, wide[0]), (right - half, narrow[0])]
        corners += [(right - half, narrow[1]), (left + half, wide[1])]
        cone = Polygon(corners, fc=SKY, alpha=0.35, lw=0, gid=f"cone:{index}")
        axes.add_patch(cone)


def _places(
    name: str,
    size: int,
    kernel: int,
    stride: int,
    dilation: int,
    zeros: tuple[int, int],
) -> list[np.ndarray]:
    """Indices of the pixels under the kernel at each position, from 0 in the image."""
    before, after = zeros
    reach = dilation * (kernel - 1) + 1
    starts = range(-before, size + after - reach + 1, stride)
    if not starts:
        raise ValueError(
            f"cases: expected a kernel that fits, got {name!r}, where it covers "
            f"{counted(reach, 'pixel')} and there are {before + size + after}, zeros "
            "included"
        )
    return [start + dilation * np.arange(kernel) for start in starts]


def _tell_places(name: str, case: Mapping[str, Any], places: list[np.ndarray]) -> str:
    before, after = case["zeros"]
    taken = f"1 place, on {_pixels(places[0])}"
    if len(places) > 1:
        first, last = _pixels(places[0]), _pixels(places[-1])
        taken = f"{len(places)} places, the first on {first}, the last on {last}"
    return (
        f"{heading(name)}: {counted(case['size'], 'pixel')}, {counted(before, 'zero')} "
        f"before and {after} after; a kernel of {counted(case['kernel'], 'weight')} "
        f"takes {taken}."
    )


def _draw_places(
    axes: Axes, size: int, zeros: tuple[int, int], places: list[np.ndarray]
) -> None:
    axes.set_axis_off()
    for pixel in range(-zeros[0], size + zeros[1]):
        is_image = 0 <= pixel < size
        box = Rectangle((pixel - 0.45, -1.55), 0.9, 1.4, ec=GREY)
        if is_image:
            box.set(fc="#d9d9d9", gid=f"pixel:{pixel}")
        else:
            box.set(fc="white", hatch="////", gid=f"padding:{pixel}")
        axes.add_patch(box)
        if is_image:
            axes.text(pixel, -0.85, f"{pixel}", ha="center", va="center", size=SMALL)
    for line, pixels in enumerate(places):
        colour = (BLUE, ORANGE)[line % 2]
        height = np.full(len(pixels), line + 0.5)
        (dots,) = axes.plot(pixels, height, "o-", color=colour, markersize=4)
        dots.set_gid(f"place:{line}")


def _pixels(pixels: np.ndarray) -> str:
    return listed([signed(pixel, 0) for pixel in pixels])
