"""The colours that scripts share with the drawings."""

import matplotlib
import numpy as np
from convlens import figures
from convlens.colours import colour_tables, line_colours


def colour_in(drawing, name, value):
    """The colour that a drawing gives to a value."""
    (panel,) = (one for one in drawing.figure.findobj() if one.get_gid() == name)
    image = panel.images[0]
    return image.cmap(image.norm(value), bytes=True)[:3]


def test_the_tables_are_the_colours_of_the_drawings():
    tables = colour_tables()
    array = np.array([[-1.0, 1.0]])
    cases = {
        "signed": figures.map_panels({"a": array}),
        "from zero": figures.map_panels({"a": np.maximum(array, 0)}),
    }
    for name, drawing in cases.items():
        low = -1.0 if name == "signed" else 0.0
        panel = "panel:a"
        for at in (0, 64, 128, 200, 255):
            value = low + (at + 0.5) / 256 * (1 - low)
            assert tuple(tables[name][at]) == colour_in(drawing, panel, value)
    greys = np.arange(256)[:, np.newaxis]
    assert np.abs(tables["brightness"].astype(int) - greys).max() <= 1


def test_lines_have_colours_that_matplotlib_knows():
    for colour in line_colours().values():
        assert matplotlib.colors.is_color_like(colour)
