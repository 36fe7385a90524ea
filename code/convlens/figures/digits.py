"""Drawings of digits: images, the confusion matrix, misclassified images."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure

from convlens.colours import GREY
from convlens.figures._canvas import (
    BRIGHTNESS,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
    first,
    show,
    size,
)
from convlens.words import counted


def digit_grid(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    columns: int = 5,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw images with their labels.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        labels: Shape ``(n,)``.
        columns: Images per row.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per image.

    Raises:
        ValueError: There is no image.

    Example:
        >>> print(digit_grid(np.full((2, 4, 4, 1), 0.5), np.array([7, 1])).alt)
        2 images of 4 by 4 pixels, labelled from left to right and down: 7 (mean \
brightness 0.50), 1 (mean brightness 0.50).
    """
    check_some("images", images)
    rows = math.ceil(len(images) / columns)
    figure = canvas((WIDTH, rows * (WIDTH / columns + 0.25)), into)
    grid = first(axes_grid(figure, rows, columns), len(images))
    for index, (axes, label) in enumerate(zip(grid, labels, strict=True)):
        show(axes, images[index, :, :, 0], BRIGHTNESS, f"{index}", f"{label}")
    told = ", ".join(
        f"{label} (mean brightness {image.mean():.2f})"
        for image, label in zip(images, labels, strict=True)
    )
    alt = (
        f"{counted(len(images), 'image')} of {size(images[0])} pixels, labelled from "
        f"left to right and down: {told}."
    )
    return Drawing(figure, alt, "png")


def confusion_grid(
    confusion: np.ndarray, *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw a confusion matrix, with the counts written in.

    Args:
        confusion: Counts, shape ``(10, 10)``; rows are the true digits.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel; mistakes are shaded by their number, right answers are not.

    Example:
        >>> counts = np.diag(np.full(10, 9))
        >>> print(confusion_grid(counts).alt[-47:])
        Mistakes: 0. There is nothing off the diagonal.
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    figure = canvas((WIDTH, 5.0), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    most = max(1, mistakes.max())
    shaded = np.where(mistakes > 0, mistakes, np.nan)
    axes.imshow(shaded, cmap="Oranges", norm=Normalize(0, most))
    for (row, column), count in np.ndenumerate(confusion):
        strong = mistakes[row, column] > 0.6 * most
        colour = GREY if row == column else "white" if strong else "black"
        if count:
            text = axes.text(column, row, f"{count}", ha="center", va="center")
            where = "count" if row == column else "value"  # on paper, on an image
            text.set(color=colour, gid=f"{where}:{row}:{column}")
    axes.set(
        xlabel="digit read", ylabel="true digit", xticks=range(10), yticks=range(10)
    )
    axes.tick_params(length=0)
    axes.set_gid("panel:confusion")
    return Drawing(figure, _tell_confusion(confusion, mistakes), "svg")


def mistakes_grid(
    images: np.ndarray,
    truth: np.ndarray,
    probabilities: np.ndarray,
    *,
    most: int = 20,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw the mistakes made with the greatest confidence.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        truth: Labels, shape ``(n,)``.
        probabilities: What the network gave, shape ``(n, 10)``.
        most: How many mistakes to draw, at most.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per mistake, the most confident first; one empty panel if there is
        none.

    Example:
        >>> images, certain = np.zeros((2, 28, 28, 1)), np.eye(10)[[3, 5]]
        >>> print(mistakes_grid(images, np.array([3, 8]), certain).alt)
        1 of 2 digits misread, by falling confidence: 8 read as 5 (probability 1.00).
    """
    read, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != truth)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    columns = min(5, max(1, len(worst)))
    rows = max(1, math.ceil(len(worst) / columns))
    figure = canvas((WIDTH, 1.6 * rows), into)
    told = []
    grid = first(axes_grid(figure, rows, columns), len(worst))
    for order, (axes, index) in enumerate(zip(grid, worst, strict=True)):
        pair = f"{truth[index]} read as {read[index]}"
        title = f"{pair}\n{confidence[index]:.2f}"
        show(axes, images[index, :, :, 0], BRIGHTNESS, f"{order}", title)
        axes.title.set_fontsize(9)
        told.append(f"{pair} (probability {confidence[index]:.2f})")
    alt = f"{len(wrong):,} of {counted(len(truth), 'digit')} misread"
    if told:
        alt += f", the {len(told)} most confident drawn" * (len(told) < len(wrong))
        alt += f", by falling confidence: {', '.join(told)}"
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
