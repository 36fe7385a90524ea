"""The built site: links, descriptions, banner, and nothing that does not belong."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from bs4 import BeautifulSoup


@pytest.fixture(scope="session")
def pages(site) -> dict[Path, BeautifulSoup]:
    found = [site / "index.html", *sorted((site / "book").rglob("*.html"))]
    found += [site / "search.html", site / "genindex.html"]
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in found}


@pytest.fixture(scope="session")
def chapters(site, pages) -> dict[Path, BeautifulSoup]:
    return {path: page for path, page in pages.items() if path.parent.name == "book"}


def test_there_are_chapters(chapters):
    assert len(chapters) >= 3


def test_no_traceback_and_no_noise(chapters):
    for page in chapters.values():
        text = page.find("article").get_text()
        for noise in ("Traceback", "Error:", "oneDNN", "cuda", "it/s", "ms/step"):
            assert noise not in text


def test_no_dead_internal_link(pages):
    for path, page in pages.items():
        for tag in page.find_all(href=True):
            url = urlparse(tag["href"])
            if url.scheme or url.netloc or not (url.path or url.fragment):
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            assert target.exists(), (path.name, tag["href"])
            if url.fragment and target in pages and tag["href"] != "#":
                there = pages[target].find(id=unquote(url.fragment))
                assert there is not None, (path.name, tag["href"])


def test_every_source_is_in_the_site(pages):
    for path, page in pages.items():
        for tag in page.find_all(src=True):
            url = urlparse(tag["src"])
            assert not url.netloc, tag["src"]
            assert (path.parent / unquote(url.path)).exists(), tag["src"]


def test_no_style_comes_from_elsewhere(pages):
    for page in pages.values():
        for tag in page.find_all("link", rel="stylesheet"):
            assert not urlparse(tag["href"]).netloc


def test_every_image_is_described(chapters):
    count = 0
    for path, page in chapters.items():
        for image in page.find("article").find_all("img"):
            alt = image.get("alt", "")
            assert len(alt.split()) > 8, (path.name, alt)
            assert "_images" not in alt
            assert any(character.isdigit() for character in alt)
            count += 1
    assert count >= 6


def test_every_figure_has_a_number_and_a_caption(chapters):
    for page in chapters.values():
        images = page.find("article").find_all("img")
        figures = page.find("article").find_all("figure")
        assert len(figures) == len(images)
        for figure in figures:
            assert figure.find(class_="caption-number")
            assert len(figure.find(class_="caption-text").get_text().split()) > 8


def test_the_banner_stands_exactly_where_the_digits_are_not_mnist(chapters):
    colophon = next(page for path, page in chapters.items() if path.stem == "colophon")
    is_mnist = "MNIST\n60,000 training" in colophon.find("article").get_text()
    for page in chapters.values():
        banners = page.find_all(class_="data-banner")
        assert len(banners) == (0 if is_mnist else 1)
        if not is_mnist:
            assert "images to train on" in banners[0].get_text()
            assert "CONVLENS_DATA" in banners[0].get_text()


def test_solutions_are_folded_and_executed(chapters):
    page = next(
        page for path, page in chapters.items() if path.stem == "build-and-train"
    )
    solutions = page.find_all(class_="solution")
    assert len(solutions) == 4
    for solution in solutions:
        assert "dropdown" in solution["class"]
        assert solution.find(class_="cell_output")


def test_the_ledger_is_printed(chapters):
    colophon = next(page for path, page in chapters.items() if path.stem == "colophon")
    text = colophon.find("article").get_text()
    for word in ("chance level:", "random seeds:", "limit:", "page:"):
        assert text.count(word) >= 5
