"""Drawings of digits: the images, the training, what was read, the mistakes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from convlens.figures._canvas import (
    BLUE,
    GREY,
    ORANGE,
    STYLE,
    WIDTH,
    Drawing,
    blank_figure,
    panels,
    scale_of,
    show,
    size,
)


def digit_grid(images: np.ndarray, labels: np.ndarray, *, columns: int = 5) -> Drawing:
    """Draw images with their labels.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        labels: Shape ``(n,)``.
        columns: Images per row.

    Returns:
        One panel per image.

    Example:
        >>> print(digit_grid(np.full((2, 4, 4, 1), 0.5), np.array([7, 1])).alt)
        2 images of 4 by 4 pixels, each under its label: 7 (mean brightness 0.50), \
1 (mean brightness 0.50).
    """
    rows = math.ceil(len(images) / columns)
    figure, grid = panels(rows, columns, (WIDTH, rows * (WIDTH / columns + 0.25)))
    for axes in grid[len(images) :]:
        axes.set_axis_off()
    for axes, image, label in zip(grid, images, labels, strict=False):
        show(axes, image[:, :, 0], "gray", Normalize(0, 1), f"{label}")
    told = ", ".join(
        f"{label} (mean brightness {image.mean():.2f})"
        for image, label in zip(images, labels, strict=True)
    )
    alt = f"{len(images)} images of {size(images[0])} pixels, each under its label: "
    return Drawing(figure, f"{alt}{told}.", "png")


def through_the_network(
    image: np.ndarray,
    maps: Mapping[str, np.ndarray],
    probabilities: np.ndarray,
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw an image on its way: all maps of every layer, then the answer.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        maps: By layer, after ReLU, shape ``(h, w, n)``; each layer on a scale of its
            own from 0, every value drawn equally large.
        probabilities: Of the digits, shape ``(10,)``.
        subject: What the image shows, for the description.

    Returns:
        One panel for the image, one per layer, one for the answer.

    Example:
        >>> maps = {"relu1": np.ones((28, 28, 4))}
        >>> drawing = through_the_network(np.ones((28, 28)), maps, np.eye(10)[7])
        >>> print(drawing.alt[-71:])
        4 maps of 28 by 28, up to 1.00. The answer: 7, with probability 1.0000.
    """
    half = (len(maps) + 1) // 2
    tables = [image, *(_tiled(stack) for stack in maps.values())]
    titles = [f"image\n{size(image)}"]
    titles += [f"{name}: {m.shape[2]} of\n{size(m)}" for name, m in maps.items()]
    answer = np.empty((tables[-1].shape[0], 60))  # the place of the answer
    rows = [tables[: half + 1], [*tables[half + 1 :], answer]]
    figure, placed = _in_rows(rows)
    for axes, table, title in zip(placed, tables, titles, strict=False):
        ink = "gray", Normalize(0, 1)
        cmap, norm = ink if table is image else scale_of(np.nan_to_num(table))[:2]
        show(axes, table, cmap, norm, "")
        axes.set_facecolor("#b0b0b0")
        axes.set_title(title, fontsize=9, pad=3)
    read = int(probabilities.argmax())
    _draw_answer(placed[-1], probabilities, read)
    told = "; ".join(
        f"{name}: {stack.shape[2]} maps of {size(stack)}, up to {stack.max():.2f}"
        for name, stack in maps.items()
    )
    alt = (
        f"From left to right and down: {subject} of {size(image)} pixels; {told}. The "
        f"answer: {read}, with probability {probabilities[read]:.4f}."
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


def _in_rows(rows: list[list[np.ndarray]]) -> tuple[Figure, list[Axes]]:
    """Place axes for arrays in rows, every value equally large."""
    gap, head = 8, 16  # values left free beside and above each array
    wide = max(sum(one.shape[1] + gap for one in row) for row in rows) + gap
    tall = sum(max(one.shape[0] for one in row) + head + gap for row in rows)
    figure = blank_figure((WIDTH, WIDTH * tall / wide))
    figure.set_layout_engine("none")
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
    axes.bar(
        digits, probabilities, color=[ORANGE if d == read else GREY for d in digits]
    )
    axes.set(xticks=digits, ylim=(0, 1), yticks=[0, 1])
    axes.tick_params(length=0, labelsize=8)
    axes.set_title("digit:\nprobabilities", fontsize=9, pad=3)


def learning_curves(history: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw loss and accuracy per epoch, for training and for validation images.

    Args:
        history: ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy``, one number
            per epoch each.

    Returns:
        Two panels with two lines each.

    Example:
        >>> history = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9],
        ...            "val_loss": [0.3, 0.2], "val_accuracy": [0.85, 0.95]}
        >>> learning_curves(history).alt[:23]
        'Two panels over 2 epoch'
    """
    figure, grid = panels(1, 2, (WIDTH, 2.6))
    epochs = np.arange(1, len(history["loss"]) + 1)
    told = []
    for axes, name in zip(grid, ("loss", "accuracy"), strict=True):
        training, validation = history[name], history[f"val_{name}"]
        axes.plot(epochs, training, "o-", color=BLUE, label="training images")
        axes.plot(epochs, validation, "s--", color=ORANGE, label="validation images")
        axes.set(xlabel="epoch", ylabel=name)
        axes.locator_params(axis="x", integer=True)
        told.append(
            f"The training {name} goes from {training[0]:.4f} to {training[-1]:.4f}, "
            f"the validation {name} from {validation[0]:.4f} to {validation[-1]:.4f}."
        )
    grid[0].set_ylim(bottom=0)
    lines = grid[0].get_lines()
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
    return Drawing(
        figure, f"Two panels over {len(epochs)} epochs. {' '.join(told)}", "svg"
    )


def confusion_grid(confusion: np.ndarray) -> Drawing:
    """Draw which digit was read as which, with the counts written in.

    Args:
        confusion: Counts, shape ``(10, 10)``; rows are the true digits.

    Returns:
        One panel; mistakes are shaded by their number, right answers are not.

    Example:
        >>> counts = np.diag(np.full(10, 9))
        >>> print(confusion_grid(counts).alt[-47:])
        Mistakes: 0. There is nothing off the diagonal.
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    figure, (axes,) = panels(1, 1, (WIDTH, 5.0))
    scale = Normalize(0, max(1, mistakes.max()))
    axes.imshow(np.where(mistakes > 0, mistakes, np.nan), cmap="Oranges", norm=scale)
    for (row, column), count in np.ndenumerate(confusion):
        right = row == column
        strong = mistakes[row, column] > 0.6 * scale.vmax
        colour = GREY if right else "white" if strong else "black"
        if count:
            axes.text(column, row, f"{count}", ha="center", va="center", color=colour)
    axes.set(
        xlabel="digit read", ylabel="true digit", xticks=range(10), yticks=range(10)
    )
    axes.tick_params(length=0)
    return Drawing(figure, _tell_confusion(confusion, mistakes), "svg")


def mistakes_grid(
    images: np.ndarray, truth: np.ndarray, probabilities: np.ndarray, *, most: int = 20
) -> Drawing:
    """Draw the mistakes made with the greatest confidence.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        truth: Labels, shape ``(n,)``.
        probabilities: What the network gave, shape ``(n, 10)``.
        most: How many mistakes to draw, at most.

    Returns:
        One panel per mistake, the most confident first; one empty panel if there is
        none.

    Example:
        >>> images, certain = np.zeros((2, 28, 28, 1)), np.eye(10)[[3, 5]]
        >>> print(mistakes_grid(images, np.array([3, 8]), certain).alt)
        1 of 2 digits misread; the 1 read with the greatest confidence, in order: \
8 read as 5 (probability 1.00).
    """
    read, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != truth)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    columns = min(5, max(1, len(worst)))
    rows = max(1, math.ceil(len(worst) / columns))
    figure, grid = panels(rows, columns, (WIDTH, 1.6 * rows))
    for axes in grid[len(worst) :]:
        axes.set_axis_off()
    told = []
    for axes, index in zip(grid, worst, strict=False):
        pair = f"{truth[index]} read as {read[index]}"
        title = f"{pair}\n{confidence[index]:.2f}"
        show(axes, images[index, :, :, 0], "gray", Normalize(0, 1), title)
        axes.title.set_fontsize(9)
        told.append(f"{pair} (probability {confidence[index]:.2f})")
    alt = f"{len(wrong)} of {len(truth):,} digits misread"
    if told:
        alt += (
            f"; the {len(told)} read with the greatest confidence, in order: "
            f"{', '.join(told)}"
        )
    return Drawing(figure, f"{alt}.", "png")


def _tell_confusion(confusion: np.ndarray, mistakes: np.ndarray) -> str:
    right = ", ".join(
        f"{digit}: {row[digit]:,} of {row.sum():,}"
        for digit, row in enumerate(confusion)
    )
    third = np.sort(mistakes, axis=None)[-3]
    pairs = np.argwhere(mistakes >= max(1, third))
    pairs = sorted(pairs.tolist(), key=lambda pair: -mistakes[tuple(pair)])
    told = "; ".join(f"{t} read as {r}: {mistakes[t, r]}" for t, r in pairs)
    return (
        "A table of 10 true digits by 10 digits read. Read right, by digit: "
        f"{right}. Mistakes: {mistakes.sum():,}. "
        + (
            f"The most frequent: {told}."
            if pairs
            else "There is nothing off the diagonal."
        )
    )
