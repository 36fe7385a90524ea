"""Every test runs offline, on scikit-learn's digits, and keeps its results apart."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from built_book import Book

ROOT = Path(__file__).resolve().parents[1]
KEPT = tempfile.mkdtemp(prefix="convlens-tests-")
ASKED = os.environ.get("CONVLENS_DATA")
os.environ["CONVLENS_DATA"] = "digits"
os.environ["CONVLENS_KEPT"] = KEPT
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def pytest_sessionfinish() -> None:
    """Remove what the tests kept."""
    shutil.rmtree(KEPT, ignore_errors=True)


@pytest.fixture(scope="session")
def images():
    """The digits that come inside scikit-learn."""
    from convlens.data import load_images

    return load_images("digits")


@pytest.fixture(scope="session")
def model(images):
    """The book's network, trained once on those digits."""
    from convlens.network import trained_cnn

    return trained_cnn(images)


@pytest.fixture(scope="session")
def asked_images():
    """The images that whoever runs a benchmark asks for; MNIST, if nothing is said."""
    from convlens.data import load_images

    return load_images(ASKED or "mnist")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder of its own for what one test keeps."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("CONVLENS_KEPT", str(folder))
    return folder


def built_once(copy: Book) -> Book:
    """Build a copy of the book on scikit-learn's digits, warnings as errors."""
    copy.first = copy.build("-n", "-W", "--keep-going")
    assert copy.first.status == 0, copy.first.log
    return copy


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """A copy of the whole book. It is slow to build: break only the small one."""
    copy = built_once(Book(tmp_path_factory.mktemp("book")))
    shutil.copytree(copy.site, copy.first_site)
    return copy


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A copy of the book with cells on two pages only."""
    copy = Book(tmp_path_factory.mktemp("small"))
    copy.shrink()
    return built_once(copy)


@pytest.fixture(scope="session")
def site(request) -> Path:
    """The built site: the one named by CONVLENS_SITE, else the copy just built."""
    named = os.environ.get("CONVLENS_SITE")
    return (
        Path(named).resolve() if named else request.getfixturevalue("book").first_site
    )
