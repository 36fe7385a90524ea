"""Execute pages as notebooks, as the command ``jupytext`` does, one after the other.

The kernels are forked from this process, which loads TensorFlow once for all of them.
Call: ``python pages_in_turn.py FOLDER PAGE...``. For each page FOLDER gets the
notebook, or ``NAME.error`` with what went wrong.
"""

import os
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def execute(page: Path, folder: Path) -> None:
    """Make a notebook of a page and execute it in ``FOLDER/place``."""
    from jupytext.cli import jupytext

    notebook = folder / f"{page.stem}.ipynb"
    options = ["--to", "ipynb", "--execute", "--run-path", str(folder / "place")]
    try:
        jupytext([*options, "-o", str(notebook), str(page)])
    except (Exception, SystemExit):
        (folder / f"{page.stem}.error").write_text(traceback.format_exc())


if __name__ == "__main__":
    sys.path.append(str(ROOT / "book" / "_ext"))
    from forked_kernels import load_once

    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    pages = sys.argv[2:]
    load_once(None, None, pages)
    for name in pages:
        execute(Path(name), Path(sys.argv[1]))
