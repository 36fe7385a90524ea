"""Drawings of a network: an image on its way through it, and its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    BLUE,
    BRIGHTNESS,
    GREY,
    ORANGE,
    PALE,
    STYLE,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
    scale_of,
    show,
    size,
)
from convlens.words import counted, signed


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
            own from 0, every value drawn equally large.
        probabilities: Of the digits, shape ``(10,)``.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel for the image, one per layer, one for the answer.

    Raises:
        ValueError: There is no layer.

    Example:
        >>> maps = {"relu1": np.ones((28, 28, 4))}
        >>> drawing = through_the_network(np.ones((28, 28)), maps, np.eye(10)[7])
        >>> print(drawing.alt[-71:])
        4 maps of 28 by 28, up to 1.00. The answer: 7, with probability 1.0000.
    """
    check_some("maps", maps)
    half = (len(maps) + 1) // 2
    tables = [image, *(_tiled(stack) for stack in maps.values())]
    answer = np.empty((tables[-1].shape[0], 60))  # the place of the answer
    figure, placed = _in_rows([tables[: half + 1], [*tables[half + 1 :], answer]], into)
    show(placed[0], image, BRIGHTNESS, "image")
    placed[0].set_title(f"image\n{size(image)}", fontsize=9, pad=3)
    told = []
    for axes, table, (name, stack) in zip(
        placed[1:-1], tables[1:], maps.items(), strict=True
    ):
        show(axes, table, scale_of(stack), name)
        axes.set_facecolor(PALE)
        title = f"{name}: {stack.shape[2]} of\n{size(stack)}"
        axes.set_title(title, fontsize=9, pad=3)
        told.append(
            f"{name}: {counted(stack.shape[2], 'map')} of {size(stack)}, up to "
            f"{signed(stack.max())}"
        )
    read = int(probabilities.argmax())
    _draw_answer(placed[-1], probabilities, read)
    alt = (
        f"From left to right and down: {subject} of {size(image)} pixels; "
        f"{'; '.join(told)}. The answer: {read}, with probability "
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


def _in_rows(
    rows: list[list[np.ndarray]], into: Figure | SubFigure | None
) -> tuple[Figure | SubFigure, list[Axes]]:
    """Place axes for arrays in rows, every value equally large."""
    gap, head = 8, 16  # values left free beside and above each array
    wide = max(sum(one.shape[1] + gap for one in row) for row in rows) + gap
    tall = sum(max(one.shape[0] for one in row) + head + gap for row in rows)
    figure = canvas((WIDTH, WIDTH * tall / wide), into)
    if into is None:
        figure.get_figure(root=True).set_layout_engine("none")
    placed, bottom = [], tall
    for row in rows:
        left = gap
        height = max(one.shape[0] for one in row)
        bottom -= height + head + gap
        for one in row:
            top = bottom + gap + height - one.shape[0]
            place = (left / wide, top / tall, one.shape[1] / wide, one.shape[0] / tall)
            with matplotlib.rc_context(STYLE):
                placed.append(figure.add_axes(place))
            left += one.shape[1] + gap
    return figure, placed


def _draw_answer(axes: Axes, probabilities: np.ndarray, read: int) -> None:
    digits = np.arange(len(probabilities))
    colours = [ORANGE if digit == read else GREY for digit in digits]
    for digit, one in enumerate(axes.bar(digits, probabilities, color=colours)):
        one.set_gid(f"probability:{digit}")
    axes.set(xticks=digits, ylim=(0, 1), yticks=[0, 1], gid="panel:answer")
    axes.tick_params(length=0, labelsize=8)
    axes.set_title("digit:\nprobabilities", fontsize=9, pad=3)


def learning_curves(
    history: Mapping[str, Sequence[float]], *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw loss and accuracy per epoch, for training and for validation images.

    Args:
        history: ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy``, one number
            per epoch each.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Two panels with two lines each.

    Raises:
        ValueError: There is no epoch.

    Example:
        >>> history = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9],
        ...            "val_loss": [0.3, 0.2], "val_accuracy": [0.85, 0.95]}
        >>> learning_curves(history).alt[:31]
        'Loss and accuracy over 2 epochs'
    """
    check_some("history", history["loss"])
    figure = canvas((WIDTH, 2.6), into)
    grid = axes_grid(figure, 1, 2).ravel()
    epochs = np.arange(1, len(history["loss"]) + 1)
    told = []
    for axes, name in zip(grid, ("loss", "accuracy"), strict=True):
        training, validation = history[name], history[f"val_{name}"]
        looks = {"color": BLUE, "label": "training images", "gid": f"curve:{name}"}
        axes.plot(epochs, training, "o-", **looks)
        looks = {"color": ORANGE, "label": "validation images"}
        looks["gid"] = f"curve:val_{name}"
        axes.plot(epochs, validation, "s--", **looks)
        axes.set(xlabel="epoch", ylabel=name, gid=f"panel:{name}")
        axes.locator_params(axis="x", integer=True)
        told.append(_tell_course(name, training, validation))
    grid[0].set_ylim(bottom=0)
    lines = grid[0].get_lines()
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
    alt = f"Loss and accuracy over {counted(len(epochs), 'epoch')}, in two panels. "
    return Drawing(figure, alt + " ".join(told), "svg")


def _tell_course(
    name: str, training: Sequence[float], validation: Sequence[float]
) -> str:
    """Describe both lines of a panel by their first and their last value."""
    if len(training) == 1:
        return (
            f"The training {name} is {training[0]:.4f}, and the validation {name} "
            f"{validation[0]:.4f}."
        )
    return (
        f"The training {name} goes from {training[0]:.4f} to {training[-1]:.4f}, and "
        f"the validation {name} from {validation[0]:.4f} to {validation[-1]:.4f}."
    )
