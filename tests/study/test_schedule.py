"""Seeds are worked on here or on a cluster, with the same numbers, killed or not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from convlens.study import runs, schedule
from convlens.study.keeping import read_kept
from convlens.study.questions import order
from convlens.study.runs import chosen_seeds, measured, numbers_name
from convlens.study.schedule import SeedBar, at_once, for_each_seed
from convlens.study.training import network_name

SEEDS = (0, 5, 6)
BRIEF = replace(runs.OWN, recipe=replace(runs.OWN.recipe, epochs=1, least_steps=1))
BRIEFLY = """
from dataclasses import replace
from convlens.study import runs
recipe = replace(runs.OWN.recipe, epochs=1, least_steps=1)
runs.OWN = replace(runs.OWN, recipe=recipe)
"""


def square(seed, tell=None):
    if tell:
        tell(1, 2)
    return seed**2


def fail(seed, tell=None):
    raise ValueError(f"seed {seed} is broken")


def test_each_seed_has_its_result(capsys):
    assert dict(for_each_seed(square, [3, 2])) == {2: 4, 3: 9}
    assert "2.0 of 2 seeds" in capsys.readouterr().err


def test_an_error_of_one_seed_ends_all():
    with pytest.raises(ValueError, match="seed 3 is broken"):
        list(for_each_seed(fail, [3]))


def test_the_bar_counts_parts_of_seeds_and_never_goes_back():
    with SeedBar(2) as bar:
        one, two = bar.part(), bar.part()
        one(1, 2)
        two(1, 4)
        assert bar.bar.n == pytest.approx(0.75)
        one(2, 2)
        bar.seed_done()
        assert bar.bar.n == pytest.approx(1.25)
        bar.seed_done()
        assert bar.bar.n == 2


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="counts cores (Linux)")
@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (2, 1), (3, 1), (8, 4)])
def test_a_training_takes_two_cores(cores, expected, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cores)))
    assert at_once() == expected


@pytest.mark.parametrize("given", ["0", "21", "three", "-1", "2.5"])
def test_a_wrong_number_of_seeds_is_refused(given, monkeypatch):
    monkeypatch.setenv("CONVLENS_SEEDS", given)
    with pytest.raises(ValueError, match="CONVLENS_SEEDS: expected a whole number"):
        chosen_seeds()


def test_more_seeds_begin_with_the_same_ones(monkeypatch):
    monkeypatch.delenv("CONVLENS_SEEDS")
    assert chosen_seeds() == (0, 5, 6)
    monkeypatch.setenv("CONVLENS_SEEDS", "10")
    assert chosen_seeds()[:3] == (0, 5, 6)
    assert len(set(chosen_seeds())) == 10


RUN = f"""
{BRIEFLY}
from convlens.study import load_images
from convlens.study.questions import order
runs.measured([order], load_images("digits"), {SEEDS})
"""


@pytest.fixture(autouse=True, scope="module")
def brief():
    """Train for one epoch: who works on which seed does not depend on how long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "OWN", BRIEF)
        yield


@pytest.fixture(scope="module")
def undisturbed(images, brief):
    """What one process measures in turn, where all tests keep it."""
    found = measured([order], images, SEEDS)
    return found, kept_bytes(images)


def kept_bytes(images) -> dict[str, bytes]:
    names = [network_name(images, seed, BRIEF) for seed in SEEDS]
    names += [numbers_name(order, images, seed) for seed in SEEDS]
    found, missing = read_kept(names, bytes)
    assert not missing
    return found


def test_a_killed_run_resumes_and_its_result_is_the_same_to_the_bit(
    images, undisturbed, kept
):
    """Finished seeds are read, and only the others are trained."""
    command = [sys.executable, "-c", RUN]
    first = network_name(images, SEEDS[0], BRIEF)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: (kept / first).exists(), "no seed was finished")
        process.send_signal(signal.SIGKILL)
    finished = {path.name: path.stat().st_mtime_ns for path in kept.glob("network-*")}
    finished = {name: at for name, at in finished.items() if not name.endswith("lock")}
    assert 0 < len(finished) < len(SEEDS)
    assert measured([order], images, SEEDS) == undisturbed[0]
    assert kept_bytes(images) == undisturbed[1]
    for name, at in finished.items():
        assert (kept / name).stat().st_mtime_ns == at


def test_a_cluster_gives_the_same_numbers_though_a_worker_is_killed(
    images, undisturbed, kept, tmp_path, monkeypatch
):
    """Each worker keeps its own files, as on machines that share no disk."""
    with Cluster(tmp_path) as cluster:
        monkeypatch.setenv(schedule.SCHEDULER, cluster.address)
        cluster.kill_the_first_worker_that_trains()
        assert measured([order], images, SEEDS) == undisturbed[0]
        assert cluster.killed == 1
    assert kept_bytes(images) == undisturbed[1]


def test_a_cluster_of_one_worker_does_the_work(tmp_path, monkeypatch):
    """The README begins with one; its variable tells who worked."""
    with Cluster(tmp_path, ["one"]) as cluster:
        monkeypatch.setenv(schedule.SCHEDULER, cluster.address)
        found = list(for_each_seed(os.getenv, ["CONVLENS_KEPT"]))
    assert found == [("CONVLENS_KEPT", str(tmp_path / "one"))]


def test_a_cluster_that_is_not_there_is_named(images, kept, monkeypatch):
    monkeypatch.setattr(schedule, "WAIT", 1)
    monkeypatch.setenv(schedule.SCHEDULER, "tcp://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="CONVLENS_SCHEDULER: expected the address"):
        measured([order], images, [0])


def test_results_of_another_kind_of_machine_are_refused(images, kept, monkeypatch):
    other = {"network-of-another-processor": b"PK"}
    monkeypatch.setattr(runs, "for_each_seed", lambda work, seeds: [(0, other)])
    with pytest.raises(RuntimeError, match="seed 0: expected results of this machine"):
        measured([order], images, [0])


class Cluster:
    """A scheduler and its workers on this machine; they train briefly as well."""

    def __init__(self, folder: Path, workers: Sequence[str] = ("one", "two")) -> None:
        self.folder, self.workers, self.killed = folder, workers, 0
        self.processes: list[subprocess.Popen] = []

    def __enter__(self) -> "Cluster":
        file = self.folder / "scheduler.json"
        self._start("dask_scheduler", "--port", "0", "--scheduler-file", str(file))
        wait_until(file.exists, "the scheduler did not start")
        self.address = json.loads(file.read_text())["address"]
        for one in self.workers:
            self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny",
                       "--preload", BRIEFLY, kept=self.folder / one)  # fmt: skip
        return self

    def _start(self, program: str, *options: str, kept: Path | None = None) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *options]
        self.processes.append(
            subprocess.Popen(
                [*command, "--no-dashboard", "--host", "127.0.0.1"],
                env=os.environ | {"CONVLENS_KEPT": str(kept)},
                cwd=self.folder,
                stderr=subprocess.DEVNULL,
            )
        )

    def kill_the_first_worker_that_trains(self) -> None:
        """In a thread, as soon as a worker holds the lock of a network."""

        def watch() -> None:
            for _ in range(6000):
                workers = zip(self.processes[1:], self.workers, strict=True)
                for process, one in workers:
                    if any((self.folder / one).glob("network-*.lock")):
                        process.kill()
                        self.killed += 1
                        return
                time.sleep(0.05)

        Thread(target=watch, daemon=True).start()

    def __exit__(self, *error: object) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def wait_until(condition, told: str) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(told)
