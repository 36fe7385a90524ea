"""Handwritten digits, loaded from a file, from Keras' address, or from scikit-learn.

``CONVLENS_DATA`` decides which: ``auto`` (the default), ``mnist``, ``digits``, or the
path of an ``mnist.npz``. `convlens.study.digit_files` reads the file, and
`convlens.study.download` brings it; no other module touches files of digits or the
internet.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from convlens.study.digit_files import ARRAYS, data_error, file_path, read_arrays
from convlens.study.digit_files import DataError as DataError
from convlens.study.download import DownloadError, download

# The address and the hash that keras.datasets.mnist.load_data uses (a test compares).
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

# SHA-256 of each array's bytes, uint8 in C order: MNIST is known by its content,
# whatever file it came in.
MNIST_ARRAYS_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
CHOICE = "CONVLENS_DATA"
FINGERPRINT = "CONVLENS_FINGERPRINT"  # of the digits of the running build


@dataclass(frozen=True)
class Images:
    """Handwritten digits, for training and for testing.

    Images with an origin are pickled as that origin: the process that unpickles them
    loads them again, and raises DataError if they have changed. Others are pickled
    with all their arrays.

    Attributes:
        x_train: Training images, float32 in [0, 1], shape ``(n, 28, 28, 1)``. Black
            is 0, ink is 1. The array cannot be written to.
        y_train: Their labels, int64 in 0 to 9, shape ``(n,)``.
        x_test: Test images, as ``x_train``.
        y_test: Their labels.
        name: What they are called: ``"MNIST"``, or the name of their file.
        reason: Why these and not MNIST; empty for MNIST.
        is_mnist: Whether these are the images of MNIST, bit for bit.
        caution: A warning about unexpected content, such as dark ink on a bright
            background; empty if there is none.
        origin: What `load_images` can load these very digits from: ``"digits"`` or an
            absolute path. Empty for images that were made otherwise, for instance by
            `dataclasses.replace`.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str
    reason: str = ""
    is_mnist: bool = False
    caution: str = ""
    origin: str = field(default="", init=False)

    def __post_init__(self) -> None:
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            array.setflags(write=False)

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.origin:
            return _load_again, (self.origin, self.fingerprint, self.reason)
        return super().__reduce_ex__(protocol)

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.__post_init__()  # unpickled arrays can be written to

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all four arrays: what a result made from them depends on.

        For digits from a file it is computed from the arrays in the file, which have a
        quarter of the bytes. It does not depend on the file's path or compression, nor
        on the type of its labels.
        """
        types = {"x": "<f4", "y": "<i8"}
        return _combined(
            {name: _sha256(getattr(self, name), types[name[0]]) for name in ARRAYS}
        )

    @property
    def running_seven(self) -> int:
        """Index in the test set of its first 7: test image 0 of MNIST."""
        return int(np.argmax(self.y_test == 7))

    @property
    def validation_count(self) -> int:
        """How many training images, the last ones, are held out for choices."""
        return max(1, len(self.x_train) // 12)

    @property
    def validation_part(self) -> tuple[np.ndarray, np.ndarray]:
        """The images held out of training, and their labels."""
        return (
            self.x_train[-self.validation_count :],
            self.y_train[-self.validation_count :],
        )


def load_images(choice: str | None = None) -> Images:
    """Load the handwritten digits that the book uses.

    ``auto`` takes MNIST from Keras' cache, else downloads it there; where neither
    works it takes the 1,797 digits that come inside scikit-learn, and warns.
    ``mnist`` and a path never fall back.

    Args:
        choice: ``"auto"``, ``"mnist"``, ``"digits"`` or the path of an ``.npz`` file
            with the arrays ``x_train``, ``y_train``, ``x_test``, ``y_test``. Left
            out: the value of the variable ``CONVLENS_DATA``, else ``"auto"``; then,
            in the pages of a build, only the digits with which the build began.

    Returns:
        The images, with pixels in [0, 1].

    Raises:
        DataError: The choice is unknown, or what it names cannot be used, or the data
            changed while the book was built.

    Example:
        >>> images = load_images("digits")
        >>> images.x_train.shape, images.x_train.dtype
        ((1437, 28, 28, 1), dtype('float32'))
        >>> int(images.y_test[images.running_seven])
        7
    """
    images = _chosen(choice or os.environ.get(CHOICE) or "auto", bool(choice))
    build = os.environ.get(FINGERPRINT)
    if build and not choice:
        since = "The data changed while the book was built."
        _check_unchanged(images, build, since, "Build it again.")
    if images.caution and not build:  # a build shows it in its banner
        warnings.warn(images.caution, stacklevel=2)
    return images


def _chosen(choice: str, by_caller: bool) -> Images:
    asked = "load_images was asked for" if by_caller else f"{CHOICE} asks for"
    if choice == "digits":
        return _digits(f"{asked} them.")
    if choice == "mnist":
        return _mnist()
    if choice == "auto":
        return _mnist_or_digits()
    if choice.endswith(".npz") or os.sep in choice or os.path.exists(choice):
        path = file_path(choice)
        return _from_file(path, f"{asked} {path.name}.")
    expected = "auto, mnist, digits or the path of an .npz file"
    advice = "Choose one of these."
    raise data_error("choice" if by_caller else CHOICE, expected, repr(choice), advice)


def _mnist_or_digits() -> Images:
    try:
        return _mnist()
    except DataError as error:
        warnings.warn(
            f"MNIST could not be had, so these are scikit-learn's digits: {error}",
            stacklevel=4,
        )
        return _digits(f"MNIST could not be had: {error}")


def _mnist() -> Images:
    """MNIST from Keras' cache, downloaded into it first where it is not there."""
    path = file_path(keras_cache())
    if not path.exists():
        try:
            download(MNIST_URL, path, sha256=MNIST_FILE_SHA256)
        except DownloadError as error:
            raise DataError(
                f"{path} is not there and its download failed: {error} "
                "To use a file you have, set CONVLENS_DATA to its path; to do "
                "without MNIST, set CONVLENS_DATA=digits."
            ) from error
    images = read_npz(path)
    if not images.is_mnist:
        raise DataError(
            f"{path}: expected the arrays of MNIST, found other digits (their hashes "
            "differ). The file was left as it is; move it away to download MNIST, or "
            "set CONVLENS_DATA to its path to use it."
        )
    return images


def keras_cache() -> Path:
    """Tell where Keras keeps ``mnist.npz``: below ``KERAS_HOME``, else ``~/.keras``.

    Example:
        >>> keras_cache().parts[-2:]
        ('datasets', 'mnist.npz')
    """
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets" / "mnist.npz"


def read_npz(path: str | os.PathLike[str]) -> Images:
    """Read digits from an ``.npz`` file with the four arrays of Keras' ``mnist.npz``.

    Args:
        path: The file. ``x_train`` and ``x_test`` are uint8, shape ``(n, 28, 28)``;
            ``y_train`` and ``y_test`` are whole numbers from 0 to 9, shape ``(n,)``.

    Returns:
        The images; their name is ``"MNIST"`` if the content is MNIST's, else the
        file's own name.

    Raises:
        DataError: The file is missing, damaged, or holds something else. It names
            the file, what was expected and what was found; the file is left as it is.

    Example:
        >>> read_npz("missing.npz")
        Traceback (most recent call last):
        ...
        convlens.study.digit_files.DataError: missing.npz: expected an .npz file, \
found nothing there. Check the path.
    """
    path = file_path(path)
    return _from_file(path, f"read_npz was asked for {path.name}.")


def _from_file(path: Path, reason: str) -> Images:
    """Read the digits of a file, and hash each array once, as it is in the file."""
    arrays = read_arrays(path)
    # whatever their type in the file, a byte is enough for labels from 0 to 9
    hashes = {name: _sha256(array, "u1") for name, array in arrays.items()}
    known = hashes == MNIST_ARRAYS_SHA256
    name = "MNIST" if known else path.name
    images = Images(
        **{part: _prepared(part, array) for part, array in arrays.items()},
        name=name,
        reason="" if known else reason,
        is_mnist=known,
        caution=_caution(name, arrays["x_train"], arrays["x_test"]),
    )
    _check_content(images, path)
    vars(images).update(origin=os.path.abspath(path), fingerprint=_combined(hashes))
    return images


def _prepared(name: str, array: np.ndarray) -> np.ndarray:
    if name.startswith("y"):
        return array.astype(np.int64)
    return np.divide(array[..., np.newaxis], np.float32(255), dtype=np.float32)


def _sha256(array: np.ndarray, dtype: str) -> str:
    return hashlib.sha256(np.ascontiguousarray(array, dtype).data).hexdigest()


def _combined(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(" ".join(hashes[one] for one in ARRAYS).encode()).hexdigest()


def _caution(name: str, *sets: np.ndarray) -> str:
    """Warn of images, uint8, of which a set has a mostly bright border."""
    if not any(_has_bright_border(pixels) for pixels in sets):
        return ""
    return (
        f"The images of {name} seem to show dark ink on a bright ground, while the "
        "book describes bright ink on a black ground: save 255 minus each pixel."
    )


def _has_bright_border(pixels: np.ndarray) -> bool:
    sides = pixels[:, 0], pixels[:, -1], pixels[:, 1:-1, 0], pixels[:, 1:-1, -1]
    bright = sum(np.count_nonzero(side > 127) for side in sides)
    return bool(2 * bright > sum(side.size for side in sides))


def _check_content(images: Images, source: object) -> None:
    """Refuse digits that a page would fail on, before anything is trained."""
    for good, expected, found, advice in _demands(images):
        if not good:
            raise data_error(source, expected, found, advice)


def _demands(images: Images) -> Iterator[tuple[bool, str, str, str]]:
    """Requirements of the book: whether each is met, and the parts of its error."""
    count = len(images.x_train)
    yield count > 1, "at least 2 training images", f"{count}", "Save more images."
    for part, digit, use in (
        ("train", 1, "exercises train with"),
        ("train", 7, "exercises train with"),
        ("test", 7, "the book follows"),
    ):
        labels = f"y_{part}"
        there = digit in getattr(images, labels)
        expected = f"a {digit} in {labels}, which {use}"
        yield there, expected, "none", f"Save images of a {digit} in both sets."
    seven = images.running_seven
    for name, pixels, what in (
        ("x_train", images.x_train, "images"),
        ("x_test", images.x_test, "images"),
        (f"x_test[{seven}]", images.x_test[[seven]], "a 7, which the book follows,"),
    ):
        differ = any(np.ptp(image) > 0 for image in pixels)  # ends at the first, mostly
        found = "one value in all pixels of each image"
        advice = "Save images that show digits."
        yield differ, f"{what} with contrast in {name}", found, advice


def _check_unchanged(images: Images, fingerprint: str, since: str, then: str) -> None:
    if images.fingerprint != fingerprint:
        raise data_error(
            images.origin,
            f"the digits with the fingerprint {fingerprint[:16]}",
            images.fingerprint[:16],
            f"{since} {then}",
        )


def _load_again(origin: str, fingerprint: str, reason: str) -> Images:
    """Unpickle images with an origin: load them again, if they are still the same."""
    digits = origin == "digits"
    images = _digits(reason) if digits else _from_file(Path(origin), reason)
    since = f"The digits at {origin} have changed since they were loaded."
    _check_unchanged(images, fingerprint, since, "Load them again.")
    return images


def _digits(reason: str) -> Images:
    """scikit-learn's 8x8 digits, enlarged to MNIST's format: 20x20 inside 28x28."""
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    small, labels = load_digits(return_X_y=True)
    small = small.reshape(-1, 8, 8) / 16
    large = zoom(small, (1, 2.5, 2.5), order=1, mode="nearest", grid_mode=True)
    framed = np.pad(large, ((0, 0), (4, 4), (4, 4)))[..., np.newaxis]
    x_train, x_test, y_train, y_test = train_test_split(
        framed.astype(np.float32),
        labels,
        test_size=0.2,
        stratify=labels,
        random_state=0,
    )
    name = "scikit-learn digits"
    images = Images(x_train, y_train, x_test, y_test, name, reason)
    _check_content(images, name)
    vars(images).update(origin="digits")
    return images
