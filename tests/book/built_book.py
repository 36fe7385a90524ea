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

from page_sources import ROOT, drawings, figure_of, has_cells, outline

COLOURS = re.compile(r"\x1b\[[\d;]*m")
COPIED = ("book", "code", "_config.yml", "_toc.yml", "pyproject.toml")
EXECUTED_IN_SMALL = {"colophon", "running-the-book"}
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
        """Leave cells on two pages only: a build of this copy takes seconds.

        The first shows results, the last names them; each depends on the network, the
        claims, the package and the digits. What else is linked to stays in place.
        """
        for name in self.pages - EXECUTED_IN_SMALL:
            path = self.root / "book" / f"{name}.md"
            path.write_text(stub(path))

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

    def keep(self, results: Path, *, without: Iterable[str] = ()) -> None:
        """Copy results that were made elsewhere, so that a build finds them."""
        kept = self.root / "_build" / "kept"
        copy_kept(results, kept, without=without)

    def build(self, *flags: str, **variables: str) -> Built:
        """Run ``jupyter-book build .`` as the README says, on scikit-learn's digits."""
        done = subprocess.run(**self.command("build", ".", *flags, **variables))
        return Built(done.returncode, COLOURS.sub("", done.stdout))

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


def copy_kept(results: Path, folder: Path, *, without: Iterable[str] = ()) -> None:
    """Copy kept results into a folder, but for some names, as if made before."""
    folder.mkdir(parents=True)
    for path in results.iterdir():
        if path.is_file() and path.suffix != ".lock" and path.name not in without:
            shutil.copy(path, folder)


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
