"""Lock the build folder, and import the package of this repository."""

import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout
from refusal import refuse
from sphinx.application import Sphinx
from sphinx.config import Config


def guard(app: Sphinx, config: Config) -> None:
    """Refuse a concurrent build, then put the package on the import path."""
    root = Path(app.srcdir)
    if os.pathsep in str(root):
        refuse(
            f"{root}: expected a folder without {os.pathsep!r} in its path. That "
            "character separates the entries of PYTHONPATH, so pages would find "
            "another copy of the package. Rename or move the folder."
        )
    app.build_lock = _lock(root / "_build")
    # the package that stands beside these pages, wherever one is installed
    sys.path.insert(0, str(root / "code"))


def _lock(folder: Path) -> FileLock:
    """Lock the build folder; the lock is released when the process ends."""
    lock = FileLock(folder / ".building")
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        refuse(f"another build writes to {folder}; wait until it has finished")
    except OSError as error:
        refuse(f"{folder} cannot be locked for this build: {error}")
    return lock


def setup(app: Sphinx) -> dict:
    """Register the guard, ahead of everything that needs the package."""
    app.connect("config-inited", guard, priority=100)
    return {"parallel_read_safe": True}
