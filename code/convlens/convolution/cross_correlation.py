"""Cross-correlation and convolution in NumPy: what `keras.ops.conv` computes."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlens.convolution.sizes import Padding, Pair, check_dtypes, pad, pair


def cross_correlate(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
) -> np.ndarray:
    """Slide a kernel over an image; at each place, sum the products.

    Deep learning calls this convolution. It is what `keras.ops.conv` and `Conv2D`
    compute: the kernel is not flipped.

    Args:
        image: One image, shape ``(h, w)``, or a batch, shape ``(n, h, w, c_in)``.
        kernel: Shape ``(kh, kw)`` for one image, ``(kh, kw, c_in, c_out)`` for a
            batch. Where its third axis is smaller than ``c_in`` and divides it, the
            channels are split into that many groups, as Keras does.
        stride: Step between places, in pixels; one number or (down, across).
        padding: ``"valid"`` (none), ``"same"`` (Keras' rule, see `same_padding`), a
            number of zeros for all four sides, or ``((top, bottom), (left, right))``.
        dilation: Distance between neighbouring weights, in pixels; a number or pair.

    Returns:
        Shape ``(h_out, w_out)``, or ``(n, h_out, w_out, c_out)`` for a batch, with
        sizes given by `output_size` (of the padded image, where padding is a number).

    Raises:
        ValueError: Shapes do not fit each other, the numbers are of a type that would
            overflow (Keras refuses it too), an option is out of range, stride and
            dilation are both above 1, or the kernel does not fit into the image.

    Source:
        Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
        arXiv 1603.07285, 2016.

    Example:
        >>> image = np.arange(9.0).reshape(3, 3)
        >>> cross_correlate(image, np.array([[0.0, 1.0], [2.0, 3.0]]))
        array([[19., 25.],
               [37., 43.]])
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    if image.ndim == 2 and kernel.ndim == 2:
        batch = image[np.newaxis, :, :, np.newaxis]
        filters = kernel[:, :, np.newaxis, np.newaxis]
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        return cross_correlate(batch, filters, **options)[0, :, :, 0]
    _check_batch(image, kernel)
    padded = pad(image, kernel.shape[:2], stride, padding, dilation)
    windows = _windows(padded, kernel.shape[:2], pair(stride), pair(dilation))
    return _multiply_and_add(windows, kernel)


def convolve(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
) -> np.ndarray:
    """Convolve as mathematics defines it: cross-correlate with the flipped kernel.

    The convolution of a single bright dot is a picture of the kernel.

    Args:
        image: As in `cross_correlate`.
        kernel: As in `cross_correlate`; turned by 180 degrees before it slides.
        stride: As in `cross_correlate`.
        padding: As in `cross_correlate`.
        dilation: As in `cross_correlate`.

    Returns:
        As `cross_correlate`.

    Raises:
        ValueError: As `cross_correlate`.

    Example:
        >>> image = np.zeros((3, 3))
        >>> image[1, 1] = 1.0
        >>> convolve(image, np.array([[1.0, 2.0], [3.0, 4.0]]))
        array([[1., 2.],
               [3., 4.]])
    """
    flipped = np.flip(kernel, axis=(0, 1))
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    return cross_correlate(image, flipped, **options)


def _windows(
    images: np.ndarray,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> np.ndarray:
    """View every patch under the kernel, shape ``(n, h_out, w_out, c, kh, kw)``."""
    extent = [d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    if any(e > n for e, n in zip(extent, images.shape[1:3], strict=True)):
        raise ValueError(
            f"kernel: expected to cover at most the {images.shape[1]}x"
            f"{images.shape[2]} pixels of the padded image, got {extent[0]}x{extent[1]}"
        )
    windows = sliding_window_view(images, extent, axis=(1, 2))
    places = windows[:, :: stride[0], :: stride[1]]
    return places[..., :: dilation[0], :: dilation[1]]


def _multiply_and_add(windows: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Sum the products of each patch and filter, over the channels of its group."""
    n, h, w, channels, kh, kw = windows.shape
    per_group, filters = kernel.shape[2:]
    groups = channels // per_group
    windows = windows.reshape(n, h, w, groups, per_group, kh, kw)
    kernel = kernel.reshape(kh, kw, per_group, groups, filters // groups)
    result = np.einsum("nhwgcij,ijcgf->nhwgf", windows, kernel, optimize=True)
    return result.reshape(n, h, w, filters)


def _check_batch(image: np.ndarray, kernel: np.ndarray) -> None:
    check_dtypes(image=image, kernel=kernel)
    if image.ndim != 4 or kernel.ndim != 4:
        raise ValueError(
            "image and kernel: expected shapes (h, w) and (kh, kw), or (n, h, w, c_in) "
            f"and (kh, kw, c_in, c_out), got {image.shape} and {kernel.shape}"
        )
    if 0 in image.shape or 0 in kernel.shape:
        raise ValueError(
            "image and kernel: expected at least one element along every axis, got "
            f"{image.shape} and {kernel.shape}"
        )
    channels, (per_group, filters) = image.shape[3], kernel.shape[2:]
    if channels % per_group or filters % (channels // per_group):
        raise ValueError(
            f"kernel: expected {channels} input channels like the image (or groups "
            f"that divide them and the filters), got shape {kernel.shape}"
        )
