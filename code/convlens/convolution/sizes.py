"""Sizes and padding: how many places a kernel has, and where zeros are added."""

from __future__ import annotations

import numpy as np

Padding = str | int | tuple[tuple[int, int], tuple[int, int]]
Pair = int | tuple[int, int]


def output_size(
    size: int,
    kernel: int,
    *,
    stride: int = 1,
    padding: str = "valid",
    dilation: int = 1,
) -> int:
    """Count the places that a kernel can take along one axis.

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

    Where the number of zeros is odd, the extra one goes after: below or to the right.
    Keras does so on TensorFlow and on JAX.

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
    """Pad images with zeros.

    Args:
        images: Shape ``(n, h, w, c)``.
        kernel_size: ``(kh, kw)``.
        stride: As in `cross_correlate`.
        padding: As in `cross_correlate`.
        dilation: As in `cross_correlate`.

    Returns:
        Shape ``(n, h + top + bottom, w + left + right, c)``.

    Raises:
        ValueError: The padding is none of the four kinds of `cross_correlate`, or an
            option is out of range.

    Example:
        >>> pad(np.ones((1, 2, 2, 1)), (3, 3), padding="same").shape
        (1, 4, 4, 1)
    """
    strides = pair(stride, "stride")
    dilations = pair(dilation, "dilation")
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


def check_dtypes(**arrays: np.ndarray) -> None:
    """Refuse types of numbers that would overflow in a sum of products.

    Args:
        arrays: Arrays, each by the name that an error calls it by.

    Raises:
        ValueError: One holds neither floats nor int32 or int64.

    Example:
        >>> check_dtypes(image=np.zeros((2, 2)))
    """
    for name, array in arrays.items():
        if array.dtype.kind != "f" and array.dtype not in (np.int32, np.int64):
            raise ValueError(
                f"{name}: expected floats, int32 or int64, got {array.dtype}, which "
                "cannot hold the sums. Convert it first: image / 255, for example."
            )


def pair(value: Pair, name: str = "value") -> tuple[int, int]:
    """Expand one number to both axes, and check it.

    Args:
        value: A number, or (down, across).
        name: Name of the argument, for error messages.

    Returns:
        Two whole numbers, each at least 1.

    Raises:
        ValueError: The value is neither a number nor a pair, or a number is below 1.

    Example:
        >>> pair(2), pair((1, 3))
        ((2, 2), (1, 3))
    """
    both = value if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name}: expected a number or (down, across), got {value!r}")
    for number in both:
        _check_count(name, number)
    return int(both[0]), int(both[1])


def _check_count(name: str, number: int) -> None:
    whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not whole or number < 1:
        raise ValueError(
            f"{name}: expected a whole number of at least 1, got {number!r}"
        )
