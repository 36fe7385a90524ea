"""Which code a result depends on: found by following names from one function.

A kept result must be made again when the code that made it changes, and only then. So
the functions, classes and constants that a function reaches are followed through this
package, and what is hashed is their syntax, without docstrings and comments. Code of
other libraries is covered by their versions.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = "convlens"
PACKAGE = Path(__file__).resolve().parents[1]
Definition = tuple[str, str]  # module and name; "" for its other statements

# How digits are read into memory shapes no result beyond the digits themselves, and
# their fingerprint is in every key.
NOT_FOLLOWED = {("convlens.study.data", "_load_again")}


@cache
def code_fingerprint(*functions: Callable) -> str:
    """Hash the code that functions reach.

    Args:
        functions: Functions of this package, each at the top level of its module.

    Returns:
        SHA-256 in hexadecimal. It changes with any statement that the functions reach,
        and with no docstring, comment, blank line or line break.

    Raises:
        LookupError: A name leads into this package and is not found there.

    Example:
        >>> from convlens.statistics import morans_i, shuffled_weights
        >>> code_fingerprint(morans_i) == code_fingerprint(shuffled_weights)
        False
    """
    digest = hashlib.sha256()
    for module, name in sorted(reached_code(*functions)):
        for node in _parsed(module).nodes(name):
            digest.update(f"{module}:{name}:{_syntax(node)}\n".encode())
    return digest.hexdigest()


def reached_code(*functions: Callable) -> set[Definition]:
    """Follow every name that functions use, through this package.

    Args:
        functions: As in `code_fingerprint`.

    Returns:
        Pairs of module and name. The name is empty for the statements of a module that
        run when it is imported and define nothing.

    Raises:
        LookupError: As in `code_fingerprint`.

    Example:
        >>> from convlens.statistics import largest_morans_i
        >>> sorted(name for module, name in reached_code(largest_morans_i) if name)
        ['largest_morans_i']
    """
    waiting = [(one.__module__, one.__name__) for one in functions]
    for module, name in waiting:
        if name not in _parsed(module).definitions:
            raise LookupError(f"{module}: expected {name!r} at its top level")
    reached: set[Definition] = set()
    while waiting:
        found = waiting.pop()
        if found in reached or found in NOT_FOLLOWED:
            continue
        reached.add(found)
        module, name = found
        waiting.append((module, ""))
        for node in _parsed(module).nodes(name):
            waiting += _used_by(node, module)
    return reached


def package_fingerprint() -> str:
    """Hash every source file of this package, docstrings and sentences included.

    Returns:
        SHA-256 in hexadecimal: what a page that shows the package depends on.

    Example:
        >>> len(package_fingerprint())
        64
    """
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]):
        digest.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    return digest.hexdigest()


class _Module:
    """The definitions, the imports and the other statements of one module."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.definitions: dict[str, list[ast.AST]] = {}
        self.imports: dict[str, Definition] = {}
        self.statements: list[ast.AST] = []
        path = _source_of(name)
        if path is None:
            raise LookupError(f"expected a module called {name!r}, found none")
        for node in ast.parse(path.read_text("utf-8")).body:
            self._sort(node)
        stub = path.with_suffix(".pyi")
        if stub.exists():  # names that are loaded when they are first used
            for node in ast.parse(stub.read_text("utf-8")).body:
                self.imports |= _imported(node, name)

    def nodes(self, name: str) -> list[ast.AST]:
        """The statements that define a name; for "", those that define none."""
        return self.definitions.get(name, []) if name else self.statements

    def _sort(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.imports |= _imported(node, self.name)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            self.definitions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for name in _assigned(node):
                self.definitions.setdefault(name, []).append(node)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for one in [*node.body, *node.orelse]:
                self._sort(one)
        elif not _is_docstring(node):
            self.statements.append(node)


def _used_by(node: ast.AST, module: str) -> Iterator[Definition]:
    """The definitions in this package that a statement of a module names."""
    local: dict[str, Definition] = {}
    for inner in ast.walk(node):
        local |= _imported(inner, module)
    for chain in _chains(node):
        yield from _resolved(chain, module, local)


def _chains(node: ast.AST) -> Iterator[list[str]]:
    """Every name that is used, with the attributes that follow it."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        yield [node.id, *names]
        return
    for inner in ast.iter_child_nodes(node):
        yield from _chains(inner)


def _resolved(
    chain: list[str], module: str, local: dict[str, Definition]
) -> Iterator[Definition]:
    """Find where a name is defined. After a module, attributes name what is in it."""
    name, *attributes = chain
    parsed = _parsed(module)
    if name in parsed.definitions and name not in local:
        yield module, name
    elif name in local or name in parsed.imports:
        home, original = local.get(name) or parsed.imports[name]
        path = [original, *attributes] if original else attributes
        while path and _is_module(f"{home}.{path[0]}"):
            home = f"{home}.{path.pop(0)}"
        if path:
            yield from _defined_in(home, path[0])
        elif _is_module(home):  # used as a whole, so all of it may be
            yield from ((home, one) for one in _parsed(home).definitions)


def _defined_in(home: str, name: str) -> Iterator[Definition]:
    """Follow a name through re-exports to the module that defines it."""
    if home.partition(".")[0] != ROOT:
        return
    parsed = _parsed(home)
    if name in parsed.definitions:
        yield home, name
    elif name in parsed.imports:
        further, original = parsed.imports[name]
        yield from _defined_in(further, original)
    elif not name.startswith("__"):
        raise LookupError(f"{home}: expected a definition of {name!r}, found none")


def _imported(node: ast.AST, module: str) -> dict[str, Definition]:
    """The local names that an import statement binds: the module and the name there."""
    if isinstance(node, ast.Import):
        return {
            one.asname or one.name.partition(".")[0]: (
                one.name if one.asname else one.name.partition(".")[0],
                "",
            )
            for one in node.names
        }
    if not isinstance(node, ast.ImportFrom):
        return {}
    if any(one.name == "*" for one in node.names):
        raise LookupError(
            f"{module}: expected names to be imported one by one, found *"
        )
    home = node.module or ""
    if node.level:
        package = module if _is_package(module) else module.rpartition(".")[0]
        home = f"{package}.{home}".rstrip(".")
    return {one.asname or one.name: (home, one.name) for one in node.names}


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                yield inner.id


def _syntax(node: ast.AST) -> str:
    """The syntax of a statement, without docstrings and the words of errors."""
    copy = ast.parse(ast.unparse(node))
    for inner in ast.walk(copy):
        body = getattr(inner, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            del body[0]
        if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
            inner.exc = inner.exc.func
    return ast.dump(copy)


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _parsed(module: str) -> _Module:
    return _Module(module)


def _is_module(name: str) -> bool:
    return name.partition(".")[0] == ROOT and _source_of(name) is not None


def _is_package(name: str) -> bool:
    path = _source_of(name)
    return path is not None and path.name == "__init__.py"


def _source_of(module: str) -> Path | None:
    """Find the file of a module of this package."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    files = place.with_suffix(".py"), place / "__init__.py"
    return next((path for path in files if path.is_file()), None)
