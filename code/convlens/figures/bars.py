"""Drawing of one number for each filter, as bars beside the range of chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import ArrayLike

from convlens.colours import BLUE, GREY, PALE
from convlens.figures._canvas import (
    SMALL,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_mark,
    check_some,
)
from convlens.words import counted, heading, signed

NUMBERED = 16  # with more filters, every fourth has its number


def filter_bars(
    rows: Mapping[str, Sequence[float] | np.ndarray],
    *,
    label: str,
    chance: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    mark: int | None = None,
    of: str = "filter",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw one number for each filter as a bar, every row on the same scale.

    Args:
        rows: By title, one number per filter, as many in each row.
        label: What the height of a bar means.
        chance: By the title of a row, the lowest and the highest number that chance
            gives: two numbers, or two arrays with one number per filter.
        mark: Index of a filter to outline in every row.
        of: What has one number each, singular.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row of numbered bars per title. The range of chance is a grey band; a bar that
        ends outside it is filled, one that ends inside is hollow.

    Raises:
        ValueError: There is no row, a row is empty or differs in length, a number is
            not finite, ``chance`` has a title that is not a row, or ``mark`` is not an
            index of a filter.

    Example:
        >>> rows = {"trained": [0.5, 0.0, 0.25]}
        >>> chance = {"trained": (-0.25, 0.125)}
        >>> print(filter_bars(rows, label="Moran's I", chance=chance).alt)
        One bar for each of 3 filters in 1 row, Moran's I. Trained: from 0.00 in \
filter 1 to 0.50 in filter 0, mean 0.25; chance gives −0.25 to 0.12; above it 2 of 3 \
(0, 2), below it 0.
    """
    check_some("rows", rows)
    values = {name: np.asarray(row, dtype=float) for name, row in rows.items()}
    ranges = dict(chance or {})
    count = _check_rows(values, ranges)
    check_mark(mark, count)
    figure = canvas((WIDTH, 1.25 * len(rows) + 0.6), into)
    figure.suptitle(label, x=0.01, ha="left", fontsize=10)
    grid = axes_grid(figure, len(rows), 1, sharex=True, sharey=True).ravel()
    told = []
    for axes, (name, row) in zip(grid, values.items(), strict=True):
        axes.set_title(name, fontsize=10, loc="left", pad=3)
        axes.set_gid(f"panel:{name}")
        limits = ranges.get(name)
        band = None if limits is None else np.broadcast_arrays(row, *limits)[1:]
        _draw_row(axes, row, band, mark)
        told.append(_tell(name, row, band, of))
    _number(grid[-1], count, mark)
    grid[-1].set_xlabel(of, fontsize=SMALL)
    grid[0].locator_params(axis="y", nbins=4)
    first = next((axes for axes in grid if axes.get_legend_handles_labels()[0]), None)
    if first is not None:
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.0}
        first.legend(frameon=False, fontsize=SMALL, **place)
    told += [f"{heading(of)} {mark} is outlined."] * (mark is not None)
    alt = f"One bar for each of {counted(count, of)} in {counted(len(rows), 'row')}, "
    return Drawing(figure, f"{alt}{label}. {' '.join(told)}", "svg")


def _draw_row(
    axes: Axes, row: np.ndarray, band: tuple[np.ndarray, ...] | None, mark: int | None
) -> None:
    places = np.arange(len(row))
    outside = np.ones(len(row), bool)
    if band is not None:
        low, high = band
        outside = (row < low) | (row > high)
        edges = np.append(places, len(row)) - 0.5
        grey = axes.stairs(high, edges, baseline=low, fill=True, color=PALE)
        grey.set(gid="chance", alpha=0.6, label="range of chance", zorder=0.5)
    colours = [BLUE if one else "none" for one in outside]
    drawn = axes.bar(places, row, 0.7, color=colours, edgecolor=BLUE, linewidth=1)
    for index, one in enumerate(drawn):
        one.set_gid(f"bar:{index}")
        if index == mark:
            one.set(edgecolor="black", linewidth=1.8, zorder=2)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.tick_params(labelsize=SMALL)
    axes.tick_params(axis="x", length=0)
    axes.set_xlim(-0.7, len(row) - 0.3)


def _number(axes: Axes, count: int, mark: int | None) -> None:
    """Number the bars, the marked one in bold."""
    ticks = list(range(0, count, 1 if count <= NUMBERED else 4))
    if mark is not None and mark not in ticks:
        ticks = sorted([mark, *(one for one in ticks if abs(one - mark) > 1)])
    axes.set_xticks(ticks, [*map(str, ticks)])
    if mark is not None:
        axes.get_xticklabels()[ticks.index(mark)].set_fontweight("bold")


def _check_rows(values: Mapping[str, np.ndarray], ranges: Mapping) -> int:
    """Return how many numbers each row has, or refuse the rows."""
    shapes = {row.shape for row in values.values()}
    finite = all(np.isfinite(row).all() for row in values.values())
    if len(shapes) != 1 or len(shape := shapes.pop()) != 1 or not shape[0] * finite:
        raise ValueError(
            "rows: expected finite numbers, one or more and as many in each row, got "
            f"{ {name: row.tolist() for name, row in values.items()} }"
        )
    if not ranges.keys() <= values.keys():
        raise ValueError(f"chance: expected names of {[*values]}, got {[*ranges]}")
    return shape[0]


def _tell(
    name: str, row: np.ndarray, band: tuple[np.ndarray, ...] | None, of: str
) -> str:
    low, high = int(row.argmin()), int(row.argmax())
    told = f"all {signed(row[0])}"
    if np.ptp(row):
        told = (
            f"from {signed(row[low])} in {of} {low} to {signed(row[high])} in {of} "
            f"{high}, mean {signed(row.mean())}"
        )
    if band is not None:
        above = np.flatnonzero(row > band[1])
        which = f" ({', '.join(map(str, above))})" * bool(len(above))
        told += (
            f"; chance gives {signed(band[0].min())} to {signed(band[1].max())}; above "
            f"it {len(above)} of {len(row)}{which}, below it {np.sum(row < band[0])}"
        )
    return f"{heading(f'{name}: {told}' if name else told)}."
