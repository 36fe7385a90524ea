"""What every chapter promises: its cells, its figures, its prose."""

import re
import statistics
from pathlib import Path

import pytest
from convlens.study import ledger
from convlens.study.claims import evidence_of
from convlens.study.findings import Evidence
from convlens.study.questions import every_question
from page_sources import (
    BOOK,
    DRAWING,
    NOT_TEACHING,
    PAGES,
    TEACHING,
    cells,
    drawings,
    figure_of,
    has_cells,
    is_folded,
    listed,
    names,
    next_page,
    outline,
    reading_order,
    sections,
    solutions,
)

WITHOUT_CELLS = {"glossary", "references"}
ANSWER = "<!-- answer -->"
CLOSING = ["Summary", "Exercises", "Further reading"]
NAMES = names(PAGES)


def prose(path: Path) -> str:
    """The words of a chapter: no code, no formulas, no addresses."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    text += "\n\n".join(
        figure_of(cell).get("caption", "") for cell in cells(path, "code")
    )
    text = re.sub(
        r"^(`{3,}|:{3,})\{literalinclude\}.*?^\1$", "", text, flags=re.M | re.S
    )
    text = re.sub(r"^(`{3,})(?!\{).*?^\1$", "", text, flags=re.M | re.S)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "", text, flags=re.S)
    text = re.sub(r"(\{[\w:]+\})?`+[^`\n]+`+", "", text)
    text = text.replace(ANSWER, "")
    return re.sub(r"arXiv \d+\.\d+|CC BY(-SA)? \d\.\d|https?://\S+", "", text)


def title_of(path: Path) -> str:
    """The title of a page."""
    titles = (line for line in outline(path) if line.startswith("# "))
    return next(titles).removeprefix("# ")


def faults_of_the_opening(path: Path) -> list[str]:
    """What is missing before the first section: the page's question, and a picture."""
    lines = sections(outline(path))[0][1]
    faults = [] if any("?" in line for line in lines) else ["no question"]
    return faults if DRAWING in lines else [*faults, "no picture"]


def faults_of_the_closing(path: Path, after: str) -> list[str]:
    """What is wrong with the last three sections.

    The summary is a list, then the question of the next page, which it links to; the
    further reading is a list.
    """
    last = sections(outline(path))[-3:]
    headings = [heading for heading, _ in last]
    if headings != CLOSING:
        return [f"the last sections are {headings}"]
    faults, rests = [], {}
    for heading, lines in (last[0], last[2]):
        count, rest = listed(lines)
        rests[heading] = "\n".join(rest).strip()
        if count < 2:
            faults.append(f"{heading}: a list of {count}")
    if rests["Further reading"]:
        faults.append("Further reading: more than a list")
    paragraph = rests["Summary"]
    if not re.search(rf"\{{doc\}}`(.*<)?{after}>?`", paragraph):
        faults.append(f"Summary: no link to {after}")
    if "?" not in paragraph:
        faults.append("Summary: no question for the next page")
    return faults


def unanswered(path: Path) -> list[str]:
    """The questions of a page that no marked paragraph answers.

    Not those in headings, in exercises and at the end of the summary. An answer stands
    in the same section as its question, before the next question.
    """
    open_questions = []
    for heading, lines in sections(outline(path)):
        if heading in CLOSING:
            continue
        asked = ""
        for paragraph in "\n".join(lines).split("\n\n"):
            if ANSWER in paragraph:
                asked = ""
            if re.search(r"\?[*\")”]*(\s|$)", paragraph) and paragraph[0] != "#":
                open_questions += [asked] if asked else []
                asked = paragraph.strip()
        open_questions += [asked] if asked else []
    return open_questions


def cited_keys() -> set[str]:
    """What the pages cite, with any of the roles for citing."""
    roles = r"\{cite[\w:]*\}`([^`]+)`"
    found = [key for path in PAGES for key in re.findall(roles, path.read_text())]
    return {key.strip() for keys in found for key in keys.split(",")}


def test_the_reading_order_names_every_page_once():
    assert sorted(reading_order()) == sorted(NAMES)


@pytest.mark.parametrize("parts", [False, True], ids=["flat", "in parts"])
def test_the_reading_order_is_read_with_and_without_parts(tmp_path, parts):
    pages = "[{file: book/b}, {file: book/a}]"
    two = f"parts: [{{caption: A, chapters: {pages}}}, {{chapters: {pages}}}]"
    toc = two if parts else f"chapters: {pages}"
    (tmp_path / "_toc.yml").write_text(f"root: book/c\n{toc}\n")
    assert reading_order(tmp_path) == ["c", *["b", "a"] * (1 + parts)]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_only_the_references_have_no_cells(path):
    assert has_cells(path) == (path.stem not in WITHOUT_CELLS)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_cells_are_short(path):
    every = cells(path, "code")
    assert max((len(cell.source.splitlines()) for cell in every), default=0) <= 15
    shown = [
        cell for cell in every if "hide-input" not in cell.metadata.get("tags", [])
    ]
    lengths = [len(cell.source.splitlines()) for cell in shown] or [0]
    assert statistics.median(lengths) <= 6
    widths = [len(line) for cell in every for line in cell.source.splitlines()]
    assert max(widths, default=0) <= 60  # what a phone shows


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_the_code_of_a_figure_is_folded_unless_it_is_short(path):
    for cell in drawings(path):
        assert is_folded(cell) or len(cell.source.splitlines()) <= 3, cell.source


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_cell_that_checks_something_shows_it(path):
    for cell in cells(path, "code"):
        last = cell.source.strip().splitlines()[-1]
        shows = re.search(r"\bprint\(", cell.source) or not re.match(r"\s*assert", last)
        assert shows, cell.source


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_cells_keep_the_rules(path):
    banned = r"plt\.|savefig|\.show\(|import \*|^\s*[%!]|set_title|sys\.path|jet\b"
    for cell in cells(path, "code"):
        assert not re.search(banned, cell.source, re.MULTILINE), cell.source


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_training_on_a_page_fixes_its_seed_first(path):
    """Else two builds differ: Keras draws the order of the images."""
    code = "\n".join(cell.source for cell in cells(path, "code"))
    before, fits = 0, 0
    for found in re.finditer(r"set_random_seed\(|\.fit\(", code):
        before += found[0] != ".fit("
        fits += found[0] == ".fit("
        assert fits <= before, code[found.start() : found.start() + 60]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_drawing_is_a_figure_that_the_text_names_first(path):
    text = path.read_text()
    for cell in drawings(path):
        figure = figure_of(cell)
        assert figure["name"].startswith("fig-")
        assert len(figure["caption"].split()) > 8
        named = text.find(f"{{numref}}`{figure['name']}`")
        assert -1 < named < text.find(f"name: {figure['name']}"), figure["name"]
        assert "alt" not in cell.metadata["mystnb"].get("image", {})


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_result_is_typed(path):
    found = re.findall(r".{0,30}(?:\d\s?%|\d\.\d|per ?cent).{0,10}", prose(path))
    assert not found


def test_the_lint_of_numbers_can_fail(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n\nIt reads 99.2 of them, `0.5`, $0.5$, or 98%.\n")
    assert re.findall(r"\d\s?%|\d\.\d", prose(page)) == ["9.2", "8%"]


# The question of the index is that of the book, which another page answers.
ASKED = [path for path in PAGES if path.stem != "index"]


@pytest.mark.parametrize("path", ASKED, ids=names(ASKED))
def test_every_question_is_answered(path):
    assert unanswered(path) == []


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_filler(path):
    filler = r"delve|in this chapter|let us|let's|simply|obviously|needless to say"
    assert not re.findall(filler, prose(path), re.IGNORECASE)


@pytest.mark.parametrize("path", TEACHING, ids=names(TEACHING))
def test_a_question_and_a_picture_come_before_the_first_section(path):
    assert faults_of_the_opening(path) == []


@pytest.mark.parametrize("path", TEACHING, ids=names(TEACHING))
def test_the_end_sums_up_and_leads_on(path):
    assert faults_of_the_closing(path, next_page(path)) == []


GOOD = """# Edges

So far nothing had an edge. What is an edge? See {numref}`fig-edge`.

```{code-cell} ipython3
# ## A comment is no heading
figures.one_pixel(image, kernel, 0, 0)
```

<!-- answer -->
A place where the brightness changes.

## Is this the work?

It is.

```{code-cell} ipython3
figures.kernel_grid(kernels)
```

## Summary

- One.
- Two.

Do corners matter as well? {doc}`corners` asks that.

## Exercises

`````{exercise-start}
:label: ex-edge
`````

### Not a section

Why?

`````{exercise-end}
`````

## Further reading

- {cite:t}`a`: one.
- {cite:t}`b`: two.
"""


@pytest.fixture
def page_with(tmp_path):
    """Write a page that keeps the rules, but for one change."""

    def write(old, new):
        assert old in GOOD
        path = tmp_path / "page.md"
        path.write_text(GOOD.replace(old, new, 1))
        return path

    return write


def test_the_lint_of_sections_lets_a_good_page_pass(page_with):
    page = page_with("", "")
    assert faults_of_the_opening(page) == []
    assert faults_of_the_closing(page, "corners") == []
    assert unanswered(page) == []
    assert title_of(page) == "Edges"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("figures.one_pixel(", "_ = (", "no picture"),
        ("See {numref}", "\n\n## See {numref}", "no picture"),
        ("What is an edge?", "This is an edge.", "no question"),
    ],
)
def test_the_lint_of_openings_can_fail(page_with, old, new, fault):
    assert faults_of_the_opening(page_with(old, new)) == [fault]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("## Summary", "## In short", "the last sections are"),
        ("## Further reading", "## Summary", "the last sections are"),
        ("### Not a", "## Not a", "the last sections are"),
        ("`b`: two.", "`b`: two.\n\n## More", "the last sections are"),
        ("\n- Two.", "", "Summary: a list of 1"),
        ("{doc}`corners`", "{doc}`edges`", "Summary: no link to corners"),
        ("as well?", "as well.", "Summary: no question for the next page"),
        ("\n- {cite:t}`b`: two.", "", "Further reading: a list of 1"),
        ("`b`: two.", "`b`: two.\n\nMore.", "Further reading: more than a list"),
    ],
)
def test_the_lint_of_closings_can_fail(page_with, old, new, fault):
    (found,) = faults_of_the_closing(page_with(old, new), "corners")
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("<!-- answer -->", "", "So far"),
        ("It is.", "Is it?", "Is it?"),
        ("It is.", "**Is it?**", "**Is it?**"),
        ("See {numref}", "\n\nAnd a corner? See {numref}", "So far"),
    ],
)
def test_the_lint_of_questions_can_fail(page_with, old, new, left):
    (found,) = unanswered(page_with(old, new))
    assert found.startswith(left)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_exercises_have_solutions_that_run(path):
    text = path.read_text()
    posed = re.findall(r"\{exercise-start\}\n:label: (\S+)", text)
    solved = re.findall(r"\{solution-start\} (\S+)\n:class: dropdown", text)
    assert posed == solved
    assert len(posed) == 0 if path.stem in NOT_TEACHING else 3 <= len(posed) <= 5
    bodies = solutions(path)
    assert len(bodies) == len(posed)
    for body in bodies:
        assert "{code-cell}" in body


def test_no_two_exercises_have_the_same_label():
    """Not even on two pages: Sphinx stops."""
    every = "".join(path.read_text() for path in PAGES)
    labels = re.findall(r"\{exercise-start\}\n:label: (\S+)", every)
    assert len(labels) > 40
    assert sorted(labels) == sorted(set(labels))


def test_everything_cited_is_listed_and_everything_listed_is_cited():
    keys = re.findall(r"@\w+\{([^,\s]+),", (BOOK / "references.bib").read_text())
    assert len(keys) == len(set(keys))
    assert cited_keys() == set(keys)


def test_every_claim_is_said_on_its_page(images):
    titles = {title_of(path): path for path in PAGES}
    for claim in ledger(images).claims.values():
        finding = claim.finding
        assert f'say("{finding.name}")' in titles[finding.page].read_text()


def claims_over_networks(images):
    """The claims that rest on all networks, whatever they are: two alike, here."""
    for question in every_question():
        (numbers,) = evidence_of(question, images).networks
        for finding in question.conclude(Evidence((0, 5), (numbers, numbers))):
            if finding.networks == 2:
                yield finding


def test_a_page_that_speaks_of_networks_says_how_many_there_are(images):
    """Once, before the first such claim: also how its means and ranges are written."""
    titles = {title_of(path): path.read_text() for path in PAGES}
    findings = [*claims_over_networks(images)]
    assert len({finding.page for finding in findings}) > 5
    for finding in findings:
        text = titles[finding.page]
        told = text.find("shared_limit()")
        assert -1 < told < text.find(f'say("{finding.name}")'), finding.name
        assert text.count("shared_limit()") == 1


def test_every_sentence_said_is_a_claim(images):
    known = set(ledger(images).claims)
    said = {
        name
        for path in PAGES
        for name in re.findall(r'say\("([\w-]+)"\)', path.read_text())
    }
    assert said == known
