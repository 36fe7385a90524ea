"""Convolution in NumPy alone: sizes and padding, the operation, named kernels.

- `convlens.convolution.sizes`: sizes of results, and zeros of the padding.
- `convlens.convolution.cross_correlation`: what `keras.ops.conv` computes.
- `convlens.convolution.three_ways`: the same as a loop, windows, and a matrix product.
- `convlens.convolution.named`: kernels designed for blurring, edges and other effects.
"""

from convlens.convolution.cross_correlation import convolve, cross_correlate
from convlens.convolution.named import named_kernels
from convlens.convolution.sizes import output_size, pad, same_padding
from convlens.convolution.three_ways import with_a_loop, with_one_product, with_windows

__all__ = [
    "convolve",
    "cross_correlate",
    "named_kernels",
    "output_size",
    "pad",
    "same_padding",
    "with_a_loop",
    "with_one_product",
    "with_windows",
]
