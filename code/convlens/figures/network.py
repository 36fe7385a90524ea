"""Drawings of a network: an image on its way through it, its answer, its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from convlens.colours import BLUE, GREY, ORANGE, PALE
from convlens.figures._canvas import (
    BRIGHTNESS,
    SMALL,
    STYLE,
    WIDTH,
    Drawing,
    axes_grid,
    bar,
    canvas,
    check_some,
    extent,
    scale_of,
    show,
    size,
)
from convlens.words import counted, heading, signed

# In pixels of the first maps, as everything on the way is: room for arrows, titles, the
# bar; and the width and height of the answer.
ARROW, HEAD, BETWEEN, FOOT = 24, 26, 16, 22
ANSWER = 110, 58
IN_A_ROW = 2  # stages


def through_the_network(
    image: np.ndarray,
    maps: Mapping[str, np.ndarray],
    probabilities: np.ndarray,
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw an image, the feature maps of every layer, and the predicted probabilities.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        maps: By layer, after ReLU, shape ``(h, w, n)``; each layer on a scale of its
            own from 0. A map with a quarter of the values is drawn half as large.
        probabilities: Of the digits, shape ``(10,)``.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel for the image, one per layer, one for the answer, with arrows from
        each to the next.

    Raises:
        ValueError: There is no layer.

    Example:
        >>> maps = {"relu1": np.ones((28, 28, 4))}
        >>> drawing = through_the_network(np.ones((28, 28)), maps, np.eye(10)[7])
        >>> print(drawing.alt[-73:])
        4 maps of 28 by 28, up to 1.00. The answer is 7, with probability 1.0000.
    """
    check_some("maps", maps)
    tables = [_tiled(stack) for stack in maps.values()]
    largest = max(len(stack) for stack in maps.values())
    sides = [(2.0 * image.shape[1], 2.0 * image.shape[0])]
    for table, stack in zip(tables, maps.values(), strict=True):
        # half as many values along a side, and the side is drawn 0.7 times as long
        magnified = (largest / len(stack)) ** 0.5
        sides.append((magnified * table.shape[1], magnified * table.shape[0]))
    figure, places, foot, unit = _in_rows([*sides, ANSWER], into)
    placed = [_axes(figure, place) for place in places]
    show(placed[0], image, BRIGHTNESS, "image")
    placed[0].set_title(f"image\n{size(image)}", fontsize=10, pad=3)
    told = []
    for axes, table, (name, stack) in zip(
        placed[1:-1], tables, maps.items(), strict=True
    ):
        show(axes, table, scale_of(stack), name)
        axes.set_facecolor(PALE)
        count, largest = counted(stack.shape[2], "map"), signed(stack.max())
        axes.set_title(f"{name}: {count}\n{size(stack)}", fontsize=10, pad=3)
        told.append(f"{name}: {count} of {size(stack)}, up to {largest}")
    read = int(probabilities.argmax())
    _draw_bars(placed[-1], probabilities, read, "probability")
    placed[-1].set(ylim=(0, 1), yticks=[0, 1], gid="panel:answer")
    placed[-1].set_title("probability of each digit", fontsize=10, pad=8)
    _draw_arrows(figure, places, unit)
    colours = _axes(figure, foot)
    bar(colours, scale_of(np.ones(1)), "")
    ends = ["zero", "largest value of the layer"]
    colours.set_xticks([0, 1], ends, fontsize=SMALL)
    for words, side in zip(colours.get_xticklabels(), ("left", "right"), strict=True):
        words.set_horizontalalignment(side)
    alt = (
        f"{heading(subject)} of {size(image)} pixels on its way through the layers of "
        f"a network: {'; '.join(told)}. The answer is {read}, with probability "
        f"{probabilities[read]:.4f}."
    )
    return Drawing(figure, alt, "png")


def _tiled(stack: np.ndarray) -> np.ndarray:
    """Lay a stack ``(h, w, n)`` into four rows, a gap of one value between them."""
    height, width, count = stack.shape
    columns = -(-count // 4)
    gapped = np.full((height + 1, width + 1, 4 * columns), np.nan)
    gapped[:-1, :-1, :count] = stack
    tiles = gapped.reshape(height + 1, width + 1, 4, columns).transpose(2, 0, 3, 1)
    return tiles.reshape(4 * (height + 1), -1)[:-1, :-1]


Place = tuple[float, float, float, float]  # left, bottom, width, height: of a figure


def _in_rows(
    sides: Sequence[tuple[float, float]], into: Figure | SubFigure | None
) -> tuple[Figure | SubFigure, list[Place], Place, float]:
    """Find places for boxes, two in a row, and one for a bar below them.

    Args:
        sides: Width and height of each box, in any unit.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        The figure, the places in reading order, that of the bar, and the unit, as a
        share of the figure's height.
    """
    rows = [sides[n : n + IN_A_ROW] for n in range(0, len(sides), IN_A_ROW)]
    wide = max(sum(width + ARROW for width, _ in row) for row in rows) + ARROW / 2
    heights = [max(height for _, height in row) for row in rows]
    tall = sum(heights) + len(rows) * (HEAD + BETWEEN) + FOOT
    figure = canvas((WIDTH, WIDTH * tall / wide), into)
    if into is None:
        figure.get_figure(root=True).set_layout_engine("none")

    def place(left: float, bottom: float, width: float, height: float) -> Place:
        return left / wide, bottom / tall, width / wide, height / tall

    places, top = [], tall
    for row, highest in zip(rows, heights, strict=True):
        top -= HEAD
        left: float = ARROW
        for width, height in row:
            middle = top - highest / 2
            places.append(place(left, middle - height / 2, width, height))
            left += width + ARROW
        top -= highest + BETWEEN
    return figure, places, place(ARROW, FOOT - 7, wide - 2 * ARROW, 7), 1 / tall


def _axes(figure: Figure | SubFigure, place: Place) -> Axes:
    with matplotlib.rc_context(STYLE):
        return figure.add_axes(place)


def _draw_arrows(
    figure: Figure | SubFigure, places: Sequence[Place], unit: float
) -> None:
    """Draw an arrow from each place to the next, which may begin a new row."""
    for index, (one, following) in enumerate(pairwise(places)):
        (left, bottom, width, height), (to, low, _, tall) = one, following
        end, middle = to - 0.01, low + tall / 2
        corners = [(left + width + 0.01, bottom + height / 2), (end, middle)]
        if index % IN_A_ROW == IN_A_ROW - 1:
            # down from the one, left, down, and right to the other
            begun = places[index + 1 - IN_A_ROW : index + 1]
            lane = min(low for _, low, _, _ in begun) - BETWEEN / 2 * unit
            down, margin = left + width / 2, to * 0.25
            corners = [(down, bottom - 0.01), (down, lane), (margin, lane)]
            corners += [(margin, middle), (end, middle)]
        arrow = FancyArrowPatch(path=Path(corners), arrowstyle="-|>", mutation_scale=14)
        arrow.set(color=GREY, linewidth=2, transform=figure.transSubfigure)
        arrow.set_gid(f"arrow:{index}")
        figure.add_artist(arrow)


def _draw_bars(axes: Axes, values: np.ndarray, marked: int, name: str) -> None:
    """Draw one bar per digit, one of them in orange."""
    digits = np.arange(len(values))
    colours = [ORANGE if digit == marked else GREY for digit in digits]
    for digit, one in enumerate(axes.bar(digits, values, color=colours)):
        one.set_gid(f"{name}:{digit}")
    axes.set_xticks(digits)
    axes.tick_params(length=0, labelsize=SMALL, pad=2)


def softmax_bars(
    logits: Mapping[str, np.ndarray],
    truth: int,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw logits, and beside them the probabilities that softmax makes of them.

    Args:
        logits: By network, one number per digit.
        truth: The right digit, drawn in orange.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row per network, with the cross-entropy loss in the title of its
        probabilities.

    Raises:
        ValueError: There is no network.

    Example:
        >>> drawing = softmax_bars({"untrained": np.zeros(10)}, truth=7)
        >>> print(drawing.alt[-49:])
        0.00; its probability is 0.1000, the loss 2.3026.
    """
    check_some("logits", logits)
    figure = canvas((WIDTH, 1.75 * len(logits)), into)
    grid = axes_grid(figure, len(logits), 2)
    largest = max(float(np.abs(one).max()) for one in logits.values()) or 1.0
    told = []
    for (left, right), (name, scores) in zip(grid, logits.items(), strict=True):
        shifted = scores - scores.max()
        probabilities = np.exp(shifted) / np.exp(shifted).sum()
        loss = float(np.log(np.exp(shifted).sum()) - shifted[truth])
        _draw_bars(left, scores, truth, f"logit:{name}")
        left.axhline(0, color=GREY, linewidth=0.6)
        left.set(ylim=(-1.1 * largest, 1.1 * largest), gid=f"panel:logits:{name}")
        left.set_title(f"{name}: logits", fontsize=SMALL)
        if np.abs(scores).max() < 0.05 * largest:
            words = f"too small to see:\n{extent(scores)}"
            text = left.text(4.5, 0.55 * largest, words, ha="center", va="center")
            text.set(fontsize=SMALL, gid=f"small:{name}")
        _draw_bars(right, probabilities, truth, f"probability:{name}")
        right.set(ylim=(0, 1), yticks=[0, 1], gid=f"panel:probabilities:{name}")
        right.set_title(f"probabilities, loss {loss:.4f}", fontsize=SMALL)
        told.append(
            f"{heading(name)}: logits {extent(scores)}, that of {truth} "
            f"{signed(scores[truth])}; its probability is {probabilities[truth]:.4f}, "
            f"the loss {loss:.4f}."
        )
    alt = "Bars, one per digit: logits on the left, probabilities on the right. "
    return Drawing(figure, alt + " ".join(told), "svg")


def loss_curve(
    steps: np.ndarray,
    losses: np.ndarray,
    validation: Sequence[float],
    *,
    chance: float | None = None,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw the loss step by step, and the validation loss at the end of each epoch.

    The axis of the loss is logarithmic: a training ends far below where it begins.

    Args:
        steps: Numbers of steps, increasing, shape ``(m,)``; the last ends the training.
        losses: Mean training loss since the step before, above 0, shape ``(m,)``; the
            first is not drawn.
        validation: One loss above 0 per epoch; all epochs are equally long.
        chance: The loss of guessing, drawn as a line.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel.

    Raises:
        ValueError: There are fewer than two steps, or there is no epoch.

    Example:
        >>> steps, losses = np.array([0, 4, 8]), np.array([np.nan, 2.25, 0.5])
        >>> print(loss_curve(steps, losses, [0.75]).alt)
        The training loss over 8 steps, first 2.2500 and at last 0.5000; the \
validation loss after 1 epoch: 0.7500.
    """
    check_some("steps after the first", steps[1:])
    check_some("validation", validation)
    figure = canvas((WIDTH, 3.0), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    axes.plot(
        steps[1:], losses[1:], ".-", color=BLUE, label="training", gid="curve:training"
    )
    epochs = np.arange(1, len(validation) + 1) * steps[-1] / len(validation)
    looks = {"color": ORANGE, "label": "validation, after each epoch"}
    axes.plot(epochs, validation, "s", **looks, gid="curve:validation")
    if chance is not None:
        axes.axhline(chance, color=GREY, linestyle="--", linewidth=1, gid="chance")
        place = {"xytext": (0, -3), "textcoords": "offset points", "va": "top"}
        words = f"guessing: {chance:.2f}"
        axes.annotate(words, (steps[-1], chance), ha="right", fontsize=SMALL, **place)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    ticks = [n * 10.0**power for power in range(-6, 2) for n in (1, 2, 5)]
    shown = [tick for tick in ticks if low <= tick <= high]
    axes.set_yticks(shown, [f"{tick:g}" for tick in shown])
    axes.minorticks_off()
    axes.set(xlabel="training steps done", ylabel="loss", gid="panel:loss")
    axes.set_xlim(left=0)
    axes.legend(loc="lower left", frameon=False, fontsize=SMALL)
    told = f"first {validation[0]:.4f} and at last {validation[-1]:.4f}"
    if len(validation) == 1:
        told = f"{validation[0]:.4f}"
    alt = (
        f"The training loss over {counted(int(steps[-1]), 'step')}, first "
        f"{losses[1]:.4f} and at last {losses[-1]:.4f}; the validation loss after "
        f"{counted(len(validation), 'epoch')}: {told}."
    )
    if chance is not None:
        alt += f" A line marks the loss of guessing, {chance:.4f}."
    return Drawing(figure, alt, "svg")
