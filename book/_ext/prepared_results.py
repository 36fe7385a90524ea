"""Before the first page: decide the data, train and measure what is not kept yet.

Pages then only load. What they depend on beside their own text (package, libraries,
data) is one value of Sphinx's configuration, so that a change reads every page again.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)
LIBRARIES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "matplotlib")


def prepare(app: Sphinx, config: Config) -> None:
    """Make everything that pages read, or say why it cannot be made."""
    root = Path(app.srcdir)
    app.build_lock = _lock(root)
    _use_this_package(root / "code")
    from convlens.data import DataError, load_images
    from convlens.experiments import is_measured
    from convlens.keeping import content_key, source_of, versions
    from convlens.network import is_trained

    started = time.time()
    os.environ["CONVLENS_BUILD_STARTED"] = str(started)
    try:
        images = load_images()
    except DataError as error:
        raise ExtensionError(f"the digits cannot be had: {error}") from None
    _fix_choice(images)
    config.convlens_reason = images.reason and (
        f"{images.name}: {len(images.x_train):,} images to train on and "
        f"{len(images.x_test):,} to test on. {images.reason}"
    )
    ready = is_trained(images) and is_measured(images)
    if not ready and subprocess.run([sys.executable, "-m", "convlens"]).returncode:
        raise ExtensionError("the network could not be made; see the lines above")
    config.convlens_state = content_key(
        data=images.fingerprint,
        reason=images.reason,
        source=source_of(),
        versions=versions(*LIBRARIES),
    )
    logger.info("digits and network ready in %.1f s", time.time() - started)


def _lock(root: Path) -> FileLock:
    """Hold the folder of this build; it is freed when the process ends."""
    (root / "_build").mkdir(exist_ok=True)
    lock = FileLock(root / "_build" / ".building")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ExtensionError(
            f"another build writes to {root / '_build'}; wait until it has finished"
        ) from None
    return lock


def _use_this_package(code: Path) -> None:
    """Let the build and its pages import the package that stands beside them."""
    sys.path.insert(0, str(code))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(code), before]))


def _fix_choice(images: object) -> None:
    """Let every page load the very images decided on here."""
    from convlens.data import keras_cache

    choice = os.environ.get("CONVLENS_DATA") or "auto"
    if choice in ("auto", "mnist"):
        os.environ["CONVLENS_DATA"] = (
            str(keras_cache()) if images.is_mnist else "digits"
        )
    elif choice != "digits":
        os.environ["CONVLENS_DATA"] = str(Path(choice).expanduser().resolve())


def setup(app: Sphinx) -> dict:
    """Register the step and the values it sets."""
    app.add_config_value("convlens_state", "", "env")
    app.add_config_value("convlens_reason", "", "env")
    app.connect("config-inited", prepare)
    return {"parallel_read_safe": True}
