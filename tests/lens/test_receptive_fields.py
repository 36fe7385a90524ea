"""The formula gives the pixels that really change a value, no more and no fewer."""

import keras
import numpy as np
import pytest
from convlens.receptive_fields import POINTWISE, receptive_field
from keras import layers


def pixels_that_matter(model, layer, row, column):
    """Change every pixel in turn, and see for which the value changes.

    All weights are positive and so is the image: nothing can cancel, and in a maximum
    a pixel made large enough always shows.
    """
    height, width = model.inputs[0].shape[1:3]
    read = keras.Model(model.inputs[0], model.get_layer(layer).output)
    images = np.ones((height * width + 1, height, width, 1), "float32")
    images[np.arange(height * width), *np.indices((height, width)).reshape(2, -1)] += (
        1e3
    )
    values = read.predict(images, verbose=0, batch_size=500)[:, row, column, 0]
    return (values[:-1] != values[-1]).reshape(height, width)


def mask_of(patch, shape):
    """The same pixels as the formula tells them."""
    top, left, height, width = patch
    mask = np.zeros(shape, bool)
    mask[max(top, 0) : top + height, max(left, 0) : left + width] = True
    return mask


def positive(model):
    model.set_weights([np.abs(one) + 0.1 for one in model.get_weights()])
    return model


def chain(*stack, size=(17, 20)):
    return positive(keras.Sequential([keras.Input((*size, 1)), *stack]))


CHAINS = {
    "even kernel, same": [layers.Conv2D(2, 4, padding="same", name="last")],
    "stride, same": [
        layers.Conv2D(2, 3, strides=2, padding="same"),
        layers.Conv2D(2, (3, 2), strides=(1, 2), padding="same", name="last"),
    ],
    "valid and dilation": [
        layers.Conv2D(2, 3, dilation_rate=2),
        layers.ReLU(),
        layers.MaxPooling2D((2, 3), strides=(2, 1)),
        layers.Conv2D(1, (1, 3), name="last"),
    ],
    "pooling, same": [
        layers.AveragePooling2D(3, strides=2, padding="same"),
        layers.DepthwiseConv2D(3, padding="same", name="last"),
    ],
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_formula_tells_the_pixels_that_matter(name):
    model = chain(*CHAINS[name])
    field = receptive_field(model, "last")
    height, width = model.get_layer("last").output.shape[1:3]
    for row, column in [(0, 0), (height // 2, width // 2), (height - 1, width - 1)]:
        found = pixels_that_matter(model, "last", row, column)
        expected = mask_of(field.patch(row, column), found.shape)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "relu2", "pool2"])
def test_the_formula_holds_for_a_network_of_the_shape_of_the_book(layer, model):
    positive(model)
    field = receptive_field(model, layer)
    for row, column in [(0, 0), (3, 5)]:
        found = pixels_that_matter(model, layer, row, column)
        expected = mask_of(field.patch(row, column), (28, 28))
        np.testing.assert_array_equal(found, expected)


def test_the_fields_of_a_network_of_the_shape_of_the_book(model):
    told = {one: receptive_field(model, one) for one in ("image", "conv1", "pool2")}
    assert told["image"].size == (1, 1)
    assert (told["conv1"].size, told["conv1"].start) == ((5, 5), (-2, -2))
    assert (told["pool2"].size, told["pool2"].step) == ((16, 16), (4, 4))


def branching():
    image = keras.Input((8, 8, 1))
    one = layers.Conv2D(1, 3, padding="same")(image)
    two = layers.Conv2D(1, 5, padding="same", name="beside")(image)
    return keras.Model(image, layers.Add(name="sum")([one, two]))


@pytest.mark.parametrize(
    ("model", "layer", "told"),
    [
        (branching, "beside", "a chain of layers, got 'beside'"),
        (
            lambda: keras.Sequential(
                [
                    keras.Input((None, None, 1)),
                    layers.Conv2D(1, 3, strides=2, padding="same"),
                ]
            ),
            None,
            "an input of known size",
        ),
        (
            lambda: keras.Sequential(
                [
                    keras.Input((8, 8, 2)),
                    layers.MaxPooling2D(2, data_format="channels_first"),
                ]
            ),
            None,
            "channels last",
        ),
    ],
)
def test_what_has_no_formula_is_refused(model, layer, told):
    built = model()
    with pytest.raises(ValueError, match=told):
        receptive_field(built, layer or built.layers[-1].name)


def test_layers_of_the_network_without_a_field_are_refused(model):
    with pytest.raises(ValueError, match="Similar names: conv"):
        receptive_field(model, "conv3")
    with pytest.raises(ValueError, match="pointwise layers, got 'flatten', a Flatten"):
        receptive_field(model, "digit")


def test_an_unbuilt_model_is_refused():
    unbuilt = keras.Sequential([layers.Conv2D(2, 3, name="conv")])
    with pytest.raises(ValueError, match="model: expected a built model"):
        receptive_field(unbuilt, "conv")


def test_an_unknown_size_matters_only_with_a_stride():
    any_size = keras.Input((None, None, 1))
    model = keras.Sequential([any_size, layers.Conv2D(1, 5, padding="same", name="c")])
    assert receptive_field(model, "c").start == (-2, -2)


POINT_BY_POINT = [
    layers.Activation("relu"),
    layers.BatchNormalization(),
    layers.Dropout(0.5),
    layers.ELU(),
    layers.LeakyReLU(),
    layers.PReLU(),
    layers.ReLU(),
    layers.Rescaling(2.0),
    layers.Softmax(),
    layers.SpatialDropout2D(0.5),
]


def test_layers_that_work_point_by_point_leave_the_field_alone():
    kinds = {type(one).__name__ for one in POINT_BY_POINT}
    assert kinds | {"InputLayer"} == {*POINTWISE}
    for one in POINT_BY_POINT:
        model = keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(2, 3), one])
        assert receptive_field(model, one.name).size == (3, 3), one.name


@pytest.mark.parametrize("kind", ["ZeroPadding2D", "UpSampling2D", "Flatten"])
def test_layers_without_a_formula_are_refused(kind):
    layer = getattr(layers, kind)(name="other")
    model = keras.Sequential([keras.Input((8, 8, 1)), layer])
    with pytest.raises(ValueError, match=f"pointwise layers, got 'other', a {kind}"):
        receptive_field(model, "other")
