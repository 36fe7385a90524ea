"""Drawings of one filter that reads many channels: its partial maps, and their sum."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from convlens.colours import BLUE, GREY, ORANGE
from convlens.figures._canvas import (
    SMALL,
    STYLE,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    canvas,
    check_some,
    extent,
    frame,
    scale_of,
    show,
    signed_scale,
    size,
)
from convlens.words import counted, listed, signed

IN_FULL = 4  # channels drawn with their input and their kernel, the most
EDGE, RIGHT, GAP = 0.06, 0.6, 0.1  # inches: at the edges, for colour bars, between
HEADING, NUMBER = 0.3, 0.18  # inches above a row, and above its panels
IN_A_ROW = 12  # partial maps in small
ONE = (WIDTH - EDGE - RIGHT - (IN_FULL - 1) * GAP) / IN_FULL  # inches of a panel
TINY = (WIDTH - EDGE - RIGHT - (IN_A_ROW - 1) * GAP / 2) / IN_A_ROW
LARGE = (WIDTH - EDGE - 2 * RIGHT - 0.1) / 2


def partial_maps(
    inputs: np.ndarray,
    kernels: np.ndarray,
    partial: np.ndarray,
    bias: float,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw how one filter reads many channels: partial maps, their sum, its ReLU.

    A frame marks the place where the sum is largest, and on the inputs what the kernels
    read there. Four channels are drawn in full: the two that add most at that place,
    and the two others with the lowest value anywhere.

    Args:
        inputs: The channels, shape ``(h, w, c)``, none below zero.
        kernels: One per channel, shape ``(kh, kw, c)``.
        partial: What each kernel makes of its channel, with padding "same", shape
            ``(h, w, c)``.
        bias: Of the filter.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Panels of up to four inputs, their kernels and partial maps; the other partial
        maps in small; the sum of all with the bias, before and after ReLU.

    Raises:
        ValueError: There is no channel, or the numbers of channels differ.

    Example:
        >>> maps = np.ones((4, 4, 2))
        >>> drawing = partial_maps(maps, np.ones((1, 1, 2)), maps, -0.5)
        >>> print(drawing.alt[-76:])
        With the bias −0.50 their sum is all 1.50, and ReLU leaves it at up to 1.50.
    """
    count = partial.shape[2]
    check_some("channels", range(count))
    if not inputs.shape[2] == kernels.shape[2] == count:
        raise ValueError(
            "inputs, kernels, partial: expected one number of channels, got "
            f"{inputs.shape[2]}, {kernels.shape[2]} and {count}"
        )
    total = partial.sum(axis=2) + bias
    row, column = (int(one) for one in np.unravel_index(total.argmax(), total.shape))
    full = _worth_drawing(partial, partial[row, column])
    others = [one for one in range(count) if one not in full]
    sheet = _Sheet(_height(len(others)), into)
    _draw_in_full(sheet, inputs, kernels, partial, full, (row, column))
    if others:
        _draw_in_small(sheet, partial, others)
    _draw_the_sum(sheet, total, (row, column))
    alt = _tell(inputs, kernels, partial, bias, full)
    return Drawing(sheet.figure, alt, "png")


def _height(others: int) -> float:
    """The height in inches that all rows need, with so many partial maps in small."""
    small = -(-others // IN_A_ROW) * (NUMBER + TINY + GAP / 2)
    rows = [ONE, 0.7 * ONE, ONE, small, LARGE]
    headings = 5 if others else 4
    return sum(rows) + headings * HEADING + NUMBER + EDGE


def _draw_in_full(
    sheet: _Sheet,
    inputs: np.ndarray,
    kernels: np.ndarray,
    partial: np.ndarray,
    full: list[int],
    place: tuple[int, int],
) -> None:
    """Draw some channels with their input, kernel and partial map, in three rows."""
    (row, column), (kh, kw) = place, kernels.shape[:2]
    read = (row - (kh - 1) // 2, column - (kw - 1) // 2, kh, kw)
    brightest = scale_of(inputs[:, :, full])
    sheet.heading(f"{len(full)} of {counted(partial.shape[2], 'input channel')}")
    sheet.top += NUMBER
    for index, channel in enumerate(full):
        axes = sheet.axes(index * (ONE + GAP), ONE)
        show(axes, inputs[:, :, channel], brightest, f"input:{channel}", f"{channel}")
        axes.title.set(fontsize=SMALL, color=GREY)
        frame(axes, read, f"input:{channel}", width=1)
    sheet.end_row(brightest, ONE)
    sheet.heading("the filter's kernel for each: weights (white is zero)")
    weights = signed_scale(kernels[:, :, full])
    for index, channel in enumerate(full):
        axes = sheet.axes(index * (ONE + GAP) + 0.15 * ONE, 0.7 * ONE)
        show(axes, kernels[:, :, channel], weights, f"kernel:{channel}")
    sheet.end_row(weights, 0.7 * ONE)
    sheet.heading("what each gives: its partial map (white is zero)")
    scale = signed_scale(partial)
    for index, channel in enumerate(full):
        axes = sheet.axes(index * (ONE + GAP), ONE)
        show(axes, partial[:, :, channel], scale, f"partial:{channel}")
        frame(axes, (*place, 1, 1), f"partial:{channel}", width=1)
    sheet.end_row(scale, ONE)


def _draw_in_small(sheet: _Sheet, partial: np.ndarray, others: list[int]) -> None:
    """Draw the partial maps of the other channels, twelve in a row."""
    maps = counted(len(others), "more partial map")
    sheet.heading(f"{maps}, on the same scale")
    scale = signed_scale(partial)
    for index, channel in enumerate(others):
        sheet.top += NUMBER * (index % IN_A_ROW == 0)
        axes = sheet.axes(index % IN_A_ROW * (TINY + GAP / 2), TINY)
        show(axes, partial[:, :, channel], scale, f"partial:{channel}", f"{channel}")
        axes.title.set(fontsize=SMALL, color=GREY)
        if index % IN_A_ROW == IN_A_ROW - 1 or channel == others[-1]:
            sheet.top += TINY + GAP / 2


def _draw_the_sum(sheet: _Sheet, total: np.ndarray, place: tuple[int, int]) -> None:
    """Draw the sum of all partial maps and the bias, before and after ReLU."""
    sheet.heading("their sum, plus the bias", "after ReLU: the feature map")
    both = {"sum": total, "relu": np.maximum(total, 0)}
    for index, (name, array) in enumerate(both.items()):
        left = index * (LARGE + RIGHT + 0.1)
        axes = sheet.axes(left, LARGE)
        show(axes, array, scale_of(array), name)
        frame(axes, (*place, 1, 1), name)
        sheet.bar(scale_of(array), LARGE, left + LARGE + 0.08)


def _tell(
    inputs: np.ndarray,
    kernels: np.ndarray,
    partial: np.ndarray,
    bias: float,
    full: list[int],
) -> str:
    total = partial.sum(axis=2) + bias
    channels = "channel" if len(full) == 1 else "channels"
    return (
        f"One filter on {counted(partial.shape[2], 'channel')} of {size(inputs)}: "
        f"{channels} {listed([*map(str, full)])}, with input, kernel and partial map; "
        f"the other partial maps in small. The kernels are {size(kernels)}, "
        f"{extent(kernels, 'weights')}; the partial maps, {extent(partial, 'values')}. "
        f"With the bias {signed(bias)} their sum is {extent(total)}, and ReLU leaves "
        f"it at up to {signed(np.maximum(total, 0).max())}."
    )


def _worth_drawing(partial: np.ndarray, here: np.ndarray) -> list[int]:
    """Choose the two that add most at a place, and two that take away most anywhere."""
    most = np.argsort(-here, kind="stable")[: IN_FULL // 2].tolist()
    least = np.argsort(partial.min(axis=(0, 1)), kind="stable").tolist()
    return sorted([*most, *(one for one in least if one not in most)][:IN_FULL])


class _Sheet:
    """Places panels by inches, from the top of a figure to its bottom."""

    def __init__(self, height: float, into: Figure | SubFigure | None) -> None:
        self.figure = canvas((WIDTH, height), into)
        if into is None:
            self.figure.get_figure(root=True).set_layout_engine("none")
        self.height = height
        self.top = 0.0

    def axes(self, left: float, side: float, width: float = 0.0) -> Axes:
        """Add axes at the top reached, square unless a width is given."""
        bottom = self.height - self.top - side
        place = (left + EDGE) / WIDTH, bottom / self.height
        with matplotlib.rc_context(STYLE):
            return self.figure.add_axes(
                (*place, (width or side) / WIDTH, side / self.height)
            )

    def heading(self, words: str, right: str = "") -> None:
        """Write the words above a row, and others above its right half."""
        height = 1 - (self.top + HEADING - 0.06) / self.height
        for left, text in ((EDGE, words), (WIDTH / 2 + 0.02, right)):
            self.figure.text(left / WIDTH, height, text, fontsize=10, va="bottom")
        self.top += HEADING

    def end_row(self, scale: Scale, side: float) -> None:
        """Draw the colour bar of a row of panels, and go on below it."""
        self.bar(scale, side)
        self.top += side

    def bar(self, scale: Scale, side: float, left: float = 0.0) -> None:
        """Draw an upright colour bar beside a row of panels."""
        left = left or WIDTH - EDGE - RIGHT + 0.08
        axes = self.axes(left, side, 0.09)
        axes.set_gid("bar")
        colours = ScalarMappable(scale.norm, scale.cmap)
        drawn = self.figure.colorbar(colours, cax=axes)
        drawn.locator = MaxNLocator(3 if side < 1.2 else 5, steps=[1, 2, 5, 10])
        drawn.update_ticks()
        axes.tick_params(labelsize=SMALL, length=2, pad=2)


def adding_up(
    numbers: np.ndarray, bias: float, *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw how numbers and a bias add up: each bar begins where the one before ends.

    Args:
        numbers: One per channel, shape ``(c,)``.
        bias: Added last.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel: a bar per channel, one for the bias, and one for the sum, from 0.

    Raises:
        ValueError: There is no number.

    Example:
        >>> print(adding_up(np.array([1.5, -0.5]), 0.25).alt)
        A sum, bar by bar: channel 0 gives 1.50, channel 1 −0.50, the bias 0.25; \
together 1.25.
    """
    check_some("numbers", numbers)
    figure = canvas((WIDTH, 2.4), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    count = len(numbers)
    parts = np.array([*numbers, bias], dtype=float)
    ends = parts.cumsum()
    starts = ends - parts
    places = np.array([*range(count), count + 0.6, count + 2.2])
    colours = [ORANGE if part > 0 else BLUE for part in parts]
    bars = axes.bar(places[:-1], parts, bottom=starts, color=colours)
    for index, one in enumerate(bars):
        one.set_gid(f"part:{index}" if index < count else "part:bias")
    (whole,) = axes.bar(places[-1:], ends[-1:], color=GREY)
    whole.set_gid("sum")
    for left, right, level in zip(places, places[1:], ends, strict=False):
        (line,) = axes.plot([left, right], [level, level], color=GREY, linewidth=0.6)
        line.set_zorder(0)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(places, [*map(str, range(count)), "bias", "sum"], fontsize=SMALL)
    axes.tick_params(axis="x", length=0)
    axes.set(xlabel="input channel", ylabel="running sum", gid="panel:sum")
    told = ", ".join(
        f"channel {index} {'gives ' * (index == 0)}{signed(number)}"
        for index, number in enumerate(numbers)
    )
    alt = (
        f"A sum, bar by bar: {told}, the bias {signed(bias)}; together "
        f"{signed(ends[-1])}."
    )
    return Drawing(figure, alt, "svg")
