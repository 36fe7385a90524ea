"""Every drawing: arrays in, a figure and its description out.

A drawing shows itself in a notebook, and carries an alternative text made from the
numbers drawn. It takes a figure or subfigure to draw into, if one is given, and names
its artists, so that they can be found. Nothing here touches pyplot or the global
settings of matplotlib.

- `convlens.figures.by_hand`: one pixel, one map, the named kernels.
- `convlens.figures.sliding`: a kernel on its way, moving.
- `convlens.figures.sizes`: places of a kernel, receptive fields.
- `convlens.figures.channels`: one filter on many channels.
- `convlens.figures.bars`: one number for each filter.
- `convlens.figures.kernels`: kernels of a layer.
- `convlens.figures.learning`: the loss of one weight, its gradient, a film of kernels.
- `convlens.figures.maps`: feature maps.
- `convlens.figures.network`: an image on its way through a network, its answer, its
  training.
- `convlens.figures.broken`: what a network reads without a part of its kernels.
- `convlens.figures.digits`: the images, what was read, the mistakes.
- `convlens.figures.detectors`: what filters answer to.
- `convlens.figures.networks`: one number of many networks.
- `convlens.figures.components`: kernels in the components of image patches.
- `convlens.figures.nulls`: measured values beside their null distributions.

`convlens.figures.myst_nb` carries the descriptions into a MyST-NB book.

Colours: signed values on one diverging map with zero at its centre (white); feature
maps after ReLU on one sequential map from 0 (black), as images are. Both are readable
with any colour vision.
"""

from convlens.figures._canvas import Drawing
from convlens.figures.bars import filter_bars
from convlens.figures.broken import broken_layers, kernels_in_order
from convlens.figures.by_hand import (
    answers_to_a_dot,
    filling_the_map,
    kernel_gallery,
    one_pixel,
)
from convlens.figures.channels import adding_up, partial_maps
from convlens.figures.components import before_and_after, energy_profiles
from convlens.figures.detectors import (
    against_shuffles,
    strongest_patches,
    tuning_curves,
    turned_bars,
)
from convlens.figures.digits import (
    confusion_grid,
    digit_grid,
    mistakes_grid,
)
from convlens.figures.kernels import kernel_grid, layer_in_full
from convlens.figures.learning import (
    error_times_pixel,
    film_strip,
    loss_of_a_weight,
)
from convlens.figures.maps import (
    blank_shares,
    digits_by_maps,
    feature_map_grid,
    map_panels,
)
from convlens.figures.network import (
    loss_curve,
    softmax_bars,
    through_the_network,
)
from convlens.figures.networks import network_dots
from convlens.figures.nulls import null_distribution
from convlens.figures.sizes import places_of_a_kernel, receptive_fields
from convlens.figures.sliding import sliding_kernel

__all__ = [
    "Drawing",
    "adding_up",
    "against_shuffles",
    "answers_to_a_dot",
    "before_and_after",
    "blank_shares",
    "broken_layers",
    "confusion_grid",
    "digit_grid",
    "digits_by_maps",
    "energy_profiles",
    "error_times_pixel",
    "feature_map_grid",
    "filling_the_map",
    "film_strip",
    "filter_bars",
    "kernel_gallery",
    "kernel_grid",
    "kernels_in_order",
    "layer_in_full",
    "loss_curve",
    "loss_of_a_weight",
    "map_panels",
    "mistakes_grid",
    "network_dots",
    "null_distribution",
    "one_pixel",
    "partial_maps",
    "places_of_a_kernel",
    "receptive_fields",
    "sliding_kernel",
    "softmax_bars",
    "strongest_patches",
    "through_the_network",
    "tuning_curves",
    "turned_bars",
]
