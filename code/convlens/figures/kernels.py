"""Drawings of the kernels of a layer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import SubFigure

from convlens.figures._canvas import (
    SIGNED,
    WIDTH,
    Drawing,
    bar,
    blank_figure,
    check_mark,
    fill,
    frame,
    heading,
    show,
    signed,
    symmetric,
)

FOOT = 0.7  # inches for the colour bar


def kernel_grid(
    kernels: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 8,
    scaled_alone: bool = False,
) -> Drawing:
    """Draw kernels on one symmetric scale with zero at its centre.

    Kernels of one input channel stand in rows of panels. With more input channels a
    stack becomes one table: a row for each input channel, a column for each filter.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``; or several such stacks by name, one
            below the other on the same scale.
        mark: Index of a filter to frame in every stack.
        columns: Kernels per row, where there is one input channel.
        scaled_alone: Draw every kernel in grey between its own least and largest
            weight, as `matplotlib` does when told nothing. It hides size and sign; it
            is here to show that it does.

    Returns:
        All kernels.

    Raises:
        ValueError: A stack has another shape, ``mark`` is not an index of it, or many
            input channels are to be scaled alone.

    Example:
        >>> kernel_grid(np.ones((5, 5, 1, 3))).alt[:40]
        '3 kernels of 5 by 5 weights on one scale'
        >>> kernel_grid(np.ones((3, 3, 2, 4))).alt[:52]
        '2 by 4 kernels of 3 by 3 weights on one scale from −'
    """
    stacks = dict(kernels) if isinstance(kernels, Mapping) else {"": kernels}
    for stack in stacks.values():
        _check_kernels(stack, mark, scaled_alone)
    scale = symmetric(*stacks.values())
    drawn = {name: stack for name, stack in stacks.items()}
    drawn = {name: _stretched(s) if scaled_alone else s for name, s in stacks.items()}
    heights = [_height(stack, columns, bool(name)) for name, stack in stacks.items()]
    figure = blank_figure((WIDTH, sum(heights) + FOOT))
    ratios = [*heights, FOOT]
    *parts, foot = figure.subfigures(len(stacks) + 1, 1, height_ratios=ratios)
    colours = ("gray", Normalize(0, 1)) if scaled_alone else (SIGNED, scale)
    for part, (name, stack) in zip(parts, drawn.items(), strict=True):
        part.suptitle(name, fontsize=11)
        _draw_stack(part, stack, *colours, mark, columns)
    label = "weight (white is zero)"
    if scaled_alone:
        label = "from each kernel's own least weight to its own largest"
    bar(figure, foot.subplots(), *colours, label)
    return Drawing(figure, _tell(stacks, scale, mark, scaled_alone), "png")


def _draw_stack(
    part: SubFigure,
    stack: np.ndarray,
    cmap: str,
    norm: Normalize,
    mark: int | None,
    columns: int,
) -> None:
    channels, count = stack.shape[2:]
    if channels > 1:
        _draw_table(part.subplots(), stack, cmap, norm, mark)
        return
    columns = min(columns, count)
    grid = part.subplots(math.ceil(count / columns), columns, squeeze=False)
    fill(grid.ravel(), stack[:, :, 0, :], cmap, norm, mark)


def _draw_table(
    axes: Axes, stack: np.ndarray, cmap: str, norm: Normalize, mark: int | None
) -> None:
    """Lay all kernels into one array, a gap of one weight between them."""
    kh, kw, channels, count = stack.shape
    gapped = np.pad(
        stack.astype(float), ((0, 1), (0, 1), (0, 0), (0, 0)), constant_values=np.nan
    )
    table = gapped.transpose(2, 0, 3, 1).reshape(channels * (kh + 1), -1)
    show(axes, table[:-1, :-1], cmap, norm, "")
    axes.set_facecolor("#b0b0b0")
    axes.set(xlabel="filter", ylabel="input channel")
    step = 1 if count <= 16 else 4
    axes.set_xticks(np.arange(0, count, step) * (kw + 1) + (kw - 1) / 2)
    axes.set_xticklabels(range(0, count, step))
    step = 1 if channels <= 8 else 4
    axes.set_yticks(np.arange(0, channels, step) * (kh + 1) + (kh - 1) / 2)
    axes.set_yticklabels(range(0, channels, step))
    axes.tick_params(length=0, labelsize=8)
    if mark is not None:
        frame(axes, (0, mark * (kw + 1), channels * (kh + 1) - 1, kw))


def _height(stack: np.ndarray, columns: int, named: bool) -> float:
    """Inches that a stack needs."""
    kh, kw, channels, count = stack.shape
    if channels > 1:
        return WIDTH * (channels * (kh + 1)) / (count * (kw + 1)) + 0.5 + 0.3 * named
    columns = min(columns, count)
    return (WIDTH / columns + 0.1) * math.ceil(count / columns) + 0.3 * named


def _stretched(stack: np.ndarray) -> np.ndarray:
    least, largest = stack.min(axis=(0, 1)), stack.max(axis=(0, 1))
    return (stack - least) / np.where(largest > least, largest - least, 1)


def _check_kernels(stack: np.ndarray, mark: int | None, scaled_alone: bool) -> None:
    if stack.ndim != 4 or 0 in stack.shape:
        raise ValueError(
            f"kernels: expected shape (kh, kw, c_in, c_out), got {stack.shape}"
        )
    if scaled_alone and stack.shape[2] != 1:
        raise ValueError(
            "scaled_alone: expected kernels of one input channel, (kh, kw, 1, n), got "
            f"{stack.shape}"
        )
    check_mark(mark, stack.shape[3])


def _tell(
    stacks: Mapping[str, np.ndarray],
    scale: Normalize,
    mark: int | None,
    scaled_alone: bool,
) -> str:
    kh, kw, channels, count = next(iter(stacks.values())).shape
    number = f"{count}" if channels == 1 else f"{channels} by {count}"
    told = [
        f"{number} kernels of {kh} by {kw} weights on one scale from "
        f"{signed(scale.vmin)} to {signed(scale.vmax)}, white at zero."
    ]
    if scaled_alone:
        told = [
            f"{number} kernels of {kh} by {kw} weights in grey, each from its own "
            "least weight, black, to its own largest, white: size and sign are lost."
        ]
    for name, stack in stacks.items():
        strongest = np.abs(stack).max(axis=(0, 1, 2)).argmax()
        told.append(
            f"{heading(name) or 'Weights'}: from {signed(stack.min())} to "
            f"{signed(stack.max())}, the one farthest from zero in "
            f"{'kernel' if channels == 1 else 'filter'} {strongest}; of the pairs of "
            f"neighbours {_same_sign(stack):.0%} have the same sign."
        )
    if mark is not None:
        told.append(f"{'Kernel' if channels == 1 else 'Filter'} {mark} is framed.")
    return " ".join(told)


def _same_sign(stack: np.ndarray) -> float:
    """Share of the pairs of neighbouring weights that have the same sign."""
    signs = np.sign(stack)
    down = signs[1:] == signs[:-1]
    across = signs[:, 1:] == signs[:, :-1]
    return (down.sum() + across.sum()) / (down.size + across.size)
