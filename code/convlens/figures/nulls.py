"""Drawing of measured values beside their null distributions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.colours import GREY, ORANGE, PALE
from convlens.figures._canvas import (
    SMALL,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
)
from convlens.words import counted, heading, signed

BINS = 80  # over the whole axis
LARGE = 100  # numbers of this size are written without decimals


def null_distribution(
    rows: Mapping[str, tuple[float, np.ndarray]],
    *,
    label: str,
    measured: str = "measured",
    null: str = "null value",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw measured values beside their null distributions, all on one axis.

    The axis always contains 0, so that one value that looks three times as large as
    another is three times as large.

    Args:
        rows: By title, what was measured, and the same measure of ``m`` random cases,
            shape ``(m,)``; one row each.
        label: What the axis shows.
        measured: What the measured value belongs to, for its label.
        null: What one null value belongs to, singular, for the labels.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per row: the null values as a histogram in grey, the measured value as
        an orange line with a diamond.

    Raises:
        ValueError: There is no row, or a row has no null value, or one of its numbers
            is not finite.

    Example:
        >>> rows = {"a 7": (9.0, np.array([1.0, 2.0, 3.0]))}
        >>> drawing = null_distribution(
        ...     rows, label="answer", measured="trained", null="shuffle"
        ... )
        >>> print(drawing.alt)
        Measured values beside their null distributions on one axis, answer, in 1 row. \
A 7: trained 9; 3 shuffles from 1 to 3, mean 2; at least as large: \
0 of 3.
    """
    check_some("rows", rows)
    for name, (value, nulls) in rows.items():
        _check_row(name, value, nulls)
    low, high = _span(rows)
    figure = canvas((WIDTH, 1.05 * len(rows) + 0.5), into)
    grid = axes_grid(figure, len(rows), 1, sharex=True).ravel()
    edges = np.linspace(low, high, BINS + 1)
    decimals = 0 if max(-low, high) >= LARGE or _whole(rows) else 2
    told = []
    for axes, (name, (value, nulls)) in zip(grid, rows.items(), strict=True):
        axes.set_title(name, fontsize=10, loc="left")
        axes.set(xlim=(low, high), ylim=(0, 1.9), yticks=[], gid=f"panel:{name}")
        axes.spines["left"].set_visible(False)
        _draw_null(axes, nulls, edges, counted(len(nulls), null))
        _draw_value(axes, value, f"{measured}: {signed(value, decimals)}")
        told.append(_tell(name, value, nulls, (measured, null), decimals))
    grid[-1].set_xlabel(label)
    alt = (
        f"Measured values beside their null distributions on one axis, {label}, in "
        f"{counted(len(rows), 'row')}. {' '.join(told)}"
    )
    return Drawing(figure, alt, "svg")


def _check_row(name: str, value: float, nulls: np.ndarray) -> None:
    if np.ndim(nulls) != 1 or not len(nulls) or not np.isfinite([value, *nulls]).all():
        raise ValueError(
            "rows: expected a finite number and at least one finite null value, got "
            f"{value!r} and an array of shape {np.shape(nulls)} for {name!r}"
        )


def _whole(rows: Mapping[str, tuple[float, np.ndarray]]) -> bool:
    """Tell whether all numbers are counts, which need no decimals."""
    return all(not np.any(np.mod([value, *nulls], 1)) for value, nulls in rows.values())


def _span(rows: Mapping[str, tuple[float, np.ndarray]]) -> tuple[float, float]:
    """Limits that contain 0 and every number, with room beyond the farthest."""
    numbers = np.concatenate([[0.0, value, *nulls] for value, nulls in rows.values()])
    low, high = float(numbers.min()), float(numbers.max())
    room = 0.04 * (high - low) or 1.0
    return low - room * (low < 0), high + room * (high > 0 or low == 0)


def _draw_null(axes: Axes, nulls: np.ndarray, edges: np.ndarray, label: str) -> None:
    """Draw a histogram of height 1, its label above it."""
    counts, _ = np.histogram(nulls, edges)
    bars = axes.stairs(counts / counts.max(), edges, fill=True, color=PALE)
    bars.set(gid="null", edgecolor=GREY)
    margin = 0.12 * (edges[-1] - edges[0])  # half of what a label needs
    place = np.clip(nulls.mean(), edges[0] + margin, edges[-1] - margin)
    text = axes.text(place, 1.06, label, ha="center", va="bottom", size=SMALL)
    text.set(color="#505050", gid="label:null")


def _draw_value(axes: Axes, value: float, label: str) -> None:
    """Draw a line with a diamond on top, its label beside the diamond."""
    axes.vlines(value, 0, 1.6, color=ORANGE, linewidth=2)
    axes.plot(value, 1.6, "D", color=ORANGE, markersize=6, gid="measured")
    left = value < np.mean(axes.get_xlim())
    axes.annotate(
        label,
        (value, 1.6),
        xytext=(7 if left else -7, 0),
        textcoords="offset points",
        ha="left" if left else "right",
        va="center",
        fontweight="bold",
        gid="label:measured",
    )


def _tell(
    name: str,
    value: float,
    nulls: np.ndarray,
    words: tuple[str, str],
    decimals: int,
) -> str:
    measured, null = words
    told, lowest, mean, highest = (
        signed(one, decimals) for one in (value, nulls.min(), nulls.mean(), nulls.max())
    )
    return (
        f"{heading(name)}: {measured} {told}; {counted(len(nulls), null)} "
        f"from {lowest} to {highest}, mean {mean}; at least as large: "
        f"{np.sum(nulls >= value):,} of {len(nulls):,}."
    )
