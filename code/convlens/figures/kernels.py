"""Drawings of the kernels of a layer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    FOOT,
    PALE,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    bands,
    canvas,
    check_mark,
    check_some,
    extent,
    frame,
    panels_over_bars,
    percent,
    show,
    show_stack,
    signed_scale,
)
from convlens.words import counted, heading


def kernel_grid(
    kernels: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 8,
    scaled_alone: bool = False,
    into: Figure | SubFigure | None = None,
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
            weight, the default of matplotlib. This hides size and sign; the option is
            there to demonstrate it.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        All kernels.

    Raises:
        ValueError: There is no stack, one has another shape, ``mark`` is not an index
            of it, or many input channels are to be scaled alone.

    Example:
        >>> kernel_grid(np.ones((5, 5, 1, 3))).alt[:40]
        '3 kernels of 5 by 5 weights on one scale'
        >>> kernel_grid(np.ones((3, 3, 2, 4))).alt[:53]
        '8 kernels of 3 by 3 weights in a table of 2 rows (inp'
    """
    stacks = dict(kernels) if isinstance(kernels, Mapping) else {"": kernels}
    check_some("kernels", stacks)
    for stack in stacks.values():
        _check_kernels(stack, mark, scaled_alone)
    scale, label = signed_scale(*stacks.values()), "weight (white is zero)"
    drawn = stacks
    if scaled_alone:
        scale = Scale("gray", 0, 1)
        label = "from each kernel's own least weight to its own largest"
        drawn = {name: _stretched(stack) for name, stack in stacks.items()}
    heights = [_height(stack, columns, bool(name)) for name, stack in stacks.items()]
    figure = canvas((WIDTH, sum(heights) + FOOT), into)
    body = panels_over_bars(figure, sum(heights), (scale, label))
    for part, (name, stack) in zip(bands(body, heights), drawn.items(), strict=True):
        part.set_gid(f"stack:{name}")
        part.suptitle(name, fontsize=11)
        _draw_stack(part, stack, scale, mark, columns)
    return Drawing(figure, _tell(stacks, scale, mark, scaled_alone), "png")


def _draw_stack(
    part: SubFigure, stack: np.ndarray, scale: Scale, mark: int | None, columns: int
) -> None:
    channels, count = stack.shape[2:]
    if channels > 1:
        _draw_table(axes_grid(part, 1, 1)[0, 0], stack, scale, mark)
    else:
        show_stack(part, stack[:, :, 0, :], min(columns, count), scale, mark)


def _draw_table(axes: Axes, stack: np.ndarray, scale: Scale, mark: int | None) -> None:
    """Lay all kernels into one array, a gap of one weight between them."""
    kh, kw, channels, count = stack.shape
    gapped = np.pad(
        stack.astype(float), ((0, 1), (0, 1), (0, 0), (0, 0)), constant_values=np.nan
    )
    table = gapped.transpose(2, 0, 3, 1).reshape(channels * (kh + 1), -1)
    show(axes, table[:-1, :-1], scale, "table")
    axes.set_facecolor(PALE)
    axes.set(xlabel="filter", ylabel="input channel")
    filters = np.arange(0, count, 1 if count <= 16 else 4)
    axes.set_xticks(filters * (kw + 1) + (kw - 1) / 2, [*map(str, filters)])
    inputs = np.arange(0, channels, 1 if channels <= 8 else 4)
    axes.set_yticks(inputs * (kh + 1) + (kh - 1) / 2, [*map(str, inputs)])
    axes.tick_params(length=0, labelsize=8)
    if mark is not None:
        frame(axes, (0, mark * (kw + 1), channels * (kh + 1) - 1, kw), "mark")


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
    scale: Scale,
    mark: int | None,
    scaled_alone: bool,
) -> str:
    drawn = f"on one scale {scale.limits}, white at zero"
    if scaled_alone:
        drawn = (
            "in grey, each from its own least weight, black, to its own largest, "
            "white: size and sign are lost"
        )
    if len(stacks) == 1:
        ((name, stack),) = stacks.items()
        told = [
            f"{_counted(stack)} {drawn}.",
            _weights(heading(name or "weights"), stack),
        ]
    else:
        told = [f"{len(stacks)} sets of kernels {drawn}."]
        for name, stack in stacks.items():
            told.append(_weights(f"{heading(name)}, {_counted(stack)}", stack))
    if mark is not None:
        one_each = all(stack.shape[2] == 1 for stack in stacks.values())
        told.append(f"{'Kernel' if one_each else 'Filter'} {mark} is framed.")
    return " ".join(told)


def _counted(stack: np.ndarray) -> str:
    """Say how many kernels a stack holds."""
    kh, kw, channels, count = stack.shape
    kernels = f"{counted(channels * count, 'kernel')} of {kh} by {kw} weights"
    if channels == 1:
        return kernels
    rows, columns = counted(channels, "row"), counted(count, "column")
    return f"{kernels} in a table of {rows} (input channels) by {columns} (filters)"


def _weights(title: str, stack: np.ndarray) -> str:
    """Say where the weights of a stack lie, and whether neighbours agree."""
    told = f"{title}: {extent(stack)}"
    largest = np.abs(stack).max(axis=(0, 1, 2))
    if np.ptp(stack) and np.count_nonzero(largest == largest.max()) == 1:
        kind = "kernel" if stack.shape[2] == 1 else "filter"
        told += f", the one farthest from zero in {kind} {largest.argmax()}"
    share = _same_sign(stack)
    if share is not None:
        told += f"; of the pairs of neighbours {percent(share)} have the same sign"
    return f"{told}."


def _same_sign(stack: np.ndarray) -> float | None:
    """Share of the pairs of neighbouring weights with the same sign, if there are any.

    Zero has no sign.
    """
    signs = np.sign(stack)
    down, across = signs[1:] * signs[:-1], signs[:, 1:] * signs[:, :-1]
    pairs = down.size + across.size
    return float((np.sum(down > 0) + np.sum(across > 0)) / pairs) if pairs else None
