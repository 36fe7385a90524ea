"""A result is made again when the code that it reaches changes, and only then."""

import shutil

import pytest
from convlens.study import fingerprints
from convlens.study.fingerprints import code_fingerprint, reached_code
from convlens.study.preparation import kept_results
from convlens.study.questions import every_question, order
from convlens.study.runs import short_name
from convlens.study.training import train_apart


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A copy of the package's source that a test can edit; its imports stay real."""
    copy = tmp_path / "convlens"
    shutil.copytree(fingerprints.PACKAGE, copy)
    monkeypatch.setattr(fingerprints, "PACKAGE", copy)
    fingerprints._parsed.cache_clear()
    fingerprints.code_fingerprint.cache_clear()
    yield copy
    fingerprints._parsed.cache_clear()
    fingerprints.code_fingerprint.cache_clear()


def edit(source, path, old, new):
    before = (source / path).read_text()
    assert old in before, (path, old)
    (source / path).write_text(before.replace(old, new, 1))
    fingerprints._parsed.cache_clear()
    fingerprints.code_fingerprint.cache_clear()


EVERYTHING = {"network", *map(short_name, every_question())}
# A question that is added later may depend on what a row below changes, or may not.
WATCHED = {
    "accuracy",
    "arrangement",
    "blank_maps",
    "even_greys",
    "initial_weights",
    "mistakes",
    "network",
    "order",
}
CHANGES = {
    "a sentence": (
        "study/questions/mistakes.py",
        "The network makes no mistake",
        "The network never fails",
        set(),
    ),
    "a docstring of a measure": (
        "study/questions/order.py",
        '"""Compare Moran',
        '"""COMPARE Moran',
        set(),
    ),
    "a docstring of the digits": (
        "study/data.py",
        '"""Handwritten digits',
        '"""DIGITS',
        set(),
    ),
    "a caution about the digits": (
        "study/data.py",
        "seem to show dark ink",
        "look like dark ink",
        set(),
    ),
    "an error about a file": (
        "study/digit_files.py",
        "It is damaged; replace it.",
        "It is broken.",
        set(),
    ),
    "an error about Keras": (
        "study/network.py",
        "expected channels_last",
        "wanted channels_last",
        set(),
    ),
    "a comment": (
        "study/questions/mistakes.py",
        "# of each null distribution",
        "# draws",
        set(),
    ),
    "a line of a measure": (
        "study/questions/mistakes.py",
        "DRAWS = 10_000",
        "DRAWS = 9_999",
        {"mistakes"},
    ),
    "a function that a measure imports": (
        "statistics/autocorrelation.py",
        "pairs = (kh - 1) * kw",
        "pairs = (kh - 2) * kw",
        {"order"},
    ),
    "a null that two measures share": (
        "statistics/nulls.py",
        "default_rng(seed).permuted(flat, axis=1)",
        "default_rng(seed + 1).permuted(flat, axis=1)",
        {"arrangement", "even_greys", "order"},
    ),
    "a method of what is measured": (
        "study/runs.py",
        "batch_size=500",
        "batch_size=250",
        EVERYTHING - {"network"},
    ),
    "the recipe": (
        "study/network.py",
        "epochs: int = 2",
        "epochs: int = 5",
        EVERYTHING,
    ),
    "how it is built": ("study/network.py", "GlorotUniform", "HeUniform", EVERYTHING),
    "how many are held out": ("study/data.py", "// 12)", "// 10)", EVERYTHING),
    "a drawing": ("figures/kernels.py", "FOOT", "FEET", set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_anew_what_depends_on_it_and_nothing_else(
    change, source, images
):
    path, old, new, expected = CHANGES[change]
    before = kept_results(images)
    edit(source, path, old, new)
    after = kept_results(images)
    names = {what: what.partition(",")[0] for what in before}
    changed = {names[what] for what in before if before[what] != after[what]}
    assert changed & WATCHED == expected & WATCHED


def test_the_surroundings_of_a_training_are_in_its_name(source, images):
    before = kept_results(images)
    edit(source, "study/arithmetic.py", "if not name", "if name")
    assert not set(before.values()) & set(kept_results(images).values())


def test_names_are_followed_to_where_they_are_defined():
    reached = reached_code(order.measure)
    assert ("convlens.statistics.autocorrelation", "morans_i") in reached
    assert ("convlens.models", "find_layer") in reached  # by way of layer_kernels
    assert ("convlens.study.runs", "TrainedNetwork") in reached  # by its annotation
    assert ("convlens.study.questions.order", "conclude") not in reached
    trained = reached_code(train_apart)
    assert ("convlens.study.network", "RECIPE") in trained
    assert ("convlens.study.data", "Images") in trained
    assert not any("figures" in module for module, name in trained | reached)


MODULES = {
    "one.py": (
        "from convlens import two\nfrom convlens import three as other\n"
        "import convlens.six\n"
        "from .four import LIMIT\n"
        "def root():\n"
        "    from convlens.five import late\n"
        "    table = {'whole': seven}\n"
        "    return two.used() + other.used() + LIMIT + late() + convlens.six.deep()\n"
        "from convlens import seven\n"
    ),
    "six.py": "def deep(): return 6\n",
    "seven.py": "def handed_over(): return 7\n",
    "two.py": "print('on import')\ndef used(): return 1\ndef unused(): return 2\n",
    "three.py": "class Base: pass\nclass Part(Base): pass\ndef used(): return Part\n",
    "four.py": "LIMIT: int = 4\nREST = 5\n",
    "five.py": "late = lambda: 6\n",
}
REACHED = {
    ("one", "root"),
    ("two", "used"),
    ("two", ""),
    ("three", "used"),
    ("three", "Part"),
    ("three", "Base"),
    ("four", "LIMIT"),
    ("five", "late"),
    ("six", "deep"),
    ("seven", "handed_over"),
}


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A package of five modules, and the function from which names are followed."""
    monkeypatch.setattr(fingerprints, "PACKAGE", tmp_path)
    (tmp_path / "__init__.py").touch()
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text)
    fingerprints._parsed.cache_clear()
    fingerprints.code_fingerprint.cache_clear()

    def root():
        """Stand for a function of the package."""

    root.__module__ = "convlens.one"
    yield tmp_path, root
    fingerprints._parsed.cache_clear()
    fingerprints.code_fingerprint.cache_clear()


def test_every_way_to_name_a_thing_is_followed(toy):
    _, root = toy
    found = {(m.removeprefix("convlens."), n) for m, n in reached_code(root)}
    assert found - {(module, "") for module, _ in found} == REACHED - {("two", "")}
    assert ("two", "") in found


@pytest.mark.parametrize(
    ("path", "old", "new", "changes"),
    [
        ("two.py", "return 1", "return 7", True),
        ("two.py", "return 2", "return 7", False),
        ("two.py", "on import", "imported", True),
        ("three.py", "class Base: pass", "class Base: x = 1", True),
        ("four.py", "LIMIT: int = 4", "LIMIT: int = 9", True),
        ("four.py", "REST = 5", "REST = 9", False),
        ("five.py", "lambda: 6", "lambda: 7", True),
        ("six.py", "return 6", "return 7", True),
        ("seven.py", "return 7", "return 8", True),
        ("two.py", "def used(): return 1", "def used():\n  'Say.'\n  return 1", False),
        ("two.py", "return 1", "return (1)  # one", False),
    ],
)
def test_syntax_counts_and_words_do_not(toy, path, old, new, changes):
    folder, root = toy
    before = code_fingerprint(root)
    edit(folder, path, old, new)
    assert (code_fingerprint(root) != before) == changes


def test_a_name_that_leads_nowhere_is_refused(toy):
    folder, root = toy
    edit(folder, "two.py", "def used()", "def renamed()")
    with pytest.raises(LookupError, match="convlens.two: expected .*'used'"):
        code_fingerprint(root)


def test_an_import_of_everything_is_refused(toy):
    folder, root = toy
    edit(folder, "four.py", "REST = 5", "from convlens.five import *")
    told = "convlens.four: expected names to be imported one by one"
    with pytest.raises(LookupError, match=told):
        code_fingerprint(root)


def test_a_function_inside_another_is_refused(toy):
    _, root = toy
    root.__name__ = "inner"
    with pytest.raises(LookupError, match="convlens.one: expected 'inner' at its top"):
        code_fingerprint(root)
