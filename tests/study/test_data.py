"""Every fault of a data file is one clear error, and leaves the file as it was."""

import dataclasses
import hashlib
import inspect
import io
import pickle
import warnings
import zipfile

import numpy as np
import pytest
from convlens.study import data
from convlens.study.data import DataError, load_images, read_npz
from convlens.study.download import DownloadError


def good_arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    framed = ((0, 0), (4, 4), (4, 4))
    return {
        "x_train": np.pad(rng.integers(0, 256, (24, 20, 20), np.uint8), framed),
        "y_train": np.arange(24) % 10,
        "x_test": np.pad(rng.integers(0, 256, (12, 20, 20), np.uint8), framed),
        "y_test": (np.arange(12) % 10).astype(np.uint8),
    }


def saved(**changes: np.ndarray | None) -> bytes:
    """A file of good arrays, with some changed or (None) left out."""
    changed = good_arrays() | changes
    arrays = {name: array for name, array in changed.items() if array is not None}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def with_blank(images: np.ndarray, index: int) -> np.ndarray:
    images[index] = 9
    return images


def with_flipped_bytes() -> bytes:
    content = bytearray(saved())
    content[4000:4010] = bytes(255 - byte for byte in content[4000:4010])
    return bytes(content)


def other_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "no arrays")
    return buffer.getvalue()


def with_damaged_directory() -> bytes:
    content = bytearray(saved())
    place = content.rindex(b"PK\x01\x02")
    content[place : place + 4] = b"XXXX"
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(saved())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(sign) + offset
        content[place] |= 1
    return bytes(content)


def with_absurd_shape() -> bytes:
    header = io.BytesIO()
    shape = (10**15, 28, 28)
    told = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, told)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x_train.npy", header.getvalue())
    return buffer.getvalue()


FAULTS = {
    "damaged directory": (with_damaged_directory(), "not a whole zip"),
    "encrypted": (encrypted(), "readable array x_train, found .*encrypted"),
    "an absurd shape": (with_absurd_shape(), "expected a readable array x_train"),
    "no axes": (saved(x_train=np.uint8(3)), r"shape \(n, 28, 28\) of x_train, found"),
    "no seven": (saved(y_test=np.zeros(12, int)), "a 7 in y_test"),
    "not a zip": (b"MNIST", "expected an .npz file .*found 5 bytes"),
    "empty file": (b"", "expected an .npz file .*found 0 bytes"),
    "truncated": (saved()[:-500], "not a whole zip"),
    "damaged inside": (with_flipped_bytes(), "expected a readable array"),
    "another zip": (other_zip(), "expected the array x_train, found readme.txt"),
    "an array missing": (saved(y_test=None), "expected the array y_test"),
    "wrong shape": (
        saved(x_test=np.zeros((12, 8, 8), np.uint8)),
        r"shape \(n, 28, 28\) of x_test, found \(12, 8, 8\)",
    ),
    "wrong dtype": (saved(x_train=np.zeros((24, 28, 28))), "uint8 .*found float64"),
    "fractional labels": (saved(y_train=np.zeros(24)), "whole numbers in y_train"),
    "label columns": (
        saved(y_train=np.zeros((24, 1), int)),
        r"shape \(n,\) of y_train",
    ),
    "labels too large": (saved(y_test=np.arange(12)), "from 0 to 9.*found 0 to 11"),
    "labels negative": (saved(y_train=np.arange(24) - 20), "from 0 to 9.*found -20"),
    "counts that differ": (saved(y_train=np.arange(9)), "found 9 for 24"),
    "an empty set": (
        saved(x_test=np.zeros((0, 28, 28), np.uint8), y_test=np.zeros(0, int)),
        "at least one image in x_test, found an empty set",
    ),
    "objects": (saved(y_train=np.array([{}] * 24)), "found Python objects"),
    "one training image": (
        saved(x_train=good_arrays()["x_train"][:1], y_train=np.array([7])),
        "at least 2 training images, found 1. Save more",
    ),
    "no one to train with": (saved(y_train=np.full(24, 7)), "a 1 in y_train"),
    "no seven to train with": (saved(y_train=np.full(24, 1)), "a 7 in y_train"),
    "white training images": (
        saved(x_train=np.full((24, 28, 28), 255, np.uint8)),
        "contrast in x_train, found one value in all pixels",
    ),
    "black test images": (
        saved(x_test=np.zeros((12, 28, 28), np.uint8)),
        "contrast in x_test, found one value in all pixels",
    ),
    "a blank seven": (
        saved(x_test=with_blank(good_arrays()["x_test"], 7)),
        r"a 7, .* contrast in x_test\[7\], found one value in all pixels",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_named_and_left(fault, tmp_path, monkeypatch):
    content, found = FAULTS[fault]
    path = tmp_path / "digits.npz"
    path.write_bytes(content)
    monkeypatch.setenv("CONVLENS_DATA", str(path))
    with pytest.raises(DataError, match=found) as caught:
        load_images()
    assert str(caught.value).startswith(f"{path}: expected ")
    assert path.read_bytes() == content


def test_a_file_called_mnist_is_not_taken_for_mnist(tmp_path):
    path = tmp_path / "MNIST.npz"
    path.write_bytes(saved())
    images = load_images(str(path))
    assert not images.is_mnist
    assert images.reason == "load_images was asked for MNIST.npz."


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    path = tmp_path / "locked.npz"
    path.write_bytes(saved())

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(data.Path, "open", refuse)
    with pytest.raises(DataError, match="found Permission denied. Check who may"):
        read_npz(path)


def test_a_choice_too_long_for_a_path_is_unknown():
    with pytest.raises(DataError, match="expected auto, mnist"):
        load_images("m" * 5000)


def test_objects_are_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    path = tmp_path / "trap.npz"
    path.write_bytes(saved(x_train=np.array([Trap()])))
    with pytest.raises(DataError, match="never unpickled"):
        read_npz(path)


def test_a_missing_path_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="missing.npz: expected .*found nothing there"):
        load_images(str(tmp_path / "missing.npz"))
    with pytest.raises(DataError, match="found a folder"):
        load_images(str(tmp_path))


def test_an_unknown_choice_lists_the_known(monkeypatch):
    monkeypatch.setenv("CONVLENS_DATA", "minst")
    with pytest.raises(DataError, match="auto, mnist, digits or .*found 'minst'"):
        load_images()


def test_own_digits_load_under_their_own_name(tmp_path):
    path = tmp_path / "postcodes.npz"
    path.write_bytes(saved())
    images = load_images(str(path))
    assert images.name == "postcodes.npz"
    assert not images.is_mnist
    assert "postcodes.npz" in images.reason
    expected = good_arrays()["x_test"][..., np.newaxis] / np.float32(255)
    np.testing.assert_array_equal(images.x_test, expected)


def test_mnist_is_known_by_its_content(tmp_path, monkeypatch):
    path = tmp_path / "whatever.npz"
    path.write_bytes(saved())
    hashes = {
        name: hashlib.sha256(array.astype(np.uint8).tobytes()).hexdigest()
        for name, array in good_arrays().items()
    }
    monkeypatch.setattr(data, "MNIST_ARRAYS_SHA256", hashes)
    images = read_npz(path)
    assert images.is_mnist
    assert images.reason == ""


def test_the_digits_are_what_the_docstring_says(images):
    for x, y in ((images.x_train, images.y_train), (images.x_test, images.y_test)):
        assert x.shape[1:] == (28, 28, 1)
        assert x.dtype == np.float32
        assert y.dtype == np.int64
        assert (x.min(), x.max()) == (0, 1)
        assert set(y) == set(range(10))
    assert len(images.x_train) + len(images.x_test) == 1797
    with pytest.raises(ValueError, match="read-only"):
        images.x_train[0] = 1
    assert images.y_test[images.running_seven] == 7


def test_enlarged_digits_are_upright_and_labelled(images):
    """Shrunk again, an enlarged digit is nearest to the small one it came from."""
    from sklearn.datasets import load_digits

    small, labels = load_digits(return_X_y=True)
    coarse_small = (small / 16).reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4))
    for image, label in zip(images.x_train[:20], images.y_train, strict=False):
        coarse = image[4:24, 4:24, 0].reshape(4, 5, 4, 5).mean(axis=(1, 3))
        distance = np.abs(coarse_small - coarse).mean(axis=(1, 2))
        assert distance.min() < 0.05
        assert labels[distance.argmin()] == label


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """An empty Keras cache and a download that fails."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))

    def fail(url, path, **options):
        raise DownloadError(f"{url} could not be read: no route")

    monkeypatch.setattr(data, "download", fail)
    return tmp_path / "keras" / "datasets" / "mnist.npz"


def test_auto_falls_back_and_says_why(no_network):
    with pytest.warns(UserWarning, match="MNIST could not be had.*no route"):
        images = load_images("auto")
    assert images.name == "scikit-learn digits"
    assert "no route" in images.reason


def test_mnist_never_falls_back(no_network):
    with pytest.raises(DataError, match="no route.*CONVLENS_DATA"):
        load_images("mnist")


@pytest.mark.parametrize("content", [saved(), b"damaged"], ids=["other", "damaged"])
def test_a_bad_file_in_the_cache_is_named_and_left(no_network, content):
    no_network.parent.mkdir(parents=True)
    no_network.write_bytes(content)
    with pytest.raises(DataError, match=str(no_network)):
        load_images("mnist")
    with pytest.warns(UserWarning, match=str(no_network)):
        images = load_images("auto")
    assert str(no_network) in images.reason
    assert no_network.read_bytes() == content


def test_address_and_hash_are_those_of_keras():
    from keras.datasets import mnist

    source = inspect.getsource(inspect.getmodule(mnist.load_data))
    folder, _, name = data.MNIST_URL.rpartition("/")
    assert f'"{folder}/"' in source
    assert name in source
    assert data.MNIST_FILE_SHA256 in source


def test_the_cache_is_where_keras_looks(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert data.keras_cache() == tmp_path / "datasets" / "mnist.npz"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data.keras_cache() == tmp_path / ".keras" / "datasets" / "mnist.npz"


@pytest.fixture
def postcodes(tmp_path):
    """A file of digits that are not MNIST's."""
    path = tmp_path / "postcodes.npz"
    path.write_bytes(saved())
    return path


def changed_digits(path) -> None:
    """Rewrite a file with one pixel changed."""
    arrays = good_arrays()
    arrays["x_test"][3, 5, 6] ^= 1
    path.write_bytes(saved(**arrays))


def test_the_reason_says_who_asked(postcodes, monkeypatch):
    assert load_images("digits").reason == "load_images was asked for them."
    asked = load_images(str(postcodes))
    assert asked.reason == "load_images was asked for postcodes.npz."
    assert read_npz(postcodes).reason == "read_npz was asked for postcodes.npz."
    monkeypatch.setenv("CONVLENS_DATA", "digits")
    assert load_images().reason == "CONVLENS_DATA asks for them."
    monkeypatch.setenv("CONVLENS_DATA", str(postcodes))
    assert load_images().reason == "CONVLENS_DATA asks for postcodes.npz."
    with pytest.raises(DataError, match="^choice: expected auto"):
        load_images("minst")


def test_an_empty_reason_does_not_make_mnist(images):
    assert not dataclasses.replace(images, reason="").is_mnist


def test_the_fingerprint_is_that_of_the_digits_alone(postcodes, tmp_path):
    """Neither path, compression, order in memory nor type of labels changes it."""
    arrays = good_arrays()
    other = tmp_path / "other" / "name.npz"
    other.parent.mkdir()
    arrays["x_train"] = np.asfortranarray(arrays["x_train"])
    arrays["y_train"] = arrays["y_train"].astype(">u2")
    np.savez_compressed(other, **arrays)
    before = read_npz(postcodes).fingerprint
    assert len(before) == 64
    assert int(before, 16)
    assert read_npz(other).fingerprint == before
    changed_digits(other)
    assert read_npz(other).fingerprint != before


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_test", "y_test"])
def test_the_fingerprint_depends_on_every_array(name, images, postcodes, tmp_path):
    changed = getattr(images, name).copy()
    changed[0] = 1 - changed[0]
    other = dataclasses.replace(images, **{name: changed})
    assert other.fingerprint != images.fingerprint
    arrays = good_arrays()
    arrays[name][0] ^= 1
    path = tmp_path / "other.npz"
    path.write_bytes(saved(**arrays))
    assert read_npz(path).fingerprint != read_npz(postcodes).fingerprint


def test_a_file_is_hashed_once(postcodes, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        data, "_sha256", lambda array, dtype: hashed.append(array.nbytes) or "0"
    )
    images = load_images(str(postcodes))
    assert images.fingerprint == images.fingerprint
    assert sum(hashed) == sum(array.nbytes for array in good_arrays().values())


def assert_same(one: data.Images, other: data.Images) -> None:
    for field in dataclasses.fields(data.Images):
        before, after = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(before, after, err_msg=field.name)
        if isinstance(after, np.ndarray):
            assert not after.flags.writeable, field.name
            assert after.dtype == before.dtype
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("source", ["digits", "file"])
def test_images_with_an_origin_are_pickled_by_it(source, postcodes, monkeypatch):
    choice = "digits" if source == "digits" else "./postcodes.npz"
    monkeypatch.chdir(postcodes.parent)
    images = load_images(choice)
    assert images.origin == ("digits" if source == "digits" else str(postcodes))
    content = pickle.dumps(images)
    assert len(content) < 1000
    monkeypatch.chdir("/")
    assert_same(images, pickle.loads(content))


def test_images_without_an_origin_are_pickled_whole(images):
    few = dataclasses.replace(images, x_train=images.x_train[:9] / 2, caution="Faint.")
    assert few.origin == ""
    assert_same(few, pickle.loads(pickle.dumps(few)))


def test_digits_that_changed_are_not_unpickled(postcodes):
    content = pickle.dumps(load_images(str(postcodes)))
    changed_digits(postcodes)
    with pytest.raises(DataError, match=f"digits at {postcodes} have changed since"):
        pickle.loads(content)


def test_pages_refuse_digits_of_another_fingerprint(postcodes, monkeypatch):
    monkeypatch.setenv("CONVLENS_DATA", str(postcodes))
    monkeypatch.setenv("CONVLENS_FINGERPRINT", load_images().fingerprint)
    assert load_images().name == "postcodes.npz"
    changed_digits(postcodes)
    with pytest.raises(DataError, match="changed while the book was built"):
        load_images()
    assert load_images(str(postcodes)).name == "postcodes.npz"


def test_dark_ink_on_a_bright_ground_is_warned_of(postcodes, monkeypatch):
    arrays = good_arrays()
    for inverted, cautious in ((11, False), (13, True)):  # of 24
        arrays["x_train"][:inverted] = 255 - good_arrays()["x_train"][:inverted]
        assert bool(data._caution("x", arrays["x_train"])) == cautious
    postcodes.write_bytes(saved(**arrays))
    with pytest.warns(UserWarning, match="dark ink on a bright ground") as caught:
        images = load_images(str(postcodes))
    assert [str(one.message) for one in caught] == [images.caution]
    assert caught[0].filename == __file__
    monkeypatch.setenv("CONVLENS_FINGERPRINT", images.fingerprint)
    monkeypatch.setenv("CONVLENS_DATA", str(postcodes))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_images().caution == images.caution


def test_a_fallback_is_warned_of_where_it_is_called(no_network):
    with pytest.warns(UserWarning, match="could not be had") as caught:
        load_images("auto")
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("~nosuchuser/x.npz", "whole path, or ./"),
        ("nul\0.npz", "found a NUL"),
        ("/tmp/\udcff.npz", r"'/tmp/\\udcff.npz': expected a name in UTF-8"),
        ("\udcff", "found .*udcff"),
    ],
)
def test_a_name_that_is_no_path_is_refused(choice, found):
    with pytest.raises(DataError, match=found) as caught:
        load_images(choice)
    assert str(caught.value).encode("utf-8")
