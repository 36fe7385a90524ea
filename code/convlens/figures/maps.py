"""Drawings of feature maps."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from convlens.colours import BLUE, ORANGE, PALE
from convlens.figures._canvas import (
    BRIGHTNESS,
    FOOT,
    SMALL,
    WIDTH,
    Drawing,
    Scale,
    axes_grid,
    bands,
    canvas,
    check_mark,
    check_some,
    extent,
    first,
    panels_over_bars,
    percent,
    scale_of,
    show,
    show_stack,
    size,
)
from convlens.words import counted, heading, listed, signed


def feature_map_grid(
    maps: np.ndarray | Mapping[str, np.ndarray],
    *,
    mark: int | None = None,
    columns: int = 4,
    subject: str = "an image",
    one_scale: bool = False,
    into: Figure | SubFigure | None = None,
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
        one_scale: Draw all stacks on the same scale, with one bar.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per map.

    Raises:
        ValueError: There is no stack, its shape differs, or ``mark`` is no index of it.

    Example:
        >>> maps = np.zeros((28, 28, 2))
        >>> maps[3, 4, 1] = 0.5
        >>> print(feature_map_grid(maps).alt)
        2 feature maps of an image, 28 by 28 values each, on one scale from 0.00 to \
0.50, black is zero. Largest values: 0.50 in map 1 and 0.00 in map 0. Blank, 0 \
everywhere: 0.
    """
    stacks = dict(maps) if isinstance(maps, Mapping) else {"": maps}
    check_some("maps", stacks)
    for stack in stacks.values():
        if stack.ndim != 3 or 0 in stack.shape:
            raise ValueError(f"maps: expected shape (h, w, n), got {stack.shape}")
        check_mark(mark, stack.shape[2])
    columns = min(columns, max(stack.shape[2] for stack in stacks.values()))
    heights = [
        (WIDTH / columns + 0.15) * math.ceil(stack.shape[2] / columns)
        + 0.3 * bool(name)
        for name, stack in stacks.items()
    ]
    feet = [FOOT * (not one_scale or name == [*stacks][-1]) for name in stacks]
    figure = canvas((WIDTH, sum(heights) + sum(feet)), into)
    parts = bands(figure, np.add(heights, feet).tolist())
    told = []
    for part, height, foot, (name, stack) in zip(
        parts, heights, feet, stacks.items(), strict=True
    ):
        scale = scale_of(*(stacks.values() if one_scale else [stack]))
        part.set_gid(f"stack:{name}")
        body = part
        if foot:
            body = panels_over_bars(part, height, (scale, f"value ({scale.zero})"))
        body.suptitle(name, fontsize=10)
        show_stack(body, stack, columns, scale, mark)
        told.append(_tell(name, stack, scale, subject))
    told += ["All are drawn on the same scale."] * (one_scale and len(stacks) > 1)
    told += [f"Map {mark} is framed."] * (mark is not None)
    return Drawing(figure, " ".join(told), "png")


def _tell(name: str, stack: np.ndarray, scale: Scale, subject: str) -> str:
    peaks = stack.max(axis=(0, 1))
    order = np.argsort(-peaks, kind="stable")[:3]
    largest = listed([f"{signed(peaks[index])} in map {index}" for index in order])
    blank = np.flatnonzero(np.abs(stack).max(axis=(0, 1)) == 0)
    title = f"{heading(name)}: " if name else ""
    values = "value" if len(order) == 1 else "values"
    return (
        f"{title}{counted(stack.shape[2], 'feature map')} of {subject}, {size(stack)} "
        f"values{' each' * (stack.shape[2] > 1)}, on one scale {scale.limits}, "
        f"{scale.zero}. Largest {values}: {largest}. Blank, 0 everywhere: "
        f"{', '.join(map(str, blank)) or 'none'}."
    )


def map_panels(
    maps: Mapping[str, np.ndarray],
    *,
    columns: int = 3,
    label: str = "value",
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw named maps on one scale, every value equally large.

    Where one map has values below 0, white is zero and the limits are equally far from
    it; otherwise the scale begins at 0, which is black. So a smaller map has a smaller
    picture.

    Args:
        maps: By title, shape ``(h, w)`` each.
        columns: Maps per row.
        label: What the values are, for the bar.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per map.

    Raises:
        ValueError: There is no map.

    Example:
        >>> maps = {"stride 1": np.ones((4, 4)), "stride 2": np.ones((2, 2))}
        >>> print(map_panels(maps).alt)
        2 maps on one scale from 0.00 to 1.00, black is zero. stride 1: 4 by 4, all \
values 1.00; stride 2: 2 by 2, all values 1.00.
    """
    check_some("maps", maps)
    scale = scale_of(*maps.values())
    height = max(one.shape[0] for one in maps.values())
    width = max(one.shape[1] for one in maps.values())
    columns = min(columns, len(maps))
    rows = math.ceil(len(maps) / columns)
    inches = rows * (WIDTH / columns * height / width + 0.35)
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, f"{label} ({scale.zero})"))
    grid = first(axes_grid(body, rows, columns), len(maps))
    for axes, (name, one) in zip(grid, maps.items(), strict=True):
        show(axes, one, scale, name)
        axes.set_title(name, fontsize=SMALL, pad=3, loc="left")
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        axes.spines[:].set_visible(False)
        edge = Rectangle((-0.5, -0.5), *one.shape[::-1], fill=False, clip_on=False)
        edge.set(edgecolor=PALE, linewidth=0.6, gid=f"edge:{name}")
        axes.add_patch(edge)
    told = "; ".join(
        f"{name}: {size(one)}, {extent(one, 'values')}" for name, one in maps.items()
    )
    alt = f"{counted(len(maps), 'map')} on one scale {scale.limits}, {scale.zero}. "
    return Drawing(figure, f"{alt}{told}.", "png")


def digits_by_maps(
    images: np.ndarray,
    labels: np.ndarray,
    maps: np.ndarray,
    chosen: list[int],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw several images, and beside each the maps that the same filters make of it.

    Args:
        images: Shape ``(n, h, w, 1)``, values in [0, 1].
        labels: Shape ``(n,)``.
        maps: Shape ``(n, h, w, c)``; those drawn share one scale.
        chosen: The indices of the maps to draw.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        A row per image.

    Raises:
        ValueError: There is no image, or no map is chosen.

    Example:
        >>> maps = np.ones((2, 4, 4, 3))
        >>> print(digits_by_maps(maps[..., :1], np.array([7, 1]), maps, [0, 2]).alt)
        Images, each beside its maps 0 and 2, in 2 rows, all maps on one scale from \
0.00 to 1.00, black is zero. The largest value in each: 7: 1.00 and 1.00; 1: 1.00 \
and 1.00.
    """
    check_some("images", images)
    check_some("chosen", chosen)
    shown = maps[..., chosen]
    scale = scale_of(shown)
    columns = len(chosen) + 1
    inches = len(images) * (WIDTH / columns + 0.05) + 0.3
    figure = canvas((WIDTH, inches + FOOT), into)
    body = panels_over_bars(figure, inches, (scale, f"value ({scale.zero})"))
    grid = axes_grid(body, len(images), columns)
    told = []
    for row, (label, stack) in enumerate(zip(labels, shown, strict=True)):
        show(grid[row, 0], images[row, :, :, 0], BRIGHTNESS, f"image:{row}")
        grid[row, 0].set_ylabel(f"{label}", rotation=0, labelpad=8)
        for column, index in enumerate(chosen):
            one = stack[:, :, column]
            show(grid[row, column + 1], one, scale, f"map:{row}:{index}")
        peaks = [signed(peak) for peak in stack.max(axis=(0, 1))]
        told.append(f"{label}: {listed(peaks)}")
    for axes, title in zip(grid[0], ["image", *chosen], strict=True):
        axes.set_title(f"{title}", fontsize=SMALL, pad=3)
    named = f"{'map' if len(chosen) == 1 else 'maps'} {listed([*map(str, chosen)])}"
    alt = (
        f"Images, each beside its {named}, in {counted(len(images), 'row')}, all maps "
        f"on one scale {scale.limits}, {scale.zero}. The largest value in each: "
        f"{'; '.join(told)}."
    )
    return Drawing(figure, alt, "png")


def blank_shares(
    shares: Mapping[str, np.ndarray], *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw the share of images on which each feature map is blank.

    Args:
        shares: By layer, one number in [0, 1] per map.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel per layer; a map that is blank on every image is orange.

    Raises:
        ValueError: There is no layer.

    Example:
        >>> print(blank_shares({"relu1": np.array([0.0, 0.25, 1.0])}).alt)
        On which share of the images each map is blank, as bars, for 1 layer. relu1, \
3 maps: blank on no image: 1; on some: 1, none more often than map 1, on 25.0% of \
them; on every image, dead: 1.
    """
    check_some("shares", shares)
    figure = canvas((WIDTH, 1.5 * len(shares) + 0.2), into)
    grid = axes_grid(figure, len(shares), 1).ravel()
    for axes, (name, values) in zip(grid, shares.items(), strict=True):
        colours = [ORANGE if value == 1 else BLUE for value in values]
        bars = axes.bar(range(len(values)), values, color=colours)
        for index, one in enumerate(bars):
            one.set_gid(f"share:{index}")
        most = int(np.where(values < 1, values, 0).argmax())
        labels = [
            percent(value, 1) if index == most and 0 < value < 1 else ""
            for index, value in enumerate(values)
        ]
        axes.bar_label(bars, labels, fontsize=SMALL)
        axes.set(ylim=(0, 1.12), yticks=[0, 0.5, 1], xlabel="map", ylabel="share blank")
        axes.set_title(name, fontsize=10, loc="left")
        axes.locator_params(axis="x", integer=True)
        axes.set_xlim(-0.7, len(values) - 0.3)
        axes.set_gid(f"panel:{name}")
    told = " ".join(_tell_shares(name, values) for name, values in shares.items())
    alt = "On which share of the images each map is blank, as bars, for "
    return Drawing(figure, f"{alt}{counted(len(shares), 'layer')}. {told}", "svg")


def _tell_shares(name: str, values: np.ndarray) -> str:
    some = np.where(values < 1, values, 0)
    most = int(some.argmax())
    worst = f", none more often than map {most}, on {percent(some[most], 1)} of them"
    return (
        f"{name}, {counted(len(values), 'map')}: blank on no image: "
        f"{np.sum(values == 0)}; on some: {np.count_nonzero(some)}"
        f"{worst * bool(some[most])}; on every image, dead: {np.sum(values == 1)}."
    )
