"""Results that cost time, kept on disk under a key of everything that shapes them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import platformdirs
from filelock import FileLock, Timeout

PACKAGE = Path(__file__).resolve().parent
LIBRARIES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "jupyter-book",
)
Value = TypeVar("Value")


class Damaged(Exception):
    """A kept file does not hold what was written."""


def kept_folder() -> Path:
    """Where results are kept.

    Returns:
        The folder named by the variable ``CONVLENS_KEPT``; else ``_build/kept`` of the
        book that this package stands in, so that cleaning the book forgets them; else,
        where the package was installed without its book, the user's cache folder.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", CONVLENS_KEPT="/tmp/somewhere"):
        ...     str(kept_folder())
        '/tmp/somewhere'
    """
    if named := os.environ.get("CONVLENS_KEPT"):
        return Path(named)
    book = PACKAGE.parents[1]
    if (book / "_toc.yml").exists():
        return book / "_build" / "kept"
    return Path(platformdirs.user_cache_dir("convlens")) / "kept"


def content_key(**parts: object) -> str:
    """Turn everything that shapes a result into a short name for it.

    Args:
        parts: Anything that JSON can write: settings, seeds, fingerprints, versions.

    Returns:
        Sixteen hexadecimal digits; another part gives another key.

    Example:
        >>> content_key(seed=0) == content_key(seed=0), content_key(seed=1)
        (True, 'a4bbadc1c78966d2')
    """
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_of(*modules: str) -> str:
    """Fingerprint the source of modules of this package; of all, if none is named.

    Args:
        modules: Names such as ``"network"``.

    Returns:
        SHA-256 in hexadecimal.

    Example:
        >>> source_of("network") == source_of("claims")
        False
    """
    names = [f"{name}.py" for name in modules] or sorted(
        str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")
    )
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + (PACKAGE / name).read_bytes())
    return digest.hexdigest()


def versions(*names: str) -> dict[str, str]:
    """Tell which versions of Python and of libraries are installed.

    Args:
        names: Of libraries, as on the package index; none: all that the book uses.

    Returns:
        A version by name.

    Raises:
        importlib.metadata.PackageNotFoundError: One is not installed.

    Example:
        >>> sorted(versions("numpy", "keras"))
        ['keras', 'numpy']
        >>> "python" in versions()
        True
    """
    found = {name: importlib.metadata.version(name) for name in names or LIBRARIES}
    return found if names else {"python": platform.python_version(), **found}


def kept(
    name: str,
    make: Callable[[], Value],
    *,
    encode: Callable[[Value], bytes],
    decode: Callable[[bytes], Value],
) -> Value:
    """Read a result that was kept, or make it once and keep it.

    Of several processes that ask at the same time, one makes it and the others wait.
    A file is written under a temporary name and renamed, so that a killed process
    leaves no half-written one. Where it cannot be kept (a full disk, say), a warning
    says so and the result is returned all the same.

    Args:
        name: The file's name, with the content key in it.
        make: Makes the result.
        encode: The result as bytes.
        decode: The result back from those bytes.

    Returns:
        The result.

    Example:
        >>> import tempfile
        >>> from unittest import mock
        >>> options = {"encode": str.encode, "decode": bytes.decode}
        >>> with mock.patch.dict("os.environ", CONVLENS_KEPT=tempfile.mkdtemp()):
        ...     first = kept("answer", lambda: "made", **options)
        ...     second = kept("answer", lambda: "made again", **options)
        >>> first, second
        ('made', 'made')
    """
    path = kept_folder() / name
    try:
        return decode(_read(path))
    except (Damaged, OSError):
        pass  # the locked attempt below tells, once
    with _lock(path):
        try:
            return decode(_read(path))
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (Damaged, OSError) as error:
            warnings.warn(f"{path} is damaged and is made again: {error}", stacklevel=3)
        value = make()
        _write_or_warn(path, encode(value))
        return value


def when_made(name: str) -> float | None:
    """Tell when a kept result was made: seconds since 1970, or None if none is kept.

    Example:
        >>> when_made("never made") is None
        True
    """
    path = kept_folder() / name
    return path.stat().st_mtime if path.exists() else None


def origin(name: str) -> str:
    """Tell whether a kept result was made by the build that runs, or before it.

    Args:
        name: As in `kept`.

    Returns:
        ``"made by this build"``, ``"read from what was kept on ..."``, or
        ``"not kept"``.

    Example:
        >>> origin("never made")
        'not kept'
    """
    made = when_made(name)
    if made is None:
        return "not kept"
    if made >= float(os.environ.get("CONVLENS_BUILD_STARTED", "inf")):
        return "made by this build"
    day = datetime.fromtimestamp(made, UTC)
    return f"read from what was kept on {day:%Y-%m-%d at %H:%M} UTC"


def _read(path: Path) -> bytes:
    """The content of a kept file, after its checksum was found right."""
    checksum, _, content = path.read_bytes().partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != checksum:
        raise Damaged("its checksum is wrong")
    return content


def _write_or_warn(path: Path, content: bytes) -> None:
    checksum = hashlib.sha256(content).hexdigest().encode()
    try:
        write_whole(path, checksum + b"\n" + content)
    except OSError as error:
        warnings.warn(
            f"{path} could not be kept, and will be made again next time: {error}",
            stacklevel=4,
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a temporary name beside it, then a rename.

    Args:
        path: The file; what stands there is replaced.
        content: Its bytes.

    Raises:
        OSError: It could not be written. What stood at ``path`` stands there still.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "note"
        >>> write_whole(path, b"seven")
        >>> path.read_bytes(), len(list(path.parent.iterdir()))
        (b'seven', 1)
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of one kept file, and clear what a killed writer left of it.

    The lock belongs to the process, so the system frees it when the process dies.
    """
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"waiting for another process that makes {path.name}", flush=True)
            lock.acquire()
        for left in path.parent.glob(f".{path.name}.*.part"):
            left.unlink(missing_ok=True)
    except OSError:
        pass  # without a folder there is nothing to guard; the write will tell
    try:
        yield
    finally:
        lock.release()
