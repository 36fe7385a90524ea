"""The colours of all drawings, for whoever draws beside them: a script of a page."""

from __future__ import annotations

import matplotlib
import numpy as np

from convlens.figures._canvas import (
    BLUE,
    BRIGHTNESS,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PINK,
    SKY,
    scale_of,
)


def colour_tables() -> dict[str, np.ndarray]:
    """Return the colour maps of the drawings as tables.

    Returns:
        Arrays of shape ``(256, 3)``, red, green and blue from 0 to 255, by what they
        are for: ``"brightness"`` of images, ``"signed"`` values with zero in the
        middle, and maps ``"from zero"``.

    Example:
        >>> colour_tables()["brightness"][[0, -1]].tolist()
        [[0, 0, 0], [255, 255, 255]]
    """
    scales = {
        "brightness": BRIGHTNESS,
        "signed": scale_of(np.array([-1.0, 1.0])),
        "from zero": scale_of(np.array([0.0, 1.0])),
    }
    return {
        name: matplotlib.colormaps[scale.cmap](np.arange(256), bytes=True)[:, :3]
        for name, scale in scales.items()
    }


def line_colours() -> dict[str, str]:
    """Return the colours of lines, bars and frames by name.

    Example:
        >>> line_colours()["orange"]
        '#D55E00'
    """
    return {
        "blue": BLUE,
        "orange": ORANGE,
        "green": GREEN,
        "pink": PINK,
        "sky": SKY,
        "grey": GREY,
        "pale": PALE,
    }
