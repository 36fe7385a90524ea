"""Run one piece of work per random seed: on this machine, or on a cluster.

On this machine each piece of work spawns a subprocess, for which a thread of joblib
waits. On a cluster, whose scheduler ``CONVLENS_SCHEDULER`` names, ``dask.distributed``
hands out the work.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from joblib import Parallel, delayed
from tqdm import tqdm

if TYPE_CHECKING:
    from distributed import Client

SCHEDULER = "CONVLENS_SCHEDULER"
WAIT = 60  # seconds until the cluster must have a worker


def for_each_seed(
    work: Callable[..., Any], seeds: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Call a function for each seed, with a progress bar over the seeds.

    Args:
        work: A function of the seed. On a cluster it is pickled; on this machine its
            second argument is a function to which it may tell (done, total).
        seeds: The seeds.

    Yields:
        The seed and the result, as each is done.

    Raises:
        RuntimeError: The cluster that ``CONVLENS_SCHEDULER`` names cannot be reached,
            or has no worker.

    Example:
        >>> def square(seed, tell=None):
        ...     return seed**2
        >>> sorted(for_each_seed(square, [2, 3]))
        [(2, 4), (3, 9)]
    """
    scheduler = os.environ.get(SCHEDULER)
    with SeedBar(len(seeds)) as bar:
        found = _there(scheduler, work, seeds) if scheduler else _here(work, seeds, bar)
        for seed, result in found:
            bar.seed_done()
            yield seed, result


def at_once() -> int:
    """Tell how many seeds are worked on at the same time on this machine.

    Returns:
        Half the number of cores that this process may use, at least 1: a training
        computes on two.

    Example:
        >>> at_once() >= 1
        True
    """
    can_tell = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if can_tell else os.cpu_count() or 1
    return max(1, cores // 2)


class SeedBar:
    """A progress bar in seeds, moved by what each seed tells of itself.

    Args:
        seeds: How many there are.
    """

    def __init__(self, seeds: int) -> None:
        self.bar = tqdm(
            total=seeds,
            desc="training and measuring",
            bar_format="{desc}: {n:.1f} of {total} seeds [{elapsed}, {remaining} left]",
        )
        self.shares: list[float] = []
        self.done = 0
        self.lock = Lock()

    def __enter__(self) -> SeedBar:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def part(self) -> Callable[[int, int], None]:
        """Return a function that is told (done, total) of one seed."""
        index = len(self.shares)
        self.shares.append(0.0)

        def tell(done: int, total: int) -> None:
            with self.lock:
                self.shares[index] = done / total
                self._show()

        return tell

    def seed_done(self) -> None:
        """Count one more finished seed."""
        with self.lock:
            self.done += 1
            self._show()

    def _show(self) -> None:
        reached = max(sum(self.shares), self.done)
        self.bar.update(max(0, reached - self.bar.n))


def _with_its_seed(work: Callable[..., Any], seed: int, *tell: Any) -> tuple[int, Any]:
    return seed, work(seed, *tell)


def _here(
    work: Callable[..., Any], seeds: Sequence[int], bar: SeedBar
) -> Iterator[tuple[int, Any]]:
    calls = [delayed(_with_its_seed)(work, seed, bar.part()) for seed in seeds]
    parallel = Parallel(
        n_jobs=at_once(), backend="threading", return_as="generator_unordered"
    )
    yield from parallel(calls)


def _there(
    address: str, work: Callable[..., Any], seeds: Sequence[int]
) -> Iterator[tuple[int, Any]]:
    """Work on a cluster, if need be with a single worker.

    joblib would compute here instead while the cluster has one thread only.
    """
    client = _client(address)
    from distributed import as_completed

    with client:
        calls = client.map(functools.partial(_with_its_seed, work), seeds, pure=False)
        done = as_completed(calls, client.loop, with_results=True)
        for _, found in done:
            yield found


def _client(address: str) -> Client:
    """Connect to a cluster that has a worker."""
    try:
        from distributed import Client
    except ImportError as error:
        raise RuntimeError(
            f"{SCHEDULER} is set, but dask.distributed is not installed: "
            "python -m pip install distributed"
        ) from error
    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, TimeoutError, ValueError) as error:
        raise RuntimeError(
            f"{SCHEDULER}: expected the address of a dask scheduler with a worker, "
            f"got {address!r}: {error}"
        ) from error
    return client
