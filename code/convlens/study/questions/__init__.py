"""One file, one question: what is measured on a network, and what follows from it.

A question is a module of this folder with two functions:

- ``measure(network)`` returns numbers for one trained network. They are kept until the
  code that it reaches changes.
- ``conclude(evidence)`` yields the statements that follow from the numbers of all
  networks. They are made anew each time, so their words can change at no cost.

Modules in this folder are discovered automatically.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from convlens.study.runs import Question


def every_question() -> list[Question]:
    """Import every question, in alphabetical order.

    Returns:
        The modules of this folder.

    Example:
        >>> [one.__name__.rpartition(".")[2] for one in every_question()][:2]
        ['accuracy', 'arrangement']
    """
    found = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in found)
    return [cast(Question, module) for module in modules]
