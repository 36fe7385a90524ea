"""Before the first page everything is there, read back, and the same for every page."""

import os
from pathlib import Path

import pytest
from convlens.study import preparation
from convlens.study.keeping import UnsafeFolder
from convlens.study.preparation import NotPrepared, check_versions
from packaging.requirements import Requirement


def test_what_cannot_be_read_back_is_named(images, monkeypatch):
    monkeypatch.setattr(preparation, "ledger", lambda images: None)
    monkeypatch.setattr(preparation, "is_kept", lambda name: "network" not in name)
    with pytest.raises(NotPrepared, match=r"network, random seed 0 and \d+ others: r"):
        preparation._make_results(images)


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_trained(
    tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVLENS_KEPT", str(tmp_path / "file"))
    with pytest.raises(NotPrepared, match=f"could not be kept in {tmp_path}"):
        preparation._check_that_results_can_be_kept()
    monkeypatch.setenv("CONVLENS_KEPT", str(tmp_path / "folder"))
    preparation._check_that_results_can_be_kept()
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError("no memory"), UnsafeFolder("open")])
def test_a_failure_says_what_failed(images, monkeypatch, error):
    def fail(images):
        raise error

    monkeypatch.setattr(preparation, "ledger", fail)
    with pytest.raises(NotPrepared, match=f"could not be made: {error}"):
        preparation._make_results(images)


def test_pages_run_with_the_same_settings_for_every_reader(images, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "1")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("MATPLOTLIBRC", "/mine")
    monkeypatch.setenv("PYTHONSTARTUP", "/mine.py")
    monkeypatch.setenv("PYTHONPATH", os.pathsep)  # the current folder, to Python
    found = preparation._page_environment(images, Path("/empty"))
    assert found["MATPLOTLIBRC"] == "/empty/matplotlibrc"
    assert found["IPYTHONDIR"] == "/empty/ipython"
    assert "PYTHONSTARTUP" not in found
    assert "" not in found["PYTHONPATH"].split(os.pathsep)
    assert "KERAS_MAX_EPOCHS" not in found
    assert found["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert found["KERAS_BACKEND"] == "jax"  # the one choice that is the reader's
    assert found["KERAS_HOME"] == "/empty"
    assert found["PYTHONSAFEPATH"] == "1"
    assert found["CONVLENS_FINGERPRINT"] == images.fingerprint


@pytest.mark.parametrize(
    ("needs", "fault"),
    [
        ('dependencies = ["numpy>=1"]', None),
        ('dependencies = ["numpy>=999"]', "expected numpy>=999, found "),
        ('dependencies = ["no-such-thing>=1"]', "no-such-thing>=1, found none"),
        (
            'dependencies = []\n[project.optional-dependencies]\nbook = ["tqdm>=99"]',
            "expected tqdm>=99, found",
        ),
        (
            'dependencies = []\n[project.optional-dependencies]\nother = ["tqdm>=99"]',
            None,
        ),
    ],
)
def test_old_and_missing_libraries_are_named(tmp_path, needs, fault):
    project = tmp_path / "pyproject.toml"
    project.write_text(f"[project]\n{needs}\n")
    if fault is None:
        check_versions(project)
        return
    with pytest.raises(NotPrepared, match=f"{fault}.*pip install -r requirements"):
        check_versions(project)


def test_what_builds_the_book_has_the_bounds_of_the_requirements():
    lines = (Path(__file__).parents[2] / "requirements.txt").read_text().splitlines()
    bounds = [line for line in lines if line.startswith(("jupyter-book", "sphinx-ex"))]
    lower = {
        Requirement(line).name: str(Requirement(line).specifier) for line in bounds
    }
    assert len(preparation.BUILT_WITH) == len(lower) == 2
    for needed in map(Requirement, preparation.BUILT_WITH):
        assert str(needed.specifier) in lower[needed.name]
