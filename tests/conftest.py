"""What tests of more than one folder share: offline digits, kept results, the site."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# One folder for all processes of a run: the first makes it, the others get its name.
FIRST = "CONVLENS_TESTS_KEPT" not in os.environ
KEPT = os.environ.setdefault(
    "CONVLENS_TESTS_KEPT", tempfile.mkdtemp(prefix="convlens-tests-") if FIRST else ""
)
ASKED = os.environ.get("CONVLENS_DATA")
os.environ["CONVLENS_DATA"] = "digits"
os.environ["CONVLENS_KEPT"] = KEPT
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


# With `-n 2` what shares a copy of the book stays in one process.
COPIES = ("small", "book", "site")


@pytest.hookimpl(tryfirst=True)  # before xdist looks for the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests that share a copy of the book, and those of one other file."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        shared = [name for name in COPIES if name in fixtures]
        group = shared[0].replace("site", "book") if shared else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


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
def asked_images():
    """The images that CONVLENS_DATA chooses for a benchmark; MNIST by default."""
    from convlens.study import load_images

    return load_images(ASKED or "mnist")


@pytest.fixture(scope="session")
def new_book(tmp_path_factory):
    """Build copies of the book on scikit-learn's digits, warnings as errors."""
    from built_book import Book

    def build(name: str, *, shrunk: bool = False, trapped: bool = False) -> Book:
        copy = Book(tmp_path_factory.mktemp(name))
        if shrunk:
            copy.shrink()
        if trapped:
            copy.surround_with_traps()
        copy.first = copy.build("-n", "-W", "--keep-going")
        assert copy.first.status == 0, copy.first.log
        return copy

    return build


@pytest.fixture(scope="session")
def book(new_book):
    """A copy of the whole book. It is slow to build: break only the small one."""
    copy = new_book("book")
    shutil.copytree(copy.site, copy.first_site)
    return copy


@pytest.fixture(scope="session")
def site(request) -> Path:
    """The built site: the one named by CONVLENS_SITE, else the copy just built."""
    named = os.environ.get("CONVLENS_SITE")
    return (
        Path(named).resolve() if named else request.getfixturevalue("book").first_site
    )
