"""What all drawings share: the finished drawing, panels, scales, words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

SIGNED = "RdBu_r"
FROM_ZERO = "magma"
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, GREY = "#56B4E9", "#767676"
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "svg.hashsalt": "convlens",  # the same drawing gives the same file
}
PIXELS_PER_INCH = 200
WIDTH = 5.4  # inches: narrow, so that the words stay readable on a phone


@dataclass(frozen=True)
class Drawing:
    """A finished figure and its description.

    Attributes:
        figure: The matplotlib figure, for saving or further work.
        alt: What is to be seen, numbers included, for someone who cannot see it.
        format: ``"svg"`` for lines and text, ``"png"`` for grids of pixels.
    """

    figure: Figure
    alt: str
    format: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        """Show the figure in a notebook, with its description as metadata."""
        content, mime = self._content()
        bundle = {mime: content, "text/plain": self.alt}
        return bundle, {mime: {"alt": self.alt}}

    def _content(self) -> tuple[str | bytes, str]:
        buffer = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            if self.format == "svg":
                self.figure.savefig(buffer, format="svg", metadata={"Date": None})
                return buffer.getvalue().decode(), "image/svg+xml"
            self.figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH)
            return buffer.getvalue(), "image/png"


def blank_figure(inches: tuple[float, float]) -> Figure:
    """Start a figure that lays itself out."""
    with matplotlib.rc_context(STYLE):
        return Figure(figsize=inches, layout="constrained", facecolor="white")


def panels(rows: int, columns: int, inches: tuple[float, float]):
    """Start a figure with a grid of panels, given as a flat array."""
    figure = blank_figure(inches)
    with matplotlib.rc_context(STYLE):
        return figure, figure.subplots(rows, columns, squeeze=False).ravel()


def show(axes: Axes, array: np.ndarray, cmap: str, norm: Normalize, title: str):
    """Show one array as pixels, without ticks."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="#b0b0b0", linewidth=0.6)
    axes.set_title(title, fontsize=10, pad=3)
    return axes.imshow(array, cmap=cmap, norm=norm, interpolation="nearest")


def fill(grid, stack: np.ndarray, cmap: str, norm: Normalize, mark: int | None) -> None:
    """Show every array of a stack ``(h, w, n)``; panels left over stay empty."""
    for index, axes in enumerate(grid):
        if index >= stack.shape[2]:
            axes.set_axis_off()
            continue
        show(axes, stack[:, :, index], cmap, norm, f"{index}")
        axes.title.set(fontsize=8, color=GREY)
        if index == mark:
            axes.spines[:].set(color="black", linewidth=2)
            axes.title.set(color="black", fontweight="bold")


def frame(
    axes: Axes,
    patch: tuple[int, int, int, int],
    colour: str = SKY,
    width: float = 1.4,
) -> None:
    """Frame a patch: the row and column of its first pixel, its height, its width."""
    top, left, *sides = patch
    corner = (left - 0.5, top - 0.5)
    for one, line in (("black", width + 1.6), (colour, width)):
        edge = {"fill": False, "edgecolor": one, "linewidth": line}
        axes.add_patch(Rectangle(corner, *sides[::-1], **edge))


def write_values(axes: Axes, array: np.ndarray, cmap: str, norm: Normalize) -> None:
    """Write each value into its pixel, in white where the pixel is dark."""
    colours = matplotlib.colormaps[cmap](norm(array))[..., :3]
    brightness = colours @ (0.299, 0.587, 0.114)
    for (row, column), value in np.ndenumerate(array):
        looks = {"ha": "center", "va": "center", "size": 8.5}
        looks["color"] = "black" if brightness[row, column] > 0.5 else "white"
        axes.text(column, row, signed(value), **looks)


def symmetric(*arrays: np.ndarray) -> Normalize:
    """Equal limits on both sides of zero, shared by all the arrays."""
    largest = max(float(np.abs(array).max()) for array in arrays) or 1.0
    return Normalize(-largest, largest)


def scale_of(*arrays: np.ndarray) -> tuple[str, Normalize, str]:
    """Choose colours and limits shared by arrays: signed where one is below zero.

    Returns:
        The colour map, its limits, and what its zero looks like.
    """
    if min(float(array.min()) for array in arrays) < 0:
        return SIGNED, symmetric(*arrays), "white is zero"
    largest = max(float(array.max()) for array in arrays)
    return FROM_ZERO, Normalize(0, max(largest, 1e-9)), "black is zero"


def bar(figure: Figure, axes: Axes, cmap: str, norm: Normalize, label: str) -> None:
    """Turn axes at the foot of a figure into the colour bar of the panels above."""
    scale = ScalarMappable(norm, cmap)
    drawn = figure.colorbar(scale, cax=axes, orientation="horizontal", label=label)
    drawn.locator = MaxNLocator(4, steps=[1, 2, 5, 10])
    drawn.update_ticks()
    if norm.vmin < 0 < norm.vmax:
        axes.axvline(0, color="black", linewidth=1)


def check_mark(mark: int | None, count: int) -> None:
    """Refuse the index of a panel that is not there."""
    if mark is not None and not 0 <= mark < count:
        raise ValueError(f"mark: expected an index from 0 to {count - 1}, got {mark}")


def listed(words: Sequence[str]) -> str:
    """Join words with commas, the last with "and"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def size(array: np.ndarray) -> str:
    """Say how high and how wide an array is."""
    return f"{array.shape[0]} by {array.shape[1]}"


def share(mask: np.ndarray) -> str:
    """Say which share of a mask is true."""
    return f"{np.mean(mask):.0%}"


def heading(name: str) -> str:
    """Begin a name with a capital letter, and leave the rest of it as it is."""
    return name[:1].upper() + name[1:]


def signed(number: float) -> str:
    """Two decimals, with a true minus sign, and no minus before zero."""
    return f"{number:z.2f}".replace("-", "\N{MINUS SIGN}")
