"""Before the first page: decide the data, train and measure what is not kept yet.

Pages then only load. What they depend on beside their own text (package, libraries,
data) is one value of Sphinx's configuration, so that a change reads every page again.
"""

import os
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)


def prepare(app: Sphinx, config: Config) -> None:
    """Make everything that pages read, or say why it cannot be made."""
    started = time.time()
    os.environ["CONVLENS_BUILD_STARTED"] = str(started)
    images = _decide_digits(config)
    config.convlens_state = _train_and_measure(images)
    # The pages hide stderr. A warning that a cell causes must not hide with it.
    os.environ["PYTHONWARNINGS"] = "error:::__main__"
    logger.info("digits and network ready in %.1f s", time.time() - started)


def _decide_digits(config: Config) -> object:
    """Load the digits, and let every page load the very same."""
    from convlens.data import DataError, keras_cache, load_images

    try:
        images = load_images()
    except DataError as error:
        raise ExtensionError(f"the digits cannot be had: {error}") from None
    choice = os.environ.get("CONVLENS_DATA") or "auto"
    if choice in ("auto", "mnist"):
        choice = str(keras_cache().resolve()) if images.is_mnist else "digits"
    elif choice != "digits":
        choice = str(Path(choice).expanduser().resolve())
    os.environ["CONVLENS_DATA"] = choice
    told = (
        f"{images.name}: {len(images.x_train):,} images to train on and "
        f"{len(images.x_test):,} to test on. {images.reason}"
    )
    logger.info("digits: %s", told)
    config.convlens_reason = "" if images.is_mnist else told
    return images


def _train_and_measure(images: object) -> str:
    """Make what is not kept yet; return the key of all that pages depend on."""
    from convlens.experiments import claims_ledger, kept_results
    from convlens.keeping import (
        content_key,
        kept_folder,
        source_of,
        versions,
        when_made,
    )

    # Pages run in another folder: what is relative here would be another place there.
    os.environ["CONVLENS_KEPT"] = str(kept_folder().resolve())
    try:
        claims_ledger(images)
    except RuntimeError as error:
        raise ExtensionError(f"the network could not be made: {error}") from None
    made = {what: when_made(name) for what, name in kept_results(images).items()}
    if None in made.values():
        raise ExtensionError(
            f"results could not be kept in {kept_folder()}: make room there, or name "
            "another folder in CONVLENS_KEPT; without them each page would train anew"
        )
    return content_key(
        data=images.fingerprint,
        name=images.name,
        reason=images.reason,
        backend=os.environ.get("KERAS_BACKEND"),  # pages read the network with it
        made=made,
        source=source_of(),
        versions=versions(),
    )


def setup(app: Sphinx) -> dict:
    """Register the step and the values it sets."""
    app.add_config_value("convlens_state", "", "env")
    app.add_config_value("convlens_reason", "", "env")
    app.connect("config-inited", prepare)
    return {"parallel_read_safe": True}
