"""Drawings of networks that lost a part: what is left, and what they still read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from convlens.colours import BLUE, GREY, PALE
from convlens.figures._canvas import (
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    canvas,
    check_some,
    extent,
    panels_over_bars,
    percent,
    show,
    signed_scale,
)
from convlens.words import counted, heading, signed

ROW = 8  # kernels of a layer beside each other


def broken_layers(
    layers: Mapping[str, tuple[np.ndarray, float]],
    *,
    label: str = "share read right",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw versions of a first layer, each beside what the network reads with it.

    Args:
        layers: By title, the kernels, shape ``(kh, kw, 1, n)``, and a share in [0, 1].
        label: What the share is.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row per layer: its kernels, all on one scale, and its share as a bar.

    Raises:
        ValueError: There is no layer, its kernels have another shape, or its share is
            not in [0, 1].

    Example:
        >>> kernels = np.array([-1.0, 2.0]).reshape(1, 2, 1, 1)
        >>> layers = {"whole": (kernels, 0.75), "half": (kernels / 2, 0.5)}
        >>> print(broken_layers(layers).alt)
        Kernels of 2 first layers on one scale from −2.00 to 2.00, white at zero, each \
beside a bar of the share read right. Whole: 1 kernel, weights from −1.00 to 2.00, \
75.0%. Half: 1 kernel, weights from −0.50 to 1.00, 50.0%.
    """
    check_some("layers", layers)
    for kernels, share in layers.values():
        _check_kernels(kernels)
        if not 0 <= share <= 1:
            raise ValueError(f"layers: expected a share in [0, 1], got {share}")
    scale = signed_scale(*(kernels for kernels, _ in layers.values()))
    rows = max(-(-kernels.shape[3] // ROW) for kernels, _ in layers.values())
    inches = len(layers) * (0.36 * rows + 0.32) + 0.4
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, "weight (white is zero)"))
    grid = axes_grid(body, len(layers), 2, width_ratios=[2, 1])
    told = []
    for (left, right), (name, (kernels, share)) in zip(
        grid, layers.items(), strict=True
    ):
        _show_table(left, kernels, scale, f"kernels:{name}", rows)
        left.set_title(name, fontsize=10, loc="left", pad=3)
        _draw_share(right, name, share)
        told.append(
            f"{heading(name)}: {counted(kernels.shape[3], 'kernel')}, "
            f"{extent(kernels, 'weights')}, {percent(share, 1)}."
        )
    last = grid[-1, 1]
    last.set_xticks([0, 0.5, 1], ["0%", "50%", "100%"], fontsize=SMALL)
    last.set_xlabel(label, fontsize=SMALL)
    last.spines["bottom"].set_visible(True)
    alt = (
        f"Kernels of {counted(len(layers), 'first layer')} on one scale "
        f"{scale.limits}, white at zero, each beside a bar of the {label}. "
    )
    return Drawing(figure, alt + " ".join(told), "png")


def kernels_in_order(
    kernels: np.ndarray,
    rows: Mapping[str, Sequence[float] | np.ndarray],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw kernels from the largest number to the smallest, above other numbers.

    Args:
        kernels: Shape ``(kh, kw, 1, n)``.
        rows: By title, one number per kernel. The first row decides the order.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        The kernels with their numbers, on one scale, eight to a line. Above them stand
        the bars of the first row, below them those of the others, each kernel in one
        column. Bars of one row are on one scale in all lines.

    Raises:
        ValueError: The kernels have another shape, there is no row, or a row does not
            have one finite number per kernel.

    Example:
        >>> kernels = np.array([-1.0, 2.0]).reshape(1, 1, 1, 2)
        >>> rows = {"answers lost": [0, 5], "Moran's I": [0.25, 0.5]}
        >>> print(kernels_in_order(kernels, rows).alt)
        2 kernels in the order of answers lost, from the largest to the smallest, on \
one scale from −2.00 to 2.00, white at zero. Answers lost by kernel: 1: 5, 0: 0. \
Moran's I by kernel: 1: 0.50, 0: 0.25.
    """
    _check_kernels(kernels)
    check_some("rows", rows)
    count = kernels.shape[3]
    values = {name: np.asarray(row, dtype=float) for name, row in rows.items()}
    for name, row in values.items():
        if row.shape != (count,) or not np.isfinite(row).all():
            raise ValueError(
                f"rows: expected {counted(count, 'finite number')} in {name!r}, got "
                f"{[*rows[name]]}"
            )
    first = next(iter(values.values()))
    order = np.argsort(-first, kind="stable")
    scale = signed_scale(kernels)
    blocks = [order[start : start + ROW] for start in range(0, count, ROW)]
    wide = min(count, ROW)
    kh, kw = kernels.shape[:2]
    square = (WIDTH - 0.4) / (max(wide, 3) + 0.4)  # inches, in which a kernel fits
    heights = [0.55, square * kh / kw, *[0.55] * (len(rows) - 1)]
    words = 0.25 * len(rows) + 0.45  # inches for titles and the kernels' numbers
    inches = len(blocks) * (sum(heights) + words)
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, "weight (white is zero)"))
    grid = axes_grid(
        body, len(blocks) * len(heights), 1, height_ratios=heights * len(blocks)
    ).reshape(len(blocks), -1)
    for block, own in zip(grid, blocks, strict=True):
        _show_strip(block[1], kernels[:, :, 0, own], own, scale, wide)
        bars = [axes for index, axes in enumerate(block) if index != 1]
        for axes, (name, row) in zip(bars, values.items(), strict=True):
            _draw_bars(axes, name, row, own, wide)
    told = " ".join(
        f"{heading(name)} by kernel: "
        f"{', '.join(f'{one}: {_number(float(row[one]))}' for one in order)}."
        for name, row in values.items()
    )
    alt = (
        f"{counted(count, 'kernel')} in the order of {next(iter(values))}, from the "
        f"largest to the smallest, on one scale {scale.limits}, white at zero. {told}"
    )
    return Drawing(figure, alt, "png")


def _check_kernels(kernels: np.ndarray) -> None:
    if kernels.ndim != 4 or 0 in kernels.shape or kernels.shape[2] != 1:
        raise ValueError(f"kernels: expected shape (kh, kw, 1, n), got {kernels.shape}")


def _show_table(
    axes: Axes, kernels: np.ndarray, scale: Scale, name: str, rows: int
) -> None:
    """Lay kernels into one array, `ROW` in a line, a gap of one weight between."""
    kh, kw, _, count = kernels.shape
    columns = min(ROW, count)
    table = np.full((rows * (kh + 1) - 1, columns * (kw + 1) - 1), np.nan)
    for index in range(count):
        down, right = divmod(index, columns)
        top, left = down * (kh + 1), right * (kw + 1)
        table[top : top + kh, left : left + kw] = kernels[:, :, 0, index]
    show(axes, table, scale, name)
    axes.set_facecolor(PALE)


def _draw_share(axes: Axes, name: str, share: float) -> None:
    axes.barh([0], [share], 0.5, color=BLUE, gid=f"share:{name}")
    axes.text(share, 0, f" {percent(share, 1)}", va="center", fontsize=SMALL)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set(xlim=(0, 1), ylim=(-0.6, 0.6), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_gid(f"panel:share:{name}")


def _show_strip(
    axes: Axes, stack: np.ndarray, order: np.ndarray, scale: Scale, wide: int
) -> None:
    """Show kernels side by side, each one unit wide, above its number."""
    kh, kw, count = stack.shape
    half = 0.44
    for place in range(count):
        axes.imshow(
            stack[:, :, place],
            cmap=scale.cmap,
            norm=scale.norm,
            interpolation="nearest",
            extent=(place - half, place + half, half * kh / kw, -half * kh / kw),
        )
        edge = Rectangle(
            (place - half, -half * kh / kw), 2 * half, 2 * half * kh / kw, fill=False
        )
        edge.set(edgecolor=PALE, linewidth=0.6, gid=f"edge:{order[place]}")
        axes.add_patch(edge)
    axes.set(xlim=(-0.7, wide - 0.3), ylim=(0.5 * kh / kw, -0.5 * kh / kw))
    axes.set(yticks=[], gid="panel:kernels", aspect="auto")
    axes.set_xticks(range(count), [*map(str, order)], fontsize=SMALL)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _draw_bars(
    axes: Axes, name: str, row: np.ndarray, order: np.ndarray, wide: int
) -> None:
    drawn = axes.bar(range(len(order)), row[order], 0.7, color=BLUE)
    for one, index in zip(drawn, order, strict=True):
        one.set_gid(f"bar:{index}")
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_title(name, fontsize=10, loc="left", pad=3)
    room = 1.08 * max(np.ptp([0, *row]), 1e-9)
    low, high = min(0, row.min()), max(0, row.max())
    axes.set(xticks=[], xlim=(-0.7, wide - 0.3), gid=f"panel:{name}")
    axes.set_ylim(high - room if low < 0 else 0, low + room if high > 0 else 0)
    axes.tick_params(labelsize=SMALL)
    axes.locator_params(axis="y", nbins=4)
    axes.spines["bottom"].set_visible(False)


def _number(value: float) -> str:
    return f"{value:.0f}".replace("-", "−") if value == int(value) else signed(value)
