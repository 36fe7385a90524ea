"""What every chapter promises: its cells, its figures, its prose."""

import re
import statistics
from pathlib import Path

import jupytext
import pytest
import yaml
from convlens.experiments import claims_ledger

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("*.md"))
NAMES = [path.stem for path in CHAPTERS]
WITHOUT_EXERCISES = {"index", "colophon"}


def cells(path: Path, kind: str) -> list:
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == kind]


def figure_of(cell) -> dict:
    return cell.metadata.get("mystnb", {}).get("figure", {})


def draws(cell) -> bool:
    return re.search(r"^figures\.\w+\(", cell.source, re.MULTILINE) is not None


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


def test_the_reading_order_names_every_page_once():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    listed = [toc["root"], *(chapter["file"] for chapter in toc["chapters"])]
    assert sorted(listed) == [f"book/{name}" for name in NAMES]


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_cells_are_short(path):
    lengths = [len(cell.source.splitlines()) for cell in cells(path, "code")]
    assert max(lengths) <= 15
    assert statistics.median(lengths) <= 6
    lines = [line for cell in cells(path, "code") for line in cell.source.splitlines()]
    assert max(map(len, lines)) <= 76  # what fits beside the margins of a page


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_cells_keep_the_rules(path):
    banned = r"plt\.|savefig|\.show\(|import \*|^\s*[%!]|set_title|sys\.path|jet\b"
    for cell in cells(path, "code"):
        assert not re.search(banned, cell.source, re.MULTILINE), cell.source


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_every_drawing_is_a_figure_that_the_text_names_first(path):
    text = path.read_text()
    for cell in filter(draws, cells(path, "code")):
        figure = figure_of(cell)
        assert figure["name"].startswith("fig-")
        assert len(figure["caption"].split()) > 8
        named = text.find(f"{{numref}}`{figure['name']}`")
        assert -1 < named < text.find(f"name: {figure['name']}"), figure["name"]
        assert "alt" not in cell.metadata["mystnb"].get("image", {})


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_no_result_is_typed(path):
    found = re.findall(r".{0,30}(?:\d\s?%|\d\.\d|per ?cent).{0,10}", prose(path))
    assert not found


def test_the_lint_of_numbers_can_fail(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n\nIt reads 99.2 of them, `0.5`, $0.5$, or 98 %.\n")
    assert re.findall(r"\d\s?%|\d\.\d", prose(page)) == ["9.2", "8 %"]


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_the_first_words_are_a_question(path):
    title, first = prose(path).strip().split("\n\n")[:2]
    assert title.startswith("# ")
    assert re.fullmatch(r"\*\*.*\?\*\*", first)


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_no_filler(path):
    filler = r"delve|in this chapter|let us|let's|simply|obviously|needless to say"
    assert not re.findall(filler, prose(path), re.IGNORECASE)


@pytest.mark.parametrize("path", CHAPTERS, ids=NAMES)
def test_exercises_have_solutions_that_run(path):
    text = path.read_text()
    posed = re.findall(r"\{exercise-start\}\n:label: (\S+)", text)
    solved = re.findall(r"\{solution-start\} (\S+)\n:class: dropdown", text)
    assert posed == solved
    assert len(posed) == 0 if path.stem in WITHOUT_EXERCISES else 3 <= len(posed) <= 5
    for body in re.findall(r"\{solution-start\}.*?\{solution-end\}", text, re.DOTALL):
        assert "{code-cell}" in body


def test_every_claim_is_said_on_its_page(images):
    titles = {
        path.read_text().split("\n# ")[1].split("\n")[0]: path for path in CHAPTERS
    }
    for claim in claims_ledger(images).claims.values():
        assert f'say("{claim.name}")' in titles[claim.page].read_text()


def test_every_sentence_said_is_a_claim(images):
    known = set(claims_ledger(images).claims)
    said = {
        name
        for path in CHAPTERS
        for name in re.findall(r'say\("([\w-]+)"\)', path.read_text())
    }
    assert said == known
