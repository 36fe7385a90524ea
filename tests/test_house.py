"""The house: who may import whom, what is public, what is installed and required."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import convlens
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "code" / "convlens"
MODULES = sorted(PACKAGE.rglob("[a-z]*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def environment() -> dict[str, str]:
    """This environment, with its own tools found first."""
    tools = str(Path(sys.executable).parent)
    return os.environ | {"PATH": os.pathsep.join([tools, os.environ["PATH"]])}


@pytest.mark.parametrize("check", ["imports", "dependencies", "types"])
def test_the_lint_passes(check):
    command = ["bash", str(ROOT / ".ci" / "lint"), check]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("part", ["lens", "study"])
def test_a_program_of_a_user_has_types(part, tmp_path):
    """With the settings that a type checker has where nobody chose any."""
    program = shutil.copy(ROOT / "tests" / part / "as_a_user.py", tmp_path)
    command = ["pyright", "--pythonpath", sys.executable, program]
    options = {"env": environment(), "cwd": tmp_path}
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("part", ["lens", "study"])
def test_a_program_of_a_user_calls_every_public_name(part):
    stub = PACKAGE / ("__init__.pyi" if part == "lens" else "study/__init__.pyi")
    public = re.findall(r" as (\w+)$", stub.read_text(), re.MULTILINE)
    program = ast.parse((ROOT / "tests" / part / "as_a_user.py").read_text())
    nodes = list(ast.walk(program))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert public
    assert {*public} <= used


def test_build_extensions_enter_by_one_door():
    for path in (ROOT / "book" / "_ext").glob("*.py"):
        for name in re.findall(r"(?:from|import) (convlens\S*)", path.read_text()):
            assert name == "convlens.study.preparation", path.name


def run(code: str) -> str:
    command = [sys.executable, "-P", "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


PUBLIC = """
import importlib, pkgutil, sys, types
import convlens, convlens.study

assert not {"numpy", "keras", "matplotlib", "tensorflow"} & set(sys.modules)
names = {part: part.__all__ for part in (convlens, convlens.study)}
every = pkgutil.walk_packages(convlens.__path__, "convlens.")
modules = {module.name for module in every}
if FIRST == "modules":
    extending_keras = {f"convlens.{one}" for one in ("ascent", "gradients", "recorder")}
    for module in sorted(modules - {"convlens.figures.myst_nb"} - extending_keras):
        importlib.import_module(module)
for part, public in names.items():
    assert set(dir(part)) >= set(public) and public
    for name in public:
        found = getattr(part, name)
        is_module = f"{part.__name__}.{name}" in modules
        assert isinstance(found, types.ModuleType) == is_module, (part, name)
assert "tensorflow" not in sys.modules
"""


@pytest.mark.parametrize("first", ["names", "modules"])
def test_public_names_are_found(first):
    """Before and after their modules: no submodule takes a function's place."""
    run(f"FIRST = {first!r}\n{PUBLIC}")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="No convlens attribute edge_detector"):
        _ = convlens.edge_detector


def test_code_is_still_the_standard_library():
    code = "import sys, code; print(code.__file__.startswith(sys.base_prefix))"
    assert run(code).strip() == "True"


def public_functions() -> list:
    return list(_public_functions())


def _public_functions():
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef)
            if named and not node.name.startswith("_"):
                module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
                yield pytest.param(node, id=f"{module}.{node.name}")


@pytest.mark.parametrize("function", public_functions())
def test_public_functions_are_documented_and_typed(function):
    text = ast.get_docstring(function) or ""
    one_of_many = function.name in ("measure", "conclude")  # of every question alike
    assert text if one_of_many else ">>> " in text
    every = [*function.args.args, *function.args.kwonlyargs, *function.args.posonlyargs]
    assert all(argument.annotation for argument in every)
    assert function.returns is not None
    if len(every) > 2:
        assert all(f"{argument.arg}: " in text for argument in every)


@pytest.mark.parametrize("function", public_functions())
def test_functions_are_short(function):
    body = function.body[1:]  # without the docstring
    assert not body or body[-1].end_lineno - body[0].lineno < 40


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy, so that nothing is written beside the code."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE.md"):
        shutil.copy(ROOT / name, folder)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "code", folder / "code", ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
    command += ["--no-build-isolation", "--no-index", "-w", str(folder), str(folder)]
    subprocess.run(command, check=True)
    (found,) = folder.glob("*.whl")
    with zipfile.ZipFile(found) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_the_package(wheel):
    kept = (".py", ".pyi", ".typed")
    sources = {path for path in PACKAGE.rglob("*") if path.suffix in kept}
    sources.add(PACKAGE / "py.typed")
    expected = {path.relative_to(ROOT / "code").as_posix() for path in sources}
    assert {one for one in wheel.namelist() if ".dist-info" not in one} == expected


def test_the_wheel_says_what_it_is_and_needs(wheel):
    (name,) = (one for one in wheel.namelist() if one.endswith("/METADATA"))
    lines = wheel.read(name).decode().splitlines()
    assert f"Version: {convlens.__version__}" in lines
    told = [line.partition(": ") for line in lines]
    needed = [Requirement(one) for key, _, one in told if key == "Requires-Dist"]
    plain = {one.name for one in needed if not one.marker}
    assert plain == {"keras", "lazy-loader", "matplotlib", "numpy"}
    extras = {one for key, _, one in told if key == "Provides-Extra"}
    assert extras == {"book", "cluster", "myst-nb", "statistics"}
    points = wheel.read(name.replace("METADATA", "entry_points.txt")).decode()
    module, _, plugin = points.partition("= ")[2].strip().partition(":")
    source = wheel.read(f"{module.replace('.', '/')}.py").decode()
    assert f"class {plugin}(" in source


def test_one_version_everywhere():
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {convlens.__version__}\n" in citation


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
    assert last == "-e .[book]"


def declared() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [Requirement(one) for one in PROJECT["dependencies"] + extras["book"]]


@pytest.mark.parametrize("needed", declared(), ids=lambda one: one.name)
def test_the_book_is_built_with_what_the_package_takes(needed):
    """Bounded below only, and not above what the book is built with."""
    (lower,) = needed.specifier
    assert lower.operator == ">="
    bounds = requirements()[needed.name].specifier
    (lowest,) = (bound.version for bound in bounds if bound.operator == ">=")
    assert needed.specifier.contains(lowest), (needed, lowest)


# Used without being imported: on the command line, by name in settings, by a plugin.
USED_BY_NAME = {
    "deptry": (".ci/lint", "deptry"),
    "import-linter": (".ci/lint", "lint-imports"),
    "jupyter-book": (".ci/run", "jupyter-book"),
    "jupyterlab": ("README.md", "jupyter lab"),
    "pre-commit": ("CONTRIBUTING.md", "pre-commit install"),
    "pyright": (".ci/lint", "pyright"),
    "pytest-benchmark": ("README.md", "--benchmark-only"),
    "pytest-cov": (".ci/lens", "--cov"),
    "pytest-xdist": ("pyproject.toml", "-n 2"),
    "ruff": (".ci/lint", "ruff"),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "sphinx-exercise": ("_config.yml", "sphinx_exercise"),
}


def test_what_is_required_without_an_import_is_used_by_name():
    settings = tomllib.loads((ROOT / ".ci" / "requirements.toml").read_text())
    ignored = settings["tool"]["deptry"]["per_rule_ignores"]["DEP002"]
    assert {*ignored} == {*USED_BY_NAME, ".[book]"}
    for name, (path, word) in USED_BY_NAME.items():
        assert word in (ROOT / path).read_text(), name
