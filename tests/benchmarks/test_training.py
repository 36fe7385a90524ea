"""This book's training beside the original's recipe, and with oneDNN on and off.

The original: PyTorch, the same layers, Adam at 1e-3, batches of 64, three epochs,
pixels normalised. Run with ``pytest tests/benchmarks -n 0 --benchmark-only -s`` on real
MNIST (``CONVLENS_DATA=mnist`` or a path); it takes about twenty minutes on two cores.
"""

import importlib.util
import statistics
from pathlib import Path

import pytest
from convlens.study import arithmetic
from convlens.study.apart import call_apart

SEEDS = range(10)
TORCH = importlib.util.find_spec("torch") is not None


@pytest.fixture
def trainings(monkeypatch):
    """The trainings, where the processes that run them find them too."""
    here = Path(__file__).parent
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", str(here))
    return importlib.import_module("trainings")


def test_ours_beside_the_original(benchmark, asked_images, trainings):
    rows = []

    def in_turn():
        for seed in SEEDS:
            row = apart(trainings.train_ours, asked_images, seed, "ours")
            if TORCH:
                title = "the original"
                row += apart(trainings.train_the_original, asked_images, seed, title)
            rows.append(row)

    benchmark.pedantic(in_turn, rounds=1)
    ours = [row[1] for row in rows]
    tell(benchmark, "test accuracy, ours", ours)
    if not TORCH:
        pytest.skip("the original's half needs PyTorch")
    theirs, ratios = [row[3] for row in rows], [row[0] / row[2] for row in rows]
    tell(benchmark, "test accuracy, the original's recipe", theirs)
    tell(benchmark, "seconds, ours / original", ratios)
    assert statistics.mean(ours) > statistics.mean(theirs)
    assert statistics.median(ratios) < 1


def test_with_onednn_on_and_off(benchmark, asked_images, trainings, monkeypatch):
    """The recipe switches it on: it never costs, and pays where there is no AVX-512."""
    rows = []

    def in_turn():
        for seed in list(SEEDS)[:3]:
            row = []
            for setting in ("1", "0"):
                name = "TF_ENABLE_ONEDNN_OPTS"
                monkeypatch.setitem(arithmetic.FIXED, name, setting)
                title = f"oneDNN {setting}"
                row += apart(trainings.train_ours, asked_images, seed, title)
            rows.append(row)

    benchmark.pedantic(in_turn, rounds=1)
    tell(benchmark, "seconds, oneDNN on", [row[0] for row in rows])
    tell(benchmark, "seconds, oneDNN off", [row[2] for row in rows])
    ratios = [row[0] / row[2] for row in rows]
    tell(benchmark, "seconds, on / off", ratios)
    assert statistics.median(ratios) < 1.2


def apart(training, images, seed: int, title: str) -> list[float]:
    """Train in a fresh process; return seconds and test accuracy."""
    return [*call_apart(training, images, seed, title=f"{title}, seed {seed}")]


def tell(benchmark, name: str, values: list[float]) -> None:
    mean, low, high = statistics.mean(values), min(values), max(values)
    told = f"mean {mean:.4f}, {low:.4f} to {high:.4f}, {len(values)} runs"
    benchmark.extra_info[name] = told
    print(f"\n{name}: {told}")
