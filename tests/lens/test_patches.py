"""The components of patches are those of all patches; shares on them are right."""

import numpy as np
import pytest
from convlens.statistics import (
    energy_profile,
    fresh_kernels,
    patch_components,
    share_null,
    weakest_share,
)
from scipy.stats import kstest


def every_patch(images: np.ndarray, size: int) -> np.ndarray:
    """All patches as rows, one after the other; an even size has its zeros below."""
    before = (size - 1) // 2
    sides = (before, size - 1 - before)
    padded = np.pad(images, ((0, 0), sides, sides, (0, 0)))
    n, h, w, c = images.shape
    return np.array(
        [
            padded[image, row : row + size, column : column + size, channel].ravel()
            for image, row, column, channel in np.ndindex(n, h, w, c)
        ]
    )


def smooth_images(n: int = 130, channels: int = 1) -> np.ndarray:
    """More than one batch of images whose neighbouring pixels are alike."""
    rough = np.random.default_rng(2).random((n, 10, 9, channels), dtype="float32")
    return (rough[:, 1:, 1:] + rough[:, :-1, 1:] + rough[:, 1:, :-1] * 0.7) / 2.7


@pytest.mark.parametrize(("size", "channels"), [(3, 1), (2, 1), (3, 2)])
def test_equals_the_covariance_of_all_patches(size, channels):
    images = smooth_images(channels=channels)
    components, variances = patch_components(images, size)
    covariance = np.cov(every_patch(images, size).T.astype(float), bias=True)
    np.testing.assert_allclose(components.T @ components, np.eye(size**2), atol=1e-12)
    np.testing.assert_allclose(
        components * variances @ components.T, covariance, atol=1e-10
    )
    assert (np.diff(variances) <= 0).all()


def test_the_mean_patch_is_removed():
    """Patches of one pixel have the variance of all pixels."""
    images = smooth_images(10)
    _, variances = patch_components(images, 1)
    assert variances.item() == pytest.approx(images.astype(float).var())


def test_the_largest_weight_of_each_component_is_positive():
    components, _ = patch_components(smooth_images(), 3)
    assert (components.max(axis=0) >= np.abs(components).max(axis=0) - 1e-5).all()


def test_black_images_have_no_variance():
    _, variances = patch_components(np.zeros((2, 6, 6, 1)), 3)
    assert (variances == 0).all()


def test_a_component_has_all_its_energy_on_itself():
    components, _ = patch_components(smooth_images(), 3)
    layer = components.reshape(3, 3, 1, 9)
    for k in range(9):
        profile = energy_profile(layer[..., k : k + 1], components)
        np.testing.assert_allclose(profile, np.eye(9)[k], atol=1e-12)
    weak = weakest_share(layer, components, count=2)
    np.testing.assert_allclose(weak[0], [0] * 7 + [1] * 2, atol=1e-12)


def test_each_kernel_counts_alike():
    strong_and_weak = np.zeros((1, 2, 1, 2))
    strong_and_weak[0, 0, 0, 0], strong_and_weak[0, 1, 0, 1] = 100, 0.01
    np.testing.assert_allclose(energy_profile(strong_and_weak, np.eye(2)), [0.5, 0.5])
    with_zero = np.concatenate([strong_and_weak, np.zeros((1, 2, 1, 2))], axis=-1)
    np.testing.assert_allclose(energy_profile(with_zero, np.eye(2)), [0.25, 0.25])


def test_shares_equal_squared_products_one_by_one():
    components, _ = patch_components(smooth_images(), 3)
    many = np.random.default_rng(3).normal(size=(4, 3, 3, 2, 5))
    profile, weak = energy_profile(many, components), weakest_share(many, components, 4)
    assert (profile.shape, weak.shape) == ((4, 9), (4, 2, 5))
    for n in range(4):
        shares = np.zeros((2, 5, 9))
        for place in np.ndindex(2, 5):
            kernel = many[n, :, :, place[0], place[1]].ravel()
            for k in range(9):
                product = kernel @ components[:, k]
                shares[*place, k] = product**2 / (kernel @ kernel)
        np.testing.assert_allclose(profile[n], shares.mean(axis=(0, 1)))
        np.testing.assert_allclose(weak[n], shares[..., 5:].sum(axis=-1))


def test_noise_has_equal_shares_and_follows_the_beta_law():
    components, _ = patch_components(smooth_images(), 5)
    noise = fresh_kernels((5, 5, 1, 16), copies=500)
    profile = energy_profile(noise, components).mean(axis=0)
    np.testing.assert_allclose(profile, 0.04, atol=0.003)
    normal = np.random.default_rng(4).normal(size=(2000, 5, 5, 1, 1))
    weak = weakest_share(normal, components).ravel()
    assert kstest(weak, share_null(10, 25).cdf).pvalue > 0.01


def test_wrong_arguments_are_named():
    kernel, components = np.ones((3, 3, 1, 1)), np.eye(9)
    for images in (np.ones((6, 6)), np.ones((0, 6, 6, 1))):
        with pytest.raises(ValueError, match=r"images: expected shape \(n, h, w, c\)"):
            patch_components(images, 3)
    with pytest.raises(ValueError, match="got 0"):
        patch_components(np.ones((1, 6, 6, 1)), 0)
    for measure in (energy_profile, weakest_share):
        with pytest.raises(ValueError, match=r"components: expected shape \(9, 9\)"):
            measure(kernel, components[:, :4])
        with pytest.raises(ValueError, match="components: expected orthonormal"):
            measure(kernel, 2 * components)
    for count in (0, 10):
        with pytest.raises(ValueError, match=f"count: expected 1 to 9, got {count}"):
            weakest_share(kernel, components, count)
