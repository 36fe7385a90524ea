"""Which feature maps respond to an image, and which are blank or dead?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convlens.activations import map_peaks
from convlens.study.findings import Evidence, Finding
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted

LAYERS = ["relu1", "relu2"]


def measure(network: TrainedNetwork) -> Numbers:
    """Find the peaks of all maps: on the running digit, and on every test image."""
    images = network.images
    peaks = map_peaks(network.trained, images.x_test, layers=LAYERS)
    after = peaks["relu1"][images.running_seven]
    before = map_peaks(network.untrained, network.seven, layers=["relu1"])["relu1"][0]
    return {
        "maps": len(after),
        "answering": _answering(after),
        "answering before training": _answering(before),
        "blank on the 7": int(np.sum(after == 0)),
        "images": len(images.x_test),
        "blank shares": {
            name: (found == 0).mean(axis=0).tolist() for name, found in peaks.items()
        },
    }


def _answering(peaks: np.ndarray) -> int:
    """Count the maps whose peak is at least a tenth of the largest, and not zero."""
    return int(np.sum((peaks > 0) & (peaks >= peaks.max() / 10)))


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State how many maps answer to the running digit, and how many are blank."""
    found = evidence.running
    yield _kernels_that_answer(
        found["answering"],
        found["answering before training"],
        found["blank on the 7"],
        found["maps"],
    )
    shares = {name: np.array(one) for name, one in found["blank shares"].items()}
    yield _dead_and_blank(shares, found["blank on the 7"], found["images"])


def _kernels_that_answer(answering: int, before: int, blank: int, maps: int) -> Finding:
    compared = "Before training, as many did."
    if before != answering:
        apart = "closer together" if before > answering else "further apart"
        who = f"all {maps}" if before == maps else f"{before}"
        compared = f"Before training, {who} did: their peaks were {apart}."
    are = "is" if blank == 1 else "are"
    return Finding(
        "kernels-that-answer",
        "How filters learn features",
        f"For this image, {answering} of the {maps} feature maps peak at a tenth of "
        f"the strongest map's peak or more; {blank} {are} zero everywhere. {compared}",
        {
            "answering": answering,
            "answering before training": before,
            "zero everywhere": blank,
            "maps": maps,
        },
        f"not chance but a control: {before} of {maps} before training",
        limit="One image. A map that is blank here may not be for another image.",
    )


def _dead_and_blank(
    shares: dict[str, np.ndarray], on_seven: int, images: int
) -> Finding:
    layers = []
    numbers: dict[str, float] = {"blank on the 7": on_seven, "test images": images}
    for name, share in shares.items():
        some = share[(share > 0) & (share < 1)]
        often = f" (the most often on {some.max():.1%} of them)" if some.size else ""
        dead = int(np.sum(share == 1))
        layers.append(
            f"of the {counted(len(share), 'map')} of {name}, **{dead} dead**, "
            f"{some.size} blank on some images{often}, {np.sum(share == 0)} on none"
        )
        numbers |= {
            f"{name}, maps": len(share),
            f"{name}, dead": dead,
            f"{name}, blank on some": some.size,
            f"{name}, blank on none": int(np.sum(share == 0)),
        }
        if some.size:
            numbers[f"{name}, largest share blank"] = float(some.max())
    first = next(iter(shares))
    are = "is" if on_seven == 1 else "are"
    return Finding(
        "dead-and-blank",
        "Feature maps",
        f"On this image {counted(on_seven, 'map')} of {first} {are} blank. Over "
        f"{counted(images, 'test image')}: {'; '.join(layers)}.",
        numbers,
        "none: a count, not compared with chance",
        limit="A map that is dead here may answer to other images.",
    )
