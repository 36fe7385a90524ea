"""Download one file with a known SHA-256, completely or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

CHUNK = 64 * 1024
LARGEST = 200 * 1024 * 1024  # bytes
LEAST_RATE = 32 * 1024  # bytes a second


class DownloadError(OSError):
    """The file could not be downloaded; nothing was left behind."""


def download(
    url: str, path: str | os.PathLike, *, sha256: str, patience: float = 10.0
) -> None:
    """Download a file, check its hash, and only then put it at ``path``.

    The bytes go to a new temporary file in the same folder. It is renamed when its
    hash is right and removed in every other case, so ``path`` is never half-written.

    Args:
        url: The address, ``http`` or ``https``.
        path: Where to put the file. Its folder is made if it does not exist.
        sha256: The expected SHA-256 of the content, in hexadecimal.
        patience: Seconds, name look-up and connection included. The download is given
            up when nothing arrives for that long, or when it falls that far behind
            32 KiB a second.

    Raises:
        DownloadError: The folder cannot be written to; or the server cannot be
            reached, stops sending, breaks off, or sends other content.

    Example:
        >>> import pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "there.txt").write_bytes(b"seven")
        >>> download((folder / "there.txt").as_uri(), folder / "here.txt",
        ...          sha256=hashlib.sha256(b"seven").hexdigest())
        >>> (folder / "here.txt").read_text()
        'seven'
    """
    path = Path(path)
    file = _new_file_beside(path)
    try:
        with file:
            found = _receive(url, file, patience)
        if found != sha256:
            raise DownloadError(
                f"{url} sent a file that is not the one expected: its SHA-256 is "
                f"{found}, expected {sha256}. Nothing was kept."
            )
        os.replace(file.name, path)
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(f"{path} could not be written: {error}") from error
    finally:
        Path(file.name).unlink(missing_ok=True)


def _new_file_beside(path: Path) -> BinaryIO:
    """Open a new temporary file, which no other process has.

    Its name cannot be guessed, and the mode "x" refuses a file or a link that exists.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part").open("xb")
    except OSError as error:
        raise DownloadError(
            f"the folder {path.parent} cannot be written to: {error}. "
            "Make it writable, or name a file that is already here."
        ) from error


def _receive(url: str, file: BinaryIO, patience: float) -> str:
    """Write what the server sends to a file; return its SHA-256."""
    digest, received = hashlib.sha256(), 0
    with tqdm(desc=f"downloading {Path(url).name}", unit="B", unit_scale=True) as bar:
        for chunk in _chunks(url, patience):
            received += len(chunk)
            if received > LARGEST:
                raise DownloadError(f"{url} sent more than {LARGEST:,} bytes.")
            digest.update(chunk)
            file.write(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()


def _chunks(url: str, patience: float) -> Iterator[bytes]:
    """Yield the content piece by piece; give up on a server that is silent or slow.

    The timeout of a socket covers neither a name look-up that hangs nor a server that
    sends a byte now and then. So a thread reads, and this function watches the clock.
    """
    pieces: queue.Queue = queue.Queue(maxsize=64)
    threading.Thread(target=_read, args=(url, patience, pieces), daemon=True).start()
    deadline = time.monotonic() + patience
    while True:
        try:
            left = max(0.0, deadline - time.monotonic())
            piece = pieces.get(timeout=min(patience, left))
        except queue.Empty:
            raise DownloadError(
                f"{url} sent almost nothing for {patience:g} seconds."
            ) from None
        if isinstance(piece, Exception):
            plain = type(piece) is urllib.error.URLError  # it wraps the cause
            cause = piece.reason if plain else piece
            raise DownloadError(f"{url} could not be read: {cause}.") from piece
        if not piece:
            return
        deadline += len(piece) / LEAST_RATE
        yield piece


def _read(url: str, patience: float, pieces: queue.Queue) -> None:
    """Put the content on the queue, piece by piece, then an empty piece or an error."""
    try:
        # The function above gives up first; this timeout only ends the thread.
        with urllib.request.urlopen(url, timeout=2 * patience) as answer:
            announced = int(answer.headers.get("Content-Length") or 0)
            received = 0
            while chunk := answer.read(CHUNK):
                received += len(chunk)
                pieces.put(chunk)
        if received < announced:
            raise EOFError(f"it broke off after {received:,} of {announced:,} bytes")
        pieces.put(b"")
    except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
        pieces.put(error)
