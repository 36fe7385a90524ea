"""What tests of more than one folder share: offline digits, kept results, the site."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# One folder for all processes of a run: the first makes it, the others get its name.
FIRST = "CONVLENS_TESTS_KEPT" not in os.environ
KEPT = os.environ.setdefault(
    "CONVLENS_TESTS_KEPT", tempfile.mkdtemp(prefix="convlens-tests-") if FIRST else ""
)
RESULTS = Path(KEPT) / "results.lock"  # held by the process that makes them
# Kept by itself, because the processes of a run inherit the line below.
ASKED = os.environ.setdefault(
    "CONVLENS_TESTS_ASKED", os.environ.get("CONVLENS_DATA", "")
)
os.environ["CONVLENS_DATA"] = "digits"
os.environ["CONVLENS_KEPT"] = KEPT
os.environ["CONVLENS_SEEDS"] = "1"  # tests of several seeds say so
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


# What looks at the whole book, which is built once in one of the processes, as do the
# tests in a browser.
OF_THE_BOOK = ("test_whole_book", "test_site")


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling | None:
    """Give each process whole files, and all files of the whole book to one of them."""
    return ByBook(config, log) if config.getvalue("dist") == "loadfile" else None


class ByBook(LoadScopeScheduling):
    """Tests that share a copy of the book form one group; so does any other file."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        return "the book" if is_of_the_book(file) else file.stem


def is_of_the_book(file: Path) -> bool:
    """Tell whether the tests of a file look at the whole book."""
    return file.stem in OF_THE_BOOK or file.parent.name == "browser"


# Begun first, so that no process is left with them at the end.
SLOW = ("test_build", "test_pages_alone", "test_schedule")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first; the others keep their order."""

    def place(item: pytest.Item) -> int:
        if is_of_the_book(item.path):
            return -1
        return SLOW.index(item.path.stem) if item.path.stem in SLOW else len(SLOW)

    items.sort(key=place)


def pytest_sessionfinish() -> None:
    """Remove what the tests kept, when the process that made the folder ends."""
    if FIRST:
        shutil.rmtree(KEPT, ignore_errors=True)


@pytest.fixture(scope="session")
def images():
    """The digits that come inside scikit-learn."""
    from convlens.study import load_images

    return load_images("digits")


@pytest.fixture(scope="session")
def results(images) -> Path:
    """A folder with every result for scikit-learn's digits, made once for all tests."""
    from convlens.study import ledger

    with FileLock(RESULTS):
        ledger(images)
    return Path(KEPT)


@pytest.fixture(scope="session")
def asked_images():
    """The images that CONVLENS_DATA chose before the tests; MNIST by default."""
    from convlens.study import load_images

    return load_images(ASKED or "mnist")


@pytest.fixture(scope="session")
def new_book(tmp_path_factory):
    """Build copies of the book on scikit-learn's digits, warnings as errors."""
    from built_book import Book

    def build(
        name: str,
        *,
        shrunk: bool = False,
        trapped: bool = False,
        killed: bool = False,
    ) -> Book:
        copy = Book(tmp_path_factory.mktemp(name))
        if shrunk:
            copy.shrink()
        if killed:
            copy.kill_a_build()
        if trapped:
            copy.surround_with_traps()
        copy.first = copy.build("-n", "-W", "--keep-going")
        assert copy.first.status == 0, copy.first.log
        return copy

    return build


@pytest.fixture(scope="session")
def book(new_book):
    """A copy of the whole book. It is slow to build: break only the small one.

    What it trained and measured serves the other tests as well.
    """
    from built_book import copy_kept

    with FileLock(RESULTS):
        copy = new_book("book")
        copy_kept(copy.kept, Path(KEPT))
    shutil.copytree(copy.site, copy.first_site)
    return copy


@pytest.fixture(scope="session")
def site(request) -> Path:
    """The built site: the one named by CONVLENS_SITE, else the copy just built."""
    named = os.environ.get("CONVLENS_SITE")
    return (
        Path(named).resolve() if named else request.getfixturevalue("book").first_site
    )
