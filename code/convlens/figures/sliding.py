"""A drawing that moves: a kernel slides over an image and fills its feature map."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from matplotlib.animation import PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    WIDTH,
    Drawing,
    axes_grid,
    bands,
    bar,
    canvas,
    frame,
    scale_of,
    show,
    signed_scale,
    size,
)
from convlens.figures._dark import in_the_dark, laid_out
from convlens.words import signed

MOMENTS_PER_SECOND = 10
MOVING_PIXELS_PER_INCH = 110
ROW_IN = 2  # moments for each row of the map


class PlayedOnce(PillowWriter):
    """Write frames as an animated PNG that stops at its last frame."""

    def finish(self) -> None:
        """Write the file."""
        frames = vars(self)["_frames"]  # as the writer of matplotlib collects them
        first, *others = (one.convert("RGB") for one in frames)
        each = 1000 // MOMENTS_PER_SECOND
        options = {"save_all": True, "append_images": others, "loop": 1}
        first.save(self.outfile, format="PNG", duration=each, optimize=True, **options)


@dataclass(frozen=True)
class MovingDrawing(Drawing):
    """A drawing with moments. As it stands, it shows the last.

    Attributes:
        moments: How many there are.
        go_to: Change the figure to one moment, counted from 0.
    """

    moments: int
    go_to: Callable[[int], None]

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        """Show the last moment; its metadata also has all moments, as animated PNG."""
        bundle, metadata = super()._repr_mimebundle_(include, exclude)
        whole = cast(Figure, self.figure.get_figure(root=True))
        told = metadata["image/png"]
        told["moving"] = self._moving(whole)
        with in_the_dark(whole):
            told["moving_dark"] = self._moving(whole)
        return bundle, metadata

    def _moving(self, whole: Figure) -> str:
        with laid_out(whole), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "moving.png"
            writer = PlayedOnce(fps=MOMENTS_PER_SECOND)
            with writer.saving(whole, path, dpi=MOVING_PIXELS_PER_INCH):
                for moment in range(self.moments):
                    self.go_to(moment)
                    writer.grab_frame()
            return base64.b64encode(path.read_bytes()).decode()


def sliding_kernel(
    image: np.ndarray,
    kernel: np.ndarray,
    feature_map: np.ndarray,
    *,
    subject: str = "an image",
    into: Figure | SubFigure | None = None,
) -> MovingDrawing:
    """Draw a kernel that slides over an image and fills its feature map.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        feature_map: What the kernel makes of the image without padding, with whatever
            follows (bias, ReLU): shape ``(h - kh + 1, w - kw + 1)``.
        subject: What the image shows, for the description.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        Three panels, each above its colour bar: the image with the patch under the
        kernel framed, the kernel, and the map as far as it is filled. Two moments for
        each row of the map.

    Raises:
        ValueError: The map has another size.

    Example:
        >>> drawing = sliding_kernel(np.eye(5), np.eye(3), np.eye(3) * 3)
        >>> drawing.moments, drawing.alt[:52]
        (6, 'A kernel of 3 by 3 weights slides over an image of 5')
    """
    (height, width), (kh, kw) = image.shape, kernel.shape
    expected = height - kh + 1, width - kw + 1
    if feature_map.shape != expected:
        raise ValueError(
            f"feature_map: expected shape {expected}, got {feature_map.shape}"
        )
    figure = canvas((WIDTH, WIDTH / 3 + 0.25 + FOOT), into)
    body, foot = bands(figure, [WIDTH / 3 + 0.25, FOOT])
    scales = BRIGHTNESS, signed_scale(kernel), scale_of(feature_map)
    bars = axes_grid(foot, 1, 3, gridspec_kw={"wspace": 0.25})[0]
    for axes, scale, label in zip(
        bars, scales, ("brightness", "weight", "value"), strict=True
    ):
        bar(axes, scale, label, steps=2)
    left, middle, right = axes_grid(body, 1, 3)[0]
    show(left, image, scales[0], "image", "image")
    show(middle, kernel, scales[1], "kernel", "kernel")
    show(right, feature_map, scales[2], "map", "feature map")
    right.set_facecolor("#d9d9d9")
    go_to = _sliding(left, right, (kh, kw), feature_map)
    moments = ROW_IN * len(feature_map)
    go_to(moments - 1)
    return MovingDrawing(
        figure, _tell(image, kernel, feature_map, subject), "png", moments, go_to
    )


def _sliding(
    left: Axes, right: Axes, sides: tuple[int, int], feature_map: np.ndarray
) -> Callable[[int], None]:
    """Return the function that shows one moment."""
    height, width = feature_map.shape
    position = np.arange(height * width).reshape(height, width)
    frame(left, (0, 0, *sides), "patch")
    frame(right, (0, 0, 1, 1), "filled")
    both = (*left.patches, *right.patches)
    rectangles = [one for one in both if isinstance(one, Rectangle)]

    def go_to(moment: int) -> None:
        row, part = divmod(moment, ROW_IN)
        column = (width * (part + 1)) // ROW_IN - 1
        done = position <= row * width + column
        right.images[0].set_data(np.where(done, feature_map, np.nan))
        for one in rectangles:
            one.set_xy((column - 0.5, row - 0.5))

    return go_to


def _tell(
    image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray, subject: str
) -> str:
    row, column = np.unravel_index(feature_map.argmax(), feature_map.shape)
    return (
        f"A kernel of {size(kernel)} weights slides over {subject} of {size(image)} "
        f"pixels, row by row, and fills a feature map of {size(feature_map)} values. "
        f"The largest, {signed(feature_map.max())}, stands at row {row}, column "
        f"{column}, counted from 0; {np.count_nonzero(feature_map == 0)} of "
        f"{feature_map.size} are exactly zero."
    )
