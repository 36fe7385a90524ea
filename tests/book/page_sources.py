"""The pages as they are written: their order, their cells, their sections."""

import re
from pathlib import Path

import jupytext
import yaml

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("*.md"))
NOT_TEACHING = {"index", "glossary", "references", "colophon", "what-filters-learn"}
TEACHING = [path for path in PAGES if path.stem not in NOT_TEACHING]
DRAWING = "(a drawing)"
FENCED = re.compile(r"^(`{3,}|:{3,}).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def names(paths: list[Path]) -> list[str]:
    """Name pages as tests are named after them."""
    return [path.stem for path in paths]


def reading_order(root: Path = ROOT) -> list[str]:
    """Name every page as ``_toc.yml`` lists them, whether in parts or not."""
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    listed = [part["chapters"] for part in toc.get("parts", [toc])]
    files = [toc["root"], *(page["file"] for pages in listed for page in pages)]
    return [file.removeprefix("book/") for file in files]


def cells(path: Path, kind: str | None = None) -> list:
    """Read the cells of a page: all, or only ``"code"`` or ``"markdown"``."""
    every = jupytext.read(path, fmt="md:myst").cells
    return [cell for cell in every if kind in (None, cell.cell_type)]


def has_cells(path: Path) -> bool:
    """Tell whether there is anything to execute on a page."""
    return bool(cells(path, "code"))


def figure_of(cell) -> dict:
    """Tell the name and the caption that a cell gives its figure."""
    return cell.metadata.get("mystnb", {}).get("figure", {})


def draws(cell) -> bool:
    """Tell whether a cell shows a drawing."""
    return re.search(r"^figures\.\w+\(", cell.source, re.MULTILINE) is not None


def is_folded(cell) -> bool:
    """Tell whether readers find the code of a cell folded."""
    return "hide-input" in cell.metadata.get("tags", [])


def drawings(path: Path) -> list:
    """Find the cells of a page that show a drawing."""
    return list(filter(draws, cells(path, "code")))


def next_page(path: Path) -> str:
    """Name the page that follows."""
    order = reading_order()
    return order[order.index(path.stem) + 1]


def solutions(path: Path) -> list[str]:
    """Find the solutions of a page, each from its start to its end."""
    start, end = r"^`{3,}\{solution-start\}", r"^`{3,}\{solution-end\}"
    pattern = re.compile(f"{start}.*?{end}", re.MULTILINE | re.DOTALL)
    return pattern.findall(path.read_text())


def formulas(path: Path) -> list[str]:
    """Find the formulas of a page, its captions included."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    for cell in cells(path, "code"):
        text += "\n\n" + figure_of(cell).get("caption", "")
    directives = re.findall(r"^(?:`{3,}|:{3,})\{math\}", text, re.MULTILINE)
    roles = re.findall(r"\{math\}`[^`]+`", text)
    text = re.sub(r"`+[^`\n]+`+", "", FENCED.sub("", text))
    return directives + roles + re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", text, re.DOTALL)


def outline(path: Path) -> list[str]:
    """The lines of a page outside its code, with a line in place of each drawing."""
    lines = []
    for cell in cells(path):
        if cell.cell_type == "markdown":
            lines += [*FENCED.sub("", cell.source).splitlines(), ""]
        elif draws(cell):
            lines += [DRAWING, ""]
    return lines


def sections(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Cut an outline at its second headings; what stands before the first has none."""
    cut = [("", [])]
    for line in lines:
        if line.startswith("## "):
            cut.append((line.removeprefix("## ").strip(), []))
        else:
            cut[-1][1].append(line)
    return cut


def listed(lines: list[str]) -> tuple[int, list[str]]:
    """Count the items of the list that starts here, and return what follows it."""
    count = 0
    for index, line in enumerate(lines):
        if re.match(r"(?:[-*]|\d+\.) \S", line):
            count += 1
        elif line.strip() and not (count and line.startswith("  ")):
            return count, lines[index:]
    return count, []
