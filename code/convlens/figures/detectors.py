"""Drawings of what filters answer to: bars at all angles, patches of real images."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    GREY,
    ORANGE,
    PALE,
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    first,
    panels_over_bars,
    show,
    signed_scale,
)
from convlens.words import counted, signed

COLUMNS = 4  # tuning curves per row


def tuning_curves(
    curves: np.ndarray,
    null: np.ndarray,
    angles: np.ndarray,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw what each filter answers to a bar at each angle, beside its shuffles.

    Args:
        curves: Answers, shape ``(n, c_out)``, at least 0, as from
            `convlens.statistics.responses.tuning_curve`.
        null: The same of shuffled weights, shape ``(m, n, c_out)``.
        angles: Directions of the bar in radians, shape ``(n,)``.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A panel for each filter, all on one scale: the answers as an orange line, and in
        grey the central 95 % of the shuffles at each angle.

    Raises:
        ValueError: The shapes do not fit each other.

    Example:
        >>> angles = np.radians([0, 90])
        >>> drawing = tuning_curves(np.eye(2), np.full((9, 2, 2), 0.5), angles)
        >>> print(drawing.alt)
        Answers of 2 filters to a bar turned from 0 to 90 degrees, on one scale from \
0.00 to 1.00, each with the central 95 % of 9 shuffles of its own weights. Above them \
at some angle: 2 of 2. By filter, the strongest answer and its angle: 0: 1.00 at 0; \
1: 1.00 at 90.
    """
    _check_curves(curves, null, angles)
    filters = curves.shape[1]
    columns = min(COLUMNS, filters)
    rows = -(-filters // columns)
    figure = canvas((WIDTH, 1.05 * rows + 0.5), into)
    grid = axes_grid(figure, rows, columns, sharex=True, sharey=True)
    low, high = np.percentile(null, [2.5, 97.5], axis=0)
    degrees = np.degrees(angles)
    for index, axes in enumerate(first(grid, filters)):
        axes.fill_between(
            degrees, low[:, index], high[:, index], color=PALE, gid="null"
        )
        axes.plot(degrees, curves[:, index], color=ORANGE, gid=f"curve:{index}")
        axes.set(gid=f"panel:{index}", xticks=[0, 90, 180])
        axes.set_title(f"{index}", fontsize=8, color=GREY, pad=2)
    largest = max(float(curves.max()), float(high.max()))
    grid[0, 0].set_ylim(0, 1.05 * largest or 1)
    figure.supxlabel("direction of the bar, in degrees", fontsize=10)
    figure.supylabel("strongest answer", fontsize=10)
    alt = (
        f"Answers of {counted(filters, 'filter')} to a bar turned from "
        f"{degrees.min():.0f} to {degrees.max():.0f} degrees, on one scale from 0.00 "
        f"to {signed(largest)}, each with the central 95 % of "
        f"{counted(len(null), 'shuffle')} of its own weights. "
        f"{_tell_curves(curves, high, degrees)}"
    )
    return Drawing(figure, alt, "svg")


def _check_curves(curves: np.ndarray, null: np.ndarray, angles: np.ndarray) -> None:
    fits = curves.ndim == 2 and null.shape[1:] == curves.shape and len(null)
    if not fits or np.shape(angles) != curves.shape[:1] or not curves.size:
        raise ValueError(
            "curves, null and angles: expected shapes (n, c_out), (m, n, c_out) and "
            f"(n,), got {curves.shape}, {null.shape} and {np.shape(angles)}"
        )


def _tell_curves(curves: np.ndarray, high: np.ndarray, degrees: np.ndarray) -> str:
    above = int(np.sum((curves > high).any(axis=0)))
    peaks = "; ".join(
        f"{index}: {signed(curves[best, index])} at {degrees[best]:.0f}"
        for index, best in enumerate(curves.argmax(axis=0))
    )
    return (
        f"Above them at some angle: {above} of {curves.shape[1]}. By filter, the "
        f"strongest answer and its angle: {peaks}."
    )


def strongest_patches(
    kernels: np.ndarray,
    patches: np.ndarray,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw each kernel beside patches of images that it answers to.

    Args:
        kernels: Of one input channel, shape ``(kh, kw, 1, n)``.
        patches: For each kernel, the strongest first, shape ``(n, m, kh, kw)``, values
            in [0, 1].
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Two filters to a row. The kernels share one scale, and so do the patches.

    Raises:
        ValueError: The shapes do not fit each other.

    Example:
        >>> edge = np.array([[-1.0, 1.0]]).reshape(1, 2, 1, 1)
        >>> drawing = strongest_patches(edge, np.array([[[[0.0, 1.0]]]]))
        >>> print(drawing.alt)
        1 kernel of 1 by 2 weights, each beside the patch that it answers to most, of \
1 by 2 pixels. The mean of a kernel's patches correlates with the kernel by 1.00.
    """
    _check_patches(kernels, patches)
    filters, count = patches.shape[:2]
    sides = min(2, filters)
    rows = -(-filters // sides)
    inches = WIDTH / sides / (count + 1.5) * rows * kernels.shape[0] / kernels.shape[1]
    figure = canvas((WIDTH, 1.15 * inches + FOOT), into)
    scale = signed_scale(kernels)
    body = panels_over_bars(
        figure, inches, (scale, "weight (white is zero)"), (BRIGHTNESS, "pixel")
    )
    ratios = [1, count + 0.2 * (count - 1)] * sides
    grid = axes_grid(body, rows, 2 * sides, width_ratios=ratios)
    panels = first(grid, 2 * filters)
    for index in range(filters):
        own, strip = panels[2 * index : 2 * index + 2]
        show(own, kernels[:, :, 0, index], scale, f"kernel:{index}")
        own.set_ylabel(f"{index}", rotation=0, ha="right", va="center", size=8)
        _show_strip(strip, patches[index], f"patches:{index}")
    return Drawing(figure, _tell_patches(kernels, patches), "png")


def _show_strip(axes: Axes, patches: np.ndarray, name: str) -> None:
    """Lay patches side by side, a gap of one pixel between them."""
    gapped = np.pad(patches, ((0, 0), (0, 0), (0, 1)), constant_values=np.nan)
    show(axes, np.concatenate([*gapped], axis=1)[:, :-1], BRIGHTNESS, name)
    axes.spines[:].set_visible(False)


def _check_patches(kernels: np.ndarray, patches: np.ndarray) -> None:
    one_channel = kernels.ndim == 4 and kernels.shape[2] == 1 and kernels.size
    expected = (kernels.shape[-1], *kernels.shape[:2])
    got = (*patches.shape[:1], *patches.shape[2:])
    if not one_channel or got != expected or not patches.size:
        raise ValueError(
            "kernels and patches: expected shapes (kh, kw, 1, n) and (n, m, kh, kw), "
            f"got {kernels.shape} and {patches.shape}"
        )


def _tell_patches(kernels: np.ndarray, patches: np.ndarray) -> str:
    kh, kw, _, filters = kernels.shape
    count = patches.shape[1]
    which = "patch" if count == 1 else f"{count} patches"
    told = (
        f"{counted(filters, 'kernel')} of {kh} by {kw} weights, each beside the "
        f"{which} that it answers to most, of {kh} by {kw} pixels."
    )
    alike = [*_correlations(kernels, patches)]
    if not alike:
        return told
    span = signed(alike[0])
    if len(alike) > 1:
        span = (
            f"{signed(float(np.mean(alike)))} on average, from {signed(min(alike))} to "
        )
        span += signed(max(alike))
    return (
        f"{told} The mean of a kernel's patches correlates with the kernel by {span}."
    )


def _correlations(kernels: np.ndarray, patches: np.ndarray) -> Iterator[float]:
    """Correlate each kernel with the mean of its patches, unless one is even."""
    for index, mean in enumerate(patches.mean(axis=1)):
        kernel = kernels[:, :, 0, index]
        if np.ptp(kernel) and np.ptp(mean):
            yield float(np.corrcoef(kernel.ravel(), mean.ravel())[0, 1])
