"""What a build of the book does before its first page: the one door for its extensions.

It checks the installed libraries, decides the digits, trains and measures what is not
kept yet, reads it back, and says in which environment the pages must run.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tomllib
import uuid
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from convlens.study.apart import python_path
from convlens.study.arithmetic import fixed_environment
from convlens.study.claims import ledger
from convlens.study.data import (
    CHOICE,
    FINGERPRINT,
    DataError,
    Images,
    load_images,
)
from convlens.study.fingerprints import package_fingerprint
from convlens.study.hands_on import files_of, parts_of
from convlens.study.keeping import (
    BUILD,
    content_key,
    is_kept,
    kept_folder,
    maker_of,
    origin,
    versions,
    write_whole,
)
from convlens.study.questions import every_question
from convlens.study.runs import (
    chosen_seeds,
    needed_networks,
    numbers_name,
    short_name,
)
from convlens.study.variants import OWN
from convlens.words import counted

# What builds the pages, beside what the package itself needs. The lower bounds are
# those of requirements.txt (a test compares).
BUILT_WITH = ("jupyter-book>=1.0.4.post1", "sphinx-exercise>=1.2")


NOT_KEPT = (
    "results could not be kept in {}; make room there, or name another folder in "
    "CONVLENS_KEPT, or each page would train anew"
)


class NotPrepared(RuntimeError):
    """The book cannot be built as things are; the message says why, and what to do."""


@dataclass(frozen=True)
class Preparation:
    """What the pages of a build need to know.

    Attributes:
        digits: Which digits are used, and why, in one line.
        banner: The same where they are not MNIST's; else empty.
        state: A key of everything that pages depend on besides their own text.
        environment: All environment variables of the kernels that execute pages.
    """

    digits: str
    banner: str
    state: str
    environment: dict[str, str]


def prepare(root: Path) -> Preparation:
    r"""Compute everything that pages load, or raise an error that says why not.

    Args:
        root: The folder of the book, with its ``pyproject.toml``. What the build keeps
            for itself goes to ``_build`` in it.

    Returns:
        What the pages need to know.

    Raises:
        NotPrepared: A library is too old, the digits cannot be had, a training failed,
            or its result could not be kept.

    Example:
        >>> import tempfile
        >>> root = Path(tempfile.mkdtemp())
        >>> _ = (root / "pyproject.toml").write_text("[project]\ndependencies = []")
        >>> "1,437 images to train on" in prepare(root).banner
        True
    """
    check_versions(root / "pyproject.toml")
    os.environ[BUILD] = uuid.uuid4().hex
    # kernels run in another folder, where a relative path would point elsewhere
    os.environ["CONVLENS_KEPT"] = str(kept_folder().resolve())
    _check_that_results_can_be_kept()
    images = _decide_digits()
    _make_results(images)
    settings = _empty_settings(root / "_build" / "settings")
    told = " ".join(
        [
            f"{images.name}: {counted(len(images.x_train), 'image')} to train on and "
            f"{len(images.x_test):,} to test on.",
            images.reason,
            images.caution,
        ]
    ).strip()
    return Preparation(
        digits=told,
        banner="" if images.is_mnist else told,
        state=_state(images),
        environment=_page_environment(images, settings),
    )


def kept_results(images: Images, seeds: Sequence[int] | None = None) -> dict[str, str]:
    """Name everything that pages load, as `convlens.study.keeping` keeps it.

    Args:
        images: The digits.
        seeds: Of the networks. By default those of `chosen_seeds`.

    Returns:
        The kept name, by what it is.

    Example:
        >>> list(kept_results(load_images("digits"), seeds=[5]))[0]
        'network, random seed 5'
    """
    found = {}
    questions = every_question()
    for seed in chosen_seeds() if seeds is None else seeds:
        for name, variant in needed_networks(questions, images, seed).items():
            what = "" if variant == OWN else f" ({variant.name})"
            found[f"network{what}, random seed {seed}"] = name
        for question in questions:
            what = f"{short_name(question)}, random seed {seed}"
            found[what] = numbers_name(question, images, seed)
    return found


def origins(images: Images) -> list[str]:
    """Say of every kept result whether the running build made it, or found it.

    Args:
        images: The digits.

    Returns:
        Lines of text. Networks of several seeds share a line where they share an
        origin.

    Example:
        >>> origins(load_images("digits"))[0].startswith("network, random seed")
        True
    """
    seeds: dict[tuple[str, str], list[str]] = {}
    for what, name in kept_results(images).items():
        one, _, seed = what.partition(", random seed ")
        seeds.setdefault((one, origin(name)), []).append(seed)
    return [
        f"{one}, random seed{'s' * (len(found) > 1)} {', '.join(found)}: {told}"
        for (one, told), found in seeds.items()
    ]


def hands_on_files() -> tuple[str, dict[str, bytes]]:
    """Write what the scripts of the site show, for the digits of the build.

    Returns:
        The key of all, and the content of each file by its name, as
        `convlens.study.hands_on.files_of` returns them.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", CONVLENS_DATA="digits"):
        ...     key, files = hands_on_files()
        >>> f"network-{key}.bin" in files
        True
    """
    return files_of(parts_of(load_images()))


def check_versions(project: Path) -> None:
    r"""Refuse libraries that are older than the book was tried with.

    Args:
        project: Its ``pyproject.toml``.

    Raises:
        NotPrepared: A library is missing or too old; the message names each.

    Example:
        >>> import tempfile
        >>> project = Path(tempfile.mkdtemp()) / "pyproject.toml"
        >>> _ = project.write_text('[project]\ndependencies = ["numpy>=999"]')
        >>> check_versions(project)
        Traceback (most recent call last):
        ...
        convlens.study.preparation.NotPrepared: expected numpy>=999, found ...
    """
    settings = tomllib.loads(project.read_text("utf-8"))["project"]
    needed = [*settings["dependencies"], *BUILT_WITH]
    needed += settings.get("optional-dependencies", {}).get("book", [])
    found = {one: _installed(one.name) for one in map(Requirement, needed)}
    faults = [
        f"expected {requirement}, found {version or 'none'}"
        for requirement, version in found.items()
        if not version or not requirement.specifier.contains(version, True)
    ]
    if faults:
        raise NotPrepared(
            f"{'; '.join(faults)}. Install what the book was tried with: "
            "python -m pip install -r requirements.txt"
        )


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _decide_digits() -> Images:
    """Load the digits, and set CONVLENS_DATA so that every page loads the same."""
    os.environ.pop(FINGERPRINT, None)  # left by an earlier build
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the log and the banner show it
        try:
            images = load_images()
        except DataError as error:
            raise NotPrepared(f"the digits cannot be had: {error}") from None
    os.environ[CHOICE] = images.origin
    return images


def _make_results(images: Images) -> None:
    """Train, then measure, then read everything back."""
    try:
        ledger(images)
    except (RuntimeError, ValueError, OSError) as error:
        raise NotPrepared(f"the results could not be made: {error}") from None
    lost = [what for what, name in kept_results(images).items() if not is_kept(name)]
    if lost:
        more = f" and {counted(len(lost) - 1, 'other')}" * (len(lost) > 1)
        raise NotPrepared(f"{lost[0]}{more}: {NOT_KEPT.format(kept_folder())}")


def _check_that_results_can_be_kept() -> None:
    """Find out before a minute of training, and not after it."""
    probe = kept_folder() / f".probe-{os.getpid()}"
    try:
        write_whole(probe, b"")
        probe.unlink()
    except OSError as error:
        raise NotPrepared(f"{NOT_KEPT.format(kept_folder())}: {error}") from None


def _state(images: Images) -> str:
    makers = {what: maker_of(name) for what, name in kept_results(images).items()}
    return content_key(
        data=images.fingerprint,
        name=images.name,
        reason=images.reason,
        backend=_page_backend(),
        made={what: [one.build, one.time] for what, one in makers.items() if one},
        source=package_fingerprint(),
        versions={**versions(), **versions(_page_backend())},
    )


def _page_backend() -> str:
    """The backend with which pages read the network: the reader's choice."""
    return os.environ.get("KERAS_BACKEND") or "tensorflow"


def _empty_settings(folder: Path) -> Path:
    """Make a folder without any settings of Keras, matplotlib or IPython."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "matplotlibrc").touch()
    return folder.resolve()


def _page_environment(images: Images, settings: Path) -> dict[str, str]:
    """The environment variables of the pages' kernels, the same for every reader."""
    fixed = fixed_environment(str(settings))
    fixed.pop("PYTHONSTARTUP", None)  # a kernel would run it
    return {
        **fixed,
        "KERAS_BACKEND": _page_backend(),
        "MATPLOTLIBRC": str(settings / "matplotlibrc"),
        "IPYTHONDIR": str(settings / "ipython"),
        "PYTHONPATH": python_path(),
        FINGERPRINT: images.fingerprint,
        # a module in the folder of the pages must not shadow a library
        "PYTHONSAFEPATH": "1",
        # pages hide stderr, so a warning that a cell causes is made an error
        "PYTHONWARNINGS": "error:::__main__",
    }
