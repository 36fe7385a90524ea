"""Drawings of the kernels of a layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.transforms import ScaledTranslation

from convlens.colours import GREYS, PALE
from convlens.figures._canvas import (
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    bands,
    canvas,
    check_mark,
    check_some,
    extent,
    first,
    panels_over_bars,
    percent,
    scale_of,
    show,
    show_stack,
    signed_scale,
    size,
)
from convlens.words import counted, heading, listed, signed


def kernel_grid(
    kernels: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 8,
    scaled_alone: bool = False,
    titles: Sequence[str] | None = None,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw kernels on one symmetric scale with zero at its centre.

    Kernels of one input channel stand in rows of panels. With more input channels a
    stack becomes one table: a row for each input channel, a column for each filter.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``; or several such stacks by name, one
            below the other on the same scale.
        mark: Index of a filter to mark in every stack: a frame around its kernel, or
            an arrow above its column of a table.
        columns: Kernels per row, where there is one input channel.
        scaled_alone: Draw each kernel in grey, stretched from its own least weight to
            its own largest, as matplotlib does by default. This hides size and sign;
            the option is there to demonstrate that.
        titles: What to write above the kernels instead of their numbers, where there
            is one input channel.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        All kernels.

    Raises:
        ValueError: There is no stack, one has another shape, ``mark`` is not an index
            of it, many input channels are to be scaled alone, or there is not one
            title per kernel.

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
        _check_titles(stack, titles)
    scale, label = signed_scale(*stacks.values()), "weight (white is zero)"
    drawn = stacks
    if scaled_alone:
        scale = Scale(GREYS, 0, 1)
        label = "from each kernel's own least weight to its own largest"
        drawn = {name: _stretched(stack) for name, stack in stacks.items()}
    heights = [_height(stack, columns, bool(name)) for name, stack in stacks.items()]
    figure = canvas((WIDTH, sum(heights) + FOOT), into)
    body = panels_over_bars(figure, sum(heights), (scale, label))
    for part, (name, stack) in zip(bands(body, heights), drawn.items(), strict=True):
        part.set_gid(f"stack:{name}")
        part.suptitle(name, fontsize=10)
        _draw_stack(part, stack, scale, mark, columns)
        for axes, title in zip(part.axes, titles or (), strict=False):
            axes.set_title(title, fontsize=SMALL, pad=3)
    told = _tell(stacks, scale, mark, scaled_alone)
    if titles:
        told += f" Above them: {', '.join(titles)}."
    return Drawing(figure, told, "png")


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
    axes.tick_params(length=0, labelsize=SMALL)
    if mark is not None:
        _mark_columns(axes, [mark * (kw + 1) + (kw - 1) / 2])


def _mark_columns(axes: Axes, places: Sequence[float]) -> None:
    """Point at columns of a table from above, so that nothing of it is covered."""
    (arrows,) = axes.plot(places, [1.0] * len(places), "v", color="black")
    inches = cast("Figure | SubFigure", axes.get_figure()).dpi_scale_trans
    above = ScaledTranslation(0, 5 / 72, inches)
    arrows.set(
        transform=axes.get_xaxis_transform() + above,
        clip_on=False,
        markersize=6,
        gid="mark",
    )


def _height(stack: np.ndarray, columns: int, named: bool) -> float:
    """Inches that a stack needs."""
    kh, kw, channels, count = stack.shape
    if channels > 1:
        return WIDTH * (channels * (kh + 1)) / (count * (kw + 1)) + 0.5 + 0.3 * named
    columns = min(columns, count)
    return (WIDTH / columns + 0.1) * math.ceil(count / columns) + 0.3 * named


def layer_in_full(
    kernels: np.ndarray,
    filters: Sequence[int],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw the strength of every kernel of a layer, and some filters in full.

    The strength of a kernel is the root of the mean of its squared weights.

    Args:
        kernels: Shape ``(kh, kw, c_in, c_out)``.
        filters: Indices of the filters to draw in full.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A heat map with a row for each input channel and a column for each filter, an
        arrow above each of the filters that stand below it in full. There, the kernels
        for the input channels follow one another row by row, all on one scale.

    Raises:
        ValueError: The shape differs, no filter is given, or one is no index of the
            layer.

    Example:
        >>> kernels = np.ones((3, 3, 4, 2)) * [0.25, 0.5]
        >>> print(layer_in_full(kernels, [1]).alt)
        Strength of 4 by 2 kernels (input channels by filters), from 0.25 to 0.50, as \
a heat map on one scale from 0.00 to 0.50, black is zero; strongest: input channel 0 \
of filter 1. Below it filter 1 in full, a kernel of 3 by 3 weights for each input \
channel, on one scale from −0.50 to 0.50, white at zero. Filter 1: all weights 0.50; \
its strongest kernel reads input channel 0 (0.50), its weakest input channel 0 (0.50).
    """
    _check_kernels(kernels, None, scaled_alone=False)
    check_some("filters", filters)
    for one in filters:
        if not 0 <= one < kernels.shape[3]:
            last = kernels.shape[3] - 1
            raise ValueError(f"filters: expected indices from 0 to {last}, got {one}")
    kh, kw, channels, count = kernels.shape
    strength = np.sqrt((kernels.astype(float) ** 2).mean(axis=(0, 1)))
    side = math.ceil(math.sqrt(channels))
    columns = min(2, len(filters))
    rows = math.ceil(len(filters) / columns)
    upper = WIDTH * channels / count + 0.7
    block = math.ceil(channels / side) * (kh + 1) / (side * (kw + 1))
    lower = rows * (WIDTH / columns * block + 0.25)
    figure = canvas((WIDTH, upper + lower + 2 * FOOT), into)
    above, below = bands(figure, [upper + FOOT, lower + FOOT])
    hot, cold = scale_of(strength), signed_scale(kernels[..., list(filters)])
    body = panels_over_bars(above, upper, (hot, f"strength ({hot.zero})"))
    _draw_strengths(axes_grid(body, 1, 1)[0, 0], strength, hot, filters)
    body = panels_over_bars(below, lower, (cold, "weight (white is zero)"))
    grid = axes_grid(body, rows, columns, gridspec_kw={"wspace": 0.08})
    for axes, index in zip(first(grid, len(filters)), filters, strict=True):
        show(axes, _block(kernels[..., index], side), cold, f"filter:{index}")
        axes.set_title(f"filter {index}", fontsize=SMALL, pad=3)
        axes.set_facecolor(PALE)
    return Drawing(figure, _tell_layer(kernels, strength, filters, hot, cold), "png")


def _draw_strengths(
    axes: Axes, strength: np.ndarray, scale: Scale, filters: Sequence[int]
) -> None:
    show(axes, strength, scale, "strengths")
    axes.set_xlabel("filter", fontsize=SMALL)
    axes.set_ylabel("input channel", fontsize=SMALL)
    channels, count = strength.shape
    axes.set_xticks(range(0, count, 1 if count <= 16 else 4))
    axes.set_yticks(range(0, channels, 1 if channels <= 8 else 4))
    axes.tick_params(length=0, labelsize=SMALL)
    _mark_columns(axes, filters)


def _block(kernels: np.ndarray, columns: int) -> np.ndarray:
    """Lay the kernels ``(kh, kw, n)`` of one filter into one array, row by row."""
    kh, kw, count = kernels.shape
    rows = math.ceil(count / columns)
    block = np.full((rows * (kh + 1), columns * (kw + 1)), np.nan)
    for index in range(count):
        top, left = index // columns * (kh + 1), index % columns * (kw + 1)
        block[top : top + kh, left : left + kw] = kernels[..., index]
    return block[:-1, :-1]


def _tell_layer(
    kernels: np.ndarray,
    strength: np.ndarray,
    filters: Sequence[int],
    hot: Scale,
    cold: Scale,
) -> str:
    kh, kw = kernels.shape[:2]
    channel, index = np.unravel_index(strength.argmax(), strength.shape)
    named = f"{'filter' if len(filters) == 1 else 'filters'} "
    named += listed([*map(str, filters)])
    told = [
        f"Strength of {size(strength)} kernels (input channels by filters), "
        f"{extent(strength)}, as a heat map on one scale {hot.limits}, {hot.zero}; "
        f"strongest: input channel {channel} of filter {index}. Below it {named} in "
        f"full, a kernel of {kh} by {kw} weights for each input channel, on one scale "
        f"{cold.limits}, white at zero."
    ]
    for one in filters:
        own = strength[:, one]
        told.append(
            f"Filter {one}: {extent(kernels[..., one], 'weights')}; its strongest "
            f"kernel reads input channel {own.argmax()} ({signed(own.max())}), its "
            f"weakest input channel {own.argmin()} ({signed(own.min())})."
        )
    return " ".join(told)


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


def _check_titles(stack: np.ndarray, titles: Sequence[str] | None) -> None:
    if titles is not None and (len(titles), 1) != stack.shape[:1:-1]:
        raise ValueError(
            "titles: expected one for each kernel of one input channel, got "
            f"{len(titles)} for shape {stack.shape}"
        )


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
        told.append(
            f"Kernel {mark} is framed."
            if one_each
            else f"An arrow points at filter {mark}."
        )
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
