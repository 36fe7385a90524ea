"""The trainings that the benchmark compares, each to be called in a fresh process."""

import time

import numpy as np
from convlens.study.network import RECIPE, build_cnn
from convlens.study.training import train_apart


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
    record = train_apart(images, seed, tell=tell)
    seconds = time.perf_counter() - started
    model = build_cnn(seed)
    model.set_weights(record.weights)
    read = model.predict(images.x_test, batch_size=500, verbose=0).argmax(axis=1)
    return seconds, float(np.mean(read == images.y_test))
