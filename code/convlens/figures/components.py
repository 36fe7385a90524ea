"""Drawings of kernels in the principal components of image patches."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from convlens.colours import BLUE, GREEN, GREY, ORANGE, PINK
from convlens.figures._canvas import (
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
)
from convlens.words import counted, heading, signed

# Colours and dashes: lines that cannot be told by one are told by the other.
LINES = ((BLUE, (0, (4, 2))), (ORANGE, "-"), (GREEN, (0, (1, 1))), (PINK, "-."))


def before_and_after(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw trained coordinates of kernels against their initial ones.

    Points on the diagonal were left where they were. A cloud that is steeper than the
    diagonal grew; a round one forgot where it began.

    Args:
        panels: By title, the initial and the trained coordinates on some components,
            two arrays of the same shape.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One square panel per title, all on one scale, each with the diagonal.

    Raises:
        ValueError: There is no panel, or its arrays differ in shape or are empty.

    Example:
        >>> start = np.array([-1.0, 0.0, 1.0])
        >>> print(before_and_after({"grown": (start, 3 * start)}).alt)
        Trained coordinates of kernels against their initial ones in 1 panel, all axes \
from −3.00 to 3.00, with the diagonal. Grown: 3 points, initial from −1.00 to 1.00, \
trained from −3.00 to 3.00, 1.63 away from the diagonal (root mean square).
    """
    check_some("panels", panels)
    for name, (before, after) in panels.items():
        if np.shape(before) != np.shape(after) or not np.size(before):
            raise ValueError(
                "panels: expected two arrays of one shape, not empty, got "
                f"{np.shape(before)} and {np.shape(after)} for {name!r}"
            )
    limit = max(float(np.abs(one).max()) for pair in panels.values() for one in pair)
    figure = canvas((WIDTH, WIDTH / len(panels) + 0.45), into)
    grid = axes_grid(figure, 1, len(panels), sharex=True, sharey=True)[0]
    for axes, (name, (before, after)) in zip(grid, panels.items(), strict=True):
        _scatter(axes, name, np.ravel(before), np.ravel(after), limit or 1.0)
    grid[0].set_ylabel("trained coordinate")
    alt = (
        "Trained coordinates of kernels against their initial ones in "
        f"{counted(len(panels), 'panel')}, all axes from {signed(-limit)} to "
        f"{signed(limit)}, with the diagonal. "
        f"{' '.join(_moved(name, *pair) for name, pair in panels.items())}"
    )
    return Drawing(figure, alt, "svg")


def _scatter(
    axes: Axes, name: str, before: np.ndarray, after: np.ndarray, limit: float
) -> None:
    limits = (-1.06 * limit, 1.06 * limit)
    axes.set_title(name, fontsize=10)
    axes.set(xlim=limits, ylim=limits, aspect="equal", gid=f"panel:{name}")
    axes.set_xlabel("initial coordinate")
    axes.axline((0, 0), slope=1, color=GREY, linewidth=1, gid="diagonal")
    (points,) = axes.plot(before, after, "o", color=ORANGE, alpha=0.6, markersize=4)
    points.set(markeredgecolor="black", markeredgewidth=0.4, gid=f"points:{name}")


def _moved(name: str, before: np.ndarray, after: np.ndarray) -> str:
    low, high, first, last = map(
        signed, (before.min(), before.max(), after.min(), after.max())
    )
    away = float(np.sqrt(np.mean((after - before) ** 2)))
    return (
        f"{heading(name)}: {counted(np.size(before), 'point')}, initial from {low} "
        f"to {high}, trained from {first} to {last}, {signed(away)} away from the "
        "diagonal (root mean square)."
    )


def energy_profiles(
    profiles: Mapping[str, np.ndarray], *, into: Figure | SubFigure | None = None
) -> Drawing:
    """Draw energy profiles: the share of each component, the mean over networks.

    Args:
        profiles: By what was measured (such as "untrained", "trained"), one to four
            arrays of shape ``(networks, components)``, the component of the largest
            variance first.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel from 0: a line for each mean, in a band from the smallest share of a
        network to the largest, and the even share as a grey line.

    Raises:
        ValueError: There are none or more than four, one is not of that shape, or they
            differ in the number of components.

    Example:
        >>> drawing = energy_profiles({"trained": np.array([[0.75, 0.25]])})
        >>> print(drawing.alt)
        Energy profiles over 2 components, from the largest variance to the smallest. \
An even share is 0.50. Trained, 1 network: mean share 0.75 on component 0 and 0.25 on \
component 1; the first half holds 0.75 of the energy.
    """
    check_some("profiles", profiles)
    count = _components(profiles)
    figure = canvas((WIDTH, 3.3), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    number = np.arange(count)
    for (name, lines), (colour, dashes) in zip(profiles.items(), LINES, strict=False):
        (drawn,) = axes.plot(number, lines.mean(axis=0), linestyle=dashes, label=name)
        drawn.set(color=colour, linewidth=2, gid=f"profile:{name}")
        band = axes.fill_between(number, lines.min(axis=0), lines.max(axis=0))
        band.set(color=colour, alpha=0.25, linewidth=0, gid=f"band:{name}")
    axes.axhline(1 / count, color=GREY, linewidth=0.8, gid="even", label="even share")
    axes.set(xlabel="component, from the largest variance to the smallest")
    axes.set(ylabel="share of energy", xlim=(-0.3, count - 0.7), gid="panel:profiles")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False).set_gid("legend")
    alt = (
        f"Energy profiles over {counted(count, 'component')}, from the largest "
        f"variance to the smallest. An even share is {signed(1 / count)}. "
        f"{' '.join(_told(name, lines) for name, lines in profiles.items())}"
    )
    return Drawing(figure, alt, "svg")


def _components(profiles: Mapping[str, np.ndarray]) -> int:
    """Refuse what cannot be drawn; return the number of components."""
    shapes = [np.shape(lines) for lines in profiles.values()]
    fits = all(len(shape) == 2 and 0 not in shape for shape in shapes)
    if not fits or len({shape[1] for shape in shapes}) > 1 or len(shapes) > len(LINES):
        raise ValueError(
            f"profiles: expected at most {len(LINES)} arrays of shape (networks, "
            f"components), as many components in each, got {shapes}"
        )
    return shapes[0][1]


def _told(name: str, lines: np.ndarray) -> str:
    mean = lines.mean(axis=0)
    half = signed(mean[: (len(mean) + 1) // 2].sum())
    return (
        f"{heading(name)}, {counted(len(lines), 'network')}: mean share "
        f"{signed(mean[0])} on component 0 and {signed(mean[-1])} on component "
        f"{len(mean) - 1}; the first half holds {half} of the energy."
    )
