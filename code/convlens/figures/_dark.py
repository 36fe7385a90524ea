"""The same figure on dark paper: ink becomes light, and what shows data stays.

Images, the colours that encode values, and what is written or framed on top of an image
keep their colours, so that a value looks the same on either paper.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

Colour = str | tuple[float, ...] | np.ndarray  # or an array of them, one per row
DARK_PAPER, LIGHT_INK = "#14181f", "#e6e9ee"
ON_AN_IMAGE = ("value:", "outline:", "frame:", "zero")  # names of artists that stay
PARTS: dict[type[Artist], tuple[str, ...]] = {
    Text: ("color",),
    Line2D: ("color", "markerfacecolor", "markeredgecolor"),
    Patch: ("facecolor", "edgecolor"),
    Collection: ("facecolor", "edgecolor"),
}


@contextmanager
def laid_out(figure: Figure) -> Iterator[None]:
    """Lay out a figure once, and keep everything in its place for a while.

    To lay it out anew for each of many pictures takes most of their time, and can make
    ticks that were not there before.
    """
    layout = figure.get_layout_engine()
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(layout)


@contextmanager
def in_the_dark(figure: Figure) -> Iterator[None]:
    """Give a figure the colours of dark paper temporarily.

    Args:
        figure: The whole figure. Afterwards it has its own colours again.
    """
    with laid_out(figure):
        # all are read before one is changed: a marker says the colour of its line
        before = [
            (artist, part, getattr(artist, f"get_{part}")())
            for artist in figure.findobj(_is_ink)
            for part in _parts(artist)
            if _is_seen(getattr(artist, f"get_{part}")())
        ]
        try:
            for artist, part, colour in before:
                getattr(artist, f"set_{part}")(on_dark_paper(colour))
            yield
        finally:
            for artist, part, colour in before:
                getattr(artist, f"set_{part}")(colour)


def on_dark_paper(colour: Colour) -> np.ndarray | tuple[float, ...]:
    """Translate a colour of light paper, or an array of them, one per row.

    A grey is turned over: white becomes the dark paper, black the light ink. Any other
    colour keeps its hue and becomes lighter, so that it stands out.

    Example:
        >>> from matplotlib.colors import to_hex
        >>> [to_hex(on_dark_paper(one)) for one in ("white", "black", "#0072B2")]
        ['#14181f', '#e6e9ee', '#3db9ff']
    """
    rows = [_one(row) for row in to_rgba_array(colour)]
    return np.array(rows).reshape(-1, 4) if np.ndim(colour) == 2 else rows[0]


def _one(colour: Iterable[float]) -> tuple[float, ...]:
    red, green, blue, opacity = colour
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.05:
        paper, ink = (np.array(to_rgba(one)[:3]) for one in (DARK_PAPER, LIGHT_INK))
        return (*(ink + lightness * (paper - ink)), opacity)
    lighter = max(lightness, 0.62)
    return (*colorsys.hls_to_rgb(hue, lighter, saturation), opacity)


def _is_ink(artist: Artist) -> bool:
    """Tell whether an artist is drawn in ink, and not in the colour of a value."""
    return not (artist.get_gid() or "").startswith(ON_AN_IMAGE) and bool(_parts(artist))


def _is_seen(colour: Colour) -> bool:
    """Tell whether a colour shows: set once more, an artist's opacity would show it."""
    return bool((to_rgba_array(colour)[:, 3] > 0).any())


def _parts(artist: Artist) -> tuple[str, ...]:
    kinds = (parts for kind, parts in PARTS.items() if isinstance(artist, kind))
    return next(kinds, ())
