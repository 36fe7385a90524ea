"""Builds of the book: what they execute, train, refuse and print.

Tests of the whole book share one build. Tests that break a build or make pages execute
again use the small book, in an order that keeps each rebuild short.
"""

import re
import subprocess
from contextlib import ExitStack

import numpy as np
from built_book import EXECUTED_IN_SMALL, Book
from convlens.study import load_images
from filelock import FileLock

TITLE = "# Colophon\n"
FAULTS = {  # on a page of its own each: the cell, and what the log says of it
    "colophon": (
        'raise RuntimeError("broken on purpose")',
        'raise RuntimeError("broken on purpose")',
    ),
    "running-the-book": (
        'import warnings\nwarnings.warn("unseen")',
        "UserWarning: unseen",
    ),
    "index": ("import os\nos._exit(1)", "the kernel of this page died"),
}


def test_the_small_book_has_several_pages_and_executes_two(small):
    assert small.first.executed == small.pages == EXECUTED_IN_SMALL
    written = {path.stem for path in (small.root / "book").glob("*.md")}
    assert written > EXECUTED_IN_SMALL
    assert {path.stem for path in (small.site / "book").glob("*.html")} == written


def test_a_killed_build_leaves_nothing_and_the_next_trains(small):
    assert {path.suffix for path in small.left} <= {".lock"}
    assert small.first.trained
    assert ("network, random seed 0", "made by this build") in small.rows("colophon")


def test_a_change_of_prose_executes_its_page_alone_and_trains_nothing(small):
    with small.changed("book/colophon.md", TITLE, f"{TITLE}\nA new sentence.\n"):
        built = small.build()
    assert (built.status, built.executed, built.trained) == (0, {"colophon"}, False)
    assert "A new sentence." in small.html("colophon")
    assert "made by this build" not in small.html("colophon")


def test_a_second_build_at_the_same_time_is_refused(small):
    with FileLock(small.root / "_build" / ".building"):
        built = small.build()
    assert built.status != 0
    assert built.reason.startswith("the book was not built: another build writes to")


def test_a_warning_fails_the_strict_build(small):
    before = small.page("index").read_text()
    with small.changed("book/index.md", before, before + "\n{doc}`nowhere`\n"):
        built = small.build("-n", "-W", "--keep-going")
    assert built.status != 0
    assert "unknown document: 'nowhere'" in built.log


def test_digits_that_cannot_be_had_fail_the_build(small):
    for _ in range(2):
        built = small.build(CONVLENS_DATA="/nowhere/mnist.npz")
        assert built.status != 0
        assert "/nowhere/mnist.npz: expected an .npz file" in built.reason


def test_cells_that_fail_stop_the_build_twice_and_are_named(small):
    """A cell that raises, a Python warning that pages hide, a kernel that dies."""
    reports = small.site / "reports"
    start = small.page("colophon").read_text().partition("\n# ")[0]
    with ExitStack() as changes:
        for page, (cell, _) in FAULTS.items():
            faulty = f"{start}\n# A\n\n```{{code-cell}} ipython3\n{cell}\n```\n"
            before = small.page(page).read_text()
            changes.enter_context(small.changed(f"book/{page}.md", before, faulty))
        for _ in range(2):
            built = small.build()
            assert built.status != 0
            assert "a cell raised on" in built.reason
            assert set(re.findall(r"book/([\w-]+)", built.reason)) == set(FAULTS)
            assert all(told in built.log for _, told in FAULTS.values())
            assert list(reports.iterdir())
    assert small.build().status == 0
    assert not reports.exists()


def test_results_that_cannot_be_kept_fail_the_build(small, tmp_path):
    """Otherwise every page would train the network again without notice."""
    (tmp_path / "file").touch()
    built = small.build(CONVLENS_KEPT=str(tmp_path / "file"))
    assert built.status != 0
    assert "results could not be kept in" in built.reason


def test_other_digits_show_on_every_page(small, tmp_path):
    images = load_images("digits")
    path = tmp_path / "post<b>codes.npz"
    save(path, images, 240, 60)
    relative = "_build/elsewhere"  # to the folder of the build, not to that of a page
    built = small.build(CONVLENS_DATA=str(path), CONVLENS_KEPT=relative)
    assert (built.status, built.executed) == (0, small.pages)
    assert built.trained
    assert not (small.root / "book" / "_build").exists()
    assert "not kept" not in small.html("colophon")
    for page in small.pages:
        html = small.html(page)
        assert "post&lt;b&gt;codes.npz: 240 images to train on and 60" in html
        assert "post<b>" not in html


def test_the_fallback_says_why_on_every_page(small):
    """Offline, without a cached file or a choice, the fallback digits are used."""
    proxy = "http://127.0.0.1:9"
    built = small.build(CONVLENS_DATA="", https_proxy=proxy, HTTPS_PROXY=proxy)
    assert (built.status, built.executed) == (0, small.pages)
    assert not built.trained
    for page in small.pages:
        assert "MNIST could not be had" in small.html(page)


def test_another_version_of_a_library_executes_every_page(small, tmp_path):
    pretend(tmp_path, "matplotlib", "99.0")
    built = small.build(PYTHONPATH=str(tmp_path))
    assert (built.status, built.executed) == (0, small.pages)
    assert not built.trained
    assert ("matplotlib", "99.0") in small.rows("colophon")


def pretend(folder, name: str, version: str) -> None:
    """Fake the metadata of an installed library with another version."""
    place = folder / f"{name}-{version}.dist-info"
    place.mkdir()
    place.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {version}\n")


def test_libraries_that_are_too_old_are_named_before_the_first_page(small, tmp_path):
    pretend(tmp_path, "keras", "3.0.0")
    pretend(tmp_path, "filelock", "3.1")
    built = small.build(PYTHONPATH=str(tmp_path))
    assert (built.status != 0, built.executed) == (True, set())
    for name, version in (("keras", "3.0.0"), ("filelock", "3.1")):
        assert re.search(rf"expected {name}>=\S+, found {version}", built.reason)


def test_a_folder_that_splits_the_path_is_refused(tmp_path):
    """A colon separates entries of PYTHONPATH: another copy would be imported."""
    (tmp_path / "a:b").mkdir()
    built = Book(tmp_path / "a:b").build()
    assert built.status != 0
    assert "a:b" in built.reason
    assert "expected a folder without ':' in its path" in built.reason


def test_a_damaged_network_is_trained_again_before_the_first_page(small):
    """Even if every number measured on it is still in the cache."""
    kept = small.kept.glob("network-*")
    (network,) = (path for path in kept if path.suffix != ".lock")
    network.write_bytes(network.read_bytes()[:-9])
    built = small.build()
    assert (built.status, built.executed, built.trained) == (0, small.pages, True)
    assert built.log.count("is damaged and is made again") == 1
    assert ("network, random seed 0", "made by this build") in small.rows("colophon")
    again = small.build()
    assert (again.status, again.executed, again.trained) == (0, set(), False)


def test_digits_that_change_while_the_book_is_built_stop_it(small, tmp_path):
    """The pages before and after the change would contradict each other."""
    images = load_images("digits")
    path = tmp_path / "digits.npz"
    save(path, images, 240, 60)
    save(tmp_path / "other.npz", images, 250, 60)
    replaces = (
        "\n```{code-cell} ipython3\nimport shutil\n"
        f"shutil.copy('{tmp_path / 'other.npz'}', '{path}')\n```\n"
    )
    with small.changed("book/colophon.md", TITLE, TITLE + replaces):
        kept = "_build/elsewhere"  # where the test above had these digits read
        built = small.build(CONVLENS_DATA=str(path), CONVLENS_KEPT=kept)
    assert built.status != 0
    assert "a cell raised on" in built.reason
    assert "changed" in built.log


def save(path, images, training: int, testing: int) -> None:
    """Write some of the digits to a file of the kind that readers may bring."""
    parts = {"train": training, "test": testing}
    arrays = {}
    for part, count in parts.items():
        x, y = getattr(images, f"x_{part}"), getattr(images, f"y_{part}")
        arrays[f"x_{part}"] = np.uint8(x[:count, ..., 0] * 255)
        arrays[f"y_{part}"] = y[:count]
    np.savez(path, **arrays)


def test_a_change_in_the_package_shows_on_every_page(small):
    told = '"alt": self.alt'
    code = (small.root / "code").rglob("*.py")
    (tells,) = (path for path in code if told in path.read_text())
    with small.changed(str(tells), told, f'{told} + " All is changed."'):
        built = small.build()
    assert (built.status, built.executed) == (0, small.pages)
    assert not built.trained
    assert "All is changed." in small.html("running-the-book")


def test_cleaning_removes_the_site_and_what_was_kept(small):
    subprocess.run(**small.command("clean", ".", "--all"), check=True)
    assert not small.site.exists()
    assert not small.kept.exists()
