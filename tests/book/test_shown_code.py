"""Functions that pages show from the package: whole, but for what they document."""

import ast
import re
from pathlib import Path

import pytest
from page_sources import BOOK, PAGES

INCLUDED = re.compile(
    r"^`{3,}\{literalinclude\} (?P<file>\S+)\n(?P<options>.*?)^`{3,}$",
    re.MULTILINE | re.DOTALL,
)


def included(page: Path) -> list[tuple[str, dict[str, str]]]:
    """Find the file and the options of each piece of code that a page includes."""
    found = INCLUDED.finditer(page.read_text())
    return [
        (one["file"], dict(re.findall(r"^:([\w-]+): *(.*)$", one["options"], re.M)))
        for one in found
    ]


def chosen(lines: list[str], choice: str) -> list[str]:
    """Take the lines that ``:lines:`` names, as Sphinx counts them, from 1."""
    taken = []
    for part in choice.split(","):
        first, _, last = part.strip().partition("-")
        end = int(last) if last else len(lines) if "-" in part else int(first)
        taken += lines[int(first) - 1 : end]
    return taken


def is_whole(function: ast.FunctionDef, source: str, choice: str) -> bool:
    """Tell whether the lines chosen are the function without its docstring."""
    lines = source.splitlines()[function.lineno - 1 : function.end_lineno]
    shown = function_named(function.name, "\n".join(chosen(lines, choice)))
    return [ast.dump(one) for one in (shown.args, *shown.body)] == [
        ast.dump(one) for one in (function.args, *function.body[1:])
    ]


def function_named(name: str, source: str) -> ast.FunctionDef:
    """Find a function in the source of a module."""
    functions = (
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)
    )
    return next(one for one in functions if one.name == name)


CASES = [
    pytest.param(page, file, options, id=f"{page.stem}: {options.get('pyobject')}")
    for page in PAGES
    for file, options in included(page)
    if "lines" in options
]


@pytest.mark.parametrize(("page", "file", "options"), CASES)
def test_a_function_is_shown_whole_without_its_docstring(page, file, options):
    source = (BOOK / file).read_text()
    function = function_named(options["pyobject"], source)
    assert is_whole(function, source, options["lines"])


@pytest.mark.parametrize(
    ("choice", "whole"),
    [("1, 3-", True), ("1, 3-4", True), ("1, 4-", False), ("1, 3", False)],
)
def test_the_lint_of_shown_functions_can_fail(choice, whole):
    source = 'def add(a, b):\n    """Add."""\n    total = a + b\n    return total\n'
    assert is_whole(function_named("add", source), source, choice) == whole
