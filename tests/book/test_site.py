"""The built site: links, descriptions, banner, and nothing that does not belong."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from bs4 import BeautifulSoup, Tag
from page_sources import (
    BOOK,
    NOT_TEACHING,
    PAGES,
    drawings,
    formulas,
    has_cells,
    names,
    solutions,
)

NOT_WORDS = ["code", "math", "pre", "script", "style"]
LEFTOVERS = re.compile(r"\$|\\[a-zA-Z(\[]|\{[a-z][\w:-]*\}|\?\?|\[\?\]")


@pytest.fixture(scope="session")
def pages(site) -> dict[Path, BeautifulSoup]:
    found = [site / "index.html", *sorted((site / "book").rglob("*.html"))]
    found += [site / "search.html", site / "genindex.html"]
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in found}


@pytest.fixture(scope="session")
def chapters(site, pages) -> dict[Path, BeautifulSoup]:
    return {path: page for path, page in pages.items() if path.parent.name == "book"}


def source(path: Path) -> Path:
    """The text that a page of the site was made from."""
    return BOOK / f"{path.stem}.md"


def leftovers(article: Tag) -> list[str]:
    """Markup that stands among the words of a page, and names that lead nowhere."""
    words = (text for text in article.strings if not text.find_parent(NOT_WORDS))
    named = article.find_all(class_="xref")
    cited = article.find_all(class_="bibtex-citation")
    unlinked = [tag for tag in named if not tag.find_parent("a")]
    unlinked += [tag for tag in cited if not tag.find("a")]
    return LEFTOVERS.findall("".join(words)) + [tag.get_text() for tag in unlinked]


def test_every_page_is_in_the_site(chapters):
    assert {path.stem for path in chapters} == set(names(PAGES))


def test_no_markup_is_left_among_the_words(chapters):
    for path, page in chapters.items():
        assert leftovers(page.find("article")) == [], path.name


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("is it <code>$HOME</code>? {a b}", []),
        ("<math><mi>$</mi></math><a><i class='xref'>page</i></a>", []),
        ("is $x$", ["$", "$"]),
        (r"<span class='math'>\(x\)</span> or \frac12", [r"\(", r"\f"]),
        ("{cite:t}<code>a</code>, {numref}`b`, {doc}`c`", ["{cite:t}", "{numref}"]),
        ("<i class='xref'>nowhere</i>", ["nowhere"]),
        ("<i class='bibtex-citation'>[]</i>", ["[]"]),
        ("<i class='bibtex-citation'>[<a>A98</a>]</i>", []),
        ("Figure ??, see [?]", ["??", "[?]"]),
    ],
)
def test_the_search_for_markup_can_fail(html, left):
    found = leftovers(BeautifulSoup(f"<article>{html}</article>", "html.parser"))
    assert found[: len(left) or None] == left


def test_formulas_are_native_and_no_script_draws_them(site, pages, chapters):
    for page in pages.values():
        for script in page.find_all("script"):
            assert "mathjax" not in str(script).lower()
    assert not [path for path in site.rglob("*") if "mathjax" in path.name.lower()]
    for path, page in chapters.items():
        drawn = page.find("article").find_all("math")
        assert len(drawn) >= len(formulas(source(path))), path.name


def test_a_picture_comes_before_the_first_section(chapters):
    for path, page in chapters.items():
        if path.stem not in NOT_TEACHING:
            assert page.find("article").find(["img", "h2"]).name == "img", path.name


# Failures, lines of libraries, progress bars, and objects that nobody meant to print.
NOISE = (
    "Traceback",
    "Error:",
    "oneDNN",
    "cuda",
    "it/s",
    "ms/step",
    "WARNING:",
    " at 0x",
)


def test_no_traceback_and_no_noise(chapters):
    for page in chapters.values():
        text = page.find("article").get_text()
        for noise in NOISE:
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
    for path, page in chapters.items():
        images = page.find("article").find_all("img")
        assert len(images) >= len(drawings(source(path))), path.name
        for image in images:
            alt = image.get("alt", "")
            assert len(alt.split()) > 8, (path.name, alt)
            assert "_images" not in alt
            assert any(character.isdigit() for character in alt)


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
    for path, page in chapters.items():
        banners = page.find_all(class_="data-banner")
        needed = int(has_cells(source(path)) and not is_mnist)
        assert len(banners) == needed, path.name
        if needed:
            assert "images to train on" in banners[0].get_text()
            assert "CONVLENS_DATA" in banners[0].get_text()


def test_solutions_are_folded_and_executed(chapters):
    for path, page in chapters.items():
        found = page.find_all(class_="solution")
        assert len(found) == len(solutions(source(path))), path.name
        for solution in found:
            assert "dropdown" in solution["class"], path.name
            assert solution.find(class_="cell_output"), (path.name, solution["id"])


def test_the_ledger_is_printed(chapters):
    colophon = next(page for path, page in chapters.items() if path.stem == "colophon")
    text = colophon.find("article").get_text()
    for word in ("chance level:", "random seed:", "limit:", "page:"):
        assert text.count(word) >= 5


def test_references_are_cited_by_author_and_year_and_form_a_list(chapters):
    page = next(page for path, page in chapters.items() if path.stem == "references")
    text = page.find("article").get_text()
    assert "LeCun et al. [1998], Simonyan and Zisserman [2015]" in " ".join(
        text.split()
    )
    entries = page.select(".citation-list > .citation")
    assert len(entries) >= 10
    assert {entry["role"] for entry in entries} == {"listitem"}


def test_displayed_formulas_stand_on_lines_of_their_own(chapters):
    page = next(
        page for path, page in chapters.items() if path.stem == "convolution-by-hand"
    )
    displayed = page.select("div.formula > math")
    assert len(displayed) == 2
    assert {formula.get("display") for formula in displayed} == {"block"}
    assert page.select_one("p math").get("display") != "block"


def test_the_kernels_to_tell_apart_are_there_for_scripts(site, chapters):
    """The same as on the page, whose solution says which are trained."""
    kernels = json.loads((site / "_static" / "trained-or-not.json").read_text())
    names = ("filters", "trained", "weights", "morans_i")
    assert {len(kernels[name]) for name in names} == {16}
    assert {(len(rows), *map(len, rows)) for rows in kernels["weights"]} == {(5,) * 6}
    page = next(
        page for path, page in chapters.items() if path.stem == "trained-or-not"
    )
    solution = page.find(class_="solution").get_text()
    trained = [index for index, one in enumerate(kernels["trained"]) if one]
    assert f"trained: {' '.join(map(str, trained))}\n" in solution
