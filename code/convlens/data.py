"""Images in: handwritten digits from a file, from Keras' address, or from scikit-learn.

``CONVLENS_DATA`` decides which: ``auto`` (the default), ``mnist``, ``digits``, or the
path of an ``mnist.npz``. This is the one module that reads data files, and with
`convlens.download` the one that touches the internet.
"""

from __future__ import annotations

import hashlib
import os
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from convlens.download import DownloadError, download

# The address and the hash that keras.datasets.mnist.load_data uses (a test compares).
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"

# SHA-256 of each array's bytes in C order: MNIST is known by its content, whatever
# file it came in.
MNIST_ARRAYS_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
ARRAYS = tuple(MNIST_ARRAYS_SHA256)

# What a damaged, encrypted or absurdly large member of an archive raises.
UNREADABLE = (
    ValueError,
    EOFError,
    OSError,
    MemoryError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)


class DataError(ValueError):
    """The images asked for cannot be had as they are; the message says what to do."""


@dataclass(frozen=True)
class Images:
    """Handwritten digits, for training and for testing.

    Attributes:
        x_train: Training images, float32 in [0, 1], shape ``(n, 28, 28, 1)``. Black
            is 0, ink is 1. The array cannot be written to.
        y_train: Their labels, int64 in 0 to 9, shape ``(n,)``.
        x_test: Test images, as ``x_train``.
        y_test: Their labels.
        name: What they are called: ``"MNIST"``, or the name of their file.
        reason: Why these and not MNIST; empty where every array is MNIST's.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str
    reason: str = ""

    def __post_init__(self) -> None:
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            array.setflags(write=False)

    @property
    def is_mnist(self) -> bool:
        """Whether these are the images of MNIST, bit for bit."""
        return not self.reason

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all four arrays: what a result made from them depends on."""
        digest = hashlib.sha256()
        for name in ARRAYS:
            digest.update(np.ascontiguousarray(getattr(self, name)).data)
        return digest.hexdigest()

    @property
    def running_seven(self) -> int:
        """Index in the test set of its first 7: test image 0 of MNIST."""
        return int(np.argmax(self.y_test == 7))

    @property
    def validation_count(self) -> int:
        """How many training images, the last ones, are held out for choices."""
        return max(1, len(self.x_train) // 12)


def load_images(choice: str | None = None) -> Images:
    """Load the handwritten digits that the book uses.

    ``auto`` takes MNIST from Keras' cache, else downloads it there; where neither
    works it takes the 1,797 digits that come inside scikit-learn, and warns.
    ``mnist`` and a path never fall back.

    Args:
        choice: ``"auto"``, ``"mnist"``, ``"digits"`` or the path of an ``.npz`` file
            with the arrays ``x_train``, ``y_train``, ``x_test``, ``y_test``. Left
            out: the value of the variable ``CONVLENS_DATA``, else ``"auto"``.

    Returns:
        The images, with pixels in [0, 1].

    Raises:
        DataError: The choice is unknown, or what it names cannot be used.

    Example:
        >>> images = load_images("digits")
        >>> images.x_train.shape, images.x_train.dtype
        ((1437, 28, 28, 1), dtype('float32'))
        >>> int(images.y_test[images.running_seven])
        7
    """
    choice = choice or os.environ.get("CONVLENS_DATA") or "auto"
    if choice == "digits":
        return _digits("CONVLENS_DATA asks for them.")
    if choice == "mnist":
        return _mnist()
    if choice == "auto":
        return _mnist_or_digits()
    if choice.endswith(".npz") or os.sep in choice or os.path.exists(choice):
        return read_npz(Path(choice).expanduser())
    raise DataError(
        "CONVLENS_DATA: expected auto, mnist, digits or the path of an .npz file, "
        f"found {choice!r}."
    )


def _mnist_or_digits() -> Images:
    try:
        return _mnist()
    except DataError as error:
        warnings.warn(
            f"MNIST could not be had, so these are scikit-learn's digits: {error}",
            stacklevel=3,
        )
        return _digits(f"MNIST could not be had: {error}")


def _mnist() -> Images:
    """MNIST from Keras' cache, downloaded into it first where it is not there."""
    path = keras_cache()
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


def read_npz(path: str | os.PathLike) -> Images:
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
        convlens.data.DataError: missing.npz: expected an .npz file, found nothing \
there. Check the path in CONVLENS_DATA.
    """
    path = Path(path)
    arrays = _read_arrays(path)
    for part in ("train", "test"):
        _check_part(path, arrays, part)
    known = all(
        hashlib.sha256(np.ascontiguousarray(arrays[name]).data).hexdigest() == expected
        for name, expected in MNIST_ARRAYS_SHA256.items()
    )
    return Images(
        **{name: _prepared(name, array) for name, array in arrays.items()},
        name="MNIST" if known else path.name,
        reason="" if known else f"CONVLENS_DATA names {path.name}.",
    )


def _prepared(name: str, array: np.ndarray) -> np.ndarray:
    if name.startswith("y"):
        return array.astype(np.int64)
    return np.divide(array[..., np.newaxis], np.float32(255), dtype=np.float32)


def _fault(path: Path, expected: str, found: str, advice: str) -> DataError:
    return DataError(f"{path}: expected {expected}, found {found}. {advice}")


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The four arrays as they stand in the file, never unpickled."""
    if not os.path.exists(path):
        advice = "Check the path in CONVLENS_DATA."
        raise _fault(path, "an .npz file", "nothing there", advice)
    if path.is_dir():
        advice = f"Name the file itself, {path / 'mnist.npz'} perhaps."
        raise _fault(path, "an .npz file", "a folder", advice)
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            return {name: _read_array(path, archive, name) for name in ARRAYS}
    except zipfile.BadZipFile:
        found = f"{path.stat().st_size:,} bytes that are not a whole zip archive"
        advice = "It is damaged or another kind of file; replace it."
        raise _fault(path, "an .npz file (a zip archive)", found, advice) from None
    except OSError as error:
        advice = "Check who may read it."
        raise _fault(path, "a readable file", error.strerror, advice) from error


def _read_array(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    if f"{name}.npy" not in archive.namelist():
        there = ", ".join(sorted(archive.namelist())) or "no array at all"
        advice = "Save the file with all four arrays."
        raise _fault(path, f"the array {name}", there, advice)
    try:
        with archive.open(f"{name}.npy") as stream:
            return np.lib.format.read_array(stream, allow_pickle=False)
    except UNREADABLE as error:
        if "Object arrays" in str(error):
            advice = "Objects are never unpickled; save plain numbers."
            raise _fault(path, f"numbers in {name}", "Python objects", advice) from None
        advice = "It is damaged; replace it."
        raise _fault(path, f"a readable array {name}", str(error), advice) from error


def _check_part(path: Path, arrays: dict[str, np.ndarray], part: str) -> None:
    """Check the images and labels of one part, ``train`` or ``test``."""
    x, y = arrays[f"x_{part}"], arrays[f"y_{part}"]
    advice = "Save pixels as uint8 (n, 28, 28) and labels as whole numbers (n,)."
    checks = [
        (x.dtype == np.uint8, f"uint8 in x_{part}", str(x.dtype)),
        (x.shape[1:] == (28, 28), f"shape (n, 28, 28) of x_{part}", str(x.shape)),
        (y.dtype.kind in "iu", f"whole numbers in y_{part}", str(y.dtype)),
        (y.ndim == 1, f"shape (n,) of y_{part}", str(y.shape)),
        (x.size > 0, f"at least one image in x_{part}", "an empty set"),
    ]
    for good, expected, found in checks:
        if not good:
            raise _fault(path, expected, found, advice)
    if len(x) != len(y):
        expected = f"as many labels as images in the {part} set"
        raise _fault(path, expected, f"{len(y):,} for {len(x):,}", advice)
    if y.min() < 0 or y.max() > 9:
        found = f"{y.min()} to {y.max()}"
        raise _fault(path, f"labels from 0 to 9 in y_{part}", found, advice)
    if part == "test" and 7 not in y:
        raise _fault(path, "a 7 in y_test, which the book follows", "none", advice)


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
    return Images(x_train, y_train, x_test, y_test, "scikit-learn digits", reason)
