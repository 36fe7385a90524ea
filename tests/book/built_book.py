"""A copy of the book that tests may build and break."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from convlens.study.keeping import write_whole
from page_sources import ROOT, drawings, figure_of, has_cells, outline, reading_order

COLOURS = re.compile(r"\x1b\[[\d;]*m")
COPIED = ("book", "code", "_config.yml", "_toc.yml", "pyproject.toml")
EXECUTED_IN_SMALL = {"colophon", "running-the-book"}
ASKED_IN_SMALL = {"accuracy", "trained_or_not"}  # questions, without more trainings
TRAPS = ("keras", "numpy", "tqdm")
WRITTEN = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Built:
    """How a build ended, what it printed, which pages it executed."""

    status: int
    log: str

    @property
    def executed(self) -> set[str]:
        """Names of the pages executed."""
        return set(re.findall(r"/book/([\w-]+)\.md: Executed notebook", self.log))

    @property
    def reason(self) -> str:
        """The last line, in which a build that stops says why."""
        return self.log.strip().splitlines()[-1]

    @property
    def trained(self) -> bool:
        """Whether a network was trained."""
        return "training and measuring" in self.log


class Book:
    """A copy in a folder of its own, with a home folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "book", folder / "home"
        self.site = self.root / "_build" / "html"
        self.kept = self.root / "_build" / "kept"  # unless a build is told otherwise
        self.first_site = folder / "first-site"
        self.home.mkdir()
        self.root.mkdir()
        for name in COPIED:
            source, target = ROOT / name, self.root / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=WRITTEN)
            else:
                shutil.copy(source, target)

    @property
    def pages(self) -> set[str]:
        """Names of all pages that have something to execute."""
        every = (self.root / "book").glob("*.md")
        return {path.stem for path in every if has_cells(path)}

    def shrink(self) -> None:
        """Leave two pages that execute, and a short training: a build takes seconds.

        The first shows results, the last names them; each depends on the network, the
        claims, the package and the digits. What they link to stays in place, and so
        does the first page.
        """
        first, *others = reading_order(self.root)
        stay = {first, *EXECUTED_IN_SMALL, "references"}
        for name in EXECUTED_IN_SMALL:
            stay |= set(re.findall(r"\{doc\}`([\w-]+)`", self.page(name).read_text()))
        for name in set(others) - stay:
            self.page(name).unlink()
        for name in self.pages - EXECUTED_IN_SMALL:
            self.page(name).write_text(stub(self.page(name)))
        glossary = self.page("glossary")  # it links to pages that are gone
        links = re.compile(r"\{(?:doc|ref)\}`([^`]*)`")
        glossary.write_text(links.sub(r"*\1*", glossary.read_text()))
        self._list(first, [name for name in others if name in stay])
        self._train_briefly()

    def page(self, name: str) -> Path:
        """Find the source of a page."""
        return self.root / "book" / f"{name}.md"

    def _list(self, first: str, others: list[str]) -> None:
        """Write which pages there are, and in which order."""
        pages = [{"file": f"book/{name}"} for name in others]
        toc = {"format": "jb-book", "root": f"book/{first}", "chapters": pages}
        (self.root / "_toc.yml").write_text(yaml.safe_dump(toc))

    def _train_briefly(self) -> None:
        """Ask few questions, of a network that trains for one epoch."""
        study = self.root / "code" / "convlens" / "study"
        for path in (study / "questions").glob("[a-z]*.py"):
            if path.stem not in ASKED_IN_SMALL:
                path.unlink()
        recipe = study / "network.py"
        steps = re.compile(r"^    least_steps: int = \d+$", re.MULTILINE)
        brief, found = steps.subn("    least_steps: int = 1", recipe.read_text())
        assert found == 1
        recipe.write_text(brief)

    def surround_with_traps(self) -> None:
        """Add decoys that a build must ignore.

        Modules with the names of libraries, where the build starts and where pages
        run, and a ``keras.json`` with which the network would be another one.
        """
        for folder in (self.root, self.root / "book"):
            for module in TRAPS:
                (folder / f"{module}.py").write_text("raise SystemExit('trapped')")
        settings = {"floatx": "float64", "image_data_format": "channels_first"}
        (self.home / ".keras").mkdir()
        (self.home / ".keras" / "keras.json").write_text(json.dumps(settings))

    def build(self, *flags: str, **variables: str) -> Built:
        """Run ``jupyter-book build .`` as the README says, on scikit-learn's digits."""
        done = subprocess.run(**self.command("build", ".", *flags, **variables))
        return Built(done.returncode, COLOURS.sub("", done.stdout))

    def kill_a_build(self) -> None:
        """Begin a build, kill it while it trains, and note what it has kept."""
        with subprocess.Popen(**self.command("build", ".")) as process:
            for line in process.stdout:
                if "training and measuring" in line:
                    break
            process.kill()
        self.left = sorted(self.kept.iterdir())

    def command(self, *words: str, **variables: str) -> dict:
        """How to run ``jupyter-book`` here: arguments for `subprocess`."""
        environment = {**os.environ, "HOME": str(self.home), "CONVLENS_DATA": "digits"}
        del environment["CONVLENS_KEPT"]
        return {
            "args": [Path(sys.executable).parent / "jupyter-book", *words],
            "cwd": self.root,
            "env": environment | variables,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "errors": "replace",
        }

    def html(self, page: str) -> str:
        """Return the HTML of one page as it stands now."""
        return (self.site / "book" / f"{page}.html").read_text()

    def rows(self, page: str) -> set[tuple[str, ...]]:
        """Return the rows of the tables of one page, as the texts of their cells."""
        return rows_of(BeautifulSoup(self.html(page), "html.parser"))

    @contextmanager
    def changed(self, name: str, old: str, new: str) -> Iterator[None]:
        """Change a file for a while; put it back afterwards."""
        path = self.root / name
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))
        try:
            yield
        finally:
            path.write_text(before)


def rows_of(page: Tag) -> set[tuple[str, ...]]:
    """Find the rows of all tables of a page, as the texts of their cells."""
    return {
        tuple(cell.get_text(strip=True) for cell in row.find_all(["th", "td"]))
        for row in page.find_all("tr")
    }


def copy_kept(results: Path, folder: Path, *, without: Iterable[str] = ()) -> None:
    """Copy kept results into a folder, but for some names, as if made before."""
    for path in results.iterdir():
        if path.is_file() and path.suffix != ".lock" and path.name not in without:
            write_whole(folder / path.name, path.read_bytes())


def stub(path: Path) -> str:
    """Return what other pages may link to on a page, without a cell to execute.

    Without front matter as well: with it, MyST-NB would start a kernel for the page.
    """
    target = re.compile(r"#{1,6} |\(\S+\)=$")
    lines = [line for line in outline(path) if target.match(line)]
    for cell in drawings(path):
        name = figure_of(cell).get("name", "")
        lines.append(f"```{{code-block}}\n:name: {name}\n:caption: none\nnone\n```")
    return "\n\n".join(lines) + "\n"
