"""Drawings of learning: the loss of one weight, its gradient, a film of the kernels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import FancyArrowPatch, Rectangle

from convlens.colours import BLUE, GREY, ORANGE, PALE
from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    canvas,
    check_mark,
    extent,
    frame,
    panels_over_bars,
    show,
    signed_scale,
    size,
)
from convlens.words import counted, signed

FRAMES = 6  # of a film, the most: each must be legible on a phone
CURVE = 1.0  # inches of a curve below it
WORDS = 1.1  # inches of the words above, between and below
SIGN = 0.16  # width of a sign between panels, where a panel is 1 wide


def loss_of_a_weight(
    weights: np.ndarray,
    losses: np.ndarray,
    *,
    at: float,
    slope: float,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw the loss against the value of one weight, and its slope at one value.

    Args:
        weights: Values of the weight, increasing, shape ``(n,)``.
        losses: The loss with each of them, shape ``(n,)``.
        at: The value that the weight has.
        slope: The gradient of the loss with respect to the weight, at that value.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel: the curve, a dot where the weight is, and through it a straight line
        with the given slope. An arrow points where the loss falls.

    Raises:
        ValueError: There are fewer than two values, they do not increase, the shapes
            differ, or ``at`` lies outside the values.

    Example:
        >>> weights = np.array([-1.0, 0.0, 1.0])
        >>> drawing = loss_of_a_weight(weights, weights**2, at=-1.0, slope=-2.0)
        >>> print(drawing.alt[:66])
        Loss against one weight, a curve from 1.0000 at −1.00 to 1.0000 at
    """
    if np.ndim(weights) != 1 or np.shape(weights) != np.shape(losses):
        raise ValueError(
            "weights and losses: expected one shape (n,), got "
            f"{np.shape(weights)} and {np.shape(losses)}"
        )
    if len(weights) < 2 or not (np.diff(weights) > 0).all():
        raise ValueError(f"weights: expected two or more that increase, got {weights}")
    if not weights[0] <= at <= weights[-1]:
        raise ValueError(f"at: expected a value within the weights, got {at}")
    figure = canvas((WIDTH, 2.6), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    here = float(np.interp(at, weights, losses))
    axes.plot(weights, losses, color=BLUE, linewidth=1.6, gid="curve")
    reach = (weights[-1] - weights[0]) / 8
    ends = np.array([max(at - reach, weights[0]), min(at + reach, weights[-1])])
    axes.plot(
        ends, here + slope * (ends - at), color=ORANGE, linewidth=1.6, gid="slope"
    )
    (dot,) = axes.plot([at], [here], "o", color=ORANGE, markersize=8, gid="dot")
    dot.set(markeredgecolor="black", markeredgewidth=0.8, zorder=3)
    axes.margins(y=0.12)
    axes.set(gid="panel:loss", xlabel="value of the weight", ylabel="loss on the batch")
    axes.tick_params(labelsize=SMALL)
    axes.set_title(
        f"slope at the dot: {_short(slope)}", fontsize=10, color=ORANGE, loc="left"
    )
    if slope:
        _point_downhill(axes, at, here, -math.copysign(0.8 * reach, slope))
    least = int(np.argmin(losses))
    alt = (
        f"Loss against one weight, a curve from {losses[0]:.4f} at "
        f"{signed(weights[0])} to {losses[-1]:.4f} at {signed(weights[-1])}; its "
        f"lowest point is {losses[least]:.4f} at {signed(weights[least])}. A dot "
        f"marks the weight as it is, {signed(at)}, with a loss of {here:.4f}. The "
        f"straight line through it has a slope of {_short(slope)}, so "
        f"{_downhill(slope)}."
    )
    return Drawing(figure, alt, "svg")


def _point_downhill(axes: Axes, at: float, here: float, way: float) -> None:
    """Draw an arrow from above the dot to where the loss falls."""
    low, high = axes.get_ylim()
    level = here + 0.1 * (high - low)
    axes.set_ylim(low, max(high, here + 0.2 * (high - low)))
    arrow = FancyArrowPatch((at, level), (at + way, level), arrowstyle="-|>")
    arrow.set(mutation_scale=12, color="black", linewidth=1.2, gid="arrow")
    axes.add_patch(arrow)


def _downhill(slope: float) -> str:
    if not slope:
        return "no small change of the weight changes the loss"
    return (
        f"the loss falls as the weight becomes {'smaller' if slope > 0 else 'larger'}"
    )


def error_times_pixel(
    pixels: np.ndarray, errors: np.ndarray, *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw the gradient of one weight as a sum over places: error times pixel.

    Args:
        pixels: The pixel under the weight at each place, shape ``(h, w)``, in [0, 1].
        errors: The error of the map at each place, shape ``(h, w)``.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Three panels: pixels, errors, and their products on the scale of the errors.

    Raises:
        ValueError: The two shapes differ.

    Example:
        >>> drawing = error_times_pixel(np.eye(2), np.full((2, 2), 0.25))
        >>> print(drawing.alt[-72:])
        Their product is not 0 at 2 places, and the sum of the products is 0.50.
    """
    if pixels.ndim != 2 or pixels.shape != errors.shape:
        raise ValueError(
            "pixels and errors: expected one shape (h, w), got "
            f"{pixels.shape} and {errors.shape}"
        )
    products = pixels * errors
    # as wide as a panel is, when three of them and two signs fill the width
    wide = WIDTH / (3 + 2 * SIGN)
    scale, inches = signed_scale(errors), wide * len(pixels) / pixels.shape[1] + 0.5
    figure = canvas((WIDTH, inches + FOOT), into)
    bars = (BRIGHTNESS, "pixel"), (scale, "error, product (white is zero)")
    body = panels_over_bars(figure, inches, *bars)
    ratios = {"width_ratios": [1, SIGN, 1, SIGN, 1], "wspace": 0}
    grid = axes_grid(body, 1, 5, gridspec_kw=ratios)[0]
    show(grid[0], pixels, BRIGHTNESS, "pixels", "pixel")
    show(grid[2], errors, scale, "errors", "error")
    total = _short(products.sum())
    show(grid[4], products, scale, "products", "product")
    grid[4].set_xlabel(f"sum {total}")
    for axes, sign in ((grid[1], "×"), (grid[3], "=")):
        axes.set_axis_off()
        axes.text(0.5, 0.5, sign, ha="center", va="center", size=14)
    alt = (
        "One gradient as a sum over places, in three panels of "
        f"{size(pixels)}. The pixel under the weight is not black at "
        f"{_places(pixels)}. The error of the map is not 0 at {_places(errors)}, on a "
        f"scale {_limits(scale)}, white is zero. Their product is not 0 at "
        f"{_places(products)}, and the sum of the products is {total}."
    )
    return Drawing(figure, alt, "png")


def _places(array: np.ndarray) -> str:
    return counted(int(np.count_nonzero(array)), "place")


def _limits(scale: Scale) -> str:
    return f"from {_short(scale.low)} to {_short(scale.high)}"


def _short(number: float) -> str:
    """Write a number with two digits that count, and at least two after the point."""
    first = math.floor(math.log10(abs(number))) if number else 0
    return signed(float(number), max(2, 1 - first))


def film_strip(
    steps: np.ndarray,
    kernels: np.ndarray,
    *,
    losses: np.ndarray,
    order: np.ndarray,
    shuffled: np.ndarray,
    only: Sequence[int] | None = None,
    mark: int | None = None,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw kernels through a training, and below them loss and order on the same axis.

    Most happens in the first steps, so the axis is logarithmic: it shows 1 plus the
    step over that of the second record, and so begins at step 0. Up to six of the
    records become frames of the film, spread evenly over the axis; each stands at its
    own step. The curves have all records.

    Args:
        steps: Numbers of steps, increasing, shape ``(m,)``.
        kernels: After each, shape ``(m, kh, kw, 1, n)``.
        losses: Mean loss since the step before, shape ``(m,)``; the first is not drawn.
        order: Moran's I, averaged over the kernels, shape ``(m,)``.
        shuffled: The same for ``k`` sets of shuffled kernels, shape ``(m, k)``.
        only: Indices of the kernels to show, from top to bottom; left out, all.
        mark: Index of a kernel to frame.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row for each kernel shown, a column for each frame, on one scale; then two
        panels with a curve each. The range of 95% of the shuffled sets is grey.

    Raises:
        ValueError: There are fewer than two steps, they do not increase, the shapes do
            not fit, ``only`` or ``mark`` is not an index of the kernels, or the kernel
            to frame is not shown.

    Example:
        >>> steps, kernels = np.array([0, 4]), np.ones((2, 5, 5, 1, 3))
        >>> drawing = film_strip(steps, kernels, losses=np.array([np.nan, 2.0]),
        ...                      order=np.array([0, 0.5]), shuffled=np.zeros((2, 9)))
        >>> print(drawing.alt[:66])
        3 kernels of 5 by 5 weights in 2 frames, from step 0 to step 4, on
    """
    _check_film(steps, kernels, losses, order, shuffled)
    names = [*range(kernels.shape[-1])] if only is None else [*only]
    _check_rows(names, mark, kernels.shape[-1])
    kernels = kernels[..., names]
    x = np.log1p(steps / steps[1])
    chosen = _evenly_spaced(x)
    width = np.diff(x[chosen]).min()
    scale = signed_scale(kernels[chosen])
    kh, kw = kernels.shape[1:3]
    one = (WIDTH - 0.7) * width / (x[-1] - x[0] + 1.2 * width)  # inches of a frame
    heights = [one * len(names) * (kh + 1) / (kw + 1), CURVE, CURVE]
    inches = sum(heights) + WORDS
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, "weight (white is zero)"))
    ratios = {"height_ratios": heights, "hspace": 0.02}
    film, loss, last = axes_grid(body, 3, 1, sharex=True, gridspec_kw=ratios)[:, 0]
    _draw_frames(film, x[chosen], steps[chosen], kernels[chosen], width, scale)
    _name_rows(film, names, mark, kernels.shape[1], x[chosen], width)
    _draw_curve(loss, x[1:], losses[1:], BLUE, "loss")
    low, high = np.percentile(shuffled, [2.5, 97.5], axis=1)
    band = last.fill_between(x, low, high, color=PALE, alpha=0.6, linewidth=0)
    band.set_gid("shuffled")
    _draw_curve(last, x, order, ORANGE, "Moran's I")
    last.annotate(
        "weights shuffled", (x[-1], high[-1]), (0, 2), textcoords="offset points"
    ).set(ha="right", fontsize=SMALL)
    loss.set_ylim(bottom=0)
    last.set_xticks(x[chosen], [f"{step:,}" for step in steps[chosen]], fontsize=SMALL)
    last.set(xlim=(x[0] - 0.6 * width, x[-1] + 0.6 * width))
    last.set_xlabel("steps of training")
    alt = _tell_film(steps, kernels, chosen, scale)
    if only is not None:
        alt += f" From top to bottom: {', '.join(map(str, names))}."
    alt += _tell_curves(steps, losses, order, (low[-1], high[-1]))
    if mark is not None:
        alt += f" Kernel {mark} is framed."
    return Drawing(figure, alt, "png")


def _evenly_spaced(x: np.ndarray) -> np.ndarray:
    """Choose the places nearest to evenly spaced ones, the first and last included.

    Where there is none within half a spacing, none is chosen: frames need room.
    """
    goals, spacing = np.linspace(x[0], x[-1], min(FRAMES, len(x)), retstep=True)
    away = np.abs(x - goals[:, np.newaxis])
    return np.unique(away.argmin(axis=1)[away.min(axis=1) <= spacing / 2])


def _draw_frames(
    axes: Axes,
    x: np.ndarray,
    steps: np.ndarray,
    kernels: np.ndarray,
    width: float,
    scale: Scale,
) -> None:
    """Draw all kernels of a frame as one column, a gap of one weight between them."""
    kh, kw, _, count = kernels.shape[1:]
    half = width * kw / (kw + 1) / 2
    for place, step, one in zip(x, steps, kernels, strict=True):
        gapped = np.full((count, kh + 1, kw), np.nan)
        gapped[:, :-1] = one[:, :, 0].transpose(2, 0, 1)
        drawn = axes.imshow(
            gapped.reshape(-1, kw)[:-1],
            cmap=scale.cmap,
            norm=scale.norm,
            interpolation="nearest",
            extent=(place - half, place + half, count * (kh + 1) - 1.5, -0.5),
            aspect="auto",
        )
        drawn.set_gid(f"frame:{step}")
        for row in range(count):
            edge = Rectangle((place - half, row * (kh + 1) - 0.5), 2 * half, kh)
            edge.set(fill=False, edgecolor=PALE, linewidth=0.6)
            axes.add_patch(edge)
    axes.set(gid="panel:film", ylim=(count * (kh + 1) - 1, -1))
    axes.tick_params(length=0, labelsize=SMALL, labelbottom=False, labeltop=True)
    axes.set_xlabel("steps of training")
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)


def _name_rows(
    axes: Axes,
    names: list[int],
    mark: int | None,
    kh: int,
    x: np.ndarray,
    width: float,
) -> None:
    """Write the number of its kernel beside each row, and frame the row of one."""
    middles = np.arange(len(names)) * (kh + 1) + (kh - 1) / 2
    axes.set_yticks(middles, [f"{name}" for name in names])
    axes.set_ylabel("kernel")
    if mark is None:
        return
    row = names.index(mark)
    left, right = x[0] - width / 2, x[-1] + width / 2
    frame(axes, (row * (kh + 1), left + 0.5, kh, right - left), "mark", zorder=3)
    axes.get_yticklabels()[row].set_fontweight("bold")


def _draw_curve(
    axes: Axes, x: np.ndarray, values: np.ndarray, colour: str, name: str
) -> None:
    axes.plot(x, values, ".-", color=colour, linewidth=1.4, gid=f"curve:{name}")
    axes.set(ylabel=name, gid=f"panel:{name}")
    axes.axhline(0, color=GREY, linewidth=0.6)


def _check_rows(names: list[int], mark: int | None, count: int) -> None:
    """Refuse kernels that are not there, and a mark on one that is not shown."""
    if not names or not {*names} <= {*range(count)}:
        raise ValueError(
            f"only: expected indices from 0 to {count - 1}, at least one, got {names}"
        )
    check_mark(mark, count)
    if mark is not None and mark not in names:
        raise ValueError(
            f"mark: expected one of the kernels shown, {names}, got {mark}"
        )


def _check_film(
    steps: np.ndarray,
    kernels: np.ndarray,
    losses: np.ndarray,
    order: np.ndarray,
    shuffled: np.ndarray,
) -> None:
    if len(steps) < 2 or not (np.diff(steps) > 0).all():
        raise ValueError(f"steps: expected two or more that increase, got {steps}")
    m = len(steps)
    if kernels.ndim != 5 or kernels.shape[0] != m or kernels.shape[3] != 1:
        raise ValueError(
            f"kernels: expected shape ({m}, kh, kw, 1, n), got {kernels.shape}"
        )
    if losses.shape != (m,) or order.shape != (m,) or shuffled.shape[:1] != (m,):
        raise ValueError(
            f"losses, order, shuffled: expected shapes ({m},), ({m},) and ({m}, k), "
            f"got {losses.shape}, {order.shape} and {shuffled.shape}"
        )


def _tell_film(
    steps: np.ndarray, kernels: np.ndarray, chosen: np.ndarray, scale: Scale
) -> str:
    count = kernels.shape[-1]
    return (
        f"{counted(count, 'kernel')} of {kernels.shape[1]} by {kernels.shape[2]} "
        f"weights in {len(chosen)} frames, from step {steps[0]} to step {steps[-1]}, "
        f"on one scale {scale.limits}, white at zero. Weights at the first step: "
        f"{extent(kernels[0])}; at the last: {extent(kernels[-1])}."
    )


def _tell_curves(
    steps: np.ndarray,
    losses: np.ndarray,
    order: np.ndarray,
    shuffled: tuple[float, float],
) -> str:
    low, high = map(signed, shuffled)
    fallen, risen = _half_way(steps[1:], losses[1:]), _half_way(steps, order)
    return (
        f" Below, on the same axis: the loss goes from {losses[1]:.2f} to "
        f"{losses[-1]:.2f}, and is half way by step {fallen}; Moran's I goes from "
        f"{signed(order[0])} to {signed(order[-1])}, and is half way by step {risen}. "
        f"At the last step, 95% of shuffled sets lie from {low} to {high}."
    )


def _half_way(steps: np.ndarray, values: np.ndarray) -> int:
    """Find the first step at which half of the way to the last value is covered."""
    way = values[-1] - values[0]
    return int(steps[np.argmax(np.sign(way) * (values - values[0]) >= abs(way) / 2)])
