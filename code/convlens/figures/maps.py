"""Drawings of feature maps."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from convlens.figures._canvas import (
    BLUE,
    ORANGE,
    WIDTH,
    Drawing,
    bar,
    blank_figure,
    check_mark,
    fill,
    heading,
    listed,
    panels,
    scale_of,
    show,
    signed,
    size,
)

FOOT = 0.7  # inches for a colour bar


def feature_map_grid(
    maps: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 4,
    subject: str = "an image",
    one_scale: bool = False,
) -> Drawing:
    """Draw the feature maps of one image, all maps of a stack on one scale.

    A stack with values below 0 (before ReLU) is drawn with white at zero and limits
    equally far from it; any other from 0, which is black.

    Args:
        maps: Shape ``(h, w, n)``; or several such stacks by name, one below the other,
            each on a scale of its own.
        mark: Index of a map to frame in every stack.
        columns: Maps per row.
        subject: What the image shows, for the description.
        one_scale: Draw all stacks on the same scale.

    Returns:
        One panel per map.

    Raises:
        ValueError: The shape differs, or ``mark`` is no index.

    Example:
        >>> maps = np.zeros((28, 28, 2))
        >>> maps[3, 4, 1] = 0.5
        >>> print(feature_map_grid(maps).alt)
        2 feature maps of an image, 28 by 28 values each, on one scale from 0.00 to \
0.50, black is zero. The largest are in 1 (up to 0.50) and 0 (up to 0.00). Blank, 0 \
everywhere: 0.
    """
    stacks = dict(maps) if isinstance(maps, Mapping) else {"": maps}
    for stack in stacks.values():
        if stack.ndim != 3 or 0 in stack.shape:
            raise ValueError(f"maps: expected shape (h, w, n), got {stack.shape}")
        check_mark(mark, stack.shape[2])
    columns = min(columns, max(stack.shape[2] for stack in stacks.values()))
    rows = [math.ceil(stack.shape[2] / columns) for stack in stacks.values()]
    heights = []
    for name, count in zip(stacks, rows, strict=True):
        heights += [(WIDTH / columns + 0.15) * count + 0.3 * bool(name), FOOT]
    figure = blank_figure((WIDTH, sum(heights)))
    parts = iter(
        figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False).ravel()
    )
    for (name, stack), count in zip(stacks.items(), rows, strict=True):
        body, foot = next(parts), next(parts)
        cmap, norm, zero = scale_of(*(stacks.values() if one_scale else [stack]))
        body.suptitle(name, fontsize=11)
        grid = body.subplots(count, columns, squeeze=False).ravel()
        fill(grid, stack, cmap, norm, mark)
        bar(figure, foot.subplots(), cmap, norm, f"value ({zero})")
    told = [_tell(name, stack, subject) for name, stack in stacks.items()]
    told += ["All are drawn on the same scale."] * (one_scale and len(stacks) > 1)
    told += [f"Map {mark} is framed."] * (mark is not None)
    return Drawing(figure, " ".join(told), "png")


def map_panels(
    maps: Mapping[str, np.ndarray], *, columns: int = 3, label: str = "value"
) -> Drawing:
    """Draw named maps on one scale, every value equally large.

    Where one map has values below 0, white is zero and the limits are equally far from
    it; otherwise the scale begins at 0, which is black. So a smaller map has a smaller
    picture.

    Args:
        maps: By title, shape ``(h, w)`` each.
        columns: Maps per row.
        label: What the values are, for the bar.

    Returns:
        One panel per map.

    Example:
        >>> maps = {"stride 1": np.ones((4, 4)), "stride 2": np.ones((2, 2))}
        >>> print(map_panels(maps).alt)
        2 maps on one scale from 0.00 to 1.00, black is zero. stride 1: 4 by 4 \
values from 1.00 to 1.00; stride 2: 2 by 2 values from 1.00 to 1.00.
    """
    cmap, norm, zero = scale_of(*maps.values())
    height = max(one.shape[0] for one in maps.values())
    width = max(one.shape[1] for one in maps.values())
    columns = min(columns, len(maps))
    rows = math.ceil(len(maps) / columns)
    inches = rows * (WIDTH / columns * height / width + 0.35)
    figure = blank_figure((WIDTH, inches + FOOT))
    body, foot = figure.subfigures(2, 1, height_ratios=[inches, FOOT])
    grid = body.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(maps) :]:
        axes.set_axis_off()
    for axes, (name, one) in zip(grid, maps.items(), strict=False):
        show(axes, one, cmap, norm, "")
        axes.set_title(name, fontsize=9, pad=3, loc="left")
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        axes.spines[:].set_visible(False)
        edge = {"fill": False, "edgecolor": "#b0b0b0", "linewidth": 0.6}
        edge["clip_on"] = False
        axes.add_patch(Rectangle((-0.5, -0.5), *one.shape[::-1], **edge))
    bar(figure, foot.subplots(), cmap, norm, f"{label} ({zero})")
    told = "; ".join(
        f"{name}: {size(one)} values from {signed(one.min())} to {signed(one.max())}"
        for name, one in maps.items()
    )
    alt = (
        f"{len(maps)} maps on one scale from {signed(norm.vmin)} to "
        f"{signed(norm.vmax)}, {zero}. {told}."
    )
    return Drawing(figure, alt, "png")


def digits_by_maps(
    images: np.ndarray, labels: np.ndarray, maps: np.ndarray, chosen: list[int]
) -> Drawing:
    """Draw several images, and beside each the maps that the same filters make of it.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        labels: Shape ``(n,)``.
        maps: Shape ``(n, h, w, c)``; those drawn share one scale.
        chosen: The indices of the maps to draw.

    Returns:
        A row per image.

    Example:
        >>> maps = np.ones((2, 4, 4, 3))
        >>> print(digits_by_maps(maps[..., :1], np.array([7, 1]), maps, [0, 2]).alt)
        2 images in rows, each beside its maps 0 and 2, all maps on one scale from \
0.00 to 1.00, black is zero. The largest value in each: 7: 1.00 and 1.00; 1: 1.00 \
and 1.00.
    """
    shown = maps[..., chosen]
    cmap, norm, zero = scale_of(shown)
    columns = len(chosen) + 1
    inches = len(images) * (WIDTH / columns + 0.05) + 0.3
    figure = blank_figure((WIDTH, inches + FOOT))
    body, foot = figure.subfigures(2, 1, height_ratios=[inches, FOOT])
    grid = body.subplots(len(images), columns, squeeze=False)
    for row, image, label, stack in zip(grid, images, labels, shown, strict=True):
        show(row[0], image[:, :, 0], "gray", Normalize(0, 1), "")
        row[0].set_ylabel(f"{label}", rotation=0, labelpad=8)
        for axes, index in zip(row[1:], range(len(chosen)), strict=True):
            show(axes, stack[:, :, index], cmap, norm, "")
    for axes, title in zip(grid[0], ["image", *chosen], strict=True):
        axes.set_title(f"{title}", fontsize=9, pad=3)
    bar(figure, foot.subplots(), cmap, norm, f"value ({zero})")
    told = "; ".join(
        f"{label}: {listed([f'{peak:.2f}' for peak in stack.max(axis=(0, 1))])}"
        for label, stack in zip(labels, shown, strict=True)
    )
    alt = (
        f"{len(images)} images in rows, each beside its maps "
        f"{listed([*map(str, chosen)])}, all maps on one scale from "
        f"{signed(norm.vmin)} to {signed(norm.vmax)}, {zero}. The largest value in "
        f"each: {told}."
    )
    return Drawing(figure, alt, "png")


def blank_shares(shares: Mapping[str, np.ndarray]) -> Drawing:
    """Draw on which share of the images each map is blank.

    Args:
        shares: By layer, one number in [0, 1] per map.

    Returns:
        One panel per layer; a map that is blank on every image is orange.

    Example:
        >>> print(blank_shares({"relu1": np.array([0.0, 0.25, 1.0])}).alt)
        Bars for 1 layers. relu1, 3 maps: 1 blank on no image, 1 on some (the most: \
map 1, on 25.0% of them), 1 on every image, dead.
    """
    figure, grid = panels(len(shares), 1, (WIDTH, 1.7 * len(shares) + 0.2))
    told = []
    for axes, (name, values) in zip(grid, shares.items(), strict=True):
        colours = [ORANGE if value == 1 else BLUE for value in values]
        bars = axes.bar(range(len(values)), values, color=colours)
        high = [f"{value:.1%}" if value >= 0.05 else "" for value in values]
        axes.bar_label(bars, high, fontsize=8)
        axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1], xlabel="map", ylabel="share blank")
        axes.set_title(name, fontsize=10, loc="left")
        axes.locator_params(axis="x", integer=True)
        some = np.where(values < 1, values, 0)
        most = int(some.argmax())
        worst = f" (the most: map {most}, on {some[most]:.1%} of them)"
        told.append(
            f"{name}, {len(values)} maps: {np.sum(values == 0)} blank on no image, "
            f"{np.count_nonzero(some)} on some{worst * bool(some[most])}, "
            f"{np.sum(values == 1)} on every image, dead."
        )
    return Drawing(figure, f"Bars for {len(shares)} layers. {' '.join(told)}", "svg")


def _tell(name: str, stack: np.ndarray, subject: str) -> str:
    _, norm, zero = scale_of(stack)
    peaks = stack.max(axis=(0, 1))
    largest = np.argsort(-peaks, kind="stable")[:3]
    named = [f"{index} (up to {signed(peaks[index])})" for index in largest]
    blank = np.flatnonzero(np.abs(stack).max(axis=(0, 1)) == 0)
    first = f"{heading(name)}: " if name else ""
    return (
        f"{first}{stack.shape[2]} feature maps of {subject}, {size(stack)} values "
        f"each, on one scale from {signed(norm.vmin)} to {signed(norm.vmax)}, {zero}. "
        f"The largest are in {listed(named)}. Blank, 0 everywhere: "
        f"{', '.join(map(str, blank)) or 'none'}."
    )
