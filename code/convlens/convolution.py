"""Convolution by hand, in NumPy alone: what `keras.ops.conv` computes, in the open."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Padding = str | int | tuple[tuple[int, int], tuple[int, int]]
Pair = int | tuple[int, int]


def cross_correlate(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
) -> np.ndarray:
    """Slide a kernel over an image; at each place, multiply and add up.

    This is what deep learning calls convolution, and what `keras.ops.conv` and
    `Conv2D` compute: the kernel is not flipped.

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
            overflow (Keras refuses it too), an option is out of range, stride
            and dilation are both above 1, or no place is left to put the kernel.

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
    windows = _windows(padded, kernel.shape[:2], _pair(stride), _pair(dilation))
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

    A single bright dot comes out as a picture of the kernel.

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


def output_size(
    size: int,
    kernel: int,
    *,
    stride: int = 1,
    padding: str = "valid",
    dilation: int = 1,
) -> int:
    """Count the places that a kernel takes along one axis.

    Args:
        size: Pixels of the image along this axis.
        kernel: Weights of the kernel along this axis.
        stride: Step between places, in pixels.
        padding: ``"valid"`` or ``"same"``.
        dilation: Distance between neighbouring weights, in pixels.

    Returns:
        The size of the result along this axis; 0 where the kernel does not fit.

    Raises:
        ValueError: A number is below 1, or the padding is neither word.

    Source:
        Dumoulin and Visin, arXiv 1603.07285, relationship 6; for ``"same"`` the
        rule of TensorFlow and Keras.

    Example:
        >>> output_size(28, 5), output_size(28, 5, padding="same", stride=2)
        (24, 14)
    """
    numbers = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
    for name, number in numbers.items():
        _check_count(name, number)
    if padding == "same":
        return -(-size // stride)
    if padding != "valid":
        raise ValueError(f"padding: expected 'valid' or 'same', got {padding!r}")
    return max(0, (size - dilation * (kernel - 1) - 1) // stride + 1)


def same_padding(
    size: int, kernel: int, *, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """Count the zeros that ``padding="same"`` puts before and after one axis.

    An odd zero goes after: below and to the right. (Keras on TensorFlow; its other
    backends are asked for the same.)

    Args:
        size: Pixels of the image along this axis.
        kernel: Weights of the kernel along this axis.
        stride: Step between places, in pixels.
        dilation: Distance between neighbouring weights, in pixels.

    Returns:
        The numbers of zeros before and after.

    Raises:
        ValueError: A number is below 1.

    Example:
        >>> same_padding(28, 5), same_padding(28, 5, stride=2)
        ((2, 2), (1, 2))
    """
    places = output_size(size, kernel, stride=stride, padding="same", dilation=dilation)
    needed = (places - 1) * stride + dilation * (kernel - 1) + 1 - size
    total = max(0, needed)
    return total // 2, total - total // 2


def pad(
    images: np.ndarray,
    kernel_size: tuple[int, int],
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
) -> np.ndarray:
    """Surround images with the zeros that a padding asks for.

    Args:
        images: Shape ``(n, h, w, c)``.
        kernel_size: ``(kh, kw)``.
        stride: As in `cross_correlate`.
        padding: As in `cross_correlate`.
        dilation: As in `cross_correlate`.

    Returns:
        Shape ``(n, h + top + bottom, w + left + right, c)``.

    Raises:
        ValueError: The padding is of none of the four kinds, or an option is out of
            range.

    Example:
        >>> pad(np.ones((1, 2, 2, 1)), (3, 3), padding="same").shape
        (1, 4, 4, 1)
    """
    strides = _pair(stride, "stride")
    dilations = _pair(dilation, "dilation")
    if max(strides) > 1 and max(dilations) > 1:
        raise ValueError(
            "stride and dilation: expected at most one of them above 1 (as Keras "
            f"does), got stride {stride!r} and dilation {dilation!r}"
        )
    if isinstance(padding, str) and padding == "same":
        axes = zip(images.shape[1:3], kernel_size, strides, dilations, strict=True)
        sides = [same_padding(n, k, stride=s, dilation=d) for n, k, s, d in axes]
    else:
        sides = _explicit_sides(padding)
    return np.pad(images, [(0, 0), *sides, (0, 0)])


def _explicit_sides(padding: Padding) -> list[tuple[int, int]]:
    if isinstance(padding, str) and padding == "valid":
        return [(0, 0), (0, 0)]
    try:
        array = np.asarray(padding)
        shape_fits = array.shape in ((), (2, 2)) and array.dtype.kind in "iu"
    except ValueError:  # a ragged list
        shape_fits = False
    if not shape_fits or array.min() < 0:
        raise ValueError(
            "padding: expected 'valid', 'same', a number of zeros or "
            f"((top, bottom), (left, right)), got {padding!r}"
        )
    return [tuple(side) for side in np.broadcast_to(array, (2, 2)).tolist()]


def _windows(
    images: np.ndarray,
    kernel_size: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
) -> np.ndarray:
    """Every patch under the kernel: ``(n, h_out, w_out, c, kh, kw)``, a view."""
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
    """One sum of products per place and filter, within the filter's channels."""
    n, h, w, channels, kh, kw = windows.shape
    per_group, filters = kernel.shape[2:]
    groups = channels // per_group
    windows = windows.reshape(n, h, w, groups, per_group, kh, kw)
    kernel = kernel.reshape(kh, kw, per_group, groups, filters // groups)
    result = np.einsum("nhwgcij,ijcgf->nhwgf", windows, kernel, optimize=True)
    return result.reshape(n, h, w, filters)


def _check_batch(image: np.ndarray, kernel: np.ndarray) -> None:
    for name, array in (("image", image), ("kernel", kernel)):
        if array.dtype.kind != "f" and array.dtype not in (np.int32, np.int64):
            raise ValueError(
                f"{name}: expected floats, int32 or int64, got {array.dtype}, which "
                "cannot hold the sums. Convert it first: image / 255, for example."
            )
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


def _pair(value: Pair, name: str = "value") -> tuple[int, int]:
    pair = value if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2:
        raise ValueError(f"{name}: expected a number or (down, across), got {value!r}")
    for number in pair:
        _check_count(name, number)
    return int(pair[0]), int(pair[1])


def _check_count(name: str, number: int) -> None:
    whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not whole or number < 1:
        raise ValueError(
            f"{name}: expected a whole number of at least 1, got {number!r}"
        )
