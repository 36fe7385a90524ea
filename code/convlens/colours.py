"""The colours of all drawings, and of the scripts of the pages beside them."""

from __future__ import annotations

import matplotlib
import numpy as np

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, GREY, PALE = "#56B4E9", "#767676", "#b0b0b0"
GREYS, SIGNED, FROM_ZERO = "gray", "RdBu_r", "magma"  # colour maps of matplotlib


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


def colour_tables() -> dict[str, np.ndarray]:
    """Return the colour maps as tables.

    Returns:
        Arrays of shape ``(256, 3)``, red, green and blue from 0 to 255, by what they
        are for: ``"brightness"`` of images, ``"signed"`` values with zero in the
        middle, and maps ``"from zero"``.

    Example:
        >>> colour_tables()["brightness"][[0, -1]].tolist()
        [[0, 0, 0], [255, 255, 255]]
    """
    names = {"brightness": GREYS, "signed": SIGNED, "from zero": FROM_ZERO}
    return {
        purpose: matplotlib.colormaps[name](np.arange(256), bytes=True)[:, :3]
        for purpose, name in names.items()
    }
