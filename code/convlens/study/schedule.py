"""Run one piece of work per random seed: on this machine, or on a cluster.

joblib schedules. On this machine each piece of work spawns a subprocess and a thread
waits for it; on a cluster, whose scheduler ``CONVLENS_SCHEDULER`` names, joblib hands
the work to ``dask.distributed``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any

from joblib import Parallel, delayed, parallel_config
from tqdm import tqdm

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
    with ExitStack() as stack:
        bar = stack.enter_context(SeedBar(len(seeds)))
        if scheduler:
            stack.enter_context(_cluster(scheduler))
            calls = [delayed(_with_its_seed)(work, seed) for seed in seeds]
            parallel = Parallel(return_as="generator_unordered")
        else:
            calls = [delayed(_with_its_seed)(work, seed, bar.part()) for seed in seeds]
            parallel = Parallel(
                n_jobs=at_once(), backend="threading", return_as="generator_unordered"
            )
        for seed, result in parallel(calls):
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


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    """Let joblib hand its work to a cluster, for a while."""
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
    with client, parallel_config(backend="dask", client=client):
        yield
