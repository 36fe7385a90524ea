"""Bring one file of known content from the internet, whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

CHUNK = 64 * 1024
LARGEST = 200 * 1024 * 1024
LEAST_RATE = 32 * 1024  # bytes a second


class DownloadError(OSError):
    """The file could not be brought here; nothing was left behind."""


def download(
    url: str, path: str | os.PathLike, *, sha256: str, patience: float = 10.0
) -> None:
    """Download ``url``, check its hash, and only then put it at ``path``.

    The bytes go to a temporary file in the same folder, which is renamed when its
    hash is right and removed in every other case, so ``path`` is never half-written.

    Args:
        url: The address, ``http`` or ``https``.
        path: Where the file shall stand. Its folder is made if need be.
        sha256: The expected SHA-256 of the content, in hexadecimal.
        patience: Seconds, name look-up and connection included. The download is given
            up when it stands still for that long, or falls that far behind 32 KiB a
            second.

    Raises:
        DownloadError: The folder cannot be written, the server cannot be reached,
            stops sending or breaks off, or sends another content.

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
    partial = _temporary_beside(path)
    try:
        found = _receive(url, partial, patience)
        if found != sha256:
            raise DownloadError(
                f"{url} sent a file that is not the one expected: its SHA-256 is "
                f"{found}, expected {sha256}. Nothing was kept."
            )
        os.replace(partial, path)
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(f"{path} could not be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _temporary_beside(path: Path) -> Path:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.touch()
    except OSError as error:
        raise DownloadError(
            f"the folder {path.parent} cannot be written: {error}. "
            "Make it writable, or name a file that is already here."
        ) from error
    return partial


def _receive(url: str, partial: Path, patience: float) -> str:
    """Write what the server sends to ``partial``; return its SHA-256."""
    digest, received = hashlib.sha256(), 0
    bar = tqdm(desc=f"downloading {Path(url).name}", unit="B", unit_scale=True)
    with partial.open("wb") as file, bar:
        for chunk in _chunks(url, patience):
            received += len(chunk)
            if received > LARGEST:
                raise DownloadError(f"{url} sent more than {LARGEST:,} bytes")
            digest.update(chunk)
            file.write(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()


def _chunks(url: str, patience: float) -> Iterator[bytes]:
    """Yield the content piece by piece, giving up on a silent or dripping server.

    A socket's own timeout covers neither a name look-up that hangs nor a server that
    sends a byte now and then. So a thread reads, and this side watches the clock.
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
            plain = type(piece) is urllib.error.URLError  # hides its cause in brackets
            cause = piece.reason if plain else piece
            raise DownloadError(f"{url} could not be read: {cause}.") from piece
        if not piece:
            return
        deadline += len(piece) / LEAST_RATE
        yield piece


def _read(url: str, patience: float, pieces: queue.Queue) -> None:
    """Put the content on the queue, then an empty piece; or the error."""
    try:
        # The other side gives up first; this only ends the thread.
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
