"""The cache of results that cost time: files on disk, each named by its content key.

A file begins with a line that says who made it, when, and the checksum of what follows.
It is written atomically: to a temporary file, which is then renamed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import stat
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import platformdirs
from filelock import FileLock, Timeout

BOOK = Path(__file__).resolve().parents[3]
LIBRARIES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "jupyter-book",
)
BUILD = "CONVLENS_BUILD"  # environment variable: the id of the running build
Value = TypeVar("Value")


class Damaged(Exception):
    """A kept file does not hold what was written."""


class UnsafeFolder(RuntimeError):
    """The cache folder is writable by other users, or its lock file is a link."""


@dataclass(frozen=True)
class Maker:
    """Who made a kept result, and when.

    Attributes:
        build: The name of the build; empty where no build was running.
        time: Seconds since 1970.
    """

    build: str
    time: float


def kept_folder() -> Path:
    """Tell where results are kept.

    Returns:
        The folder named by the variable ``CONVLENS_KEPT``; else ``_build/kept`` of the
        book that this package stands in, so that cleaning the book removes them; else,
        where the package was installed without its book, the user's cache folder.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", CONVLENS_KEPT="/tmp/somewhere"):
        ...     str(kept_folder())
        '/tmp/somewhere'
    """
    if named := os.environ.get("CONVLENS_KEPT"):
        return Path(named)
    if (BOOK / "_toc.yml").exists():
        return BOOK / "_build" / "kept"
    return Path(platformdirs.user_cache_dir("convlens")) / "kept"


def content_key(**parts: object) -> str:
    """Hash everything that a result depends on into a short name.

    Args:
        parts: Anything that JSON can write: settings, seeds, fingerprints, versions.

    Returns:
        Sixteen hexadecimal digits; any other part gives another key.

    Example:
        >>> content_key(seed=0) == content_key(seed=0), content_key(seed=1)
        (True, 'a4bbadc1c78966d2')
    """
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions(*names: str) -> dict[str, str]:
    """Look up the installed versions of Python and of libraries.

    Args:
        names: Names of distributions, as on PyPI; by default all that the book uses.

    Returns:
        A version by name.

    Raises:
        importlib.metadata.PackageNotFoundError: One is not installed.

    Example:
        >>> sorted(versions("numpy", "keras"))
        ['keras', 'numpy', 'python']
    """
    found = {name: _version(name) for name in names or LIBRARIES}
    return {"python": platform.python_version(), **found}


@cache
def _version(name: str) -> str:
    return importlib.metadata.version(name)


def kept(
    name: str,
    make: Callable[[], Value],
    *,
    encode: Callable[[Value], bytes],
    decode: Callable[[bytes], Value],
) -> Value:
    """Read a result from the cache, or make it once and keep it.

    Args:
        name: The file's name, with the content key in it.
        make: Makes the result.
        encode: The result as bytes.
        decode: The result back from those bytes.

    Returns:
        The result.

    Raises:
        UnsafeFolder: Others may write to the folder, or its lock is a link.

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
    made = kept_together(
        [name], lambda missing: {name: make()}, encode=encode, decode=decode
    )
    return made[name]


def kept_together(
    names: Sequence[str],
    make: Callable[[list[str]], dict[str, Value]],
    *,
    encode: Callable[[Value], bytes],
    decode: Callable[[bytes], Value],
) -> dict[str, Value]:
    """Read several results from the cache; make those that are missing in one call.

    Of several processes that ask at the same time, one makes them and the others wait.
    A damaged file is named in a warning and made again. Where a result cannot be kept
    (a full disk, say), a warning says so and the result is returned all the same.

    Args:
        names: The files' names, with their content keys in them.
        make: Makes the results whose names it is given.
        encode: A result as bytes.
        decode: A result back from those bytes.

    Returns:
        Every result, by name, in the order asked for.

    Raises:
        UnsafeFolder: Others may write to the folder, or its lock is a link.

    Example:
        >>> import tempfile
        >>> from unittest import mock
        >>> options = {"encode": str.encode, "decode": bytes.decode}
        >>> with mock.patch.dict("os.environ", CONVLENS_KEPT=tempfile.mkdtemp()):
        ...     _ = kept("one", lambda: "1", **options)
        ...     kept_together(["one", "two"], lambda missing: {"two": "2"}, **options)
        {'one': '1', 'two': '2'}
    """
    found, missing = read_kept(names, decode)
    if missing:
        folder = kept_folder()
        with ExitStack() as locks:
            for name in sorted(missing):  # in one order, so that no two wait in a ring
                locks.enter_context(_lock(folder / name))
            _remove_partial(folder, missing)
            found, missing = _read_all(folder, names, decode, tell=True)
            made = make(missing) if missing else {}
            for name in missing:
                found[name] = made[name]
                _write_or_warn(folder / name, encode(made[name]))
    return {name: found[name] for name in names}


def read_kept(
    names: Sequence[str], decode: Callable[[bytes], Value]
) -> tuple[dict[str, Value], list[str]]:
    """Read several results from the cache, and make none.

    Args:
        names: The files' names, with their content keys in them.
        decode: A result back from its bytes.

    Returns:
        The results that can be read, by name, and the names of the others.

    Raises:
        UnsafeFolder: Others may write to the folder.

    Example:
        >>> read_kept(["never made"], bytes.decode)
        ({}, ['never made'])
    """
    folder = kept_folder()
    _check_folder(folder)
    return _read_all(folder, names, decode)


def is_kept(name: str) -> bool:
    """Tell whether a result is in the cache and can be read back whole.

    Example:
        >>> is_kept("never made")
        False
    """
    try:
        _read(kept_folder() / name)
    except (Damaged, OSError):
        return False
    return True


def maker_of(name: str) -> Maker | None:
    """Tell who made a kept result, and when; None where none is kept.

    Example:
        >>> maker_of("never made") is None
        True
    """
    try:
        return _read(kept_folder() / name)[0]
    except (Damaged, OSError):
        return None


def origin(name: str) -> str:
    """Say whether a kept result was made by the build that runs, or before it.

    Args:
        name: As in `kept`.

    Returns:
        ``"made by this build"``, ``"read from what was kept on ..."``, or
        ``"not kept"``.

    Example:
        >>> origin("never made")
        'not kept'
    """
    maker = maker_of(name)
    if maker is None:
        return "not kept"
    if maker.build and maker.build == os.environ.get(BUILD):
        return "made by this build"
    day = datetime.fromtimestamp(maker.time, UTC)
    return f"read from what was kept on {day:%Y-%m-%d at %H:%M} UTC"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: a temporary file in the same folder, then a rename.

    Args:
        path: The file; what stands there is replaced, and a link is not followed.
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
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    # mkstemp creates the file exclusively, under an unpredictable name
    handle, partial = tempfile.mkstemp(".part", f".{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)


def _read_all(
    folder: Path,
    names: Sequence[str],
    decode: Callable[[bytes], Value],
    *,
    tell: bool = False,
) -> tuple[dict[str, Value], list[str]]:
    """Read several results; return those found, and the names of the others."""
    found, missing = {}, []
    for name in names:
        try:
            found[name] = decode(_read(folder / name)[1])
        except (Damaged, OSError) as error:
            missing.append(name)
            if tell and not isinstance(error, FileNotFoundError | NotADirectoryError):
                told = f"{folder / name} is damaged and is made again: {error}"
                warnings.warn(told, stacklevel=4)
    return found, missing


def _read(path: Path) -> tuple[Maker, bytes]:
    """Who made a kept file, and its content, after its checksum was found right."""
    first, _, content = path.read_bytes().partition(b"\n")
    try:
        header = json.loads(first)
        maker = Maker(str(header["build"]), float(header["time"]))
        checksum = header["sha256"]
    except (ValueError, KeyError, TypeError):
        raise Damaged("its first line is not one that this package writes") from None
    if hashlib.sha256(content).hexdigest() != checksum:
        raise Damaged("its checksum is wrong")
    return maker, content


def _remove_partial(folder: Path, names: Sequence[str]) -> None:
    """Remove the temporary files that a killed process left of these results."""
    for name in names:
        for left in folder.glob(f".{name}.*.part"):
            left.unlink(missing_ok=True)


def _write_or_warn(path: Path, content: bytes) -> None:
    header = {
        "build": os.environ.get(BUILD, ""),
        "time": time.time(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    try:
        write_whole(path, json.dumps(header).encode() + b"\n" + content)
    except OSError as error:
        warnings.warn(
            f"{path} could not be kept, and will be made again next time: {error}",
            stacklevel=4,
        )


def _check_folder(folder: Path) -> None:
    """Refuse a cache folder that another user owns or can write to."""
    try:
        found = folder.stat()
    except OSError:
        return  # it does not exist yet; writing creates it, or warns
    if not hasattr(os, "getuid"):
        return  # Windows says nothing about rights in the mode
    fault = ""
    if found.st_uid not in (0, os.getuid()):
        fault = "belongs to somebody else"
    elif found.st_mode & stat.S_IWOTH:
        fault = "everybody can write to"
    elif found.st_mode & stat.S_IWGRP and found.st_gid != os.getgid():
        fault = "another group can write to"
    if fault:
        raise UnsafeFolder(
            f"{folder}: expected a folder that only you can write to, found one that "
            f"{fault}. Name another in CONVLENS_KEPT, or change its owner and "
            "its rights."
        )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of a kept file.

    The lock belongs to the process, so the system frees it when the process dies.
    """
    place = path.with_name(f"{path.name}.lock")
    if place.is_symlink():
        raise UnsafeFolder(
            f"{place}: expected a lock file, found a link. Remove it: a process that "
            "locks what it leads to would not keep others out."
        )
    lock = FileLock(place)
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"waiting for another process that makes {path.name}", flush=True)
            lock.acquire()
    except OSError:
        pass  # a read-only folder needs no lock: writing to it will warn
    try:
        yield
    finally:
        lock.release()
