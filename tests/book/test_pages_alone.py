"""Every page runs alone: as a notebook, in another folder, whatever ran before it.

The order tried is the reverse of the reading order, and nothing is kept at first. So no
page finds what the pages before it have made, and the last one trains the network.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from built_book import COLOURS
from page_sources import BOOK, has_cells, reading_order

BACKWARDS = [
    name for name in reversed(reading_order()) if has_cells(BOOK / f"{name}.md")
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder outside the repository, where all the pages are opened."""
    return tmp_path_factory.mktemp("desk")


def run_alone(page: Path, desk: Path) -> str:
    """Make a notebook of a page and execute it, as the README tells readers.

    Cells run in a folder of their own, where they may leave nothing. As in a build, a
    warning that a cell causes is an error. Returns what the cells wrote to stderr.
    """
    place, notebook = desk / "place", desk / f"{page.stem}.ipynb"
    place.mkdir(exist_ok=True)
    jupytext_here = Path(sys.executable).parent / "jupytext"
    options = ["--to", "ipynb", "--execute", "--run-path", place, "-o", notebook]
    variables = {
        "CONVLENS_DATA": "digits",
        "CONVLENS_KEPT": str(desk / "kept"),
        "PYTHONWARNINGS": "error:::__main__",
    }
    done = subprocess.run(
        [jupytext_here, *options, page],
        cwd=desk,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, COLOURS.sub("", done.stderr)
    assert [path.name for path in place.iterdir()] == []
    return told_by(notebook)


def told_by(notebook: Path) -> str:
    """What the cells of an executed notebook wrote to stderr; none may have raised."""
    cells = jupytext.read(notebook).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    streams = [output for output in outputs if output.output_type == "stream"]
    told = "".join(output.text for output in streams if output.name == "stderr")
    assert not re.search(r"\w+Warning: ", told), told
    return told


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_page_runs_alone(desk, name):
    told = run_alone(BOOK / f"{name}.md", desk)
    if name == BACKWARDS[0]:
        assert "training the network" in told


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("import warnings; warnings.warn('unseen')", "UserWarning: unseen"),
        ("print(open('book/index.md').read())", "No such file or directory"),
        ("open('litter', 'w').close(); 1", "litter"),
        ("import sys; print('AWarning: seen', file=sys.stderr)", "AWarning: seen"),
    ],
    ids=["warns", "needs the repository", "litters", "hides a warning"],
)
def test_a_page_that_does_not_run_alone_is_found(tmp_path, cell, fault):
    start = (BOOK / "index.md").read_text().partition("\n# ")[0]
    page = tmp_path / "page.md"
    page.write_text(f"{start}\n# A\n\n```{{code-cell}} ipython3\n{cell}\n```\n")
    with pytest.raises(AssertionError, match=fault):
        run_alone(page, tmp_path)
