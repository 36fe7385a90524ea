"""Measures of kernels, and null distributions to compare them with.

- `convlens.statistics.autocorrelation`: Moran's I, how alike neighbouring weights are.
- `convlens.statistics.initialization`: how far initial weights still show.
- `convlens.statistics.nulls`: fresh and shuffled kernels as null distributions.
- `convlens.statistics.orientation`: in which direction a kernel varies, how clearly.
- `convlens.statistics.over_networks`: p-values of kernels, and tests over networks.
- `convlens.statistics.patches`: a kernel's energy on the components of image patches.
- `convlens.statistics.responses`: a filter as it works, with its bias and ReLU.
- `convlens.statistics.shapes`: whether an edge, a bar or a blob fits a kernel.
- `convlens.statistics.shares`: how much of a kernel lies in a few simple patterns.
"""

from convlens.statistics.autocorrelation import largest_morans_i, morans_i
from convlens.statistics.initialization import initial_weight_correlation
from convlens.statistics.nulls import (
    NullComparison,
    compare_with_null,
    fresh_kernels,
    shuffled_weights,
)
from convlens.statistics.orientation import orientation, orientation_selectivity
from convlens.statistics.over_networks import (
    discoveries,
    kernel_p_values,
    sign_flip_test,
    smallest_sign_flip_p,
)
from convlens.statistics.patches import (
    energy_profile,
    patch_components,
    weakest_share,
)
from convlens.statistics.responses import (
    bar_images,
    blank_share,
    even_response,
    preferred_angle,
    response_against_shuffles,
    tuning_curve,
    tuning_selectivity,
)
from convlens.statistics.shapes import ShapeFits, shape_fits
from convlens.statistics.shares import (
    dc_share,
    gradient_share,
    low_frequency_share,
    part_in,
    polynomial_basis,
    quadratic_share,
    share_null,
    subspace_share,
)

__all__ = [
    "NullComparison",
    "ShapeFits",
    "bar_images",
    "blank_share",
    "compare_with_null",
    "dc_share",
    "discoveries",
    "energy_profile",
    "even_response",
    "fresh_kernels",
    "gradient_share",
    "initial_weight_correlation",
    "kernel_p_values",
    "largest_morans_i",
    "low_frequency_share",
    "morans_i",
    "orientation",
    "orientation_selectivity",
    "part_in",
    "patch_components",
    "polynomial_basis",
    "preferred_angle",
    "quadratic_share",
    "response_against_shuffles",
    "shape_fits",
    "share_null",
    "shuffled_weights",
    "sign_flip_test",
    "smallest_sign_flip_p",
    "subspace_share",
    "tuning_curve",
    "tuning_selectivity",
    "weakest_share",
]
