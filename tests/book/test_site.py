"""The built site: links, descriptions, banner, and nothing that does not belong."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from bs4 import BeautifulSoup, Tag
from built_book import rows_of
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


OPENING = re.compile(r"(an? |the |this )?(figure|image|picture|plot)\b", re.IGNORECASE)


def faults_of_alt(alt: str) -> list[str]:
    """What is wrong with the description of a figure."""
    faults = []
    if OPENING.match(alt):
        faults.append("it does not begin with what is shown")
    if not re.search(r"\d", alt):
        faults.append("it has no number")
    if len(alt.split()) <= 8 or "_images" in alt:
        faults.append("it does not describe")
    return faults


def test_every_image_is_described(chapters):
    for path, page in chapters.items():
        for image in page.find("article").find_all("img"):
            assert faults_of_alt(image.get("alt", "")) == [], (path.name, image)


@pytest.mark.parametrize(
    ("alt", "count"),
    [
        ("Sixteen kernels of 5 by 5 weights, in two rows of eight.", 0),
        ("Figure with sixteen kernels of 5 by 5 weights, in rows.", 1),
        ("An image of sixteen kernels of 5 by 5 weights, in rows.", 1),
        ("Images of digits, each beside one of its 16 maps.", 0),
        ("Kernels of a trained network, in two rows, on one scale.", 1),
        ("../_images/0af3.png", 1),
    ],
)
def test_the_lint_of_descriptions_can_fail(alt, count):
    assert len(faults_of_alt(alt)) == count


def test_every_drawing_is_a_figure_for_light_and_dark_with_number_and_caption(chapters):
    for path, page in chapters.items():
        figures = page.find("article").find_all("figure")
        assert len(figures) == len(drawings(source(path))), path.name
        for figure in figures:
            looks = [image["class"][0] for image in figure.find_all("img")]
            assert {*looks} == {"only-light", "only-dark"}
            assert figure.find(class_="caption-number")
            assert len(figure.find(class_="caption-text").get_text().split()) > 8


def test_every_figure_opens_in_full_size(chapters):
    for page in chapters.values():
        for image in page.select("figure img"):
            assert image.parent.name == "a"
            assert image.parent["href"] == image["src"]


def test_folded_code_stands_after_its_figure(chapters):
    count = 0
    for page in chapters.values():
        for folded in page.select("div.cell > details"):
            if figure := folded.parent.find("figure"):
                assert figure in folded.find_all_previous("figure")
                count += 1
    assert count > 10


def test_every_page_is_read_in_twelve_minutes_as_the_index_says(chapters):
    index = next(page for path, page in chapters.items() if path.stem == "index")
    told = [tag.get_text() for tag in index.select(".minutes")]
    times = [int(re.fullmatch(r"(\d+) min", one)[1]) for one in told]
    looked_up = {"index", "glossary", "references", "colophon"}
    assert len(times) == len({*names(PAGES)} - looked_up)
    assert max(times) <= 12
    assert min(times) >= 2


def characters_of_the_maths_font() -> set[int]:
    """What the style sheet says that its font for formulas has."""
    css = (BOOK / "_static" / "book.css").read_text()
    face = next(one for one in css.split("@font-face") if "stix-two-math" in one)
    ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
    return {
        code
        for low, high in ranges
        for code in range(int(low, 16), int(high or low, 16) + 1)
    }


def test_the_maths_font_has_every_character_of_the_formulas(chapters):
    """Letters alone in an ``mi`` are drawn with the italic letters of mathematics."""
    known = characters_of_the_maths_font()
    assert {ord("x"), 0x1D465, ord("∑")} <= known
    used = {
        letter
        for page in chapters.values()
        for formula in page.find_all("math")
        for letter in formula.get_text()
        if not letter.isspace()
    }
    assert {letter for letter in used if ord(letter) not in known} == set()
    assert len(used) > 20


def test_the_banner_stands_exactly_where_the_digits_are_not_mnist(chapters):
    colophon = next(page for path, page in chapters.items() if path.stem == "colophon")
    is_mnist = {("digits", "MNIST"), ("training images", "60,000")} <= rows_of(colophon)
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
    for word in ("Chance level", "Random seed", "Limit", "Numbers", "Page"):
        assert text.count(word) >= 5


def test_references_are_cited_by_author_and_year_and_form_a_list(chapters):
    cited = [
        one for page in chapters.values() for one in page.select(".bibtex-citation")
    ]
    assert cited
    assert all(re.search(r"\d{4}\]$", one.get_text()) for one in cited)
    page = next(page for path, page in chapters.items() if path.stem == "references")
    entries = page.select(".citation-list > .citation")
    assert len(entries) >= 10
    assert {entry["role"] for entry in entries} == {"listitem"}


def test_every_reference_has_a_link_and_no_number(chapters):
    page = next(page for path, page in chapters.items() if path.stem == "references")
    for entry in page.select(".citation-list > .citation"):
        assert entry.select("a[href^=http]"), entry.get_text()
        assert not entry.select(".label")


def test_displayed_formulas_stand_on_lines_of_their_own(chapters):
    page = next(
        page for path, page in chapters.items() if path.stem == "convolution-by-hand"
    )
    displayed = page.select("div.formula > math")
    assert len(displayed) == 2
    assert {formula.get("display") for formula in displayed} == {"block"}
    assert page.select_one("p math").get("display") != "block"


def test_each_page_names_the_data_of_its_own_build(site, chapters):
    folder = site / "_static" / "hands-on" / "data"
    keys = {
        page.find("meta", {"name": "hands-on-key"})["content"]
        for page in chapters.values()
    }
    assert {
        re.sub(r"^.*-(\w+)\.(json|bin)$", r"\1", p.name) for p in folder.iterdir()
    } == keys
    (key,) = keys
    names = ("looks", "kernels", "network", "digits", "film", "trained-or-not")
    for name in names:
        assert json.loads((folder / f"{name}-{key}.json").read_text())["key"] == key


def test_the_kernels_to_tell_apart_are_there_for_scripts(site, chapters):
    """The same as on the page, which says which are trained."""
    (path,) = (site / "_static" / "hands-on" / "data").glob("trained-or-not-*.json")
    kernels = json.loads(path.read_text())["facts"]
    names = ("filters", "trained", "weights", "morans_i")
    assert {len(kernels[name]) for name in names} == {16}
    assert {(len(rows), *map(len, rows)) for rows in kernels["weights"]} == {(5,) * 6}
    page = next(
        page for path, page in chapters.items() if path.stem == "trained-or-not"
    )
    trained = [index for index, one in enumerate(kernels["trained"]) if one]
    assert f"trained: {' '.join(map(str, trained))}\n" in page.get_text()
