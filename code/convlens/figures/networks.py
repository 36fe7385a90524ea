"""Drawing of a number that every network has: one dot per network."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from convlens.colours import BLUE, GREEN, ORANGE, PALE, PINK, SKY
from convlens.figures._canvas import (
    WIDTH,
    Drawing,
    axes_grid,
    canvas,
    check_some,
)
from convlens.words import counted, heading, signed

LOOKS = ((BLUE, "o"), (ORANGE, "D"), (GREEN, "s"), (PINK, "^"), (SKY, "v"))
CHANCE = "chance"
NAME = 20  # characters of a row's name that fit beside it
ENTRY, LETTER = 0.42, 0.085  # inches of an entry of the legend, and of a letter in it
STEP = 0.16  # inches between the dots of two names in a row


def network_dots(
    rows: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    label: str,
    chance: Mapping[str, float] | None = None,
    into: Figure | SubFigure | None = None,
) -> Drawing:
    """Draw one number of every network as a dot, on one axis.

    Args:
        rows: By the row's name, and in it by what was measured (such as "untrained" and
            "trained"), one number per network.
        label: What the axis shows.
        chance: Chance level by the row's name, for the rows that have one.
        into: A figure or subfigure to draw into, instead of a new figure.

    Returns:
        One panel with a row for each name. Colour and marker tell what was measured,
        and a black line marks chance.

    Raises:
        ValueError: There is no row, a row has no number or one that is not finite, more
            than five different things were measured, or ``chance`` names a row that is
            not there.

    Example:
        >>> rows = {"Moran's I": {"untrained": [0.0, -0.1], "trained": [0.4, 0.5]}}
        >>> print(network_dots(rows, label="share", chance={"Moran's I": -0.04}).alt)
        Dots on one axis, share, one for each network, in 1 row. Moran's I: untrained, \
2 networks from −0.10 to 0.00, mean −0.05; trained, 2 networks from 0.40 to 0.50, \
mean 0.45; chance −0.04.
    """
    chance = chance or {}
    inner = _check_rows(rows, chance)
    looks = dict(zip(inner, LOOKS, strict=False))
    names = [textwrap.fill(name, NAME) for name in rows]
    heights = [
        _height(name, row) for name, row in zip(names, rows.values(), strict=True)
    ]
    middles = np.cumsum(heights) - np.array(heights) / 2
    entries = [*inner, CHANCE] if chance else inner
    columns = max(1, int(WIDTH / (ENTRY + LETTER * max(map(len, entries)))))
    above = 0.22 * -(-len(entries) // columns)
    figure = canvas((WIDTH, sum(heights) + above + 0.65), into)
    axes = axes_grid(figure, 1, 1)[0, 0]
    for middle, height, (name, row) in zip(middles, heights, rows.items(), strict=True):
        _draw_row(axes, name, row, looks, middle)
        if name in chance:
            line = axes.vlines(
                chance[name], middle - height / 2.6, middle + height / 2.6
            )
            line.set(color="black", linewidth=2, gid=f"chance:{name}", label=CHANCE)
    axes.set(gid="panel:networks", xlabel=label, ylim=(sum(heights), 0))
    axes.set_yticks(middles, names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    _rules(axes, np.cumsum(heights)[:-1])
    if _are_counts(rows):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(figure, axes, columns)
    alt = (
        f"Dots on one axis, {label}, one for each network, in "
        f"{counted(len(rows), 'row')}. "
        f"{' '.join(_tell(name, row, chance) for name, row in rows.items())}"
    )
    return Drawing(figure, alt, "svg")


def _are_counts(rows: Mapping[str, Mapping[str, Sequence[float]]]) -> bool:
    values = (one for row in rows.values() for some in row.values() for one in some)
    return all(float(one).is_integer() for one in values)


def _check_rows(
    rows: Mapping[str, Mapping[str, Sequence[float]]], chance: Mapping[str, float]
) -> list[str]:
    """Refuse what cannot be drawn; return what was measured, in the order met."""
    check_some("rows", rows)
    for name, row in rows.items():
        for values in row.values():
            if not len(values) or not np.isfinite(values).all():
                raise ValueError(
                    "rows: expected finite numbers, at least one, got "
                    f"{[*values]} in {name!r}"
                )
        check_some(f"rows[{name!r}]", row)
    if not {*chance} <= {*rows}:
        raise ValueError(f"chance: expected names of {[*rows]}, got {[*chance]}")
    inner = [*dict.fromkeys(one for row in rows.values() for one in row)]
    if len(inner) > len(LOOKS):
        raise ValueError(
            f"rows: expected at most {len(LOOKS)} different things measured, got "
            f"{inner}"
        )
    return inner


def _height(name: str, row: Mapping[str, Sequence[float]]) -> float:
    """Inches that a row needs, for its dots and for its name."""
    return max(STEP * len(row), 0.17 * (name.count("\n") + 1)) + 0.18


def _draw_row(
    axes: Axes,
    name: str,
    row: Mapping[str, Sequence[float]],
    looks: Mapping[str, tuple[str, str]],
    middle: float,
) -> None:
    """Draw the dots of a row, those of each name at a height of their own."""
    for index, (what, values) in enumerate(row.items()):
        color, marker = looks[what]
        height = middle + STEP * (index - (len(row) - 1) / 2)
        (dots,) = axes.plot(values, np.full(len(values), height), marker, label=what)
        # half transparent, so that dots which lie on each other can be told
        dots.set(markersize=6, color=color, alpha=0.6, gid=f"dots:{name}:{what}")
        dots.set(markeredgecolor="black", markeredgewidth=0.6, zorder=3)


def _rules(axes: Axes, between: np.ndarray) -> None:
    """Draw thin lines between rows, and one at zero if the axis holds it."""
    for height in between:
        axes.axhline(height, color=PALE, linewidth=0.5, zorder=0)
    low, high = axes.get_xlim()
    if low <= 0 <= high:
        axes.axvline(0, color=PALE, linewidth=0.8, zorder=0, gid="zero")


def _legend(figure: Figure | SubFigure, axes: Axes, columns: int) -> None:
    """Write above the panel what each colour and marker means, once."""
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    ordered = sorted(once, key=lambda label: label == CHANCE)  # chance comes last
    legend = figure.legend(
        [once[label] for label in ordered],
        ordered,
        loc="outside upper left",
        ncols=columns,
        frameon=False,
        handlelength=1,
        columnspacing=1,
        borderpad=0.1,
        labelspacing=0.2,
    )
    legend.set_gid("legend")


def _tell(
    name: str, row: Mapping[str, Sequence[float]], chance: Mapping[str, float]
) -> str:
    told = [_range(what, values) for what, values in row.items()]
    if name in chance:
        told.append(f"{CHANCE} {signed(chance[name])}")
    return f"{heading(name)}: {'; '.join(told)}."


def _range(what: str, values: Sequence[float]) -> str:
    if len(values) == 1:
        return f"{what}, 1 network at {signed(values[0])}"
    return (
        f"{what}, {len(values)} networks from {signed(min(values))} to "
        f"{signed(max(values))}, mean {signed(float(np.mean(values)))}"
    )
