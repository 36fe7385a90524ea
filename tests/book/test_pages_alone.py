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
from built_book import COLOURS, copy_kept
from convlens.study.training import network_name
from page_sources import BOOK, has_cells, reading_order

BACKWARDS = [
    name for name in reversed(reading_order()) if has_cells(BOOK / f"{name}.md")
]


VARIABLES = {"CONVLENS_DATA": "digits", "PYTHONWARNINGS": "error:::__main__"}
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def desk(tmp_path_factory, results, images) -> Path:
    """A folder outside the repository, where all the pages are opened in turn.

    The book's own network is not kept there. Other networks are, which would take
    minutes to train.
    """
    folder = tmp_path_factory.mktemp("desk")
    copy_kept(results, folder / "kept", without=[network_name(images)])
    return folder


@pytest.fixture(scope="module")
def others(desk) -> None:
    """Run all pages but the first, which a test before has run."""
    pages = [BOOK / f"{name}.md" for name in BACKWARDS[1:]]
    run(desk, sys.executable, HERE / "pages_in_turn.py", desk, *pages)


def run(desk: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, on scikit-learn's digits.

    Cells run in a folder of their own, where they may leave nothing. As in a build, a
    warning that a cell causes is an error.
    """
    (desk / "place").mkdir(exist_ok=True)
    return subprocess.run(
        [str(one) for one in command],
        cwd=desk,
        env=os.environ | VARIABLES | {"CONVLENS_KEPT": str(desk / "kept")},
        capture_output=True,
        text=True,
        timeout=600,
    )


def run_alone(page: Path, desk: Path) -> str:
    """Make a notebook of a page and execute it, as the README tells readers.

    Returns what the cells wrote to stderr.
    """
    jupytext_here = Path(sys.executable).parent / "jupytext"
    notebook = desk / f"{page.stem}.ipynb"
    options = ["--to", "ipynb", "--execute", "--run-path", desk / "place"]
    done = run(desk, jupytext_here, *options, "-o", notebook, page)
    assert done.returncode == 0, COLOURS.sub("", done.stderr)
    assert [path.name for path in (desk / "place").iterdir()] == []
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


def test_the_first_page_trains_the_network_alone(desk):
    assert "training and measuring" in run_alone(BOOK / f"{BACKWARDS[0]}.md", desk)


@pytest.mark.parametrize("name", BACKWARDS[1:])
def test_a_page_runs_alone(desk, others, name):
    error = desk / f"{name}.error"
    assert not error.exists(), COLOURS.sub("", error.read_text())
    told_by(desk / f"{name}.ipynb")


def test_no_page_leaves_anything_behind(desk, others):
    assert [path.name for path in (desk / "place").iterdir()] == []


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
