"""Digits from a file: the four arrays of an ``.npz``, read exactly or refused.

A file may be damaged or malicious. So nothing in it is unpickled, a header alone never
determines how much memory is allocated, and every array is read to its end, where its
checksum is compared. This module checks the format;
`convlens.study.data` checks what the digits show.
"""

from __future__ import annotations

import math
import os
import stat
import warnings
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
PIECE = 256 * 1024  # bytes read at a time

# Format 3.0 is 2.0 with field names in UTF-8, and plain numbers have no field names.
HEADER_READERS = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
    (3, 0): npy.read_array_header_2_0,
}
NO_FILE = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class DataError(ValueError):
    """The digits cannot be used as they are; the message says what to do."""


def data_error(source: object, expected: str, found: str, advice: str) -> DataError:
    """Make an error about digits: the source, what was expected, what was found.

    Args:
        source: The file, or another place that the digits come from.
        expected: What was expected of it.
        found: What is there instead; a long text is cut.
        advice: What to do, as whole sentences.

    Returns:
        The error, to be raised.

    Example:
        >>> str(data_error("a.npz", "an .npz file", "a folder", "Name the file."))
        'a.npz: expected an .npz file, found a folder. Name the file.'
    """
    found = found if len(found) <= 300 else f"{found[:300]}..."
    return DataError(f"{source}: expected {expected}, found {found}. {advice}")


def file_path(name: str | os.PathLike[str]) -> Path:
    """Turn the name of a file into a path, and expand a leading ``~``.

    Args:
        name: The name as it was typed.

    Returns:
        The path. It can be printed; the file need not exist.

    Raises:
        DataError: The name holds a NUL or is not UTF-8, or its ``~user`` is unknown.

    Example:
        >>> file_path("digits/mnist.npz").parts
        ('digits', 'mnist.npz')
    """
    text = os.fspath(name)
    advice = "Rename the file, so that pages can print its name."
    if "\0" in text:
        raise data_error(ascii(text), "the name of a file", "a NUL in it", advice)
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        advice = "Write the whole path, or ./ before a name that begins with ~."
        raise data_error(ascii(text), "a path", str(error), advice) from None
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        found = "bytes that are not"
        raise data_error(ascii(str(path)), "a name in UTF-8", found, advice) from None
    return path


def read_arrays(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Read the four arrays of an ``.npz`` file like Keras' ``mnist.npz``.

    Args:
        path: The file.

    Returns:
        ``x_train`` and ``x_test``, uint8, shape ``(n, 28, 28)``; ``y_train`` and
        ``y_test``, integers from 0 to 9, of the type in the file, shape ``(n,)``. All
        are in C order, and hold exactly what the file holds.

    Raises:
        DataError: The file is missing, is not a regular file, is damaged, or holds
            something else. It is left as it is.

    Example:
        >>> read_arrays("missing.npz")
        Traceback (most recent call last):
        ...
        convlens.study.digit_files.DataError: missing.npz: expected an .npz file, \
found nothing there. Check the path.
    """
    path = file_path(path)
    _check_is_file(path)
    try:
        file = path.open("rb")
    except OSError as error:
        advice = "Check who may read it."
        found = error.strerror or str(error)
        raise data_error(path, "a readable file", found, advice) from error
    with file, _archive(path, file) as archive:
        arrays = {name: _read_array(path, archive, name) for name in ARRAYS}
    for part in ("train", "test"):
        _check_labels(path, arrays[f"x_{part}"], arrays[f"y_{part}"], part)
    return arrays


def _check_is_file(path: Path) -> None:
    """Refuse anything but a regular file before it is opened: a pipe would hang."""
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        found, advice = "nothing there", "Check the path."
    except OSError as error:
        found, advice = error.strerror or str(error), "Check the path."
    else:
        if kind == stat.S_IFREG:
            return
        found, advice = NO_FILE.get(kind, "no file"), "Name a regular file."
        if kind == stat.S_IFDIR:
            advice = f"Name the file itself, {path / 'mnist.npz'} perhaps."
    raise data_error(path, "an .npz file", found, advice)


def _archive(path: Path, file: IO[bytes]) -> zipfile.ZipFile:
    """Open the archive; any error means that its directory is damaged.

    On damaged bytes the parser raises many types of errors, and documents few of them.
    """
    try:
        return zipfile.ZipFile(file)
    except Exception as error:
        size = os.fstat(file.fileno()).st_size
        found = f"{size:,} bytes that are not a whole zip archive"
        advice = "It is damaged or another kind of file; replace it."
        expected = "an .npz file (a zip archive)"
        raise data_error(path, expected, found, advice) from error


def _read_array(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Read one array; any error while its bytes are parsed means that it is damaged."""
    if f"{name}.npy" not in archive.namelist():
        there = ", ".join(sorted(archive.namelist())) or "no array at all"
        advice = "Save the file with all four arrays."
        raise data_error(path, f"the array {name}", there, advice)
    try:
        member = archive.getinfo(f"{name}.npy")
        with archive.open(member) as stream:
            shape, by_columns, dtype = _read_header(stream)
            _check_header(path, name, shape, dtype)
            _check_size(stream.tell() + math.prod(shape) * dtype.itemsize, member)
            content = bytearray()
            while piece := stream.read(PIECE):
                content += piece
        order = "F" if by_columns else "C"
        array = np.frombuffer(content, dtype).reshape(shape, order=order)
        return np.ascontiguousarray(array)
    except DataError:
        raise
    except Exception as error:
        found = str(error) or type(error).__name__
        advice = "It is damaged; replace it."
        raise data_error(path, f"a readable array {name}", found, advice) from error


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(stream)
    if version not in HEADER_READERS:
        raise ValueError(f"an array in the unknown format {version}")
    with warnings.catch_warnings():
        # NumPy reads old spellings in a header, and warns about them.
        warnings.simplefilter("ignore")
        return HEADER_READERS[version](stream)


def _check_header(
    path: Path, name: str, shape: tuple[int, ...], dtype: np.dtype
) -> None:
    """Check type and shape of one array, before any of its data is read."""
    if dtype.hasobject:
        advice = "Objects are never unpickled; save plain numbers."
        raise data_error(path, f"numbers in {name}", "Python objects", advice)
    if name.startswith("x"):
        thing, form, type_name = "image", "(n, 28, 28)", "uint8"
        right_type, right_form = dtype == np.uint8, shape[1:] == (28, 28)
    else:
        thing, form, type_name = "label", "(n,)", "whole numbers"
        right_type, right_form = dtype.kind in "iu", len(shape) == 1
    checks = [
        (right_type, f"{type_name} in {name}", str(dtype)),
        (right_form, f"shape {form} of {name}", str(shape)),
        (0 not in shape, f"at least one {thing} in {name}", "an empty set"),
    ]
    for right, expected, found in checks:
        if not right:
            advice = (
                "Save pixels as uint8 (n, 28, 28) and labels as whole numbers (n,)."
            )
            raise data_error(path, expected, found, advice)


def _check_size(needed: int, member: zipfile.ZipInfo) -> None:
    if needed != member.file_size:
        raise ValueError(
            f"{member.file_size:,} bytes where its header promises {needed:,}"
        )


def _check_labels(path: Path, x: np.ndarray, y: np.ndarray, part: str) -> None:
    if len(x) != len(y):
        expected = f"as many labels as images in the {part} set"
        advice = "Save one label for each image."
        raise data_error(path, expected, f"{len(y):,} for {len(x):,}", advice)
    if y.min() < 0 or y.max() > 9:
        found = f"{y.min()} to {y.max()}"
        advice = "Save for each image the digit that it shows."
        raise data_error(path, f"labels from 0 to 9 in y_{part}", found, advice)
