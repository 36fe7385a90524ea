"""One build at a time, with the package that stands beside its pages."""

import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout
from refusal import refuse
from sphinx.application import Sphinx
from sphinx.config import Config


def guard(app: Sphinx, config: Config) -> None:
    """Refuse a second build in this folder, then find the package."""
    root = Path(app.srcdir)
    if os.pathsep in str(root):
        refuse(
            f"{root}: expected a folder without {os.pathsep!r} in its path. That sign "
            "separates folders in PYTHONPATH, so pages would find another copy of the "
            "package. Rename or move the folder."
        )
    app.build_lock = _lock(root / "_build")
    _use_package_in(root / "code")


def _lock(folder: Path) -> FileLock:
    """Hold the folder of this build; it is freed when the process ends."""
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / ".building")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        refuse(f"another build writes to {folder}; wait until it has finished")
    return lock


def _use_package_in(code: Path) -> None:
    """Let the build and its pages import this package, wherever one is installed."""
    sys.path.insert(0, str(code))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(code), before]))


def setup(app: Sphinx) -> dict:
    """Register the guard, ahead of everything that needs the package."""
    app.connect("config-inited", guard, priority=100)
    return {"parallel_read_safe": True}
