"""Which feature maps answer to an image, and which are blank or dead?"""

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
    who = f"all {maps}" if before == maps else f"{before}"
    who = "as many" if before == answering else who
    compared = f"In the untrained network {who} reach that height."
    if before > answering:
        compared += (
            " A trained filter may be quiet because the image lacks what it answers to."
        )
    zero = f"{blank or 'none'} {'are' if blank > 1 else 'is'}"
    return Finding(
        "kernels-that-answer",
        "Feature maps",
        f"On this image, {answering} of the {maps} feature maps reach at least a tenth "
        f"of the height of the strongest one, and {zero} zero everywhere. {compared}",
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
        often = f" (on {_at_most(some.max())} of them)" if some.size else ""
        dead = int(np.sum(share == 1))
        layers.append(
            f"of the {counted(len(share), 'map')} of {name}, **{dead or 'none'}** "
            f"{'are' if dead > 1 else 'is'} dead, {some.size} "
            f"{'is' if some.size == 1 else 'are'} blank on some images{often}, and "
            f"{np.sum(share == 0)} on none"
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
    blank = f"{on_seven or 'no'} {'maps' if on_seven > 1 else 'map'} of {first}"
    are = "are" if on_seven > 1 else "is"
    return Finding(
        "dead-and-blank",
        "Feature maps",
        f"Over {counted(images, 'test image')}, {'; '.join(layers)}. On the “7”, "
        f"{blank} {are} blank.",
        numbers,
        "none: a count, not compared with chance",
        limit="A map that is dead on these images may answer to others.",
    )


def _at_most(share: float) -> str:
    return "less than 0.1%" if share < 0.001 else f"at most {share:.1%}"
