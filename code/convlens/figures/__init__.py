"""Every drawing of the book: arrays in, a figure and its description out.

A drawing shows itself in a notebook, and carries an alternative text made from the
numbers drawn. Nothing here touches pyplot or the global settings of matplotlib.

- `convlens.figures.by_hand`: one pixel, one map, the named kernels.
- `convlens.figures.sizes`: places of a kernel, receptive fields.
- `convlens.figures.kernels`: kernels of a layer.
- `convlens.figures.maps`: feature maps.
- `convlens.figures.digits`: the images, the training, the mistakes.

Colours: signed values on one diverging map with zero at its centre (white); feature
maps after ReLU on one sequential map from 0 (black), as images are. Both are readable
with any colour vision.
"""

from convlens.figures._canvas import Drawing
from convlens.figures.by_hand import (
    filling_the_map,
    kernel_gallery,
    one_convolution,
    one_pixel,
)
from convlens.figures.digits import (
    confusion_grid,
    digit_grid,
    learning_curves,
    mistakes_grid,
    through_the_network,
)
from convlens.figures.kernels import kernel_grid
from convlens.figures.maps import (
    blank_shares,
    digits_by_maps,
    feature_map_grid,
    map_panels,
)
from convlens.figures.sizes import places_of_a_kernel, receptive_fields

__all__ = [
    "Drawing",
    "blank_shares",
    "confusion_grid",
    "digit_grid",
    "digits_by_maps",
    "feature_map_grid",
    "filling_the_map",
    "kernel_gallery",
    "kernel_grid",
    "learning_curves",
    "map_panels",
    "mistakes_grid",
    "one_convolution",
    "one_pixel",
    "places_of_a_kernel",
    "receptive_fields",
    "through_the_network",
]
