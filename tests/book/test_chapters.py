"""What every chapter promises: its cells, its figures, its prose."""

import re
import statistics
from pathlib import Path

import pytest
from convlens.study import ledger
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
    listed,
    names,
    outline,
    reading_order,
    sections,
    solutions,
)

WITHOUT_CELLS = {"references"}
PROMISE = "What you will see:"
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
    return re.sub(r"arXiv \d+\.\d+|CC BY(-SA)? \d\.\d|https?://\S+", "", text)


def title_of(path: Path) -> str:
    """The title of a page."""
    titles = (line for line in outline(path) if line.startswith("# "))
    return next(titles).removeprefix("# ")


def faults_of_the_opening(path: Path) -> list[str]:
    """What is missing before the first section: a picture, then three promises."""
    lines = sections(outline(path))[0][1]
    if DRAWING not in lines:
        return ["no picture"]
    shown = lines.index(DRAWING)
    before, after = lines[:shown], lines[shown:]
    if PROMISE in before or PROMISE not in after:
        return [f"no line '{PROMISE}' after the picture"]
    count, _ = listed(after[after.index(PROMISE) + 1 :])
    return [] if count == 3 else [f"{count} things to see, not three"]


def faults_of_the_closing(path: Path) -> list[str]:
    """What is wrong with the last three sections, of which two are lists."""
    last = sections(outline(path))[-3:]
    headings = [heading for heading, _ in last]
    if headings != CLOSING:
        return [f"the last sections are {headings}"]
    faults = []
    for heading, lines in (last[0], last[2]):
        count, rest = listed(lines)
        if count < 2:
            faults.append(f"{heading}: a list of {count}")
        if any(line.strip() for line in rest):
            faults.append(f"{heading}: more than a list")
    return faults


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
    sources = [cell.source.splitlines() for cell in cells(path, "code")]
    lengths = [len(lines) for lines in sources] or [0]
    assert max(lengths) <= 15
    assert statistics.median(lengths) <= 6
    widths = [len(line) for lines in sources for line in lines]
    assert max(widths, default=0) <= 76  # what fits beside the margins of a page


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_cells_keep_the_rules(path):
    banned = r"plt\.|savefig|\.show\(|import \*|^\s*[%!]|set_title|sys\.path|jet\b"
    for cell in cells(path, "code"):
        assert not re.search(banned, cell.source, re.MULTILINE), cell.source


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
    page.write_text("# A\n\nIt reads 99.2 of them, `0.5`, $0.5$, or 98 %.\n")
    assert re.findall(r"\d\s?%|\d\.\d", prose(page)) == ["9.2", "8 %"]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_the_first_words_are_a_question(path):
    title, first = prose(path).strip().split("\n\n")[:2]
    assert title.startswith("# ")
    assert re.fullmatch(r"\*\*.*\?\*\*", first)


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_filler(path):
    filler = r"delve|in this chapter|let us|let's|simply|obviously|needless to say"
    assert not re.findall(filler, prose(path), re.IGNORECASE)


@pytest.mark.parametrize("path", TEACHING, ids=names(TEACHING))
def test_a_picture_and_three_promises_come_before_the_first_section(path):
    assert faults_of_the_opening(path) == []


@pytest.mark.parametrize("path", TEACHING, ids=names(TEACHING))
def test_the_last_sections_are_summary_exercises_and_further_reading(path):
    assert faults_of_the_closing(path) == []


GOOD = """# Edges

**What is an edge?**

See {numref}`fig-edge`.

```{code-cell} ipython3
# ## A comment is no heading
figures.one_convolution(image, kernel, answer)
```

What you will see:

- one;
- two,
  on two lines;
- three.

## The work

```{code-cell} ipython3
figures.kernel_grid(kernels)
```

## Summary

- One.
- Two.

## Exercises

`````{exercise-start}
:label: ex-edge
`````

### Not a section

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
    assert faults_of_the_opening(page) == faults_of_the_closing(page) == []
    assert title_of(page) == "Edges"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("figures.one_convolution(", "_ = (", "no picture"),
        ("See {numref}", "## See {numref}", "no picture"),
        ("What you will see:", "You will see:", "no line 'What you will see:' after"),
        ("See {num", "What you will see:\n\n- a\n- b\n- c\n\n{num", "no line"),
        ("What you will see:", "## Section", "no line"),
        ("\n- three.", "", "2 things to see"),
        ("\n- three.", "\n- three.\n- four.", "4 things to see"),
        ("\n- one;", "\nBefore the list.\n\n- one;", "0 things to see"),
    ],
)
def test_the_lint_of_openings_can_fail(page_with, old, new, fault):
    (found,) = faults_of_the_opening(page_with(old, new))
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("## Summary", "## In short", "the last sections are"),
        ("## Further reading", "## Summary", "the last sections are"),
        ("### Not a", "## Not a", "the last sections are"),
        ("`b`: two.", "`b`: two.\n\n## More", "the last sections are"),
        ("\n- Two.", "", "Summary: a list of 1"),
        ("\n- Two.", "\n- Two.\n\nAnd more.", "Summary: more than a list"),
        ("\n- {cite:t}`b`: two.", "", "Further reading: a list of 1"),
    ],
)
def test_the_lint_of_closings_can_fail(page_with, old, new, fault):
    (found,) = faults_of_the_closing(page_with(old, new))
    assert found.startswith(fault)


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


def test_everything_cited_is_listed_and_everything_listed_is_cited():
    keys = re.findall(r"@\w+\{([^,\s]+),", (BOOK / "references.bib").read_text())
    assert len(keys) == len(set(keys))
    assert cited_keys() == set(keys)


def test_every_claim_is_said_on_its_page(images):
    titles = {title_of(path): path for path in PAGES}
    for claim in ledger(images).claims.values():
        finding = claim.finding
        assert f'say("{finding.name}")' in titles[finding.page].read_text()


def test_every_sentence_said_is_a_claim(images):
    known = set(ledger(images).claims)
    said = {
        name
        for path in PAGES
        for name in re.findall(r'say\("([\w-]+)"\)', path.read_text())
    }
    assert said == known
