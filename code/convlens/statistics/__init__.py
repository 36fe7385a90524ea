"""Measures of kernels, and null distributions to compare them with.

- `convlens.statistics.autocorrelation`: Moran's I, how alike neighbouring weights are.
- `convlens.statistics.initialization`: how far initial weights still show.
- `convlens.statistics.nulls`: null distributions by permutation, and p-values.
"""

from convlens.statistics.autocorrelation import largest_morans_i, morans_i
from convlens.statistics.initialization import initial_weight_correlation
from convlens.statistics.nulls import (
    NullComparison,
    compare_with_null,
    shuffled_weights,
)

__all__ = [
    "NullComparison",
    "compare_with_null",
    "initial_weight_correlation",
    "largest_morans_i",
    "morans_i",
    "shuffled_weights",
]
