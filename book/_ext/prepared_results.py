"""Before the first page: choose the digits; train and measure what is not cached.

Pages then only load results. What they depend on besides their own text (package,
libraries, digits) is one Sphinx configuration value, so a change rebuilds every page.
"""

import os
import time
from pathlib import Path

from refusal import refuse
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)


def prepare_pages(app: Sphinx, config: Config) -> None:
    """Compute everything that pages load, and set their environment variables."""
    started = time.time()
    try:
        from convlens.study.preparation import NotPrepared, prepare
    except ModuleNotFoundError as error:
        refuse(f"{error}; python -m pip install -r requirements.txt installs it")
    try:
        prepared = prepare(Path(app.srcdir))
    except NotPrepared as error:
        refuse(str(error))
    config.convlens_state = prepared.state
    config.convlens_banner = prepared.banner
    for name in set(os.environ) - set(prepared.environment):
        del os.environ[name]
    os.environ.update(prepared.environment)
    logger.info("digits: %s", prepared.digits)
    logger.info("digits and network ready in %.1f s", time.time() - started)


def setup(app: Sphinx) -> dict:
    """Register the step and the values it sets."""
    app.add_config_value("convlens_state", "", "env")
    app.add_config_value("convlens_banner", "", "env")
    app.connect("config-inited", prepare_pages)
    return {"parallel_read_safe": True}
