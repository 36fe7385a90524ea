"""SciPy, which only some measures need, loaded when they are called."""

from __future__ import annotations

import importlib
from types import ModuleType


def require_scipy(module: str) -> ModuleType:
    """Import a module of SciPy, or say how to install it.

    Args:
        module: Its name inside SciPy, as in ``"stats"``.

    Returns:
        The module.

    Raises:
        ImportError: SciPy is not installed.

    Example:
        >>> require_scipy("stats").__name__
        'scipy.stats'
    """
    try:
        return importlib.import_module(f"scipy.{module}")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"scipy.{module}: expected SciPy to be installed, and it is not. Install "
            "it (python -m pip install scipy), or this package with its extra "
            "[statistics]"
        ) from error
