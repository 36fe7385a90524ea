"""How much of the image one value of a layer sees, computed by a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convlens.convolution.sizes import same_padding
from convlens.models import check_built, find_layer

if TYPE_CHECKING:
    import keras

# Layers whose output at one place depends on their input at the same place alone.
POINTWISE = (
    "Activation",
    "BatchNormalization",
    "Dropout",
    "ELU",
    "InputLayer",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "Rescaling",
    "Softmax",
    "SpatialDropout2D",
)


@dataclass(frozen=True)
class ReceptiveField:
    """The pixels of the image on which the values of a layer depend.

    Attributes:
        size: Height and width, in pixels.
        step: Distance, in pixels, between the fields of neighbouring values, down and
            across.
        start: Row and column of the first pixel in the field of the first value. A
            negative number lies in the zeros that padding adds.
    """

    size: tuple[int, int] = (1, 1)
    step: tuple[int, int] = (1, 1)
    start: tuple[int, int] = (0, 0)

    def patch(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Locate the field of one value.

        Args:
            row: Row of the value in its feature map, counted from 0.
            column: Column of the value in its feature map, counted from 0.

        Returns:
            Row and column of the first pixel, height and width, in pixels.

        Example:
            >>> ReceptiveField(size=(6, 6), step=(2, 2), start=(-2, -2)).patch(3, 4)
            (4, 6, 6, 6)
        """
        top = self.start[0] + row * self.step[0]
        left = self.start[1] + column * self.step[1]
        return (top, left, *self.size)


def receptive_field(model: keras.Model, layer: str) -> ReceptiveField:
    """Compute the receptive field of a layer's values by a formula.

    Each layer with a kernel of k weights widens the field by (k - 1) steps, times its
    dilation; its stride then multiplies the step.

    Args:
        model: A built Keras model, channels last, whose layers form a chain.
        layer: The name of one of its layers that output feature maps.

    Returns:
        Size, step and start. `ReceptiveField.patch` locates the field of one value.

    Raises:
        ValueError: The model was never built or is subclassed (see
            `convlens.models.check_built`), there is no such layer, the layers up to it
            do not form a chain, or one of them is of a kind without a formula here.

    Source:
        Araujo, Norris and Sim, "Computing receptive fields of convolutional neural
        networks", Distill, 2019.

    Example:
        >>> import keras
        >>> layers = keras.layers
        >>> conv = layers.Conv2D(4, 5, name="conv")
        >>> pool = layers.MaxPooling2D(2, name="pool")
        >>> model = keras.Sequential([keras.Input((28, 28, 1)), conv, pool])
        >>> receptive_field(model, "conv").size, receptive_field(model, "pool").size
        ((5, 5), (6, 6))
    """
    check_built(model)
    last = find_layer(model, layer)
    field, before = ReceptiveField(), None
    for one in model.layers:
        _check_chain(model, before, one)
        field = _after(field, one)
        if one is last:
            return field
        before = one
    raise AssertionError("find_layer returned a layer of another model")


def _after(field: ReceptiveField, layer: keras.Layer) -> ReceptiveField:
    """Compute the field after a layer from the field before it."""
    if type(layer).__name__ in POINTWISE:
        return field
    kernel, stride, dilation = _geometry(layer)
    sizes, steps, starts = [], [], []
    for axis in (0, 1):
        zeros = 0
        if layer.padding == "same":
            pixels = layer.input.shape[1 + axis]
            if pixels is None and stride[axis] == 1:
                pixels = kernel[axis]  # any number: the zeros are the same
            if pixels is None:
                raise ValueError(
                    f"model: expected an input of known size, got {layer.input.shape} "
                    f"at {layer.name!r}: where its zeros go depends on it"
                )
            options = {"stride": stride[axis], "dilation": dilation[axis]}
            zeros = same_padding(pixels, kernel[axis], **options)[0]
        reach = dilation[axis] * (kernel[axis] - 1)
        sizes.append(field.size[axis] + reach * field.step[axis])
        steps.append(field.step[axis] * stride[axis])
        starts.append(field.start[axis] - zeros * field.step[axis])
    return ReceptiveField(tuple(sizes), tuple(steps), tuple(starts))


def _geometry(layer: keras.Layer) -> tuple[tuple, tuple, tuple]:
    """Read the kernel size, stride and dilation of a convolution or pooling."""
    kind = type(layer).__name__
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise ValueError(
            f"model: expected channels last, got channels first at {layer.name!r}"
        )
    if kind in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D"):
        return layer.kernel_size, layer.strides, layer.dilation_rate
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        return layer.pool_size, layer.strides, (1, 1)
    raise ValueError(
        "layer: expected convolutions, poolings and pointwise layers, got "
        f"{layer.name!r}, a {kind}"
    )


def _check_chain(
    model: keras.Model, before: keras.Layer | None, layer: keras.Layer
) -> None:
    """Refuse a model in which a layer has another input than the layer before it."""
    start = model.inputs[0] if before is None else before.output
    is_input = type(layer).__name__ == "InputLayer"
    if not is_input and layer.input is not start:
        raise ValueError(
            f"model: expected a chain of layers, got {layer.name!r}, whose input is "
            "not the output of the layer before it alone"
        )
