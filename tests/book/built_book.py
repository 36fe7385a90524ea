"""A copy of the book that tests may build and break."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLOURS = re.compile(r"\x1b\[[\d;]*m")
COPIED = ("book", "code", "_config.yml", "_toc.yml", "requirements.txt")
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
    def trained(self) -> bool:
        """Whether a network was trained."""
        return "training the network" in self.log


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
        """Names of all pages."""
        return {path.stem for path in (self.root / "book").glob("*.md")}

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
