"""This book's training beside the original's recipe, in turn, over ten random seeds.

The original: PyTorch, the same layers, Adam at 1e-3, batches of 64, three epochs,
pixels normalised. Run with ``pytest tests/benchmarks --benchmark-only`` on real MNIST
(``CONVLENS_DATA=mnist`` or a path); it takes about ten minutes on two cores.
"""

import importlib.util
import statistics
import time

import numpy as np
import pytest
from convlens.apart import call_apart
from convlens.network import RECIPE, _train_and_tell, build_cnn

SEEDS = range(10)
TORCH = importlib.util.find_spec("torch") is not None


def train_the_original(images, seed, *, tell) -> tuple[float, float]:
    """Train as the original does; return seconds of training and test accuracy."""
    import torch
    from torch import nn

    torch.set_num_threads(RECIPE.threads)
    torch.manual_seed(seed)
    network = nn.Sequential(
        *(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(7 * 7 * 32, 10)),
    )
    x, y = _tensors(images.x_train, images.y_train)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    started = time.perf_counter()
    for epoch in range(3):
        for batch in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
        tell(epoch + 1, 3)
    seconds = time.perf_counter() - started
    with torch.no_grad():
        x, y = _tensors(images.x_test, images.y_test)
        read = torch.cat([network(part).argmax(1) for part in x.split(500)])
    return seconds, float((read == y).float().mean())


def _tensors(x, y):
    import torch

    normalised = (x.transpose(0, 3, 1, 2) - 0.1307) / 0.3081
    return torch.tensor(normalised, dtype=torch.float32), torch.tensor(y)


def train_ours(images, seed, *, tell) -> tuple[float, float]:
    """Train as this book does; return seconds of training and test accuracy."""
    import keras  # noqa: F401  (before the clock starts, as torch above)

    started = time.perf_counter()
    record = _train_and_tell(images, seed, tell=tell)
    seconds = time.perf_counter() - started
    model = build_cnn(seed)
    model.set_weights(record.weights)
    read = model.predict(images.x_test, batch_size=500, verbose=0).argmax(axis=1)
    return seconds, float(np.mean(read == images.y_test))


def test_ours_beside_the_original(benchmark, asked_images):
    rows = []

    def in_turn():
        for seed in SEEDS:
            title = f"ours, seed {seed}"
            row = call_apart(train_ours, asked_images, seed, title=title)
            if TORCH:
                title = f"the original, seed {seed}"
                row += call_apart(train_the_original, asked_images, seed, title=title)
            rows.append(row)

    benchmark.pedantic(in_turn, rounds=1)
    ours = [row[1] for row in rows]
    _tell(benchmark, "test accuracy, ours", ours)
    if not TORCH:
        pytest.skip("the original's half needs PyTorch")
    theirs, ratios = [row[3] for row in rows], [row[0] / row[2] for row in rows]
    _tell(benchmark, "test accuracy, the original's recipe", theirs)
    _tell(benchmark, "seconds, ours / original", ratios)
    assert statistics.mean(ours) > statistics.mean(theirs)
    assert statistics.median(ratios) < 1


def _tell(benchmark, name: str, values: list[float]) -> None:
    mean, low, high = statistics.mean(values), min(values), max(values)
    told = f"mean {mean:.4f}, {low:.4f} to {high:.4f}, {len(values)} seeds"
    benchmark.extra_info[name] = told
    print(f"\n{name}: {told}")
