"""Every drawing of the book: arrays in, a figure and its description out.

A drawing shows itself in a notebook, and carries an alternative text made from the
numbers drawn. Nothing here touches pyplot or the global settings of matplotlib.

Colours: signed values on one diverging map with zero at its centre (white); feature
maps after ReLU on one sequential map from 0 (black), as images are. Both are readable
with any colour vision.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
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
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
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


def one_convolution(
    image: np.ndarray,
    kernel: np.ndarray,
    feature_map: np.ndarray,
    *,
    subject: str = "an image",
) -> Drawing:
    """Draw an image, a kernel, and the feature map that the two make.

    A frame marks the largest value of the map and the patch of the image it comes
    from.

    Args:
        image: Shape ``(h, w)``, values in [0, 1].
        kernel: Shape ``(kh, kw)``.
        feature_map: After ReLU, shape ``(h, w)``: ``same`` padding, stride 1.
        subject: What the image shows, for the description.

    Returns:
        Three panels.

    Raises:
        ValueError: The image and the map differ in shape.

    Example:
        >>> image = np.eye(5)
        >>> one_convolution(image, np.ones((3, 3)), image).figure.axes[0].get_title()
        'image'
    """
    if image.shape != feature_map.shape:
        raise ValueError(
            f"feature_map: expected the shape of the image, {image.shape}, got "
            f"{feature_map.shape}"
        )
    row, column = np.unravel_index(feature_map.argmax(), feature_map.shape)
    top, left = row - (kernel.shape[0] - 1) // 2, column - (kernel.shape[1] - 1) // 2
    figure = _figure((WIDTH, 2.6))
    upper, lower = figure.subplots(2, 3, height_ratios=[1, 0.05])
    largest = Normalize(0, max(float(feature_map.max()), 1e-9))
    _show(upper[0], image, "gray", Normalize(0, 1), "image")
    _show(upper[1], kernel, SIGNED, _symmetric(kernel), "kernel")
    _show(upper[2], feature_map, FROM_ZERO, largest, "feature map")
    _frame(upper[0], top, left, *kernel.shape)
    _frame(upper[2], row, column, 1, 1)
    figure.get_layout_engine().set(wspace=0.1)
    _bar(figure, lower[0], "gray", Normalize(0, 1), "brightness")
    _bar(figure, lower[1], SIGNED, _symmetric(kernel), "weight")
    _bar(figure, lower[2], FROM_ZERO, largest, "value after ReLU")
    sums, columns = (
        ", ".join(f"{total:.2f}" for total in kernel.sum(axis=axis)) for axis in (1, 0)
    )
    alt = (
        f"Three panels. Left, {subject}: {_size(image)} pixels, {_share(image > 0)} of "
        f"them not black. Middle, a kernel of {_size(kernel)} weights; its rows sum to "
        f"{sums}, its columns to {columns}. Right, the feature map they make: "
        f"{_share(feature_map > 0)} of its {_size(feature_map)} values are above zero, "
        f"and the largest, {feature_map.max():.2f}, stands at row {row}, column "
        f"{column}, counted from 0, framed here and in the image, where a frame of "
        f"{_size(kernel)} pixels marks its patch."
    )
    return Drawing(figure, alt, "png")


def kernel_grid(
    kernels: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 8,
) -> Drawing:
    """Draw kernels on one symmetric scale with zero at its centre.

    Args:
        kernels: Shape ``(kh, kw, 1, n)``; or several such stacks by name, one below
            the other on the same scale.
        mark: Index of a kernel to frame in every stack.
        columns: Kernels per row.

    Returns:
        One panel per kernel.

    Raises:
        ValueError: A stack has another shape, or ``mark`` is not an index of it.

    Example:
        >>> kernel_grid(np.ones((5, 5, 1, 3))).alt[:40]
        '3 kernels of 5 by 5 weights on one scale'
    """
    stacks = dict(kernels) if isinstance(kernels, Mapping) else {"": kernels}
    for stack in stacks.values():
        _check_kernels(stack, mark)
    count = max(stack.shape[3] for stack in stacks.values())
    scale = _symmetric(*stacks.values())
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    side = WIDTH / columns + 0.1
    heights = [side * rows + 0.3 * bool(name) for name in stacks]
    figure = _figure((WIDTH, sum(heights) + 0.7))
    *parts, foot = figure.subfigures(len(stacks) + 1, 1, height_ratios=[*heights, 0.7])
    for part, (name, stack) in zip(parts, stacks.items(), strict=True):
        part.suptitle(name, fontsize=11)
        grid = part.subplots(rows, columns, squeeze=False).ravel()
        _fill(grid, stack[:, :, 0, :], SIGNED, scale, mark)
    _bar(figure, foot.subplots(), SIGNED, scale, "weight (white is zero)")
    return Drawing(figure, _tell_kernels(stacks, scale, mark), "png")


def feature_map_grid(
    maps: np.ndarray,
    *,
    mark: int | None = None,
    columns: int = 4,
    subject: str = "an image",
) -> Drawing:
    """Draw the feature maps of one image after ReLU, all on one scale from 0.

    Args:
        maps: Shape ``(h, w, n)``, no value below 0.
        mark: Index of a map to frame.
        columns: Maps per row.
        subject: What the image shows, for the description.

    Returns:
        One panel per map.

    Raises:
        ValueError: The shape differs, a value is negative, or ``mark`` is no index.

    Example:
        >>> maps = np.zeros((28, 28, 2))
        >>> maps[3, 4, 1] = 0.5
        >>> print(feature_map_grid(maps).alt)
        2 feature maps of an image, 28 by 28 values each, on one scale from 0 to \
0.50. The brightest are 1 (up to 0.50) and 0 (up to 0.00). Blank, 0 everywhere: 0.
    """
    if maps.ndim != 3 or maps.min() < 0:
        raise ValueError(
            "maps: expected shape (h, w, n) and no value below 0, got shape "
            f"{maps.shape} and a least value of {maps.min():.3g}"
        )
    count = maps.shape[2]
    _check_mark(mark, count)
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    scale = Normalize(0, max(float(maps.max()), 1e-9))
    height = (WIDTH / columns + 0.15) * rows
    figure = _figure((WIDTH, height + 0.7))
    body, foot = figure.subfigures(2, 1, height_ratios=[height, 0.7])
    grid = body.subplots(rows, columns, squeeze=False).ravel()
    _fill(grid, maps, FROM_ZERO, scale, mark)
    _bar(
        figure,
        foot.subplots(),
        FROM_ZERO,
        scale,
        "value after ReLU (black is zero)",
    )
    return Drawing(figure, _tell_maps(maps, mark, subject), "png")


def learning_curves(history: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw loss and accuracy per epoch, for training and for validation images.

    Args:
        history: ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy``, one number
            per epoch each.

    Returns:
        Two panels with two lines each.

    Example:
        >>> history = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9],
        ...            "val_loss": [0.3, 0.2], "val_accuracy": [0.85, 0.95]}
        >>> learning_curves(history).alt[:23]
        'Two panels over 2 epoch'
    """
    figure, panels = _panels(1, 2, (WIDTH, 2.6))
    epochs = np.arange(1, len(history["loss"]) + 1)
    told = []
    for axes, name in zip(panels, ("loss", "accuracy"), strict=True):
        training, validation = history[name], history[f"val_{name}"]
        axes.plot(epochs, training, "o-", color=BLUE, label="training images")
        axes.plot(epochs, validation, "s--", color=ORANGE, label="validation images")
        axes.set(xlabel="epoch", ylabel=name)
        axes.locator_params(axis="x", integer=True)
        told.append(
            f"The training {name} goes from {training[0]:.4f} to {training[-1]:.4f}, "
            f"the validation {name} from {validation[0]:.4f} to {validation[-1]:.4f}."
        )
    panels[0].set_ylim(bottom=0)
    lines = panels[0].get_lines()
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)
    return Drawing(
        figure, f"Two panels over {len(epochs)} epochs. {' '.join(told)}", "svg"
    )


def confusion_grid(confusion: np.ndarray) -> Drawing:
    """Draw which digit was read as which, with the counts written in.

    Args:
        confusion: Counts, shape ``(10, 10)``; rows are the true digits.

    Returns:
        One panel; mistakes are shaded by their number, right answers are not.

    Example:
        >>> counts = np.diag(np.full(10, 9))
        >>> print(confusion_grid(counts).alt[-47:])
        Mistakes: 0. There is nothing off the diagonal.
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    figure, (axes,) = _panels(1, 1, (WIDTH, 5.0))
    scale = Normalize(0, max(1, mistakes.max()))
    axes.imshow(np.where(mistakes > 0, mistakes, np.nan), cmap="Oranges", norm=scale)
    for (row, column), count in np.ndenumerate(confusion):
        right = row == column
        strong = mistakes[row, column] > 0.6 * scale.vmax
        colour = GREY if right else "white" if strong else "black"
        if count:
            axes.text(column, row, f"{count}", ha="center", va="center", color=colour)
    axes.set(
        xlabel="digit read", ylabel="true digit", xticks=range(10), yticks=range(10)
    )
    axes.tick_params(length=0)
    return Drawing(figure, _tell_confusion(confusion, mistakes), "svg")


def mistakes_grid(
    images: np.ndarray, truth: np.ndarray, probabilities: np.ndarray, *, most: int = 20
) -> Drawing:
    """Draw the mistakes made with the greatest confidence.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        truth: Labels, shape ``(n,)``.
        probabilities: What the network gave, shape ``(n, 10)``.
        most: How many mistakes to draw, at most.

    Returns:
        One panel per mistake, the most confident first; one empty panel if there is
        none.

    Example:
        >>> images, certain = np.zeros((2, 28, 28, 1)), np.eye(10)[[3, 5]]
        >>> print(mistakes_grid(images, np.array([3, 8]), certain).alt)
        1 of 2 digits misread; the 1 read with the greatest confidence, in order: \
8 read as 5 (probability 1.00).
    """
    read, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(read != truth)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    columns = min(5, max(1, len(worst)))
    rows = max(1, math.ceil(len(worst) / columns))
    figure, grid = _panels(rows, columns, (WIDTH, 1.6 * rows))
    for axes in grid[len(worst) :]:
        axes.set_axis_off()
    told = []
    for axes, index in zip(grid, worst, strict=False):
        pair = f"{truth[index]} read as {read[index]}"
        title = f"{pair}\n{confidence[index]:.2f}"
        _show(axes, images[index, :, :, 0], "gray", Normalize(0, 1), title)
        axes.title.set_fontsize(9)
        told.append(f"{pair} (probability {confidence[index]:.2f})")
    alt = f"{len(wrong)} of {len(truth):,} digits misread"
    if told:
        alt += (
            f"; the {len(told)} read with the greatest confidence, in order: "
            f"{', '.join(told)}"
        )
    return Drawing(figure, f"{alt}.", "png")


def _figure(inches: tuple[float, float]) -> Figure:
    with matplotlib.rc_context(STYLE):
        return Figure(figsize=inches, layout="constrained", facecolor="white")


def _panels(rows: int, columns: int, inches: tuple[float, float]):
    figure = _figure(inches)
    with matplotlib.rc_context(STYLE):
        return figure, figure.subplots(rows, columns, squeeze=False).ravel()


def _show(axes: Axes, array: np.ndarray, cmap: str, norm: Normalize, title: str):
    """Show one array as pixels, without ticks."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color="#b0b0b0", linewidth=0.6)
    axes.set_title(title, fontsize=10, pad=3)
    return axes.imshow(array, cmap=cmap, norm=norm, interpolation="nearest")


def _fill(
    grid, stack: np.ndarray, cmap: str, norm: Normalize, mark: int | None
) -> None:
    """Show every array of a stack ``(h, w, n)``; panels left over stay empty."""
    for index, axes in enumerate(grid):
        if index >= stack.shape[2]:
            axes.set_axis_off()
            continue
        _show(axes, stack[:, :, index], cmap, norm, f"{index}")
        axes.title.set(fontsize=8, color=GREY)
        if index == mark:
            axes.spines[:].set(color="black", linewidth=2)
            axes.title.set(color="black", fontweight="bold")


def _frame(axes: Axes, top: int, left: int, height: int, width: int) -> None:
    corner = (left - 0.5, top - 0.5)
    for colour, line in (("black", 3), ("#56B4E9", 1.4)):
        axes.add_patch(Rectangle(corner, width, height, fill=False, ec=colour, lw=line))


def _symmetric(*arrays: np.ndarray) -> Normalize:
    """Equal limits on both sides of zero, shared by all the arrays."""
    largest = max(float(np.abs(array).max()) for array in arrays) or 1.0
    return Normalize(-largest, largest)


def _bar(figure: Figure, axes: Axes, cmap: str, norm: Normalize, label: str) -> None:
    """Turn axes at the foot of a figure into the colour bar of the panels above."""
    scale = ScalarMappable(norm, cmap)
    bar = figure.colorbar(scale, cax=axes, orientation="horizontal", label=label)
    bar.locator = MaxNLocator(4, steps=[1, 2, 5, 10])
    bar.update_ticks()


def _check_kernels(stack: np.ndarray, mark: int | None) -> None:
    if stack.ndim != 4 or stack.shape[2] != 1:
        raise ValueError(f"kernels: expected shape (kh, kw, 1, n), got {stack.shape}")
    _check_mark(mark, stack.shape[3])


def _check_mark(mark: int | None, count: int) -> None:
    if mark is not None and not 0 <= mark < count:
        raise ValueError(f"mark: expected an index from 0 to {count - 1}, got {mark}")


def _tell_confusion(confusion: np.ndarray, mistakes: np.ndarray) -> str:
    right = ", ".join(
        f"{digit}: {row[digit]:,} of {row.sum():,}"
        for digit, row in enumerate(confusion)
    )
    third = np.sort(mistakes, axis=None)[-3]
    pairs = np.argwhere(mistakes >= max(1, third))
    pairs = sorted(pairs.tolist(), key=lambda pair: -mistakes[tuple(pair)])
    told = "; ".join(f"{t} read as {r}: {mistakes[t, r]}" for t, r in pairs)
    return (
        "A table of 10 true digits by 10 digits read. Read right, by digit: "
        f"{right}. Mistakes: {mistakes.sum():,}. "
        + (
            f"The most frequent: {told}."
            if pairs
            else "There is nothing off the diagonal."
        )
    )


def _same_sign(stack: np.ndarray) -> float:
    """Share of the pairs of neighbouring weights that have the same sign."""
    signs = np.sign(stack)
    down = signs[1:] == signs[:-1]
    across = signs[:, 1:] == signs[:, :-1]
    return (down.sum() + across.sum()) / (down.size + across.size)


def _tell_kernels(
    stacks: Mapping[str, np.ndarray], scale: Normalize, mark: int | None
) -> str:
    first = next(iter(stacks.values()))
    told = [
        f"{first.shape[3]} kernels of {first.shape[0]} by {first.shape[1]} weights on "
        f"one scale from {scale.vmin:.2f} to {scale.vmax:.2f}, white at zero."
    ]
    for name, stack in stacks.items():
        strongest = np.abs(stack).max(axis=(0, 1, 2)).argmax()
        told.append(
            f"{name.capitalize() or 'Weights'}: from {stack.min():.2f} to "
            f"{stack.max():.2f}, the one farthest from zero in kernel {strongest}; of "
            f"the pairs of neighbours {_same_sign(stack):.0%} have the same sign."
        )
    if mark is not None:
        told.append(f"Kernel {mark} is framed.")
    return " ".join(told)


def _tell_maps(maps: np.ndarray, mark: int | None, subject: str) -> str:
    peaks = maps.max(axis=(0, 1))
    brightest = np.argsort(-peaks, kind="stable")[:3]
    named = [f"{index} (up to {peaks[index]:.2f})" for index in brightest]
    blank = ", ".join(map(str, np.flatnonzero(peaks == 0))) or "none"
    told = (
        f"{maps.shape[2]} feature maps of {subject}, {_size(maps)} values each, on one "
        f"scale from 0 to {peaks.max():.2f}. The brightest are {_listed(named)}. "
        f"Blank, 0 everywhere: {blank}."
    )
    return told if mark is None else f"{told} Map {mark} is framed."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _size(array: np.ndarray) -> str:
    return f"{array.shape[0]} by {array.shape[1]}"


def _share(mask: np.ndarray) -> str:
    return f"{np.mean(mask):.0%}"
