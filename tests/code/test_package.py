"""The house: who may import whom, what is public, what the requirements say."""

import ast
import doctest
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import convlens
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "code" / "convlens"
MODULES = sorted(
    str(path.relative_to(PACKAGE).with_suffix("")).replace("/", ".")
    for path in PACKAGE.rglob("[a-z]*.py")
)

# Who may import whom, inside the package. Nothing imports figures.
MAY_IMPORT = {
    "apart": set(),
    "by_hand": set(),
    "convolution": set(),
    "download": set(),
    "keeping": set(),
    "statistics": set(),
    "figures": {"figures"},
    "data": {"download"},
    "claims": set(),
    "findings": {"claims", "statistics"},
    "kernels": set(),
    "activations": {"kernels"},
    "receptive_fields": {"convolution", "kernels"},
    "network": {"apart", "data", "keeping"},
    "experiments": set(MODULES) - {"figures", "experiments"},
}
KNOW_KERAS = {"activations", "kernels", "network"}


def source_of(module: str) -> str:
    return (PACKAGE / f"{module.replace('.', '/')}.py").read_text()


def imports_of(module: str) -> tuple[set[str], set[str]]:
    """Modules of the package, and outside packages, that a module imports."""
    inside, outside = set(), set()
    tree = ast.parse(source_of(module))
    for_types = [node for node in tree.body if isinstance(node, ast.If)]
    for node in for_types:  # what only type checkers read
        assert ast.unparse(node.test) == "TYPE_CHECKING"
        tree.body.remove(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [node.module]
            if node.module == "convlens":
                names = [f"convlens.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            if top == "convlens":
                inside.add(rest.partition(".")[0])
            else:
                outside.add(top)
    return inside, outside


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_what_stands_below_them(module):
    inside, outside = imports_of(module)
    assert inside <= MAY_IMPORT[module.partition(".")[0]]
    if module not in KNOW_KERAS:
        assert not outside & {"keras", "tensorflow"}


def test_what_all_drawings_share_takes_arrays_only():
    text = (PACKAGE / "figures" / "_canvas.py").read_text()
    assert not re.search(r"^\s*(from|import) convlens", text, re.MULTILINE)


def run(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


LEAVES = (
    "activations apart by_hand claims convolution data download experiments figures "
    "findings keeping kernels network receptive_fields statistics"
)


def test_importing_loads_no_tensorflow():
    modules = ", ".join(f"convlens.{name}" for name in LEAVES.split())
    code = f"import convlens, {modules}, sys; print('tensorflow' in sys.modules)"
    assert run(code).strip() == "False"
    code = "import convlens, sys; print('numpy' in sys.modules)"
    assert run(code).strip() == "False"


@pytest.mark.parametrize("name", convlens.__all__)
def test_a_public_name_is_found_in_a_fresh_process(name):
    """Before and after its module: a submodule must not take a function's place."""
    assert not set(convlens.__all__) & set(MODULES)
    module = convlens._HOME[name]
    for first in (f"from convlens import {name}", f"import convlens.{module}"):
        assert run(f"{first}; import convlens; print(callable(convlens.{name}))") == (
            "True\n"
        )


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'edge_detector'"):
        _ = convlens.edge_detector
    assert set(dir(convlens)) == set(convlens.__all__)


def test_code_is_still_the_standard_library():
    code = "import sys, code; print(code.__file__.startswith(sys.base_prefix))"
    assert run(code).strip() == "True"


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module):
    found = importlib.import_module(f"convlens.{module}")
    results = doctest.testmod(found, optionflags=doctest.ELLIPSIS)
    assert results.failed == 0
    assert results.attempted > 0


def public_functions() -> list:
    return list(_public_functions())


def _public_functions():
    for module in MODULES:
        for node in ast.parse(source_of(module)).body:
            named = isinstance(node, ast.FunctionDef)
            if named and not node.name.startswith("_"):
                yield pytest.param(node, id=f"{module}.{node.name}")


@pytest.mark.parametrize("function", public_functions())
def test_public_functions_are_documented_and_typed(function):
    text = ast.get_docstring(function)
    assert ">>> " in text
    every = [*function.args.args, *function.args.kwonlyargs, *function.args.posonlyargs]
    assert all(argument.annotation for argument in every)
    assert function.returns is not None
    if len(every) > 2:
        assert all(f"{argument.arg}: " in text for argument in every)


@pytest.mark.parametrize("function", public_functions())
def test_functions_are_short(function):
    body = function.body[1:]  # without the docstring
    assert not body or body[-1].end_lineno - body[0].lineno < 40


def requirements() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "-e"))]
    return {Requirement(line).name: Requirement(line) for line in kept}


def test_the_readme_gives_the_two_lines_first():
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)\n```", text, re.DOTALL)
    install = "python -m pip install -r requirements.txt"
    assert blocks[:2] == [f"{install} && jupyter-book build .", f"{install} && pytest"]


def test_every_requirement_is_bounded_on_both_sides():
    for requirement in requirements().values():
        operators = {bound.operator for bound in requirement.specifier}
        assert operators == {">=", "<"}, requirement
    assert not requirements()["jupyter-book"].specifier.contains("2.0.0")
    last = (ROOT / "requirements.txt").read_text().strip().splitlines()[-1]
    assert last == "-e ."


def test_every_part_of_the_package_is_installed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    parts = {".".join(one.relative_to(ROOT / "code").parts) for one in folders}
    assert set(settings["tool"]["setuptools"]["packages"]) == parts


def test_the_package_asks_for_no_more_than_the_book():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in project["dependencies"]:
        needed = Requirement(line)
        (lower,) = needed.specifier
        bounds = {bound.version for bound in requirements()[needed.name].specifier}
        assert lower.version in bounds, needed


IMPORT_NAMES = {
    "beautifulsoup4": "bs4",
    "pillow": "PIL",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}
# Used without being imported: by name in settings, on the command line, by a plugin.
USED_BY_NAME = {
    "jupyter-book": ".ci/run",
    "sphinx-exercise": "_config.yml",
    "jupyterlab": "README.md",
    "pytest-benchmark": "README.md",
    "ruff": ".ci/run",
}


# Parts of Jupyter Book, which build extensions extend; torch is asked for by name.
COME_ALONG = {"docutils", "myst_nb", "sphinx", "torch"}


def test_every_import_is_required():
    folders = [ROOT / name for name in ("code", "tests", "book")]
    ours = {path.stem for one in folders for path in one.rglob("*.py")} | {"convlens"}
    allowed = {IMPORT_NAMES.get(name, name) for name in requirements()}
    allowed |= set(sys.stdlib_module_names) | ours | COME_ALONG
    for folder in folders:
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module]
                for name in names:
                    assert name.partition(".")[0] in allowed, (path, name)


def test_no_requirement_is_unused():
    sources = [*(ROOT / "code").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    sources += (ROOT / "book").rglob("*.py")
    text = "\n".join(path.read_text() for path in sources)
    for name in requirements():
        if name in USED_BY_NAME:
            word = name.replace("sphinx-", "sphinx_").replace("pytest-", "")
            words = (word, name.replace("jupyterlab", "jupyter lab"))
            used = (ROOT / USED_BY_NAME[name]).read_text()
            assert any(one in used for one in words), name
        else:
            module = IMPORT_NAMES.get(name, name)
            assert f"import {module}" in text or f"from {module}" in text, name
