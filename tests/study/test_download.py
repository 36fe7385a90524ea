"""A download brings the whole file or nothing, from a server on loopback."""

import errno
import hashlib
import inspect
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from convlens.study import data
from convlens.study import download as download_module
from convlens.study.download import DownloadError, download

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Faulty(BaseHTTPRequestHandler):
    """A server whose path selects the fault."""

    def do_GET(self) -> None:
        """Send the file, or simulate a fault."""
        way = self.path.strip("/")
        if way == "silent":
            time.sleep(5)
        self.send_response(404 if way == "absent" else 200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if way == "good":
            self.wfile.write(CONTENT)
        elif way == "other":
            self.wfile.write(CONTENT[::-1])
        elif way == "broken":
            self.wfile.write(CONTENT[:100_000])
        elif way == "stalling":
            self.wfile.write(CONTENT[:100_000])
            self.wfile.flush()
            time.sleep(5)
        elif way == "slow":
            for start in range(0, 500_000, 50_000):
                self.wfile.write(CONTENT[start : start + 50_000])
                self.wfile.flush()
                time.sleep(0.3)
        elif way == "dripping":
            for _ in range(50):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_the_whole_file_arrives(server, tmp_path):
    path = tmp_path / "new" / "file"
    download(f"{server}/good", path, sha256=SHA256)
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("other", "not the one expected"),
        ("broken", "broke off after 100,000 of 512,000 bytes"),
        ("silent", "almost nothing for 0.5 seconds"),
        ("dripping", "almost nothing for 0.5 seconds"),
        ("absent", "404"),
    ],
)
def test_a_faulty_server_leaves_nothing(server, tmp_path, way, told):
    path = tmp_path / "file"
    with pytest.raises(DownloadError, match=told):
        download(f"{server}/{way}", path, sha256=SHA256, patience=0.5)
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_download_leaves_the_file_that_was_there(server, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(DownloadError):
        download(f"{server}/other", path, sha256=SHA256)
    assert path.read_bytes() == b"before"


def test_a_refused_connection(tmp_path):
    with pytest.raises(DownloadError, match="refused"):
        download("http://127.0.0.1:9/file", tmp_path / "file", sha256=SHA256)


def test_a_folder_that_cannot_be_written(server, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with pytest.raises(DownloadError, match="blocked.* cannot be written"):
        download(f"{server}/good", tmp_path / "blocked" / "file", sha256=SHA256)


def test_a_full_disk(server, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download_module.os, "replace", full)
    with pytest.raises(DownloadError, match="No space left"):
        download(f"{server}/good", tmp_path / "file", sha256=SHA256)
    assert list(tmp_path.iterdir()) == []


def test_too_much(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "LARGEST", 1000)
    with pytest.raises(DownloadError, match="more than 1,000 bytes"):
        download(f"{server}/good", tmp_path / "file", sha256=SHA256)


def test_mnist_is_downloaded_into_the_cache_of_keras(server, tmp_path, monkeypatch):
    """The whole path of CONVLENS_DATA=mnist, up to content that is not MNIST's."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(data, "MNIST_URL", f"{server}/good")
    monkeypatch.setattr(data, "MNIST_FILE_SHA256", SHA256)
    with pytest.raises(data.DataError, match="not a whole zip"):
        data.load_images("mnist")
    assert (tmp_path / "datasets" / "mnist.npz").read_bytes() == CONTENT


@pytest.mark.parametrize("way", ["silent", "stalling", "dripping", "slow"])
def test_a_hanging_server_costs_little_more_than_the_patience(
    server, tmp_path, monkeypatch, way
):
    """The default timeout of ten seconds ends a download within fifteen."""
    patience = 1.5
    monkeypatch.setattr(download_module, "LEAST_RATE", 10_000_000)
    started = time.monotonic()
    with pytest.raises(DownloadError, match="almost nothing"):
        download(f"{server}/{way}", tmp_path / "file", sha256=SHA256, patience=patience)
    assert time.monotonic() - started < 1.5 * patience
    assert inspect.signature(download).parameters["patience"].default * 1.5 <= 15


def test_the_file_has_the_usual_rights(server, tmp_path):
    (tmp_path / "usual").touch()
    download(f"{server}/good", tmp_path / "file", sha256=SHA256)
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_planted_link_is_never_written_through(server, tmp_path, monkeypatch):
    """Not even under the one name that the temporary file would have."""
    monkeypatch.setattr(download_module.secrets, "token_hex", lambda size: "foretold")
    precious = tmp_path / "precious"
    precious.write_bytes(b"before")
    folder = tmp_path / "folder"
    folder.mkdir()
    planted = [folder / f".file.{os.getpid()}.part", folder / ".file.foretold.part"]
    for link in planted:
        link.symlink_to(precious)
    with pytest.raises(DownloadError, match="File exists"):
        download(f"{server}/good", folder / "file", sha256=SHA256)
    assert precious.read_bytes() == b"before"
    assert sorted(folder.iterdir()) == sorted(planted)


def test_two_downloads_share_no_file(server, tmp_path):
    """Each has a temporary file of its own, and the last to finish stays."""
    path = tmp_path / "file"
    name = f"{server}/good"
    first, second = (download_module._new_file_beside(path) for _ in range(2))
    with first, second:
        assert first.name != second.name
        download(name, path, sha256=SHA256)
        assert path.read_bytes() == CONTENT
        assert len(list(tmp_path.iterdir())) == 3
