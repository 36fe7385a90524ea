"""Builds of the whole book: what they execute and write, and that they are stable."""

import re

from built_book import COPIED, ROOT


def test_the_first_build_executes_every_page_and_trains_once(book):
    assert book.first.executed == book.pages
    assert book.first.log.count("0.0 of 1 seeds [00:00, ? left]") == 1
    assert (book.site / "index.html").exists()


def test_the_seconds_of_every_page_are_printed(book):
    for page in book.pages:
        assert re.search(rf"[\d.]+ s to execute book/{page}", book.first.log)
    assert re.search(r"digits and network ready in [\d.]+ s", book.first.log)
    assert "to execute" not in book.html("colophon")


def test_nothing_is_written_outside_the_build_and_the_named_caches(book):
    left = {path.name for path in book.root.iterdir()}
    assert left == {*COPIED, "_build"}
    for folder in ("book", "code"):
        copied = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*")}
        found = {
            path.relative_to(book.root) for path in (book.root / folder).rglob("*")
        }
        assert all("__pycache__" in path.parts for path in found - copied)
    named = (ROOT / "README.md").read_text()
    for path in book.home.rglob("*"):
        parts = path.relative_to(book.home).parts
        depth = 1 if parts[0] not in (".cache", ".local") else 2
        if len(parts) >= depth and parts[-1] not in (".cache", ".local", "share"):
            start = "/".join(parts[: 3 if parts[0] == ".local" else depth])
            assert f"`~/{start}`" in named, start


def test_nothing_changed_executes_nothing(book):
    again = book.build()
    assert (again.status, again.executed, again.trained) == (0, set(), False)


def test_two_cold_builds_are_the_same_to_the_byte(book, new_book):
    """Other folders, other processes, another hour, and decoys around the second."""
    again = new_book("again", trapped=True)
    first, second = (
        {path.relative_to(site): path for path in site.rglob("*") if path.is_file()}
        for site in (book.first_site, again.site)
    )
    assert set(first) == set(second)
    assert [
        str(name)
        for name in sorted(first)
        if first[name].read_bytes() != second[name].read_bytes()
    ] == []
