"""Drawings of learning: one gradient as a sum, and the kernels through a training."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.figures._canvas import (
    BLUE,
    BRIGHTNESS,
    FOOT,
    GREY,
    ORANGE,
    PALE,
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

FRAMES = 14  # of a film, the most
BETWEEN = "#dddddd"  # lighter than other gaps: a film has many
CURVE = 1.1  # inches of a curve below it


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
    scale, inches = signed_scale(errors), WIDTH / 3 * len(pixels) / pixels.shape[1]
    figure = canvas((WIDTH, inches + 0.3 + FOOT), into)
    bars = (BRIGHTNESS, "pixel"), (scale, "error, product (white is zero)")
    body = panels_over_bars(figure, inches + 0.3, *bars)
    grid = axes_grid(body, 1, 3)[0]
    show(grid[0], pixels, BRIGHTNESS, "pixels", "pixel")
    show(grid[1], errors, scale, "errors", "error")
    total = _short(products.sum())
    show(grid[2], products, scale, "products", f"product: sum {total}")
    alt = (
        "The gradient of one weight as a sum over places, in three panels of "
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
    mark: int | None = None,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw kernels through a training, and below them loss and order on the same axis.

    The axis shows the square root of the step, because kernels change fastest at the
    beginning. Up to fourteen of the records become frames of the film, spread evenly
    over the axis; each stands at its own step. The curves have all records.

    Args:
        steps: Numbers of steps, increasing, shape ``(m,)``.
        kernels: After each, shape ``(m, kh, kw, 1, n)``.
        losses: Mean loss since the step before, shape ``(m,)``; the first is not drawn.
        order: Moran's I, averaged over the kernels, shape ``(m,)``.
        shuffled: The same for ``k`` sets of shuffled kernels, shape ``(m, k)``.
        mark: Index of a kernel to frame.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row for each kernel, a column for each frame, on one scale; then two panels
        with a curve each. The range of 95 % of the shuffled sets is grey.

    Raises:
        ValueError: There are fewer than two steps, they do not increase, the shapes do
            not fit, or ``mark`` is not an index of the kernels.

    Example:
        >>> steps, kernels = np.array([0, 4]), np.ones((2, 5, 5, 1, 3))
        >>> drawing = film_strip(steps, kernels, losses=np.array([np.nan, 2.0]),
        ...                      order=np.array([0, 0.5]), shuffled=np.zeros((2, 9)))
        >>> print(drawing.alt[:66])
        3 kernels of 5 by 5 weights in 2 frames, from step 0 to step 4, on
    """
    _check_film(steps, kernels, losses, order, shuffled)
    check_mark(mark, kernels.shape[-1])
    x = np.sqrt(steps)
    chosen = _evenly_spaced(x)
    width = np.diff(x[chosen]).min()
    scale = signed_scale(kernels[chosen])
    kh, kw, _, count = kernels.shape[1:]
    one = (WIDTH - 0.7) * width / (x[-1] - x[0] + 1.2 * width)  # inches of a frame
    heights = [one * count * (kh + 1) / (kw + 1) + 0.1, CURVE, CURVE + 0.4]
    figure = canvas((WIDTH, sum(heights) + FOOT), into)
    body = panels_over_bars(figure, sum(heights), (scale, "weight (white is zero)"))
    ratios = {"height_ratios": heights, "hspace": 0.02}
    film, loss, last = axes_grid(body, 3, 1, sharex=True, gridspec_kw=ratios)[:, 0]
    _draw_frames(film, x[chosen], kernels[chosen], width, scale, mark)
    _draw_curve(loss, x[1:], losses[1:], BLUE, "loss")
    low, high = np.percentile(shuffled, [2.5, 97.5], axis=1)
    band = last.fill_between(x, low, high, color=PALE, linewidth=0, label="shuffled")
    band.set_gid("shuffled")
    _draw_curve(last, x, order, ORANGE, "Moran's I")
    last.legend(loc="center right", frameon=False, fontsize=9)
    loss.set_ylim(bottom=0)
    last.set_xticks(x[chosen], [f"{step}" for step in steps[chosen]], fontsize=8)
    last.set(xlim=(x[0] - 0.6 * width, x[-1] + 0.6 * width))
    last.set_xlabel("training steps done (each frame stands at its step)")
    alt = _tell_film(steps, kernels, chosen, scale) + _tell_curves(
        losses, order, (low[-1], high[-1])
    )
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
    kernels: np.ndarray,
    width: float,
    scale: Scale,
    mark: int | None,
) -> None:
    """Draw all kernels of a frame as one column, a gap of one weight between them."""
    kh, kw, _, count = kernels.shape[1:]
    for place, one in zip(x, kernels, strict=True):
        gapped = np.full((count, kh + 1, kw), np.nan)
        gapped[:, :-1] = one[:, :, 0].transpose(2, 0, 1)
        half = width * kw / (kw + 1) / 2
        drawn = axes.imshow(
            gapped.reshape(-1, kw)[:-1],
            cmap=scale.cmap,
            norm=scale.norm,
            interpolation="nearest",
            extent=(place - half, place + half, count * (kh + 1) - 1.5, -0.5),
            aspect="auto",
        )
        drawn.set_gid(f"frame:{place**2:.0f}")
    axes.set(gid="panel:film", ylabel="kernel", ylim=(count * (kh + 1) - 1, -1))
    axes.set_facecolor(BETWEEN)
    axes.set_yticks(
        np.arange(count) * (kh + 1) + (kh - 1) / 2, [*map(str, range(count))]
    )
    axes.tick_params(length=0, labelsize=8, labelbottom=False)
    axes.spines[:].set_visible(False)
    if mark is not None:
        left, right = x[0] - width / 2, x[-1] + width / 2
        frame(axes, (mark * (kh + 1), left + 0.5, kh, right - left), "mark")
        axes.get_yticklabels()[mark].set_fontweight("bold")


def _draw_curve(
    axes: Axes, x: np.ndarray, values: np.ndarray, colour: str, name: str
) -> None:
    axes.plot(x, values, ".-", color=colour, linewidth=1.4, gid=f"curve:{name}")
    axes.set(ylabel=name, gid=f"panel:{name}")
    axes.axhline(0, color=GREY, linewidth=0.6)


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
        f"on one scale {scale.limits}, white at zero. Weights at first: "
        f"{extent(kernels[0])}; at last: {extent(kernels[-1])}."
    )


def _tell_curves(
    losses: np.ndarray, order: np.ndarray, shuffled: tuple[float, float]
) -> str:
    low, high = map(signed, shuffled)
    return (
        f" Below, on the same axis: the loss, first {losses[1]:.2f} and at last "
        f"{losses[-1]:.2f}; Moran's I, first {signed(order[0])} and at last "
        f"{signed(order[-1])}, where 95 % of shuffled sets lie from {low} to {high}."
    )
