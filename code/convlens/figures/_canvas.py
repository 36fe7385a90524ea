"""What all drawings share: the finished drawing, scales, panels, bars and frames.

Every artist that a drawing is about has a name (`gid`), so that it can be found with
``drawing.figure.findobj``: ``"panel:kernel"``, ``"frame:patch"``, ``"bar"``.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator

from convlens.colours import FROM_ZERO, GREY, GREYS, PALE, SIGNED, SKY
from convlens.figures._dark import in_the_dark
from convlens.words import signed

STYLE: dict[Any, Any] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "svg.hashsalt": "convlens",  # the same drawing gives the same file
}
PIXELS_PER_INCH = 200
WIDTH = 4.8  # inches: narrow, so that the words stay readable on a phone
SMALL = 9  # points: the smallest words; on a phone, a point is about a pixel
FOOT = 0.7  # inches for a colour bar below panels


@dataclass(frozen=True)
class Drawing:
    """A finished figure and its description.

    Attributes:
        figure: The matplotlib figure, for saving or further work; or the subfigure
            that was drawn into. Shown in a notebook, a subfigure brings the whole
            figure it belongs to.
        alt: Alternative text: what the figure shows, numbers included.
        format: ``"svg"`` for lines and text, ``"png"`` for grids of pixels.
    """

    figure: Figure | SubFigure
    alt: str
    format: Literal["svg", "png"]

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        """Show the figure in a notebook.

        Its metadata has the description and, as notebooks store images, the same
        figure on dark paper.
        """
        content, mime = self._content()
        with in_the_dark(cast(Figure, self.figure.get_figure(root=True))):
            dark, _ = self._content()
        if isinstance(dark, bytes):
            dark = base64.b64encode(dark).decode()
        bundle = {mime: content, "text/plain": self.alt}
        return bundle, {mime: {"alt": self.alt, "dark": dark}}

    def _content(self) -> tuple[str | bytes, str]:
        buffer = io.BytesIO()
        whole = cast(Figure, self.figure.get_figure(root=True))
        with matplotlib.rc_context(STYLE):
            if self.format == "svg":
                with _without_names(whole):
                    whole.savefig(buffer, format="svg", metadata={"Date": None})
                return buffer.getvalue().decode(), "image/svg+xml"
            whole.savefig(buffer, format="png", dpi=PIXELS_PER_INCH)
            return buffer.getvalue(), "image/png"


@contextmanager
def _without_names(figure: Figure) -> Iterator[None]:
    """Remove the artists' names temporarily.

    Matplotlib writes them into SVG as ids, which would be duplicated on a page with two
    drawings.
    """
    named = [(one, one.get_gid()) for one in figure.findobj() if one.get_gid()]
    try:
        for artist, _ in named:
            artist.set_gid(None)
        yield
    finally:
        for artist, name in named:
            artist.set_gid(name)


@dataclass(frozen=True)
class Scale:
    """How values are mapped to colours.

    Attributes:
        cmap: Name of a colour map of matplotlib.
        low: The value of its first colour.
        high: The value of its last colour.
        zero: What the value 0 looks like, in words; empty where that differs.
    """

    cmap: str
    low: float
    high: float
    zero: str = ""

    @property
    def norm(self) -> Normalize:
        """The limits, as matplotlib wants them."""
        return Normalize(self.low, self.high)

    @property
    def limits(self) -> str:
        """The limits, in words."""
        return f"from {signed(self.low)} to {signed(self.high)}"


BRIGHTNESS = Scale(GREYS, 0, 1, "black is zero")


def signed_scale(*arrays: np.ndarray) -> Scale:
    """Equal limits on both sides of zero, which is white, shared by all the arrays."""
    largest = max(float(np.abs(array).max()) for array in arrays) or 1.0
    return Scale(SIGNED, -largest, largest, "white is zero")


def scale_of(*arrays: np.ndarray) -> Scale:
    """Choose a scale shared by arrays: signed where one is below zero, else from 0."""
    if min(float(array.min()) for array in arrays) < 0:
        return signed_scale(*arrays)
    largest = max(float(array.max()) for array in arrays)
    return Scale(FROM_ZERO, 0, max(largest, 1e-9), "black is zero")


def canvas(
    inches: tuple[float, float], into: Figure | SubFigure | None
) -> Figure | SubFigure:
    """Return what to draw into: what is given, or else a new figure.

    Args:
        inches: Width and height of a new figure, which lays itself out.
        into: The figure or subfigure given, kept as it is.

    Returns:
        The figure or subfigure.
    """
    if into is not None:
        return into
    with matplotlib.rc_context(STYLE):
        return Figure(figsize=inches, layout="constrained", facecolor="white")


def axes_grid(
    figure: Figure | SubFigure, rows: int, columns: int, **options
) -> np.ndarray:
    """Add axes to a figure, in an array of shape ``(rows, columns)``."""
    with matplotlib.rc_context(STYLE):
        return figure.subplots(rows, columns, squeeze=False, **options)


def bands(figure: Figure | SubFigure, heights: Sequence[float]) -> list[SubFigure]:
    """Divide a figure into subfigures, one below the other."""
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    return list(parts.ravel())


def panels_over_bars(
    figure: Figure | SubFigure, inches: float, *bars: tuple[Scale, str]
) -> SubFigure:
    """Divide a figure into a body for panels and, below it, their colour bars.

    Args:
        figure: The figure or subfigure to divide.
        inches: Height of the body; the bars need ``FOOT`` more.
        bars: Scale and label of each bar, side by side.

    Returns:
        The body, still empty.
    """
    body, foot = bands(figure, [inches, FOOT])
    # room between two bars, for the numbers at their ends
    grid = axes_grid(foot, 1, len(bars), gridspec_kw={"wspace": 0.2})[0]
    for axes, (scale, label) in zip(grid, bars, strict=True):
        bar(axes, scale, label, steps=max(2, 5 - len(bars)))
    return body


def bar(axes: Axes, scale: Scale, label: str, steps: int = 4) -> None:
    """Turn axes into the colour bar of a scale, with a line at zero if it is signed.

    Args:
        axes: The axes.
        scale: Of the colours.
        label: What the values are.
        steps: At most so many steps between its numbers. With 2, for a short bar, it
            has one number on each side of zero.
    """
    axes.set_gid("bar")
    colours = ScalarMappable(scale.norm, scale.cmap)
    figure = cast("Figure | SubFigure", axes.get_figure())
    drawn = figure.colorbar(colours, cax=axes, orientation="horizontal", label=label)
    few = FixedLocator(_few_numbers(scale))
    many = MaxNLocator(steps, steps=[1, 2, 5, 10])
    drawn.locator = few if steps <= 2 else many
    drawn.update_ticks()
    if scale.low < 0 < scale.high:
        axes.axvline(0, color="black", linewidth=1, gid="zero")


def _few_numbers(scale: Scale) -> list[float]:
    """Choose zero, or the lowest value, and one round number on each side of it."""
    unit = 10 ** np.floor(np.log10(scale.high))
    end = float(np.floor(scale.high / unit) * unit)
    return [-end, 0.0, end] if scale.low < 0 else [scale.low, end]


def first(grid: np.ndarray, count: int) -> list[Axes]:
    """Return the first axes of a grid, and hide the others."""
    for axes in grid.ravel()[count:]:
        axes.set_axis_off()
    return list(grid.ravel()[:count])


def show(axes: Axes, array: np.ndarray, scale: Scale, name: str, title: str = ""):
    """Show one array as pixels, without ticks, in a panel of a name."""
    axes.set(xticks=[], yticks=[], gid=f"panel:{name}")
    axes.spines[:].set(visible=True, color=PALE, linewidth=0.6)
    axes.set_title(title, fontsize=10, pad=3)
    axes.imshow(array, cmap=scale.cmap, norm=scale.norm, interpolation="nearest")


def show_stack(
    part: SubFigure, stack: np.ndarray, columns: int, scale: Scale, mark: int | None
) -> None:
    """Show every array of a stack ``(h, w, n)`` in a numbered panel."""
    count = stack.shape[2]
    grid = axes_grid(part, -(-count // columns), columns)
    for index, axes in enumerate(first(grid, count)):
        show(axes, stack[:, :, index], scale, f"{index}", f"{index}")
        axes.title.set(fontsize=SMALL, color=GREY)
        if index == mark:
            axes.spines[:].set(color="black", linewidth=2)
            axes.title.set(color="black", fontweight="bold")


def frame(
    axes: Axes,
    patch: tuple[int, int, int, int],
    name: str,
    *,
    colour: str = SKY,
    width: float = 1.4,
    zorder: float = 1,
) -> Rectangle:
    """Frame a patch, in a colour with a black outline.

    Args:
        axes: The panel.
        patch: Row and column of its first pixel, its height, its width.
        name: Of the frame.
        colour: Of the frame.
        width: Of the line, in points.
        zorder: Frames with a larger one lie above.

    Returns:
        The coloured frame.
    """
    top, left, height, breadth = patch
    corner = (left - 0.5, top - 0.5)
    outline, coloured = (
        Rectangle(corner, breadth, height, fill=False, zorder=zorder + above)
        for above in (0, 0.5)
    )
    outline.set(edgecolor="black", linewidth=width + 1.6, gid=f"outline:{name}")
    coloured.set(edgecolor=colour, linewidth=width, gid=f"frame:{name}")
    axes.add_patch(outline)
    axes.add_patch(coloured)
    return coloured


def write_values(axes: Axes, array: np.ndarray, scale: Scale) -> None:
    """Write each value into its pixel, in white where the pixel is dark."""
    colours = matplotlib.colormaps[scale.cmap](scale.norm(array))[..., :3]
    brightness = colours @ (0.299, 0.587, 0.114)
    for (row, column), value in np.ndenumerate(array):
        colour = "black" if brightness[row, column] > 0.5 else "white"
        text = axes.text(
            column, row, signed(value), ha="center", va="center", size=SMALL
        )
        text.set(color=colour, gid=f"value:{row},{column}")


def check_mark(mark: int | None, count: int) -> None:
    """Refuse the index of a panel that is not there."""
    if mark is not None and not 0 <= mark < count:
        raise ValueError(f"mark: expected an index from 0 to {count - 1}, got {mark}")


def check_some(name: str, given: object) -> None:
    """Refuse an argument that holds nothing to draw."""
    if not len(given):  # type: ignore[arg-type]
        raise ValueError(f"{name}: expected at least one, got none")


def size(array: np.ndarray) -> str:
    """Say how high and how wide an array is."""
    return f"{array.shape[0]} by {array.shape[1]}"


def extent(array: np.ndarray, of: str = "") -> str:
    """Say between which values an array lies, or that all are the same as written.

    Args:
        array: Any shape.
        of: What the values are, plural; left out, the phrase goes on after a colon.

    Returns:
        A phrase such as "weights from −1.00 to 1.00" or "all weights 0.11".

    Example:
        >>> extent(np.array([0.25, 1.0]), "weights"), extent(np.ones(3))
        ('weights from 0.25 to 1.00', 'all 1.00')
    """
    low, high = signed(array.min()), signed(array.max())
    words = ["all", of, low] if low == high else [of, "from", low, "to", high]
    return " ".join(filter(None, words))


def percent(share: float | np.floating, decimals: int = 0) -> str:
    """Format a share as a percentage; only 0 gives 0%, and only 1 gives 100%."""
    least = 10.0 ** -(decimals + 2)
    if 0 < share < least / 2:
        return f"under {least:.{decimals}%}"
    if 1 - least / 2 < share < 1:
        return f"over {1 - least:.{decimals}%}"
    return f"{share:.{decimals}%}"
