"""Drawings of what filters answer to: turned bars, and patches of real images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.colours import BLUE, GREY, ORANGE, PALE
from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    axes_grid,
    bands,
    bar,
    canvas,
    check_some,
    first,
    panels_over_bars,
    show,
    signed_scale,
    size,
)
from convlens.words import counted, heading, signed

COLUMNS = 2  # tuning curves per row
TURNS = (0, 45, 90, 135, 180)  # degrees that are written


def turned_bars(
    kernel: np.ndarray,
    bars: np.ndarray,
    answers: np.ndarray,
    angles: np.ndarray,
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw one kernel, bars at some angles, and its filter's answer to each of them.

    Args:
        kernel: Shape ``(kh, kw)``.
        bars: Images of the bars, shape ``(n, h, w)``, values in [0, 1].
        answers: One for each bar, at least 0, shape ``(n,)``.
        angles: Directions of the bars in radians, shape ``(n,)``.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        The kernel on the left. Beside it, each answer as a column above its bar.

    Raises:
        ValueError: The shapes do not fit each other.

    Example:
        >>> bars, upright = np.zeros((2, 3, 3)), np.array([[-1.0, 2.0, -1.0]] * 3)
        >>> angles = np.radians([0, 90])
        >>> print(turned_bars(upright, bars, np.array([0.0, 6.0]), angles).alt)
        Answers of one filter, whose kernel has 3 by 3 weights, to 2 bars. Strongest, \
6.00, at 90 degrees; weakest, 0.00, at 0 degrees. All, by angle: 0: 0.00; 90: 6.00.
    """
    _check_bars(kernel, bars, answers, angles)
    figure = canvas((WIDTH, 2.1), into)
    left, right = figure.subfigures(1, 2, width_ratios=[1, 3], squeeze=False)[0]
    top, below = bands(left, [1, 0.75])
    scale, degrees = signed_scale(kernel), np.degrees(angles)
    show(axes_grid(top, 1, 1)[0, 0], kernel, scale, "kernel", "kernel")
    colours = axes_grid(below, 1, 1)[0, 0]
    bar(colours, scale, "weight\n(white is zero)")
    ends = [scale.low, 0, scale.high]
    colours.set_xticks(ends, [signed(end, 1) for end in ends], fontsize=SMALL)
    heights = {"height_ratios": [3, 1], "wspace": 0.05}
    grid = axes_grid(right, 2, len(bars), gridspec_kw=heights)
    for axes in grid[0]:
        axes.remove()
    columns = right.add_subplot(grid[0, 0].get_gridspec()[0, :])
    drawn = columns.bar(np.arange(len(bars)), answers, 0.5, color=ORANGE)
    for index, (axes, one) in enumerate(zip(grid[1], bars, strict=True)):
        show(axes, one, BRIGHTNESS, f"bar:{index}")
        axes.set_xlabel(f"{degrees[index]:.0f}°", fontsize=SMALL)
        drawn[index].set_gid(f"answer:{index}")
    columns.set(xlim=(-0.5, len(bars) - 0.5), xticks=[], gid="panel:answers")
    columns.set_ylim(0, 1.08 * answers.max() or 1)
    columns.set_title("strongest answer to the bar below", fontsize=10, pad=3)
    columns.spines[["top", "right"]].set_visible(False)
    columns.tick_params(labelsize=SMALL)
    most, least = int(answers.argmax()), int(answers.argmin())
    every = "; ".join(
        f"{one:.0f}: {signed(answer)}"
        for one, answer in zip(degrees, answers, strict=True)
    )
    alt = (
        f"Answers of one filter, whose kernel has {size(kernel)} weights, to "
        f"{counted(len(bars), 'bar')}. Strongest, {signed(answers[most])}, at "
        f"{degrees[most]:.0f} degrees; weakest, {signed(answers[least])}, at "
        f"{degrees[least]:.0f} degrees. All, by angle: {every}."
    )
    return Drawing(figure, alt, "png")


def _check_bars(
    kernel: np.ndarray, bars: np.ndarray, answers: np.ndarray, angles: np.ndarray
) -> None:
    counts = {np.shape(answers), np.shape(angles), np.shape(bars)[:1]}
    if kernel.ndim != 2 or bars.ndim != 3 or len(counts) > 1 or not bars.size:
        raise ValueError(
            "kernel, bars, answers and angles: expected shapes (kh, kw), (n, h, w), "
            f"(n,) and (n,), got {kernel.shape}, {bars.shape}, {np.shape(answers)} and "
            f"{np.shape(angles)}"
        )


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
        A panel for each filter, on a scale of its own: the answers as an orange line,
        and in grey the central 95% of the shuffles at each angle.

    Raises:
        ValueError: The shapes do not fit each other.

    Example:
        >>> angles = np.radians([0, 90])
        >>> drawing = tuning_curves(np.eye(2), np.full((9, 2, 2), 0.5), angles)
        >>> print(drawing.alt)
        Answers of 2 filters to a bar turned from 0 to 90 degrees, each on its own \
scale, with the central 95% of 9 shuffles of its own weights. Above them at some \
angle: 2 of 2. By filter, the strongest answer and its angle: 0: 1.00 at 0; 1: 1.00 \
at 90.
    """
    _check_curves(curves, null, angles)
    filters = curves.shape[1]
    columns = min(COLUMNS, filters)
    rows = -(-filters // columns)
    figure = canvas((WIDTH, 1.05 * rows + 0.5), into)
    grid = axes_grid(figure, rows, columns, sharex=True)
    low, high = np.percentile(null, [2.5, 97.5], axis=0)
    degrees = np.degrees(angles)
    for index, axes in enumerate(first(grid, filters)):
        axes.fill_between(
            degrees, low[:, index], high[:, index], color=PALE, gid="null"
        )
        axes.plot(degrees, curves[:, index], color=ORANGE, gid=f"curve:{index}")
        axes.set(gid=f"panel:{index}")
        axes.set_xticks(TURNS, [f"{turn}°" for turn in TURNS])
        axes.tick_params(labelsize=SMALL)
        axes.locator_params(axis="y", nbins=3)
        axes.set_title(f"filter {index}", fontsize=SMALL, color=GREY, pad=2)
        largest = max(curves[:, index].max(), high[:, index].max())
        axes.set_ylim(0, 1.05 * float(largest) or 1)
    figure.supxlabel("angle of the bar (0° lies flat, 90° stands)", fontsize=10)
    figure.supylabel("strongest answer", fontsize=10)
    alt = (
        f"Answers of {counted(filters, 'filter')} to a bar turned from "
        f"{degrees.min():.0f} to {degrees.max():.0f} degrees, each on its own scale, "
        f"with the central 95% of {counted(len(null), 'shuffle')} of its own weights. "
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


def against_shuffles(
    tests: Mapping[str, tuple[np.ndarray, np.ndarray]],
    counted_ones: Mapping[str, np.ndarray],
    *,
    label: str,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw tests of filters against their own shuffles, and which filters they count.

    Args:
        tests: By title, what each filter does, shape ``(n,)``, and what its shuffles
            do, shape ``(m, n)``, as `convlens.statistics.kernel_p_values` takes them.
        counted_ones: By the same titles, which filters count, booleans of shape
            ``(n,)``, as from `convlens.statistics.discoveries`.
        label: What the height of a bar means.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row of numbered bars per test, each row on its own scale: filled where a
        filter counts. A grey block reaches as high as a filter could by luck: above it
        are no more shuffles than for any filter that counts.

    Raises:
        ValueError: There is no test, or the shapes or the titles do not fit.

    Example:
        >>> own, null = np.array([9.0, 1.0]), np.arange(8.0).reshape(4, 2)
        >>> counts = np.array([True, False])
        >>> print(against_shuffles({"a": (own, null)}, {"a": counts}, label="b").alt)
        One bar for each of 2 filters in 1 row, each row on its own scale, b. A: from \
1.00 in filter 1 to 9.00 in filter 0; it counts 1 of 2 (0), and luck reaches \
6.00 to 7.00.
    """
    check_some("tests", tests)
    _check_tests(tests, counted_ones)
    figure = canvas((WIDTH, 1.6 * len(tests) + 0.5), into)
    figure.suptitle(label, x=0.01, ha="left", fontsize=10)
    grid = axes_grid(figure, len(tests), 1, sharex=True).ravel()
    told = []
    for axes, (name, (own, null)) in zip(grid, tests.items(), strict=True):
        counts = np.asarray(counted_ones[name])
        luck = _reached_by_luck(own, null, counts)
        _bars_of(axes, own, luck, counts)
        axes.set_title(name, fontsize=10, loc="left", pad=3)
        axes.set_gid(f"panel:{name}")
        told.append(_tell_test(name, own, luck, counts))
    filters = len(own)
    grid[-1].set_xticks(range(0, filters, 1 if filters <= 16 else 4))
    grid[-1].set_xlabel("filter", fontsize=SMALL)
    place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.0}
    grid[0].legend(frameon=False, fontsize=SMALL, **place)
    alt = (
        f"One bar for each of {counted(filters, 'filter')} in "
        f"{counted(len(tests), 'row')}, each row on its own scale, {label}. "
    )
    return Drawing(figure, alt + " ".join(told), "svg")


def _check_tests(
    tests: Mapping[str, tuple[np.ndarray, np.ndarray]],
    counted_ones: Mapping[str, np.ndarray],
) -> None:
    sizes = {np.shape(own) for own, _ in tests.values()}
    sizes |= {np.shape(null)[1:] for _, null in tests.values()}
    sizes |= {np.shape(counts) for counts in counted_ones.values()}
    some = all(np.size(null) for _, null in tests.values())
    if (
        len(sizes) > 1
        or len(min(sizes)) != 1
        or not some
        or {*tests} != {*counted_ones}
    ):
        raise ValueError(
            "tests and counted_ones: expected the same titles, and for each shapes "
            f"(n,), (m, n) and (n,), got sizes {sizes} for {[*tests]} and "
            f"{[*counted_ones]}"
        )


def _reached_by_luck(
    own: np.ndarray, null: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Return the height that a filter must exceed to count, for each filter.

    A filter counts if few enough of its shuffles do as much. How few follows from those
    that count; where none does, no shuffle may.
    """
    as_much = (null >= own).sum(axis=0)
    allowed = int(as_much[counts].max()) if counts.any() else 0
    return np.sort(null, axis=0)[-1 - min(allowed, len(null) - 1)]


def _bars_of(axes: Axes, own: np.ndarray, luck: np.ndarray, counts: np.ndarray) -> None:
    places = np.arange(len(own))
    edges = np.append(places, len(own)) - 0.5
    grey = axes.stairs(luck, edges, fill=True, color=PALE, label="reached by luck")
    grey.set(gid="luck", alpha=0.6, zorder=0.5)
    colours = [BLUE if one else "none" for one in counts]
    drawn = axes.bar(places, own, 0.7, color=colours, edgecolor=BLUE, linewidth=1)
    for index, one in enumerate(drawn):
        one.set_gid(f"bar:{index}")
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.tick_params(labelsize=SMALL)
    axes.tick_params(axis="x", length=0)
    axes.locator_params(axis="y", nbins=4)
    axes.set_xlim(-0.7, len(own) - 0.3)


def _tell_test(name: str, own: np.ndarray, luck: np.ndarray, counts: np.ndarray) -> str:
    least, most = int(own.argmin()), int(own.argmax())
    which = ", ".join(map(str, np.flatnonzero(counts)))
    return (
        f"{heading(name)}: from {signed(own[least])} in filter {least} to "
        f"{signed(own[most])} in filter {most}; it counts {int(counts.sum())} of "
        f"{len(own)}{f' ({which})' * bool(which)}, and luck reaches "
        f"{signed(luck.min())} to {signed(luck.max())}."
    )


def strongest_patches(
    kernels: np.ndarray,
    patches: np.ndarray,
    *,
    per_row: int = 2,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw each kernel beside patches of images that it answers to.

    Args:
        kernels: Of one input channel, shape ``(kh, kw, 1, n)``.
        patches: For each kernel, the strongest first, shape ``(n, m, kh, kw)``, values
            in [0, 1].
        per_row: Filters side by side.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        The filters in rows. The kernels share one scale, and so do the patches.

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
    sides = min(per_row, filters)
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
        own.set_ylabel(f"{index}", rotation=0, ha="right", va="center", size=SMALL)
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
